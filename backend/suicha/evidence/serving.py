"""Bytes of strangers, shown so that they can do no harm. Who may see them was decided before."""

import secrets

from litestar.response import Stream
from sqlalchemy.ext.asyncio import AsyncSession

from suicha.evidence import queries
from suicha.evidence.custody import picture
from suicha.evidence.errors import BlobUnknown
from suicha.evidence.rules import Size, original_key
from suicha.infra.blobs import BlobStore


async def shown(session: AsyncSession, blobs: BlobStore, sha256: str, size: Size) -> Stream:
    """A picture in the asked size, anything else as it is, to be saved; raises BlobUnknown or DerivativePending."""
    blob = await queries.verified_blob(session, sha256)
    if blob is None:
        raise BlobUnknown
    is_picture = blob.content_type.startswith("image/")
    key, kind = original_key(sha256), blob.content_type
    if is_picture and size is not Size.ORIGINAL:
        opened = await picture(session, blob, size)
        key, kind = opened.key, opened.content_type
    way = "inline" if is_picture else "attachment"
    headers = {
        "Cache-Control": "private, max-age=3600",
        "X-Content-Type-Options": "nosniff",
        # A hostile file that got through must not become a page of ours.
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Content-Disposition": f'{way}; filename="{secrets.token_hex(4)}"',
    }
    return Stream(blobs.stream(key), media_type=kind, headers=headers)
