"""The one way out: `Sender`, what it promises, and the two that need no library.

`send` returns when the service has taken the message, and raises NotSent when it has not. A message may be sent twice
when the process dies in between; `message_id` stays the same, so that a service that knows it can tell.
"""

from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable


class NotSent(Exception):
    """The service did not take it; the text is read by the office and holds no secret."""


@dataclass(frozen=True)
class Message:
    """One message to one address."""

    message_id: str
    channel: str
    address: str
    title: str
    text: str


@runtime_checkable
class Sender(Protocol):
    """Sends one message; may block for seconds, so it is called in a thread."""

    def channels(self) -> frozenset[str]:
        """The channels that it can serve; nothing is made for others."""

    def send(self, message: Message) -> None:
        """Hand the message over or raise NotSent."""


@dataclass
class NoSender:
    """Sends nothing: the default, and what the demo uses."""

    def channels(self) -> frozenset[str]:
        """None."""
        return frozenset()

    def send(self, message: Message) -> None:
        """Refuse; nothing should come here."""
        raise NotSent(f"no channel {message.channel}")


@dataclass
class RecordingSender:
    """For tests: keeps what it was given, and fails as often as it was told to."""

    served: frozenset[str] = frozenset({"sms", "mail"})
    failures: int = 0
    sent: list[Message] = field(default_factory=list)

    def channels(self) -> frozenset[str]:
        """Those that the test wants."""
        return self.served

    def send(self, message: Message) -> None:
        """Keep it, or fail."""
        if self.failures > 0:
            self.failures -= 1
            raise NotSent("told to fail")
        self.sent.append(message)
