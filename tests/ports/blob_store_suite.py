"""What every BlobStore must do. A test class inherits this, and gives `store` and `reopened`."""

import asyncio
import hashlib
import secrets
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from suicha.infra.blobs import BlobMissing, BlobStore

MIB = 1 << 20


def sha256_key(data: bytes) -> str:
    """The key of evidence with these bytes."""
    digest = hashlib.sha256(data).hexdigest()
    return f"sha256/{digest[:2]}/{digest[2:4]}/{digest}"


async def read_whole(store: BlobStore, key: str, *, start: int = 0, length: int | None = None) -> bytes:
    """Everything that the stream gives."""
    return b"".join([piece async for piece in store.stream(key, start=start, length=length)])


class BlobStoreSuite:
    """The acceptance suite of the port."""

    @pytest.fixture
    def store(self) -> BlobStore:
        """An adapter over an empty place."""
        raise NotImplementedError("the test class of each adapter gives its own")

    @pytest.fixture
    def opening(self) -> str:
        """A Python expression that opens the same place from another process."""
        raise NotImplementedError("the test class of each adapter gives its own")

    def test_what_was_put_comes_back(self, store: BlobStore) -> None:
        data = secrets.token_bytes(1000)

        async def story() -> None:
            await store.put(sha256_key(data), data)
            assert await store.get(sha256_key(data)) == data
            assert await store.size(sha256_key(data)) == 1000

        asyncio.run(story())

    def test_a_file_comes_back_byte_by_byte(self, store: BlobStore, tmp_path: Path) -> None:
        data = secrets.token_bytes(7 * MIB + 11)
        path = tmp_path / "file"
        path.write_bytes(data)

        async def story() -> None:
            for _ in range(2):
                await store.put_file(sha256_key(data), path)
            assert await store.get(sha256_key(data)) == data

        asyncio.run(story())

    def test_putting_again_changes_nothing(self, store: BlobStore) -> None:
        data = secrets.token_bytes(1000)

        async def story() -> None:
            for _ in range(3):
                await store.put(sha256_key(data), data)
            assert await store.get(sha256_key(data)) == data

        asyncio.run(story())

    def test_a_damaged_object_of_another_size_is_replaced(self, store: BlobStore) -> None:
        data = secrets.token_bytes(1000)

        async def story() -> None:
            await store.put(sha256_key(data), data[:10])
            await store.put(sha256_key(data), data)
            assert await store.get(sha256_key(data)) == data

        asyncio.run(story())

    def test_many_put_one_key_at_the_same_time(self, store: BlobStore) -> None:
        data = secrets.token_bytes(300_000)

        async def story() -> None:
            await asyncio.gather(*(store.put(sha256_key(data), data) for _ in range(16)))
            assert await store.get(sha256_key(data)) == data

        asyncio.run(story())

    def test_zero_bytes_are_an_object_too(self, store: BlobStore) -> None:
        async def story() -> None:
            await store.put(sha256_key(b""), b"")
            assert await store.size(sha256_key(b"")) == 0
            assert await store.get(sha256_key(b"")) == b""

        asyncio.run(story())

    @pytest.mark.parametrize("read", [BlobStore.get, read_whole], ids=["get", "stream"])
    def test_a_missing_key_is_named_as_such(self, store: BlobStore, read: Callable[..., Awaitable[bytes]]) -> None:
        key = sha256_key(secrets.token_bytes(8))

        async def story() -> None:
            assert await store.size(key) is None
            with pytest.raises(BlobMissing):
                await (store.get(key) if read is BlobStore.get else read(store, key))

        asyncio.run(story())

    def test_a_big_object_is_read_in_pieces(self, store: BlobStore) -> None:
        data = secrets.token_bytes(1 * MIB) * 40

        async def story() -> None:
            await store.put(sha256_key(data), data)
            digest, biggest = hashlib.sha256(), 0
            async for piece in store.stream(sha256_key(data)):
                digest.update(piece)
                biggest = max(biggest, len(piece))
            assert digest.hexdigest() in sha256_key(data)
            assert biggest <= 1 * MIB

        asyncio.run(story())

    @pytest.mark.parametrize(
        ("start", "length", "expected"),
        [(0, 4, b"0123"), (3, None, b"3456789"), (3, 4, b"3456"), (9, 1, b"9"), (0, None, b"0123456789")],
    )
    def test_a_part_is_read_alone(self, store: BlobStore, start: int, length: int | None, expected: bytes) -> None:
        async def story() -> None:
            await store.put("sha256/range", b"0123456789")
            assert await read_whole(store, "sha256/range", start=start, length=length) == expected

        asyncio.run(story())

    def test_a_reader_may_stop_in_the_middle(self, store: BlobStore) -> None:
        data = secrets.token_bytes(3 * MIB)

        async def story() -> None:
            await store.put(sha256_key(data), data)
            pieces = store.stream(sha256_key(data))
            assert await anext(pieces)
            await pieces.aclose()  # type: ignore[attr-defined]
            assert await store.get(sha256_key(data)) == data

        asyncio.run(story())

    def test_a_deleted_object_is_gone_and_may_be_deleted_again(self, store: BlobStore) -> None:
        async def story() -> None:
            await store.put("staging/a/b/0", b"chunk")
            await store.delete("staging/a/b/0")
            await store.delete("staging/a/b/0")
            assert await store.size("staging/a/b/0") is None

        asyncio.run(story())

    def test_the_store_says_that_it_can_be_used(self, store: BlobStore) -> None:
        asyncio.run(store.check())

    def test_a_process_killed_while_putting_leaves_no_torn_object(
        self, store: BlobStore, opening: str, tmp_path: Path
    ) -> None:
        data = secrets.token_bytes(1 * MIB) * 48
        (tmp_path / "big").write_bytes(data)
        program = (
            f"import asyncio, pathlib\n{opening}\n"
            f"data = pathlib.Path({str(tmp_path / 'big')!r}).read_bytes()\n"
            "print('ready', flush=True)\n"
            f"asyncio.run(store.put({sha256_key(data)!r}, data))\n"
        )
        for delay in (0.01, 0.05, 0.15):
            _run_and_kill(program, after_seconds=delay)
            assert asyncio.run(store.size(sha256_key(data))) in {None, len(data)}
        asyncio.run(store.put(sha256_key(data), data))
        assert asyncio.run(store.get(sha256_key(data))) == data


def _run_and_kill(program: str, *, after_seconds: float) -> None:
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        try:
            process.wait(after_seconds)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
