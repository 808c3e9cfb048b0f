"""Every sender keeps what `notices/port.py` promises; Apprise against a real server on this machine."""

import json
import logging
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest

from suicha.infra.settings import BadSettings
from suicha.notices.outside import AppriseSender, open_sender
from suicha.notices.port import Message, NoSender, NotSent, RecordingSender, Sender
from tests.conftest import make_settings

MESSAGE = Message("m1", "sms", "13700000001", "整改期限临近", "示例小区410103的问题B02还有3天到期。")
SECRET = "geheim-token-1"


class Service(BaseHTTPRequestHandler):
    """Takes what is posted, or answers with the status that the test wants."""

    taken: ClassVar[list[tuple[str, dict[str, Any]]]] = []
    status: ClassVar[int] = 200

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.status == 200:
            self.taken.append((self.path, body))
        self.send_response(self.status)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Be quiet."""


@pytest.fixture
def service() -> Iterator[str]:
    Service.taken, Service.status = [], 200
    server = HTTPServer(("127.0.0.1", 0), Service)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(params=["recording", "apprise"])
def sender(request: pytest.FixtureRequest, service: str) -> Sender:
    if request.param == "recording":
        return RecordingSender(frozenset({"sms"}))
    return AppriseSender({"sms": [f"json://{service}/{SECRET}?to={{address}}"], "mail": []})


def refuse(sender: Sender) -> None:
    """The service does not take the next message."""
    if isinstance(sender, RecordingSender):
        sender.failures = 1
    Service.status = 503


def test_it_says_which_channels_it_serves(sender: Sender) -> None:
    assert sender.channels() == frozenset({"sms"})


def test_what_is_sent_has_been_taken_when_it_returns(sender: Sender) -> None:
    sender.send(MESSAGE)
    if isinstance(sender, RecordingSender):
        assert sender.sent == [MESSAGE]
    else:
        [(path, body)] = Service.taken
        assert (body["title"], body["message"]) == (MESSAGE.title, MESSAGE.text)
        assert SECRET in path


def test_what_is_not_taken_is_said(sender: Sender) -> None:
    refuse(sender)
    with pytest.raises(NotSent):
        sender.send(MESSAGE)


def test_no_sender_serves_nothing_and_sends_nothing() -> None:
    assert NoSender().channels() == frozenset()
    with pytest.raises(NotSent):
        NoSender().send(MESSAGE)


def test_nothing_secret_is_logged_or_said(service: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for urls in ([f"json://{service}/{SECRET}"], [f"json://127.0.0.1:1/{SECRET}"], [f"nonsense://{SECRET}"], [SECRET]):
        Service.status = 500
        with pytest.raises(NotSent) as refused:
            AppriseSender({"sms": urls}).send(MESSAGE)
        assert SECRET not in str(refused.value)
    assert SECRET not in "".join(r.getMessage() for r in caplog.records if r.name.startswith(("apprise", "suicha")))


def test_an_address_cannot_change_the_url(service: str) -> None:
    sender = AppriseSender({"sms": [f"json://{service}/x?:to={{address}}"]})
    sender.send(Message("m", "sms", "1&method=get#/../y", "t", "x"))
    [(path, body)] = Service.taken
    assert path == "/x"
    assert body["to"] == "1&method=get#/../y"


def test_without_a_file_of_urls_nothing_is_sent(tmp_path: Path) -> None:
    assert isinstance(open_sender(make_settings(tmp_path)), NoSender)


@pytest.mark.parametrize("text", ["sms: json://x", "- a", "sms: [1]", "sms: ["])
def test_a_file_of_another_shape_is_refused_without_showing_it(tmp_path: Path, text: str) -> None:
    from dataclasses import replace

    path = tmp_path / "urls.yaml"
    path.write_text(text)
    with pytest.raises(BadSettings) as refused:
        open_sender(replace(make_settings(tmp_path), notice_urls_file=path))
    assert "json://" not in str(refused.value)
    path.write_text("sms: ['json://127.0.0.1/a']")
    assert open_sender(replace(make_settings(tmp_path), notice_urls_file=path)).channels() == frozenset({"sms"})
