"""What a person does on a phone, in words: `phone.answer("E04", "fail")`."""

import re
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.e2e.devices import Device
from tests.live import Person

# A photo is written down only after its bytes are on disk and its copies are drawn.
PHOTO_MS = 60_000
SYNC_MS = 60_000


class Phone:
    """One person with the app in the hand."""

    def __init__(self, device: Device) -> None:
        """Take up the phone."""
        self.device = device

    @property
    def page(self) -> Page:
        """The screen."""
        return self.device.page

    def see(self, testid: str) -> Locator:
        """Something on the screen by its test id."""
        return self.page.get_by_test_id(testid)

    def tap(self, testid: str) -> None:
        """Touch it."""
        self.see(testid).click()

    # ------------------------------------------------------------------ getting in

    def sign_in(self, person: Person) -> None:
        """From the start page to the visits of today."""
        self.device.open()
        self.see("username").fill(person.username)
        self.see("password").fill(person.password)
        self.tap("sign-in")
        self.page.wait_for_url("**/today")

    def prepare_for_offline(self) -> None:
        """出发前准备, until it says that the network may go."""
        self.wait_until_app_is_stored()
        self.tap("prepare-offline")
        expect(self.see("prepare-result")).to_contain_text("可以断网使用", timeout=SYNC_MS)
        self.tap("prepare-close")
        expect(self.see("prepare-result")).to_be_hidden()

    def wait_until_app_is_stored(self) -> None:
        """The service worker has every file and serves this page."""
        self.page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
        self.page.wait_for_function(
            "() => navigator.serviceWorker.controller !== null || caches.keys().then(k => k.length > 0)"
        )

    # ------------------------------------------------------------------ the visit

    def visit_card(self, visit: str) -> Locator:
        """The card of a visit on the start page."""
        return self.page.locator(f'[data-visit-id="{visit}"]')

    def open_visit(self, visit: str) -> None:
        """From the start page to the cover of a visit."""
        self.visit_card(visit).click()
        self.page.wait_for_url(f"**/visits/{visit}")

    def arrive(self) -> None:
        """到达, with the position that the phone knows."""
        self.tap("arrive")
        expect(self.see("arrival")).to_be_visible()

    def show_certificate(self) -> None:
        """亮证告知: the statement is on the screen, and it is said that it was shown."""
        self.tap("show-certificate")
        expect(self.page.locator(".statement")).to_contain_text("行政执法证件")
        self.tap("certificate-shown")

    def start_inspection(self) -> None:
        """To the checklist."""
        self.tap("start-inspection")
        expect(self.see("item-A01")).to_be_visible()

    def go_to_checklist(self, visit: str) -> None:
        """Directly, as by a reload."""
        self.device.open(f"/visits/{visit}/checklist")
        expect(self.see("item-A01")).to_be_visible()

    # ------------------------------------------------------------------ items

    @property
    def item_on_screen(self) -> str | None:
        """Code of the item that is open, if one is."""
        found = re.search(r"/items/(\w+)$", self.page.url)
        return found.group(1) if found else None

    def go_to_item(self, code: str) -> None:
        """By way of the checklist, as people go."""
        if self.item_on_screen == code:
            return
        if self.item_on_screen is not None:
            self.tap("back")
        self.tap(f"item-{code}")
        self.page.wait_for_url(f"**/items/{code}")
        expect(self.page.locator("h1")).to_contain_text(code)

    def back_to_checklist(self) -> None:
        """From an item."""
        self.tap("back")
        expect(self.see("item-A01")).to_be_visible()

    def answer(self, code: str, result: str) -> None:
        """One tap."""
        self.go_to_item(code)
        self.tap(f"result-{result}")
        expect(self.see(f"result-{result}")).to_have_attribute("aria-pressed", "true")
        expect(self.see("saved")).to_be_visible()

    def answer_on_and_on(self, first: str, last: str, result: str = "pass") -> list[str]:
        """From one item to another by 下一个未答, each with the same answer."""
        self.go_to_item(first)
        answered = []
        while (code := self.item_on_screen) is not None and code <= last:
            self.answer(code, result)
            answered.append(code)
            if code == last:
                break
            self.tap("next-unanswered")
            self.page.wait_for_url(lambda url, left=code: not url.endswith(f"/{left}"))
        return answered

    def pick_phrase(self, n: int = 0) -> str:
        """Insert one of the edition's usual findings; returns it."""
        button = self.see("quick-phrase").nth(n)
        phrase = button.inner_text().strip()
        button.click()
        expect(self.see("remark")).to_have_value(re.compile(re.escape(phrase)))
        return phrase

    def write_remark(self, text: str) -> None:
        """Type after what is there, and leave the box."""
        box = self.see("remark")
        box.press("Control+End")
        box.press_sequentially(text)
        box.blur()
        expect(self.see("remark-state")).to_contain_text("已保存")

    def note(self, text: str) -> None:
        """Add a note to the item."""
        self.see("note-text").fill(text)
        self.tap("add-note")
        expect(self.see("note").filter(has_text=text)).to_be_visible()
        expect(self.see("note-text")).to_have_value("")

    def measure(self, value: str, instrument: str = "") -> None:
        """Add a measured value to the item."""
        self.see("reading-value").fill(value)
        self.see("reading-instrument").fill(instrument)
        self.tap("add-reading")
        expect(self.see("reading").filter(has_text=value)).to_be_visible()

    # ------------------------------------------------------------------ photos

    def take_photo(self, file: Path) -> None:
        """With the camera: the picture is shown at once, to be judged."""
        before = self.see("photo").count()
        self.see("take-photo").set_input_files(file)
        expect(self.see("photo")).to_have_count(before + 1, timeout=PHOTO_MS)

    def judge_photo(self) -> None:
        """The preview after taking one: fine."""
        expect(self.see("photo-view")).to_be_visible(timeout=PHOTO_MS)
        self.tap("photo-done")
        expect(self.see("photo-view")).to_be_hidden()

    def choose_photos(self, *files: Path) -> None:
        """Out of the gallery."""
        before = self.see("photo").count()
        self.see("choose-photo").set_input_files(list(files))
        expect(self.see("photo")).to_have_count(before + len(files), timeout=PHOTO_MS)

    def colours_on_screen(self, image: Locator, spots: Sequence[tuple[float, float]]) -> list[list[int]]:
        """The pixels of an image as the browser shows it, at places given in parts of its width and height."""
        found: list[list[int]] = image.evaluate(
            """async (img, spots) => {
              await img.decode()
              const canvas = new OffscreenCanvas(img.naturalWidth, img.naturalHeight)
              const pen = canvas.getContext("2d")
              pen.drawImage(img, 0, 0)
              return spots.map(([x, y]) => [...pen.getImageData(x * canvas.width, y * canvas.height, 1, 1).data])
            }""",
            [list(spot) for spot in spots],
        )
        return found

    def close_dialog(self, text: str) -> None:
        """A message that must be read: it says `text`, then it is closed."""
        dialog = self.page.get_by_role("dialog").filter(has_text=text)
        expect(dialog).to_be_visible(timeout=PHOTO_MS)
        dialog.get_by_role("button", name="知道了").click()
        expect(dialog).to_be_hidden()

    # ------------------------------------------------------------------ sending

    def open_status(self) -> None:
        """同步状态, from the strip on top of every page."""
        self.tap("status-strip")
        expect(self.see("status-overview")).to_be_visible()

    def send_now(self) -> None:
        """立即上传, until nothing is only here."""
        if not self.page.url.endswith("/status"):
            self.open_status()
        self.press_send()
        expect(self.see("status-all-sent")).to_be_visible(timeout=SYNC_MS)
        expect(self.see("status-connection")).to_have_text("在线")

    def press_send(self) -> None:
        """立即上传, whatever comes of it."""
        self.see("sync-now").click()

    def leave_status(self) -> None:
        """Back to the visits of today."""
        self.tap("back")
        self.page.wait_for_url("**/today")

    # ------------------------------------------------------------------ the end

    def open_summary(self, visit: str) -> None:
        """小结, directly."""
        self.device.open(f"/visits/{visit}/summary")
        expect(self.see("summary-state")).to_be_visible()

    def finish_my_part(self, visit: str) -> None:
        """我的部分已交齐."""
        self.open_summary(visit)
        self.tap("finish-my-part")
        expect(self.page.get_by_text("已记下")).to_be_visible()

    def settle(self, value: str, reason: str) -> None:
        """As the leader: adopt the answer `value`, and say why."""
        head = self.see("conflict-head").filter(has=self.page.locator(".value", has_text=re.compile(f"^{value}$")))
        head.get_by_test_id("adopt").click()
        self.see("conflict-reason").fill(reason)
        self.tap("confirm-adopt")
        expect(self.see("conflict")).to_be_hidden()

    def close_record(self, representative: str, title: str) -> None:
        """封存: who is there, then the seal."""
        self.see("rep-name").fill(representative)
        self.see("rep-title").fill(title)
        self.see("rep-title").blur()
        expect(self.see("seal")).to_be_enabled(timeout=SYNC_MS)
        self.tap("seal")
        self.page.get_by_role("dialog").get_by_role("button", name="封存").click()
        expect(self.see("seal-state")).to_be_visible()

    def sign(self, role: str, *, person: str | None = None) -> None:
        """With a finger on the glass."""
        button = self.see(f"sign-{role}")
        (
            button if person is None else self.page.locator(f'[data-testid="sign-{role}"][data-person="{person}"]')
        ).click()
        self._draw_on(self.see("sign-pad"))
        self.tap("confirm-signature")
        expect(self.see("sign-pad")).to_be_hidden()

    def refuse(self, reason: str, witness: str) -> None:
        """The representative will not sign: why, and who saw it and signs for that."""
        self.tap("refuse")
        self.see("refusal-reason").fill(reason)
        self.see("witness").fill(witness)
        self._draw_on(self.see("sign-pad"))
        self.tap("confirm-signature")
        expect(self.see("sign-pad")).to_be_hidden()

    def _draw_on(self, pad: Locator) -> None:
        pad.scroll_into_view_if_needed()
        self.page.wait_for_function("() => !document.querySelector('.van-popup-slide-bottom-enter-active')")
        box = pad.bounding_box()
        assert box
        mouse = self.page.mouse
        for start, points in ((0.2, ((0.4, 0.3), (0.3, 0.7))), (0.5, ((0.6, 0.7), (0.8, 0.35)))):
            mouse.move(box["x"] + start * box["width"], box["y"] + box["height"] / 2)
            mouse.down()
            for x, y in points:
                mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"], steps=6)
            mouse.up()
