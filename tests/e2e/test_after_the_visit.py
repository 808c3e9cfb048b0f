"""The desk after a visit, in real browsers: published, on a list, rechecked, handed over, ranked."""

import asyncio
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Playwright, expect

from suicha.kit.clock import local_date, utc_now
from tests.e2e.aftermath import FRESH, MARKET, MORE_PEOPLE, an_aftermath
from tests.e2e.devices import ARGUMENTS, CHROMIUM, DESK, PATIENCE_MS
from tests.e2e.server import ServerProcess, fill_folder
from tests.inspections.round import PEOPLE
from tests.rectification.test_portal import a_pdf

SITE = "示例小区410103"
Go = Callable[[str, str], Page]


@pytest.fixture(scope="module")
def server(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory, pwa: Path) -> Iterator[ServerProcess]:
    """One for all stories, which do not touch each other's things; nothing happens in it by itself."""
    folder = fill_folder(tmp_path_factory.mktemp("aftermath"), sqlite_template)
    server = ServerProcess(folder, pwa=pwa, environ={"SUICHA_SCHEDULER": "none"})
    with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor(1) as thread:
        for name, person in MORE_PEOPLE.items():
            patch.setitem(PEOPLE, name, person)
        # In a thread of its own: Playwright's loop may run in this one.
        thread.submit(lambda: asyncio.run(an_aftermath(server.settings))).result()
    with server:
        yield server


@pytest.fixture(scope="module")
def go(playwright: Playwright, server: ServerProcess) -> Iterator[Go]:
    """Opens an address where somebody is signed in; `citizen` has no account. Nobody may meet an error."""
    # One browser, in which nobody shares anything with anybody: they start faster than browsers of their own.
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
    desks: dict[str, Page] = {}
    errors: list[tuple[str, str]] = []

    def sit_down(name: str) -> Page:
        context = browser.new_context(base_url=server.url, locale="zh-CN", timezone_id="Asia/Shanghai", **DESK)
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append((name, str(error))))
        if name != "citizen":
            sign_in(page, name)
        return page

    def go(name: str, path: str) -> Page:
        if name not in desks:
            desks[name] = sit_down(name)
        desks[name].goto(path)
        return desks[name]

    yield go
    browser.close()
    assert errors == []


def sign_in(page: Page, name: str) -> None:
    page.goto("/office/sign-in")
    page.get_by_test_id("office-username").fill(name)
    page.get_by_test_id("office-password").fill("pass")
    page.get_by_test_id("office-sign-in").click()
    page.wait_for_url(lambda url: "sign-in" not in url)


def say_why(page: Page, reason: str) -> None:
    page.get_by_test_id("reason").fill(reason)
    page.get_by_test_id("confirm-reason").click()
    expect(page.get_by_test_id("reason")).to_be_hidden()


def test_what_is_published_corrected_and_withdrawn_everybody_sees_as_it_stands(go: Go) -> None:
    desk = go("office", "/office/publications")
    row = desk.get_by_test_id("publications-row").filter(has_text=SITE)
    expect(row).to_contain_text("待公示")
    row.get_by_role("link", name=SITE).click()
    page = desk.get_by_test_id("publication")
    expect(page.get_by_test_id("text-E01")).to_have_value("消防通道堆放杂物，联系 138****1234")
    expect(page).to_contain_text("现场原文：消防通道堆放杂物，联系 13800001234")
    citizen = go("citizen", "/public/results")
    expect(citizen.get_by_test_id("no-results")).to_contain_text("还没有公示的检查结果")

    page.get_by_test_id("publish").click()
    desk.get_by_test_id("confirm-publish").click()
    expect(page).to_contain_text("已向社会公示，内容没有变化。")
    citizen.reload()
    expect(citizen.get_by_test_id("total")).to_have_text("共 1 条")
    citizen.get_by_role("link", name=SITE).click()
    findings = citizen.get_by_test_id("result-findings")
    expect(findings).to_contain_text("发现 8 个问题")
    expect(findings).to_contain_text("消防通道堆放杂物，联系 138****1234")
    expect(citizen.get_by_test_id("genuine")).to_be_visible()
    expect(citizen.get_by_text("13800001234")).to_have_count(0)

    page.get_by_test_id("text-E01").fill("消防通道堆放纸箱")
    expect(page).to_contain_text("有修改还没有保存，保存后才能公示。")
    page.get_by_test_id("keep").click()
    page.get_by_test_id("publish").click()
    say_why(desk, "现场核对后改写")
    citizen.reload()
    expect(findings).to_contain_text("消防通道堆放纸箱")
    record = citizen.locator(".revisions")
    expect(record).to_contain_text("更正")
    expect(record).to_contain_text("理由：现场核对后改写")

    page.get_by_test_id("withdraw").click()
    say_why(desk, "检查对象有误")
    expect(page).to_contain_text("已撤回，公众只能看到撤回的时间和理由。")
    citizen.reload()
    expect(citizen.get_by_test_id("withdrawn")).to_contain_text("理由：检查对象有误")
    expect(findings).to_have_count(0)
    expect(citizen.get_by_text("纸箱")).to_have_count(0)
    citizen = go("citizen", "/public/results")
    expect(citizen.get_by_test_id("no-results")).to_be_visible()


