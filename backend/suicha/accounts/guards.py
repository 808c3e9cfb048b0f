"""Who may call a route. Every handler says it in `opt=`; a handler that says nothing is closed to everybody."""

from typing import Any
from urllib.parse import urlsplit

from litestar.connection import ASGIConnection, Request
from litestar.handlers import BaseRouteHandler

from suicha.accounts import queries
from suicha.accounts.errors import ForeignOrigin, NotPermitted, PasswordChangeNeeded
from suicha.accounts.queries import Caller
from suicha.accounts.rules import Permission, is_outsider
from suicha.kit.clock import utc_now
from suicha.kit.digest import sha256_hex
from suicha.kit.errors import Unauthenticated

COOKIE = "suicha_session"
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def anyone() -> dict[str, Any]:
    """The route needs no sign-in."""
    return {"access": "anyone"}


def signed_in(*, with_first_password: bool = False, for_partners: bool = False) -> dict[str, Any]:
    """Any signed-in account; what it may see is decided by the rows.

    `with_first_password`: also while the password is still the one that somebody else gave.
    `for_partners`: also accounts of other departments (协同部门), which are kept out of everything else.
    """
    return {"access": "signed_in", "with_first_password": with_first_password, "for_partners": for_partners}


def may(permission: Permission) -> dict[str, Any]:
    """Accounts with a role that carries the permission."""
    return {"access": permission}


async def access_guard(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Runs before the body is read: tells who is calling, and denies unless the handler's rule allows."""
    access = handler.opt.get("access")
    if access == "anyone":
        return
    caller = await _caller(connection)
    if caller is None:
        raise Unauthenticated
    if caller.must_change_password and not handler.opt.get("with_first_password"):
        raise PasswordChangeNeeded
    if access == "signed_in":
        is_let_in = handler.opt.get("for_partners") or not is_outsider(caller.roles)
    else:
        is_let_in = access is not None and caller.may(Permission(access))
    if not is_let_in:
        raise NotPermitted
    connection.scope["state"]["caller"] = caller


async def _caller(connection: ASGIConnection[Any, Any, Any, Any]) -> Caller | None:
    token, is_cookie = token_of(connection)
    if token is None:
        return None
    if is_cookie and connection.scope.get("method", "GET") not in _SAFE_METHODS:
        _refuse_foreign_origin(connection)
    async with connection.app.state.parts.database.reading() as session:
        return await queries.caller_of_token(session, sha256_hex(token), now=utc_now())


def token_of(connection: ASGIConnection[Any, Any, Any, Any]) -> tuple[str | None, bool]:
    """The caller's token, and whether it came by cookie."""
    header = connection.headers.get("authorization", "")
    scheme, _, token = header.partition(" ")
    if scheme.lower() == "bearer" and token:
        return token.strip(), False
    return connection.cookies.get(COOKIE), True


def _refuse_foreign_origin(connection: ASGIConnection[Any, Any, Any, Any]) -> None:
    origin = connection.headers.get("origin")
    ours = {connection.headers.get("host", "")}
    public_url = connection.app.state.parts.settings.public_url
    if public_url:
        ours.add(urlsplit(public_url).netloc)
    if origin is None or urlsplit(origin).netloc not in ours:
        raise ForeignOrigin


def provide_caller(request: Request[Any, Any, Any]) -> Caller:
    """The `caller` dependency of signed-in routes."""
    caller: Caller = request.scope["state"]["caller"]
    return caller
