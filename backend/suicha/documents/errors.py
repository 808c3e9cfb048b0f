"""What can go wrong with printed documents."""

from suicha.kit.errors import NotFound, RuleViolation, Unavailable


class DocumentUnknown(NotFound):
    """No such document, or none that the caller may know of."""

    code, title = "document_unknown", "没有找到这份文书"


class GlyphMissing(RuleViolation):
    """The font has no picture for a character: better no document than one with an empty box in a name."""

    code, title = "document_glyph_missing", "文书中有字体不支持的字"


class FontsMissing(Unavailable):
    """The installation lacks the fonts: `make build` puts them in place."""

    code, title = "document_fonts_missing", "服务器缺少文书字体，请联系管理员"
