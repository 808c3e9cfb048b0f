"""A server in a process of its own, so that a test can stop it, kill it and start it again on the same port."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx

from suicha.infra.settings import Settings, settings_from_environment
from tests.servers.processes import free_port

ROOT = Path(__file__).parents[2]
# A demo installation makes a round of 131 visits first.
START_SECONDS = 300


class ServerProcess:
    """`suicha serve` with its own data folder, for the length of a `with` block."""

    def __init__(self, folder: Path, *, pwa: Path, environ: dict[str, str] | None = None) -> None:
        """Choose a port; nothing runs yet."""
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._environ = {
            "SUICHA_DATA_DIR": str(folder),
            "SUICHA_PWA_DIR": str(pwa),
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            **(environ or {}),
        }
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def settings(self) -> Settings:
        """What the process reads from its environment."""
        return settings_from_environment(self._environ)

    @property
    def pid(self) -> int:
        """Of the running process."""
        assert self._process is not None, "the server does not run"
        return self._process.pid

    def use_pwa(self, pwa: Path) -> None:
        """Serve another build from the next start on."""
        self._environ["SUICHA_PWA_DIR"] = str(pwa)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _tb: TracebackType | None
    ) -> None:
        self.stop()

    def start(self, *arguments: str) -> None:
        """Serve, and wait until it does."""
        log = (self.folder / "server.log").open("ab")
        command = [sys.executable, "-m", "suicha", *(arguments or ("serve",))]
        environ = {name: value for name, value in os.environ.items() if not name.startswith("SUICHA_")}
        self._process = subprocess.Popen(
            command, cwd=ROOT, env=environ | self._environ, stdout=log, stderr=log, stdin=subprocess.DEVNULL
        )
        log.close()
        self._wait_until_ready()

    def _wait_until_ready(self) -> None:
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            if self._process is None or self._process.poll() is not None:
                break
            try:
                if httpx.get(f"{self.url}/api/ready", timeout=5, trust_env=False).status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.1)
        self.stop()
        raise AssertionError(f"the server did not start: {(self.folder / 'server.log').read_text()[-2000:]}")

    def stop(self) -> None:
        """As a service manager stops it."""
        self._end(signal.SIGTERM)

    def restart(self) -> None:
        """Stop and start."""
        self.stop()
        self.start()

    def kill(self) -> None:
        """As a power cut stops it."""
        self._end(signal.SIGKILL)

    def _end(self, number: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None or process.poll() is not None:
            return
        process.send_signal(number)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(15)


def fill_folder(folder: Path, template: Path) -> Path:
    """A data folder with a migrated database."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(template, folder / "suicha.db")
    return folder


def built_pwa() -> Path:
    """The built front end."""
    folder = Path(os.environ.get("SUICHA_PWA_DIR") or ROOT / "pwa" / "dist")
    assert (folder / "index.html").is_file(), f"there is no front end in {folder}: run `make build` first"
    return folder
