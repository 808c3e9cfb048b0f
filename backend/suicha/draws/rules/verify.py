"""Check a record with nothing but the record: every step recomputed (docs/draw.md)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError

from suicha.draws.errors import DrawInfeasible, PoolInvalid
from suicha.draws.rules.pool import Digest, Part, Text, first_fault, read_pool
from suicha.draws.rules.record import commitment_of, digest_of, record_bytes, seed_of
from suicha.draws.rules.run import run_draw
from suicha.kit.canonical import NotCanonical, strict_json

Official = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\n]+$")]
FEWEST_OFFICIALS = 2
_SHOWN = 120


class Commitment(Part):
    """What an official handed in."""

    official: Official
    commitment: Digest


class Secret(Part):
    """What an official revealed."""

    official: Official
    secret: Annotated[str, Field(pattern=r"^[0-9a-f]{16,64}$")]


class PublicValue(Part):
    """Dice, lottery numbers, a beacon's value."""

    source: Text
    value: Text


class Ceremony(Part):
    """Randomness to which several people contributed."""

    method: Literal["ceremony"]
    commitments: list[Commitment]
    public: PublicValue
    secrets: list[Secret]


class Typed(Part):
    """Randomness of a rehearsal: a text that somebody typed."""

    method: Literal["text"]
    text: Annotated[str, Field(max_length=10_000)]


class Record(Part):
    """The record; the pool and the result are looked at on their own."""

    format: Literal["suicha-draw/1", "suicha-replacement/1"]
    purpose: Literal["official", "rehearsal"]
    pool: dict[str, Any]
    pool_digest: Digest
    randomness: Annotated[Ceremony | Typed, Field(discriminator="method")]
    seed: Digest
    result: dict[str, Any]
    digest: Digest


@dataclass(frozen=True)
class Step:
    """One thing that was checked; `fault` says where it differs."""

    what: str
    fault: str | None = None

    @property
    def is_sound(self) -> bool:
        """Whether it agrees."""
        return self.fault is None


@dataclass
class Report:
    """What was checked, in order; checking ends with the first fault."""

    steps: list[Step] = field(default_factory=list)
    digest: str | None = None

    @property
    def is_sound(self) -> bool:
        """Whether everything agrees."""
        return all(step.is_sound for step in self.steps)

    def lines(self) -> Iterator[str]:
        """The report for people."""
        for step in self.steps:
            yield f"{'一致  ' if step.is_sound else '不一致'} {step.what}" + (f"：{step.fault}" if step.fault else "")
        yield f"记录摘要 {self.digest}" if self.is_sound else "核验不一致：这份记录不能证明抽取结果。"
        if self.is_sound:
            yield "核验一致：名单、承诺、种子与抽取结果均可由这份记录重新算出。"


def verify_record(raw: bytes) -> Report:
    """Recompute everything; never raises, whatever the bytes are."""
    report = Report()
    steps = _steps(raw, report)
    for what, fault in steps:
        report.steps.append(Step(what, fault))
        if fault:
            break
    return report


def _steps(raw: bytes, report: Report) -> Iterator[tuple[str, str | None]]:
    record, fault = _read(raw)
    yield "文件是规范格式的抽取记录", fault
    given = Record.model_validate(record)
    report.digest = given.digest
    bare = {name: member for name, member in record.items() if name != "digest"}
    yield "记录摘要与内容一致", _unequal("digest", given.digest, digest_of(bare))
    yield "名单摘要与名单一致", _unequal("pool_digest", given.pool_digest, digest_of(given.pool))
    yield "名单符合规定的格式", _pool_fault(given)
    yield "承诺与公开的秘密相符", _randomness_fault(given)
    seed = seed_of(given.pool_digest, record["randomness"])
    yield "随机种子由名单、承诺与公开数值得出", _unequal("seed", given.seed, seed)
    yield "抽取项目、组成检查组与分派结果可重新算出", _result_fault(given)


def _read(raw: bytes) -> tuple[dict[str, Any], str | None]:
    try:
        record = strict_json(raw)
        Record.model_validate(record)
        written = record_bytes(record)
    except (NotCanonical, RecursionError) as error:
        return {}, f"不是规范的 JSON（{str(error)[:_SHOWN]}）"
    except ValidationError as error:
        return {}, first_fault(error)
    if written != raw:
        place = next(
            (n for n, (a, b) in enumerate(zip(raw, written, strict=False)) if a != b), min(len(raw), len(written))
        )
        return record, f"与规范写法不同，从第 {place + 1} 个字节起"
    return record, None


def _pool_fault(record: Record) -> str | None:
    try:
        read_pool(record.pool)
    except PoolInvalid as error:
        return error.detail
    wanted = "suicha-replacement-pool/1" if record.format == "suicha-replacement/1" else "suicha-pool/1"
    return _unequal("pool.format", record.pool["format"], wanted)


def _randomness_fault(record: Record) -> str | None:
    randomness, is_official = record.randomness, record.purpose == "official"
    if (record.pool["number"] > 0) is not is_official:
        return "pool.number：正式抽取从 1 开始编号，演练为 0"
    if isinstance(randomness, Typed):
        return "正式抽取不得使用录入的文本作为随机数" if is_official else None
    if not is_official:
        return "演练不使用仪式的随机数"
    officials = [row.official for row in randomness.commitments]
    if officials != sorted(set(officials)):
        return "randomness.commitments：未排序或有重复"
    if len(officials) < FEWEST_OFFICIALS:
        return "randomness.commitments：至少须有两人"
    if officials != [row.official for row in randomness.secrets]:
        return "randomness.secrets：与作出承诺的人不同"
    for committed, revealed in zip(randomness.commitments, randomness.secrets, strict=True):
        due = commitment_of(record.pool_digest, revealed.official, revealed.secret)
        if due != committed.commitment:
            return f"randomness.commitments：{revealed.official} 公开的秘密与其承诺不符"
    return None


def _result_fault(record: Record) -> str | None:
    try:
        due = run_draw(record.pool, record.seed)
    except DrawInfeasible as error:
        return f"按名单与种子得不出结果（{error.detail}）"
    return first_difference("result", record.result, due)


def first_difference(path: str, told: Any, due: Any) -> str | None:
    """Where two JSON values first differ: path, what is told and what is due."""
    if isinstance(told, dict) and isinstance(due, dict) and told.keys() == due.keys():
        pairs = [(f"{path}.{name}", told[name], due[name]) for name in sorted(due)]
    elif isinstance(told, list) and isinstance(due, list) and len(told) == len(due):
        pairs = [(f"{path}[{place}]", a, b) for place, (a, b) in enumerate(zip(told, due, strict=True))]
    else:
        is_same = told == due and type(told) is type(due)
        return None if is_same else _unequal(path, told, due, is_known=True)
    return next((fault for name, a, b in pairs if (fault := first_difference(name, a, b))), None)


def _unequal(path: str, told: Any, due: Any, *, is_known: bool = False) -> str | None:
    if told == due and not is_known:
        return None
    return f"{path}：记录为 {_short(told)}，重新计算为 {_short(due)}"


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
