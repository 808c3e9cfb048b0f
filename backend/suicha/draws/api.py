"""The ceremony over HTTP. What lies outside the caller's jurisdiction is answered as not existing."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter
from sqlalchemy.ext.asyncio import AsyncSession

from suicha.accounts import queries as accounts
from suicha.accounts.guards import may
from suicha.accounts.queries import Caller
from suicha.accounts.rules import Permission
from suicha.draws import actions, queries
from suicha.draws.ports import CheckHistory
from suicha.draws.rules.freezing import Place
from suicha.draws.schemas.campaigns import DrawBriefOut, DrawListOut
from suicha.draws.schemas.ceremony import CeremonyOut
from suicha.draws.schemas.requests import (
    CommitRequest,
    ReplacementRequest,
    RevealRequest,
    UnrevealedRequest,
    ValueRequest,
    VoidRequest,
)
from suicha.draws.schemas.results import ResultOut
from suicha.infra.db import Database
from suicha.kit.clock import utc_now

Page = Annotated[int, QueryParameter(ge=1, le=10_000)]
PageSize = Annotated[int, QueryParameter(ge=1, le=500)]
_MANAGE, _TAKE_PART = may(Permission.MANAGE_DRAWS), may(Permission.TAKE_PART_IN_DRAWS)


class DrawsController(Controller):
    """`/api/draws`: the ceremony, step by step, for the office, officials and witnesses."""

    path = "/api/draws"
    tags = ["draws"]

    @get("/", operation_id="listDraws", opt=_TAKE_PART)
    async def draws(
        self,
        session: NamedDependency[AsyncSession],
        caller: NamedDependency[Caller],
        is_open: Annotated[bool | None, QueryParameter(name="open")] = None,
        page: Page = 1,
        size: PageSize = 50,
    ) -> DrawListOut:
        """Draws that the caller may watch or take part in, newest first; `open`: only those under way."""
        rows, total = await queries.draws_for(session, caller, is_open=is_open, page=page, size=size)
        return DrawListOut(items=[DrawBriefOut.of(row) for row in rows], total=total)

    @get("/{draw_id:uuid}", operation_id="getDraw", opt=_TAKE_PART)
    async def ceremony(
        self,
        draw_id: FromPath[UUID],
        request: Request[Any, Any, Any],
        session: NamedDependency[AsyncSession],
        caller: NamedDependency[Caller],
    ) -> Response[CeremonyOut]:
        """Where the ceremony stands. Asked with `If-None-Match` it answers 304 until something has changed."""
        row, campaign = await queries.draw_row(session, str(draw_id), caller)
        etag = f'"{row.revision}.{campaign.revision}.{caller.id[-12:]}"'
        headers = {"ETag": etag, "Cache-Control": "private, no-cache"}
        if request.headers.get("if-none-match") == etag:
            return Response(None, status_code=304, headers=headers)  # type: ignore[arg-type]
        return Response(await _ceremony(session, row.id, caller), headers=headers)

    @post("/{draw_id:uuid}/commitments", operation_id="commitSecret", status_code=200, opt=_TAKE_PART)
    async def commit(
        self,
        draw_id: FromPath[UUID],
        data: JSONBody[CommitRequest],
        session: NamedDependency[AsyncSession],
        caller: NamedDependency[Caller],
    ) -> CeremonyOut:
        """Hand in a commitment, once."""
        row = await actions.commit(
            session, str(draw_id), data.commitment, by=caller, now=utc_now(), official=data.official
        )
        return await _ceremony(session, row.id, caller)

    @post("/{draw_id:uuid}/commitments/close", operation_id="closeCommitments", status_code=200, opt=_MANAGE)
    async def close(
        self,
        draw_id: FromPath[UUID],
        session: NamedDependency[AsyncSession],
        caller: NamedDependency[Caller],
        history: NamedDependency[CheckHistory],
    ) -> CeremonyOut:
        """Let nobody in any more; from now on the public value may arise."""
        row = await actions.close_commitments(session, str(draw_id), by=caller, history=history, now=utc_now())
        return await _ceremony(session, row.id, caller)

    @post("/{draw_id:uuid}/values", operation_id="enterPublicValue", status_code=200, opt=_TAKE_PART)
    async def value(
        self,
        draw_id: FromPath[UUID],
        data: JSONBody[ValueRequest],
        session: NamedDependency[AsyncSession],
        caller: NamedDependency[Caller],
    ) -> CeremonyOut:
        """Enter the public value; it stands once two people have entered the same."""
        row = await actions.enter_value(session, str(draw_id), data.source, data.value, by=caller, now=utc_now())
        return await _ceremony(session, row.id, caller)

    @post("/{draw_id:uuid}/reveals", operation_id="revealSecret", status_code=200, opt=_TAKE_PART)
    async def reveal(
        self,
        draw_id: FromPath[UUID],
        data: JSONBody[RevealRequest],
        session: NamedDependency[AsyncSession],
        caller: NamedDependency[Caller],
    ) -> CeremonyOut:
        """Reveal one's secret; a wrong one changes nothing and may be tried again."""
        row = await actions.reveal(session, str(draw_id), data.secret, by=caller, now=utc_now())
        return await _ceremony(session, row.id, caller)

    @post("/{draw_id:uuid}/unrevealed", operation_id="declareUnrevealed", status_code=200, opt=_MANAGE)
    async def unrevealed(
        self,
        draw_id: FromPath[UUID],
        data: JSONBody[UnrevealedRequest],
        session: NamedDependency[AsyncSession],
        caller: NamedDependency[Caller],
    ) -> CeremonyOut:
        """Void the draw because an official did not reveal; that person is replaced in the next."""
        row = await actions.declare_unrevealed(
            session, str(draw_id), data.official, data.reason, by=caller, now=utc_now()
        )
        return await _ceremony(session, row.id, caller)

    @post("/{draw_id:uuid}/seal", operation_id="sealDraw", status_code=200, opt=_MANAGE)
    async def seal(
        self,
        draw_id: FromPath[UUID],
        database: NamedDependency[Database],
        caller: NamedDependency[Caller],
    ) -> CeremonyOut:
        """Draw and seal; pressed again it tells the same. Without a result the draw is void, with the causes."""
        row = await actions.seal(database, str(draw_id), by=caller, now=utc_now())
        async with database.reading() as session:
            return await _ceremony(session, row.id, caller)

    @post("/{draw_id:uuid}/void", operation_id="voidDraw", status_code=200, opt=_MANAGE)
    async def void(
        self,
        draw_id: FromPath[UUID],
        data: JSONBody[VoidRequest],
        session: NamedDependency[AsyncSession],
        caller: NamedDependency[Caller],
    ) -> CeremonyOut:
        """Call the draw off before there is a public value; it stays in the ledger."""
        row = await actions.void(session, str(draw_id), data.reason, by=caller, now=utc_now())
        return await _ceremony(session, row.id, caller)

    @get("/{draw_id:uuid}/result", operation_id="getDrawResult", opt=_MANAGE)
    async def result(
        self, draw_id: FromPath[UUID], session: NamedDependency[AsyncSession], caller: NamedDependency[Caller]
    ) -> ResultOut:
        """What a sealed draw gave, with names."""
        row, _ = await queries.draw_row(session, str(draw_id), caller)
        return ResultOut.of(await queries.result_of(session, row))

    @post("/{draw_id:uuid}/replacements", operation_id="freezeReplacement", opt=_MANAGE)
    async def replace(
        self,
        draw_id: FromPath[UUID],
        data: JSONBody[ReplacementRequest],
        session: NamedDependency[AsyncSession],
        caller: NamedDependency[Caller],
        history: NamedDependency[CheckHistory],
    ) -> DrawBriefOut:
        """Freeze who may take the place of somebody who falls out, and begin a ceremony."""
        place = Place(data.team, data.kind, data.seat)
        row = await actions.freeze_replacement(
            session, str(draw_id), place, data.why, by=caller, history=history, now=utc_now()
        )
        return DrawBriefOut.of(row)


async def _ceremony(session: AsyncSession, draw_id: str, caller: Caller) -> CeremonyOut:
    facts = await queries.draw_facts(session, draw_id, caller)
    return CeremonyOut.seen_by(
        facts,
        caller,
        label=await queries.official_label_of(session, caller),
        is_barred=await queries.is_barred(session, facts.row, caller.id),
        names=await accounts.names_of(session, {entry.account_id for entry in facts.entries}),
    )
