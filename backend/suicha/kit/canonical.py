"""Canonical JSON: one byte form on phone and server (RFC 8785 over NFC text, integers only).

The sender makes the canonical string; the receiver hashes and stores the bytes it received and
never serialises them again. `strict_json` therefore only reads.
"""

import json
import re
import unicodedata
from collections.abc import Callable
from typing import Any

MAX_INTEGER = 2**53 - 1
_UNWRITABLE = re.compile("[\0\ud800-\udfff]")
LONGEST_INTEGER = len("-9007199254740991")


class NotCanonical(ValueError):
    """The text or the value cannot stand in a canonical document."""


def canonical_json(value: Any) -> str:
    """The canonical text of `value`; raises NotCanonical for floats, huge integers and bad text."""
    return _write(_checked(value, _in_nfc))


def verbatim_json(value: Any) -> str:
    """Like `canonical_json`, but texts stay as they are: for documents that carry other people's bytes inside."""
    return _write(_checked(value, _as_it_is))


def _in_nfc(text: str) -> str:
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def _as_it_is(text: str) -> str:
    return text


def _checked(value: Any, form: Callable[[str], str]) -> Any:
    """The same value with all its texts in one form, if it can stand in a canonical document."""
    if value is None or value is True or value is False:
        return value
    if isinstance(value, str):
        return _checked_text(form(value))
    if isinstance(value, int):
        return _checked_integer(value)
    if isinstance(value, (list, tuple)):
        return [_checked(member, form) for member in value]
    if isinstance(value, dict):
        return _checked_object(value, form)
    raise NotCanonical(f"a {type(value).__name__} has no canonical form")


def _checked_object(value: dict[Any, Any], form: Callable[[str], str]) -> dict[str, Any]:
    if not all(isinstance(name, str) for name in value):
        raise NotCanonical("a member name must be text")
    members = {_checked_text(form(name)): _checked(member, form) for name, member in value.items()}
    if len(members) < len(value):
        raise NotCanonical("two members have one name")
    # RFC 8785 sorts by UTF-16 code units, which differs from code points above the BMP only.
    is_plain = all(map(str.isascii, members))
    return {name: members[name] for name in sorted(members, key=None if is_plain else _utf16)}


def _utf16(name: str) -> bytes:
    return name.encode("utf-16-be")


def _write(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _checked_integer(value: int) -> int:
    if abs(value) > MAX_INTEGER:
        raise NotCanonical("an integer of magnitude 2^53 or more")
    return value


def _checked_text(text: str) -> str:
    if _UNWRITABLE.search(text):
        raise NotCanonical("U+0000 or a lone surrogate in a text")
    return text


def strict_json(raw: bytes | str) -> Any:
    """Read JSON that a canonical document may hold; raises NotCanonical for everything else.

    Refuses what sync-protocol 0.2 calls malformed: not UTF-8, not JSON, duplicate keys, a float,
    an integer of magnitude >= 2^53, U+0000 or a lone surrogate.
    """
    try:
        text = raw.decode("utf-8") if isinstance(raw, bytes) else raw
        text.encode("utf-8")
        value = json.loads(
            text,
            object_pairs_hook=_unique_members,
            parse_float=_refuse_float,
            parse_int=_read_integer,
            parse_constant=_refuse_float,
        )
        _check_texts(value)
    except NotCanonical:
        raise
    except (UnicodeError, ValueError, RecursionError) as error:
        raise NotCanonical(str(error)) from error
    return value


def _unique_members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise NotCanonical("duplicate keys")
    return members


def _refuse_float(text: str) -> Any:
    raise NotCanonical(f"a number that is not an integer: {text[:20]}")


def _read_integer(text: str) -> int:
    if len(text) > LONGEST_INTEGER:
        raise NotCanonical("an integer of magnitude 2^53 or more")
    return _checked_integer(int(text))


def _check_texts(value: Any) -> None:
    if isinstance(value, str):
        _checked_text(value)
    elif isinstance(value, list):
        for member in value:
            _check_texts(member)
    elif isinstance(value, dict):
        for name, member in value.items():
            _checked_text(name)
            _check_texts(member)
