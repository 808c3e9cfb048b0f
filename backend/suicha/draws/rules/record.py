"""The record of a draw: its bytes, digests and seed (docs/draw.md sections 2 and 3)."""

from typing import Any, Literal

from suicha.draws.rules.run import run_draw
from suicha.kit.canonical import canonical_json, strict_json
from suicha.kit.digest import sha256_hex

Purpose = Literal["official", "rehearsal"]


def digest_of(value: dict[str, Any]) -> str:
    """SHA-256 of the canonical form."""
    return sha256_hex(canonical_json(value).encode())


def pool_digest(pool: dict[str, Any]) -> str:
    """What is shown when the pool is frozen."""
    return digest_of(pool)


def commitment_of(frozen: str, official: str, secret: str) -> str:
    """What an official hands in before the public value exists; `frozen` is the digest of the pool."""
    return sha256_hex(f"suicha-commitment/1\n{frozen}\n{official}\n{secret}")


def seed_of(frozen: str, randomness: dict[str, Any]) -> str:
    """The seed binds the pool and everything that was committed, thrown and revealed."""
    return digest_of({"pool": frozen, "randomness": randomness})


def make_record(pool: dict[str, Any], randomness: dict[str, Any], *, purpose: Purpose) -> dict[str, Any]:
    """Draw, and seal what was drawn; raises PoolInvalid or DrawInfeasible."""
    # The canonical form is what counts: texts in NFC, whatever the rosters held.
    pool, randomness = strict_json(canonical_json(pool)), strict_json(canonical_json(randomness))
    frozen = pool_digest(pool)
    seed = seed_of(frozen, randomness)
    is_replacement = pool.get("format") == "suicha-replacement-pool/1"
    record = {
        "format": "suicha-replacement/1" if is_replacement else "suicha-draw/1",
        "purpose": purpose,
        "pool": pool,
        "pool_digest": frozen,
        "randomness": randomness,
        "seed": seed,
        "result": run_draw(pool, seed),
    }
    return {**record, "digest": digest_of(record)}


def record_bytes(record: dict[str, Any]) -> bytes:
    """The file: the canonical form and nothing else."""
    return canonical_json(record).encode()
