"""双随机抽取 in real browsers: the office at its desk, officials on phones, and nobody who could steer."""

import json
import re
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.draws.town import DISTRICTS, Hall, label, tell
from tests.e2e.devices import DESK, PHONE, Device
from tests.e2e.server import ROOT, ServerProcess
from tests.e2e.test_every_screen import faults_on

THROWN, MISREAD = "352614", "352641"


@pytest.fixture
def campaign(server: ServerProcess) -> str:
    """A campaign that can be drawn, in a town of its own. In a thread: Playwright's loop runs in this one."""
    found: list[str] = []

    async def story(hall: Hall) -> None:
        found.append(await hall.prepare())

    thread = threading.Thread(target=lambda: tell(server.settings.database_url, story))
    thread.start()
    thread.join()
    [campaign] = found
    return campaign


def sign_in(device: Device, name: str, then: str = "") -> Page:
    """Somebody of the town, and the page that is opened next."""
    page = device.open("/office/sign-in" + (f"?next={then}" if then else ""))
    page.get_by_test_id("office-username").fill(name)
    page.get_by_test_id("office-password").fill("pass")
    page.get_by_test_id("office-sign-in").click()
    page.wait_for_url(lambda url: "/sign-in" not in url)
    return page


def freeze(desk: Page) -> str:
    """From the campaign's page into the ceremony; the id of the draw."""
    desk.get_by_test_id("freeze").click()
    desk.wait_for_url("**/ceremony")
    return desk.url.split("/")[-2]


def commit(page: Page) -> str:
    """Write the secret down, then hand in what it commits to."""
    secret = digits_of(page, "secret")
    page.get_by_test_id("noted").check()
    page.get_by_test_id("commit").click()
    expect(page.get_by_test_id("wait")).to_be_visible()
    return secret


def enter(page: Page | Locator, value: str) -> None:
    """Enter the public value, as dice."""
    page.get_by_test_id("value").fill(value)
    page.get_by_test_id("enter-value").click()


def digits_of(page: Page, testid: str) -> str:
    """The digits that are shown in groups of four."""
    digits = page.get_by_test_id(testid).first.get_attribute("data-digits")
    assert digits
    return digits


def bodies_sent(page: Page) -> list[str]:
    """Fills with everything that the page sends from now on."""
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.post_data or ""))
    return sent


def test_a_whole_ceremony_and_its_record(
    server: ServerProcess, campaign: str, device: Callable[..., Device], tmp_path: Path
) -> None:
    desk = sign_in(device("office", shape=DESK), "office", f"/office/campaigns/{campaign}")
    expect(desk.get_by_test_id("feasible")).to_be_visible()
    draw = freeze(desk)
    faults = faults_on(desk, "frozen")
    deputy = sign_in(device("deputy", shape=PHONE), "deputy", f"/office/draws/{draw}/part")
    witness = sign_in(device("witness", shape=PHONE), "witness")

    # A witness begins with the draws that wait for him, and finds nothing else.
    witness.wait_for_url("**/office/my-draws")
    expect(witness.get_by_test_id("nav-office-board")).to_have_count(0)
    faults |= faults_on(witness, "my draws")
    witness.get_by_test_id(f"take-part-{draw}").click()
    assert digits_of(witness, "pool-digest") == digits_of(desk, "pool-digest")
    faults |= faults_on(witness, "commit")
    sent = bodies_sent(witness)
    secrets = [commit(deputy), commit(witness)]
    assert len(set(secrets)) == 2
    assert not any(secret in body for body in sent for secret in secrets)

    expect(desk.get_by_test_id("official")).to_have_count(2)
    desk.get_by_test_id("close-commitments").click()
    expect(desk.get_by_test_id("value-form")).to_be_visible()
    faults |= faults_on(desk, "value")
    misread_once_and_agree(desk, deputy)
    faults |= faults_on(desk, "agreed")

    deputy.reload()
    deputy.get_by_test_id("reveal").click()
    expect(desk.locator("[data-testid=official][data-revealed=true]")).to_have_count(1)
    expect(desk.get_by_test_id("officials")).not_to_contain_text(secrets[0][:4])
    reveal_from_paper(witness, secrets[1])

    desk.get_by_test_id("seal").click()
    expect(desk.get_by_test_id("sealed")).to_contain_text("结果已封存")
    expect(desk.get_by_test_id("district")).to_be_visible()
    desk.get_by_test_id("show-all").click()
    faults |= faults_on(desk, "sealed")
    record = verified_record(server, draw, tmp_path)
    assert digits_of(desk, "digest") == record["digest"]
    assert record["randomness"]["public"] == {"source": "现场掷骰子", "value": THROWN}
    assert {one["secret"] for one in record["randomness"]["secrets"]} == set(secrets)
    expect(desk.get_by_test_id("team")).to_have_count(len(record["result"]["teams"]))
    expect(witness.get_by_test_id("digest")).to_have_attribute("data-digits", record["digest"])
    faults |= faults_on(witness, "sealed for the witness")

    desk.get_by_test_id("to-ledger").click()
    expect(desk.get_by_test_id("ledger-row")).to_have_attribute("data-state", "sealed")
    faults |= faults_on(desk, "ledger")
    desk.goto(f"{server.url}/office/draws/{draw}")
    expect(desk.get_by_test_id("team").first).to_be_visible()
    faults |= faults_on(desk, "draw")
    assert faults == {}


