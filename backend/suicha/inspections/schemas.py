"""The record of a visit on the wire."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Self

from pydantic import BaseModel, ConfigDict

from suicha.inspections.rules.record import Record


class _FromFacts(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class RecordPersonOut(_FromFacts):
    """An account and its part in the visit."""

    id: str
    name: str
    role: str | None


class StampOut(_FromFacts):
    """Who and when: `made_at` by the device's clock, `received_at` by the server's; over 5 minutes apart is flagged."""

    op_id: str
    by: RecordPersonOut
    made_at: str
    received_at: str
    skew_s: int | None
    is_skewed: bool


class SaidOut(_FromFacts):
    """One value that stands."""

    value: Any
    stamp: StampOut
    reason: str | None


class RegisterOut(_FromFacts):
    """All values that stand; several are a conflict without a provisional winner."""

    values: list[SaidOut]
    is_in_conflict: bool


class NoteOut(_FromFacts):
    """A note, retracted or not."""

    text: str
    stamp: StampOut
    is_retracted: bool
    retracted_because: str | None


class ReadingOut(_FromFacts):
    """A measured value, void or not."""

    reading_id: str
    value: str
    unit: str
    instrument: str | None
    stamp: StampOut
    is_adopted: bool
    is_void: bool
    void_because: str | None


class PhotoUrlsOut(BaseModel):
    """Where the bytes are, once they are on the server."""

    thumb: str
    view: str
    original: str


class PhotoOut(_FromFacts):
    """A photo; size, type and dimensions are what the device said."""

    photo_id: str
    sha256: str
    size: int
    mime: str
    width: int
    height: int
    taken: str | None
    gps: dict[str, Any] | None
    stamp: StampOut
    caption: RegisterOut
    is_on_server: bool
    is_excluded: bool
    excluded_because: str | None
    urls: PhotoUrlsOut


class HistoryLineOut(_FromFacts):
    """One op; `stands` is false for what was superseded, parked or refused."""

    kind: str
    item: str | None
    field: str | None
    said: dict[str, Any]
    stamp: StampOut
    outcome: str
    code: str | None
    stands: bool
    superseded_by: list[str]
    replica: str
    seq: int


class ItemRecordOut(_FromFacts):
    """One item; the visit as a whole is the item `_`."""

    item: str
    title: str
    group: str
    is_in_conflict: bool
    registers: dict[str, RegisterOut]
    notes: list[NoteOut]
    readings: list[ReadingOut]
    photos: list[PhotoOut]
    history: list[HistoryLineOut]


class MemberOut(_FromFacts):
    """Somebody's part in the visit."""

    account: str
    name: str
    role: str
    certificate_no: str | None
    is_revoked: bool


class ConflictOut(_FromFacts):
    """A disagreement, open or settled."""

    id: str
    item: str
    field: str
    heads: list[str]
    is_open: bool


class SignatureOut(_FromFacts):
    """A signature or a refusal."""

    role: str
    person: str
    name: str
    manifest_hash: str
    image_sha256: str | None
    is_refusal: bool
    refused_because: str | None
    witness: str | None
    stamp: StampOut


class ChangeOut(_FromFacts):
    """An answer that an addendum changed."""

    item: str
    field: str
    was: Any
    now: Any
    stamp: StampOut | None
    reason: str | None


class DifferenceOut(_FromFacts):
    """What a manifest says otherwise than the one before it."""

    changes: list[ChangeOut]
    added: list[HistoryLineOut]


class AddendumOut(_FromFacts):
    """Who opened the sealed record again, when and why."""

    n: int
    opened_at: datetime
    stamp: StampOut | None
    reason: str


class LateOut(_FromFacts):
    """A record that did not count when it came, and the decision about it."""

    line: HistoryLineOut
    why: str
    is_open: bool
    decision: str | None
    decided_at: datetime | None
    decided_by: StampOut | None
    reason: str | None


class SealOut(_FromFacts):
    """A manifest that took effect, with the signatures on it."""

    n: int
    manifest_hash: str
    state: str
    sealed_at: datetime
    is_signed: bool
    missing: list[dict[str, Any]]
    signatures: list[SignatureOut]
    addendum: AddendumOut | None
    difference: DifferenceOut


class DeviceOut(_FromFacts):
    """A device of the team; `replica` is shortened."""

    replica: str
    account: str
    name: str
    last_seen_at: datetime
    acked_seq: int
    flushed_seq: int | None
    is_flushed: bool
    is_revoked: bool
    waiting: int
    missing: int
    photos_owed: int


class EditionRefOut(BaseModel):
    """The edition with which the visit was dispatched."""

    id: str
    hash: str
    name: str


class InspectionRecordOut(BaseModel):
    """The record of a visit."""

    id: str
    code: str
    scope: str
    campaign: str
    # inspection, recheck or lookback
    kind: str
    state: str
    jurisdiction: str
    district: str | None
    team_no: int
    planned_on: date
    dispatched_at: datetime
    begun_at: datetime | None
    sealed_at: datetime | None
    edition: EditionRefOut
    site: dict[str, Any]
    enterprise: dict[str, Any]
    team: list[MemberOut]
    answered: int
    items_total: int
    items: list[ItemRecordOut]
    visit: ItemRecordOut
    conflicts: list[ConflictOut]
    seals: list[SealOut]
    loose_signatures: list[SignatureOut]
    late: list[LateOut]
    addendum: AddendumOut | None
    devices: list[DeviceOut]

    @classmethod
    def of(cls, record: Record) -> Self:
        """Show a record."""
        facts = record.facts
        items = [{"title": title, "group": group, **_members(text)} for title, group, text in record.items]
        edition = {"id": facts.edition_id, "hash": facts.edition_hash, "name": facts.edition_name}
        return cls.model_validate(
            {
                **vars(facts),
                **vars(record),
                "edition": edition,
                "answered": record.answered,
                "items_total": len(items),
                "items": items,
                "visit": {"title": "", "group": "", **_members(record.visit)},
            },
            from_attributes=True,
        )


def _members(text: Any) -> Mapping[str, Any]:
    photos = [{**vars(photo), "urls": _urls(photo.sha256)} for photo in text.photos]
    return {**vars(text), "photos": photos, "is_in_conflict": text.is_in_conflict}


def _urls(sha256: str) -> dict[str, str]:
    return {size: f"/api/sync/v1/blobs/{sha256}?size={size}" for size in ("thumb", "view", "original")}


class EntryOut(BaseModel):
    """One entry of the feed, byte for byte."""

    pos: int
    raw: str
    hash: str


class ExportEditionOut(BaseModel):
    """Which edition the visit answers."""

    id: str
    hash: str


class InspectionExportOut(BaseModel):
    """The whole feed of a visit, for `suicha verify inspection FILE`."""

    suicha: str
    v: int
    scope: str
    edition: ExportEditionOut
    entries: list[EntryOut]
