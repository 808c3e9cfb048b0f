"""What must not be lost: text when the app is killed, ops when replies are, photos when the disk is full."""

import contextlib
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.e2e import photos
from tests.e2e.conftest import Cast
from tests.e2e.devices import Device
from tests.e2e.office import Office, sha256_of
from tests.e2e.pages import SYNC_MS, Phone
from tests.e2e.server import ServerProcess, fill_folder

HALF = "三号楼北侧消防通道被两辆"
PUSH = "**/api/sync/v1/push"
# The disk is full for whoever writes into one of these stores of the phone.
FULL_DISK = """() => {
  const real = IDBObjectStore.prototype
  for (const name of ["put", "add"]) {
    const write = real[name]
    real[name] = function (...args) {
      if (window.diskIsFull && ["ops", "blobs", "chunks"].includes(this.name))
        throw new DOMException("the disk is full", "QuotaExceededError")
      return write.apply(this, args)
    }
  }
}"""

DRAFTS = """() => new Promise((resolve, reject) => {
  indexedDB.databases().then((all) => {
    const open = indexedDB.open(all.find((db) => /^suicha_[0-9a-f]{8}-/.test(db.name)).name)
    open.onerror = reject
    open.onsuccess = () => {
      const read = open.result.transaction("drafts").objectStore("drafts").getAll()
      read.onsuccess = () => (open.result.close(), resolve(read.result.map((row) => row.text)))
    }
  })
})"""


@pytest.fixture(scope="module")
def server(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory, pwa: Path) -> Iterator[ServerProcess]:
    """One for all of this file: each test has a visit and people of its own."""
    folder = tmp_path_factory.mktemp("durability")
    with ServerProcess(fill_folder(folder, sqlite_template), pwa=pwa) as running:
        yield running


def ready(device: Callable[..., Device], cast: Cast, name: str = "officer") -> Phone:
    """The officer's phone, signed in, with the checklist on the screen."""
    phone = Phone(device(name))
    phone.sign_in(cast.officer)
    phone.wait_until_app_is_stored()
    expect(phone.visit_card(cast.visit)).to_contain_text("0/27")
    phone.go_to_checklist(cast.visit)
    return phone


def assert_no_gaps(server: ServerProcess) -> None:
    """The sequence numbers of all admitted ops, replica by replica, straight from the database."""
    seqs = defaultdict(list)
    with contextlib.closing(sqlite3.connect(server.folder / "suicha.db")) as db:
        for replica, seq in db.execute("SELECT replica, seq FROM inspections_op ORDER BY seq"):
            seqs[replica].append(seq)
    assert seqs
    assert all(found == list(range(1, len(found) + 1)) for found in seqs.values()), seqs


def test_half_a_sentence_survives_a_killed_app(device: Callable[..., Device], cast: Cast) -> None:
    phone = ready(device, cast)
    phone.device.go_offline()
    phone.answer("E04", "fail")
    phone.see("remark").press_sequentially(HALF)
    while HALF not in phone.page.evaluate(DRAFTS):
        phone.see("remark").focus()
    phone.device.kill()

    phone.device.open()
    # The app comes back to the very item.
    expect(phone.page.locator("h1")).to_contain_text("E04")
    expect(phone.see("remark")).to_have_value(HALF)
    expect(phone.see("result-fail")).to_have_attribute("aria-pressed", "true")
    phone.write_remark("电动车堵住")
    phone.device.go_online()
    phone.send_now()


def test_two_tabs_of_one_person_lose_nothing(device: Callable[..., Device], cast: Cast, server: ServerProcess) -> None:
    phone = ready(device, cast)
    other = phone.device.new_tab(f"/visits/{cast.visit}/checklist")
    expect(other.get_by_test_id("item-A01")).to_be_visible()
    mine, theirs = ("A01", "B01", "B03", "C01"), ("A02", "B02", "B04", "C02")
    for left, right in zip(mine, theirs, strict=True):
        at_once(phone.page, other, left, right)
    for code in (*mine, *theirs):
        for page in (phone.page, other):
            expect(page.get_by_test_id(f"item-{code}")).to_contain_text("符合")
    phone.send_now()
    office = Office(server.url, cast.officer)
    answers = {code: item["registers"].get("result") for code, item in office.items(cast.visit).items()}
    office.close()
    assert all(answers[code]["values"][0]["value"] == "pass" for code in (*mine, *theirs))
    assert_no_gaps(server)


