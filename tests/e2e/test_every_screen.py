"""Every screen, light and dark: usable by everyone, installable, and quick to load."""

import gzip
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import httpx
import pytest
from playwright.sync_api import Page, Playwright, Response, expect

from tests.e2e.devices import DESK, PHONE, Device
from tests.e2e.pages import Phone
from tests.e2e.server import ROOT, ServerProcess
from tests.live import Person

AXE = ROOT / "pwa" / "node_modules" / "axe-core" / "axe.min.js"
SERIOUS = {"serious", "critical"}
FIRST_LOAD_BYTES = 200_000
INK = "() => getComputedStyle(document.body).color"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory, pwa: Path) -> Iterator[ServerProcess]:
    """A demo installation: visits of every kind, so that every screen has something on it."""
    server = ServerProcess(tmp_path_factory.mktemp("demo"), pwa=pwa)
    server.start("demo")
    yield server
    server.stop()


@pytest.fixture(scope="module")
def people(demo: ServerProcess) -> dict[str, Person]:
    """Who may sign in, by role; the first of each."""
    told = json.loads((demo.folder / "demo.json").read_text(encoding="utf-8"))["accounts"]
    return {one["roles"][0]: Person(one["username"], one["password"], one["name"], "") for one in reversed(told)}


@pytest.fixture
def switched_on(playwright: Playwright, demo: ServerProcess, tmp_path: Path) -> Iterator[Callable[..., Device]]:
    """Makes devices at the demo's address."""
    devices: list[Device] = []

    def make(shape: dict[str, object]) -> Device:
        profile = tmp_path / f"profile-{len(devices)}"
        devices.append(Device(playwright, profile, demo.url, shape=shape))
        return devices[-1]

    yield make
    for one in devices:
        one.close()
    assert [error for one in devices for error in one.errors] == []


def visits_of(demo: ServerProcess, person: Person) -> list[dict[str, object]]:
    """The visits that the demo has for somebody."""
    with httpx.Client(base_url=demo.url, trust_env=False, timeout=30) as http:
        body = {"username": person.username, "password": person.password}
        token = http.post("/api/auth/login", json=body).raise_for_status().json()["access_token"]
        answer = http.get("/api/inspections", headers={"Authorization": f"Bearer {token}"}).raise_for_status()
    return list(answer.json()["items"])


def one_in(visits: list[dict[str, object]], *states: str) -> str:
    """A visit in the first of these states that has one."""
    found = [visit for state in states for visit in visits if visit["state"] == state]
    assert found, f"the demo has no visit in {states}"
    return str(found[0]["id"])


def test_field_screens_keep_nobody_out(
    switched_on: Callable[..., Device], demo: ServerProcess, people: dict[str, Person]
) -> None:
    phone = Phone(switched_on(PHONE))
    visits = visits_of(demo, people["leader"])
    open_one, done = one_in(visits, "under_way", "assigned"), one_in(visits, "signed", "sealed")
    phone.device.open("/sign-in")
    faults = faults_on(phone.page, "sign-in")
    phone.sign_in(people["leader"])
    expect(phone.visit_card(open_one)).to_be_visible()
    faults |= faults_on(phone.page, "today")
    phone.tap("prepare-offline")
    expect(phone.see("prepare-close")).to_be_visible(timeout=60_000)
    faults |= faults_on(phone.page, "prepare")
    for path in ("recheck", "messages", "me", "status", *pages_of(open_one), *pages_of(done)):
        phone.device.open(f"/{path}")
        expect(phone.page.locator("main.body")).to_be_visible()
        expect(phone.page.locator("[aria-busy=true]")).to_have_count(0)
        faults |= faults_on(phone.page, path)
    assert faults == {}


def pages_of(visit: str) -> list[str]:
    """Every page of one visit."""
    rest = ("certificate", "checklist", "items/E04", "items/B04", "summary", "close", "record", "late")
    return [f"visits/{visit}", *(f"visits/{visit}/{page}" for page in rest)]


def test_sheets_keep_nobody_out(
    switched_on: Callable[..., Device], demo: ServerProcess, people: dict[str, Person]
) -> None:
    phone = Phone(switched_on(PHONE))
    visits = visits_of(demo, people["leader"])
    phone.sign_in(people["leader"])
    phone.go_to_checklist(one_in(visits, "assigned", "under_way"))
    phone.go_to_item("E04")
    if phone.see("result-fail").get_attribute("aria-pressed") != "true":
        phone.tap("result-fail")
    expect(phone.see("failure-details")).to_be_visible()
    for fold in ("legal-basis", "history"):
        phone.tap(fold)
    faults = faults_on(phone.page, "item with a failure")
    conflict = next(visit for visit in visits if visit["conflicts"])
    phone.go_to_checklist(str(conflict["id"]))
    phone.tap("filter-conflict")
    phone.page.locator('[data-testid^="item-"]').first.click()
    expect(phone.see("conflict-head")).to_have_count(2)
    faults |= faults_on(phone.page, "item in conflict")
    phone.see("adopt").first.click()
    expect(phone.see("conflict-reason")).to_be_visible()
    faults |= faults_on(phone.page, "reason of a decision")
    assert faults == {}


