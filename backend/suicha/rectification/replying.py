"""Files of a department's reply, shown to the department and to the office."""

from urllib.parse import quote

from litestar.response import Stream

from suicha.evidence.rules import original_key
from suicha.infra.blobs import BlobStore
from suicha.rectification.tables import ReplyFile


def reply_file_stream(blobs: BlobStore, row: ReplyFile) -> Stream:
    """The file as it was sent, to be saved: a file of a stranger never opens as a page of ours."""
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(row.name)}",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, max-age=3600",
    }
    return Stream(blobs.stream(original_key(row.sha256)), media_type=row.content_type, headers=headers)
