"""One log line and one id per request."""

import re
import time
from collections.abc import Awaitable, Callable
from typing import Any

import structlog

from suicha.infra.logs import get_logger
from suicha.kit.ids import new_id

AsgiApp = Callable[[Any, Any, Any], Awaitable[None]]

_HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
]


# Where an address itself is the key to something, the log must not hold it.
_KEY_IN_PATH = re.compile(r"^(/api/portal/links/)[^/]+")


def _without_keys(path: str) -> str:
    return _KEY_IN_PATH.sub(r"\1…", path)


def request_log(app: AsgiApp) -> AsgiApp:
    """Bind a request id to every log line of the request, answer with it, and log how it ended."""

    async def middleware(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        request_id = new_id()
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        began = time.perf_counter()
        status = 0

        async def send_with_id(message: Any) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                present = {name.lower() for name, _ in message["headers"]}
                extra = [(name, value) for name, value in _HEADERS if name not in present]
                message["headers"] = [*message["headers"], *extra, (b"x-request-id", request_id.encode())]
            await send(message)

        try:
            await app(scope, receive, send_with_id)
        finally:
            if scope["path"].startswith("/api"):
                took_ms = round((time.perf_counter() - began) * 1000)
                path = _without_keys(scope["path"])
                get_logger().info("request", method=scope["method"], path=path, status=status, took_ms=took_ms)

    return middleware
