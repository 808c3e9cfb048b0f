"""The life of a publication. What was published is never changed: corrections are new revisions."""

from collections.abc import Mapping
from enum import StrEnum

from suicha.publication.errors import PublicationStepIllegal


class PublicationState(StrEnum):
    """待公示, 已公示, 已撤回."""

    PROPOSED = "proposed"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class Act(StrEnum):
    """公示, 更正, 撤回."""

    PUBLISH = "publish"
    CORRECT = "correct"
    WITHDRAW = "withdraw"


NEXT: Mapping[tuple[PublicationState, Act], PublicationState] = {
    (PublicationState.PROPOSED, Act.PUBLISH): PublicationState.PUBLISHED,
    (PublicationState.PUBLISHED, Act.CORRECT): PublicationState.PUBLISHED,
    (PublicationState.PUBLISHED, Act.WITHDRAW): PublicationState.WITHDRAWN,
    # What was taken back may be published again, as a new revision.
    (PublicationState.WITHDRAWN, Act.PUBLISH): PublicationState.PUBLISHED,
}


def after(state: str, act: Act) -> PublicationState:
    """The state after an act; raises PublicationStepIllegal."""
    found = NEXT.get((PublicationState(state), act))
    if found is None:
        raise PublicationStepIllegal(state=state, act=act.value)
    return found
