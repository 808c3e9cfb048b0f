"""create_app(settings): routers, dependencies, plugins. Nothing else."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from litestar import Litestar, Request
from litestar.datastructures import State
from litestar.di import NamedDependency, Provide
from sqlalchemy.ext.asyncio import AsyncSession

from suicha import workflow
from suicha.accounts.api import AuthController
from suicha.accounts.guards import access_guard, provide_caller
from suicha.accounts.office_api import AccountsController
from suicha.board.api import BoardController, VisitListController
from suicha.board.ranking_api import RankingController
from suicha.board.reports_api import ReportsController
from suicha.checklists.api import ChecklistsController
from suicha.credit.api import CreditController
from suicha.credit.public_api import PublicCreditController
from suicha.documents.api import DocumentsController
from suicha.documents.public_api import PublicDocumentsController
from suicha.draws.api import DrawsController
from suicha.draws.campaign_api import CampaignsController, PlansController
from suicha.draws.public_api import PublicDrawsController
from suicha.evidence.api import BlobsController
from suicha.infra.db import Database
from suicha.infra.settings import Settings
from suicha.inspections.api import InspectionsController
from suicha.inspections.check_history import InspectionHistory
from suicha.inspections.dispatch_api import DispatchController
from suicha.inspections.sending import PastFindings
from suicha.notices.api import NoticesController
from suicha.publication.api import PublicationsController
from suicha.publication.public_api import PublicResultsController
from suicha.rectification.api import RectificationController
from suicha.rectification.order_api import FollowUpController, OrdersController
from suicha.rectification.paper_api import PapersController
from suicha.rectification.partner_api import PartnerController
from suicha.rectification.portal_api import PortalController
from suicha.rectification.recheck_api import RecheckController
from suicha.rectification.review_api import SubmissionsController
from suicha.registry.account_api import RosterAccountController
from suicha.registry.import_api import ImportsController
from suicha.registry.jurisdiction_api import JurisdictionsController
from suicha.registry.library_api import (
    EnterprisesController,
    InspectorsController,
    LeavesController,
    RecusalsController,
    SitesController,
)
from suicha.sync.api import SyncController
from suicha.sync.device_api import AccountDevicesController
from suicha.web.health import HealthController
from suicha.web.openapi import openapi_config, openapi_document
from suicha.web.parts import open_parts, part
from suicha.web.problems import EXCEPTION_HANDLERS
from suicha.web.pwa import front_end
from suicha.web.requests import request_log
from suicha.worker.run import run_embedded


async def _session(request: Request[Any, Any, Any], database: NamedDependency[Database]) -> AsyncIterator[AsyncSession]:
    """Session = request: a snapshot for readers, one transaction for writers, committed before the answer is sent."""
    is_reading = request.method in ("GET", "HEAD")
    async with database.reading() if is_reading else database.writing() as session:
        yield session


@asynccontextmanager
async def _lifespan(app: Litestar) -> AsyncIterator[None]:
    parts = app.state.parts
    try:
        async with run_embedded(parts.database, parts.blobs, parts.settings):
            yield
    finally:
        await parts.close()


def create_app(settings: Settings) -> Litestar:
    """The whole HTTP process for these settings."""
    return Litestar(
        route_handlers=[
            AuthController,
            AccountsController,
            AccountDevicesController,
            RosterAccountController,
            JurisdictionsController,
            EnterprisesController,
            SitesController,
            InspectorsController,
            RecusalsController,
            LeavesController,
            ImportsController,
            ChecklistsController,
            SyncController,
            BlobsController,
            DocumentsController,
            PublicDocumentsController,
            PapersController,
            PlansController,
            CampaignsController,
            DrawsController,
            PublicDrawsController,
            InspectionsController,
            DispatchController,
            RectificationController,
            OrdersController,
            FollowUpController,
            PartnerController,
            PortalController,
            SubmissionsController,
            RecheckController,
            PublicationsController,
            PublicResultsController,
            CreditController,
            PublicCreditController,
            VisitListController,
            BoardController,
            RankingController,
            ReportsController,
            NoticesController,
            HealthController,
            openapi_document,
            front_end,
        ],
        dependencies={
            "database": Provide(part("database"), sync_to_thread=False),
            "settings": Provide(part("settings"), sync_to_thread=False),
            "blobs": Provide(part("blobs"), sync_to_thread=False),
            "custody": Provide(part("custody"), sync_to_thread=False),
            "history": Provide(InspectionHistory, sync_to_thread=False),
            "past_findings": Provide(lambda: PastFindings(workflow.earlier_problems), sync_to_thread=False),
            "device_book": Provide(part("device_book"), sync_to_thread=False),
            "paper_desk": Provide(part("paper_desk"), sync_to_thread=False),
            "import_desk": Provide(part("import_desk"), sync_to_thread=False),
            "sender": Provide(part("sender"), sync_to_thread=False),
            "answers": Provide(part("answers"), sync_to_thread=False),
            "session": Provide(_session),
            "caller": Provide(provide_caller, sync_to_thread=False),
        },
        guards=[access_guard],
        exception_handlers=EXCEPTION_HANDLERS,
        middleware=[request_log],
        lifespan=[_lifespan],
        openapi_config=openapi_config(),
        state=State({"parts": open_parts(settings)}),
        logging_config=None,
        request_max_body_size=1_000_000,
    )
