"""公示 for everybody: searched, paged, as JSON or CSV, cheap and cacheable. Only what is published is ever read."""

import csv
import io
from collections.abc import Iterable
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency, Provide
from litestar.openapi import ResponseSpec
from litestar.params import FromPath, QueryParameter
from sqlalchemy.ext.asyncio import AsyncSession

from suicha.accounts.guards import anyone
from suicha.infra.db import Database
from suicha.kit.digest import sha256_hex
from suicha.publication import queries
from suicha.publication.actions import members_of
from suicha.publication.gathering import labels
from suicha.publication.memory import AnswerMemory, Kept
from suicha.publication.queries import Searched
from suicha.publication.rules.states import PublicationState
from suicha.publication.schemas import FacetsOut, PublicResultDetailOut, PublicResultOut, PublicResultsOut, revision_out
from suicha.publication.tables import Publication

MOST_CSV_ROWS = 50_000
_BRIEFLY = "public, max-age=60"
_HEADS = (
    "公示编号",
    "抽查任务",
    "区县",
    "检查对象",
    "物业企业",
    "统一社会信用代码",
    "检查日期",
    "公示日期",
    "公示类别",
    "问题数",
)
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


def provide_searched(
    q: Annotated[str, QueryParameter(max_length=100)] = "",
    district: Annotated[str | None, QueryParameter(max_length=60)] = None,
    campaign: Annotated[str | None, QueryParameter(max_length=120)] = None,
    category: Annotated[str | None, QueryParameter(max_length=60)] = None,
    first: Annotated[date | None, QueryParameter(name="from")] = None,
    last: Annotated[date | None, QueryParameter(name="to")] = None,
) -> Searched:
    """What the address asks for."""
    return Searched(q, district, campaign, category, first, last)


class PublicResultsController(Controller):
    """`/api/public/results`."""

    path = "/api/public/results"
    tags = ["publication"]
    dependencies = {"searched": Provide(provide_searched, sync_to_thread=False)}

    @get(
        "/",
        operation_id="listPublicResults",
        responses={200: ResponseSpec(PublicResultsOut, generate_examples=False)},
        opt=anyone(),
    )
    async def results(
        self,
        request: Request[Any, Any, Any],
        database: NamedDependency[Database],
        answers: NamedDependency[AnswerMemory],
        searched: NamedDependency[Searched],
        page: Annotated[int, QueryParameter(ge=1, le=10_000)] = 1,
        size: Annotated[int, QueryParameter(ge=1, le=100)] = 20,
    ) -> Response[Any]:
        """Results, the newest first; as CSV (all pages) where the request accepts `text/csv`."""
        if "text/csv" in request.headers.get("accept", ""):
            return await _file(request, database, searched)

        async def make() -> Kept:
            async with database.reading() as session:
                tag = _tag(await queries.version(session), request.url.query)
                words = labels()
                found, total = await queries.published(session, searched, page=page, size=size)
            shown = PublicResultsOut(
                items=[PublicResultOut.of(row, words) for row in found], total=total, page=page, size=size
            )
            return Kept(tag, shown.model_dump_json().encode())

        return _answer(request, await answers.answer(f"results?{request.url.query}", make))

    @get("/facets", operation_id="getResultFacets", opt=anyone())
    async def facets(self, session: NamedDependency[AsyncSession]) -> Response[FacetsOut]:
        """The districts, campaigns and categories by which results can be narrowed."""
        found = await queries.facets(session)
        shown = FacetsOut(districts=list(found["districts"]), campaigns=list(found["campaigns"]), categories=labels())
        return Response(shown, headers={"Cache-Control": _BRIEFLY})

    @get(
        "/{publication_id:uuid}",
        operation_id="readPublicResult",
        responses={200: ResponseSpec(PublicResultDetailOut, generate_examples=False)},
        opt=anyone(),
    )
    async def one(
        self,
        request: Request[Any, Any, Any],
        publication_id: FromPath[UUID],
        database: NamedDependency[Database],
        answers: NamedDependency[AnswerMemory],
    ) -> Response[Any]:
        """One result with its revisions."""

        async def make() -> Kept:
            async with database.reading() as session:
                row = await queries.public_one(session, str(publication_id))
                found = await queries.revisions(session, row.id)
            is_withdrawn = row.state == PublicationState.WITHDRAWN
            last = next((one for one in reversed(found) if one.text), None)
            shown = PublicResultDetailOut(
                id=row.id,
                state=PublicationState(row.state),
                current=None if is_withdrawn or last is None else members_of(last),
                text=None if is_withdrawn or last is None else last.text,
                sha256=None if is_withdrawn or last is None else last.sha256,
                revision=row.revision,
                withdrawn_because=row.withdrawn_because,
                revisions=[revision_out(one, is_withdrawn=is_withdrawn) for one in found],
            )
            return Kept(_tag(f"{row.id}/{row.revision}"), shown.model_dump_json().encode())

        return _answer(request, await answers.answer(f"results/{publication_id}", make))


async def _file(request: Request[Any, Any, Any], database: Database, searched: Searched) -> Response[Any]:
    async with database.reading() as session:
        tag = _tag(await queries.version(session), request.url.query, "csv")
        if request.headers.get("if-none-match") == tag:
            return Response(None, status_code=304, headers=_headers(tag))
        rows = await queries.all_published(session, searched, most=MOST_CSV_ROWS)
    headers = _headers(tag) | {"Content-Disposition": 'attachment; filename="results.csv"'}
    return Response(_csv(rows, labels()), media_type="text/csv; charset=utf-8", headers=headers)


def _answer(request: Request[Any, Any, Any], kept: Kept) -> Response[Any]:
    if request.headers.get("if-none-match") == kept.tag:
        return Response(None, status_code=304, headers=_headers(kept.tag))
    return Response(kept.body, media_type="application/json", headers=_headers(kept.tag))


def _tag(*parts: object) -> str:
    return f'"{sha256_hex("/".join(map(str, parts)))[:32]}"'


def _headers(tag: str) -> dict[str, str]:
    return {"Cache-Control": _BRIEFLY, "ETag": tag, "Vary": "Accept"}


def _csv(rows: Iterable[Publication], words: dict[str, str]) -> bytes:
    """RFC 4180 with the mark that Excel needs to see UTF-8; text never becomes a formula."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(_HEADS)
    for row in rows:
        cells = (
            row.code,
            row.campaign,
            row.district,
            row.site,
            row.enterprise,
            row.uscc,
            row.inspected_on,
            row.published_on,
            "；".join(words.get(code, code) for code in row.categories),
            row.finding_count,
        )
        writer.writerow([_plain(cell) for cell in cells])
    return ("\ufeff" + out.getvalue()).encode()


def _plain(cell: object) -> str:
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(_FORMULA_SIGNS) else text
