"""核验抽取结果: whoever has a browser recomputes a draw, and sees what became of every other one."""

import gzip
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright, Response, expect

from tests.e2e.devices import DESK, PHONE, Device
from tests.e2e.ledger import WHY_AGAIN, WHY_VOID, Ledger, hold_draws
from tests.e2e.pages import Phone
from tests.e2e.server import ServerProcess, fill_folder
from tests.e2e.test_every_screen import faults_on

STEPS = ["file", "pool", "commitments", "seed", "sites", "teams", "visits", "digest"]
FIRST_LOAD_BYTES = 90_000


@pytest.fixture(scope="module")
def town(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory, pwa: Path) -> Iterator[ServerProcess]:
    """A server whose ledger has draws in every state."""
    with ServerProcess(fill_folder(tmp_path_factory.mktemp("town"), sqlite_template), pwa=pwa) as running:
        yield running


@pytest.fixture(scope="module")
def ledger(town: ServerProcess) -> Ledger:
    """The draws."""
    return hold_draws(town.settings)


@pytest.fixture
def visitor(playwright: Playwright, town: ServerProcess, tmp_path: Path) -> Iterator[Callable[..., Device]]:
    """People without an account; none may meet an error."""
    devices: list[Device] = []

    def make(**options: object) -> Device:
        devices.append(Device(playwright, tmp_path / f"profile-{len(devices)}", town.url, **options))  # type: ignore[arg-type]
        return devices[-1]

    yield make
    for one in devices:
        one.close()
    assert [error for one in devices for error in one.errors] == []


def states_of_steps(page: Page) -> dict[str, str]:
    """Every step and its sign."""
    steps = page.locator("[data-testid^=step-]")
    return {
        str(one.get_attribute("data-testid")).removeprefix("step-"): str(one.get_attribute("data-state"))
        for one in steps.all()
    }


def test_anybody_recomputes_a_sealed_draw_from_the_list(visitor: Callable[..., Device], ledger: Ledger) -> None:
    record = json.loads(ledger.records["sealed"])
    page = visitor().open("/public/draws")
    card = page.get_by_test_id("draw-sealed").filter(has_text=WHY_AGAIN)
    card.get_by_role("link").click()
    page.wait_for_url(f"**{ledger.address('sealed')}")
    expect(page.get_by_test_id("verdict")).to_contain_text("核验一致")
    assert states_of_steps(page) == dict.fromkeys(STEPS, "agrees")
    assert page.get_by_test_id("digest").inner_text().replace("\n", "") == record["digest"]
    first = record["result"]["visits"][0]
    site = next(one for one in record["pool"]["sites"] if one["id"] == first["site"])
    page.get_by_test_id("search-site").fill(site["name"])
    expect(page.get_by_test_id("found")).to_contain_text(f"抽中，第 {first['team']} 组检查")
    page.get_by_test_id("search-site").fill("没有的小区")
    expect(page.get_by_test_id("found")).to_contain_text("名单里没有")


def test_the_digest_of_the_minutes_is_compared_as_it_is_typed(visitor: Callable[..., Device], ledger: Ledger) -> None:
    record = json.loads(ledger.records["sealed"])
    page = visitor().open(ledger.address("sealed"))
    box, told = page.get_by_test_id("compare"), page.get_by_test_id("comparison")
    box.fill(record["digest"][:10].upper())
    expect(told).to_contain_text("前 10 位一致，还差 54 位")
    box.fill(" ".join(record["digest"][n : n + 4] for n in range(0, 64, 4)))
    expect(told).to_contain_text("与您输入的摘要一致")
    box.fill(record["pool_digest"])
    expect(told).to_contain_text("名单摘要")
    box.fill("f" * 64 if record["digest"][0] != "f" else "0" * 64)
    expect(told).to_contain_text("从第 1 位起不同")


def test_a_scanned_code_brings_the_digest_along(visitor: Callable[..., Device], ledger: Ledger) -> None:
    digest = json.loads(ledger.records["sealed"])["digest"]
    page = visitor().open(f"{ledger.address('sealed')}#{digest}")
    expect(page.get_by_test_id("comparison")).to_contain_text("与二维码带来的摘要一致")


def test_record_and_verifier_are_downloaded_and_agree_without_the_page(
    visitor: Callable[..., Device], ledger: Ledger, tmp_path: Path
) -> None:
    page = visitor(shape=DESK).open(ledger.address("sealed"))
    for testid in ("download-record", "download-verifier"):
        with page.expect_download() as coming:
            page.get_by_test_id(testid).click()
        coming.value.save_as(tmp_path / testid)
    assert (tmp_path / "download-record").read_bytes() == ledger.records["sealed"]
    command = [sys.executable, str(tmp_path / "download-verifier"), str(tmp_path / "download-record")]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0


