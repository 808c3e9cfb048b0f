"""What goes over the wire when signing in, and when accounts are opened and closed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, Field, StringConstraints

from suicha.accounts.queries import Caller, ManagedAccount
from suicha.accounts.rules import PASSWORD_AT_MOST, AccountState, Role
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
        if not isinstance(text, str) or not 0 < len(text) <= longest or not is_storable(text):
            raise BadRequest("请填写用户名和密码", field=name)
    return LoginRequest(members["username"], members["password"])


def is_storable(text: str) -> bool:
    """False for what no database takes: a zero byte, half a surrogate pair."""
    return "\0" not in text and not any("\ud800" <= char <= "\udfff" for char in text)


class AccountOut(BaseModel):
    """The signed-in person."""

    id: str
    username: str
    name: str
    roles: list[str]
    jurisdiction: str
    must_change_password: bool
    department: str | None

    @classmethod
    def of(cls, caller: Caller) -> "AccountOut":
        """Show a caller to itself."""
        return cls(
            id=caller.id,
            username=caller.username,
            name=caller.name,
            roles=list(caller.roles),
            jurisdiction=caller.jurisdiction,
            must_change_password=caller.must_change_password,
            department=caller.department,
        )


class LoginOut(BaseModel):
    """The bearer token and whom it stands for."""

    access_token: str
    account: AccountOut


def _checked_text(text: str) -> str:
    if not is_storable(text):
        raise ValueError("not a text that can be stored")
    return text


Text = Annotated[str, AfterValidator(_checked_text)]
Words = Annotated[Text, StringConstraints(strip_whitespace=True)]
Password = Annotated[Text, Field(min_length=1, max_length=PASSWORD_AT_MOST)]
JurisdictionCode = Annotated[str, Field(pattern=r"^[0-9]{0,12}$")]


class ChangePasswordRequest(BaseModel):
    """One's own password: the one of now and the one to come."""

    old: Password
    new: Password


class OpenDeskAccountRequest(BaseModel):
    """Somebody of the office, an administrator, a witness, or somebody of another department, which is named."""

    username: Words = Field(min_length=1, max_length=60)
    name: Words = Field(min_length=1, max_length=60)
    roles: list[Role] = Field(min_length=1, max_length=3)
    jurisdiction: JurisdictionCode
    department: Annotated[Words, Field(min_length=1, max_length=120)] | None = None


class DisableAccountRequest(BaseModel):
    """Why an account is closed: it goes into the journal."""

    reason: Words = Field(min_length=1, max_length=200)


class ManagedAccountOut(BaseModel):
    """An account for those who open and close accounts."""

    id: str
    username: str
    name: str
    roles: list[Role]
    jurisdiction: str
    certificate_no: str | None
    department: str | None
    state: AccountState
    created_at: datetime
    last_signed_in_at: datetime | None

    @classmethod
    def of(cls, account: ManagedAccount) -> "ManagedAccountOut":
        """Show an account."""
        return cls.model_validate(account, from_attributes=True)


class ManagedAccountListOut(BaseModel):
    """One page of accounts."""

    items: list[ManagedAccountOut]
    total: int


class FirstPasswordOut(BaseModel):
    """The only time that a password made here is shown: only its hash is kept."""

    account: ManagedAccountOut
    first_password: str
