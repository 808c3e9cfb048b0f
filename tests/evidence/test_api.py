"""Blobs over HTTP, on both pairs of database and store."""

import asyncio
import base64
import hashlib
import http.client
import secrets
from collections.abc import Iterator
from typing import Protocol, Self
from urllib.parse import urlsplit

import httpx
import pytest

from suicha.evidence.jobs import make_derivatives
from suicha.infra.blobs import open_blob_store
from suicha.infra.db import Database
from suicha.kit.clock import utc_now
from suicha.web.app import create_app
from tests.evidence.photos import a_jpeg, is_upright, opened
from tests.live import LiveServer, Person, Team

BLOBS = "/api/sync/v1/blobs"
MIB = 1 << 20


class HasUrl(Protocol):
    """A running server."""

    url: str


class Client:
    """One signed-in person."""

    def __init__(self, server: HasUrl, person: Person) -> None:
        """Sign in."""
        self.http = httpx.Client(base_url=server.url, timeout=30, trust_env=False)
        answer = self.http.post("/api/auth/login", json={"username": person.username, "password": person.password})
        self.token = answer.json()["access_token"]
        self.http.cookies.clear()
        self.http.headers["Authorization"] = f"Bearer {self.token}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def put(self, data: bytes, name: str | None = None) -> httpx.Response:
        return self.http.put(f"{BLOBS}/{name or name_of(data)}", content=data)

    def patch(self, name: str, part: bytes, offset: object, length: object, **changed: str) -> httpx.Response:
        checksum = base64.b64encode(hashlib.sha256(part).digest()).decode()
        headers = {
            "Content-Type": "application/offset+octet-stream",
            "Upload-Offset": str(offset),
            "Upload-Length": str(length),
            "Upload-Checksum": f"sha256 {checksum}",
        }
        headers |= {key.replace("_", "-"): value for key, value in changed.items()}
        return self.http.patch(f"{BLOBS}/{name}", content=part, headers=headers)

    def head(self, name: str) -> httpx.Response:
        return self.http.head(f"{BLOBS}/{name}")

    def get(self, name: str, size: str = "original", **headers: str) -> httpx.Response:
        return self.http.get(f"{BLOBS}/{name}", params={"size": size}, headers=headers)


def name_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@pytest.fixture(scope="module")
def team(live_server: LiveServer) -> Team:
    """One visit for all tests: they never meet, because each has bytes of its own."""
    return live_server.new_visit()


@pytest.fixture(scope="module")
def officer(live_server: LiveServer, team: Team) -> Iterator[Client]:
    with Client(live_server, team.officer) as client:
        yield client


@pytest.fixture(scope="module")
def stranger(live_server: LiveServer, team: Team) -> Iterator[Client]:
    with Client(live_server, team.stranger) as client:
        yield client


def test_a_new_blob_is_201_and_a_known_one_204(officer: Client):
    data = secrets.token_bytes(1000)
    assert [officer.put(data).status_code for _ in range(2)] == [201, 204]


def test_a_patch_says_where_the_server_stands(officer: Client):
    data = secrets.token_bytes(3000)
    first = officer.patch(name_of(data), data[:1000], 0, 3000)
    assert (first.status_code, first.headers["Upload-Offset"], first.headers["Upload-Length"]) == (204, "1000", "3000")
    last = officer.patch(name_of(data), data[1000:], 1000, 3000)
    assert (last.status_code, last.headers["Upload-Offset"], last.headers["Blob-State"]) == (204, "3000", "verified")
    assert officer.get(name_of(data)).content == data


def test_an_upload_is_resumed_after_409(officer: Client):
    data = secrets.token_bytes(3000)
    officer.patch(name_of(data), data[:1000], 0, 3000)
    answer = officer.patch(name_of(data), data[:500], 0, 3000)
    assert answer.status_code == 409
    problem = answer.json()
    assert (problem["code"], problem["upload_offset"]) == ("upload_offset_mismatch", 1000)
    offset = int(answer.headers["Upload-Offset"])
    assert officer.patch(name_of(data), data[offset:], offset, 3000).status_code == 204


def test_a_chunk_damaged_on_the_way_is_460_and_the_offset_stays(officer: Client):
    data = secrets.token_bytes(3000)
    officer.patch(name_of(data), data[:1000], 0, 3000)
    wrong = base64.b64encode(bytes(32)).decode()
    answer = officer.patch(name_of(data), data[1000:], 1000, 3000, Upload_Checksum=f"sha256 {wrong}")
    assert (answer.status_code, answer.json()["code"]) == (460, "upload_checksum_mismatch")
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    assert officer.head(name_of(data)).headers["Upload-Offset"] == "1000"


