"""Phones and desks: each a browser with a profile of its own, which can lose the network, be closed and be killed."""

import contextlib
import os
import signal
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Error, Page, Playwright, expect

CHROMIUM = os.environ.get("SUICHA_CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--lang=zh-CN",
]
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
DESK = {"viewport": {"width": 1440, "height": 900}}
# Machines that test are busy; nothing here waits for a time, all of it waits for a state.
PATIENCE_MS = 30_000
expect.set_options(timeout=20_000)


class Device:
    """One person's phone or desk."""

    def __init__(
        self,
        playwright: Playwright,
        profile: Path,
        url: str,
        *,
        shape: dict[str, Any] = PHONE,
        position: tuple[float, float] = (34.7503, 113.6504),
    ) -> None:
        """Remember everything; `open` starts the browser."""
        self._playwright, self.profile, self.url = playwright, profile, url
        self._options: dict[str, Any] = {
            **shape,
            "locale": "zh-CN",
            "timezone_id": "Asia/Shanghai",
            "permissions": ["geolocation"],
            "geolocation": {"latitude": position[0], "longitude": position[1], "accuracy": 12},
        }
        self._context: BrowserContext | None = None
        self._page: Page | None = None
        self._is_offline = False
        self.errors: list[str] = []

    @property
    def context(self) -> BrowserContext:
        """The browser with its one profile."""
        assert self._context is not None, "the device is switched off"
        return self._context

    @property
    def page(self) -> Page:
        """The tab in front."""
        assert self._page is not None, "the device is switched off"
        return self._page

    def open(self, path: str = "/") -> Page:
        """Start the browser if need be, and the app in it."""
        self.switch_on()
        self.page.goto(self.url + path)
        return self.page

    def switch_on(self) -> None:
        """Start the browser, without the app."""
        if self._context is not None:
            return
        self._context = self._playwright.chromium.launch_persistent_context(
            str(self.profile), executable_path=CHROMIUM, headless=True, args=ARGUMENTS, **self._options
        )
        self._context.set_default_timeout(PATIENCE_MS)
        self._page = self._context.pages[0]
        self._page.on("pageerror", lambda error: self.errors.append(str(error)))
        if self._is_offline:
            self._context.set_offline(True)

    def new_tab(self, path: str = "/") -> Page:
        """One more tab of the same person."""
        page = self.context.new_page()
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.goto(self.url + path)
        return page

    def go_offline(self) -> None:
        """Flight mode; stays on when the app is closed and opened again."""
        self._is_offline = True
        self.context.set_offline(True)

    def go_online(self) -> None:
        """Flight mode off."""
        self._is_offline = False
        self.context.set_offline(False)

    def close(self) -> None:
        """Switch off in good order."""
        if self._context is not None:
            self._context.close()
        self._context = self._page = None

    def kill(self) -> None:
        """End every process of this browser at once, as a phone does that runs out of memory or battery."""
        for pid in self._pids():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        end = time.monotonic() + 10
        while self._pids() and time.monotonic() < end:
            time.sleep(0.02)
        with contextlib.suppress(Error):
            self.context.close()
        for lock in self.profile.glob("Singleton*"):
            lock.unlink(missing_ok=True)
        self._context = self._page = None

    def _pids(self) -> list[int]:
        """Processes that were started on this profile."""
        wanted = f"--user-data-dir={self.profile}".encode()
        return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit() and _is_of(entry, wanted)]


def _is_of(process: Path, argument: bytes) -> bool:
    try:
        is_ours = argument in (process / "cmdline").read_bytes().split(b"\0")
        return is_ours and not (process / "stat").read_text().rpartition(") ")[2].startswith("Z")
    except OSError:
        return False
