"""核验双随机抽取记录 (verify a double-random draw): recompute all that a record claims, from nothing but the record.

    python3 verify_draw.py FILE        exit 0: all agrees; exit 1: it does not, and where it differs first

One file, standard library only, Python 3.9 or later, no network. Written from the text "The draw" (docs/draw.md) alone,
whose section numbers are used below. `run(pool, seed)` draws, `check(raw)` verifies the bytes of a file.

A record that agrees with itself is the record of *some* draw. That it is *the* draw which people watched follows from
its digest: compare the one printed at the end with the one read out, printed in the minutes or shown as a QR code.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import chain, islice, zip_longest
from typing import Any, NamedTuple

Json = dict[str, Any]
Steps = dict[int, tuple[int, int]]
LARGEST_FILE = 64 * 1024 * 1024


class NoResult(Exception):
    """By the rules this pool and this seed give no result: the draw is void."""


class Finding(NamedTuple):
    """One difference: in which step, at which member, what stands there and what should."""

    step: str
    path: str
    recorded: str
    expected: str


# --- 1. Texts, bytes, hashes ------------------------------------------------------------------------------------------
def canonical(value: Any) -> str:
    """The canonical form of a value that `read` let through, whose texts are NFC; member names are ASCII."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def sha256(*lines: str) -> str:
    """The hash of these texts with line feeds between them. A ticket H(label, …) begins with the seed."""
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def by_ticket(ids: Iterable[str], *seed_and_label: str) -> list[str]:
    """The identifiers in the order of their tickets."""
    return sorted(ids, key=lambda one: (sha256(*seed_and_label, one), one))


def read(raw: bytes) -> Any:
    """Parse strictly; raises ValueError with a sentence for what no record may hold."""
    if not 0 < len(raw) <= LARGEST_FILE:
        raise ValueError(f"文件超过 {LARGEST_FILE >> 20} MB" if raw else "文件是空的")
    numbers: Any = dict.fromkeys(("parse_int", "parse_float", "parse_constant"), _integer)
    try:
        value = json.loads(raw.decode(), object_pairs_hook=_members, **numbers)
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise ValueError(f"不是 UTF-8 编码的 JSON（{error}）") from None
    rest = [value]  # no recursion: a hostile file may be deep
    while rest:
        one = rest.pop()
        if isinstance(one, str) and (re.search("[\0\ud800-\udfff]", one) or not unicodedata.is_normalized("NFC", one)):
            raise ValueError(f"文本不是 NFC 形式，或者含有不允许的字符：{show(one)}")
        if isinstance(one, (list, dict)):
            rest.extend(chain(one, one.values()) if isinstance(one, dict) else one)
    return value


def _members(pairs: list[tuple[str, Any]]) -> Json:
    if len(dict(pairs)) < len(pairs):
        raise ValueError("同一对象中有重名成员")
    return dict(pairs)


def _integer(text: str) -> int:
    if not re.fullmatch("-?[0-9]{1,16}", text) or abs(int(text)) >= 2**53:
        raise ValueError(f"不是整数，或者过大：{text[:20]}")
    return int(text)