def misread_once_and_agree(desk: Page, deputy: Page) -> None:
    """The first person errs; a reload in the middle loses nothing."""
    enter(desk, MISREAD)
    # The room does not learn what one has entered before the other has.
    expect(desk.get_by_test_id("entry-1")).to_contain_text(label("office"))
    expect(desk.get_by_test_id("entry-1")).not_to_contain_text(MISREAD)
    expect(deputy.get_by_test_id("entry-1")).not_to_contain_text(MISREAD)
    enter(deputy, THROWN)
    expect(desk.get_by_test_id("values-differ")).to_be_visible()

    desk.reload()
    expect(desk.get_by_test_id("values-differ")).to_be_visible()
    expect(desk.get_by_test_id("entry-1")).to_contain_text(MISREAD)
    enter(desk, THROWN)
    expect(desk.get_by_test_id("agreed")).to_contain_text(THROWN)


def reveal_from_paper(page: Page, secret: str) -> None:
    """The phone was lost: the browser knows nothing any more, the paper does."""
    page.evaluate("() => localStorage.clear()")
    page.reload()
    expect(page.get_by_test_id("from-paper")).to_be_visible()
    page.get_by_test_id("typed-secret").fill("0" * 32)
    expect(page.get_by_test_id("secret-wrong")).to_be_visible()
    expect(page.get_by_test_id("reveal")).to_be_disabled()
    page.get_by_test_id("typed-secret").fill(" ".join(re.findall("....", secret)).upper())
    page.get_by_test_id("reveal").click()
    expect(page.get_by_test_id("wait")).to_be_visible()


def verified_record(server: ServerProcess, draw: str, folder: Path) -> dict[str, Any]:
    """The record as anybody downloads it, once `suicha verify draw` has found it sound."""
    answer = httpx.get(f"{server.url}/api/public/draws/{draw}/record", params={"download": "1"}, trust_env=False)
    file = folder / "record.json"
    file.write_bytes(answer.raise_for_status().content)
    command = [sys.executable, "-m", "suicha", "verify", "draw", str(file)]
    verdict = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    assert verdict.returncode == 0, verdict.stdout + verdict.stderr
    record: dict[str, Any] = json.loads(file.read_bytes())
    return record


