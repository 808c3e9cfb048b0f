"""A team at work in Python: phones that answer, disagree, seal and sign through the real push."""

from datetime import datetime, timedelta
from typing import Any

from suicha.checklists import queries as checklists
from suicha.demo.phone import Phone, VisitOnPhone
from suicha.feed import queries as feed
from suicha.feed.rules import visit_scope
from suicha.infra.db import Database
from suicha.inspections import queries
from suicha.inspections.rules.manifest import build_manifest
from suicha.kit.digest import sha256_hex
from suicha.sync import actions as sync
from suicha.sync import queries as sync_queries

from .round import NOW, VISIT, account_id, caller


class FieldTeam:
    """The phones of one visit; `at` is what their clocks and the server's say."""

    def __init__(self, database: Database, inspection_id: str = VISIT, *, at: datetime = NOW) -> None:
        self.database = database
        self.scope = visit_scope(inspection_id)
        self.at = at
        self.phones: dict[str, Phone] = {}
        self.on: dict[str, VisitOnPhone] = {}
        self.items: tuple[str, ...] = ()
        self.results: list[dict[str, Any]] = []

    async def arrive(self, *people: str) -> "FieldTeam":
        async with self.database.reading() as session:
            inspection = await queries.inspection_of_scope(session, self.scope)
            grants = {row.account_id: row.id for row in await queries.all_grants(session, self.scope)}
            self.items = await checklists.item_codes(session, inspection.edition_hash)
        edition = {"id": inspection.edition_id, "hash": inspection.edition_hash}
        for person in people or ("leader", "officer", "expert"):
            self.phones[person] = Phone(account_id(person))
            self.on[person] = VisitOnPhone(self.scope, grants[account_id(person)], edition, seen=4)
        return self

    def set(self, person: str, item: str, field: str, value: Any, *, sup: tuple[str, ...] = ()) -> str:
        return self.phones[person].set(self.on[person], item, field, value, at=self.at, sup=sup)

    def make(self, person: str, kind: str, **said: Any) -> str:
        return self.phones[person].make(self.on[person], kind, at=said.pop("at", self.at), **said)

    def answer_all(self, person: str, **but: str) -> None:
        for item in self.items:
            self.set(person, item, "result", but.get(item, "pass"))

    async def push(self, *people: str) -> list[dict[str, Any]]:
        self.results = []
        for person in people or tuple(self.phones):
            phone = self.phones[person]
            while batch := phone.take_outbox():
                answer = await sync.push(self.database, caller(person), phone.replica, batch, now=self.at)
                self.results += answer.results
        for person, on in self.on.items():
            async with self.database.reading() as session:
                on.seen = (await feed.tails(session, [self.scope]))[self.scope].pos
            assert person in self.phones
        return self.results

    async def seal(self) -> str:
        """Everything that is here is sealed; returns the manifest's hash."""
        digest = await self.make_seal()
        [result] = await self.push("leader")
        assert result["outcome"] == "applied", result
        return digest

    async def make_seal(self) -> str:
        """The same up to the moment at which the phone pushes the seal."""
        await self.push()
        async with self.database.reading() as session:
            ops = (await sync_queries.facts_of(session, self.scope)).values()
        manifest = build_manifest(
            [op for op in ops if op.is_admitted],
            scope=self.scope,
            n=1,
            edition_hash=self.on["leader"].edition["hash"],
            prev_manifest=None,
        )
        digest = sha256_hex(manifest)
        self.make("leader", "insp.seal@1", body={"manifest": manifest, "manifest_hash": digest, "missing": []})
        return digest

    async def sign(self, digest: str, *, refused: dict[str, str] | None = None) -> None:
        for role, person, refusal in (
            ("representative", "示例负责人01", refused),
            ("leader", account_id("leader"), None),
            ("officer", account_id("officer"), None),
        ):
            self.make(
                "leader",
                "sig.add@1",
                body={
                    "role": role,
                    "person": person,
                    "manifest_hash": digest,
                    "image_sha256": None,
                    "consent_text_hash": sha256_hex("示例"),
                    "refused": refusal,
                },
            )
        self.at += timedelta(minutes=1)
        await self.push("leader")
