"""What can go wrong with printed documents."""

from suicha.kit.errors import Conflict, NotFound, RuleViolation, Unavailable


class DocumentUnknown(NotFound):
    """No such document, or none that the caller may know of."""

    code, title = "document_unknown", "没有找到这份文书"


class DocumentCodeUnknown(NotFound):
    """No document of this installation has the verification code."""

    code, title = "document_code_unknown", "没有这个核验码对应的文书，请核对后再输入"


class DocumentFactsMissing(RuleViolation):
    """Something that must stand on the paper was not entered; `missing` names each and where to enter it."""

    code, title = "document_facts_missing", "文书所需的内容还不完整"


class DocumentNotMade(NotFound):
    """Nothing of this kind was made about the thing, and a draft of this kind needs a step before it."""

    code, title = "document_not_made", "还没有制作这份文书"


class FactsNotKept(NotFound):
    """A paper from before facts were kept with it: the file itself is all that there is."""

    code, title = "document_facts_not_kept", "这份文书制作较早，没有保存排版内容，只能下载原文件"


class TemplateInvalid(RuleViolation):
    """A template that the bureau has changed cannot be typeset."""

    code, title = "document_template_invalid", "文书模板有误，请联系管理员"


class ScanNotAccepted(RuleViolation):
    """Not a scan: neither PDF nor JPEG nor PNG, or with something in it that does not belong there."""

    code, title = "scan_not_accepted", "这个文件不能作为扫描件"


class ScansFull(Conflict):
    """A paper has as many scans as it may have; `most`."""

    code, title = "scans_full", "这份文书的扫描件已经太多"


class GlyphMissing(RuleViolation):
    """The font has no picture for a character: better no document than one with an empty box in a name."""

    code, title = "document_glyph_missing", "文书中有字体不支持的字"


class FontsMissing(Unavailable):
    """The installation lacks the fonts: `make build` puts them in place."""

    code, title = "document_fonts_missing", "服务器缺少文书字体，请联系管理员"
