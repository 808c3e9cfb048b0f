"""One frozen Settings, read from the environment once at start."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


class BadSettings(ValueError):
    """The environment does not make sense; the message says which variable and why."""


@dataclass(frozen=True)
class S3Settings:
    """Where the MinIO (or any S3) store is, and the keys to it."""

    endpoint: str
    access_key: str
    secret_key: str
    bucket: str
    is_secure: bool


@dataclass(frozen=True)
class Settings:
    """Everything a process must know before it starts."""

    data_dir: Path
    database_url: str
    checklists_dir: Path
    pwa_dir: Path
    host: str = "127.0.0.1"
    port: int = 8000
    s3: S3Settings | None = None
    public_url: str | None = None
    has_scheduler: bool = True
    argon2_is_light: bool = False
    cookie_is_secure: bool = False
    session_hours: int = 24 * 14
    notice_urls_file: Path | None = None
    link_secret: str | None = None
    templates_dir: Path | None = None
    agency: str | None = None

    @property
    def base_url(self) -> str:
        """Where people reach this installation: what stands in links and QR codes."""
        return self.public_url or f"http://{self.host}:{self.port}"

    @property
    def is_sqlite(self) -> bool:
        """True while the embedded database is used."""
        return self.database_url.startswith("sqlite")


HIGHEST_PORT = 65535
PROJECT_DIR = Path(__file__).resolve().parents[3]


def settings_from_environment(environ: Mapping[str, str] | None = None) -> Settings:
    """Read `SUICHA_*`, `HOST` and `PORT`; raises BadSettings with a sentence that names the variable."""
    env = os.environ if environ is None else environ
    data_dir = Path(env.get("SUICHA_DATA_DIR") or PROJECT_DIR / "storage" / "data").resolve()
    return Settings(
        data_dir=data_dir,
        database_url=_database_url(env, data_dir),
        checklists_dir=Path(env.get("SUICHA_CHECKLISTS_DIR") or PROJECT_DIR / "checklists").resolve(),
        pwa_dir=Path(env.get("SUICHA_PWA_DIR") or PROJECT_DIR / "pwa" / "dist").resolve(),
        host=env.get("HOST") or "127.0.0.1",
        port=_port(env.get("PORT") or "8000"),
        s3=_s3(env),
        public_url=(env.get("SUICHA_PUBLIC_URL") or "").rstrip("/") or None,
        has_scheduler=env.get("SUICHA_SCHEDULER", "embedded") == "embedded",
        notice_urls_file=Path(env["SUICHA_NOTICE_URLS_FILE"]) if env.get("SUICHA_NOTICE_URLS_FILE") else None,
        link_secret=_link_secret(env),
        templates_dir=Path(env["SUICHA_TEMPLATES_DIR"]).resolve() if env.get("SUICHA_TEMPLATES_DIR") else None,
        agency=env.get("SUICHA_AGENCY") or None,
        cookie_is_secure=(env.get("SUICHA_PUBLIC_URL") or "").startswith("https://"),
    )


SHORTEST_SECRET = 32


def _link_secret(env: Mapping[str, str]) -> str | None:
    secret = env.get("SUICHA_LINK_SECRET") or None
    if secret is not None and len(secret) < SHORTEST_SECRET:
        raise BadSettings(f"SUICHA_LINK_SECRET must have at least {SHORTEST_SECRET} characters")
    return secret


def _database_url(env: Mapping[str, str], data_dir: Path) -> str:
    url = env.get("SUICHA_DATABASE_URL") or f"sqlite+aiosqlite:///{data_dir / 'suicha.db'}"
    for plain, driver in (
        ("postgres://", "postgresql+asyncpg://"),
        ("postgresql://", "postgresql+asyncpg://"),
        ("sqlite://", "sqlite+aiosqlite://"),
    ):
        if url.startswith(plain):
            return driver + url.removeprefix(plain)
    if not url.startswith(("postgresql+asyncpg://", "sqlite+aiosqlite://")):
        raise BadSettings("SUICHA_DATABASE_URL must start with postgresql:// or sqlite://")
    return url


def _port(text: str) -> int:
    if not text.isdigit() or not 0 < int(text) <= HIGHEST_PORT:
        raise BadSettings(f"PORT must be a number from 1 to 65535, not {text!r}")
    return int(text)


def _s3(env: Mapping[str, str]) -> S3Settings | None:
    endpoint = env.get("SUICHA_S3_ENDPOINT")
    if not endpoint:
        return None
    missing = [name for name in ("SUICHA_S3_ACCESS_KEY", "SUICHA_S3_SECRET_KEY") if not env.get(name)]
    if missing:
        raise BadSettings(f"SUICHA_S3_ENDPOINT is set, so {' and '.join(missing)} must be set too")
    return S3Settings(
        endpoint=endpoint.removeprefix("https://").removeprefix("http://").rstrip("/"),
        access_key=env["SUICHA_S3_ACCESS_KEY"],
        secret_key=env["SUICHA_S3_SECRET_KEY"],
        bucket=env.get("SUICHA_S3_BUCKET") or "suicha-evidence",
        is_secure=endpoint.startswith("https://"),
    )
