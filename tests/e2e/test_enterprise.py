"""The enterprise's whole way on a phone: from the link on the paper to the problem that is closed."""

import asyncio
import gzip
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, Playwright, Route, expect

from tests.e2e.devices import DESK, Device
from tests.e2e.server import ServerProcess, fill_folder
from tests.rectification.office import an_order
from tests.rectification.test_portal import a_pdf
from tests.rectification.test_review import a_scene

SCRIPT_BYTES = 60_000
PIECE = 512 * 1024
# What a browser of 2020 does not know (Chromium 80): the page must live without it.
OLD_PHONE = """
for (const [owner, names] of [
  [Object, ["hasOwn", "groupBy"]], [Array.prototype, ["at", "findLast", "findLastIndex", "toSorted", "with"]],
  [String.prototype, ["at", "replaceAll"]], [Uint8Array.prototype.__proto__, ["at", "toHex"]],
  [Promise, ["any", "withResolvers"]], [Crypto.prototype, ["randomUUID"]], [URL, ["canParse"]],
  [globalThis, ["structuredClone", "WeakRef", "AggregateError", "FinalizationRegistry"]],
]) for (const name of names) delete owner[name]
"""


@dataclass(frozen=True)
class Town:
    """A server with a served order, and the address of the enterprise's page."""

    server: ServerProcess
    path: str


@pytest.fixture(scope="module")
def town(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory, pwa: Path) -> Iterator[Town]:
    """One problem, found and ordered to be put right."""
    server = ServerProcess(fill_folder(tmp_path_factory.mktemp("town"), sqlite_template), pwa=pwa)
    # In a thread of its own: Playwright's loop may run in this one.
    with ThreadPoolExecutor(1) as thread:
        path = thread.submit(lambda: asyncio.run(an_order(server.settings))).result()
    with server:
        yield Town(server, path)


@pytest.fixture
def people(playwright: Playwright, tmp_path: Path, town: Town) -> Iterator[Callable[..., Device]]:
    """Browsers; none may meet an error."""
    devices: list[Device] = []

    def make(**options: object) -> Device:
        devices.append(Device(playwright, tmp_path / f"profile-{len(devices)}", town.server.url, **options))  # type: ignore[arg-type]
        return devices[-1]

    yield make
    for one in devices:
        one.close()
    assert [error for one in devices for error in one.errors] == []


def test_from_the_link_to_the_closed_problem(town: Town, people: Callable[..., Device], tmp_path: Path) -> None:
    phone = people()
    phone.switch_on()
    phone.page.add_init_script(OLD_PHONE)
    page = phone.open(town.path)
    open_with_digits(page)
    card = page.get_by_test_id("problem-A01")
    files = photos(tmp_path)
    lost = lose_the_network(page, at_request=2, times=2)
    card.get_by_test_id("choose").set_input_files(files)
    expect(card.locator("[data-testid=uploading][data-state=waiting]")).to_be_visible()
    expect(card.get_by_test_id("uploaded")).to_have_count(3)
    assert lost == sorted(set(lost)), "no piece that had arrived was sent again"
    card.get_by_test_id("text").fill("已在办公室显著位置张贴营业执照")
    page.reload()
    expect(card.get_by_test_id("text")).to_have_value("已在办公室显著位置张贴营业执照")
    expect(card.get_by_test_id("uploaded")).to_have_count(3)
    card.get_by_test_id("hand-in").click()
    receipt = page.get_by_test_id("receipt-no").inner_text()
    assert re.fullmatch(r"ZM\d{8}-\S+-A01-1", receipt)
    assert page.locator("[data-testid=receipt] img").evaluate("img => img.decode().then(() => img.naturalWidth > 300)")
    page.get_by_test_id("receipt-close").click()
    expect(card).to_contain_text("正在审核")

    desk = people(shape=DESK)
    decide(town, desk, receipt, "return", reason="看不清执照上的名称")
    page.reload()
    expect(card.get_by_role("alert")).to_contain_text("看不清执照上的名称")
    (tmp_path / "again.jpg").write_bytes(a_scene(9))
    card.get_by_test_id("choose").set_input_files(tmp_path / "again.jpg")
    expect(card.get_by_test_id("uploaded")).to_have_count(1)
    card.get_by_test_id("hand-in").click()
    second = page.get_by_test_id("receipt-no").inner_text()
    assert second == receipt[:-1] + "2"

    decide(town, desk, second, "accept")
    page.reload()
    expect(page.get_by_text("全部问题已经办结")).to_be_visible()


