"""Serve the built front end: hashed assets for ever, the shell and the service worker never from a stale cache."""

from pathlib import Path
from typing import Any

from litestar import Request, get
from litestar.exceptions import NotFoundException
from litestar.response import File

from suicha.accounts.guards import anyone
from suicha.infra.settings import Settings

_TYPES = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".html": "text/html",
    ".json": "application/json",
    ".webmanifest": "application/manifest+json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".woff2": "font/woff2",
    ".ico": "image/x-icon",
    ".txt": "text/plain",
    ".map": "application/json",
}
_CSP = (
    "default-src 'self'; img-src 'self' blob: data:; style-src 'self' 'unsafe-inline'; worker-src 'self' blob:; "
    "font-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)


@get(["/", "/{path:path}"], opt=anyone(), include_in_schema=False, sync_to_thread=False)
def front_end(request: Request[Any, Any, Any]) -> File:
    """A file of the build, or the shell for every path that is a screen: the public pages have one of their own."""
    settings: Settings = request.app.state.parts.settings
    root = settings.pwa_dir
    wanted = (root / request.url.path.lstrip("/")).resolve()
    if request.url.path.startswith("/api/") or not (root / "index.html").is_file():
        raise NotFoundException
    is_file = wanted.is_file() and wanted.is_relative_to(root)
    if not is_file and wanted.suffix in _TYPES:
        raise NotFoundException
    path = wanted if is_file else root / _shell_of(request.url.path)
    if not path.is_file():
        raise NotFoundException
    return File(
        path,
        media_type=_TYPES.get(path.suffix, "application/octet-stream"),
        content_disposition_type="inline",
        headers=_headers(path, root),
    )


def _shell_of(path: str) -> str:
    if path == "/public" or path.startswith("/public/"):
        return "public.html"
    return "portal.html" if path.startswith("/p/") else "index.html"


def _headers(path: Path, root: Path) -> dict[str, str]:
    is_hashed = path.is_relative_to(root / "assets")
    headers = {"Cache-Control": "public, max-age=31536000, immutable" if is_hashed else "no-cache"}
    if path.suffix == ".html":
        headers["Content-Security-Policy"] = _CSP
    if path.name == "portal.html":
        # The address is the key to the page: it must not travel on, nor be found by a search engine.
        headers |= {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow", "Cache-Control": "no-store"}
    return headers
