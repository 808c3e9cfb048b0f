"""Free ports, server processes that die with their context, and waiting with an end."""

import contextlib
import os
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

STOP_SECONDS = 10

# A whole run leaves 2 GiB at most, the databases included; and as much again.
ROOM = 4 * 2**30


class ServerFailed(RuntimeError):
    """A server of the test run did not start; the message carries the end of its log."""


def quickest_folder() -> str | None:
    """Memory where there is enough of it, for what is thrown away; None: the system's usual place.

    Copying a template of PostgreSQL, which many tests do, takes a tenth of the time there; nothing waits for a disk.
    """
    memory = Path("/dev/shm")
    has_room = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > ROOM
    return str(memory) if has_room else None


def free_port() -> int:
    """A port of the loopback that nobody listens on at this moment, and that no outgoing connection is given.

    Systems give those from 32768 (or higher) on: a server that is stopped and started again finds its port free.
    """
    while True:
        port = 15_000 + secrets.randbelow(17_000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


@contextlib.contextmanager
def running(command: Sequence[str], *, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The process while the block lasts; afterwards it is asked to stop, and killed if it does not."""
    with log.open("ab") as output:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_until(
    is_ready: Callable[[], bool], *, process: subprocess.Popen[bytes], log: Path, seconds: float = 60
) -> None:
    """Poll until `is_ready`; raises ServerFailed when the process has ended or the time is over."""
    end = time.monotonic() + seconds
    while not is_ready():
        if process.poll() is not None or time.monotonic() > end:
            tail = log.read_text(errors="replace")[-2000:] if log.exists() else ""
            raise ServerFailed(f"{Path(str(process.args[0])).name} did not start:\n{tail}")  # type: ignore[index]
        time.sleep(0.1)


def listens(port: int) -> bool:
    """True when something accepts connections on the port of the loopback."""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def run_tool(*command: str | Path, seconds: float = 60) -> str:
    """Run a tool to its end and return what it printed; raises ServerFailed with its complaint."""
    done = subprocess.run(list(map(str, command)), check=False, capture_output=True, text=True, timeout=seconds)
    if done.returncode != 0:
        raise ServerFailed(f"{command[0]} failed: {done.stderr.strip()[-1000:]}")
    return done.stdout
