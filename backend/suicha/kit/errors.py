"""What can go wrong, as named classes. No HTTP here: `web/problems.py` maps families to a status once.

A code that has left the building is never renamed or reused (docs/errors.md lists them all).
"""

from typing import ClassVar


class DomainError(Exception):
    """An expected refusal: a stable `code`, a Chinese `title`, a sentence of `detail` and named facts.

    Facts become members of the problem document, so they must not be called
    `type`, `title`, `status`, `detail` or `code` (RFC 9457, section 3.2).
    """

    code: ClassVar[str] = "domain_error"
    title: ClassVar[str] = "操作未能完成"

    def __init__(self, detail: str | None = None, **facts: object) -> None:
        """Take an optional sentence for people and facts for programs."""
        super().__init__(detail or self.title)
        self.detail = detail
        self.facts = facts


class NotFound(DomainError):
    """The thing does not exist, or the caller may not know that it does."""

    code, title = "not_found", "没有找到"


class Forbidden(DomainError):
    """The caller is known but no rule allows this."""

    code, title = "forbidden", "无权进行此操作"


class Unauthenticated(DomainError):
    """The caller is not known: no token, an expired or an unknown one."""

    code, title = "unauthenticated", "请先登录"


class Conflict(DomainError):
    """The state of the thing does not admit this now."""

    code, title = "conflict", "当前状态不允许此操作"


class RuleViolation(DomainError):
    """A rule of the trade refuses it."""

    code, title = "rule_violation", "不符合业务规则"


class BadRequest(DomainError):
    """The request cannot be understood."""

    code, title = "bad_request", "请求格式不正确"


class TooLarge(DomainError):
    """More bytes or more parts than the route takes."""

    code, title = "too_large", "内容超过大小限制"


class WrongMediaType(DomainError):
    """The route does not take this content type."""

    code, title = "wrong_media_type", "不支持的内容类型"


class TooManyRequests(DomainError):
    """Slow down; `retry_after_s` says for how many seconds."""

    code, title = "too_many_requests", "请求过于频繁，请稍后再试"


class ClientTooOld(DomainError):
    """The protocol of the client is older than the server still speaks."""

    code, title = "client_too_old", "应用版本过旧，请更新"


class Unavailable(DomainError):
    """Something that the server needs is out of reach for now; the same call may be repeated."""

    code, title = "unavailable", "服务暂时不可用，请稍后重试"
