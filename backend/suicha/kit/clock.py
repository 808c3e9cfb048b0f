"""The only place that reads the time; rules and actions take `now` or `today` as arguments."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC)  # noqa: TID251 - this is the place


def local_date(instant: datetime) -> date:
    """The calendar day in China on which `instant` falls: legal terms count from it."""
    return instant.astimezone(SHANGHAI).date()


def rfc3339(instant: datetime) -> str:
    """`instant` as RFC 3339 text in UTC with milliseconds, as it stands in the feed."""
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def parse_instant(text: str) -> datetime:
    """Read RFC 3339 text with an offset; a text without one raises ValueError."""
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError("an instant needs an offset")
    return instant.astimezone(UTC)
