"""Two gigabytes from somebody without an account: refused at once, and the process stays as small as it was."""

import asyncio
import hashlib
import json
import re
import select
import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.e2e.server import ServerProcess, fill_folder
from tests.rectification.office import an_order
from tests.rectification.test_review import a_scene

MIB = 1 << 20
LARGE = 2 * 1024 * MIB
PIECE = 2 * MIB - 4096
BOUNDARY = "suicha-test"
HEAD = (
    f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="problem"\r\n\r\nx\r\n'
    f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="piece"; filename="a.jpg"\r\n\r\n'
).encode()
# Without care it would be the two gigabytes themselves.
MOST_GROWTH_BYTES = 64 * MIB


@pytest.fixture
def town(sqlite_template: Path, tmp_path: Path) -> Iterator[tuple[ServerProcess, str]]:
    """A server process with a served order, and the token of its page."""
    server = ServerProcess(fill_folder(tmp_path / "server", sqlite_template), pwa=tmp_path)
    token = asyncio.run(an_order(server.settings)).rsplit("/", 1)[1]
    with server:
        yield server, token


def memory_of(server: ServerProcess) -> int:
    """The resident bytes of the server now."""
    status = Path(f"/proc/{server.pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+) kB", status).group(1)) * 1024  # type: ignore[union-attr]


def send(server: ServerProcess, cookie: str, *, length: int | None) -> tuple[int, str, int]:
    """Post up to two gigabytes of noughts: status and code of the answer, and how much was sent before it came."""
    how = f"Content-Length: {length}" if length is not None else "Transfer-Encoding: chunked"
    head = (
        f"POST /api/portal/uploads HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nCookie: suicha_portal={cookie}\r\n"
        f"Content-Type: multipart/form-data; boundary={BOUNDARY}\r\n{how}\r\n\r\n"
    ).encode()
    block = b"\0" * MIB
    sent = 0
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as line:
        line.sendall(head)
        try:
            line.sendall(HEAD if length is not None else b"%x\r\n%s\r\n" % (len(HEAD), HEAD))
            while sent < LARGE and not has_answer(line):
                line.sendall(block if length is not None else b"%x\r\n%s\r\n" % (len(block), block))
                sent += MIB
        except (BrokenPipeError, ConnectionResetError):
            pass
        answer = read_all(line)
    status = int(answer.split(b" ", 2)[1])
    return status, json.loads(answer.split(b"\r\n\r\n", 1)[1])["code"], sent


def has_answer(line: socket.socket) -> bool:
    """True once the server has begun to answer; returns when it has, or when it takes more."""
    return bool(select.select([line], [line], [], 60)[0])


def read_all(line: socket.socket) -> bytes:
    """An answer with a known length."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += line.recv(65536)
    head, body = data.split(b"\r\n\r\n", 1)
    length = int(re.search(rb"content-length: (\d+)", head.lower()).group(1))  # type: ignore[union-attr]
    while len(body) < length:
        body += line.recv(65536)
    return head + b"\r\n\r\n" + body


def test_two_gigabytes_are_refused_early_and_the_memory_stays_flat(town: tuple[ServerProcess, str]) -> None:
    server, token = town
    with httpx.Client(base_url=server.url, trust_env=False, timeout=60) as http:
        opened = http.post(f"/api/portal/links/{token}/open", json={"digits": "1234"})
        cookie = opened.cookies["suicha_portal"]
        problem = http.get("/api/portal/page").json()["problems"][0]["id"]
        before = memory_of(server)
        for announced in (LARGE, None):
            status, code, sent = send(server, cookie, length=announced)
            assert (status, code) == (413, "upload_too_large")
            assert sent < 64 * MIB
        status, code, sent = send(server, "0" * 64, length=None)
        assert (status, code) == (401, "portal_sign_in_needed")
        # What is allowed comes in pieces, goes to disk, and is put together there: 18 MB are not held either.
        photo = a_scene(1) + b"\0" * (18 * MIB)
        for at in range(0, len(photo), PIECE):
            fields = {"problem": problem, "name": "大.jpg", "sha256": hashlib.sha256(photo).hexdigest()}
            fields |= {"length": str(len(photo)), "offset": str(at)}
            answer = http.post("/api/portal/uploads", data=fields, files={"piece": ("x", photo[at : at + PIECE])})
            assert answer.status_code == 200, answer.text
        assert answer.json()["file"]["size_bytes"] == len(photo)
        assert memory_of(server) - before < MOST_GROWTH_BYTES
