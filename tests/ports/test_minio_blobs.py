"""The S3 store passes the suite on a real server, and fails in clear words."""

import asyncio
import secrets
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from minio import Minio
from minio.commonconfig import ENABLED
from minio.versioningconfig import VersioningConfig

from suicha.infra.blobs import BlobStore, MinioBlobs, StoreRefused, StoreUnavailable
from suicha.infra.settings import S3Settings
from tests.ports.blob_store_suite import BlobStoreSuite
from tests.servers.processes import free_port
from tests.servers.s3 import S3Server


@pytest.fixture(scope="module")
def s3_settings(s3_server: S3Server) -> S3Settings:
    """A bucket of its own for this module."""
    bucket = f"test-{secrets.token_hex(6)}"
    return S3Settings(s3_server.endpoint, s3_server.access_key, s3_server.secret_key, bucket, is_secure=False)


class TestMinioBlobs(BlobStoreSuite):
    """Objects in a bucket of Ceph RGW."""

    @pytest.fixture
    def store(self, s3_settings: S3Settings) -> BlobStore:
        return MinioBlobs(s3_settings)

    @pytest.fixture
    def opening(self, s3_settings: S3Settings) -> str:
        return (
            "from suicha.infra.blobs import MinioBlobs\nfrom suicha.infra.settings import S3Settings\n"
            f"store = MinioBlobs({s3_settings!r})"
        )


def test_several_processes_may_make_the_bucket_at_once(s3_settings: S3Settings) -> None:
    settings = replace(s3_settings, bucket=f"test-{secrets.token_hex(6)}")

    async def story() -> None:
        await asyncio.gather(*(MinioBlobs(settings).check() for _ in range(6)))

    asyncio.run(story())


def test_a_bucket_with_versions_keeps_one_version_of_what_is_put_again(s3_settings: S3Settings) -> None:
    settings = replace(s3_settings, bucket=f"test-{secrets.token_hex(6)}")
    client = Minio(settings.endpoint, settings.access_key, settings.secret_key, secure=False, region="us-east-1")
    client.make_bucket(settings.bucket)
    client.set_bucket_versioning(settings.bucket, VersioningConfig(ENABLED))

    async def story() -> None:
        for _ in range(3):
            await MinioBlobs(settings).put("sha256/x", b"x" * 100_000)

    asyncio.run(story())
    versions = list(client.list_objects(settings.bucket, include_version=True, recursive=True))
    assert [version.object_name for version in versions] == ["sha256/x"]


def test_a_put_that_lost_the_race_does_not_overwrite(s3_settings: S3Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    first, late = MinioBlobs(s3_settings), MinioBlobs(s3_settings)
    key = f"sha256/{secrets.token_hex(8)}"
    # The late one has looked before the first one was there.
    monkeypatch.setattr(late, "_size", lambda _key: None)

    async def story() -> None:
        await first.put(key, b"the first")
        await late.put(key, b"the other")
        assert await first.get(key) == b"the first"

    asyncio.run(story())


@pytest.mark.parametrize("wrong", [{"secret_key": "not the secret"}, {"access_key": "nobody"}])
def test_wrong_keys_are_refused_in_clear_words(s3_settings: S3Settings, wrong: dict[str, str]) -> None:
    with pytest.raises(StoreRefused, match=r"AccessDenied|SignatureDoesNotMatch|InvalidAccessKeyId"):
        asyncio.run(MinioBlobs(replace(s3_settings, **wrong)).check())


@pytest.mark.parametrize("verb", ["check", "put", "size", "get", "delete"])
def test_a_store_that_is_down_is_a_clear_error(s3_settings: S3Settings, verb: str) -> None:
    store = MinioBlobs(replace(s3_settings, endpoint=f"127.0.0.1:{free_port()}"), tries=1)
    arguments = {"check": (), "put": ("sha256/x", b"x")}.get(verb, ("sha256/x",))
    with pytest.raises(StoreUnavailable):
        asyncio.run(getattr(store, verb)(*arguments))


def test_a_store_that_never_answers_does_not_hold_us_for_long(s3_settings: S3Settings, silent_port: int) -> None:
    store = MinioBlobs(replace(s3_settings, endpoint=f"127.0.0.1:{silent_port}"), answer_seconds=0.3, tries=2)
    began = time.monotonic()
    with pytest.raises(StoreUnavailable):
        asyncio.run(store.get("sha256/x"))
    assert time.monotonic() - began < 5


def test_something_that_is_no_store_is_a_clear_error(s3_settings: S3Settings, web_page_port: int) -> None:
    store = MinioBlobs(replace(s3_settings, endpoint=f"127.0.0.1:{web_page_port}"), tries=1)
    with pytest.raises((StoreUnavailable, StoreRefused)):
        asyncio.run(store.put("sha256/x", b"x"))


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A server that accepts connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0), backlog=16) as server:
        yield server.getsockname()[1]


@pytest.fixture
def web_page_port() -> Iterator[int]:
    """A proxy's error page where the store should be."""
    with socket.create_server(("127.0.0.1", 0), backlog=16) as server:
        thread = threading.Thread(target=_answer_with_pages, args=(server,), daemon=True)
        thread.start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)
        thread.join(5)


def _answer_with_pages(server: socket.socket) -> None:
    page = b"HTTP/1.1 403 Forbidden\r\nContent-Type: text/html\r\nContent-Length: 4\r\nConnection: close\r\n\r\n<p/>"
    while True:
        try:
            connection, _ = server.accept()
        except OSError:
            return
        with connection:
            connection.recv(65536)
            connection.sendall(page)
