"""Documents on the wire."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict


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
