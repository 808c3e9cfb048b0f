"""`/api/sync/v1/blobs/{sha256}`: bytes come in and go out (sync-protocol 0.8).

Bodies are read as they arrive and counted on the way, so nobody can make the server hold more than the limit.
"""

from typing import Annotated, Any

from litestar import Controller, Request, Response, get, head, patch, put
from litestar.di import NamedDependency
from litestar.exceptions import InternalServerException
from litestar.params import FromPath, FromQuery, HeaderParameter
from litestar.response import Stream

from suicha.accounts.guards import signed_in
from suicha.accounts.queries import Caller
from suicha.evidence.custody import Custody
from suicha.evidence.errors import BlobTooLarge, BlobUnknown, UploadInterrupted
from suicha.evidence.rules import MAX_CHUNK_BYTES, MAX_WHOLE_BYTES, Size, byte_range
from suicha.evidence.schemas import ChunkHeaders, check_name, content_headers, progress_headers
from suicha.kit.clock import utc_now
from suicha.kit.ids import is_sha256_text

NAMES = {Size.THUMB: "thumb.jpg", Size.VIEW: "view.jpg", Size.ORIGINAL: "original"}


class BlobsController(Controller):
    """Evidence by its SHA-256."""

    path = "/api/sync/v1/blobs"
    tags = ["evidence"]

    @head("/{sha256:str}", operation_id="blobProgress", opt=signed_in())
    async def progress(
        self, sha256: FromPath[str], custody: NamedDependency[Custody], caller: NamedDependency[Caller]
    ) -> Response[None]:
        """How far the upload has come; 404 also for what the caller may not know of."""
        _must_be_a_name(sha256)
        progress = await custody.progress(caller.id, sha256)
        return Response(None, headers=progress_headers(progress))

    @patch("/{sha256:str}", operation_id="uploadChunk", status_code=204, opt=signed_in(), request_max_body_size=None)
    async def chunk(
        self,
        request: Request[Any, Any, Any],
        sha256: FromPath[str],
        custody: NamedDependency[Custody],
        caller: NamedDependency[Caller],
        upload_offset: Annotated[str | None, HeaderParameter(name="Upload-Offset")] = None,
        upload_length: Annotated[str | None, HeaderParameter(name="Upload-Length")] = None,
        upload_checksum: Annotated[str | None, HeaderParameter(name="Upload-Checksum")] = None,
    ) -> Response[None]:
        """Take the next 1 B to 2 MiB; what is acknowledged survives the loss of the server."""
        headers = ChunkHeaders.read(
            sha256,
            content_type=request.headers.get("content-type"),
            offset=upload_offset,
            length=upload_length,
            checksum=upload_checksum,
        )
        data = await _read_body(request, MAX_CHUNK_BYTES)
        progress = await custody.take_chunk(caller.id, headers.with_bytes(data), now=utc_now())
        return Response(None, status_code=204, headers=progress_headers(progress))

    @put("/{sha256:str}", operation_id="uploadBlob", status_code=201, opt=signed_in(), request_max_body_size=None)
    async def whole(
        self,
        request: Request[Any, Any, Any],
        sha256: FromPath[str],
        custody: NamedDependency[Custody],
        caller: NamedDependency[Caller],
    ) -> Response[None]:
        """Take a blob of up to 8 MiB in one piece: 201, or 204 when the caller had it here already."""
        check_name(sha256)
        data = await _read_body(request, MAX_WHOLE_BYTES)
        is_new = await custody.take_whole(caller.id, sha256, data, now=utc_now())
        return Response(None, status_code=201 if is_new else 204)

    @get("/{sha256:str}", operation_id="readBlob", opt=signed_in())
    async def read(
        self,
        request: Request[Any, Any, Any],
        sha256: FromPath[str],
        custody: NamedDependency[Custody],
        caller: NamedDependency[Caller],
        size: FromQuery[Size] = Size.ORIGINAL,
    ) -> Stream:
        """The original, its viewing copy or its thumbnail, for those who take part in a visit that refers to it."""
        _must_be_a_name(sha256)
        opened = await custody.open(caller.id, sha256, size)
        asked = byte_range(request.headers.get("range"), opened.size_bytes)
        start, end = asked or (0, opened.size_bytes - 1)
        pieces = await custody.read(opened, start=start, length=end - start + 1)
        headers = content_headers(sha256, opened.content_type, name=NAMES[size])
        headers["Content-Length"] = str(end - start + 1)
        if asked:
            headers["Content-Range"] = f"bytes {start}-{end}/{opened.size_bytes}"
        return Stream(pieces, headers=headers, media_type=headers["Content-Type"], status_code=206 if asked else 200)


def _must_be_a_name(sha256: str) -> None:
    if not is_sha256_text(sha256):
        raise BlobUnknown


async def _read_body(request: Request[Any, Any, Any], limit: int) -> bytes:
    if (request.content_length or 0) > limit:
        raise BlobTooLarge(max_bytes=limit)
    data = bytearray()
    try:
        async for piece in request.stream():
            data += piece
            if len(data) > limit:
                raise BlobTooLarge(max_bytes=limit)
    except InternalServerException as error:
        # Litestar's word for a phone that went into a tunnel; no fault of the server.
        raise UploadInterrupted from error
    return bytes(data)