def test_an_entry_shows_its_arithmetic_and_is_approved(go: Go) -> None:
    desk = go("office", "/office/credit?kind=red_black")
    row = desk.get_by_test_id("credit-row")
    expect(row).to_contain_text("黑榜")
    expect(row).to_contain_text("待批准")
    row.get_by_role("link", name="示例物业410103").click()
    sum_ = desk.get_by_test_id("arithmetic")
    expect(sum_.get_by_test_id("line-major")).to_have_text(re.compile(r"6 .* × -5.*-30"))
    expect(sum_.get_by_test_id("line-serious")).to_have_text(re.compile(r"2 .* × -2.*-4"))
    expect(sum_.get_by_test_id("line-overdue")).to_have_text(re.compile(r"5 .* × -2.*-10"))
    expect(sum_.locator(".total")).to_have_text("得分56.0")
    desk.get_by_test_id("approve").click()
    desk.get_by_test_id("confirm-approve").click()
    page = desk.get_by_test_id("credit-entry")
    expect(page).to_contain_text("已批准。企业可在")
    expect(page.locator(".history")).to_contain_text("批准 示例office")
    desk = go("office", "/office/credit?kind=red_black")
    expect(row).to_contain_text("异议期")
    citizen = go("citizen", "/public/credit")
    expect(citizen.get_by_test_id("no-results")).to_contain_text("目前没有公示的榜单")


def test_a_record_made_by_hand_needs_another_person(go: Go) -> None:
    desk = go("office", "/office/credit")
    desk.get_by_test_id("propose-record").click()
    desk.get_by_test_id("record-q").fill("示例物业410105")
    desk.get_by_test_id("record-q").press("Enter")
    expect(desk.get_by_test_id("record-TEST410105")).to_be_checked()
    desk.get_by_test_id("record-reason").fill("投诉查实")
    desk.get_by_test_id("record-evidence").fill("信访〔2026〕1号")
    desk.get_by_test_id("record-send").click()
    row = desk.get_by_test_id("credit-row").filter(has_text="示例物业410105")
    row.get_by_role("link", name="示例物业410105").click()
    expect(desk.get_by_test_id("credit-entry")).to_contain_text("这条记录由您提出，须由另一人批准。")
    expect(desk.get_by_test_id("approve")).to_be_disabled()

    expect(desk.locator(".what")).to_have_text("不良信息")
    other = go("colleague", urlsplit(desk.url).path)
    expect(other.get_by_test_id("credit-entry")).to_contain_text("信访〔2026〕1号")
    other.get_by_test_id("approve").click()
    other.get_by_test_id("confirm-approve").click()
    expect(other.get_by_test_id("credit-entry")).to_contain_text("批准 示例colleague")
    desk = go("office", "/office/credit?kind=bad_record")
    expect(desk.get_by_test_id("credit-row")).to_have_attribute("data-state", "approved")
    expect(desk.get_by_test_id("credit-row")).to_contain_text("异议期")


