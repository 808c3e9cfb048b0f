"""What the public is shown of a visit, as one canonical text with its digest; and which categories it stands under."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from suicha.kit.canonical import canonical_json
from suicha.kit.digest import sha256_hex
from suicha.publication.rules.masking import masked, masked_name, masked_number

FORMAT = "suicha-publication/1"


@dataclass(frozen=True)
class Finding:
    """A problem as it stands on the day of publishing."""

    item: str
    title: str
    severity: str
    remark: str
    state: str
    due_on: str | None


@dataclass(frozen=True)
class Person:
    """Somebody who inspected."""

    name: str
    role: str
    certificate_no: str | None


@dataclass(frozen=True)
class Points:
    """What a scored visit got, as texts in their normal form; `dimensions` are name, points and the most there are.

    `is_reference`: the weights are those of the program, no authority issued them.
    """

    total: str
    full: str
    grade: str
    dimensions: Sequence[tuple[str, str, str]]
    is_reference: bool


@dataclass(frozen=True)
class Visited:
    """Everything that a snapshot is made from."""

    visit: str
    code: str
    campaign: str
    agency: str | None
    site: str
    address: str
    district: str
    enterprise: str
    uscc: str
    inspected_on: str
    edition: str
    edition_hash: str
    item_count: int
    people: Sequence[Person]
    findings: Sequence[Finding]
    fixed_on_spot: int
    draw_number: int | None
    draw_id: str | None
    points: Points | None = None


def proposed_categories(
    chosen: Collection[str], findings: Sequence[Finding], *, is_ordered: bool, known: Collection[str]
) -> list[str]:
    """What the leader put in the record, else what follows from the findings."""
    said = sorted(set(chosen) & set(known))
    if said:
        return said
    if not findings:
        return ["no_problem_found"]
    return ["ordered_to_correct" if is_ordered else "problem_pending"]


def snapshot(
    visited: Visited,
    *,
    categories: Sequence[str],
    labels: Mapping[str, str],
    edited: Mapping[str, str],
    published_on: str,
    show_remarks: bool,
    show_inspectors: str,
) -> dict[str, Any]:
    """The members of a publication; remarks are masked, also where a reviewer has worded them (`edited` by item)."""
    names = [person.name for person in visited.people]
    # A visit without points has no member for them: what was published before there were any keeps its digest.
    scored = {"points": _points(visited.points)} if visited.points else {}
    return scored | {
        "format": FORMAT,
        "code": visited.code,
        "campaign": visited.campaign,
        "agency": visited.agency,
        "site": visited.site,
        "address": visited.address,
        "district": visited.district,
        "enterprise": visited.enterprise,
        "uscc": visited.uscc,
        "inspected_on": visited.inspected_on,
        "published_on": published_on,
        "edition": {"name": visited.edition, "hash": visited.edition_hash, "items": visited.item_count},
        "inspectors": _people(visited.people) if show_inspectors == "masked_certificate" else [],
        "categories": [{"code": code, "label": labels[code]} for code in categories],
        "fixed_on_spot": visited.fixed_on_spot,
        "findings": [
            {
                "item": one.item,
                "title": one.title,
                "severity": one.severity,
                "text": masked(edited.get(one.item, one.remark), names) if show_remarks else "",
                "state": one.state,
                "due_on": one.due_on,
            }
            for one in visited.findings
        ],
        "draw": {"id": visited.draw_id, "number": visited.draw_number} if visited.draw_id else None,
    }


def _points(points: Points) -> dict[str, Any]:
    return {
        "total": points.total,
        "full": points.full,
        "grade": points.grade,
        "dimensions": [{"name": name, "points": got, "max": most} for name, got, most in points.dimensions],
        "is_reference": points.is_reference,
    }


def _people(people: Iterable[Person]) -> list[dict[str, Any]]:
    return [
        {"name": masked_name(p.name), "role": p.role, "certificate_no": masked_number(p.certificate_no)}
        for p in people
        if p.role != "expert"
    ]


def text_of(members: Mapping[str, Any]) -> tuple[str, str]:
    """The canonical text of a snapshot, and its digest."""
    text = canonical_json(members)
    return text, sha256_hex(text)
