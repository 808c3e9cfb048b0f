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
    InspectorKind,
    RecusalKind,
    is_certified,
)
from suicha.registry.rules.pool import PersonFacts, PoolFacts, RecusalFacts, RiskClass, SiteFacts

__all__ = [
    "InspectorKind",
    "JurisdictionKind",
    "PersonFacts",
    "PoolFacts",
    "RecusalFacts",
    "RecusalKind",
    "RiskClass",
    "SiteFacts",
    "checked_uscc",
    "is_certified",
    "is_coordinate",
    "is_jurisdiction_code",
    "is_uscc",
    "masked_phone",
    "plain_jurisdiction",
    "uscc_check_character",
]
