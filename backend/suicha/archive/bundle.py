"""`suicha bundle` writes a visit as one file; `suicha verify bundle` checks such a file without a server."""

import hashlib
import os
import struct
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from suicha.archive import queries
from suicha.archive.errors import BundleRefused
from suicha.archive.queries import Contents
from suicha.archive.rules.check import TEXTS, Checked, check_texts
from suicha.archive.rules.listing import (
    LISTING,
    MOST_BYTES,
    MOST_FILES,
    MOST_TEXT_BYTES,
    Listed,
    Listing,
    listing_text,
    read_listing,
    wrong_names,
)
from suicha.archive.zips import Compared, ZipWriter, pieces
from suicha.evidence.rules import original_key
from suicha.infra.blobs import BlobMissing, BlobStore, open_blob_store
from suicha.infra.db import Database
from suicha.infra.settings import Settings

# Everything that reading a file from a stranger may raise.
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    OverflowError,
    RuntimeError,
    NotImplementedError,
    KeyError,
    IndexError,
)


@dataclass(frozen=True)
class Written:
    """What was written."""

    files: int
    size: int
    sha256: str
    awaited: int


async def write_bundle(settings: Settings, inspection_id: str, path: Path) -> Written:
    """Write one visit; the file appears whole or not at all. Raises InspectionUnknown or BundleRefused."""
    database = Database(settings.database_url)
    try:
        async with database.reading() as session:
            contents = await queries.contents_of(session, inspection_id)
    finally:
        await database.close()
    _check_size(contents.listing)
    beside = path.with_name(f".{path.name}.part")
    try:
        with beside.open("wb") as file:
            sink = _Hashed(file)
            with ZipWriter(sink) as out:
                await _write(out, contents, open_blob_store(settings))
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    return Written(len(contents.listing.files) + 1, sink.size, sink.digest.hexdigest(), contents.awaited)


def _check_size(listing: Listing) -> None:
    if len(listing.files) >= MOST_FILES or sum(file.size + 400 for file in listing.files) > MOST_BYTES:
        raise BundleRefused(f"the visit has more than {MOST_FILES} files or 4 GiB")
    wrong = wrong_names(file.name for file in listing.files)
    if wrong:
        raise BundleRefused(f"a bundle cannot hold a file of the name {wrong[0]!r}")


class _Hashed:
    """Writes to a file and keeps the digest of what went by."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.digest = hashlib.sha256()
        self.size = 0

    def write(self, data: bytes, /) -> int:
        self.digest.update(data)
        self.size += len(data)
        return self._file.write(data)

    def flush(self) -> None:
        self._file.flush()


async def _write(out: ZipWriter, contents: Contents, blobs: BlobStore) -> None:
    text = listing_text(contents.listing).encode()
    with out.begin(LISTING, len(text)) as into:
        into.write(text)
    for file in contents.listing.files:
        with out.begin(file.name, file.size) as into:
            if file.name in contents.texts:
                into.write(contents.texts[file.name])
            else:
                await _copy(blobs, file, into)


async def _copy(blobs: BlobStore, file: Listed, into: BinaryIO) -> None:
    digest, size = hashlib.sha256(), 0
    try:
        async for piece in blobs.stream(original_key(file.sha256)):
            digest.update(piece)
            size += len(piece)
            if size <= file.size:
                into.write(piece)
    except BlobMissing as error:
        raise BundleRefused(f"the bytes of {file.name} are not in the store") from error
    if (digest.hexdigest(), size) != (file.sha256, file.size):
        raise BundleRefused(f"the stored bytes of {file.name} are damaged: they do not have their digest")


def verify_bundle(path: Path) -> Checked:
    """Check a bundle with nothing but the file; whatever is in it, the answer is a report."""
    checked = Checked([f"{path.name}, SHA-256 {_digest_of(path)}"])
    try:
        with zipfile.ZipFile(path) as bundle:
            listing, texts = _read(checked, path, bundle)
    except _BROKEN as error:
        checked.faults.append(f"not a bundle: {str(error)[:200] or type(error).__name__}")
        return checked
    inner = check_texts(listing, texts)
    return Checked(checked.said + inner.said, checked.faults + inner.faults)


def _read(checked: Checked, path: Path, bundle: zipfile.ZipFile) -> tuple[Listing, dict[str, bytes]]:
    infos = bundle.infolist()
    _refuse_tricks(infos, path.stat().st_size)
    listing = read_listing(bundle.read(infos[0]))
    if [(file.name, file.size) for file in listing.files] != [(i.filename, i.file_size) for i in infos[1:]]:
        raise ValueError("the files are not those that the listing names, in its order")
    texts: dict[str, bytes] = {}
    with path.open("rb") as again:
        compared = Compared(again)
        with ZipWriter(compared) as out:
            _again(out, LISTING, listing_text(listing).encode())
            for file, info in zip(listing.files, infos[1:], strict=True):
                _check_file(checked, bundle, info, file, out, texts)
        if not compared.is_same():
            checked.faults.append("the archive around the files was changed")
    checked.said.append(f"  files        {len(infos)}, each with the size and the digest that the listing names")
    return listing, texts


def _refuse_tricks(infos: Sequence[zipfile.ZipInfo], size: int) -> None:
    """Nothing is read before this holds: no compression, so nothing can unfold; no name that leads elsewhere."""
    if not infos or len(infos) > MOST_FILES or infos[0].filename != LISTING:
        raise ValueError(f"it does not begin with {LISTING}, or holds too many files")
    if any(i.compress_type != zipfile.ZIP_STORED or i.compress_size != i.file_size or i.flag_bits & 1 for i in infos):
        raise ValueError("it holds files that are compressed or locked")
    if sum(info.file_size for info in infos) > size:
        raise ValueError("its files are larger than itself")
    wrong = wrong_names(info.filename for info in infos)
    if wrong:
        raise ValueError(f"it holds a file of the name {wrong[0][:100]!r}")
    if any(i.file_size > MOST_TEXT_BYTES for i in infos if i.filename in (LISTING, *TEXTS)):
        raise ValueError("one of its texts is too large to be one")


def _check_file(
    checked: Checked,
    bundle: zipfile.ZipFile,
    info: zipfile.ZipInfo,
    file: Listed,
    out: ZipWriter,
    texts: dict[str, bytes],
) -> None:
    digest = hashlib.sha256()
    kept = bytearray()
    try:
        with bundle.open(info) as source, out.begin(file.name, file.size) as into:
            for piece in pieces(source):
                digest.update(piece)
                into.write(piece)
                if file.name in TEXTS:
                    kept += piece
    except zipfile.BadZipFile as error:
        checked.faults.append(f"{file.name} cannot be read: {error}")
        return
    if digest.hexdigest() != file.sha256:
        checked.faults.append(f"{file.name} was changed: its digest is not the one that the listing names")
    if file.name in TEXTS:
        texts[file.name] = bytes(kept)


def _again(out: ZipWriter, name: str, data: bytes) -> None:
    with out.begin(name, len(data)) as into:
        into.write(data)


def _digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