# --- 2. What a record looks like --------------------------------------------------------------------------------------
# A shape names exactly the members of an object. [x] is a list of such, x? is such or null; what is neither a shape nor
# one of the ranges of integers is a pattern for texts.
POOL = "campaign:campaign number:count earlier:[earlier] as_of:date software:text jurisdictions:[jurisdiction] "
SITE = "id:id code:text name:text jurisdiction:id enterprise:id "
SHAPES = {
    "record": "format:suicha-(draw|replacement)/1 purpose:official|rehearsal "
    "pool:any pool_digest:hash randomness:any seed:hash result:any digest:hash",
    "suicha-draw/1": "format:suicha-pool/1 enterprises:[enterprise] sites:[site] inspectors:[inspector] "
    "recusals:[recusal] excluded:excluded rules:rules " + POOL,
    "suicha-replacement/1": "format:suicha-replacement-pool/1 parent:hash place:place leaver:leaver sites:[visit] "
    "candidates:[inspector] recusals:[recusal] rules:cross " + POOL,
    "campaign": "id:id name:text authority:text? from:date until:date edition:hash? departments:[text]",
    "earlier": "number:count kind:draw|replacement state:sealed|superseded|void digest:hash reason:text?",
    "jurisdiction": "code:id name:text",
    "enterprise": "id:id name:text limit:count?",
    "site": "risk:text " + SITE,
    "visit": SITE,
    "inspector": "id:id kind:officer|expert label:text home:id",
    "recusal": "inspector:id enterprise:id? site:id?",
    "excluded": "sites:[absent] inspectors:[absent]",
    "absent": "id:id label:text why:on_leave|certificate_expired|checked_recently|enterprise_limit|other_kind",
    "rules": "ratios:[ratio] cross:off|district|city "
    "officers:some experts:count teams:some most_visits:count? shuffles:tries",
    "ratio": "jurisdiction:id risk:text basis_points:share",
    "cross": "cross:off|district|city",
    "place": "team:some kind:officer|expert seat:some",
    "leaver": "id:id label:text why:text",
    "revealed": "method:ceremony commitments:[commitment] public:public secrets:[secret]",
    "commitment": "official:text commitment:hash",
    "public": "source:text value:text",
    "secret": "official:text secret:[0-9a-f]{16,64}",
    "typed": "method:text text:text",
}
# The bound of `shuffles` is ours: without one a hostile file could keep this program busy for ever.
RANGES = {"count": range(2**53), "some": range(1, 2**53), "share": range(10_001), "tries": range(1, 10_001)}
PATTERNS = {"text": "(?s).*", "id": "[!-~]{1,64}", "hash": "[0-9a-f]{64}", "date": "[0-9]{4}-[0-9]{2}-[0-9]{2}"}


def misfit(value: Any, shape: str, path: str) -> list[Finding]:
    """The first place where a value is not of the shape."""
    if shape == "any" or (shape.endswith("?") and value is None):
        return []
    shape = shape.rstrip("?")
    parts: list[tuple[Any, str, str]] = []
    if shape in SHAPES:
        members = dict(one.split(":") for one in SHAPES[shape].split())
        fits, wanted = isinstance(value, dict) and value.keys() == members.keys(), " ".join(sorted(members))
        parts = [(value[name], members[name], f"{path}.{name}".strip(".")) for name in members] if fits else []
    elif shape.startswith("[") and shape.endswith("]"):
        fits, wanted = isinstance(value, list), "列表"
        parts = [(one, shape[1:-1], f"{path}[{n}]") for n, one in enumerate(value)] if fits else []
    elif shape in RANGES:
        fits, wanted = type(value) is int and value in RANGES[shape], f"{RANGES[shape]} 中的整数"
    else:
        wanted = PATTERNS.get(shape, shape)
        fits = isinstance(value, str) and re.fullmatch(wanted, value) is not None
    if not fits:
        return [Finding("结构", path, show(sorted(value) if isinstance(value, dict) else value), wanted)]
    return next(filter(None, (misfit(*part) for part in parts)), [])


def pool_findings(pool: Json) -> Iterator[Finding]:
    """What is in order member by member and wrong in the pool as a whole: order, repetition, references (2.1, 9)."""
    people = "inspectors" if "inspectors" in pool else "candidates"
    keys = {"jurisdictions": "code", "enterprises": "id", "sites": "id", people: "id"}
    lists = {name: [one[key] for one in pool.get(name, [])] for name, key in keys.items()}
    lists.update((f"excluded.{name}", [one["id"] for one in rows]) for name, rows in pool.get("excluded", {}).items())
    lists["recusals"] = [(one["inspector"], one["enterprise"] or "", one["site"] or "") for one in pool["recusals"]]
    links = ["sites jurisdiction jurisdictions", f"{people} home jurisdictions", f"recusals inspector {people}"]
    if people == "inspectors":
        links += ["sites enterprise enterprises", "recusals enterprise enterprises", "recusals site sites"]
        ratios = [(one["jurisdiction"], one["risk"]) for one in pool["rules"]["ratios"]]
        strata = {(one["jurisdiction"], one["risk"]) for one in pool["sites"]}
        yield from difference("名单", "pool.rules.ratios", ratios, sorted(strata))
    for name, rows in lists.items():
        yield from difference("名单", f"pool.{name}", rows, sorted(set(rows)))
    for name, member, others in map(str.split, links):
        known = {None, *lists[others]}
        unknown = ((f"pool.{name}[{n}]", one) for n, one in enumerate(pool[name]) if one[member] not in known)
        yield from (Finding("名单", path, show(one), f"{member} 列在 pool.{others} 中") for path, one in unknown)
    for one in pool["recusals"]:
        if (one["enterprise"] is None) == (one["site"] is None):
            yield Finding("名单", "pool.recusals", show(one), "enterprise 与 site 恰有一个为 null")
    for one in pool.get("candidates", []):
        if one["kind"] != pool["place"]["kind"] or one["id"] == pool["leaver"]["id"]:
            yield Finding("名单", "pool.candidates", show(one), "与空缺同类，且不是退出者")