def test_bytes_of_another_digest_are_422_and_begin_at_zero(officer: Client):
    data = secrets.token_bytes(2000)
    officer.patch(name_of(data), data[:1000], 0, 2000)
    answer = officer.patch(name_of(data), bytes(1000), 1000, 2000)
    assert (answer.status_code, answer.json()["code"]) == (422, "blob_mismatch")
    assert officer.head(name_of(data)).status_code == 404
    assert officer.put(b"other", name_of(data)).status_code == 422


@pytest.mark.parametrize("method", ["HEAD", "GET", "PUT", "PATCH"])
def test_nobody_comes_in_without_signing_in(live_server: LiveServer, method: str):
    with httpx.Client(base_url=live_server.url, trust_env=False) as anybody:
        assert anybody.request(method, f"{BLOBS}/{'ab' * 32}").status_code == 401


def test_who_is_not_signed_in_is_refused_before_the_body_is_read(live_server: LiveServer):
    address = urlsplit(live_server.url)
    connection = http.client.HTTPConnection(str(address.hostname), address.port, timeout=10)
    connection.putrequest("PUT", f"{BLOBS}/{'ab' * 32}")
    connection.putheader("Content-Length", "5000000")
    connection.endheaders()
    # Not one byte of the body is sent.
    assert connection.getresponse().status == 401
    connection.close()


def test_evidence_of_others_looks_like_none_at_all(officer: Client, stranger: Client):
    data = secrets.token_bytes(1000)
    officer.put(data)
    nothing = "cd" * 32
    for asked in (name_of(data), nothing, "not-a-name", name_of(data).upper()):
        assert stranger.head(asked).status_code == 404
        for size in ("original", "view", "thumb"):
            answer = stranger.get(asked, size)
            assert (answer.status_code, answer.json()["code"]) == (404, "blob_unknown")
    assert stranger.put(data).status_code == 201


@pytest.mark.parametrize("too_many", [8 * MIB + 1, 20 * MIB])
def test_a_whole_has_at_most_8_mib(officer: Client, too_many: int):
    answer = officer.put(bytes(too_many))
    assert (answer.status_code, answer.json()["max_bytes"]) == (413, 8 * MIB)
    assert officer.put(secrets.token_bytes(MIB) * 8).status_code == 201


def test_a_chunk_has_at_most_2_mib(officer: Client):
    data = secrets.token_bytes(MIB) * 4
    assert officer.patch(name_of(data), data[: 2 * MIB + 1], 0, len(data)).status_code == 413
    assert officer.patch(name_of(data), data[: 2 * MIB], 0, len(data)).status_code == 204


def test_a_body_without_announced_length_is_counted_as_it_arrives(officer: Client):
    def endless():
        for _ in range(12):
            yield bytes(MIB)

    answer = officer.http.put(f"{BLOBS}/{'ab' * 32}", content=endless())
    assert answer.status_code == 413


def test_a_blob_has_at_most_64_mib(officer: Client):
    answer = officer.patch("ab" * 32, b"x", 0, 64 * MIB + 1)
    assert (answer.status_code, answer.json()["code"]) == (413, "blob_too_large")


@pytest.mark.parametrize("content_type", ["application/octet-stream", "image/jpeg", "multipart/form-data; boundary=x"])
def test_a_chunk_of_another_media_type_is_415(officer: Client, content_type: str):
    assert officer.patch("ab" * 32, b"x", 0, 10, Content_Type=content_type).status_code == 415


def test_a_whole_may_have_any_media_type(officer: Client):
    data = secrets.token_bytes(100)
    for content_type in ("application/json", "image/jpeg", "text/html", "multipart/form-data"):
        answer = officer.http.put(f"{BLOBS}/{name_of(data)}", content=data, headers={"Content-Type": content_type})
        assert answer.status_code in {201, 204}


@pytest.mark.parametrize(
    "wrong",
    [
        {"Upload_Offset": "-1"},
        {"Upload_Offset": "x"},
        {"Upload_Offset": "1e3"},
        {"Upload_Length": "0"},
        {"Upload_Length": ""},
        {"Upload_Checksum": "md5 x"},
        {"Upload_Checksum": "sha256 %%%"},
        {"Upload_Length": "5"},  # the chunk has ten bytes
    ],
)
def test_wrong_headers_are_400(officer: Client, wrong: dict[str, str]):
    answer = officer.patch("ab" * 32, b"0123456789", 0, 100, **wrong)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_upload")


