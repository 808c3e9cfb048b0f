"""信用榜单 for everybody: entries of public lists that are in force, as JSON or CSV, cacheable."""

import csv
import io
from typing import Annotated, Any

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency
from litestar.openapi import ResponseSpec
from litestar.params import QueryParameter
from sqlalchemy.ext.asyncio import AsyncSession

from suicha.accounts.guards import anyone
from suicha.credit import queries
from suicha.credit.gathering import current_rules
from suicha.credit.rules.policy import BAD_RECORD
from suicha.credit.schemas import PublicCreditOut, PublicCreditsOut
from suicha.kit.clock import local_date, utc_now
from suicha.kit.digest import sha256_hex

MOST_CSV_ROWS = 20_000
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


class PublicCreditController(Controller):
    """`/api/public/credit`."""

    path = "/api/public/credit"
    tags = ["credit"]

    @get(
        "/",
        operation_id="listPublicCredit",
        responses={200: ResponseSpec(PublicCreditsOut, generate_examples=False)},
        opt=anyone(),
    )
    async def entries(
        self,
        request: Request[Any, Any, Any],
        session: NamedDependency[AsyncSession],
        kind: Annotated[str | None, QueryParameter(name="list", max_length=30)] = None,
        period: Annotated[str | None, QueryParameter(max_length=10)] = None,
        q: Annotated[str, QueryParameter(max_length=100)] = "",
        page: Annotated[int, QueryParameter(ge=1, le=10_000)] = 1,
        size: Annotated[int, QueryParameter(ge=1, le=100)] = 20,
    ) -> Response[Any]:
        """The newest first; as CSV (all pages) where the request accepts `text/csv`."""
        rules, today = current_rules(), local_date(utc_now())
        kinds = [code for code in (*(one.code for one in rules.lists), BAD_RECORD) if rules.is_public(code)]
        wants_csv = "text/csv" in request.headers.get("accept", "")
        # What is in force depends on the day too.
        tag = f'"{sha256_hex(f"{await queries.version(session)}/{today}/{request.url.query}/{wants_csv}")[:32]}"'
        headers = {"Cache-Control": "public, max-age=60", "ETag": tag, "Vary": "Accept"}
        if request.headers.get("if-none-match") == tag:
            return Response(None, status_code=304, headers=headers)
        found, total = await queries.public_entries(
            session,
            kinds,
            kind=kind,
            period=period,
            q=q,
            today=today,
            page=1 if wants_csv else page,
            size=MOST_CSV_ROWS if wants_csv else size,
        )
        items = [PublicCreditOut.of(one, rules) for one in found]
        if wants_csv:
            headers["Content-Disposition"] = 'attachment; filename="credit.csv"'
            return Response(_csv(items), media_type="text/csv; charset=utf-8", headers=headers)
        shown = PublicCreditsOut(
            items=items, total=total, page=page, size=size, lists={code: rules.name_of(code) for code in kinds}
        )
        return Response(shown, headers=headers)


def _csv(items: list[PublicCreditOut]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(("榜单", "结果", "期间", "企业名称", "统一社会信用代码", "生效日期", "截止日期"))
    for one in items:
        cells = (one.list, one.side, one.period or "", one.enterprise, one.uscc, one.effective_on, one.ends_on)
        writer.writerow([f"'{text}" if (text := str(cell)).startswith(_FORMULA_SIGNS) else text for cell in cells])
    return ("\ufeff" + out.getvalue()).encode()
