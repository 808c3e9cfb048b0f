"""Reading JSON bodies as they arrive: bounded before and after unzipping."""

import json
import zlib
from collections.abc import AsyncIterable, Mapping
from typing import Any

from suicha.kit.errors import BadRequest, TooLarge, WrongMediaType


class BadJson(BadRequest):
    """The body is not JSON in UTF-8."""

    code, title = "bad_json", "请求不是有效的 JSON"


class NotJson(WrongMediaType):
    """The route takes application/json, plain or gzipped."""

    code, title = "json_expected", "请求内容须为 JSON"


async def read_json(
    chunks: AsyncIterable[bytes], headers: Mapping[str, str], *, most_bytes: int, too_large: type[TooLarge] = TooLarge
) -> Any:
    """The JSON of a body; raises NotJson, `too_large` or BadJson without reading more than it may."""
    content_type, content_encoding = headers.get("content-type", ""), headers.get("content-encoding", "")
    if content_type.partition(";")[0].strip().lower() != "application/json":
        raise NotJson(content_type=content_type[:80])
    if content_encoding not in ("", "identity", "gzip"):
        raise NotJson(content_encoding=content_encoding[:40])
    raw = await _gather(chunks, most_bytes, too_large)
    if content_encoding == "gzip":
        raw = _unzip(raw, most_bytes, too_large)
    try:
        return json.loads(raw.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise BadJson from error


async def _gather(chunks: AsyncIterable[bytes], most_bytes: int, too_large: type[TooLarge]) -> bytes:
    body = bytearray()
    async for chunk in chunks:
        body += chunk
        if len(body) > most_bytes:
            raise too_large(most_bytes=most_bytes)
    return bytes(body)


def _unzip(zipped: bytes, most_bytes: int, too_large: type[TooLarge]) -> bytes:
    inflater = zlib.decompressobj(wbits=31)
    try:
        plain = inflater.decompress(zipped, most_bytes + 1)
    except zlib.error as error:
        raise BadJson from error
    if len(plain) > most_bytes:
        raise too_large(most_bytes=most_bytes)
    if not inflater.eof:
        raise BadJson
    return plain
