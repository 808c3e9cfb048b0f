"""The folder store passes the suite, and keeps to its folder."""

import asyncio
import errno
import os
from pathlib import Path

import pytest

from suicha.infra.blobs import BlobStore, FolderBlobs, StoreUnavailable
from tests.ports.blob_store_suite import BlobStoreSuite


class TestFolderBlobs(BlobStoreSuite):
    """Objects as files."""

    @pytest.fixture
    def store(self, tmp_path: Path) -> BlobStore:
        return FolderBlobs(tmp_path / "blobs")

    @pytest.fixture
    def opening(self, tmp_path: Path) -> str:
        folder = str(tmp_path / "blobs")
        return f"from suicha.infra.blobs import FolderBlobs\nstore = FolderBlobs(pathlib.Path({folder!r}))"


def test_a_key_cannot_leave_the_folder(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="leaves the store"):
        asyncio.run(FolderBlobs(tmp_path / "blobs").put("../outside", b"x"))


def test_a_file_where_the_folder_should_be_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "blobs").write_text("not a folder")
    with pytest.raises(StoreUnavailable):
        asyncio.run(FolderBlobs(tmp_path / "blobs").check())


def test_a_full_disk_is_a_clear_error_and_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    store = FolderBlobs(tmp_path / "blobs")
    (tmp_path / "blobs" / "sha256").mkdir(parents=True)
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreUnavailable, match="No space left"):
        asyncio.run(store.put("sha256/x", b"data"))
    assert [path for path in (tmp_path / "blobs").rglob("*") if path.is_file()] == []


def test_bytes_are_on_the_disk_before_the_name_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    happened: list[str] = []
    fsync, replace = os.fsync, Path.replace
    monkeypatch.setattr(os, "fsync", lambda handle: (happened.append("flush"), fsync(handle))[1])
    monkeypatch.setattr(Path, "replace", lambda path, to: (happened.append("name"), replace(path, to))[1])
    (tmp_path / "blobs" / "sha256").mkdir(parents=True)
    asyncio.run(FolderBlobs(tmp_path / "blobs").put("sha256/x", b"data"))
    assert happened == ["flush", "name", "flush"]
