"""Codes and kinds of the registry, who may be sent where, and what a row of an import says."""

from suicha.registry.rules.codes import (
    JurisdictionKind,
    checked_uscc,
    is_coordinate,
    is_jurisdiction_code,
    is_uscc,
    masked_phone,
    plain_jurisdiction,
    uscc_check_character,
)
from suicha.registry.rules.people import (
    InspectorFacts,
    InspectorKind,
    Period,
    RecusalKind,
    has_valid_certificate,
    is_certified,
    is_full_team,
    is_on_leave,
    is_recused,
    may_be_sent,
)
from suicha.registry.rules.pool import PersonFacts, PoolFacts, RecusalFacts, RiskClass, SiteFacts

__all__ = [
    "InspectorFacts",
    "InspectorKind",
    "JurisdictionKind",
    "Period",
    "PersonFacts",
    "PoolFacts",
    "RecusalFacts",
    "RecusalKind",
    "RiskClass",
    "SiteFacts",
    "checked_uscc",
    "has_valid_certificate",
    "is_certified",
    "is_coordinate",
    "is_full_team",
    "is_jurisdiction_code",
    "is_on_leave",
    "is_recused",
    "is_uscc",
    "masked_phone",
    "may_be_sent",
    "plain_jurisdiction",
    "uscc_check_character",
]
