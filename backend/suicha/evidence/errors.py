"""What can go wrong with bytes and with pictures."""

from suicha.kit.errors import BadRequest, Conflict, DomainError, NotFound, RuleViolation, TooLarge, WrongMediaType


class BlobUnknown(NotFound):
    """There is no such blob, or the caller may not know that there is."""

    code, title = "blob_unknown", "没有找到该文件"


class BadUpload(BadRequest):
    """A header is missing, or the numbers do not fit together."""

    code, title = "bad_upload", "上传请求格式不正确"


class UploadInterrupted(BadRequest):
    """The connection broke before all announced bytes were here."""

    code, title = "upload_interrupted", "上传中断，请继续上传"


class WrongOffset(Conflict):
    """The chunk does not start where the server stands; the header tells where that is."""

    code, title = "upload_offset_mismatch", "上传位置不一致，请从服务器告知的位置继续"

    def __init__(self, offset: int, length: int) -> None:
        """`offset` bytes of `length` are durable here."""
        super().__init__(upload_offset=offset, upload_length=length)
        self.http_headers = {"Upload-Offset": str(offset), "Upload-Length": str(length)}


class BadChunk(DomainError):
    """The bytes of the chunk are not those whose digest was announced; nothing was kept of it."""

    code, title = "upload_checksum_mismatch", "分片校验失败，请重新发送该分片"
    # The status that tus 1.0 gives to a checksum mismatch; no family of ours has it.
    http_status = 460


class BlobMismatch(RuleViolation):
    """All bytes are here and their digest is another one; the upload starts again at 0."""

    code, title = "blob_mismatch", "文件内容与其哈希不一致，请重新上传"


class BlobTooLarge(TooLarge):
    """More bytes than a blob, a chunk or a whole upload may have."""

    code, title = "blob_too_large", "文件超过大小限制"


class NotAChunk(WrongMediaType):
    """A chunk comes as `application/offset+octet-stream`."""

    code, title = "chunk_media_type", "分片的内容类型不正确"


class BadRange(DomainError):
    """The asked range lies outside the bytes."""

    code, title = "bad_range", "请求的范围不在文件之内"
    http_status = 416

    def __init__(self, size: int) -> None:
        """`size` is what the ranges must fit into."""
        super().__init__(size=size)
        self.http_headers = {"Content-Range": f"bytes */{size}"}


class DerivativePending(NotFound):
    """The viewing copy will be there in a moment."""

    code, title = "derivative_pending", "预览图正在生成，请稍后再试"


class DerivativeFailed(NotFound):
    """There is no viewing copy, and there will be none; the original is kept as it is."""

    code, title = "derivative_failed", "该文件无法生成预览图，原件已完整保存"


class ImageRefused(RuleViolation):
    """No picture that we can show."""

    code, title = "image_refused", "该图片无法显示"


class ImageFormatRefused(ImageRefused):
    """Not one of the formats that phones and cameras make."""

    code, title = "image_format_refused", "不支持的图片格式，仅支持 JPEG、PNG、WebP、HEIC"


class ImageTooLarge(ImageRefused):
    """More pixels or more bytes than we are ready to unpack."""

    code, title = "image_too_large", "图片尺寸过大，无法生成预览图"


class ImageBroken(ImageRefused):
    """It begins like a picture and is not one to the end."""

    code, title = "image_broken", "图片已损坏或不完整"
