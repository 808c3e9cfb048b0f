"""What this stage asks of those downstream of it: whose papers a visit's are, and whether a file may be kept."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from suicha.accounts.queries import Caller
from suicha.accounts.rules import Permission, may_see
from suicha.documents import queries
from suicha.documents.errors import DocumentUnknown
from suicha.documents.tables import Document


@dataclass(frozen=True)
class PaperDesk:
    """Wired once in `web/app.py`, because visits and orders stand downstream of their papers.

    `of_visit` names everything that a visit has papers about and raises where the caller may not see the visit;
    `visit_of` says to which visit a thing belongs, if to any; `may_see_visit` answers for one visit; `check_scan` gives
    the content type of a file or raises ScanNotAccepted, and blocks.
    """

    of_visit: Callable[[AsyncSession, str, Caller], Awaitable[list[str]]]
    visit_of: Callable[[AsyncSession, str], Awaitable[str | None]]
    may_see_visit: Callable[[AsyncSession, str, Caller], Awaitable[bool]]
    check_scan: Callable[[Path], str]

    async def papers_of_visit(self, session: AsyncSession, visit_id: str, caller: Caller) -> list[Document]:
        """Every paper of a visit, each revision, the oldest first."""
        return await queries.documents_about(session, await self.of_visit(session, visit_id, caller), "")

    async def papers_about(self, session: AsyncSession, about: str, caller: Caller) -> list[Document]:
        """Every paper about one thing that the caller may see."""
        rows = await queries.documents_about(session, [about], "")
        return [row for row in rows if await self._may_read(session, row, caller)]

    async def paper(self, session: AsyncSession, document_id: str, caller: Caller) -> Document:
        """One paper; raises DocumentUnknown, also for one that the caller may not know of."""
        row = await queries.document(session, document_id, "")
        if not await self._may_read(session, row, caller):
            raise DocumentUnknown
        return row

    async def _may_read(self, session: AsyncSession, row: Document, caller: Caller) -> bool:
        """Those who send teams out see all papers of their jurisdiction, everybody else those of his visits."""
        if caller.may(Permission.DISPATCH) and may_see(caller.jurisdiction, row.jurisdiction):
            return True
        visit = await self.visit_of(session, row.about)
        return visit is not None and await self.may_see_visit(session, visit, caller)
