"""Canonical JSON: one byte form on phone and server (RFC 8785 over NFC text, integers only).

The sender makes the canonical string; the receiver hashes and stores the bytes it received and
never serialises them again. `strict_json` therefore only reads.
"""

import json
import re
import unicodedata
from typing import Any

MAX_INTEGER = 2**53 - 1
_UNWRITABLE = re.compile("[\0\ud800-\udfff]")
LONGEST_INTEGER = len("-9007199254740991")


class NotCanonical(ValueError):
    """The text or the value cannot stand in a canonical document."""


def canonical_json(value: Any) -> str:
    """The canonical text of `value`; raises NotCanonical for floats, huge integers and bad text."""
    return _write(_composed(value))


def verbatim_json(value: Any) -> str:
    """Like `canonical_json`, but texts stay as they are: for documents that carry other people's bytes inside."""
    return _write(value)


def _composed(value: Any) -> Any:
    """The same value with all its texts in NFC; raises NotCanonical when two member names become one."""
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, (list, tuple)):
        return [_composed(member) for member in value]
    if isinstance(value, dict):
        members = {_composed(name): _composed(member) for name, member in value.items()}
        if len(members) < len(value):
            raise NotCanonical("two members have one name")
        return members
    return value


def _write(value: Any) -> str:
    if value is None:
        return "null"
    if value is True:
        return "true"
    if value is False:
        return "false"
    if isinstance(value, int):
        return str(_checked_integer(value))
    if isinstance(value, str):
        return json.dumps(_checked_text(value), ensure_ascii=False)
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(map(_write, value)) + "]"
    if isinstance(value, dict):
        return _write_object(value)
    raise NotCanonical(f"a {type(value).__name__} has no canonical form")


def _write_object(value: dict[Any, Any]) -> str:
    if not all(isinstance(name, str) for name in value):
        raise NotCanonical("a member name must be text")
    # RFC 8785 sorts by UTF-16 code units, which differs from code points above the BMP.
    names = sorted(value, key=lambda name: name.encode("utf-16-be", "surrogatepass"))
    return "{" + ",".join(f"{_write(name)}:{_write(value[name])}" for name in names) + "}"


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
