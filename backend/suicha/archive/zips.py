"""The form of a bundle: a ZIP without compression, in which every byte is fixed by the files and their order.

Because it is, a bundle can be checked byte by byte: it is written again from what was read, and compared.
"""

import io
import stat
import zipfile
from collections.abc import Iterator
from typing import IO, Any, BinaryIO, Protocol, Self

PIECE = 256 * 1024
_YEAR_ZERO = (1980, 1, 1, 0, 0, 0)


class Sink(Protocol):
    """Where bytes go, one after the other."""

    def write(self, data: bytes, /) -> int:
        """Take all of them."""

    def flush(self) -> None:
        """Nothing is held back."""


class _OneWay(io.RawIOBase):
    """Cannot seek, so that sizes stand behind each file and nothing that was written is touched again."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self.is_abandoned = False

    def write(self, data: Any, /) -> int:
        return len(data) if self.is_abandoned else self._sink.write(bytes(data))

    def tell(self) -> int:
        raise OSError("one way only")


class ZipWriter:
    """Writes one file after the other; the directory follows when the block ends as it should."""

    def __init__(self, sink: Sink) -> None:
        """Nothing is written yet."""
        self._out = _OneWay(sink)
        self._zip = zipfile.ZipFile(self._out, "w", zipfile.ZIP_STORED, allowZip64=False)

    def __enter__(self) -> Self:
        """Write inside the block."""
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """After a failure nothing more is written."""
        self._out.is_abandoned = kind is not None
        self._zip.close()

    def begin(self, name: str, size: int) -> BinaryIO:
        """A file of exactly that size; close it before the next."""
        info = zipfile.ZipInfo(name, _YEAR_ZERO)
        info.create_system, info.create_version, info.extract_version = 3, 20, 20
        info.external_attr = (stat.S_IFREG | 0o644) << 16
        info.file_size = size
        return self._zip.open(info, "w")  # type: ignore[return-value]


class Compared:
    """A sink that writes nothing and compares with a file."""

    def __init__(self, file: BinaryIO) -> None:
        """From the beginning of the file."""
        self._file = file
        self.at = 0
        self.first_difference: int | None = None

    def write(self, data: bytes, /) -> int:
        """Compare the next bytes."""
        if self.first_difference is None and self._file.read(len(data)) != data:
            self.first_difference = self.at
        self.at += len(data)
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def is_same(self) -> bool:
        """True when everything was equal and nothing is left over."""
        return self.first_difference is None and self._file.read(1) == b""


def pieces(file: IO[bytes]) -> Iterator[bytes]:
    """What is left of a file, a piece at a time."""
    while piece := file.read(PIECE):
        yield piece
