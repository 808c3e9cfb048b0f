"""The facts of 现场检查笔录 from a stored record, with reduced copies of its pictures."""

import asyncio
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from suicha.accounts.queries import Caller
from suicha.checklists import queries as checklists
from suicha.checklists.rules import Edition, marks_in
from suicha.checklists.rules.scoring import Answered, points_text, score_fits
from suicha.documents import actions as documents
from suicha.documents.rules import Kind
from suicha.documents.tables import Document
from suicha.draws.tables import Campaign
from suicha.evidence.images import reduced
from suicha.evidence.rules import original_key
from suicha.infra.blobs import BlobMissing, BlobStore
from suicha.infra.db import Database
from suicha.infra.settings import settings_from_environment
from suicha.inspections.records import record_of
from suicha.inspections.rules.record import Record, SignatureText
from suicha.inspections.rules.transcript import ItemText, Photo, RegisterText
from suicha.inspections.tables import Inspection
from suicha.kit.clock import SHANGHAI, local_date, parse_instant

RESULTS = {"pass": "符合", "fail": "不符合", "fixed": "当场改正", "na": "不适用"}
SEVERITIES = {"minor": "一般", "serious": "较重", "major": "重大"}
SIGNERS = {
    "officer": "执法人员",
    "leader": "执法人员（组长）",
    "representative": "被检查单位在场负责人",
    "witness": "见证人",
}
# Wide enough for half a page at 200 dots per inch; a record of forty photos stays below the size of an e-mail.
PRINT_EDGE = 900
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Shot:
    """A photo under the number by which papers speak of it."""

    no: str
    item: str
    photo: Photo


def shots_of(record: Record) -> list[Shot]:
    """Every photo that stands, numbered through in the order of the list."""
    photos = [(text.item, photo) for _, _, text in record.items for photo in text.photos]
    photos += [("整体", photo) for photo in record.visit.photos]
    standing = [(item, photo) for item, photo in photos if not photo.is_excluded]
    return [Shot(f"证{n}", item, photo) for n, (item, photo) in enumerate(standing, start=1)]


async def agency_of(session: AsyncSession, inspection: Inspection) -> str | None:
    """Who issues papers about a visit: the campaign's lead department, else what the installation says of itself."""
    campaign = await session.get(Campaign, inspection.campaign_id) if inspection.campaign_id else None
    return (campaign.lead_department if campaign else None) or settings_from_environment().agency


def team_facts(record: Record) -> list[dict[str, Any]]:
    """The members in force; an expert needs no certificate, so a word stands in its place."""
    return [
        {
            "name": member.name,
            "role": member.role,
            "certificate": "—" if member.role == "expert" else member.certificate_no,
        }
        for member in record.team
        if not member.is_revoked
    ]


async def make_site_record(
    database: Database, blobs: BlobStore, inspection_id: str, caller: Caller, *, now: datetime
) -> Document:
    """Make the record of a sealed visit under its number, or a newer revision of the one that there is.

    Reading the pictures takes seconds: nobody waits for the database meanwhile.
    """
    async with database.reading() as session:
        facts, pictures = await site_record_facts(session, blobs, inspection_id, caller)
    async with database.writing() as session:
        about = f"inspection:{inspection_id}"
        number = await documents.number_for(session, Kind.SITE_RECORD, about, now=now)
        return await documents.make_document(
            session,
            blobs,
            number,
            facts,
            about=about,
            jurisdiction=facts["jurisdiction"],
            by=caller.id,
            now=now,
            pictures=pictures,
        )


async def site_record_facts(
    session: AsyncSession, blobs: BlobStore, inspection_id: str, caller: Caller
) -> tuple[dict[str, Any], dict[str, bytes]]:
    """What stands in the record, and the pictures by name; raises InspectionUnknown."""
    record = await record_of(session, inspection_id, caller)
    inspection = await session.get_one(Inspection, inspection_id)
    edition = await checklists.edition_facts(session, inspection.edition_hash)
    outcomes = await checklists.outcome_labels(session, inspection.edition_hash)
    shots = shots_of(record)
    seal = record.seals[-1] if record.seals else None
    signatures = list(seal.signatures) if seal else []
    pictures = await pictures_named(
        blobs,
        [*(f"{shot.photo.sha256}.jpg" for shot in shots), *(f"{one.image_sha256}.png" for one in signatures)],
    )
    counts = Counter(_result(text) for _, _, text in record.items)
    facts = {
        "jurisdiction": record.facts.jurisdiction,
        "agency": await agency_of(session, inspection),
        "visit": {
            "code": record.facts.code,
            "campaign": record.facts.campaign,
            "begun_at": _moment(record.facts.begun_at),
            "sealed_at": _moment(seal.sealed_at) if seal else None,
            "manifest": seal.manifest_hash if seal else "",
            "is_sound": seal is not None and seal.state != "sealed_disputed",
            "edition": f"{edition.name}，共{len(edition.items)}项",
            "arrival": _arrival(record.visit),
            "representative": _representative(record.visit),
            "outcome": [outcomes.get(code, code) for code in _values(record.visit.registers["outcome"])],
        },
        "site": {"name": record.site["name"], "address": record.site["address"]},
        "enterprise": {"name": record.enterprise["name"], "uscc": record.enterprise["uscc"]},
        "team": team_facts(record),
        "items": [_item(title, text, shots, edition) for title, _, text in record.items],
        "counts": {name: str(counts[label]) for name, label in RESULTS.items()},
        **_marks(record, edition),
        "notes": [note.text for note in record.visit.notes if not note.is_retracted],
        "signatures": [_signature(one, pictures) for one in signatures],
        "photos": [_photo(shot, pictures) for shot in shots],
        "made_on": local_date(record.facts.sealed_at or record.facts.dispatched_at).isoformat(),
    }
    return facts, pictures


