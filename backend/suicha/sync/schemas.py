"""The wire of push and pull. Requests are read leniently by hand: a single bad op is an outcome, not an error."""

from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from suicha.kit.errors import BadRequest
from suicha.kit.ids import is_uuid_text
from suicha.sync.errors import BatchTooLarge, ProtocolTooOld

PROTO = 1
MAX_OPS = 200
MAX_JSON_BYTES = 512 * 1024


@dataclass(frozen=True)
class PushRequest:
    """A batch of ops of one replica, as far as the server needs to know."""

    replica: str
    ops: list[Any]


class PushOut(BaseModel):
    """One result per op, in request order."""

    proto: dict[str, int]
    epoch: str
    server_time: str
    acked_seq: int
    need_from: int
    results: list[dict[str, Any]]


@dataclass(frozen=True)
class PullRequest:
    """Where the device stands in each scope."""

    replica: str
    cursors: dict[str, int]
    limit: int


class PullOut(BaseModel):
    """The news of every granted scope."""

    proto: dict[str, int]
    epoch: str
    server_time: str
    scopes: dict[str, Any]
    revoked: list[str]


class PingOut(BaseModel):
    """Tells the server from a captive portal."""

    suicha: str
    server_time: str


def read_push(body: Any) -> PushRequest:
    """Check the frame of a push; raises BadRequest or BatchTooLarge. Recorded ops are taken from any old client."""
    members = _frame(body)
    ops = members.get("ops")
    if not isinstance(ops, list):
        raise BadRequest("ops 须为列表", field="ops")
    if len(ops) > MAX_OPS:
        raise BatchTooLarge(ops=len(ops), most=MAX_OPS)
    return PushRequest(replica=members["replica"], ops=ops)


def read_pull(body: Any) -> PullRequest:
    """Check the frame of a pull; raises BadRequest or ProtocolTooOld."""
    members = _frame(body)
    if members["proto"] < PROTO:
        raise ProtocolTooOld(least=PROTO)
    cursors, limit = members.get("cursors", {}), members.get("limit", 500)
    are_counts = isinstance(cursors, dict) and all(_is_count(pos) for pos in cursors.values())
    if not are_counts:
        raise BadRequest("cursors 须为位置", field="cursors")
    if not _is_count(limit) or limit < 1:
        raise BadRequest("limit 须为正整数", field="limit")
    return PullRequest(replica=members["replica"], cursors=cursors, limit=limit)


def _frame(body: Any) -> dict[str, Any]:
    if not isinstance(body, dict):
        raise BadRequest("请求须为对象")
    proto = body.get("proto")
    if not _is_count(proto):
        raise BadRequest("proto 须为整数", field="proto")
    if not is_uuid_text(body.get("replica")):
        raise BadRequest("replica 须为 UUID", field="replica")
    return body


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**53
