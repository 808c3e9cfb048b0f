"""What the HTTP process holds while it runs: opened once from the settings, handed to whoever asks for it by name."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from litestar.datastructures import State

from suicha.documents.desk import PaperDesk
from suicha.evidence.custody import Custody
from suicha.infra.blobs import BlobStore, open_blob_store
from suicha.infra.db import Database
from suicha.infra.settings import Settings
from suicha.inspections.access import may_read_blob
from suicha.inspections.records import DeviceBook
from suicha.notices.outside import open_sender
from suicha.notices.port import Sender
from suicha.publication.memory import AnswerMemory
from suicha.rectification.paper_desk import open_paper_desk
from suicha.registry.import_desk import ImportDesk
from suicha.sync import actions as sync
from suicha.sync.devices import devices_of


@dataclass(frozen=True)
class Parts:
    """One installation: its database, its store, and the desks that stand on both."""

    settings: Settings
    database: Database
    blobs: BlobStore
    custody: Custody
    device_book: DeviceBook
    paper_desk: PaperDesk
    import_desk: ImportDesk
    sender: Sender
    answers: AnswerMemory

    async def close(self) -> None:
        """Let go of threads and connections."""
        await self.import_desk.close()
        await self.database.close()


def open_parts(settings: Settings) -> Parts:
    """Open what the settings name; nothing is connected before it is used."""
    database = Database(settings.database_url)
    blobs = open_blob_store(settings)
    return Parts(
        settings=settings,
        database=database,
        blobs=blobs,
        custody=Custody(database, blobs, on_verified=sync.blob_verified, may_read=may_read_blob),
        device_book=DeviceBook(devices_of),
        paper_desk=open_paper_desk(),
        import_desk=ImportDesk(database),
        sender=open_sender(settings),
        answers=AnswerMemory(),
    )


def part(name: str) -> Callable[[State], Any]:
    """A dependency that gives the part of this name."""

    def give(state: State) -> Any:
        return getattr(state.parts, name)

    return give