def _marks(record: Record, edition: Edition) -> dict[str, Any]:
    """Points by dimension and in all; nothing for an edition without points, whose papers stay as they are."""
    if edition.scoring is None:
        return {}
    answers = {
        text.item: Answered(_one(text.registers["result"]), _one(text.registers["score"]))
        for _, _, text in record.items
        if not text.registers["result"].is_in_conflict and not text.registers["score"].is_in_conflict
    }
    marks, names = marks_in(edition, answers), dict(edition.groups)
    if marks is None:
        return {"marks": None}
    return {
        "marks": {
            "dimensions": [
                {"name": names[one.group], "points": points_text(one.points), "max": points_text(one.max)}
                for one in marks.dimensions
            ],
            "total": points_text(marks.total),
            "full": points_text(marks.full),
            "grade": marks.grade,
            "is_reference": edition.scoring.weights == "reference",
        }
    }


def _points(text: ItemText, edition: Edition) -> dict[str, str]:
    """What stands where other papers say the result; an item in dispute keeps its word."""
    rule, register = edition.scores.get(text.item), text.registers["score"]
    score = _one(register)
    if (
        rule is None
        or register.is_in_conflict
        or text.registers["result"].is_in_conflict
        or not score_fits(rule, score)
    ):
        return {}
    return {"points": f"{score} / {points_text(rule.max)}"}


def _item(title: str, text: ItemText, shots: Sequence[Shot], edition: Edition) -> dict[str, Any]:
    result = text.registers["result"]
    reasons = [said.reason for said in result.values if said.reason]
    has_failed = _result(text) in ("不符合", "当场改正") and text.item not in edition.scores
    return {
        **_points(text, edition),
        "code": text.item,
        "title": title,
        "result": _result(text),
        "severity": SEVERITIES.get(str(_one(text.registers["severity"]))) if has_failed else None,
        "remark": _one(text.registers["remark"]),
        "readings": [
            f"{r.value} {r.unit}{f'（{r.instrument}）' if r.instrument else ''}" for r in text.readings if not r.is_void
        ],
        "notes": [note.text for note in text.notes if not note.is_retracted],
        "evidence": [shot.no for shot in shots if shot.item == text.item],
        "reason": reasons[0] if reasons else None,
    }


def _result(text: ItemText) -> str:
    register = text.registers["result"]
    if register.is_in_conflict:
        return "有分歧"
    return RESULTS.get(str(_one(register)), "未答")


def _one(register: RegisterText) -> Any:
    return register.values[0].value if register.values else None


def _values(register: RegisterText) -> list[str]:
    value = _one(register)
    return [str(code) for code in value] if isinstance(value, list) else []


def _arrival(visit: ItemText) -> str:
    value = _one(visit.registers["arrival"])
    if not isinstance(value, dict) or value.get("lat") is None:
        return "未记录位置"
    return f"北纬 {value['lat']}，东经 {value.get('lon')}，误差 {value.get('acc_m', '—')} 米"


def _representative(visit: ItemText) -> str:
    value = _one(visit.registers["site_rep"])
    if isinstance(value, dict):
        return "　".join(str(value[name]) for name in ("name", "title", "phone") if value.get(name)) or "未记录"
    return str(value) if value else "未记录"


def _signature(one: SignatureText, pictures: dict[str, bytes]) -> dict[str, Any]:
    name = f"{one.image_sha256}.png"
    return {
        "role": SIGNERS.get(one.role, one.role),
        "name": one.name,
        "at": _moment(parse_instant(one.stamp.received_at)),
        "refused": (one.refused_because or "未说明") if one.is_refusal else None,
        "witness": one.witness,
        "picture": name if one.image_sha256 and name in pictures else None,
        "is_awaited": bool(one.image_sha256) and name not in pictures,
    }


def _photo(shot: Shot, pictures: dict[str, bytes]) -> dict[str, Any]:
    photo = shot.photo
    name = f"{photo.sha256}.jpg"
    gps = photo.gps
    return {
        "no": shot.no,
        "item": shot.item,
        # What has not come from the phone yet keeps its number and its digest.
        "picture": name if name in pictures else None,
        "caption": str(_one(photo.caption) or ""),
        "taken": (photo.taken or "未记录").replace("T", " ")[:19],
        "by": photo.stamp.by.name,
        "position": f"{gps['lat']}, {gps['lon']}（±{gps['acc_m']} 米）" if gps else "未记录",
        "sha256": photo.sha256,
    }


async def pictures_named(blobs: BlobStore, names: Iterable[str]) -> dict[str, bytes]:
    """`<sha256>.jpg` is a photo reduced for paper, `<sha256>.png` a drawn signature; what is not there is left out."""
    found: dict[str, bytes] = {}
    for name in dict.fromkeys(names):
        sha256, _, suffix = name.partition(".")
        data = await _read(blobs, sha256) if _SHA256.fullmatch(sha256) else None
        if data and suffix == "jpg":
            small = await asyncio.to_thread(reduced, data, PRINT_EDGE)
            if small:
                found[name] = small
        elif data and data.startswith(b"\x89PNG"):
            found[name] = data
    return found


async def _read(blobs: BlobStore, sha256: str) -> bytes | None:
    try:
        return await blobs.get(original_key(sha256))
    except BlobMissing:
        return None


def _moment(at: datetime | None) -> str:
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if at else "—"
