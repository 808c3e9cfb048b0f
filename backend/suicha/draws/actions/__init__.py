"""What the office, the officials and the witnesses do: plan, freeze, commit, throw, reveal, seal."""

from suicha.draws.actions.campaigns import (
    change_campaign,
    close_campaign,
    create_campaign,
    delete_campaign,
)
from suicha.draws.actions.ceremony import (
    close_commitments,
    commit,
    declare_unrevealed,
    enter_value,
    reveal,
    void,
)
from suicha.draws.actions.foreseeing import foresee
from suicha.draws.actions.freezing import freeze, freeze_replacement
from suicha.draws.actions.plans import approve_plan, change_plan, create_plan, publish_plan
from suicha.draws.actions.rehearsal import rehearse
from suicha.draws.actions.sealing import seal, seal_within

__all__ = [
    "approve_plan",
    "change_campaign",
    "change_plan",
    "close_campaign",
    "close_commitments",
    "commit",
    "create_campaign",
    "create_plan",
    "declare_unrevealed",
    "delete_campaign",
    "enter_value",
    "foresee",
    "freeze",
    "freeze_replacement",
    "publish_plan",
    "rehearse",
    "reveal",
    "seal",
    "seal_within",
    "void",
]
