"""Objects in one bucket of MinIO or another S3 store. Only plain S3 is used; what differs stays in here."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any, TypeVar

import urllib3
from minio import Minio
from minio.error import MinioException, S3Error

from suicha.infra.blobs.port import BlobMissing, StoreRefused, StoreUnavailable, in_pieces, in_thread
from suicha.infra.settings import S3Settings

CONNECT_SECONDS, ANSWER_SECONDS, TRIES = 3.0, 20.0, 3
BUSY_STATUSES = (500, 502, 503, 504)

MISSING = frozenset({"NoSuchKey", "NoSuchObject"})
BUSY = frozenset({"SlowDown", "ServiceUnavailable", "InternalError", "RequestTimeout", "OperationAborted"})
# Another process made the bucket first: MinIO says so, Ceph answers 200, AWS depends on the region.
BUCKET_IS_THERE = frozenset({"BucketAlreadyOwnedByYou", "BucketAlreadyExists"})
# 412 and 409: somebody else has put, or is just putting, the same content. Others do not know the condition.
CONDITION_FAILED = frozenset({"PreconditionFailed", "ConditionalRequestConflict"})
CONDITION_UNKNOWN = frozenset({"NotImplemented", "MethodNotAllowed"})

T = TypeVar("T")


class MinioBlobs:
    """The synchronous client in threads: its requests are few and long, and it is the one that MinIO maintains."""

    def __init__(self, settings: S3Settings, *, answer_seconds: float = ANSWER_SECONDS, tries: int = TRIES) -> None:
        """Nothing is sent yet. The bucket is made at the first use, if the keys allow it."""
        retry = urllib3.Retry(
            total=tries - 1,
            backoff_factor=0.2,
            status_forcelist=BUSY_STATUSES,
            allowed_methods=None,
            raise_on_status=False,
        )
        timeout = urllib3.Timeout(connect=CONNECT_SECONDS, read=answer_seconds)
        # As many connections as the default pool has threads, or urllib3 keeps throwing them away.
        pool = urllib3.PoolManager(timeout=timeout, retries=retry, maxsize=32)
        self._bucket = settings.bucket
        # A fixed region saves one request; MinIO and Ceph both answer to it.
        self._client = Minio(
            settings.endpoint,
            settings.access_key,
            settings.secret_key,
            secure=settings.is_secure,
            region="us-east-1",
            http_client=pool,
        )
        self._has_bucket = False

    async def check(self) -> None:
        """The bucket is there, and our keys open it."""
        if not await self._call(self._client.bucket_exists, self._bucket):
            raise StoreRefused(f"the bucket {self._bucket} is gone")

    async def put(self, key: str, data: bytes) -> None:
        """Send the bytes unless an object of that size is there already: the key names the content."""
        await self._call(self._put, key, data)

    async def put_file(self, key: str, path: Path) -> None:
        """Send the file as one object, part by part where it is large."""
        await self._call(self._put_file, key, path)

    async def size(self, key: str) -> int | None:
        """Ask for the head of the object."""
        return await self._call(self._size, key)

    async def get(self, key: str) -> bytes:
        """Read the object."""
        return b"".join([piece async for piece in self.stream(key)])

    async def stream(self, key: str, *, start: int = 0, length: int | None = None) -> AsyncIterator[bytes]:
        """Read the object piece by piece over one connection, given back at the end."""
        response = await self._call(self._client.get_object, self._bucket, key, start, length or 0)
        try:
            async for piece in in_pieces(lambda n: _translated(response.read, n), length):
                yield piece
        finally:
            response.close()
            response.release_conn()

    async def delete(self, key: str) -> None:
        """Remove the object; S3 does not mind when it is not there."""
        await self._call(self._client.remove_object, self._bucket, key)

    async def _call(self, work: Callable[..., T], *arguments: Any) -> T:
        return await in_thread(self._with_bucket, work, *arguments)

    def _with_bucket(self, work: Callable[..., T], *arguments: Any) -> T:
        # Several threads may come here at once: making a bucket twice is harmless, queueing for a dead store is not.
        if not self._has_bucket:
            _translated(self._make_bucket)
            self._has_bucket = True
        return _translated(work, *arguments)

    def _make_bucket(self) -> None:
        if self._client.bucket_exists(self._bucket):
            return
        try:
            self._client.make_bucket(self._bucket)
        except S3Error as error:
            if error.code not in BUCKET_IS_THERE:
                raise

    def _put(self, key: str, data: bytes) -> None:
        stored = self._size(key)
        if stored == len(data):
            return
        # Evidence is never overwritten, hence "only if nothing is there"; but an object of another size is damage,
        # and is replaced. (Ceph drops the condition in buckets with versions: a race costs a second equal version.)
        try:
            self._send(key, data, {"If-None-Match": "*"} if stored is None else {})
        except S3Error as error:
            if error.code in CONDITION_UNKNOWN:
                self._send(key, data, {})
            elif error.code not in CONDITION_FAILED:
                raise

    def _put_file(self, key: str, path: Path) -> None:
        if self._size(key) != path.stat().st_size:
            self._client.fput_object(self._bucket, key, str(path))

    def _send(self, key: str, data: bytes, condition: dict[str, str]) -> None:
        """One request whatever the size (evidence has at most 64 MiB), so the object appears whole or not at all.

        `put_object` of the library cannot carry a condition, hence its inner door.
        """
        headers: dict[str, str | list[str] | tuple[str]] = {"Content-Type": "application/octet-stream", **condition}
        self._client._execute("PUT", self._bucket, key, body=data, headers=headers, no_body_trace=True)  # noqa: SLF001

    def _size(self, key: str) -> int | None:
        try:
            return self._client.stat_object(self._bucket, key).size
        except S3Error as error:
            if error.code in MISSING:
                return None
            raise


def _translated(work: Callable[..., T], *arguments: Any) -> T:
    """Run `work` and give what goes wrong one of our three names."""
    try:
        return work(*arguments)
    except S3Error as error:
        if error.code in MISSING:
            raise BlobMissing from error
        if error.code in BUSY:
            raise StoreUnavailable(f"the store answers {error.code}") from error
        raise StoreRefused(f"the store answers {error.code}") from error
    except (MinioException, urllib3.exceptions.HTTPError) as error:
        raise StoreUnavailable(f"the store does not answer: {type(error).__name__}") from error
