"""The policy in force: read with the settings, once in the life of a process."""

from suicha.infra.policies import policy
from suicha.rectification.rules.policy import RectificationPolicy, policy_of


def current_policy() -> RectificationPolicy:
    """What the bureau has set for rectification; raises PolicyInvalid."""
    return policy_of(policy("rectification"))
