"""Facts as the stages hand them in, with the longest realistic names."""

from typing import Any

from suicha.documents.rules import Kind

from .after_facts import AFTER

CAMPAIGN = "2026年物业服务“双随机、一公开”联合抽查（示范）"
DIGEST = "c3" * 32


def a_team(no: int) -> dict[str, Any]:
    return {
        "no": no,
        "members": [
            {"name": f"执法员甲{no:02d}", "role": "leader", "certificate_no": f"示例-{no:06d}"},
            {"name": f"执法员乙{no:02d}", "role": "officer", "certificate_no": f"示例-{no + 500:06d}"},
            {"name": f"行业专家{no:02d}", "role": "expert", "certificate_no": None},
        ],
    }


def a_visit(n: int) -> dict[str, Any]:
    return {
        "site": f"示例花园小区{n:03d}（一期、二期及商业配套）",
        "enterprise": f"郑州示例物业服务有限公司第{n % 40:02d}分公司",
        "uscc": "91410105MA0000000X",
        "district": "郑东新区管理委员会",
        "team_no": n % 30 + 1,
        "on": "2026-11-23",
        "withheld": "可能影响检查效果" if n == 3 else None,
        "is_uncertain": n == 7,
    }


def an_approval(*, visits: int = 3, **but: Any) -> dict[str, Any]:
    return {
        "number": "检审〔2026〕1号",
        "campaign": CAMPAIGN,
        "enterprise_count": 3,
        "district_count": 1,
        "edition": "物业服务企业监督检查事项清单，共27项",
        "draw": DIGEST,
        "period": ["2026-11-23", "2026-12-18"],
        "authority": None,
        "is_urgent": False,
        "urgent_reason": None,
        "withheld": [],
        "requested": {"name": "双随机办公室01", "opinion": "拟按抽取结果实施检查，请批准。", "on": "2026-11-22"},
        "approved": {"name": "双随机办公室02", "opinion": "同意。", "on": "2026-11-22"},
        "visits": [a_visit(n) for n in range(visits)],
        "teams": [a_team(n) for n in range(1, 4)],
        **but,
    }


def a_notice(**but: Any) -> dict[str, Any]:
    return {
        "number": "检通〔2026〕12号",
        "campaign": CAMPAIGN,
        "site": {"name": "示例花园小区003", "address": "示例路3号"},
        "enterprise": {"name": "郑州示例物业服务有限公司", "uscc": "91410105MA0000000X"},
        "on": "2026-11-24",
        "is_uncertain": False,
        "approval": "检审〔2026〕1号",
        "team": a_team(3)["members"],
        "groups": [{"name": "信息公示", "count": "4"}, {"name": "消防安全", "count": "6"}],
        "item_count": 10,
        "agency": "示例市住房保障和房地产管理局",
        "made_on": "2026-11-22",
        **but,
    }


def a_draw_record(**but: Any) -> dict[str, Any]:
    return {
        "number": "抽录〔2026〕1号",
        "campaign": CAMPAIGN,
        "is_rehearsal": False,
        "sealed_at": "2026-11-22 14:03（北京时间）",
        "draw_number": 2,
        "pool": {"sites": 780, "officers": 90, "experts": 40, "recusals": 37, "excluded": 12, "as_of": "2026-11-22",
                 "digest": "9f" * 32},
        "drawn_count": 131,
        "loads": [4, 5],
        "authority": "示例〔2026〕12号",
        "seed": "0a" * 32,
        "digest": DIGEST,
        "randomness": {
            "method": "ceremony",
            "officials": [{"name": f"监督人员{n:02d}", "commitment": "1f" * 32, "secret": "ab" * 32} for n in (1, 2)],
            "source": "现场掷骰",
            "value": "3 5 1 6 2 4",
        },
        "verify_url": "https://suicha.test/verify",
        "qr": "https://suicha.test/verify",
        "teams": [{"no": n, "leader": f"执** {n:04d}", "officers": [f"执** {n:04d}"], "experts": [f"行** {n:04d}"],
                   "load": 4} for n in range(1, 31)],
        "districts": [{"name": "金水区", "sites": [{"name": f"示例花园小区{n:03d}", "enterprise": "示例物业公司",
                                                 "team": n} for n in range(30)]}],
        "ledger": [{"number": 1, "state": "作废", "digest": None, "reason": "监督人员04 未公开秘密"}],
        "signers": ["监督人员01", "监督人员02"],
        **but,
    }  # fmt: skip


def a_draw_list(**but: Any) -> dict[str, Any]:
    row = {"site": "示例花园小区001", "enterprise": "示例物业服务有限公司", "district": "金水区", "team": 1,
           "people": ["执法员甲01", "执法员乙01", "行业专家01"]}  # fmt: skip
    return {"number": "抽单〔2026〕1号", "campaign": CAMPAIGN, "digest": DIGEST, "rows": [row] * 60, **but}


FACTS: dict[Kind, dict[str, Any]] = {
    Kind.APPROVAL: an_approval(),
    Kind.NOTICE: a_notice(),
    Kind.DRAW_RECORD: a_draw_record(),
    Kind.DRAW_LIST: a_draw_list(),
    **AFTER,
}