def test_a_secret_that_stays_secret_voids_the_draw_with_its_name(
    server: ServerProcess, campaign: str, device: Callable[..., Device]
) -> None:
    reason = "手机损坏，纸条遗失"
    at_the_desk = device("office", shape=DESK)
    desk = sign_in(at_the_desk, "office", f"/office/campaigns/{campaign}")
    draw = freeze(desk)
    part = f"/office/draws/{draw}/part"
    witness = sign_in(device("witness", shape=PHONE), "witness", part)
    own = at_the_desk.new_tab(part)
    for page in (witness, own):
        commit(page)
    desk.bring_to_front()
    desk.get_by_test_id("close-commitments").click()
    enter(desk, THROWN)
    expect(desk.get_by_test_id("entry-1")).to_contain_text(label("office"))
    second_person_at_the_desk(desk, "deputy")
    expect(desk.get_by_test_id("agreed")).to_contain_text(label("deputy"))
    # Whoever sat at the desk still does.
    own.bring_to_front()
    own.get_by_test_id("reveal").click()
    expect(own.get_by_test_id("wait")).to_be_visible()

    desk.bring_to_front()
    desk.get_by_test_id(f"unrevealed-{label('witness')}").click()
    faults = faults_on(desk, "declare")
    desk.get_by_test_id("reason").fill(reason)
    desk.get_by_test_id("confirm-reason").click()
    for page in (desk, witness):
        expect(page.get_by_test_id("void-official")).to_contain_text(label("witness"))
        expect(page.get_by_test_id("void-reason")).to_contain_text(reason)
    faults |= faults_on(desk, "void")
    faults |= faults_on(witness, "void for the witness")
    desk.get_by_test_id("to-ledger").click()
    row = desk.get_by_test_id("ledger-row")
    expect(row).to_have_attribute("data-state", "void")
    expect(row).to_contain_text(reason)
    faults |= faults_on(desk, "ledger")

    desk.goto(f"{server.url}/office/campaigns/{campaign}")
    expect(desk.get_by_test_id("feasible")).to_be_visible()
    faults |= faults_on(desk, "campaign")
    again = freeze(desk)
    witness.goto(f"{server.url}/office/draws/{again}/part")
    expect(witness.get_by_test_id("wait")).to_contain_text("本次须由他人代替")
    assert faults == {}


def second_person_at_the_desk(desk: Page, name: str) -> None:
    desk.get_by_test_id("second-person").click()
    desk.get_by_test_id("second-username").fill(name)
    desk.get_by_test_id("second-password").fill("pass")
    desk.get_by_test_id("second-sign-in").click()
    enter(desk.locator("dialog[open]"), THROWN)


def test_a_campaign_says_which_setting_to_loosen(
    server: ServerProcess, campaign: str, device: Callable[..., Device]
) -> None:
    assert campaign
    desk = sign_in(device("office", shape=DESK), "office", "/office/draws")
    desk.get_by_test_id("new-campaign").first.click()
    desk.get_by_test_id("name").fill("2026年电梯专项抽查")
    desk.get_by_test_id("short-code").fill("dt2026")
    desk.get_by_test_id("from-on").fill("2026-12-01")
    desk.get_by_test_id("until-on").fill("2026-12-31")
    desk.get_by_test_id("edition").select_option(index=1)
    for code in DISTRICTS:
        desk.get_by_test_id(f"district-{code}").check()
    for risk in "ABCD":
        desk.get_by_test_id(f"ratio-{risk}").fill("50")
    desk.get_by_test_id("cross-district").check()
    expect(desk.get_by_test_id("authority-block")).to_contain_text("异地检查须有依据")
    desk.get_by_test_id("save").click()
    expect(desk.get_by_test_id("authority")).to_be_focused()
    desk.get_by_test_id("authority").fill("示例发〔2026〕2号")
    desk.get_by_test_id("save").click()
    desk.wait_for_url(re.compile(r"/campaigns/[0-9a-f-]{36}$"))
    expect(desk.get_by_test_id("feasible")).to_be_visible()

    # What is typed is tried out before it is saved.
    desk.get_by_test_id("teams").fill("4")
    desk.get_by_test_id("most-visits").fill("1")
    expect(desk.get_by_test_id("infeasible")).to_be_visible()
    expect(desk.get_by_test_id("freeze")).to_be_disabled()
    faults = faults_on(desk, "infeasible")
    desk.locator('[data-testid="loosen-most_visits"]').first.click()
    expect(desk.get_by_test_id("most-visits")).to_be_focused()
    desk.get_by_test_id("most-visits").fill("")
    expect(desk.get_by_test_id("feasible")).to_be_visible()
    desk.get_by_test_id("save").click()
    expect(desk.get_by_test_id("saved-state")).to_have_text("已保存")
    desk.goto(f"{server.url}/office/draws?q=DT2026")
    expect(desk.get_by_test_id("campaign-row")).to_have_count(1)
    faults |= faults_on(desk, "draws")
    assert faults == {}
