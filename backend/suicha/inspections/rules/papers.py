"""The facts of printed documents: what a form says, without how it looks."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from suicha.checklists.rules import Edition
from suicha.kit.clock import SHANGHAI

_STATES = {"sealed": "有效", "superseded": "已被取代", "void": "作废"}


@dataclass(frozen=True)
class Person:
    """Somebody who was drawn, as he stands on paper and as he signs in."""

    inspector: str
    name: str
    role: str
    certificate_no: str | None
    account: str | None


@dataclass(frozen=True)
class Line:
    """One planned visit as a line of a list."""

    site: str
    address: str
    enterprise: str
    uscc: str
    district: str
    team_no: int
    on: date
    is_uncertain: bool
    withheld: str | None


@dataclass(frozen=True)
class Round:
    """What all documents of a draw share."""

    campaign: str
    agency: str | None
    authority: str | None
    digest: str
    teams: Mapping[int, Sequence[Person]]
    edition: Edition


@dataclass(frozen=True)
class Signed:
    """An opinion with its author and day."""

    name: str
    opinion: str
    on: date


def approval_facts(
    round_: Round, lines: Sequence[Line], *, requested: Signed, approved: Signed | None, urgent_reason: str | None
) -> dict[str, Any]:
    """行政检查审批表."""
    sent = {line.team_no for line in lines}
    days = [line.on for line in lines]
    return {
        "campaign": round_.campaign,
        "authority": round_.authority,
        "draw": round_.digest,
        "edition": f"{round_.edition.name}，共{len(round_.edition.items)}项",
        "period": [min(days).isoformat(), max(days).isoformat()],
        "enterprise_count": len({line.uscc for line in lines}),
        "district_count": len({line.district for line in lines}),
        "is_urgent": urgent_reason is not None,
        "urgent_reason": urgent_reason,
        "withheld": [line.site for line in lines if line.withheld],
        "requested": _signed(requested),
        "approved": _signed(approved) if approved else None,
        "visits": [_plain(line) for line in lines],
        "teams": [{"no": no, "members": _people(people)} for no, people in sorted(round_.teams.items()) if no in sent],
    }


def notice_facts(round_: Round, line: Line, *, approval: str | None, made_on: date) -> dict[str, Any]:
    """行政检查通知书."""
    counts = Counter(item.group for item in round_.edition.items)
    return {
        "campaign": round_.campaign,
        "agency": round_.agency,
        "site": {"name": line.site, "address": line.address},
        "enterprise": {"name": line.enterprise, "uscc": line.uscc},
        "on": line.on.isoformat(),
        "is_uncertain": line.is_uncertain,
        "approval": approval,
        "team": _people(round_.teams[line.team_no]),
        "groups": [{"name": name, "count": str(counts[code])} for code, name in round_.edition.groups if counts[code]],
        "item_count": len(round_.edition.items),
        "made_on": made_on.isoformat(),
    }


def draw_record_facts(
    record: Mapping[str, Any], *, sealed_at: datetime | None, verify_url: str | None
) -> dict[str, Any]:
    """双随机抽取记录, from the public record alone: people stand in it under their masked names."""
    pool, result = record["pool"], record["result"]
    labels = {person["id"]: person["label"] for person in pool["inspectors"]}
    kinds = Counter(person["kind"] for person in pool["inspectors"])
    randomness = _randomness(record["randomness"])
    loads: list[int] = result["loads"]
    return {
        "campaign": pool["campaign"]["name"],
        "authority": pool["campaign"]["authority"],
        "is_rehearsal": record["purpose"] == "rehearsal",
        "sealed_at": f"{sealed_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}（北京时间）" if sealed_at else "",
        "draw_number": pool["number"],
        "pool": {
            "sites": len(pool["sites"]),
            "officers": kinds["officer"],
            "experts": kinds["expert"],
            "recusals": len(pool["recusals"]),
            "excluded": sum(len(rows) for rows in pool["excluded"].values()),
            "as_of": pool["as_of"],
            "digest": record["pool_digest"],
        },
        "drawn_count": len(result["drawn"]),
        "loads": [min(loads, default=0), max(loads, default=0)],
        "seed": record["seed"],
        "digest": record["digest"],
        "randomness": randomness,
        "signers": [official["name"] for official in randomness.get("officials", [])],
        "verify_url": verify_url,
        "qr": verify_url or record["digest"],
        "teams": [_masked_team(team, labels, loads) for team in result["teams"]],
        "districts": _districts(pool, result["visits"]),
        "ledger": [
            {"number": e["number"], "state": _STATES[e["state"]], "digest": e["digest"], "reason": e["reason"]}
            for e in pool["earlier"]
        ],
    }


def draw_list_facts(round_: Round, lines: Iterable[Line]) -> dict[str, Any]:
    """抽取结果名单, for the office's own use: with names."""
    return {
        "campaign": round_.campaign,
        "digest": round_.digest,
        "rows": [
            {
                "site": line.site,
                "enterprise": line.enterprise,
                "district": line.district,
                "team": line.team_no,
                "people": [person.name for person in round_.teams[line.team_no]],
            }
            for line in lines
        ],
    }


def _randomness(said: Mapping[str, Any]) -> dict[str, Any]:
    if said["method"] != "ceremony":
        return {"method": "text", "text": said["text"]}
    secrets = {entry["official"]: entry["secret"] for entry in said["secrets"]}
    return {
        "method": "ceremony",
        "officials": [
            {"name": entry["official"], "commitment": entry["commitment"], "secret": secrets[entry["official"]]}
            for entry in said["commitments"]
        ],
        **said["public"],
    }


def _masked_team(team: Mapping[str, Any], labels: Mapping[str, str], loads: Sequence[int]) -> dict[str, Any]:
    leader, *officers = team["officers"]
    return {
        "no": team["number"],
        "leader": labels[leader],
        "officers": [labels[person] for person in officers],
        "experts": [labels[person] for person in team["experts"]],
        "load": loads[team["number"] - 1],
    }


def _districts(pool: Mapping[str, Any], visits: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    sites = {site["id"]: site for site in pool["sites"]}
    enterprises = {enterprise["id"]: enterprise["name"] for enterprise in pool["enterprises"]}
    names = {district["code"]: district["name"] for district in pool["jurisdictions"]}
    rows: dict[str, list[dict[str, Any]]] = {}
    for visit in visits:
        site = sites[visit["site"]]
        rows.setdefault(site["jurisdiction"], []).append(
            {"name": site["name"], "enterprise": enterprises[site["enterprise"]], "team": visit["team"]}
        )
    return [
        {"name": names[code], "sites": sorted(rows[code], key=lambda row: (row["team"], row["name"]))}
        for code in sorted(rows)
    ]


def _people(people: Iterable[Person]) -> list[dict[str, Any]]:
    return [{"name": p.name, "role": p.role, "certificate_no": p.certificate_no} for p in people]


def _signed(said: Signed) -> dict[str, Any]:
    return {"name": said.name, "opinion": said.opinion, "on": said.on.isoformat()}


def _plain(line: Line) -> dict[str, Any]:
    return asdict(line) | {"on": line.on.isoformat()}
