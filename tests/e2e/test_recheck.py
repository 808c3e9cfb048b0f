"""复查 on the phone: findings and proof are there without a network, and the answer closes the problem."""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.devices import Device
from tests.e2e.office import Office
from tests.e2e.pages import SYNC_MS, Phone
from tests.e2e.server import ServerProcess
from tests.e2e.test_every_screen import faults_on
from tests.inspections.round import PEOPLE
from tests.rectification.sent import FOUND, SAID, SentRecheck, a_sent_recheck, with_fresh_officers

PARTNER = "示例市城市管理局"


@pytest.fixture
def sent(server: ServerProcess, monkeypatch: pytest.MonkeyPatch) -> Iterator[SentRecheck]:
    """A joint recheck of A01 (photo, remark, proof) and B02 (nothing), sent for today."""
    for name, person in with_fresh_officers().items():
        monkeypatch.setitem(PEOPLE, name, person)
    # In a thread of its own: Playwright's loop runs in this one.
    with ThreadPoolExecutor(1) as thread:
        yield thread.submit(lambda: asyncio.run(a_sent_recheck(server.settings, partner=PARTNER))).result()


def test_a_recheck_is_prepared_answered_without_a_network_and_closes_the_problem(
    server: ServerProcess, sent: SentRecheck, device: Callable[..., Device]
) -> None:
    leader, officer = Phone(device("leader")), Phone(device("officer"))
    leader.sign_in(sent.leader)
    expect(leader.visit_card(sent.visit)).to_contain_text("联合复查")
    prepare_with_one_picture_missing(leader, sent)
    leader.device.go_offline()
    look_at_what_was_found(leader, sent)
    answer(leader, sent)

    officer.sign_in(sent.officer)
    expect(officer.visit_card(sent.visit)).to_be_visible()
    officer.finish_my_part(sent.visit)
    officer.send_now()

    leader.device.go_online()
    leader.send_now()
    close_and_sign(leader, sent)
    office = Office(server.url, sent.office)
    assert {item: row["state"] for item, row in office.problems(sent.origin).items()} == {
        "A01": "closed",
        "B02": "open",
    }
    assert [row["state"] for row in office.rechecks(sent.origin)].count("done") == 1
    office.close()


def prepare_with_one_picture_missing(phone: Phone, sent: SentRecheck) -> None:
    """The proof does not come at first: it is said, it stops nothing, and another try brings it."""
    refused = lambda route: route.abort("connectionreset")  # noqa: E731 - the same one is taken away again
    proof = f"**/blobs/{sent.proof}?*"
    phone.device.context.route(proof, refused)
    phone.wait_until_app_is_stored()
    phone.tap("prepare-offline")
    result = phone.see("prepare-result")
    expect(result).to_contain_text("还有 1 张对照照片没有下载到", timeout=SYNC_MS)
    expect(phone.page.get_by_text("1/2 张")).to_be_visible()
    phone.device.context.unroute(proof, refused)
    phone.tap("prepare-again")
    expect(phone.page.get_by_text("2/2 张")).to_be_visible(timeout=SYNC_MS)
    expect(result).to_have_text("都准备好了，可以断网使用。")
    phone.tap("prepare-close")


def look_at_what_was_found(phone: Phone, sent: SentRecheck) -> None:
    phone.device.open("/today")
    phone.open_visit(sent.visit)
    cover = phone.see("recheck-card")
    expect(cover).to_contain_text("2 张对照照片已存在本机")
    expect(cover).to_contain_text("2026-11-23")
    expect(phone.see("partner")).to_have_text(PARTNER)
    assert faults_on(phone.page, "cover of a recheck") == {}
    phone.device.open(f"/visits/{sent.visit}/items/A01")
    expect(phone.see("earlier-finding")).to_contain_text(FOUND)
    expect(phone.see("failed-rechecks")).to_have_text("第一次复查")
    expect(phone.see("proof")).to_contain_text(SAID)
    expect(phone.see("proof")).to_contain_text(sent.receipt)
    expect(phone.see("proof-file")).to_contain_text("整改报告.pdf")
    assert faults_on(phone.page, "item of a recheck") == {}
    for testid in ("before-photo", "proof-photo"):
        assert width_of(phone.see(testid).locator("img")) == 320
        phone.see(testid).click()
        assert width_of(phone.see("zoom").locator("img")) == 1200
        assert faults_on(phone.page, testid) == {}
        phone.tap("zoom-close")
        expect(phone.see("zoom")).to_be_hidden()


def width_of(image: Locator) -> int:
    """Pixels of a picture as the browser has decoded it."""
    expect(image).to_be_visible()
    found: int = image.evaluate("img => img.decode().then(() => img.naturalWidth)")
    return found


def answer(phone: Phone, sent: SentRecheck) -> None:
    expect(phone.see("result-fixed")).to_have_count(0)
    expect(phone.see("result-pass")).to_have_text("已整改")
    phone.answer("A01", "pass")
    phone.device.open(f"/visits/{sent.visit}/items/B02")
    expect(phone.see("no-before")).to_be_visible()
    expect(phone.see("no-proof")).to_be_visible()
    expect(phone.see("failed-rechecks")).to_have_text("1 次复查未整改")
    phone.answer("B02", "fail")
    expect(phone.see("reopens")).to_be_visible()
    expect(phone.see("deadline")).to_have_count(0)
    phone.write_remark("公示栏仍未更新")
    phone.open_summary(sent.visit)
    expect(phone.see("failures")).to_contain_text("未整改（1 项）")


def close_and_sign(leader: Phone, sent: SentRecheck) -> None:
    leader.open_summary(sent.visit)
    leader.tap("close-record")
    leader.close_record("项目负责人01", "项目经理")
    leader.tap("sign-representative")
    expect(leader.page.get_by_text("已整改 1 · 未整改 1 · 不适用 0")).to_be_visible()
    leader.tap("sheet-close")
    expect(leader.see("sign-pad")).to_be_hidden()
    leader.sign("representative")
    leader.sign("leader")
    leader.sign("officer", person=sent.officer.account_id)
    leader.send_now()
    leader.device.open(f"/visits/{sent.visit}/record")
    expect(leader.see("seal-state")).to_have_attribute("data-state", "sealed", timeout=SYNC_MS)
    expect(leader.see("record-problems")).to_contain_text("公示栏仍未更新")
