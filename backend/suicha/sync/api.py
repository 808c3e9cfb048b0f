"""`/api/sync/v1`: push, pull, ping. Blobs have their own door in `evidence`."""

from datetime import datetime, timedelta
from typing import Any

from litestar import Controller, Request, get, post
from litestar.di import NamedDependency

from suicha.accounts.guards import anyone, may
from suicha.accounts.queries import Caller
from suicha.accounts.rules import Permission
from suicha.infra.bodies import read_json
from suicha.infra.db import Database
from suicha.kit.clock import rfc3339, utc_now
from suicha.sync import actions, pulls, queries
from suicha.sync.documents import TakesPull, TakesPush
from suicha.sync.errors import BatchTooLarge, ReplicaNotYours, ReplicaRevoked
from suicha.sync.schemas import MAX_JSON_BYTES, PROTO, PingOut, PullOut, PushOut, read_pull, read_push
from suicha.sync.tables import Replica

_PROTO = {"cur": PROTO, "min": PROTO}
_SEEN_EVERY = timedelta(seconds=60)


class SyncController(Controller):
    """The phone's only door for writing."""

    path = "/api/sync/v1"
    tags = ["sync"]

    @get("/ping", operation_id="ping", opt=anyone(), sync_to_thread=False)
    def ping(self) -> PingOut:
        """Is this the server?"""
        return PingOut(suicha="pong", server_time=rfc3339(utc_now()))

    @post("/push", operation_id="push", status_code=200, opt=may(Permission.SYNC), operation_class=TakesPush)
    async def push(
        self, request: Request[Any, Any, Any], database: NamedDependency[Database], caller: NamedDependency[Caller]
    ) -> PushOut:
        """Take ops in; every one of them gets an outcome."""
        data = read_push(await _json(request))
        now = utc_now()
        answer = await actions.push(
            database, caller, data.replica, data.ops, now=now, user_agent=request.headers.get("user-agent", "")
        )
        return PushOut(
            proto=_PROTO,
            epoch=answer.epoch,
            server_time=rfc3339(now),
            acked_seq=answer.acked_seq,
            need_from=answer.acked_seq + 1,
            results=answer.results,
        )

    @post("/pull", operation_id="pull", status_code=200, opt=may(Permission.SYNC), operation_class=TakesPull)
    async def pull(
        self, request: Request[Any, Any, Any], database: NamedDependency[Database], caller: NamedDependency[Caller]
    ) -> PullOut:
        """Give the news of every granted scope after the device's cursors."""
        data = read_pull(await _json(request))
        now = utc_now()
        await _note_seen(database, caller, data.replica, now, request.headers.get("user-agent", ""))
        async with database.reading() as session:
            scopes, revoked = await pulls.news(session, caller.id, data.cursors, limit=data.limit)
            epoch = await queries.current_epoch(session)
        return PullOut(proto=_PROTO, epoch=epoch, server_time=rfc3339(now), scopes=scopes, revoked=revoked)


async def _json(request: Request[Any, Any, Any]) -> Any:
    return await read_json(request.stream(), request.headers, most_bytes=MAX_JSON_BYTES, too_large=BatchTooLarge)


async def _note_seen(database: Database, caller: Caller, replica_id: str, now: datetime, user_agent: str) -> None:
    """A pull changes nothing but when the device was last heard of, and that at most once a minute."""
    async with database.reading() as session:
        replica = await session.get(Replica, replica_id)
    if replica is None or (replica.account_id == caller.id and now - replica.last_seen_at > _SEEN_EVERY):
        async with database.writing() as session:
            replica = await actions.register_replica(session, caller.id, replica_id, now=now, user_agent=user_agent)
            replica.last_seen_at = now
    if replica.account_id != caller.id:
        raise ReplicaNotYours
    if replica.is_revoked:
        raise ReplicaRevoked
