"""The inbox of the caller, his choices, and what could not be sent. Deliveries are for the office alone."""

from typing import Annotated
from uuid import UUID

from litestar import Controller, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter
from sqlalchemy.ext.asyncio import AsyncSession

from suicha.accounts.guards import may, signed_in
from suicha.accounts.queries import Caller
from suicha.accounts.rules import Permission
from suicha.infra.policies import policy
from suicha.kit.clock import utc_now
from suicha.notices import actions, queries
from suicha.notices.port import Sender
from suicha.notices.rules import Channel
from suicha.notices.schemas import (
    DeliveryOut,
    DropRequest,
    InboxOut,
    NoticeChoiceOut,
    NoticeChoiceRequest,
    NoticeChoicesOut,
    NoticeKindOut,
    NoticeOut,
    ReadOut,
)


class NoticesController(Controller):
    """`/api/notices`."""

    path = "/api/notices"
    tags = ["notices"]

    @get("/", operation_id="listNotices", opt=signed_in(for_partners=True))
    async def inbox(
        self,
        session: NamedDependency[AsyncSession],
        caller: NamedDependency[Caller],
        *,
        is_unread: Annotated[bool, QueryParameter(name="unread")] = False,
        page: Annotated[int, QueryParameter(ge=1, le=10_000)] = 1,
        size: Annotated[int, QueryParameter(ge=1, le=200)] = 50,
    ) -> InboxOut:
        """The caller's messages, the newest first."""
        rows, total, unread = await queries.inbox(session, caller.id, is_unread=is_unread, page=page, size=size)
        return InboxOut(items=[NoticeOut.model_validate(row) for row in rows], total=total, unread=unread)

    @post("/read", operation_id="readAllNotices", status_code=200, opt=signed_in(for_partners=True))
    async def read_all(self, session: NamedDependency[AsyncSession], caller: NamedDependency[Caller]) -> ReadOut:
        """Mark all messages as read."""
        return ReadOut(marked=await actions.mark_read(session, caller.id, None, now=utc_now()))

    @post("/{notice_id:uuid}/read", operation_id="readNotice", status_code=200, opt=signed_in(for_partners=True))
    async def read(
        self, notice_id: FromPath[UUID], session: NamedDependency[AsyncSession], caller: NamedDependency[Caller]
    ) -> ReadOut:
        """Mark one message as read."""
        return ReadOut(marked=await actions.mark_read(session, caller.id, str(notice_id), now=utc_now()))

    @get("/choices", operation_id="getNoticeChoices", opt=signed_in(for_partners=True))
    async def choices(
        self, session: NamedDependency[AsyncSession], caller: NamedDependency[Caller], sender: NamedDependency[Sender]
    ) -> NoticeChoicesOut:
        """Where the caller is told outside, and what there is to choose."""
        return await _choices(session, caller, sender)

    @put("/choices/{channel:str}", operation_id="setNoticeChoice", opt=signed_in(for_partners=True))
    async def choose(
        self,
        channel: FromPath[Channel],
        data: JSONBody[NoticeChoiceRequest],
        session: NamedDependency[AsyncSession],
        caller: NamedDependency[Caller],
        sender: NamedDependency[Sender],
    ) -> NoticeChoicesOut:
        """Set an address for a channel; an empty one ends it."""
        await actions.choose(
            session,
            caller.id,
            channel,
            address=data.address.strip(),
            unwanted=data.unwanted,
            is_quiet_at_night=data.is_quiet_at_night,
        )
        return await _choices(session, caller, sender)

    @get("/deliveries", operation_id="listDeadDeliveries", opt=may(Permission.READ_BOARD))
    async def deliveries(
        self, session: NamedDependency[AsyncSession], caller: NamedDependency[Caller]
    ) -> list[DeliveryOut]:
        """What could not be sent and waits for somebody."""
        rows = await queries.given_up(session, caller.jurisdiction)
        return [DeliveryOut.model_validate(row) for row in rows]

    @post("/deliveries/{delivery_id:uuid}/retry", operation_id="retryDelivery", opt=may(Permission.READ_BOARD))
    async def retry(
        self, delivery_id: FromPath[UUID], session: NamedDependency[AsyncSession], caller: NamedDependency[Caller]
    ) -> DeliveryOut:
        """Try it again from the beginning."""
        row = await actions.try_again(session, str(delivery_id), caller.jurisdiction, by=caller.id, now=utc_now())
        return DeliveryOut.model_validate(row)

    @post("/deliveries/{delivery_id:uuid}/drop", operation_id="dropDelivery", opt=may(Permission.READ_BOARD))
    async def drop(
        self,
        delivery_id: FromPath[UUID],
        data: JSONBody[DropRequest],
        session: NamedDependency[AsyncSession],
        caller: NamedDependency[Caller],
    ) -> DeliveryOut:
        """Put it aside with a reason."""
        row = await actions.drop(
            session, str(delivery_id), caller.jurisdiction, reason=data.reason, by=caller.id, now=utc_now()
        )
        return DeliveryOut.model_validate(row)


async def _choices(session: AsyncSession, caller: Caller, sender: Sender) -> NoticeChoicesOut:
    rows = await queries.choices_of(session, [caller.id])
    return NoticeChoicesOut(
        choices=[NoticeChoiceOut.model_validate(row) for row in rows],
        kinds=[NoticeKindOut(kind=kind, name=name) for kind, name in policy("notices")["kinds"].items()],
        channels=sorted(sender.channels()),
    )
