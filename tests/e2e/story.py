"""A visit from the morning to the recheck, on three phones that lose the network, as the people of the team live it."""

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

from playwright.sync_api import expect

from suicha.kit.clock import local_date, utc_now
from tests.e2e import photos
from tests.e2e.conftest import Cast
from tests.e2e.devices import DESK, Device
from tests.e2e.office import DaysOff, Office, sha256_of
from tests.e2e.pages import SYNC_MS, Phone
from tests.e2e.server import ROOT, ServerProcess

SECOND_GATE = (34.7511, 113.6508)  # the leader came in there
REPRESENTATIVE, TITLE = "项目负责人01", "项目经理"
WITNESS = "小区业主01"
REMARK = "，3号楼地下一层配电间门口"
EXPERT_NOTE = "控制室值班记录缺两天"
REASON = "现场复核后确认，以照片为准"
# Item: value and unit of the edition's term, and who says 不符合.
FAILED = {
    "B02": (7, "working_days"),
    "D04": (15, "calendar_days"),
    "E04": (1, "calendar_days"),
    "H01": (30, "calendar_days"),
}


def live_the_story(
    server: ServerProcess, cast: Cast, device: Callable[..., Device], folder: Path, *, refusal: str | None = None
) -> None:
    """All seven steps; what stands behind the server, and whether the representative signs, the caller says."""
    pictures = take_pictures(folder)
    officer, leader, expert = (
        Phone(device("officer")),
        Phone(device("leader", position=SECOND_GATE)),
        Phone(device("expert")),
    )
    step_1_everybody_prepares_and_loses_the_network(server, cast, officer, leader, expert)
    step_2_the_officer_arrives_and_fills_the_first_groups(cast, officer, pictures)
    step_3_leader_and_expert_work_on_their_own_phones(cast, leader, expert, pictures)
    step_4_back_online_both_answers_are_seen_and_the_leader_settles(server, cast, officer, leader, expert)
    step_5_the_record_is_closed_and_signed(cast, officer, leader, expert, refusal)
    office = Office(server.url, cast.office)
    step_6_problems_and_rechecks_have_their_days(cast, leader, office, device)
    step_7_the_record_tells_who_when_and_holds_the_very_bytes(server, cast, office, pictures)
    assert signed_by(office, cast) == expected_signatures(cast, refusal)
    office.close()


def take_pictures(folder: Path) -> dict[str, Path]:
    """One photo for each place in the story, named after its item."""
    folder.mkdir()
    names = ["B02", "D04", "E04-a", "E04-b", "E03", "H01"]
    return {name: photos.make_jpeg(folder / f"{name}.jpg", mark=n) for n, name in enumerate(names, 1)}


def step_1_everybody_prepares_and_loses_the_network(
    server: ServerProcess, cast: Cast, officer: Phone, leader: Phone, expert: Phone
) -> None:
    for phone, person in ((officer, cast.officer), (leader, cast.leader), (expert, cast.expert)):
        phone.sign_in(person)
        expect(phone.visit_card(cast.visit)).to_contain_text("0/27")
        phone.prepare_for_offline()
    officer.device.go_offline()
    officer.device.close()
    officer.device.open()
    expect(officer.visit_card(cast.visit)).to_contain_text("示例小区")
    expect(officer.see("connection")).to_have_text("离线")
    server.stop()


