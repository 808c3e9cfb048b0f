"""What can go wrong with printed documents."""

from suicha.kit.errors import NotFound, RuleViolation, Unavailable


class DocumentUnknown(NotFound):
    """No such document, or none that the caller may know of."""

    code, title = "document_unknown", "没有找到这份文书"


class DocumentCodeUnknown(NotFound):
    """No document of this installation has the verification code."""

    code, title = "document_code_unknown", "没有这个核验码对应的文书，请核对后再输入"


class DocumentFactsMissing(RuleViolation):
    """Something that must stand on the paper was not entered; `missing` names each and where to enter it."""

    code, title = "document_facts_missing", "文书所需的内容还不完整"


class TemplateInvalid(RuleViolation):
    """A template that the bureau has changed cannot be typeset."""

    code, title = "document_template_invalid", "文书模板有误，请联系管理员"


class ScanNotAccepted(RuleViolation):
    """Not a scan: neither PDF nor JPEG nor PNG, or with something in it that does not belong there."""

    code, title = "scan_not_accepted", "这个文件不能作为扫描件"


class GlyphMissing(RuleViolation):
    """The font has no picture for a character: better no document than one with an empty box in a name."""

    code, title = "document_glyph_missing", "文书中有字体不支持的字"


class FontsMissing(Unavailable):
    """The installation lacks the fonts: `make build` puts them in place."""

    code, title = "document_fonts_missing", "服务器缺少文书字体，请联系管理员"
