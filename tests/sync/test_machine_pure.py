"""The machine against judge and merge in memory."""

import os

from .machine import run_schedules
from .pure import PureServer

SCHEDULES = int(os.environ.get("SUICHA_SCHEDULES_PURE", "1200"))


def test_no_schedule_loses_hides_or_diverges_in_memory() -> None:
    run_schedules(PureServer(), schedules=SCHEDULES, steps=25)
