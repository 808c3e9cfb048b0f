"""What goes over the wire when signing in."""

from pydantic import BaseModel, Field

from suicha.accounts.queries import Caller


class LoginRequest(BaseModel):
    """Name and password."""

    username: str = Field(min_length=1, max_length=60)
    password: str = Field(min_length=1, max_length=200)


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
