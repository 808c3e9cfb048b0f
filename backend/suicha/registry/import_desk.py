"""The desk where roster files are handed in.

It opens its own transactions: reading thousands of rows takes seconds, and no transaction may stay open meanwhile. A
file is read in a thread; its progress is written every second, so that every process can tell it. When the process
dies, the last sign of life grows old and the import is told to be interrupted: nothing of it was kept but its name.
"""

import asyncio
import contextlib
from dataclasses import dataclass

from suicha.accounts.queries import Caller
from suicha.infra.db import Database
from suicha.infra.logs import get_logger
from suicha.kit.clock import Clock, local_date, utc_now
from suicha.kit.digest import sha256_hex
from suicha.kit.errors import DomainError
from suicha.registry import queries
from suicha.registry.actions import imports as actions
from suicha.registry.rules.rows import RawRow
from suicha.registry.spreadsheets import UploadedBook, open_upload, read_upload
from suicha.registry.tables import Import

_TELL_EVERY_S = 1.0


@dataclass
class _Progress:
    done: int = 0

    def tell(self, done: int) -> None:
        self.done = done


class ImportDesk:
    """Takes files; `close` waits for nobody."""

    def __init__(self, database: Database, clock: Clock = utc_now) -> None:
        """Take no file yet."""
        self._database = database
        self._clock = clock
        self._tasks: set[asyncio.Task[None]] = set()

    async def receive(self, data: bytes, file_name: str, by: Caller) -> Import:
        """Look at a file, note it and begin to read it; raises at once what is wrong with the file as a whole."""
        upload = await asyncio.to_thread(open_upload, data)
        async with self._database.writing() as session:
            record = await actions.begin_import(
                session,
                file_name=file_name,
                sha256=sha256_hex(data),
                size_bytes=len(data),
                row_estimate=upload.row_estimate,
                by=by,
                now=self._clock(),
            )
        task = asyncio.create_task(self._read(record.id, upload, by))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return record

    async def close(self) -> None:
        """Stop reading; what was not finished will be told to be interrupted."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _read(self, import_id: str, upload: UploadedBook, by: Caller) -> None:
        try:
            rows = await self._rows(import_id, upload)
            async with self._database.reading() as session:
                verdicts = await actions.judged(session, rows, scope=by.jurisdiction, today=local_date(self._clock()))
            async with self._database.writing() as session:
                await actions.store_dry_run(session, import_id, rows, verdicts, now=self._clock())
        except DomainError as error:
            await self._refuse(import_id, error.code, error.detail or error.title)
        except Exception as error:  # noqa: BLE001 - nobody awaits this task: the import must say that it failed
            get_logger().error("import_failed", import_id=import_id, exc_info=error)
            await self._refuse(import_id, "internal_error", "服务器内部错误，数据未被改动")

    async def _rows(self, import_id: str, upload: UploadedBook) -> list[RawRow]:
        progress = _Progress()
        reading = asyncio.create_task(asyncio.to_thread(read_upload, upload, progress.tell))
        while True:
            with contextlib.suppress(TimeoutError):
                return await asyncio.wait_for(asyncio.shield(reading), _TELL_EVERY_S)
            async with self._database.writing() as session:
                total = max(upload.row_estimate, progress.done)
                await queries.tell_progress(session, import_id, progress.done, total, now=self._clock())

    async def _refuse(self, import_id: str, code: str, because: str) -> None:
        async with self._database.writing() as session:
            await actions.refuse_import(session, import_id, code=code, because=because, now=self._clock())
