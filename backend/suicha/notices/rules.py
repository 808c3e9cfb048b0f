"""When a message is tried, held back over night, tried again, or given up."""

from datetime import datetime, time, timedelta
from enum import StrEnum

from suicha.kit.clock import SHANGHAI

MOST_TRIES = 8
LEASE = timedelta(minutes=2)
QUIET_FROM, QUIET_UNTIL = time(22), time(7)
_LONGEST_PAUSE = timedelta(hours=6)


class DeliveryState(StrEnum):
    """待发, 已发出, 未能送达, 不再发送."""

    WAITING = "waiting"
    SENT = "sent"
    DEAD = "dead"
    DROPPED = "dropped"


class Channel(StrEnum):
    """短信, 邮件."""

    SMS = "sms"
    MAIL = "mail"


def pause_after(tries: int, *, jitter: float) -> timedelta:
    """How long the next try waits after `tries` failed ones: 1, 2, 4 … minutes, at most 6 h, and up to a fifth more.

    `jitter` lies between 0 and 1, so that many messages do not come back at one moment.
    """
    pause = min(timedelta(minutes=2 ** max(tries - 1, 0)), _LONGEST_PAUSE)
    return pause * (1 + jitter / 5)


def first_try(now: datetime, *, is_quiet_at_night: bool, is_urgent: bool) -> datetime:
    """Now, or seven in the morning in China for what may wait and came at night."""
    here = now.astimezone(SHANGHAI)
    is_night = here.time() >= QUIET_FROM or here.time() < QUIET_UNTIL
    if is_urgent or not is_quiet_at_night or not is_night:
        return now
    day = here.date() if here.time() < QUIET_UNTIL else here.date() + timedelta(days=1)
    return datetime.combine(day, QUIET_UNTIL, SHANGHAI)
