"""公示 at the desk: what waits, what it would say, publishing, correcting, withdrawing."""

from typing import Annotated
from uuid import UUID

from litestar import Controller, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter
from sqlalchemy.ext.asyncio import AsyncSession

from suicha.accounts.guards import may
from suicha.accounts.queries import Caller
from suicha.accounts.rules import Permission
from suicha.kit.clock import local_date, utc_now
from suicha.publication import actions, queries
from suicha.publication.gathering import labels, visited
from suicha.publication.rules.states import PublicationState
from suicha.publication.schemas import (
    EditRequest,
    PublicationOut,
    PublishManyRequest,
    PublishRequest,
    QueuedOut,
    QueueOut,
    RevisionOut,
    WithdrawRequest,
)
from suicha.publication.tables import Publication

Db = NamedDependency[AsyncSession]
Who = NamedDependency[Caller]
Id = FromPath[UUID]
_MAY = may(Permission.PUBLISH)


class PublicationsController(Controller):
    """`/api/publications`."""

    path = "/api/publications"
    tags = ["publication"]

    @get("/", operation_id="listPublications", opt=_MAY)
    async def queue(
        self,
        session: Db,
        caller: Who,
        in_state: Annotated[PublicationState | None, QueryParameter(name="state")] = None,
        q: Annotated[str, QueryParameter(max_length=100)] = "",
        page: Annotated[int, QueryParameter(ge=1, le=10_000)] = 1,
        size: Annotated[int, QueryParameter(ge=1, le=200)] = 50,
    ) -> QueueOut:
        """First due first."""
        today = local_date(utc_now())
        found, total = await queries.queue(
            session, caller.jurisdiction, state=in_state.value if in_state else None, q=q, page=page, size=size
        )
        return QueueOut(
            items=[QueuedOut.of(one, today=today) for one in found],
            total=total,
            counts=await queries.counts(session, caller.jurisdiction, today=today),
        )

    @get("/{publication_id:uuid}", operation_id="readPublication", opt=_MAY)
    async def read(self, publication_id: Id, session: Db, caller: Who) -> PublicationOut:
        """What would be published, beside what was."""
        return await _shown(session, await queries.publication(session, str(publication_id), caller.jurisdiction))

    @put("/{publication_id:uuid}", operation_id="editPublication", opt=_MAY)
    async def edit(self, publication_id: Id, data: JSONBody[EditRequest], session: Db, caller: Who) -> PublicationOut:
        """Choose categories and word remarks."""
        row = await queries.publication(session, str(publication_id), caller.jurisdiction, is_locked=True)
        await actions.edit(session, row, categories=data.categories, texts=data.texts, by=caller.id, now=utc_now())
        return await _shown(session, row)

    @post("/{publication_id:uuid}/publish", operation_id="publish", status_code=200, opt=_MAY)
    async def publish(
        self, publication_id: Id, data: JSONBody[PublishRequest], session: Db, caller: Who
    ) -> PublicationOut:
        """Publish what was looked at, or correct with a reason."""
        row = await queries.publication(session, str(publication_id), caller.jurisdiction, is_locked=True)
        await actions.publish(session, row, seen=data.seen, reason=data.reason, by=caller.id, now=utc_now())
        return await _shown(session, row)

    @post("/publish", operation_id="publishMany", status_code=200, opt=_MAY)
    async def publish_many(self, data: JSONBody[PublishManyRequest], session: Db, caller: Who) -> QueueOut:
        """Publish several that wait, each as it stands; one that cannot be published stops all."""
        for publication_id in sorted(set(data.ids)):
            row = await queries.publication(session, publication_id, caller.jurisdiction, is_locked=True)
            await actions.publish(session, row, seen=None, reason=None, by=caller.id, now=utc_now())
        return await self._first_page(session, caller)

    async def _first_page(self, session: AsyncSession, caller: Caller) -> QueueOut:
        today = local_date(utc_now())
        found, total = await queries.queue(session, caller.jurisdiction, state=None)
        return QueueOut(
            items=[QueuedOut.of(one, today=today) for one in found],
            total=total,
            counts=await queries.counts(session, caller.jurisdiction, today=today),
        )

    @post("/{publication_id:uuid}/withdraw", operation_id="withdrawPublication", status_code=200, opt=_MAY)
    async def withdraw(
        self, publication_id: Id, data: JSONBody[WithdrawRequest], session: Db, caller: Who
    ) -> PublicationOut:
        """Take it back with a reason that the public sees."""
        row = await queries.publication(session, str(publication_id), caller.jurisdiction, is_locked=True)
        await actions.withdraw(session, row, reason=data.reason, by=caller.id, now=utc_now())
        return await _shown(session, row)


async def _shown(session: AsyncSession, row: Publication) -> PublicationOut:
    draft, digest = await actions.draft_of(session, row, today=local_date(utc_now()))
    facts, _ = await visited(session, row.inspection_id)
    found = await queries.revisions(session, row.id)
    return PublicationOut(
        id=row.id,
        inspection=row.inspection_id,
        state=PublicationState(row.state),
        due_on=row.due_on,
        is_due_uncertain=row.is_due_uncertain,
        revision=row.revision,
        draft=draft,
        draft_sha256=digest,
        is_changed=await actions.is_changed(session, row, draft),
        original={finding.item: finding.remark for finding in facts.findings},
        categories=labels(),
        chosen=row.chosen,
        edited=row.edited,
        withdrawn_because=row.withdrawn_because,
        revisions=[RevisionOut.model_validate(one) for one in found],
    )
