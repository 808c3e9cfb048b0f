"""The machine against push and pull on SQLite, in a file as it is in use."""

import os

from .machine import run_schedules
from .stored import StoredServer

SCHEDULES = int(os.environ.get("SUICHA_SCHEDULES_SQLITE", "110"))


def test_no_schedule_loses_hides_or_diverges_on_sqlite(sqlite_url: str) -> None:
    server = StoredServer(sqlite_url)
    try:
        run_schedules(server, schedules=SCHEDULES, steps=20)
    finally:
        server.close()