def at_once(one: Page, two: Page, left: str, right: str) -> None:
    """Two tabs, one moment: both are on their item, and both buttons are pressed before anybody waits."""
    for page, code in ((one, left), (two, right)):
        page.get_by_test_id(f"item-{code}").click()
        expect(page.get_by_test_id("result-pass")).to_be_visible()
    for page in (one, two):
        page.evaluate("() => void setTimeout(() => document.querySelector('[data-testid=result-pass]').click())")
    for page in (one, two):
        expect(page.get_by_test_id("result-pass")).to_have_attribute("aria-pressed", "true")
        page.get_by_test_id("back").click()


def test_a_lost_reply_doubles_nothing(device: Callable[..., Device], cast: Cast, server: ServerProcess) -> None:
    phone = ready(device, cast)
    lost: list[int] = []

    def lose(route: Route) -> None:
        """The server gets it and answers; the answer never comes."""
        if len(lost) < 2:
            lost.append(route.fetch().status)
            route.abort("connectionreset")
        else:
            route.continue_()

    phone.device.context.route(PUSH, lose)
    phone.answer_on_and_on("A01", "B02")
    phone.open_status()
    for attempt in range(1, 3):
        phone.press_send()
        wait_for(phone.page, lost, attempt)
    phone.send_now()
    assert lost == [200, 200]
    assert_no_gaps(server)
    office = Office(server.url, cast.officer)
    history = [line for item in office.items(cast.visit).values() for line in item["history"]]
    office.close()
    assert len(history) == len({line["stamp"]["op_id"] for line in history}) == 4


def wait_for(page: Page, seen: list[int], wanted: int) -> None:
    """Until the network has seen so many requests; the page's own events are what moves time on here."""
    while len(seen) < wanted:
        page.wait_for_event("requestfailed", timeout=SYNC_MS)


def test_a_server_killed_in_the_middle_gets_all_of_it_later(
    device: Callable[..., Device], cast: Cast, server: ServerProcess, tmp_path: Path
) -> None:
    phone = ready(device, cast)
    phone.device.go_offline()
    phone.answer_on_and_on("A01", "B01")
    phone.answer("B02", "fail")
    files = [photos.make_jpeg(tmp_path / f"{n}.jpg", size=(1500, 2000), mark=n) for n in range(1, 4)]
    phone.choose_photos(*files)
    phone.device.go_online()

    def pull_the_plug(route: Route) -> None:
        server.kill()
        route.continue_()

    phone.device.context.route("**/api/sync/v1/blobs/**", pull_the_plug, times=1)
    phone.open_status()
    phone.press_send()
    expect(phone.see("status-connection")).to_have_text("服务器无响应", timeout=SYNC_MS)
    expect(phone.see("status-here")).to_be_visible()
    server.start()
    phone.send_now()
    office = Office(server.url, cast.officer)
    found = office.items(cast.visit)["B02"]["photos"]
    assert {photo["sha256"] for photo in found} == {sha256_of(file) for file in files}
    assert all(office.picture(sha256_of(file), "original") == file.read_bytes() for file in files)
    office.close()


def test_a_new_version_waits_until_the_sentence_is_safe(
    device: Callable[..., Device], cast: Cast, server: ServerProcess, pwa: Path, tmp_path: Path
) -> None:
    phone = ready(device, cast)
    phone.page.reload()  # from now on the service worker serves the page
    phone.go_to_item("E04")
    phone.tap("result-fail")
    phone.see("remark").press_sequentially(HALF)
    server.use_pwa(another_build(pwa, tmp_path / "new-pwa"))
    server.restart()
    phone.page.evaluate("() => navigator.serviceWorker.getRegistration().then((r) => r.update())")
    phone.open_status()
    expect(phone.see("update-app")).to_be_visible(timeout=SYNC_MS)
    with phone.page.expect_navigation():
        phone.tap("update-app")
    assert phone.page.evaluate("() => fetch('/index.html').then((r) => r.text())").endswith("<!-- new -->")
    phone.go_to_checklist(cast.visit)
    phone.go_to_item("E04")
    expect(phone.see("remark")).to_have_value(HALF)
    phone.send_now()
    server.use_pwa(pwa)
    server.restart()


