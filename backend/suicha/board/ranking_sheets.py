"""考核排名 as an Excel workbook: who was first and last in each district, and everybody."""

from suicha.board.queries.ranking import Ranking
from suicha.board.rules.ranking import DistrictRanking, Placed
from suicha.infra.workbooks import Cell, Column, Sheet
from suicha.kit.clock import SHANGHAI

REFERENCE = "分值和等次为软件自带的参考值，不是主管部门公布的考核标准"


def ranking_sheets(ranking: Ranking) -> list[Sheet]:
    """首末名 first, as a notice names them; then one line for each site."""
    scoring = ranking.edition.scoring
    names = dict(ranking.edition.groups)
    dimensions = [(names[one.group], one.max) for one in scoring.dimensions] if scoring else []
    is_reference = scoring is not None and scoring.weights == "reference"
    return [
        Sheet(
            "各区县首末名",
            (
                Column("区县", 14),
                Column("第一名", 36),
                Column("第一名得分", 12, "number"),
                Column("末名", 36),
                Column("末名得分", 12, "number"),
                Column("参加排名", 10, "number"),
                Column("未完成", 10, "number", note="还没有封存，或者封存内容还没有核对完"),
                Column("说明", 40),
            ),
            [_ends(district, is_reference=is_reference) for district in ranking.districts],
        ),
        Sheet(
            "考核排名",
            (
                Column("区县", 14),
                Column("名次", 8, "number"),
                Column("检查对象", 30),
                Column("物业企业", 34),
                *(Column(f"{name}（{most}）", 16, "number") for name, most in dimensions),
                Column(f"总分（{scoring.full if scoring else ''}）", 12, "number"),
                Column("等次", 10),
                Column("首末", 8),
                Column("检查编号", 20),
                Column("封存时间", 18),
                Column("更正次数", 10, "number"),
            ),
            [_site(district, one) for district in ranking.districts for one in district.sites],
        ),
    ]


def _ends(district: DistrictRanking, *, is_reference: bool) -> list[Cell]:
    first, last = district.first, district.last
    return [
        district.name,
        "、".join(one.of.site for one in first) or None,
        first[0].of.marks.total if first else None,
        "、".join(one.of.site for one in last) or None,
        last[0].of.marks.total if last else None,
        len(district.sites),
        district.waiting,
        REFERENCE if is_reference else None,
    ]


def _site(district: DistrictRanking, placed: Placed) -> list[Cell]:
    one = placed.of
    return [
        district.name,
        placed.rank,
        one.site,
        one.enterprise,
        *(dimension.points for dimension in one.marks.dimensions),
        one.marks.total,
        one.marks.grade,
        "第一名" if placed.is_first else "末名" if placed.is_last else None,
        one.code,
        one.sealed_at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M"),
        one.n - 1,
    ]
