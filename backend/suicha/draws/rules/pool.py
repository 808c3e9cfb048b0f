"""The pool: everything that a draw chooses from and the rules that it keeps, frozen before there is any randomness.

docs/draw.md section 2.1 and section 9 say what each member means.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from suicha.draws.errors import PoolInvalid

Text = Annotated[str, Field(max_length=2000)]
Name = Annotated[str, Field(pattern=r"^[!-~]{1,64}$")]
Code = Annotated[str, Field(pattern=r"^[0-9A-Za-z]{1,12}$")]
Risk = Annotated[str, Field(pattern=r"^[0-9A-Za-z_-]{1,12}$")]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Day = Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
Count = Annotated[int, Field(ge=0, le=10_000_000)]
Kind = Literal["officer", "expert"]
Cross = Literal["off", "district", "city"]
WHOLE = 10_000


class Part(BaseModel):
    """A piece of a record: nothing unknown in it, nothing converted, nothing changed afterwards."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Campaign(Part):
    """抽查任务."""

    id: Name
    name: Text
    authority: Text | None
    from_: Day = Field(alias="from")
    until: Day
    edition: Digest | None
    departments: list[Text]


class Earlier(Part):
    """An earlier draw of the campaign."""

    number: Count
    kind: Literal["draw", "replacement"]
    state: Literal["sealed", "superseded", "void"]
    digest: Digest
    reason: Text | None


class Jurisdiction(Part):
    """A district by its code."""

    code: Code
    name: Text


class Enterprise(Part):
    """Who runs sites; `limit`: how many more checks it may get this year."""

    id: Name
    name: Text
    limit: Count | None


class PlacedSite(Part):
    """What decides who may go to a site."""

    id: Name
    code: Text
    name: Text
    jurisdiction: Code
    enterprise: Name


class Site(PlacedSite):
    """A site that can be drawn."""

    risk: Risk


class Person(Part):
    """An inspector in the hat; `label` is the masked name."""

    id: Name
    kind: Kind
    label: Text
    home: Code


class Recusal(Part):
    """回避: of one enterprise or of one site."""

    inspector: Name
    enterprise: Name | None
    site: Name | None


class Out(Part):
    """Somebody or something on the rosters that is not in the hat."""

    id: Name
    label: Text
    why: Literal["on_leave", "certificate_expired", "checked_recently", "enterprise_limit", "other_kind"]


class Excluded(Part):
    """What is not in the hat, and why."""

    sites: list[Out]
    inspectors: list[Out]


class Ratio(Part):
    """抽查比例 of one stratum, in hundredths of a percent."""

    jurisdiction: Code
    risk: Risk
    basis_points: Annotated[int, Field(ge=0, le=WHOLE)]


class Rules(Part):
    """What the draw keeps."""

    ratios: list[Ratio]
    cross: Cross
    officers: Annotated[int, Field(ge=1, le=9)]
    experts: Annotated[int, Field(ge=0, le=9)]
    teams: Annotated[int, Field(ge=1, le=100_000)]
    most_visits: Annotated[int, Field(ge=1, le=1_000_000)] | None
    shuffles: Annotated[int, Field(ge=1, le=10_000)]


class Pool(Part):
    """抽取名单 of a whole draw."""

    format: Literal["suicha-pool/1"]
    campaign: Campaign
    number: Count
    earlier: list[Earlier]
    as_of: Day
    software: Text
    jurisdictions: list[Jurisdiction]
    enterprises: list[Enterprise]
    sites: list[Site]
    inspectors: list[Person]
    recusals: list[Recusal]
    excluded: Excluded
    rules: Rules

    def people(self, kind: Kind) -> list[Person]:
        """Inspectors of one kind."""
        return [person for person in self.inspectors if person.kind == kind]


class Place(Part):
    """One seat of one team; seat 1 of the officers leads."""

    team: Annotated[int, Field(ge=1)]
    kind: Kind
    seat: Annotated[int, Field(ge=1, le=9)]


class Leaver(Part):
    """Who falls out, and why."""

    id: Name
    label: Text
    why: Text


class CrossRule(Part):
    """The one rule that a replacement keeps besides recusal."""

    cross: Cross


class ReplacementPool(Part):
    """候补名单 for one seat."""

    format: Literal["suicha-replacement-pool/1"]
    campaign: Campaign
    number: Count
    earlier: list[Earlier]
    as_of: Day
    software: Text
    jurisdictions: list[Jurisdiction]
    parent: Digest
    place: Place
    leaver: Leaver
    sites: list[PlacedSite]
    candidates: list[Person]
    recusals: list[Recusal]
    rules: CrossRule


AnyPool = Pool | ReplacementPool


