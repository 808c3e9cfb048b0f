"""Objects as files below one folder: for a laptop, a small bureau and the tests."""

import contextlib
import io
import os
import secrets
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import IO

from suicha.infra.blobs.port import PIECE_BYTES, BlobMissing, StoreRefused, in_pieces, in_thread


class FolderBlobs:
    """A key is a path below the folder."""

    def __init__(self, folder: Path) -> None:
        """The folder is made when it is first needed."""
        self._folder = folder

    async def check(self) -> None:
        """The folder can be made and written."""
        await in_thread(self._check)

    async def put(self, key: str, data: bytes) -> None:
        """Write beside, flush to the disk, then move into place: a key never shows half an object."""
        await in_thread(_put, self._path(key), data)

    async def put_file(self, key: str, path: Path) -> None:
        """Copy beside, flush, move into place."""
        await in_thread(_put_file, self._path(key), path)

    async def size(self, key: str) -> int | None:
        """The size of the file."""
        return await in_thread(_size, self._path(key))

    async def get(self, key: str) -> bytes:
        """Read the file."""
        file = await in_thread(_open, self._path(key), 0)
        with contextlib.closing(file):
            return await in_thread(file.read)

    async def stream(self, key: str, *, start: int = 0, length: int | None = None) -> AsyncIterator[bytes]:
        """Read the file piece by piece."""
        file = await in_thread(_open, self._path(key), start)
        with contextlib.closing(file):
            async for piece in in_pieces(file.read, length):
                yield piece

    async def delete(self, key: str) -> None:
        """Remove the file; its folders stay, because another put may be about to use them."""
        await in_thread(self._path(key).unlink, missing_ok=True)

    def _path(self, key: str) -> Path:
        path = self._folder / key
        if not path.resolve().is_relative_to(self._folder.resolve()):
            raise ValueError(f"the key leaves the store: {key!r}")
        return path

    def _check(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        if not os.access(self._folder, os.W_OK | os.X_OK):
            raise StoreRefused(f"no permission to write below {self._folder}")


def _put(path: Path, data: bytes) -> None:
    _put_stream(path, io.BytesIO(data))


def _put_file(path: Path, source: Path) -> None:
    with source.open("rb") as file:
        _put_stream(path, file)


def _put_stream(path: Path, source: IO[bytes]) -> None:
    _make_folders(path.parent)
    beside = path.parent / f".{path.name}.{secrets.token_hex(6)}.part"
    try:
        with beside.open("xb") as file:
            shutil.copyfileobj(source, file, PIECE_BYTES)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    _flush_folder(path.parent)


def _open(path: Path, start: int) -> IO[bytes]:
    try:
        file = path.open("rb")
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
        raise BlobMissing from error
    file.seek(start)
    return file


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except (FileNotFoundError, NotADirectoryError):
        return None


def _make_folders(folder: Path) -> None:
    """Make the missing folders and flush the parent of each: a folder lost takes its files with it."""
    missing = []
    while not folder.exists():
        missing.append(folder)
        folder = folder.parent
    for new in reversed(missing):
        new.mkdir(exist_ok=True)
        _flush_folder(new.parent)


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
