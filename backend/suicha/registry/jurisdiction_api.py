"""The districts by their codes, for forms and filters."""

from litestar import Controller, get
from litestar.di import NamedDependency
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from suicha.accounts.guards import may
from suicha.accounts.queries import Caller
from suicha.accounts.rules import Permission, may_see
from suicha.registry import queries


class JurisdictionOut(BaseModel):
    """A district; `is_verified` is false where the code was not compared with an official list."""

    code: str
    name: str
    kind: str
    is_verified: bool


class JurisdictionListOut(BaseModel):
    """The districts that lie in the caller's jurisdiction, by code."""

    items: list[JurisdictionOut]


class JurisdictionsController(Controller):
    """`/api/registry/jurisdictions`."""

    path = "/api/registry/jurisdictions"
    tags = ["registry"]

    @get("/", operation_id="listJurisdictions", opt=may(Permission.MANAGE_REGISTRY))
    async def list_jurisdictions(
        self, session: NamedDependency[AsyncSession], caller: NamedDependency[Caller]
    ) -> JurisdictionListOut:
        """All districts that the caller may see."""
        rows = [row for row in await queries.jurisdictions(session) if may_see(caller.jurisdiction, row.code)]
        return JurisdictionListOut(items=[JurisdictionOut.model_validate(row, from_attributes=True) for row in rows])
