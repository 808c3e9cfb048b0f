"""What goes over the wire when signing in."""

from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from suicha.accounts.queries import Caller
from suicha.kit.errors import BadRequest

LONGEST = {"username": 60, "password": 200}


@dataclass(frozen=True)
class LoginRequest:
    """Name and password."""

    username: str
    password: str


def read_login(body: Any) -> LoginRequest:
    """Check what somebody sent who is not known yet; raises BadRequest naming the field."""
    members = body if isinstance(body, dict) else {}
    for name, longest in LONGEST.items():
        text = members.get(name)
        if not isinstance(text, str) or not 0 < len(text) <= longest or not _is_storable(text):
            raise BadRequest("请填写用户名和密码", field=name)
    return LoginRequest(members["username"], members["password"])


def _is_storable(text: str) -> bool:
    return "\0" not in text and not any("\ud800" <= char <= "\udfff" for char in text)


class AccountOut(BaseModel):
    """The signed-in person."""

    id: str
    username: str
    name: str
    roles: list[str]
    jurisdiction: str

    @classmethod
    def of(cls, caller: Caller) -> "AccountOut":
        """Show a caller to itself."""
        return cls(
            id=caller.id,
            username=caller.username,
            name=caller.name,
            roles=list(caller.roles),
            jurisdiction=caller.jurisdiction,
        )


class LoginOut(BaseModel):
    """The bearer token and whom it stands for."""

    access_token: str
    account: AccountOut
