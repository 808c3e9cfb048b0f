"""The machine against push and pull on PostgreSQL."""

import os

from .machine import run_schedules
from .stored import StoredServer

SCHEDULES = int(os.environ.get("SUICHA_SCHEDULES_POSTGRES", "60"))


def test_no_schedule_loses_hides_or_diverges_on_postgres(postgres_url: str) -> None:
    server = StoredServer(postgres_url)
    try:
        run_schedules(server, schedules=SCHEDULES, steps=20)
    finally:
        server.close()