def test_a_recheck_is_drawn_one_is_replaced_and_it_is_sent(go: Go) -> None:
    desk = go("office", "/office/rechecks")
    desk.get_by_test_id("open-recheck").first.click()
    page, team, pool = (desk.get_by_test_id(name) for name in ("recheck", "team", "pool"))
    expect(team).to_have_count(0)
    page.get_by_test_id("draw").click()
    desk.get_by_test_id("confirm-draw").click()
    expect(team.get_by_role("listitem")).to_have_count(2)
    expect(pool).to_contain_text("名录中共 5 名执法人员，其中 3 人可以抽取")
    expect(pool.get_by_text("参加过原检查，其他人不足时才派")).to_have_count(2)
    first, second = (one.inner_text() for one in team.locator("b").all())
    assert {first, second} < {f"示例{name}" for name in FRESH}

    team.get_by_test_id("replace").first.click()
    expect(desk.get_by_role("dialog").filter(visible=True)).to_contain_text(f"{first} 不能参加")
    say_why(desk, "临时出差")
    [spare] = {f"示例{name}" for name in FRESH} - {first, second}
    expect(team.locator("b")).to_have_text([spare, second])
    expect(pool.locator("[data-part=gone]")).to_have_text(f"{first}已更换")
    expect(pool.locator(".draws")).to_contain_text("理由：临时出差")
    expect(pool).to_contain_text(re.compile(r"随机种子\s*[0-9a-f]{64}"))

    page.get_by_test_id("send").click()
    # Far behind all others of this visit, whenever the test runs.
    desk.get_by_test_id("send-on").fill((local_date(utc_now()) + timedelta(days=60)).isoformat())
    desk.get_by_test_id("confirm-send").click()
    expect(page).to_contain_text("任务已派发")
    expect(page.get_by_test_id("replace")).to_have_count(0)
    history = page.locator(".history")
    expect(history).to_contain_text("临时出差")
    expect(history).to_contain_text("派发")
    page.get_by_test_id("visit").click()
    expect(desk.get_by_test_id("record")).to_contain_text(spare)


def test_a_department_takes_its_letter_and_the_office_reads_the_reply(go: Go, tmp_path: Path) -> None:
    market = go("market", "/office/notices")
    told = market.get_by_test_id("notice-referral_sent")
    expect(told).to_contain_text("移送函")
    told.get_by_role("link").click()
    letter = market.get_by_test_id("letter")
    expect(letter).to_contain_text("E02")
    expect(letter).to_contain_text("属于价格监督检查职责")
    desk = go("office", "/office/referrals")
    row = desk.get_by_test_id("referrals-row")
    expect(row).to_contain_text(MARKET)

    letter.get_by_test_id("receive").click()
    expect(letter.get_by_test_id("receive")).to_have_count(0)
    expect(letter.locator(".history")).to_contain_text("接收")
    (tmp_path / "复函.pdf").write_bytes(a_pdf())
    letter.get_by_test_id("partner-file").set_input_files(tmp_path / "复函.pdf")
    expect(letter.get_by_role("link", name="复函.pdf")).to_be_visible()
    letter.get_by_test_id("partner-words").fill("已立案查处")
    letter.get_by_test_id("partner-reply").click()
    market.get_by_test_id("confirm-partner-reply").click()
    expect(letter.get_by_test_id("replied")).to_have_text("已立案查处")

    desk.reload()
    expect(row).to_contain_text("已立案查处")
    with desk.expect_download() as download:
        row.get_by_role("link", name="复函.pdf").click()
    assert Path(download.value.path()).read_bytes() == a_pdf()


def test_the_ranking_names_the_first_and_the_last_of_a_district(go: Go) -> None:
    desk = go("office", "/office/ranking")
    first, second = (desk.get_by_role("region", name=name) for name in ("示例区410103", "示例区410105"))
    expect(first).to_contain_text("第一名 示例B苑（98.5）")
    expect(first).to_contain_text("末名 示例A苑（97.0）")
    expect(first).to_contain_text("未完成 1 个")
    expect(first.get_by_test_id("ranked")).to_have_text(
        [re.compile("^1.*示例B苑.*第一名"), re.compile("^2.*示例A苑.*末名")]
    )
    expect(second).to_contain_text("还没有封存的考核。")
    first.get_by_role("link", name="示例B苑").click()
    expect(desk.get_by_test_id("record")).to_contain_text("示例B苑")
