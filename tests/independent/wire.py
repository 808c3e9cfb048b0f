"""HTTP as an outside engineer would do it: one request, one answer, the bytes as they came."""

import http.client
import json
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

PROBLEM = "application/problem+json"


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)

    def text_of(self, member: str, occurrence: int = 0) -> str:
        """Return the exact characters of a member's value, for questions of byte-identity."""
        text, at = self.body.decode(), 0
        for _ in range(occurrence + 1):
            at = text.index(f'"{member}":', at) + len(member) + 3
        while text[at] == " ":
            at += 1
        _, end = json.JSONDecoder().raw_decode(text, at)
        return text[at:end]

    @property
    def code(self) -> str | None:
        return self.json().get("code") if self.is_problem else None

    @property
    def is_problem(self) -> bool:
        return self.headers.get("content-type", "").split(";")[0].strip() == PROBLEM

    def assert_problem(self, status: int | None = None, code: str | None = None) -> None:
        """Section 0.1: errors are problem+json with type, title, status, detail, code."""
        about = f"{self.status} {self.headers.get('content-type')} {self.body[:600]!r}"
        assert 400 <= self.status < 500, about
        assert status is None or self.status == status, f"expected {status}: {about}"
        assert self.is_problem, f"not {PROBLEM}: {about}"
        members = self.json()
        missing = {"type", "title", "status", "detail", "code"} - members.keys()
        assert not missing, f"without {sorted(missing)}: {about}"
        assert members["status"] == self.status, about
        assert members["code"], about
        assert code is None or members["code"] == code, f"expected {code}: {about}"


@dataclass
class Wire:
    url: str
    token: str | None = None
    timeout: float = 30

    def send(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        parts = urlsplit(self.url)
        assert parts.hostname
        maker = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        connection = maker(parts.hostname, parts.port, timeout=self.timeout)
        signed = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        try:
            # A server that has read enough may answer and close while we still write: the answer counts.
            with suppress(BrokenPipeError, ConnectionResetError):
                connection.request(method, path, body=body, headers=signed | (headers or {}))
            reply = connection.getresponse()
            fields = {name.lower(): value for name, value in reply.getheaders()}
            return Answer(reply.status, fields, reply.read())
        finally:
            connection.close()

    def get(self, path: str) -> Answer:
        return self.send("GET", path)

    def post(self, path: str, value: object, headers: dict[str, str] | None = None) -> Answer:
        body = json.dumps(value, ensure_ascii=False).encode()
        return self.send("POST", path, body, {"Content-Type": "application/json"} | (headers or {}))
