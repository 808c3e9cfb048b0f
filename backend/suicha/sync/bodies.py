"""Reading JSON bodies as they arrive: bounded before and after unzipping."""

import json
import zlib
from collections.abc import AsyncIterable
from typing import Any

from suicha.sync.errors import BadJson, BatchTooLarge, NotJson

MAX_JSON_BYTES = 512 * 1024


async def read_json(chunks: AsyncIterable[bytes], *, content_type: str, content_encoding: str) -> Any:
    """The JSON of a body; raises NotJson, BatchTooLarge or BadJson without reading more than it may."""
    if content_type.partition(";")[0].strip().lower() != "application/json":
        raise NotJson(content_type=content_type[:80])
    if content_encoding not in ("", "identity", "gzip"):
        raise NotJson(content_encoding=content_encoding[:40])
    raw = await _gather(chunks)
    if content_encoding == "gzip":
        raw = _unzip(raw)
    try:
        return json.loads(raw.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise BadJson from error


async def _gather(chunks: AsyncIterable[bytes]) -> bytes:
    body = bytearray()
    async for chunk in chunks:
        body += chunk
        if len(body) > MAX_JSON_BYTES:
            raise BatchTooLarge(most_bytes=MAX_JSON_BYTES)
    return bytes(body)


def _unzip(zipped: bytes) -> bytes:
    inflater = zlib.decompressobj(wbits=31)
    try:
        plain = inflater.decompress(zipped, MAX_JSON_BYTES + 1)
    except zlib.error as error:
        raise BadJson from error
    if len(plain) > MAX_JSON_BYTES:
        raise BatchTooLarge(most_bytes=MAX_JSON_BYTES)
    if not inflater.eof:
        raise BadJson
    return plain
