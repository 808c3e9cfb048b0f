"""The facts of 责令限期改正通知书, 送达回证, 复查记录 and 移送函, and making them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from suicha.accounts import queries as accounts
from suicha.accounts.queries import Caller
from suicha.accounts.rules import Role
from suicha.checklists import queries as checklists
from suicha.checklists.rules import Edition, LegalBasis, printable_basis
from suicha.documents import actions as documents
from suicha.documents.rules import Kind
from suicha.documents.tables import Document
from suicha.infra.blobs import BlobStore
from suicha.inspections.records import record_of
from suicha.inspections.rules.record import Record
from suicha.inspections.site_record import RESULTS, SEVERITIES, Shot, agency_of, shots_of, team_facts
from suicha.inspections.tables import Inspection
from suicha.kit.clock import local_date
from suicha.rectification import queries
from suicha.rectification.tables import Order, Problem, Recheck, Referral

_UNITS = {"working_days": "个工作日", "calendar_days": "日"}
_RECHECK_RESULTS = {"pass": "已整改", "fail": "未整改", "fixed": "当场改正", "na": "不适用"}


async def order_document(
    session: AsyncSession, blobs: BlobStore, order: Order, *, link_url: str | None, by: str, now: datetime
) -> Document:
    """Make the order under its number, or a newer revision of it; raises DocumentFactsMissing."""
    facts = await order_facts(session, order, link_url=link_url, now=now)
    about = f"order:{order.id}"
    number = await documents.number_for(session, Kind.ORDER, about, now=now)
    return await documents.make_document(
        session, blobs, number, facts, about=about, jurisdiction=order.jurisdiction, by=by, now=now
    )


async def order_facts(session: AsyncSession, order: Order, *, link_url: str | None, now: datetime) -> dict[str, Any]:
    """What stands on the order."""
    record, inspection = await _record(session, order.inspection_id)
    edition = await checklists.edition_facts(session, inspection.edition_hash)
    problems = await queries.problems_of_order(session, order.id, is_open=True)
    shots = shots_of(record)
    facts = [
        _problem(n, problem, edition, shots, is_high_rise=bool(record.site["is_high_rise"]))
        for n, problem in enumerate(problems, start=1)
    ]
    return {
        **await _place(session, record, inspection),
        "problems": [
            one | _due(problem) | {"immediate": _is_immediate(problem, edition)}
            for one, problem in zip(facts, problems, strict=True)
        ],
        "report": {"url": link_url or ""},
        "qr": link_url,
        "made_on": local_date(now).isoformat(),
    }


async def service_document(
    session: AsyncSession, blobs: BlobStore, order: Order, *, by: str, now: datetime
) -> Document:
    """Make the proof of service, or a newer revision of it."""
    facts = await service_facts(session, order, by=by)
    about = f"order:{order.id}"
    number = await documents.number_for(session, Kind.SERVICE, about, now=now)
    return await documents.make_document(
        session, blobs, number, facts, about=about, jurisdiction=order.jurisdiction, by=by, now=now
    )


async def service_facts(session: AsyncSession, order: Order, *, by: str) -> dict[str, Any]:
    """What stands on the proof of service."""
    record, inspection = await _record(session, order.inspection_id)
    names = await accounts.names_of(session, [order.served_by or by])
    return {
        **await _place(session, record, inspection),
        "order": {"number": order.number},
        "service": {
            "on": order.served_on.isoformat() if order.served_on else None,
            "how": order.served_how,
            "place": record.site["address"],
            "recipient": order.recipient,
            "witness": order.witness,
            "note": order.service_note,
            "by": names.get(order.served_by or by, ""),
        },
    }


async def recheck_record_document(
    session: AsyncSession, blobs: BlobStore, recheck: Recheck, *, by: str, now: datetime
) -> Document:
    """Make the record of a recheck that was sealed; raises DocumentFactsMissing before that."""
    facts = await recheck_facts(session, recheck)
    about = f"recheck:{recheck.id}"
    number = await documents.number_for(session, Kind.RECHECK_RECORD, about, now=now)
    return await documents.make_document(
        session, blobs, number, facts, about=about, jurisdiction=recheck.jurisdiction, by=by, now=now
    )


async def recheck_facts(session: AsyncSession, recheck: Recheck) -> dict[str, Any]:
    """What stands in the record of a recheck."""
    record, inspection = await _record(session, recheck.visit_id or recheck.inspection_id)
    origin = await session.get_one(Inspection, recheck.inspection_id)
    rows = await _recheck_rows(session, recheck, record)
    place = await _place(session, record, inspection)
    not_fixed = sum(row["result"] == "未整改" for row in rows)
    seal = record.seals[-1] if record.seals and recheck.visit_id else None
    return {
        **place,
        "visit": place["visit"]
        | {
            "origin": origin.code,
            "on": local_date(seal.sealed_at).isoformat() if seal else inspection.planned_on.isoformat(),
            "partner": recheck.partner,
            "manifest": seal.manifest_hash if seal else None,
        },
        "problems": rows,
        "counts": {"fixed": str(len(rows) - not_fixed), "not_fixed": str(not_fixed)},
    }


async def _recheck_rows(session: AsyncSession, recheck: Recheck, record: Record) -> list[dict[str, Any]]:
    answers = {text.item: text for _, _, text in record.items}
    shots = shots_of(record)
    rows = []
    for outcome in await queries.outcomes_of(session, recheck.id):
        problem = await session.get_one(Problem, outcome.problem_id)
        text = answers.get(problem.item)
        said = text.registers["result"].values if text else ()
        rows.append(
            {
                "item": problem.item,
                "title": problem.title,
                "due_on": problem.due_on.isoformat(),
                "result": _RECHECK_RESULTS.get(str(said[0].value)) if said else None,
                "remark": outcome.remark or "—",
                "evidence": [shot.no for shot in shots if shot.item == problem.item],
            }
        )
    return rows


async def referral_document(
    session: AsyncSession, blobs: BlobStore, referral: Referral, *, by: str, now: datetime
) -> Document:
    """Make the letter to the other department."""
    facts = await referral_facts(session, referral)
    about = f"referral:{referral.id}"
    number = await documents.number_for(session, Kind.REFERRAL, about, now=now)
    return await documents.make_document(
        session, blobs, number, facts, about=about, jurisdiction=referral.jurisdiction, by=by, now=now
    )


async def referral_facts(session: AsyncSession, referral: Referral) -> dict[str, Any]:
    """What stands in the letter."""
    record, inspection = await _record(session, referral.inspection_id)
    edition = await checklists.edition_facts(session, inspection.edition_hash)
    problems = await queries.problems_of_referral(session, referral.id)
    shots = shots_of(record)
    return {
        **await _place(session, record, inspection),
        "campaign": inspection.campaign,
        "department": referral.department,
        "reason": referral.reason,
        "problems": [
            _problem(n, problem, edition, shots, is_high_rise=bool(record.site["is_high_rise"]))
            for n, problem in enumerate(problems, start=1)
        ],
        "reply_due_on": referral.reply_due_on.isoformat(),
        "is_reply_due_uncertain": referral.is_reply_due_uncertain,
        "made_on": referral.sent_on.isoformat(),
    }


async def _record(session: AsyncSession, inspection_id: str) -> tuple[Record, Inspection]:
    """The record as the system itself reads it: who may order a paper was decided before."""
    inspection = await session.get_one(Inspection, inspection_id)
    system = Caller("", "", "", (Role.OFFICE.value,), inspection.jurisdiction)
    return await record_of(session, inspection_id, system), inspection


async def _place(session: AsyncSession, record: Record, inspection: Inspection) -> dict[str, Any]:
    seal = record.seals[-1] if record.seals else None
    representative = record.visit.registers["site_rep"].values
    said = representative[0].value if representative else None
    name = said.get("name") if isinstance(said, dict) else said
    return {
        "agency": await agency_of(session, inspection),
        "visit": {
            "code": inspection.code,
            "campaign": inspection.campaign,
            "on": local_date(seal.sealed_at).isoformat() if seal else inspection.planned_on.isoformat(),
            "representative": str(name) if name else "未记录",
        },
        "site": {"name": record.site["name"], "address": record.site["address"]},
        "enterprise": {"name": record.enterprise["name"], "uscc": record.enterprise["uscc"]},
        "team": team_facts(record),
    }


def _problem(
    n: int, problem: Problem, edition: Edition, shots: Sequence[Shot], *, is_high_rise: bool
) -> dict[str, Any]:
    item = edition.item(problem.item)
    basis = printable_basis(item, is_high_rise=is_high_rise) if item else ()
    return {
        "no": str(n),
        "item": problem.item,
        "title": problem.title,
        "severity": SEVERITIES.get(problem.severity, problem.severity),
        # The finding itself is a fact too: an item that was answered 不符合 without further words.
        "fact": problem.remark or f"检查项“{problem.title}”{RESULTS['fail']}",
        "basis": [_basis(one) for one in basis],
        "demand": f"按“{problem.title}”的要求改正，并提交改正后的照片或者文件",
        "evidence": [shot.no for shot in shots if shot.item == problem.item],
    }


def _basis(basis: LegalBasis) -> str:
    law = basis.law if basis.law.startswith("《") else f"《{basis.law}》"
    return f"{law}{basis.article}"


def _due(problem: Problem) -> dict[str, Any]:
    """The deadline in words: before service a term runs from it, afterwards and for a set day the day is known."""
    is_running = problem.is_due_provisional and problem.term_value is not None
    day = f"{problem.due_on.year}年{problem.due_on.month}月{problem.due_on.day}日前"
    words = f"自本通知书送达之日起 {problem.term_value} {_UNITS.get(problem.term_unit or '', '日')}内"
    return {"due": words if is_running else day, "is_uncertain": problem.is_due_uncertain and not is_running}


def _is_immediate(problem: Problem, edition: Edition) -> bool:
    item = edition.item(problem.item)
    return item is not None and item.term.needs_immediate_measures
