"""Multipart bodies as they arrive: fields are short, the one file goes to disk piece by piece, and all is counted."""

import asyncio
import contextlib
import hashlib
import tempfile
from collections.abc import AsyncIterable, AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from python_multipart.multipart import MultipartParser, parse_options_header

from suicha.kit.errors import BadRequest, TooLarge, WrongMediaType

_FIELD_BYTES, _FIELDS, _OVERHEAD_BYTES = 2000, 20, 16_384


class MultipartExpected(WrongMediaType):
    """The route takes multipart/form-data."""

    code, title = "multipart_expected", "请求内容须为 multipart/form-data"


class BadMultipart(BadRequest):
    """The body is not well-formed multipart, or has more fields than the route takes."""

    code, title = "bad_multipart", "上传内容的格式不正确"


class UploadTooLarge(TooLarge):
    """The file has more bytes than the route takes; `most_bytes`."""

    code, title = "upload_too_large", "上传的文件太大"


@dataclass
class Upload:
    """The fields, and the file on disk with its size and digest."""

    path: Path
    fields: dict[str, str] = field(default_factory=dict)
    file_name: str = ""
    size_bytes: int = 0
    sha256: str = ""


@dataclass
class _Part:
    name: str = ""
    file_name: str | None = None
    data: bytearray = field(default_factory=bytearray)


class _Reader:
    """Callbacks of the parser: it pushes, we count and write."""

    def __init__(self, upload: Upload, most_bytes: int) -> None:
        self.upload = upload
        self.most_bytes = most_bytes
        self.pending = bytearray()
        self._digest = hashlib.sha256()
        self._part = _Part()
        self._header = [bytearray(), bytearray()]
        self._has_file = False

    def callbacks(self) -> dict[str, Any]:
        return {
            "on_part_begin": self._begin,
            "on_header_field": lambda data, start, end: self._header[0].extend(data[start:end]),
            "on_header_value": lambda data, start, end: self._header[1].extend(data[start:end]),
            "on_header_end": self._end_header,
            "on_part_data": self._take,
            "on_part_end": self._end,
        }

    def _begin(self) -> None:
        self._part = _Part()

    def _end_header(self) -> None:
        name, value = (bytes(part) for part in self._header)
        self._header = [bytearray(), bytearray()]
        if name.lower() != b"content-disposition":
            return
        _, options = parse_options_header(value)
        self._part.name = options.get(b"name", b"").decode("utf-8", "replace")
        if b"filename" in options:
            if self._has_file:
                raise BadMultipart("one file at a time")
            self._has_file = True
            self._part.file_name = options[b"filename"].decode("utf-8", "replace")

    def _take(self, data: bytes, start: int, end: int) -> None:
        piece = data[start:end]
        if self._part.file_name is None:
            self._part.data += piece
            if len(self._part.data) > _FIELD_BYTES:
                raise BadMultipart("a field is too long")
            return
        self.upload.size_bytes += len(piece)
        if self.upload.size_bytes > self.most_bytes:
            raise UploadTooLarge(most_bytes=self.most_bytes)
        self._digest.update(piece)
        self.pending += piece

    def _end(self) -> None:
        if self._part.file_name is not None:
            self.upload.file_name = self._part.file_name
            self.upload.sha256 = self._digest.hexdigest()
            return
        if len(self.upload.fields) >= _FIELDS:
            raise BadMultipart("too many fields")
        self.upload.fields[self._part.name] = self._part.data.decode("utf-8", "replace")


@asynccontextmanager
async def received(
    chunks: AsyncIterable[bytes], headers: Mapping[str, str], *, most_bytes: int
) -> AsyncIterator[Upload]:
    """The body of a request, its file on disk until the block ends.

    Raises MultipartExpected, BadMultipart, or UploadTooLarge as soon as that is known: nothing is held in memory.
    """
    kind, options = parse_options_header(headers.get("content-type", ""))
    boundary = options.get(b"boundary")
    if kind != b"multipart/form-data" or not boundary:
        raise MultipartExpected
    length = headers.get("content-length", "")
    if length.isdigit() and int(length) > most_bytes + _OVERHEAD_BYTES + _FIELDS * _FIELD_BYTES:
        raise UploadTooLarge(most_bytes=most_bytes)
    with tempfile.NamedTemporaryFile(prefix="suicha-upload-", delete=False) as file:
        path = Path(file.name)
        try:
            upload = Upload(path)
            reader = _Reader(upload, most_bytes)
            parser = MultipartParser(boundary, reader.callbacks())  # type: ignore[arg-type]
            async for chunk in chunks:
                _feed(parser, chunk)
                if reader.pending:
                    await asyncio.to_thread(file.write, bytes(reader.pending))
                    reader.pending.clear()
            _feed(parser, None)
            file.flush()
            yield upload
        finally:
            with contextlib.suppress(OSError):
                path.unlink()


def _feed(parser: MultipartParser, chunk: bytes | None) -> None:
    try:
        if chunk is None:
            parser.finalize()
        else:
            parser.write(chunk)
    except (ValueError, UnicodeError) as error:
        raise BadMultipart from error
