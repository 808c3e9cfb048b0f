"""Start the servers of the test run and keep them until interrupted.

usage: python -m tests.servers [postgres] [s3] [--for PID FOLDER]

Prints one line of JSON: the environment variables with which test runs find the servers. With `--for` it works for
the test run of that process: it also ends when that process is gone, however it ended, or when the folder has a
file `stop`.
"""

import contextlib
import json
import os
import signal
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import FrameType
from typing import Any

from tests.servers import VARIABLES
from tests.servers.postgres import postgres_server
from tests.servers.processes import ServerFailed
from tests.servers.s3 import s3_server

STARTERS: dict[str, tuple[Any, Callable[[Any], str]]] = {
    "postgres": (postgres_server, lambda server: server.admin_url),
    "s3": (s3_server, lambda server: server.url),
}


def main(words: list[str]) -> int:
    """Start what is named (everything by default), say where it is, wait, stop."""
    names, is_wanted = _read(words)
    if unknown := [name for name in names if name not in STARTERS]:
        print(f"unknown server {unknown[0]!r}; there are: {', '.join(STARTERS)}", file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, _interrupt)
    with contextlib.suppress(KeyboardInterrupt), contextlib.ExitStack() as stack:
        try:
            print(json.dumps(_start(names or list(STARTERS), stack)), flush=True)
        except ServerFailed as failure:
            print(failure, file=sys.stderr)
            return 1
        while is_wanted():
            time.sleep(0.2)
    return 0


def _read(words: list[str]) -> tuple[list[str], Callable[[], bool]]:
    if "--for" not in words:
        return words, lambda: True
    where = words.index("--for")
    pid, folder = int(words[where + 1]), Path(words[where + 2])
    return words[:where], lambda: not (folder / "stop").exists() and _is_alive(pid)


def _is_alive(pid: int) -> bool:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, 0)
        return True
    return False


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _start(names: list[str], stack: contextlib.ExitStack) -> dict[str, str]:
    """All at once: the store takes twelve seconds, the database one."""

    def start(name: str) -> str:
        open_server, address = STARTERS[name]
        return address(stack.enter_context(open_server()))

    with ThreadPoolExecutor() as pool:
        return dict(zip((VARIABLES[name] for name in names), pool.map(start, names), strict=True))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