def test_missing_headers_an_empty_chunk_and_a_bad_name_are_400(officer: Client):
    kind = {"Content-Type": "application/offset+octet-stream"}
    assert officer.http.patch(f"{BLOBS}/{'ab' * 32}", content=b"x", headers=kind).status_code == 400
    assert officer.patch("ab" * 32, b"", 0, 10).status_code == 400
    assert officer.patch("AB" * 32, b"x", 0, 10).status_code == 400
    assert officer.put(b"x", "not-a-name").status_code == 400


def test_an_unknown_size_is_400(officer: Client):
    assert officer.get("ab" * 32, "huge").status_code == 400


def test_a_photo_is_shown_with_its_pictures_after_the_job(officer: Client, live_server: LiveServer):
    photo = a_jpeg(1600, 1200, orientation=8, has_position=True)
    officer.put(photo)
    pending = officer.get(name_of(photo), "thumb")
    assert (pending.status_code, pending.json()["code"]) == (404, "derivative_pending")
    assert int(pending.headers["Retry-After"]) > 0
    asyncio.run(_make_pictures(live_server))
    original, view, thumb = (officer.get(name_of(photo), size) for size in ("original", "view", "thumb"))
    assert original.content == photo
    assert (opened(view.content).size, opened(thumb.content).size) == ((1600, 1200), (320, 240))
    assert is_upright(opened(thumb.content))
    assert b"Exif" not in view.content
    assert {answer.headers["Content-Type"] for answer in (original, view, thumb)} == {"image/jpeg"}
    assert original.headers["Content-Disposition"] == 'inline; filename="original"'
    assert "immutable" in view.headers["Cache-Control"]
    assert "private" in view.headers["Cache-Control"]


async def _make_pictures(server: LiveServer) -> None:
    database = Database(server.settings.database_url)
    try:
        await make_derivatives(database, open_blob_store(server.settings), clock=utc_now)
    finally:
        await database.close()


@pytest.mark.parametrize(
    "page",
    [
        b"<!doctype html><script>alert(1)</script>",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"%PDF-1.7 hostile",
    ],
)
def test_a_hostile_upload_cannot_run(officer: Client, page: bytes):
    officer.put(page)
    answer = officer.get(name_of(page))
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert (officer.get(name_of(page), "view").status_code, officer.get(name_of(page), "view").json()["reason"]) == (
        404,
        "not_a_photo",
    )


def test_a_part_of_an_original_is_read_alone(officer: Client):
    data = secrets.token_bytes(1000)
    officer.put(data)
    part = officer.get(name_of(data), Range="bytes=100-199")
    assert (part.status_code, part.content) == (206, data[100:200])
    assert part.headers["Content-Range"] == "bytes 100-199/1000"
    assert part.headers["Content-Length"] == "100"
    outside = officer.get(name_of(data), Range="bytes=1000-")
    assert (outside.status_code, outside.headers["Content-Range"]) == (416, "bytes */1000")


def test_zero_bytes_are_a_blob_too(officer: Client):
    assert officer.put(b"").status_code in {201, 204}
    answer = officer.get(name_of(b""))
    assert (answer.status_code, answer.content) == (200, b"")
    assert officer.head(name_of(b"")).headers["Upload-Length"] == "0"


def test_a_big_original_comes_back_whole(officer: Client):
    data = secrets.token_bytes(MIB) * 5
    officer.put(data)
    answer = officer.get(name_of(data))
    assert answer.headers["Content-Length"] == str(len(data))
    assert answer.content == data


def test_a_phone_that_vanishes_in_the_middle_of_a_chunk_leaves_the_offset(officer: Client, live_server: LiveServer):
    data = secrets.token_bytes(3000)
    officer.patch(name_of(data), data[:1000], 0, 3000)
    address = urlsplit(live_server.url)
    connection = http.client.HTTPConnection(str(address.hostname), address.port, timeout=10)
    connection.putrequest("PATCH", f"{BLOBS}/{name_of(data)}")
    checksum = base64.b64encode(hashlib.sha256(data[1000:]).digest()).decode()
    for name, value in {
        "Authorization": f"Bearer {officer.token}",
        "Content-Type": "application/offset+octet-stream",
        "Content-Length": "2000",
        "Upload-Offset": "1000",
        "Upload-Length": "3000",
        "Upload-Checksum": f"sha256 {checksum}",
    }.items():
        connection.putheader(name, value)
    connection.endheaders(data[1000:1500])
    connection.close()
    assert officer.head(name_of(data)).headers["Upload-Offset"] == "1000"
    assert officer.patch(name_of(data), data[1000:], 1000, 3000).status_code == 204


def test_the_description_of_the_api_names_the_blobs(live_server: LiveServer):
    paths = create_app(live_server.settings).openapi_schema.to_schema()["paths"]
    assert set(paths[f"{BLOBS}/{{sha256}}"]) == {"head", "get", "put", "patch"}