def another_build(pwa: Path, folder: Path) -> Path:
    """The same front end with one file that differs, as a release makes it."""
    import re
    import shutil

    shutil.copytree(pwa, folder)
    index = folder / "index.html"
    index.write_text(index.read_text(encoding="utf-8") + "<!-- new -->", encoding="utf-8")
    worker = folder / "sw.js"
    text, n = re.subn(
        r'(\{[^{}]*"?url"?:"index\.html"[^{}]*\})',
        lambda entry: re.sub(r'("?revision"?:)"[0-9a-f]+"', r'\1"0123456789abcdef"', entry.group(1)),
        worker.read_text(encoding="utf-8"),
    )
    assert n == 1 and "0123456789abcdef" in text, "the service worker's list of files looks different now"
    worker.write_text(text, encoding="utf-8")
    return folder


def test_a_full_disk_is_told_and_loses_nothing(device: Callable[..., Device], cast: Cast, tmp_path: Path) -> None:
    phone = Phone(device("officer"))
    break_the_disk_on_demand(phone)
    phone.sign_in(cast.officer)
    phone.go_to_checklist(cast.visit)
    phone.answer("E04", "fail")
    phone.page.evaluate("() => { window.diskIsFull = true }")
    phone.tap("result-pass")
    phone.close_dialog("手机空间已满")
    expect(phone.see("result-fail")).to_have_attribute("aria-pressed", "true")
    phone.see("choose-photo").set_input_files(photos.make_jpeg(tmp_path / "full.jpg", mark=9))
    phone.close_dialog("手机空间已满")
    expect(phone.see("photo")).to_have_count(0)

    phone.page.evaluate("() => { window.diskIsFull = false }")
    phone.choose_photos(tmp_path / "full.jpg")
    phone.send_now()


def break_the_disk_on_demand(phone: Phone) -> None:
    phone.device.switch_on()
    context: BrowserContext = phone.device.context
    context.add_init_script(f"({FULL_DISK})()")


def test_odd_photo_files_are_kept_or_refused_in_words(
    device: Callable[..., Device], cast: Cast, server: ServerProcess, tmp_path: Path
) -> None:
    phone = ready(device, cast)
    phone.device.go_offline()
    phone.go_to_item("E04")
    broken, text = photos.make_broken(tmp_path / "broken.jpg"), tmp_path / "text.jpg"
    text.write_text("no photo at all " * 100)
    phone.see("choose-photo").set_input_files(broken)
    phone.close_dialog("照片文件已损坏")
    phone.see("choose-photo").set_input_files(text)
    phone.close_dialog("这个文件不是照片")
    expect(phone.see("photo")).to_have_count(0)

    huge = photos.make_jpeg(tmp_path / "48-megapixels.jpg", size=(6000, 8000), mark=11)
    heic = photos.make_heic(tmp_path / "apple.heic", mark=12)
    phone.choose_photos(huge)
    expect(phone.see("photo").locator("img")).to_have_count(1)
    phone.choose_photos(heic)
    expect(phone.page.get_by_text("本机不能显示这种格式")).to_be_visible()
    phone.device.go_online()
    phone.send_now()
    office = Office(server.url, cast.officer)
    found = {photo["sha256"]: photo for photo in office.items(cast.visit)["E04"]["photos"]}
    assert set(found) == {sha256_of(huge), sha256_of(heic)}
    assert (found[sha256_of(huge)]["width"], found[sha256_of(huge)]["height"]) == (6000, 8000)
    assert found[sha256_of(heic)]["mime"] == "image/heic"
    for file in (huge, heic):
        assert office.picture(sha256_of(file), "original") == file.read_bytes()
        assert photos.is_upright(office.picture_when_made(sha256_of(file), "view"))
    office.close()
