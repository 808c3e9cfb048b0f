"""Why there is no result, or none to be expected."""

from pydantic import BaseModel

from suicha.draws.rules.causes import Constraint


class CauseOut(BaseModel):
    """One reason in words; `constraints` are what to loosen, `jurisdictions` where."""

    code: str
    sentence: str
    constraints: list[Constraint]
    jurisdictions: list[str]
    sites: int
    officers: int
    officers_needed: int
    experts: int
    experts_needed: int
