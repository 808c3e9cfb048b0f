"""Making the pool: the rosters of a day and a campaign's settings give one text, the same whoever makes it.

docs/draw.md section 2.1 says what each member means, section 9 those of a replacement.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from suicha import __version__
from suicha.draws.rules.campaign import WHOLE, CampaignSettings, months_before
from suicha.draws.rules.teams import shuffles_for
from suicha.registry.rules import InspectorKind, PersonFacts, PoolFacts, RecusalFacts, SiteFacts

SOFTWARE = f"suicha {__version__}"
_SHOWN_OF_CODE = 4
_PLACED = ("id", "code", "name", "jurisdiction", "enterprise")


@dataclass(frozen=True)
class Ledger:
    """Which draw this is, and what came before it."""

    number: int
    earlier: Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class PastChecks:
    """When sites were checked last, and how often enterprises were this year."""

    last_on: Mapping[str, date]
    this_year: Mapping[str, int]


@dataclass(frozen=True)
class Place:
    """One seat of one team; seat 1 of the officers leads."""

    team: int
    kind: str
    seat: int


def masked_label(name: str, certificate_no: str | None, code: str) -> str:
    """A person for everybody's eyes: the first character, and the end of a number that colleagues know."""
    return f"{name[:1]}**{(certificate_no or code)[-_SHOWN_OF_CODE:]}"


def label_of(person: PersonFacts) -> str:
    """The masked name of somebody on the roster."""
    return masked_label(person.name, person.certificate_no, person.code)


def frozen_pool(
    campaign_id: str,
    settings: CampaignSettings,
    roster: PoolFacts,
    past: PastChecks,
    ledger: Ledger,
    *,
    names: Mapping[str, str],
    as_of: date,
) -> dict[str, Any]:
    """The pool of a whole draw; `names` are those of the jurisdictions."""
    out_sites = {site.id: why for site in roster.sites if (why := _why_not_site(site, settings, past))}
    out_people = {person.id: why for person in roster.inspectors if (why := _why_not_person(person, settings))}
    sites = sorted((site for site in roster.sites if site.id not in out_sites), key=lambda site: site.id)
    people = sorted((one for one in roster.inspectors if one.id not in out_people), key=lambda one: one.id)
    return {
        "format": "suicha-pool/1",
        "campaign": _campaign(campaign_id, settings),
        "number": ledger.number,
        "earlier": list(ledger.earlier),
        "as_of": as_of.isoformat(),
        "software": SOFTWARE,
        "jurisdictions": _jurisdictions(
            {*settings.jurisdictions, *(person.home_jurisdiction for person in people)}, names
        ),
        "enterprises": _enterprises(sites, settings, past),
        "sites": [{**_placed(site), "risk": site.risk_class} for site in sites],
        "inspectors": [_person(person) for person in people],
        "recusals": _recusals(
            roster.recusals,
            {person.id for person in people},
            sites={site.id for site in sites},
            enterprises={site.enterprise_id for site in sites},
        ),
        "excluded": {
            "sites": _excluded(((site.id, site.name) for site in roster.sites), out_sites),
            "inspectors": _excluded(((one.id, label_of(one)) for one in roster.inspectors), out_people),
        },
        "rules": {
            "ratios": _ratios(sites, settings),
            "cross": settings.cross.value,
            "officers": settings.officers,
            "experts": settings.experts,
            "teams": settings.teams or derived_teams(sites, people, settings),
            "most_visits": settings.most_visits,
            "shuffles": shuffles_for(len(people), len(sites)),
        },
    }


def frozen_replacement_pool(
    campaign_id: str,
    settings: CampaignSettings,
    roster: PoolFacts,
    ledger: Ledger,
    *,
    parent: str,
    place: Place,
    leaver: Mapping[str, str],
    open_sites: Iterable[Mapping[str, Any]],
    seated: Iterable[str],
    names: Mapping[str, str],
    as_of: date,
) -> dict[str, Any]:
    """The pool of one place; `seated` sit in a team or have left one, and are no candidates."""
    taken = {*seated, leaver["id"]}
    people = sorted(
        (
            one
            for one in roster.inspectors
            if one.kind == place.kind and one.id not in taken and _why_not_person(one, settings) is None
        ),
        key=lambda one: one.id,
    )
    sites = sorted(({name: site[name] for name in _PLACED} for site in open_sites), key=lambda site: str(site["id"]))
    codes = {*(site["jurisdiction"] for site in sites), *(person.home_jurisdiction for person in people)}
    return {
        "format": "suicha-replacement-pool/1",
        "campaign": _campaign(campaign_id, settings),
        "number": ledger.number,
        "earlier": list(ledger.earlier),
        "as_of": as_of.isoformat(),
        "software": SOFTWARE,
        "jurisdictions": _jurisdictions(codes, names),
        "parent": parent,
        "place": {"team": place.team, "kind": place.kind, "seat": place.seat},
        "leaver": dict(leaver),
        "sites": sites,
        "candidates": [_person(person) for person in people],
        "recusals": _recusals(
            roster.recusals,
            {person.id for person in people},
            sites={str(site["id"]) for site in sites},
            enterprises={str(site["enterprise"]) for site in sites},
        ),
        "rules": {"cross": settings.cross.value},
    }