def test_what_was_superseded_or_void_stays_with_its_reason(visitor: Callable[..., Device], ledger: Ledger) -> None:
    page = visitor().open("/public/draws")
    expect(page.get_by_test_id("draw-void")).to_contain_text(WHY_VOID)
    expect(page.get_by_test_id("draw-superseded")).to_contain_text(WHY_AGAIN)
    page.get_by_role("button", name="被取代或作废").click()
    expect(page.get_by_test_id("draw-sealed")).to_have_count(0)
    page.goto(page.url.removesuffix("/public/draws") + ledger.address("superseded"))
    expect(page.get_by_test_id("verdict")).to_contain_text("核验一致")
    expect(page.get_by_test_id("successor")).to_contain_text("第 3 次抽取")
    page.get_by_test_id("successor").get_by_role("link").click()
    page.wait_for_url(f"**{ledger.address('sealed')}")
    expect(page.get_by_test_id("replaced")).to_contain_text("第 4 次补抽")
    page.get_by_test_id("replaced").get_by_role("link").click()
    expect(page.get_by_test_id("verdict")).to_contain_text("核验一致")
    chosen = json.loads(ledger.records["replacement"])["result"]["chosen"]
    labels = {one["id"]: one["label"] for one in json.loads(ledger.records["replacement"])["pool"]["candidates"]}
    expect(page.get_by_test_id("chosen")).to_have_text(labels[chosen])


@pytest.mark.parametrize("name", ["void", "committed"])
def test_without_a_result_there_is_the_digest_of_the_pool(
    name: str, visitor: Callable[..., Device], ledger: Ledger
) -> None:
    page = visitor().open(ledger.address(name))
    expect(page.get_by_test_id("no-record")).to_be_visible()
    expect(page.get_by_test_id("digest")).to_be_visible()
    expect(page.get_by_test_id("verdict")).to_have_count(0)


def test_a_file_is_verified_without_a_network_and_a_changed_one_found_out(
    visitor: Callable[..., Device], ledger: Ledger, tmp_path: Path
) -> None:
    changed = json.loads(ledger.records["sealed"])
    changed["result"]["visits"][2]["team"] = changed["result"]["visits"][2]["team"] % 4 + 1
    text = json.dumps(changed, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    (tmp_path / "sound.json").write_bytes(ledger.records["sealed"])
    (tmp_path / "changed.json").write_text(text, encoding="utf-8")
    (tmp_path / "else.json").write_bytes(b"\xff\x00 nothing")
    device = visitor()
    page = device.open("/public/draws")
    expect(page.get_by_test_id("draw-void")).to_be_visible()
    device.go_offline()
    file = page.get_by_test_id("local-file")
    file.set_input_files(tmp_path / "sound.json")
    expect(page.get_by_test_id("verdict")).to_contain_text("核验一致")
    file.set_input_files(tmp_path / "changed.json")
    expect(page.get_by_test_id("verdict")).to_contain_text("核验不一致")
    assert {step for step, state in states_of_steps(page).items() if state == "differs"} == {"visits", "digest"}
    expect(page.get_by_test_id("step-visits")).to_contain_text("result.visits[2].team")
    file.set_input_files(tmp_path / "else.json")
    expect(page.get_by_test_id("step-file")).to_contain_text("UTF-8")


def test_trouble_says_what_to_do(visitor: Callable[..., Device], ledger: Ledger) -> None:
    page = visitor().open("/public/draws/01a20000-0000-7000-8000-000000000000")
    expect(page.get_by_test_id("trouble-not_found")).to_contain_text("没有这次抽取")
    page.context.route("**/api/public/**", lambda route: route.abort())
    page.goto(page.url.partition("/public")[0] + ledger.address("sealed"))
    expect(page.get_by_test_id("trouble-no_network")).to_be_visible()
    page.context.unroute("**/api/public/**")
    page.get_by_role("button", name="重试").click()
    expect(page.get_by_test_id("verdict")).to_contain_text("核验一致")
    page.goto(page.url.partition("/public")[0] + "/public/else")
    expect(page.locator("h1")).to_have_text("没有这个页面")


@pytest.mark.parametrize("shape", [PHONE, DESK], ids=["phone", "desk"])
def test_the_public_pages_keep_nobody_out(
    shape: dict[str, object], visitor: Callable[..., Device], ledger: Ledger
) -> None:
    device = visitor(shape=shape)
    page = device.open("/public/draws")
    expect(page.get_by_test_id("draw-void")).to_be_visible()
    faults = faults_on(page, "list")
    for name in ledger.ids:
        device.open(ledger.address(name))
        expect(page.get_by_test_id("digest")).to_be_visible()
        page.evaluate("() => document.querySelectorAll('details').forEach((one) => { one.open = true })")
        faults |= faults_on(page, name)
        assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    assert faults == {}


def test_the_page_is_light_and_needs_no_app(visitor: Callable[..., Device], ledger: Ledger) -> None:
    device = visitor()
    device.switch_on()
    answers: list[Response] = []
    device.page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108 - builtins cannot listen
    page = device.open(ledger.address("sealed"))
    expect(page.get_by_test_id("verdict")).to_contain_text("核验一致")
    scripts = {one.url: len(gzip.compress(one.body(), 6)) for one in answers if one.request.resource_type == "script"}
    assert scripts
    assert sum(scripts.values()) <= FIRST_LOAD_BYTES, scripts
    assert page.evaluate("async () => (await navigator.serviceWorker.getRegistrations()).length") == 0
    assert page.evaluate("async () => (await indexedDB.databases()).length") == 0


def test_whoever_has_the_app_still_sees_the_public_pages(visitor: Callable[..., Device], ledger: Ledger) -> None:
    phone = Phone(visitor())
    phone.device.open("/sign-in")
    phone.wait_until_app_is_stored()
    page = phone.device.open("/sign-in")
    assert page.evaluate("() => navigator.serviceWorker.controller !== null")
    phone.device.open(ledger.address("sealed"))
    expect(page.get_by_test_id("verdict")).to_contain_text("核验一致")
