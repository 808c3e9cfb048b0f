"""Personal data in free text (个人信息保护法 art. 28, 34).

What may not stand in a publication is masked before anybody sees the preview, and the reviewer sees where.
"""

import re
from collections.abc import Iterable

# Longer numbers first: an identity number holds what looks like a phone number.
_ID_CARD = re.compile(r"(?<![0-9])([1-9][0-9]{5})((?:18|19|20)[0-9]{8})([0-9][0-9Xx])(?![0-9])")
_MOBILE = re.compile(r"(?<![0-9])(1[3-9][0-9])([0-9]{4})([0-9]{4})(?![0-9])")
_LANDLINE = re.compile(r"(?<![0-9])(0[0-9]{2,3}[- ]?)([0-9]{3,4})([0-9]{4})(?![0-9])")
_PLATE = re.compile(
    r"([京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z])·?([A-Z0-9]{3,4})([A-Z0-9]{2})"
)
_MAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}")


def masked(text: str, names: Iterable[str] = ()) -> str:
    """The text with identity numbers, phones, plates, addresses of mail, and known names made unreadable."""
    text = _ID_CARD.sub(lambda m: m.group(1) + "*" * 12, text)
    text = _MOBILE.sub(r"\1****\3", text)
    text = _LANDLINE.sub(lambda m: f"{m.group(1)}{'*' * len(m.group(2))}{m.group(3)}", text)
    text = _PLATE.sub(lambda m: f"{m.group(1)}{'*' * len(m.group(2))}{m.group(3)}", text)
    text = _MAIL.sub("***", text)
    for name in sorted({name for name in names if len(name) > 1}, key=len, reverse=True):
        text = text.replace(name, masked_name(name))
    return text


def masked_name(name: str) -> str:
    """The family name and stars."""
    return name[0] + "*" * (len(name) - 1)


def masked_number(number: str | None) -> str | None:
    """A certificate number with its middle made unreadable."""
    if not number:
        return None
    keep = max(1, len(number) // 4)
    if len(number) <= 2 * keep:
        return "*" * len(number)
    return number[:keep] + "*" * (len(number) - 2 * keep) + number[-keep:]