def derived_teams(sites: Sequence[SiteFacts], people: Sequence[PersonFacts], settings: CampaignSettings) -> int:
    """As many teams as the people make, but none that could not get a visit."""
    officers = sum(1 for person in people if person.kind == InspectorKind.OFFICER)
    teams = officers // settings.officers
    if settings.experts:
        teams = min(teams, (len(people) - officers) // settings.experts)
    strata = Counter((site.jurisdiction, site.risk_class) for site in sites)
    points = sum(settings.basis_points(*stratum) * count for stratum, count in strata.items())
    return max(1, min(teams, -(-points // WHOLE)))


def _why_not_site(site: SiteFacts, settings: CampaignSettings, past: PastChecks) -> str | None:
    months, checked_on = settings.exclude_checked_within_months, past.last_on.get(site.id)
    if months is not None and checked_on is not None and checked_on > months_before(settings.from_on, months):
        return "checked_recently"
    return "enterprise_limit" if _limit(site.enterprise_id, settings, past) == 0 else None


def _why_not_person(person: PersonFacts, settings: CampaignSettings) -> str | None:
    if person.kind == InspectorKind.EXPERT and settings.experts == 0:
        return "other_kind"
    if person.is_on_leave:
        return "on_leave"
    return None if person.has_valid_certificate else "certificate_expired"


def _limit(enterprise_id: str, settings: CampaignSettings, past: PastChecks) -> int | None:
    if settings.yearly_limit is None:
        return None
    return max(0, settings.yearly_limit - past.this_year.get(enterprise_id, 0))


def _campaign(campaign_id: str, settings: CampaignSettings) -> dict[str, Any]:
    return {
        "id": campaign_id,
        "name": settings.name,
        "authority": settings.authority or None,
        "from": settings.from_on.isoformat(),
        "until": settings.until_on.isoformat(),
        "edition": settings.edition_hash,
        "departments": [text for text in (settings.lead_department, *settings.departments) if text],
    }


def _jurisdictions(codes: Iterable[str], names: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"code": code, "name": names.get(code, code)} for code in sorted(codes)]


def _enterprises(sites: Iterable[SiteFacts], settings: CampaignSettings, past: PastChecks) -> list[dict[str, Any]]:
    names = {site.enterprise_id: site.enterprise_name for site in sites}
    return [{"id": id_, "name": names[id_], "limit": _limit(id_, settings, past)} for id_ in sorted(names)]


def _placed(site: SiteFacts) -> dict[str, Any]:
    return {
        "id": site.id,
        "code": site.code,
        "name": site.name,
        "jurisdiction": site.jurisdiction,
        "enterprise": site.enterprise_id,
    }


def _person(person: PersonFacts) -> dict[str, str]:
    return {
        "id": person.id,
        "kind": str(person.kind),
        "label": label_of(person),
        "home": person.home_jurisdiction,
    }


def _recusals(
    recusals: Iterable[RecusalFacts], people: set[str], *, sites: set[str], enterprises: set[str]
) -> list[dict[str, str | None]]:
    """Those that bar somebody in the hat from something in the hat, each once; null before any text."""
    rows = {
        (row.inspector_id, row.enterprise_id, row.site_id)
        for row in recusals
        if row.inspector_id in people and (row.enterprise_id in enterprises or row.site_id in sites)
    }
    ordered = sorted(rows, key=lambda row: (row[0], row[1] is not None, row[1] or "", row[2] is not None, row[2] or ""))
    return [{"inspector": person, "enterprise": enterprise, "site": site} for person, enterprise, site in ordered]


def _excluded(rows: Iterable[tuple[str, str]], out: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"id": id_, "label": label, "why": out[id_]} for id_, label in sorted(rows) if id_ in out]


def _ratios(sites: Iterable[SiteFacts], settings: CampaignSettings) -> list[dict[str, Any]]:
    strata = sorted({(site.jurisdiction, site.risk_class) for site in sites})
    return [
        {"jurisdiction": code, "risk": risk, "basis_points": settings.basis_points(code, risk)} for code, risk in strata
    ]
