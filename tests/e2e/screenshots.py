"""`python -m tests.e2e.screenshots`: the two pictures of the README, from a demo installation made for the purpose."""

import json
import tempfile
from pathlib import Path

from playwright.sync_api import Playwright, expect, sync_playwright

from tests.e2e.devices import DESK, PHONE, Device
from tests.e2e.pages import Phone
from tests.e2e.server import ROOT, ServerProcess, built_pwa
from tests.e2e.test_every_screen import sign_in_at_the_desk, still, visits_of
from tests.live import Person

IMAGES = ROOT / "docs" / "images"


def main() -> None:
    """Make both pictures."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="suicha-pictures-") as folder, sync_playwright() as playwright:
        server = ServerProcess(Path(folder), pwa=built_pwa())
        server.start("demo")
        try:
            picture_of_the_checklist(playwright, server)
            picture_of_the_board(playwright, server)
        finally:
            server.stop()


def account(server: ServerProcess, role: str) -> Person:
    """The first account with that role that the demo tells of."""
    told = json.loads((server.folder / "demo.json").read_text(encoding="utf-8"))["accounts"]
    one = next(one for one in told if role in one["roles"])
    return Person(one["username"], one["password"], one["name"], "")


def picture_of_the_checklist(playwright: Playwright, server: ServerProcess) -> None:
    """The checklist of a visit under way, on a phone."""
    leader = account(server, "leader")
    visit = next(v for v in visits_of(server, leader) if v["state"] == "under_way")
    device = Device(playwright, server.folder / "phone", server.url, shape=PHONE)
    phone = Phone(device)
    phone.sign_in(leader)
    phone.send_now()
    phone.go_to_checklist(str(visit["id"]))
    expect(phone.see("strip-all-sent")).to_be_visible()
    expect(phone.see("connection")).to_have_text("在线")
    still(phone.page)
    phone.page.screenshot(path=IMAGES / "checklist.png")
    device.close()


def picture_of_the_board(playwright: Playwright, server: ServerProcess) -> None:
    """The office's board, on a desk."""
    device = Device(playwright, server.folder / "desk", server.url, shape=DESK)
    page = device.open("/office/sign-in")
    sign_in_at_the_desk(page, account(server, "office"))
    expect(page.get_by_test_id("districts")).to_be_visible()
    page.get_by_test_id("refresh").hover()
    still(page)
    page.mouse.move(0, 0)
    page.screenshot(path=IMAGES / "board.png")
    device.close()


if __name__ == "__main__":
    main()