# --- 3. Randomness ----------------------------------------------------------------------------------------------------
def randomness_findings(record: Json) -> Iterator[Finding]:
    """Whether the method is the one that the purpose asks for, and the secrets are those that were committed to."""
    randomness, is_official = record["randomness"], record["purpose"] == "official"
    method = "ceremony" if is_official else "text"
    yield from difference("随机性", "randomness.method", randomness["method"], method)
    yield from difference("随机性", "pool.number 大于 0", record["pool"]["number"] > 0, is_official)
    if randomness["method"] == "ceremony":
        rows, secrets = randomness["commitments"], {one["official"]: one["secret"] for one in randomness["secrets"]}
        officials = sorted({one["official"] for one in rows})
        if len(officials) < 2:  # noqa: PLR2004 (section 3)
            yield Finding("随机性", "randomness.commitments", show(officials), "至少两人")
        for name in ("commitments", "secrets"):
            found = [one["official"] for one in randomness[name]]
            yield from difference("随机性", f"randomness.{name}", found, officials)
        start = ("suicha-commitment/1", record["pool_digest"])
        made = [sha256(*start, one["official"], secrets.get(one["official"], "")) for one in rows]
        yield from difference("随机性", "randomness.commitments", [one["commitment"] for one in rows], made)


# --- 4. Which sites ---------------------------------------------------------------------------------------------------
def draw_sites(pool: Json, seed: str) -> Json:
    """The members `set_aside`, `strata` and `drawn` of the result."""
    owned: dict[str, list[str]] = {}
    strata: dict[tuple[str, str], list[str]] = {}
    for site in pool["sites"]:
        owned.setdefault(site["enterprise"], []).append(site["id"])
        strata.setdefault((site["jurisdiction"], site["risk"]), []).append(site["id"])
    aside = set()
    for firm in pool["enterprises"]:
        if firm["limit"] is not None:
            aside.update(by_ticket(owned.get(firm["id"], ()), seed, "cap")[firm["limit"] :])
    ratios = {(one["jurisdiction"], one["risk"]): one["basis_points"] for one in pool["rules"]["ratios"]}
    places = places_per_stratum({stratum: len(ids) * ratios[stratum] for stratum, ids in strata.items()}, seed)
    rows, drawn = [], []
    for stratum, ids in sorted(strata.items()):
        open_ids = by_ticket((one for one in ids if one not in aside), seed, "site")
        taken = open_ids[: places[stratum]]
        row = {"jurisdiction": stratum[0], "risk": stratum[1], "sites": len(ids), "open": len(open_ids)}
        rows.append({**row, "places": places[stratum], "taken": len(taken)})
        drawn += [{"site": one, "ticket": sha256(seed, "site", one)} for one in taken]
    return {"set_aside": sorted(aside), "strata": rows, "drawn": drawn}


