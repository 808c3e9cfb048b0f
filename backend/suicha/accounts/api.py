"""Signing in and out over HTTP."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.openapi.spec import OpenAPIMediaType, OpenAPIType, Operation, RequestBody, Schema
from litestar.params import JSONBody
from sqlalchemy.ext.asyncio import AsyncSession

from suicha.accounts import actions
from suicha.accounts.guards import COOKIE, anyone, signed_in, token_of
from suicha.accounts.queries import Caller
from suicha.accounts.schemas import LONGEST, AccountOut, ChangePasswordRequest, LoginOut, read_login
from suicha.infra.bodies import read_json
from suicha.infra.db import Database
from suicha.infra.settings import Settings
from suicha.kit.clock import utc_now
from suicha.kit.digest import sha256_hex

MAX_LOGIN_BYTES = 8 * 1024

_OWN = signed_in(with_first_password=True, for_partners=True)


@dataclass
class TakesLogin(Operation):
    """Documents the body, which the handler reads by hand: bounded, and strange bytes are refused, not a fault."""

    def __post_init__(self) -> None:
        """Name and password, nothing else."""
        texts = {name: Schema(type=OpenAPIType.STRING, min_length=1, max_length=most) for name, most in LONGEST.items()}
        schema = Schema(type=OpenAPIType.OBJECT, required=list(LONGEST), properties=dict(texts))
        self.request_body = RequestBody(content={"application/json": OpenAPIMediaType(schema=schema)}, required=True)


class AuthController(Controller):
    """`/api/auth`: one token, given as bearer for clients and as HttpOnly cookie for browsers."""

    path = "/api/auth"
    tags = ["accounts"]

    @post("/login", operation_id="signIn", status_code=200, opt=anyone(), operation_class=TakesLogin)
    async def login(
        self,
        request: Request[Any, Any, Any],
        database: NamedDependency[Database],
        settings: NamedDependency[Settings],
    ) -> Response[LoginOut]:
        """Sign in; the same call sets the cookie."""
        data = read_login(await read_json(request.stream(), request.headers, most_bytes=MAX_LOGIN_BYTES))
        lasts = timedelta(hours=settings.session_hours)
        address = request.client.host if request.client else "unknown"
        token, caller = await actions.sign_in(
            database, data.username, data.password, address=address, lasts=lasts, now=utc_now()
        )
        cookie = Cookie(
            key=COOKIE,
            value=token,
            httponly=True,
            samesite="lax",
            path="/",
            secure=settings.cookie_is_secure,
            max_age=int(lasts.total_seconds()),
        )
        return Response(LoginOut(access_token=token, account=AccountOut.of(caller)), cookies=[cookie])

    @post("/logout", operation_id="signOut", status_code=204, opt=_OWN)
    async def logout(self, request: Request[Any, Any, Any], session: NamedDependency[AsyncSession]) -> Response[None]:
        """End this session; what the phone holds stays there."""
        token, _ = token_of(request)
        await actions.sign_out(session, sha256_hex(token or ""), now=utc_now())
        response: Response[None] = Response(None, status_code=204)
        response.delete_cookie(COOKIE)
        return response

    @post(
        "/password",
        operation_id="changePassword",
        status_code=204,
        opt=_OWN,
    )
    async def password(
        self,
        request: Request[Any, Any, Any],
        data: JSONBody[ChangePasswordRequest],
        database: NamedDependency[Database],
        caller: NamedDependency[Caller],
    ) -> None:
        """Change one's own password: this session stays, all others end."""
        token, _ = token_of(request)
        kept = sha256_hex(token or "")
        await actions.change_password(database, caller, data.old, data.new, kept_session=kept, now=utc_now())

    @get("/me", operation_id="whoAmI", opt=_OWN)
    async def me(self, caller: NamedDependency[Caller]) -> AccountOut:
        """Who is signed in."""
        return AccountOut.of(caller)