def open_with_digits(page: Page) -> None:
    page.get_by_test_id("digits").fill("0000")
    page.get_by_test_id("open").click()
    expect(page.get_by_test_id("gate-words")).to_contain_text("还可以试")
    page.get_by_test_id("digits").fill("1234")
    page.get_by_test_id("open").click()
    expect(page.get_by_test_id("problem-A01")).to_be_visible()


def photos(folder: Path) -> list[Path]:
    """Two photos, one of which needs three pieces, and a PDF."""
    made = {"大门.jpg": a_scene(1) + b"\0" * (2 * PIECE), "公示栏.jpg": a_scene(2), "整改报告.pdf": a_pdf()}
    for name, data in made.items():
        (folder / name).write_bytes(data)
    return [folder / name for name in made]


def lose_the_network(page: Page, *, at_request: int, times: int) -> list[int]:
    """From the nth piece on the connection breaks so many times; returns the offsets that got through, as they come."""
    offsets: list[int] = []
    seen = 0

    def on_piece(route: Route) -> None:
        nonlocal seen
        seen += 1
        if at_request <= seen < at_request + times:
            route.abort("connectionreset")
            return
        body = (route.request.post_data_buffer or b"").decode("latin-1")
        found = re.search(r'name="offset"\r\n\r\n(\d+)', body)
        if len(offsets) < 3:
            offsets.append(int(found.group(1)) if found else -1)
        route.continue_()

    page.route("**/api/portal/uploads", on_piece)
    return offsets


def decide(town: Town, desk: Device, receipt: str, decision: str, *, reason: str = "") -> None:
    """The office opens the queue and decides."""
    page = desk.open("/office/sign-in")
    page.request.post(f"{town.server.url}/api/auth/login", data={"username": "office", "password": "pass"})
    page = desk.open("/office/reviews")
    page.get_by_role("link", name=receipt).click()
    expect(page.get_by_test_id("after").locator(".frame img")).to_be_visible()
    page.get_by_test_id(decision).click()
    if reason:
        page.get_by_test_id(f"{decision}-reason").fill(reason)
    page.get_by_test_id(f"{decision}-do").click()
    expect(page.get_by_test_id("decided")).to_be_visible()


def test_a_link_that_is_nothing_says_what_to_do(town: Town, people: Callable[..., Device]) -> None:
    page = people().open("/p/" + "A" * 43)
    expect(page.get_by_test_id("trouble-link_unknown")).to_contain_text("重新扫描通知书上的二维码")


def test_the_page_is_nothing_that_others_find_or_that_tells_where_one_came_from(town: Town) -> None:
    answer = httpx.get(town.server.url + town.path, trust_env=False)
    assert (answer.headers["referrer-policy"], answer.headers["x-robots-tag"]) == ("no-referrer", "noindex, nofollow")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'self'" in policy or "default-src 'none'" in policy
    assert "unsafe-inline' " not in policy.split("script-src")[-1].split(";")[0]


def test_all_script_of_the_page_is_small(pwa: Path) -> None:
    todo = re.findall(r'assets/([^"]+\.js)', (pwa / "portal.html").read_text())
    sizes: dict[str, int] = {}
    while todo:
        name = todo.pop()
        if name not in sizes:
            text = (pwa / "assets" / name).read_text()
            sizes[name] = len(gzip.compress(text.encode(), 9))
            todo += re.findall(r"[\"'`](?:\./|assets/)([\w.-]+\.js)[\"'`]", text)
    assert sizes and sum(sizes.values()) < SCRIPT_BYTES, sizes