def test_office_screens_keep_nobody_out(
    switched_on: Callable[..., Device], demo: ServerProcess, people: dict[str, Person]
) -> None:
    desk = switched_on(DESK)
    done = one_in(visits_of(demo, people["office"]), "signed", "sealed")
    page = desk.open("/office/sign-in")
    expect(page.get_by_test_id("office-username")).to_be_visible()
    faults = faults_on(page, "office/sign-in")
    sign_in_at_the_desk(page, people["office"])
    lists = (
        "/draws",
        "/my-draws",
        "/inspections",
        "/problems",
        "/rechecks",
        "/orders",
        "/reviews",
        "/publications",
        "/credit",
        "/ranking",
        "/reports",
        "/requests",
        "/ladder",
        "/referrals",
        "/notices",
    )
    for path in ("", *lists, f"/inspections/{done}", "/team", "/calendar", "/calendar?view=week"):
        desk.open(f"/office{path}")
        expect(page.locator("main h1").first).to_be_visible()
        expect(page.get_by_test_id("loading")).to_have_count(0)
        faults |= faults_on(page, f"office{path}")
    assert faults == {}


def sign_in_at_the_desk(page: Page, person: Person) -> None:
    page.get_by_test_id("office-username").fill(person.username)
    page.get_by_test_id("office-password").fill(person.password)
    page.get_by_test_id("office-sign-in").click()
    expect(page.get_by_test_id("tile-total")).to_be_visible()


def faults_on(page: Page, name: str) -> dict[str, list[str]]:
    """What axe finds serious on the page as it stands, and in its colours in the dark: rule and where, by screen."""
    turn(page, "light")
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    faults = _serious(page, name, {"resultTypes": ["violations"]})
    ink = page.evaluate(INK)
    turn(page, "dark")
    assert page.evaluate(INK) != ink, f"{name} does not turn dark"
    # Only colours differ: everything else was looked at in the light.
    colours = {"resultTypes": ["violations"], "runOnly": ["color-contrast"]}
    faults |= _serious(page, f"{name} in the dark", colours)
    turn(page, "light")
    return faults


def turn(page: Page, theme: Literal["light", "dark"]) -> None:
    """Let the page be light or dark, as if the device had been switched over."""
    page.emulate_media(color_scheme=theme)
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    still(page)


def _serious(page: Page, name: str, options: dict[str, object]) -> dict[str, list[str]]:
    found = page.evaluate("(options) => axe.run(document, options)", options)
    serious = [one for one in found["violations"] if one["impact"] in SERIOUS]
    told = [
        f"{one['id']}: {node['html'][:160]} {node['failureSummary'][-160:]}" for one in serious for node in one["nodes"]
    ]
    return {name: told} if told else {}


def still(page: Page) -> None:
    """Sheets slide in and colours fade: what is measured half way is on no screen that anybody sees."""
    page.wait_for_function(
        """() => document.getAnimations().every(
          (a) => a.playState !== "running" || a.effect?.getTiming().iterations === Infinity)"""
    )


def test_the_app_can_be_installed_and_starts_without_a_network(
    switched_on: Callable[..., Device], demo: ServerProcess, people: dict[str, Person]
) -> None:
    phone = Phone(switched_on(PHONE))
    phone.sign_in(people["officer"])
    phone.wait_until_app_is_stored()
    page = phone.page
    href = page.locator("link[rel=manifest]").get_attribute("href")
    manifest = httpx.get(f"{demo.url}{href}", trust_env=False).raise_for_status().json()
    assert manifest["name"]
    assert manifest["display"] == "standalone"
    icons = {(icon["sizes"], icon.get("purpose", "any")): icon["src"] for icon in manifest["icons"]}
    assert {("192x192", "any"), ("512x512", "any")} <= set(icons)
    assert any("maskable" in purpose for _, purpose in icons)
    for src in icons.values():
        assert httpx.get(f"{demo.url}/{src.lstrip('/')}", trust_env=False).headers["content-type"] == "image/png"

    page.reload()
    assert page.evaluate("() => navigator.serviceWorker.controller !== null")
    phone.device.go_offline()
    phone.device.close()
    phone.device.open(manifest["start_url"])
    expect(phone.see("tab-today")).to_be_visible()
    expect(phone.see("connection")).to_have_text("离线")


def test_the_first_load_is_light(switched_on: Callable[..., Device]) -> None:
    phone = Phone(switched_on(PHONE))
    phone.device.switch_on()
    answers: list[Response] = []
    phone.page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108 - builtins cannot listen
    phone.device.open()
    expect(phone.see("sign-in")).to_be_visible()
    # What the page itself asked for; the service worker fetches the rest afterwards, beside the work.
    own = [answer for answer in answers if answer.request.resource_type == "script" and not answer.from_service_worker]
    sizes = {
        answer.url.rpartition("/")[2]: len(gzip.compress(answer.body(), 6))
        for answer in own
        if "/sw.js" not in answer.url
    }
    assert sizes
    assert sum(sizes.values()) <= FIRST_LOAD_BYTES, sizes
