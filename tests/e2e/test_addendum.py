"""更正记录 in the browser: a member comes back late, the leader decides, amends, signs; the office sees both."""

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.e2e.conftest import Cast
from tests.e2e.devices import DESK, Device
from tests.e2e.office import Office
from tests.e2e.pages import SYNC_MS, Phone
from tests.e2e.server import ServerProcess
from tests.e2e.story import verdict


def test_a_late_answer_is_taken_in_by_an_addendum(
    server: ServerProcess, cast: Cast, device: Callable[..., Device]
) -> None:
    leader, officer = Phone(device("leader")), Phone(device("officer"))
    for phone, person in ((leader, cast.leader), (officer, cast.officer)):
        phone.sign_in(person)
        phone.wait_until_app_is_stored()
        phone.go_to_checklist(cast.visit)
    officer.device.go_offline()
    officer.answer("B02", "fail")
    leader.answer_on_and_on("A01", "I01")
    close_without_the_others(leader, cast)
    sign_all(leader, cast)
    leader.send_now()

    officer.device.go_online()
    officer.send_now()
    officer.device.open(f"/visits/{cast.visit}/late")
    expect(officer.see("late-record")).to_contain_text("不符合")
    expect(officer.see("late-include")).to_have_count(0)

    leader.send_now()
    leader.device.open(f"/visits/{cast.visit}/record")
    leader.tap("late")
    expect(leader.see("late-record")).to_contain_text(cast.officer.name)
    leader.tap("late-include")
    leader.see("reason").fill("组员照片属实，补充到记录")
    leader.tap("confirm-reason")
    expect(leader.see("late-record")).to_have_attribute("data-decision", "include")

    leader.go_to_checklist(cast.visit)
    leader.go_to_item("B02")
    leader.settle("不符合", "以组员现场照片为准")
    expect(leader.see("sealed-answer")).to_contain_text("符合 → 不符合")
    leader.device.open(f"/visits/{cast.visit}/record")
    expect(leader.see("addendum")).to_contain_text("组员照片属实")
    leader.tap("seal-addendum")
    override_everybody(leader)
    leader.tap("seal")
    leader.page.get_by_role("dialog").get_by_role("button", name="封存").click()
    expect(leader.see("seal-state")).to_contain_text("第 2 版")
    sign_all(leader, cast)
    leader.send_now()
    officer.send_now()
    officer.device.open("/messages")
    expect(officer.see("message-amended")).to_be_visible()
    the_office_sees_both_versions(server, cast, device)


def the_office_sees_both_versions(server: ServerProcess, cast: Cast, device: Callable[..., Device]) -> None:
    office = Office(server.url, cast.office)
    assert set(office.problems(cast.visit)) == {"B02"}
    assert [(s["n"], s["state"], s["is_signed"]) for s in office.record(cast.visit)["seals"]] == [
        (1, "sealed", True), (2, "sealed", True)]  # fmt: skip
    assert verdict(server, office.export(cast.visit)) == 0
    office.close()
    page = device("office", shape=DESK).open("/office/sign-in")
    page.get_by_test_id("office-username").fill(cast.office.username)
    page.get_by_test_id("office-password").fill(cast.office.password)
    page.get_by_test_id("office-sign-in").click()
    expect(page.get_by_test_id("tile-problems")).to_be_visible()
    page.goto(f"{server.url}/office/inspections/{cast.visit}")
    expect(page.get_by_test_id("seal")).to_have_count(2)
    expect(page.get_by_test_id("seal-change")).to_contain_text(re.compile("B02.*符合 → 不符合"))
    expect(page.get_by_test_id("late-record")).to_contain_text("组员照片属实")


def close_without_the_others(leader: Phone, cast: Cast) -> None:
    leader.open_summary(cast.visit)
    leader.tap("close-record")
    expect(leader.see("unsettled")).to_be_visible()
    override_everybody(leader)
    leader.close_record("项目负责人01", "项目经理")


def override_everybody(leader: Phone) -> None:
    """Whose phone has not said that all is sent: why we go on without."""
    expect(leader.see("seal")).to_be_visible(timeout=SYNC_MS)
    boxes = leader.page.locator('[data-testid^="override-"]')
    for n in range(boxes.count()):
        boxes.nth(n).fill("手机没电")


def sign_all(leader: Phone, cast: Cast) -> None:
    leader.sign("representative")
    leader.sign("leader")
    leader.sign("officer", person=cast.officer.account_id)
