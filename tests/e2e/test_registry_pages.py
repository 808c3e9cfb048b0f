"""A roster comes in from Excel, one cell is wrong and put right, and somebody in it signs in for the first time."""

from collections.abc import Callable
from pathlib import Path

import openpyxl
from playwright.sync_api import Page, expect

from suicha.registry.rules import uscc_check_character
from tests.e2e.conftest import Cast
from tests.e2e.devices import DESK, PHONE, Device
from tests.live import Person

FIRST_17 = "91410105MA1234567"
USCC = FIRST_17 + uscc_check_character(FIRST_17)
WRONG_USCC = FIRST_17 + ("0" if USCC[-1] != "0" else "1")
OFFICER, CERTIFICATE = "执法员戊01", "豫A4101050901"
OWN_PASSWORD = "一句只有自己知道的话"
READING_MS = 60_000


def a_roster(path: Path, *, uscc: str) -> Path:
    """An enterprise, two sites and an officer; the second site says who runs it with `uscc`."""
    book = openpyxl.Workbook()
    enterprises = book.active
    assert enterprises is not None
    enterprises.title = "企业"
    enterprises.append(["统一社会信用代码", "企业名称", "区划代码"])
    enterprises.append([USCC, "示例物业服务有限公司第901号", "410105"])
    sites = book.create_sheet("项目")
    sites.append(["项目名称", "地址", "区划代码", "企业统一社会信用代码"])
    sites.append(["示例小区901", "示例路901号", "410105", USCC])
    sites.append(["示例小区902", "示例路902号", "410105", uscc])
    people = book.create_sheet("检查人员")
    people.append(["人员类别", "姓名", "执法证号", "执法证有效期至", "所属区划代码", "工作单位"])
    people.append(["执法人员", OFFICER, CERTIFICATE, "2099-12-31", "410105", "示例住房保障部门"])
    book.save(path)
    return path


def sign_in_at_the_desk(desk: Device, person: Person) -> Page:
    page = desk.open("/office/sign-in")
    page.get_by_test_id("office-username").fill(person.username)
    page.get_by_test_id("office-password").fill(person.password)
    page.get_by_test_id("office-sign-in").click()
    page.wait_for_url("**/office")
    return page


def hand_in(page: Page, file: Path) -> None:
    """Give the file and wait for its dry run."""
    page.get_by_test_id("tab-imports").click()
    page.get_by_test_id("import-file").set_input_files(file)
    summary = page.get_by_test_id("import-summary")
    expect(summary.get_by_text(file.name)).to_be_visible(timeout=READING_MS)
    expect(summary).to_have_attribute("data-state", "checked", timeout=READING_MS)


def test_from_a_file_to_the_first_sign_in(device: Callable[..., Device], cast: Cast, tmp_path: Path) -> None:
    page = sign_in_at_the_desk(device("desk", shape=DESK), cast.office)
    page.get_by_test_id("nav-office-registry").click()
    one_wrong_cell_stops_the_whole_file(page, a_roster(tmp_path / "wrong.xlsx", uscc=WRONG_USCC))
    the_corrected_file_is_written(page, a_roster(tmp_path / "right.xlsx", uscc=USCC))
    username, first_password = an_account_is_opened_from_the_row(page)
    phone = device("phone", shape=PHONE)
    the_officer_signs_in_and_takes_a_password_of_his_own(phone, username, first_password)


def one_wrong_cell_stops_the_whole_file(page: Page, file: Path) -> None:
    hand_in(page, file)
    expect(page.get_by_test_id("counts-sites").get_by_role("cell")).to_have_text(["1", "0", "0", "1"])
    expect(page.get_by_test_id("counts-inspectors").get_by_role("cell")).to_have_text(["1", "0", "0", "0"])
    refused = page.locator("[data-testid=import-rows-row][data-state=reject]")
    expect(refused).to_have_count(1)
    expect(refused).to_contain_text("D3")
    expect(refused).to_contain_text(WRONG_USCC)
    expect(page.get_by_test_id("import-commit")).to_be_disabled()
    expect(page.get_by_test_id("import-why")).to_contain_text("1 行不合格")


def the_corrected_file_is_written(page: Page, file: Path) -> None:
    hand_in(page, file)
    commit = page.get_by_test_id("import-commit")
    expect(commit).to_have_text("确认导入 4 条")
    commit.click()
    expect(page.get_by_test_id("import-done")).to_be_visible()
    page.get_by_test_id("tab-sites").click()
    for site in ("示例小区901", "示例小区902"):
        expect(page.locator(f"[data-name={site}]")).to_be_visible()


def an_account_is_opened_from_the_row(page: Page) -> tuple[str, str]:
    page.get_by_test_id("tab-inspectors").click()
    page.locator(f"[data-name={OFFICER}]").click()
    panel = page.get_by_test_id("row-panel")
    expect(panel.get_by_test_id("fact-certificate_no")).to_have_text(CERTIFICATE)
    expect(panel.get_by_test_id("row-history")).to_contain_text("导入文件：right.xlsx")
    panel.get_by_test_id("account-open").click()
    username = panel.get_by_test_id("first-username").inner_text()
    first_password = panel.get_by_test_id("first-password-text").inner_text()
    panel.get_by_test_id("first-password-seen").click()
    expect(panel.get_by_test_id("first-password")).to_have_count(0)
    expect(panel.get_by_test_id("account-block")).to_have_attribute("data-state", "invited")
    return username, first_password


def the_officer_signs_in_and_takes_a_password_of_his_own(phone: Device, username: str, first_password: str) -> None:
    page = phone.open("/sign-in")
    page.get_by_test_id("username").fill(username)
    page.get_by_test_id("password").fill(first_password)
    page.get_by_test_id("sign-in").click()
    page.get_by_test_id("password-new").fill("12345678")
    expect(page.get_by_test_id("new-password")).to_contain_text("太简单了")
    expect(page.get_by_test_id("password-submit")).to_be_disabled()
    page.get_by_test_id("password-new").fill(OWN_PASSWORD)
    page.get_by_test_id("password-again").fill(OWN_PASSWORD)
    page.get_by_test_id("password-submit").click()
    page.wait_for_url("**/today")
    expect(page.get_by_test_id("password-submit")).to_have_count(0)
