"""The desk in a real browser: the office from the board to a file, and a leader from his phone to his team."""

from collections.abc import Callable
from pathlib import Path

from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Cast
from tests.e2e.devices import DESK, Device
from tests.e2e.pages import Phone
from tests.e2e.test_every_screen import sign_in_at_the_desk


def test_the_office_goes_from_the_board_to_a_visit_and_takes_the_list_home(
    device: Callable[..., Device], cast: Cast, tmp_path: Path
) -> None:
    desk = device("desk", shape=DESK)
    page = desk.open("/office/sign-in")
    sign_in_at_the_desk(page, cast.office)
    expect(page.get_by_test_id("tile-total")).to_contain_text("1")
    page.get_by_test_id("by-team").click()
    expect(page.locator('[data-testid^="team-"]')).to_have_count(1)
    page.get_by_test_id("tile-total").click()
    row = page.get_by_test_id("visits-row")
    expect(row).to_have_count(1)
    code = str(row.get_attribute("data-code"))

    choose_a_column(page)
    with page.expect_download() as download:
        page.get_by_test_id("export-xlsx").click()
    file = tmp_path / "list.xlsx"
    download.value.save_as(file)
    sheet = load_workbook(file).active
    assert sheet is not None
    assert [cells[0] for cells in sheet.iter_rows(values_only=True)][1:] == [code]

    row.get_by_text("待检查").click()
    panel = page.get_by_test_id("visit-panel")
    expect(panel).to_contain_text(code)
    page.keyboard.press("Escape")
    expect(panel).to_have_count(0)
    page.get_by_test_id("filter-inspected").select_option("true")
    expect(page.get_by_test_id("empty")).to_be_visible()

    page.get_by_test_id("nav-office-calendar").click()
    page.get_by_test_id(f"day-{cast.today.isoformat()}").click()
    day = page.get_by_test_id("day-panel")
    expect(day.get_by_test_id("visit-line")).to_have_attribute("data-code", code)
    desk.page.reload()
    day.get_by_test_id("visit-line").click()
    expect(page.get_by_test_id("record")).to_contain_text(code)


def choose_a_column(page: Page) -> None:
    """Show one more column, and find it again after the page was loaded anew."""
    leader = page.locator("th", has_text="组长")
    expect(leader).to_have_count(0)
    page.get_by_test_id("columns").click()
    page.get_by_test_id("column-leader").check()
    expect(leader).to_have_count(1)
    page.reload()
    expect(leader).to_have_count(1)


def test_a_leader_opens_his_team_from_the_phone_and_nothing_else_of_the_office(
    device: Callable[..., Device], cast: Cast
) -> None:
    phone = Phone(device("leader"))
    phone.sign_in(cast.leader)
    phone.device.open("/me")
    phone.tap("team-desk")
    page = phone.page
    expect(page.get_by_test_id("visit-line")).to_have_count(1)
    expect(page.get_by_test_id("members")).to_contain_text(cast.officer.name)
    expect(page.get_by_test_id("nav-office-team")).to_be_visible()
    expect(page.get_by_test_id("nav-office-board")).to_have_count(0)
    phone.device.open("/office")
    expect(page.get_by_test_id("office-forbidden")).to_be_visible()
    phone.device.open("/office/team?team=99999")
    expect(page.get_by_test_id("problem")).to_have_attribute("data-code", "team_unknown")


def test_who_is_in_no_team_is_told_so(device: Callable[..., Device], cast: Cast) -> None:
    desk = device("stranger", shape=DESK)
    page = desk.open("/office/sign-in?next=/office/team")
    page.get_by_test_id("office-username").fill(cast.stranger.username)
    page.get_by_test_id("office-password").fill(cast.stranger.password)
    page.get_by_test_id("office-sign-in").click()
    expect(page.get_by_test_id("empty")).to_be_visible()
