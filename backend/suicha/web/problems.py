"""DomainError -> application/problem+json (RFC 9457); the only place that knows which family has which status."""

from http import HTTPStatus
from typing import Any

from litestar import Request, Response
from litestar.exceptions import HTTPException

from suicha.infra.logs import get_logger
from suicha.kit import errors

_STATUS: list[tuple[type[errors.DomainError], int]] = [
    (errors.NotFound, 404),
    (errors.Unauthenticated, 401),
    (errors.Forbidden, 403),
    (errors.Conflict, 409),
    (errors.BadRequest, 400),
    (errors.TooLarge, 413),
    (errors.WrongMediaType, 415),
    (errors.ClientTooOld, 426),
    (errors.TooManyRequests, 429),
    (errors.Unavailable, 503),
    (errors.RuleViolation, 422),
]
_BY_HTTP_STATUS: dict[int, tuple[str, str]] = {
    400: ("bad_request", "请求格式不正确"),
    401: ("unauthenticated", "请先登录"),
    403: ("forbidden", "无权进行此操作"),
    404: ("not_found", "没有找到"),
    405: ("method_not_allowed", "不支持的请求方法"),
    413: ("too_large", "内容超过大小限制"),
    415: ("wrong_media_type", "不支持的内容类型"),
    500: ("internal_error", "服务器内部错误，数据未被改动"),
    503: ("unavailable", "服务暂时不可用，请稍后重试"),
}


def status_of(error: type[errors.DomainError]) -> int:
    """The HTTP status of an error: its own where the protocol names an unusual one, else its family's."""
    own = getattr(error, "http_status", None)
    if isinstance(own, int):
        return own
    return next((status for family, status in _STATUS if issubclass(error, family)), 422)


def problem(status: int, code: str, title: str, detail: str, **facts: object) -> Response[dict[str, Any]]:
    """The answer for one problem."""
    body = {**facts, "type": f"/problems/{code}", "title": title, "status": status, "detail": detail, "code": code}
    response = Response(body, status_code=status, media_type="application/problem+json")
    if "retry_after_s" in facts:
        response.headers["Retry-After"] = str(facts["retry_after_s"])
    if status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def on_domain_error(_request: Request[Any, Any, Any], error: errors.DomainError) -> Response[dict[str, Any]]:
    """An expected refusal."""
    get_logger().info("refused", code=error.code)
    response = problem(status_of(type(error)), error.code, error.title, error.detail or error.title, **error.facts)
    response.headers.update(getattr(error, "http_headers", {}))
    return response


def on_http_error(_request: Request[Any, Any, Any], error: HTTPException) -> Response[dict[str, Any]]:
    """What Litestar itself refuses: unknown paths, wrong methods, bodies that do not fit the schema."""
    code, title = _BY_HTTP_STATUS.get(error.status_code, ("bad_request", "请求格式不正确"))
    if error.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return on_unexpected(_request, error)
    fields = [str(e.get("key")) for e in error.extra if isinstance(e, dict)] if isinstance(error.extra, list) else []
    facts = {"fields": fields} if fields else {}
    response = problem(error.status_code, code, title, title if fields else str(error.detail), **facts)
    response.headers.update({k: v for k, v in (error.headers or {}).items() if k.lower() == "allow"})
    return response


def on_unexpected(_request: Request[Any, Any, Any], error: Exception) -> Response[dict[str, Any]]:
    """A fault of ours: logged with its trace, told without it."""
    get_logger().error("internal_error", exc_info=error)
    code, title = _BY_HTTP_STATUS[500]
    return problem(500, code, title, title)


EXCEPTION_HANDLERS: dict[Any, Any] = {
    errors.DomainError: on_domain_error,
    HTTPException: on_http_error,
    Exception: on_unexpected,
}
