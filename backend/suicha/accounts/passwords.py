"""Password hashes (argon2id, RFC 9106) and session tokens; the slow part runs in a thread."""

import asyncio
import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from suicha.kit.digest import sha256_hex

_USUAL = PasswordHasher()
_LIGHT = PasswordHasher(time_cost=1, memory_cost=256, parallelism=1)
# Without i, l, o, 0 and 1.
_READABLE = "abcdefghjkmnpqrstuvwxyz23456789"


def hash_password(password: str, *, is_light: bool = False) -> str:
    """The hash to store; `is_light` is for demo rounds and tests, where hundreds are made at once."""
    return (_LIGHT if is_light else _USUAL).hash(password)


async def hash_of(password: str, *, is_light: bool = False) -> str:
    """The hash to store, made beside the event loop."""
    return await asyncio.to_thread(hash_password, password, is_light=is_light)


def first_password() -> str:
    """A password to hand over by word of mouth: 12 signs that are not mistaken for each other, about 59 bits."""
    return "-".join("".join(secrets.choice(_READABLE) for _ in range(4)) for _ in range(3))


async def is_password(password: str, password_hash: str | None) -> bool:
    """True when the password belongs to the hash; takes its time for an unknown account too."""
    return await asyncio.to_thread(_verify, password, password_hash)


@cache
def _nobody() -> str:
    """Verified when the name is unknown, so that an unknown name takes as long as a wrong password."""
    return _USUAL.hash("nobody has this password")


def _verify(password: str, password_hash: str | None) -> bool:
    try:
        return _USUAL.verify(password_hash or _nobody(), password) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False


def new_token() -> tuple[str, str]:
    """A bearer token of 256 random bits, and the digest under which it is known here."""
    token = secrets.token_urlsafe(32)
    return token, sha256_hex(token)