def places_per_stratum(shares: dict[tuple[str, str], int], seed: str) -> dict[tuple[str, str], int]:
    """Whole places, and the extra ones by points at even distances on a line of parts. A share is n·b."""
    places = {stratum: share // 10_000 for stratum, share in shares.items()}
    line = sorted((one for one in shares if shares[one] % 10_000), key=lambda one: (sha256(seed, "stratum", *one), one))
    gap, start, u = -sum(shares.values()) % 10_000, 0, int(sha256(seed, "start"), 16) % 10_000
    for stratum in line:
        part = shares[stratum] % 10_000
        add = min(10_000 - part, gap)
        gap -= add
        # The first of the points u, u + 10000, … that is not before `start` lies (u - start) mod 10000 after it.
        places[stratum] += (u - start) % 10_000 < part + add
        start += part + add
    return places


# --- 5. Which teams ---------------------------------------------------------------------------------------------------
def barred_people(pool: Json, people: list[Json]) -> dict[str, frozenset[str]]:
    """For every site the people who may not go there."""
    recused: dict[tuple[Any, Any], list[str]] = {}
    for one in pool["recusals"]:
        recused.setdefault((one["enterprise"], one["site"]), []).append(one["inspector"])
    digits = {"off": 0, "district": None, "city": 4}[pool["rules"]["cross"]]
    home: dict[str, list[str]] = {}
    for person in people if digits != 0 else ():
        home.setdefault(person["home"][:digits], []).append(person["id"])
    barred = {}
    for site in pool["sites"]:
        why = ((site["enterprise"], None), (None, site["id"]))
        local = home.get(site["jurisdiction"][:digits], [])
        barred[site["id"]] = frozenset(chain(local, *(recused.get(one, ()) for one in why)))
    return barred


def bits(teams: int) -> Iterator[int]:
    """The members of a set of teams. Such sets are written as the bits of a number; bit t is team t + 1."""
    while teams:
        yield (teams & -teams).bit_length() - 1
        teams &= teams - 1


class Assignment:
    """An evenest assignment: the load of every team, and how many sites of each class it holds.

    The class of a site is the set of teams that may go there: sites of one class are interchangeable.
    """

    def __init__(self, sites: Iterable[int], teams: int) -> None:
        """Let every further site end, by a path of moves, with the least loaded team it can reach: evenest it stays."""
        self.held: list[dict[int, int]] = [{} for _ in range(teams)]
        self.loads = [0] * teams
        for where in sites:
            hopeless = 0
            for low in sorted(range(teams), key=lambda t: (self.loads[t], not where >> t & 1)):
                if hopeless >> low & 1:
                    continue
                reaching, steps = (1 << low, {}) if where >> low & 1 else self.towards(1 << low)
                if where & reaching:
                    first = next(bits(where & reaching))
                    self.change(first, where, 1)
                    self.pass_on(first, steps)
                    self.loads[low] += 1
                    break
                hopeless |= reaching

    def change(self, team: int, where: int, by: int) -> None:
        """Add sites of a class to a team, or take them away."""
        self.held[team][where] = self.held[team].get(where, 0) + by
        if not self.held[team][where]:
            del self.held[team][where]

    def towards(self, goals: int) -> tuple[int, Steps]:
        """The teams that reach one of `goals`; for each that is none itself its first step: class and next team."""
        steps: Steps = {}
        reaching = latest = goals
        while latest:
            found = 0
            for team, classes in enumerate(self.held):
                where = 0 if reaching >> team & 1 else next((one for one in classes if one & latest), 0)
                if where:
                    steps[team] = (where, next(bits(where & latest)))
                    found |= 1 << team
            reaching, latest = reaching | found, found
        return reaching, steps

    def pass_on(self, team: int, steps: Steps) -> int:
        """Along the path every team hands one site to the next; returns the last team. Loads are the caller's."""
        while team in steps:
            where, after = steps[team]
            self.change(team, where, -1)
            self.change(after, where, 1)
            team = after
        return team


def draw_teams(pool: Json, hat: dict[str, list[str]], barred: dict[str, frozenset[str]], seed: str) -> Json:
    """The shuffle that is used: its number, teams, the class of each site, an evenest assignment and its spread."""
    rules, best = pool["rules"], dict[str, Any](spread=len(barred) + 1)
    size = {"officer": rules["officers"], "expert": rules["experts"]}
    if any(len(hat[kind]) < rules["teams"] * size[kind] for kind in size):
        raise NoResult("可派出的人员不够组成规定的队数")
    for shuffle in range(rules["shuffles"]):
        teams: list[Json] = [{"number": t + 1} for t in range(rules["teams"])]
        for kind, seats in size.items():
            queue = iter(by_ticket(hat[kind], seed, kind, str(shuffle)))
            for team in teams:
                team[f"{kind}s"] = list(islice(queue, seats))
        bit = {one: 1 << t for t, team in enumerate(teams) for one in team["officers"] + team["experts"]}
        everybody = (1 << len(teams)) - 1
        class_of = {people: everybody - sum({bit.get(one, 0) for one in people}) for people in {*barred.values()}}
        if 0 in class_of.values():
            continue  # a site to which no team may go
        classes = {site: class_of[people] for site, people in barred.items()}
        even = Assignment(classes.values(), len(teams))
        spread = max(even.loads) - min(even.loads)
        if spread < best["spread"] and (rules["most_visits"] is None or max(even.loads) <= rules["most_visits"]):
            best = {"shuffle": shuffle, "teams": teams, "classes": classes, "even": even, "spread": spread}
            if spread <= 1:
                break
    if "even" not in best:
        raise NoResult("没有一次洗牌组成的队伍能走完抽中的全部检查对象")
    return best


# --- 6. Which team where ----------------------------------------------------------------------------------------------
def out_of_the_hat(site: str, teams: int, seed: str) -> Iterator[int]:
    """All teams, counted from 0, in the order in which this site draws them."""
    hat = list(range(teams))
    for k in range(teams):
        i = int(sha256(seed, "team", site, str(k)), 16) % (teams - k)
        yield hat[i]
        hat[i] = hat[teams - k - 1]


def draw_team(site: str, where: int, even: Assignment, seed: str) -> int:
    """The first team out of the hat that may be given. `even` becomes the next witness, without this site."""
    loads = even.loads
    turns = (t for t in out_of_the_hat(site, len(loads), seed) if where >> t & 1)
    first = next(turns)
    # The witness may as well give this site to whichever team holds one of its class, best to the first out of the hat.
    a = first if where in even.held[first] else next(t for t, held in enumerate(even.held) if where in held)
    even.change(a, where, -1)
    if a == first:
        return a
    reach_a, to_a = even.towards(1 << a)
    givers = {loads[i] for i in bits(reach_a)} if not reach_a >> first & 1 else ()
    reach_taker, to_taker = even.towards(sum(1 << j for j, load in enumerate(loads) if load + 1 in givers))
    t = next(t for t in chain([first], turns) if (reach_a | reach_taker) >> t & 1)
    if reach_a >> t & 1:
        even.pass_on(t, to_a)
    else:
        j = even.pass_on(t, to_taker)
        i = next(i for i in bits(reach_a) if loads[i] == loads[j] + 1)
        even.pass_on(i, to_a)
        loads[i], loads[j] = loads[j], loads[i]
    return t


# --- 7, 9. The result -------------------------------------------------------------------------------------------------
def run(pool: Json, seed: str) -> Json:
    """The result that this pool and this seed give; raises NoResult."""
    people: list[Json] = pool["inspectors"] if "inspectors" in pool else pool["candidates"]
    barred = barred_people(pool, people)
    if "candidates" in pool:
        able = by_ticket({one["id"] for one in people}.difference(*barred.values()), seed, "replacement")
        if not able:
            raise NoResult("没有可以前往全部检查对象的候选人")
        return {"able": able, "chosen": able[0]}
    result = draw_sites(pool, seed)
    barred = {one["site"]: barred[one["site"]] for one in result["drawn"]}
    if not barred:
        raise NoResult("没有抽中任何检查对象")
    unusable = frozenset.intersection(*barred.values())
    hat: dict[str, list[str]] = {"officer": [], "expert": []}
    for person in people:
        if person["id"] not in unusable:
            hat[person["kind"]].append(person["id"])
    best = draw_teams(pool, hat, barred, seed)
    order, classes, even = by_ticket(barred, seed, "visit"), best["classes"], best["even"]
    visits = [{"site": one, "team": draw_team(one, classes[one], even, seed) + 1} for one in order]
    result.update(unusable=sorted(unusable), shuffle=best["shuffle"], teams=best["teams"], visits=visits)
    return {**result, "loads": even.loads, "spread": best["spread"]}


# --- The check and its report -----------------------------------------------------------------------------------------
def check(raw: bytes) -> list[Finding]:
    """All that is wrong with a file, in the order of the steps; empty if it is in order."""
    try:
        record = read(raw)
        wrong = misfit(record, "record", "")
        if not wrong:
            is_typed = isinstance(record["randomness"], dict) and record["randomness"].get("method") == "text"
            wrong = misfit(record["pool"], record["format"], "pool")
            wrong += misfit(record["randomness"], "typed" if is_typed else "revealed", "randomness")
        return wrong or list(findings(raw, record))
    except (ValueError, RecursionError, MemoryError) as error:
        return [Finding("读取", "", str(error) if isinstance(error, ValueError) else "嵌套过深或内容过大", "抽取记录")]


def findings(raw: bytes, record: Json) -> Iterator[Finding]:
    """Each step takes what earlier members say for granted, so that a change shows where it was made."""
    pool, text, form = record["pool"], raw.decode(), canonical(record)
    if text != form:
        n = next(n for n, (x, y) in enumerate(zip_longest(text, form)) if x != y)
        yield Finding("规范形式", f"第 {n + 1} 个字符起", show(text[n : n + 20]), show(form[n : n + 20]))
    body = canonical({name: value for name, value in record.items() if name != "digest"})
    yield from difference("记录摘要", "digest", record["digest"], sha256(body))
    yield from difference("名单摘要", "pool_digest", record["pool_digest"], sha256(canonical(pool)))
    wrong = list(pool_findings(pool))
    yield from wrong
    yield from randomness_findings(record)
    bound = canonical({"pool": record["pool_digest"], "randomness": record["randomness"]})
    yield from difference("种子", "seed", record["seed"], sha256(bound))
    try:
        yield from [] if wrong else difference("重算", "result", record["result"], run(pool, record["seed"]))
    except NoResult as none:
        yield Finding("重算", "result", show(record["result"]), f"无结果，抽取作废：{none}")


def difference(step: str, path: str, recorded: Any, expected: Any) -> list[Finding]:
    """The first place where two values differ (`true` is not 1); `...` stands for what is not there."""
    if isinstance(recorded, dict) and isinstance(expected, dict):
        names = {**expected, **recorded}
        pairs = [(f"{path}.{one}", recorded.get(one, ...), expected.get(one, ...)) for one in names]
    elif isinstance(recorded, list) and isinstance(expected, list):
        pairs = [(f"{path}[{n}]", *both) for n, both in enumerate(zip_longest(recorded, expected, fillvalue=...))]
    else:
        is_same = type(recorded) is type(expected) and recorded == expected
        return [] if is_same else [Finding(step, path, show(recorded), show(expected))]
    return next(filter(None, (difference(step, *pair) for pair in pairs)), [])


def show(value: Any) -> str:
    """A value as a short text that cannot disturb a terminal."""
    text = "（没有）" if value is ... else json.dumps(value, ensure_ascii=False)
    shown = "".join(one if one.isprintable() else f"\\u{ord(one):04x}" for one in text[:120])
    return shown + "…" * (len(text) > len(shown))


def report(record: Json) -> Iterator[str]:
    """What was checked, for a record in which nothing was found."""
    pool, result, randomness = record["pool"], record["result"], record["randomness"]
    yield f"1. 规范形式：{record['format']}，{record['purpose']}；任务 {show(pool['campaign']['name'])}"
    yield f"2. 名单：对象 {len(pool['sites'])} 个，本任务第 {pool['number']} 次，摘要 {record['pool_digest']}"
    officials = "、".join(show(one["official"]) for one in randomness.get("commitments", []))
    value = show(randomness.get("public", randomness.get("text")))
    yield f"3. 随机性：{officials + ' 的秘密数与承诺相符' if officials else '演练文本'}，{value}"
    yield f"4. 种子：{record['seed']}"
    if "chosen" in result:
        yield f"5. 重算补抽，相同：可派 {len(result['able'])} 人，抽中 {show(result['chosen'])}"
    else:
        yield f"5. 重算抽取对象，相同：抽中 {len(result['drawn'])} 个，因企业限次搁置 {len(result['set_aside'])} 个"
        yield f"6. 重算组队和派队，相同：第 {result['shuffle']} 次洗牌，各队检查 {result['loads']} 次"
    yield f"核验通过。请与抽取时公布的记录摘要核对：\n{record['digest']}"


def main(arguments: list[str]) -> int:
    """Check the file that is named and say what was found."""
    sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    try:
        with open(arguments[0], "rb") as file:  # noqa: PTH123
            raw = file.read(LARGEST_FILE + 1)
    except (IndexError, OSError, ValueError) as error:
        why = f"（{error}）" if arguments else ""
        print(f"核验未通过：没有给出可以读取的文件{why}。用法：python3 verify_draw.py FILE")
        return 1
    found = check(raw)
    if found:
        print(f"核验未通过，发现 {len(found)} 处不符，由先到后：")
    for one in found[:20]:
        print(f"步骤「{one.step}」 {one.path}\n  记录为 {one.recorded}\n  应当是 {one.expected}")
    print("\n".join([] if found else report(read(raw))))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