def step_2_the_officer_arrives_and_fills_the_first_groups(
    cast: Cast, officer: Phone, pictures: dict[str, Path]
) -> None:
    officer.open_visit(cast.visit)
    officer.arrive()
    expect(officer.see("arrival-distance")).to_contain_text("误差 12 米")
    officer.show_certificate()
    officer.start_inspection()
    assert officer.page.locator('[data-testid^="item-"]').count() == 27

    officer.answer_on_and_on("A01", "B01")
    officer.answer("B02", "fail")
    phrase = officer.pick_phrase()
    officer.write_remark(REMARK)
    officer.tap("severity-major")
    expect(officer.see("severity-major")).to_have_attribute("aria-pressed", "true")
    expect(officer.see("photo-required")).to_be_visible()
    officer.take_photo(pictures["B02"])
    expect_upright(officer)
    officer.judge_photo()
    expect(officer.see("photo-required")).to_be_hidden()
    expect(officer.see("deadline")).to_contain_text("7 个工作日")
    officer.note("物业经理在场")
    officer.answer("B03", "na")
    officer.answer("B04", "fixed")
    officer.measure("12", "公示栏照片")
    expect(officer.page.get_by_text("当场改正的不列入整改问题")).to_be_visible()
    officer.answer_on_and_on("C01", "D03")
    officer.answer("D04", "fail")
    officer.pick_phrase()
    officer.choose_photos(pictures["D04"])
    put_off_into_an_unknown_year(officer)
    officer.answer_on_and_on("D05", "D06")
    # The one on which the leader will disagree.
    officer.answer("E03", "pass")
    officer.back_to_checklist()
    officer.tap("filter-fail")
    # What failed is to be found again, put right on the spot or not.
    expect(officer.page.locator('[data-testid^="item-"]')).to_have_count(3)
    officer.tap("filter-all")
    officer.tap("search")
    officer.see("search-text").fill("疏散通道")
    expect(officer.page.locator('[data-testid^="item-"]')).to_have_count(1)
    officer.tap("open-summary")
    expect(officer.see("gap-unanswered")).to_contain_text("E04")
    assert phrase


def put_off_into_an_unknown_year(officer: Phone) -> None:
    officer.tap("change-due")
    officer.see("due-override").fill(far_day().isoformat())
    expect(officer.see("deadline")).to_contain_text(far_day().isoformat())
    expect(officer.page.get_by_text("日期待确认")).to_be_visible()


def expect_upright(phone: Phone) -> None:
    """The viewing copy on the phone is turned the right way, once; the stamp is at its foot."""
    image = phone.see("photo-view")
    expect(image).to_be_visible()
    spots = [(0.25, 0.25), (0.75, 0.25), (0.25, 0.6), (0.75, 0.6)]
    pixels = phone.colours_on_screen(image, spots)
    assert all(photos.is_close(p, corner) for p, corner in zip(pixels, photos.CORNERS, strict=True)), pixels


def step_3_leader_and_expert_work_on_their_own_phones(
    cast: Cast, leader: Phone, expert: Phone, pictures: dict[str, Path]
) -> None:
    leader.open_visit(cast.visit)
    leader.arrive()
    leader.show_certificate()
    leader.start_inspection()
    leader.answer_on_and_on("E01", "E02")
    leader.answer("E03", "fail")
    leader.pick_phrase()
    leader.choose_photos(pictures["E03"])
    leader.answer("E04", "fail")
    leader.pick_phrase()
    expect(leader.page.get_by_text("须立即采取临时措施")).to_be_visible()
    leader.choose_photos(pictures["E04-a"])
    leader.answer_on_and_on("E05", "G02")
    leader.answer("H01", "fail")
    leader.pick_phrase()
    leader.choose_photos(pictures["H01"])
    leader.answer("I01", "pass")

    expert.open_visit(cast.visit)
    expert.start_inspection()
    expert.go_to_item("E02")
    expect(expert.see("result-pass")).to_have_count(0)
    expert.note(EXPERT_NOTE)
    expert.go_to_item("E04")
    expert.measure("3.85", "卷尺")
    expert.choose_photos(pictures["E04-b"])
    expect(expert.see("strip-here")).to_contain_text("1 张照片")


