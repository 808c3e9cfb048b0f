"""Start the servers of the test run and keep them until standard input ends or a signal comes.

usage: python -m tests.servers [postgres] [s3]

Prints one line of JSON: the environment variables with which test runs find the servers. It runs as a process
of its own, so that the servers go away even when the test run is killed: its end of the pipe closes then.
"""

import contextlib
import json
import signal
import sys
from concurrent.futures import ThreadPoolExecutor

from tests.servers import POSTGRES_VARIABLE, S3_VARIABLE
from tests.servers.postgres import postgres_server
from tests.servers.processes import ServerFailed
from tests.servers.s3 import s3_server

STARTERS = {
    "postgres": (POSTGRES_VARIABLE, postgres_server, lambda server: server.admin_url),
    "s3": (S3_VARIABLE, s3_server, lambda server: server.url),
}


def main(names: list[str]) -> int:
    """Start what is named (everything by default), say where it is, wait, stop."""
    if unknown := [name for name in names if name not in STARTERS]:
        print(f"unknown server {unknown[0]!r}; there are: {', '.join(STARTERS)}", file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with contextlib.suppress(KeyboardInterrupt), contextlib.ExitStack() as stack:
        try:
            print(json.dumps(_start(names or list(STARTERS), stack)), flush=True)
        except ServerFailed as failure:
            print(failure, file=sys.stderr)
            return 1
        sys.stdin.read()
    return 0


def _start(names: list[str], stack: contextlib.ExitStack) -> dict[str, str]:
    """Both at once: the store takes twelve seconds, the database one."""
    variables: dict[str, str] = {}

    def start(name: str) -> None:
        variable, open_server, address = STARTERS[name]
        variables[variable] = address(stack.enter_context(open_server()))  # type: ignore[operator]

    with ThreadPoolExecutor() as pool:
        for finished in [pool.submit(start, name) for name in names]:
            finished.result()
    return variables


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
