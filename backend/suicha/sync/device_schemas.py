"""The devices of an account on the wire."""

from collections.abc import Iterable
from datetime import datetime

from pydantic import BaseModel, Field

from suicha.accounts.schemas import Words
from suicha.sync.tables import Replica


class RevokeDeviceRequest(BaseModel):
    """Why a device is taken out of service: it goes into the journal."""

    reason: Words = Field(min_length=1, max_length=200)


class AccountDeviceOut(BaseModel):
    """A device as the server knows it; what it has not sent yet nobody here can know."""

    id: str
    user_agent: str
    first_seen_at: datetime
    last_seen_at: datetime
    acked_seq: int
    is_forked: bool
    is_revoked: bool


class AccountDeviceListOut(BaseModel):
    """The devices of one account, those heard of last first."""

    items: list[AccountDeviceOut]

    @classmethod
    def of(cls, replicas: Iterable[Replica]) -> "AccountDeviceListOut":
        """Show devices."""
        return cls(items=[AccountDeviceOut.model_validate(replica, from_attributes=True) for replica in replicas])