def step_4_back_online_both_answers_are_seen_and_the_leader_settles(
    server: ServerProcess, cast: Cast, officer: Phone, leader: Phone, expert: Phone
) -> None:
    officer.open_status()
    expect(officer.see("status-connection")).to_have_text("离线")
    expect(officer.see("status-here")).to_contain_text("2 张照片")
    expect(officer.see("bytes-to-go")).to_be_visible()
    expect(officer.see("photo-sync").first).to_have_attribute("data-state", "here")
    leader.open_status()
    leader.press_send()
    expect(leader.see("status-connection")).to_have_text("服务器无响应")

    server.start()
    officer.device.go_online()
    for phone in (officer, expert, leader, officer):
        phone.send_now()
    expect(officer.page.locator('[data-testid="photo-sync"][data-state="server"]').first).to_be_visible()

    for phone in (officer, leader):
        phone.go_to_checklist(cast.visit)
        phone.go_to_item("E03")
        expect(phone.see("conflict-head")).to_have_count(2)
        expect(phone.see("conflict")).to_contain_text("不符合")
    expect(officer.see("adopt")).to_have_count(0)
    leader.settle("符合", REASON)
    settle_who_arrived_where(cast, leader)
    leader.send_now()
    officer.send_now()
    officer.go_to_checklist(cast.visit)
    officer.go_to_item("E03")
    expect(officer.see("conflict")).to_be_hidden()
    expect(officer.see("result-pass")).to_have_attribute("aria-pressed", "true")
    officer.tap("history")
    expect(officer.page.get_by_text(REASON)).to_be_visible()


def settle_who_arrived_where(cast: Cast, leader: Phone) -> None:
    """Two phones, two positions: the summary says so, and leads to where the leader settles it."""
    leader.open_summary(cast.visit)
    leader.tap("visit-conflict")
    expect(leader.see("conflict-head")).to_have_count(2)
    expect(leader.see("conflict")).to_contain_text(f"{SECOND_GATE[0]:.6f}")
    leader.settle(f"{SECOND_GATE[0]:.6f}, .*", "以组长到达为准")


def step_5_the_record_is_closed_and_signed(
    cast: Cast, officer: Phone, leader: Phone, expert: Phone, refusal: str | None
) -> None:
    for phone in (officer, expert):
        phone.finish_my_part(cast.visit)
        phone.send_now()
    leader.send_now()
    leader.open_summary(cast.visit)
    expect(leader.see("summary-state")).to_contain_text("可以封存")
    leader.tap("close-record")
    leader.close_record(REPRESENTATIVE, TITLE)
    if refusal:
        leader.refuse(refusal, WITNESS)
    else:
        leader.sign("representative")
    leader.sign("leader")
    expect(leader.see("signer-representative")).to_have_attribute("data-signed", "true")
    leader.send_now()
    # The second officer signs on his own phone.
    officer.send_now()
    officer.device.open(f"/visits/{cast.visit}/record")
    officer.sign("officer", person=cast.officer.account_id)
    officer.send_now()
    leader.send_now()
    leader.device.open(f"/visits/{cast.visit}/record")
    expect(leader.see("seal-state")).to_have_attribute("data-state", "sealed", timeout=SYNC_MS)
    expect(leader.see("signer-officer")).to_have_attribute("data-signed", "true")


def step_6_problems_and_rechecks_have_their_days(
    cast: Cast, leader: Phone, office: Office, device: Callable[..., Device]
) -> None:
    calendar = DaysOff.read(ROOT / "checklists" / "calendars")
    problems = office.problems(cast.visit)
    assert set(problems) == set(FAILED)
    start = sealed_day(office, cast)
    for item, (value, unit) in FAILED.items():
        due = far_day() if item == "D04" else calendar.due(start, value, unit)
        recheck = calendar.next_workday(due)
        assert problems[item]["due_on"] == due.isoformat()
        assert problems[item]["recheck_on"] == recheck.isoformat()
        assert problems[item]["is_due_provisional"]
        assert problems[item]["is_recheck_uncertain"] is (calendar.is_guess(due, recheck))
        assert problems[item]["state"] == "open"
    assert problems["D04"]["is_recheck_uncertain"]
    assert problems["B02"]["severity"] == "major"
    assert problems["B02"]["remark"].endswith(REMARK)
    planned = {recheck["scheduled_on"] for recheck in office.rechecks(cast.visit)}
    assert planned == {problem["recheck_on"] for problem in problems.values()}

    leader.device.open("/recheck")
    expect(leader.see("recheck")).to_have_count(len(FAILED))
    expect(leader.page.locator("main")).to_contain_text(problems["B02"]["recheck_on"])

    desk = device("office", shape=DESK)
    page = desk.open("/office/sign-in")
    page.get_by_test_id("office-username").fill(cast.office.username)
    page.get_by_test_id("office-password").fill(cast.office.password)
    page.get_by_test_id("office-sign-in").click()
    expect(page.get_by_test_id("tile-problems")).to_contain_text(str(len(FAILED)))
    expect(page.get_by_test_id("tile-signed")).to_contain_text("1")


