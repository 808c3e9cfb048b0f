"""The token of the enterprise's page, and when a page is closed.

A token is the id of a link and a signature over it (HMAC-SHA-256, RFC 2104, cut to 128 bits): nobody can guess one, and
what it opens is decided by the row: one order, until some time after its last deadline, until it is revoked.
"""

import base64
import binascii
import hashlib
import hmac
import uuid
from datetime import date, datetime, timedelta

_SIGNED_BYTES = 16
_ID_BYTES = 16
SESSION_LASTS = timedelta(hours=12)
# Between wrong tries of the four digits: none for three, then longer and longer.
_FREE_TRIES = 3
DIGITS = 4


def token_of(link_id: str, secret: bytes) -> str:
    """The token of a link; the same for the same link, so that a QR code can be printed again."""
    raw = uuid.UUID(link_id).bytes
    return _text(raw + _signature(raw, secret))


def link_of(token: str, secret: bytes) -> str | None:
    """The id of the link whose token this is; None for a guess, a forgery or a slip of the finger."""
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    if len(raw) != _ID_BYTES + _SIGNED_BYTES or _text(raw) != token:
        return None
    link, signature = raw[:_ID_BYTES], raw[_ID_BYTES:]
    if not hmac.compare_digest(signature, _signature(link, secret)):
        return None
    return str(uuid.UUID(bytes=link))


def _signature(raw: bytes, secret: bytes) -> bytes:
    return hmac.new(secret, b"suicha/enterprise-link/" + raw, hashlib.sha256).digest()[:_SIGNED_BYTES]


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def expires_on(last_due_on: date, days_after_deadline: int) -> date:
    """The last day on which a page can be opened."""
    return last_due_on + timedelta(days=days_after_deadline)


def last_digits(*phones: str | None) -> frozenset[str]:
    """The last four digits of the registered numbers, any of which opens the page."""
    digits = ("".join(sign for sign in phone or "" if sign.isdigit()) for phone in phones)
    return frozenset(number[-DIGITS:] for number in digits if len(number) >= 2 * DIGITS - 1)


def wait_after_wrong(tries: int, last: datetime | None, *, now: datetime) -> timedelta:
    """How long the next try of the digits must wait: none for three wrong ones, then 10, 20, 40 … s, at most 15 min."""
    if tries < _FREE_TRIES or last is None:
        return timedelta(0)
    wait = min(timedelta(seconds=10 * 2 ** (tries - _FREE_TRIES)), timedelta(minutes=15))
    return max(timedelta(0), last + wait - now)
