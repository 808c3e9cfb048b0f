"""Documents on the wire."""

from collections.abc import Sequence
from datetime import datetime
from typing import Self

from pydantic import BaseModel, ConfigDict

from suicha.documents.rules import in_groups
from suicha.documents.tables import Document, Scan


class DocumentOut(BaseModel):
    """A document that was made; its bytes are at `/api/documents/{id}`."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    kind: str
    number: str
    revision: int
    title: str
    sha256: str
    size_bytes: int
    made_at: datetime


class ScanOut(BaseModel):
    """A scan of the signed paper; its bytes are at `/api/documents/{document}/scans/{id}`."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    name: str
    sha256: str
    size_bytes: int
    content_type: str
    received_at: datetime


class PaperOut(DocumentOut):
    """A document with the code that stands on its pages, whether it is the newest form, and its scans."""

    about: str
    code: str | None
    is_newest: bool
    is_withdrawn: bool
    scans: list[ScanOut]

    @classmethod
    def all_of(cls, rows: Sequence[Document], scans: Sequence[Scan]) -> list[Self]:
        """Rows of the same things, so that each one's newest form is among them."""
        newest: dict[str, int] = {}
        for row in rows:
            newest[row.number] = max(row.revision, newest.get(row.number, 0))
        return [
            cls(
                **DocumentOut.model_validate(row).model_dump(),
                about=row.about,
                code=in_groups(row.code) if row.code else None,
                is_newest=row.revision == newest[row.number],
                is_withdrawn=row.withdrawn_at is not None,
                scans=[ScanOut.model_validate(scan) for scan in scans if scan.document_id == row.id],
            )
            for row in rows
        ]