def step_7_the_record_tells_who_when_and_holds_the_very_bytes(
    server: ServerProcess, cast: Cast, office: Office, pictures: dict[str, Path]
) -> None:
    record = office.record(cast.visit)
    assert (record["answered"], record["items_total"]) == (27, 27)
    items = {item["item"]: item for item in record["items"]}
    told = items["A01"]["registers"]["result"]["values"][0]
    assert (told["value"], told["stamp"]["by"]["name"]) == ("pass", cast.officer.name)
    assert moment(told["stamp"]["made_at"]) < moment(told["stamp"]["received_at"])
    assert items["E01"]["registers"]["result"]["values"][0]["stamp"]["by"]["name"] == cast.leader.name
    assert items["E03"]["registers"]["result"]["values"][0]["reason"] == REASON
    assert items["E02"]["notes"][0]["text"] == EXPERT_NOTE
    assert (items["E04"]["readings"][0]["value"], items["E04"]["readings"][0]["unit"]) == ("3.85", "m")
    assert [conflict["is_open"] for conflict in record["conflicts"] if conflict["item"] == "E03"] == [False]
    seal = record["seals"][-1]
    assert (seal["state"], seal["is_signed"]) == ("sealed", True)

    for name, file in pictures.items():
        photo = next(p for p in items[name[:3]]["photos"] if p["sha256"] == sha256_of(file))
        assert photo["is_on_server"]
        assert (photo["width"], photo["height"]) == (1200, 1600)
        assert photo["gps"]["lat"] in {"34.750300", "34.751100"}  # where the phone was, not what the file says
        assert office.picture(photo["sha256"], "original") == file.read_bytes()
        for size in ("view", "thumb"):
            assert photos.is_upright(office.picture_when_made(photo["sha256"], size))
    assert verdict(server, office.export(cast.visit)) == 0


def signed_by(office: Office, cast: Cast) -> set[tuple[str, str, str | None, str | None]]:
    """Who signed what is in force: role, name, why not, and who saw that."""
    signatures = office.record(cast.visit)["seals"][-1]["signatures"]
    return {(s["role"], s["name"], s["refused_because"], s["witness"]) for s in signatures}


def expected_signatures(cast: Cast, refusal: str | None) -> set[tuple[str, str, str | None, str | None]]:
    officers = {("leader", cast.leader.name, None, None), ("officer", cast.officer.name, None, None)}
    if refusal is None:
        return officers | {("representative", REPRESENTATIVE, None, None)}
    return officers | {("representative", REPRESENTATIVE, refusal, WITNESS), ("witness", WITNESS, None, None)}


def verdict(server: ServerProcess, export: dict[str, object]) -> int:
    """`suicha verify inspection FILE` on the exported visit."""
    file = server.folder / "export.json"
    file.write_text(json.dumps(export), encoding="utf-8")
    return subprocess.run(
        [sys.executable, "-m", "suicha", "verify", "inspection", str(file)], cwd=ROOT, check=False, capture_output=True
    ).returncode


def far_day() -> date:
    """A Friday or so in the first year that has no calendar yet."""
    years = DaysOff.read(ROOT / "checklists" / "calendars").years
    return date(max(*years, utc_now().year) + 1, 2, 10)


def sealed_day(office: Office, cast: Cast) -> date:
    """The day of sealing in China; all of the story happens on one day, or on two around midnight."""
    return local_date(datetime.fromisoformat(office.record(cast.visit)["seals"][-1]["sealed_at"]))


def moment(text: str) -> datetime:
    """Phones write China's time with its offset, the server writes UTC."""
    return datetime.fromisoformat(text)