def read_pool(pool: object) -> AnyPool:
    """The pool with names and types; raises PoolInvalid with the first thing that is wrong."""
    is_replacement = isinstance(pool, dict) and pool.get("format") == "suicha-replacement-pool/1"
    try:
        read: AnyPool = ReplacementPool.model_validate(pool) if is_replacement else Pool.model_validate(pool)
    except (ValidationError, RecursionError) as error:
        raise PoolInvalid(first_fault(error)) from error
    for sentence in _replacement_faults(read) if isinstance(read, ReplacementPool) else _faults(read):
        raise PoolInvalid(sentence)
    return read


def checked_pool(pool: dict[str, Any]) -> dict[str, Any]:
    """The same pool; raises PoolInvalid."""
    read_pool(pool)
    return pool


def first_fault(error: Exception) -> str:
    """Where the first wrong member is, and what pydantic says of it."""
    if not isinstance(error, ValidationError):
        return "嵌套过深"
    fault = error.errors(include_url=False, include_input=False, include_context=False)[0]
    return f"{'.'.join(map(str, fault['loc'])) or '整份内容'}：{fault['msg']}"


def _faults(pool: Pool) -> Iterable[str]:
    sites = {site.id for site in pool.sites}
    enterprises = {enterprise.id for enterprise in pool.enterprises}
    known = {jurisdiction.code for jurisdiction in pool.jurisdictions}
    people = {person.id for person in pool.inspectors}
    yield from _unsorted("jurisdictions", pool.jurisdictions, lambda row: row.code)
    yield from _unsorted("enterprises", pool.enterprises, lambda row: row.id)
    yield from _unsorted("sites", pool.sites, lambda row: row.id)
    yield from _unsorted("inspectors", pool.inspectors, lambda row: row.id)
    yield from _unsorted("recusals", pool.recusals, recusal_order)
    yield from _unsorted("excluded.sites", pool.excluded.sites, lambda row: row.id)
    yield from _unsorted("excluded.inspectors", pool.excluded.inspectors, lambda row: row.id)
    yield from _unsorted("rules.ratios", pool.rules.ratios, lambda row: (row.jurisdiction, row.risk))
    strata = {(site.jurisdiction, site.risk) for site in pool.sites}
    if strata != {(ratio.jurisdiction, ratio.risk) for ratio in pool.rules.ratios}:
        yield "rules.ratios：与项目的区县、风险类别不一一对应"
    if not {site.jurisdiction for site in pool.sites} <= known:
        yield "sites：区县不在 jurisdictions 中"
    if not {site.enterprise for site in pool.sites} <= enterprises:
        yield "sites：企业不在 enterprises 中"
    if not {person.home for person in pool.inspectors} <= known:
        yield "inspectors：所在区县不在 jurisdictions 中"
    yield from _recusal_faults(pool.recusals, people, sites, enterprises)


def _replacement_faults(pool: ReplacementPool) -> Iterable[str]:
    known = {jurisdiction.code for jurisdiction in pool.jurisdictions}
    yield from _unsorted("jurisdictions", pool.jurisdictions, lambda row: row.code)
    yield from _unsorted("sites", pool.sites, lambda row: row.id)
    yield from _unsorted("candidates", pool.candidates, lambda row: row.id)
    yield from _unsorted("recusals", pool.recusals, recusal_order)
    if any(person.kind != pool.place.kind for person in pool.candidates):
        yield "candidates：与席位的人员类别不符"
    if any(person.id == pool.leaver.id for person in pool.candidates):
        yield "candidates：退出者不能是候选人"
    if not {row.home for row in pool.candidates} | {row.jurisdiction for row in pool.sites} <= known:
        yield "区县不在 jurisdictions 中"
    people = {person.id for person in pool.candidates}
    yield from _recusal_faults(pool.recusals, people, None, None)


def recusal_order(row: Recusal) -> tuple[Any, ...]:
    """By inspector, enterprise, site; null stands before any text."""
    return (row.inspector, row.enterprise is not None, row.enterprise or "", row.site is not None, row.site or "")


def _unsorted(name: str, rows: Sequence[Any], key: Callable[[Any], Any]) -> Iterable[str]:
    keys = [key(row) for row in rows]
    if any(later <= earlier for earlier, later in pairwise(keys)):
        yield f"{name}：未排序或有重复"


def _recusal_faults(
    recusals: Iterable[Recusal], people: set[str], sites: set[str] | None, enterprises: set[str] | None
) -> Iterable[str]:
    for row in recusals:
        if (row.enterprise is None) == (row.site is None):
            yield "recusals：须恰好指明企业或项目之一"
        if row.inspector not in people:
            yield "recusals：人员不在名单中"
        if sites is not None and row.site is not None and row.site not in sites:
            yield "recusals：项目不在名单中"
        if enterprises is not None and row.enterprise is not None and row.enterprise not in enterprises:
            yield "recusals：企业不在名单中"
