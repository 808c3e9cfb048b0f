"""What can go wrong with problems and rechecks."""

from suicha.kit.errors import Conflict


class IllegalStep(Conflict):
    """A problem or a recheck cannot go from the state in which it is to the one that was asked for."""

    code, title = "illegal_step", "当前状态不能进行这一步"
