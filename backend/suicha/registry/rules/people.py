"""Kinds of people and of recusal, and certificates. Who may go where is the draw's: draws/rules/reach.py."""

from datetime import date
from enum import StrEnum


class InspectorKind(StrEnum):
    """执法人员 inspect; 行业专家 assist and never decide."""

    OFFICER = "officer"
    EXPERT = "expert"


class RecusalKind(StrEnum):
    """Why somebody keeps away: works or worked there, a relative does, or he says so himself."""

    EMPLOYER = "employer"
    RELATIVE = "relative"
    SELF_DECLARED = "self_declared"


def is_certified(kind: InspectorKind, expires_on: date | None, *, until: date) -> bool:
    """True for an expert, and for an officer whose certificate holds through that day."""
    return kind is InspectorKind.EXPERT or (expires_on is not None and expires_on >= until)
