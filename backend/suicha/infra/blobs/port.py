"""What the product needs of an object store, and the three ways in which a store can fail."""

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, Protocol, TypeVar, runtime_checkable

from suicha.kit.errors import NotFound, Unavailable

PIECE_BYTES = 256 * 1024

# Threads of their own: a store that hangs must not take those that check passwords.
_THREADS = ThreadPoolExecutor(16, thread_name_prefix="blobs")

T = TypeVar("T")


class BlobMissing(NotFound):
    """The store has no object of that key."""

    code, title = "blob_missing", "存储中没有该文件"


class StoreUnavailable(Unavailable):
    """The store cannot be reached, or does not answer as a store should."""

    code, title = "store_unavailable", "证据存储暂时不可用，请稍后重试"


class StoreRefused(Unavailable):
    """The store answers but does not accept our keys or our bucket: a matter for the administrator."""

    code, title = "store_refused", "证据存储拒绝访问，请联系管理员检查存储配置"


@runtime_checkable
class BlobStore(Protocol):
    """Seven verbs. A put that has returned survives the loss of power."""

    async def check(self) -> None:
        """Return when the store can be used; raises StoreUnavailable or StoreRefused."""

    async def put(self, key: str, data: bytes) -> None:
        """Store the bytes, all or nothing; the same key always gets the same bytes."""

    async def put_file(self, key: str, path: Path) -> None:
        """The same for the bytes of a local file, without holding them all in memory."""

    async def size(self, key: str) -> int | None:
        """How many bytes are stored under the key, None when there is no such object."""

    async def get(self, key: str) -> bytes:
        """All bytes; raises BlobMissing."""

    def stream(self, key: str, *, start: int = 0, length: int | None = None) -> AsyncIterator[bytes]:
        """The bytes from `start` (inside the object) on, in pieces; raises BlobMissing at the first piece."""

    async def delete(self, key: str) -> None:
        """Remove the object if it is there."""


async def in_thread(work: Callable[..., T], *arguments: Any, **named: Any) -> T:
    """Run blocking work off the event loop; what the operating system says becomes one of our errors."""
    try:
        return await asyncio.get_running_loop().run_in_executor(_THREADS, partial(work, *arguments, **named))
    except PermissionError as error:
        raise StoreRefused(f"no permission: {error.filename}") from error
    except OSError as error:
        raise StoreUnavailable(f"the store fails: {error.strerror or type(error).__name__}") from error


async def in_pieces(read: Callable[[int], bytes], length: int | None) -> AsyncIterator[bytes]:
    """What `read` gives, up to `length` bytes, a piece at a time."""
    left = length
    while left is None or left > 0:
        piece = await in_thread(read, PIECE_BYTES if left is None else min(PIECE_BYTES, left))
        if not piece:
            return
        if left is not None:
            left -= len(piece)
        yield piece
