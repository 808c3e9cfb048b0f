"""Limits, offsets, names and ranges, without a database."""

import pytest

from suicha.evidence import rules
from suicha.evidence.errors import BadRange, BadUpload, BlobTooLarge, NotAChunk, WrongOffset
from suicha.evidence.rules import Chunk, Progress
from suicha.evidence.schemas import ChunkHeaders, content_headers

NAME = "ab" * 32
DIGEST = b"\x01" * 32


def a_chunk(offset: int = 0, *, length: int = 10, data: bytes = b"1234") -> Chunk:
    return Chunk(NAME, offset, length, DIGEST, data)


def test_an_upload_begins_at_zero():
    rules.check_continues(None, a_chunk(0))


def test_an_upload_goes_on_where_the_server_stands():
    rules.check_continues(Progress(4, 10), a_chunk(4))


@pytest.mark.parametrize(
    ("here", "offset", "true_offset"),
    [
        (None, 4, 0),  # the server knows nothing, the phone believes it sent a part
        (Progress(4, 10), 0, 4),  # a lost answer: the phone sends the first part again
        (Progress(4, 10), 8, 4),  # the phone is ahead
        (Progress(10, 10, is_verified=True), 6, 10),  # the answer to the last part was lost
        (Progress(10, 10, is_verified=True), 0, 10),
    ],
)
def test_a_wrong_offset_is_answered_with_the_true_one(here, offset, true_offset):
    with pytest.raises(WrongOffset) as refusal:
        rules.check_continues(here, a_chunk(offset))
    assert refusal.value.http_headers["Upload-Offset"] == str(true_offset)


def test_another_length_begins_the_upload_again_at_zero():
    rules.check_continues(Progress(4, 99), a_chunk(0, length=10))


def test_another_length_in_the_middle_is_refused():
    with pytest.raises(WrongOffset):
        rules.check_continues(Progress(4, 99), a_chunk(4, length=10))


def test_a_chunk_stays_inside_the_announced_length():
    with pytest.raises(BadUpload):
        rules.check_continues(Progress(8, 10), a_chunk(8, data=b"123"))


def test_an_empty_chunk_is_no_chunk():
    with pytest.raises(BadUpload):
        rules.check_continues(None, a_chunk(0, data=b""))


@pytest.mark.parametrize("length", [rules.MAX_BLOB_BYTES + 1, 10**14])
def test_more_than_64_mib_is_refused_before_anything_is_sent(length):
    with pytest.raises(BlobTooLarge):
        rules.check_length(length)


def test_exactly_64_mib_is_allowed():
    rules.check_length(64 * 1024 * 1024)


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"\xff\xd8\xff\xe1\x00\x10Exif", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "image/png"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "image/webp"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "image/heic"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0", "image/heic"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0", "application/octet-stream"),
        (b"<svg onload='alert(1)'>", "application/octet-stream"),
        (b"<!doctype html>", "application/octet-stream"),
        (b"GIF89a", "application/octet-stream"),
        (b"RIFF\x10\0\0\0WAVE", "application/octet-stream"),
        (b"", "application/octet-stream"),
    ],
)
def test_the_bytes_say_what_they_are(head, expected):
    assert rules.content_type_of(head) == expected


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, None),
        ("bytes=0-3", (0, 3)),
        ("bytes=6-", (6, 9)),
        ("bytes=-3", (7, 9)),
        ("bytes=-99", (0, 9)),
        ("bytes=5-99", (5, 9)),
        ("bytes=0-0,5-6", None),  # several ranges: everything is a correct answer
        ("bytes=5-3", None),
        ("bytes=-", None),
        ("lines=0-3", None),
    ],
)
def test_a_range_is_read_or_ignored(header, expected):
    assert rules.byte_range(header, 10) == expected


@pytest.mark.parametrize("header", ["bytes=10-", "bytes=10-12", "bytes=-0"])
def test_a_range_outside_the_bytes_is_refused(header):
    with pytest.raises(BadRange) as refusal:
        rules.byte_range(header, 10)
    assert refusal.value.http_headers == {"Content-Range": "bytes */10"}


GOOD = {
    "content_type": "application/offset+octet-stream",
    "offset": "0",
    "length": "10",
    "checksum": "sha256 AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=",
}


def test_good_headers_are_read():
    assert ChunkHeaders.read(NAME, **GOOD) == ChunkHeaders(NAME, 0, 10, DIGEST)


@pytest.mark.parametrize("content_type", [None, "", "application/octet-stream", "image/jpeg", "multipart/form-data"])
def test_a_chunk_has_its_own_media_type(content_type):
    with pytest.raises(NotAChunk):
        ChunkHeaders.read(NAME, **GOOD | {"content_type": content_type})


@pytest.mark.parametrize(
    "wrong",
    [
        {"offset": None},
        {"offset": "-1"},
        {"offset": "1.5"},
        {"offset": "٣"},
        {"offset": "9" * 16},
        {"length": None},
        {"length": "0"},
        {"length": "ten"},
        {"checksum": None},
        {"checksum": "sha256"},
        {"checksum": "sha256 ***"},
        {"checksum": "sha256 AQE="},
        {"checksum": "md5 AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE="},
        {"checksum": "sha256 é"},
    ],
)
def test_headers_that_say_nothing_are_refused(wrong):
    with pytest.raises(BadUpload):
        ChunkHeaders.read(NAME, **GOOD | wrong)


@pytest.mark.parametrize("name", ["AB" * 32, "ab" * 31, "xy" * 32, "..%2f..", ""])
def test_a_name_is_a_sha256_in_small_letters(name):
    with pytest.raises(BadUpload):
        ChunkHeaders.read(name, **GOOD)


def test_only_photos_are_shown_in_place():
    photo = content_headers(NAME, "image/jpeg", name="original")
    other = content_headers(NAME, "application/octet-stream", name="original")
    assert photo["Content-Disposition"].startswith("inline")
    assert other["Content-Disposition"].startswith("attachment")
    assert other["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert other["X-Content-Type-Options"] == "nosniff"


def test_two_devices_of_one_account_cannot_overwrite_each_others_chunk():
    one, other = a_chunk(), Chunk(NAME, 0, 10, b"\x02" * 32, b"5678")
    assert rules.staging_key("account", one) != rules.staging_key("account", other)
