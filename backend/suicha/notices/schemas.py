"""Messages on the wire."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from suicha.notices.rules import Channel


class _FromRow(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class NoticeOut(_FromRow):
    """A message of the caller's inbox; `about` names what it is about (`order:<id>`, `inspection:<id>`)."""

    id: str
    kind: str
    about: str
    title: str
    text: str
    at: datetime
    read_at: datetime | None


class InboxOut(BaseModel):
    """One page of the inbox."""

    items: list[NoticeOut]
    total: int
    unread: int


class ReadOut(BaseModel):
    """How many messages were marked as read."""

    marked: int


class NoticeKindOut(BaseModel):
    """A kind of message and what it is called."""

    kind: str
    name: str


class NoticeChoiceOut(_FromRow):
    """Where the caller wants to be told outside."""

    channel: Channel
    address: str
    unwanted: list[str]
    is_quiet_at_night: bool


class NoticeChoicesOut(BaseModel):
    """The caller's choices, all kinds, and the channels that this installation serves."""

    choices: list[NoticeChoiceOut]
    kinds: list[NoticeKindOut]
    channels: list[str]


class NoticeChoiceRequest(BaseModel):
    """An address for a channel; an empty one ends it."""

    address: str = Field(max_length=120)
    unwanted: list[str] = Field(default_factory=list, max_length=100)
    is_quiet_at_night: bool = True


class DeliveryOut(_FromRow):
    """A message that could not be sent; the address is shown in part."""

    id: str
    channel: str
    kind: str
    title: str
    tries: int
    made_at: datetime
    last_error: str | None


class DropRequest(BaseModel):
    """Why a message is put aside."""

    reason: str = Field(min_length=1, max_length=200)
