"""Plays a visit of the demo through the phones' own door: the same ops, push, blobs and seal as in the field."""

import hashlib
from datetime import datetime, time, timedelta

from suicha.accounts.queries import Caller
from suicha.checklists import queries as checklists
from suicha.checklists.rules import Edition
from suicha.demo.answers import DemoAnswer, DemoScript, Dispute, script_of
from suicha.demo.facts import DemoInspector, DemoRound, DemoVisit, Stage
from suicha.demo.phone import Phone, VisitOnPhone, demo_replica
from suicha.demo.pictures import HEIGHT, WIDTH, picture_bytes
from suicha.evidence.custody import Custody
from suicha.feed import queries as feed
from suicha.feed.rules import visit_scope
from suicha.infra.db import Database
from suicha.inspections import queries as inspections
from suicha.inspections.rules.manifest import build_manifest
from suicha.inspections.tables import Inspection
from suicha.kit.clock import SHANGHAI
from suicha.kit.digest import sha256_hex
from suicha.kit.ids import named_id
from suicha.sync import actions as sync
from suicha.sync import queries as sync_queries

MINUTES_PER_ITEM = 4


class Player:
    """The teams' phones, each with one log over all visits."""

    def __init__(
        self,
        database: Database,
        custody: Custody,
        round_: DemoRound,
        edition: Edition,
        edition_hash: str,
        *,
        until: datetime,
    ) -> None:
        """Nothing happens after `until`: the present."""
        self._database, self._custody, self._round = database, custody, round_
        self._edition, self._edition_ref = edition, {"id": edition.id, "hash": edition_hash}
        self._until = until
        self._phones: dict[str, Phone] = {}

    async def play_all(self) -> None:
        """The visits that have begun, in the order in which they happened."""
        for visit in sorted(self._round.visits, key=lambda visit: (visit.planned_on, visit.code)):
            if visit.stage is not Stage.UNTOUCHED:
                await self.play(visit)

    def at_another(self, round_: DemoRound, edition: Edition, edition_hash: str) -> "Player":
        """The same phones at visits of another round or on another checklist: a phone has one log."""
        other = Player(self._database, self._custody, round_, edition, edition_hash, until=self._until)
        other._phones = self._phones
        return other

    async def play(self, visit: DemoVisit) -> None:
        """Everything that the script says was done so far."""
        site = self._round.site(visit.site_id)
        script = script_of(visit, site, self._edition)
        team = self._round.team(visit.team)
        roles = {"leader": team.leader, "officer": team.officer, "expert": team.expert}
        began = datetime.combine(visit.planned_on, time(9, 30), SHANGHAI)
        if visit.stage is Stage.UNDER_WAY:
            began = min(began, self._until - timedelta(hours=2))
        await self.act(script, roles, visit.id, began, is_sealing=visit.stage is Stage.SEALED)

    async def recheck(self, visit: Inspection, script: DemoScript, began: datetime) -> None:
        """The two who were drawn look again, and seal what they found."""
        async with self._database.reading() as session:
            edition = await checklists.edition_facts(session, visit.edition_hash)
            grants = await inspections.all_grants(session, visit_scope(visit.id))
        people = {person.account_id: person for person in self._round.rosters.inspectors}
        again = self.at_another(self._round, edition, visit.edition_hash)
        roles = {str(grant.role): people[grant.account_id] for grant in grants}
        await again.act(script, roles, visit.id, began, is_sealing=True)

    async def act(
        self, script: DemoScript, roles: dict[str, DemoInspector], visit_id: str, began: datetime, *, is_sealing: bool
    ) -> None:
        """Arrive, answer, push; and where the script goes to its end, seal and sign."""
        scope = visit_scope(visit_id)
        grants = await self._grants(scope)
        self._visits = {
            role: VisitOnPhone(scope, grants[person.account_id], self._edition_ref) for role, person in roles.items()
        }
        self._arrive(script, roles, visit_id, began)
        at = began
        for answer in script.answers:
            at += timedelta(minutes=MINUTES_PER_ITEM)
            await self._answer(answer, roles, at)
        if script.dispute:
            self._differ(script.dispute, roles, at)
        for role, person in roles.items():
            await self._push(person, at + timedelta(minutes=5))
            self._visits[role].seen = await self._head(scope)
        if is_sealing:
            await self._close(script, roles, at + timedelta(minutes=10))

    def _phone(self, person: DemoInspector) -> Phone:
        return self._phones.setdefault(
            person.account_id, Phone(person.account_id, replica=demo_replica(person.account_id))
        )

    def _arrive(self, script: DemoScript, roles: dict[str, DemoInspector], visit_id: str, at: datetime) -> None:
        leader, on = self._phone(roles["leader"]), self._visits["leader"]
        arrival = {
            "at": at.isoformat(timespec="milliseconds"),
            "lat": script.arrival_lat,
            "lon": script.arrival_lon,
            "acc_m": script.arrival_acc_m,
            "distance_m": 20 + len(visit_id) % 30,
        }
        leader.set(on, "_", "arrival", arrival, at=at)
        shown = {
            "at": at.isoformat(timespec="milliseconds"),
            "text_sha256": sha256_hex(self._edition.texts["opening_statement"]),
        }
        leader.set(on, "_", "opening_statement", shown, at=at + timedelta(minutes=2))

    async def _answer(self, answer: DemoAnswer, roles: dict[str, DemoInspector], at: datetime) -> None:
        person, on = roles[answer.by], self._visits[answer.by]
        phone = self._phone(person)
        phone.set(on, answer.item, "result", answer.result, at=at)
        for field, value in (("score", answer.score), ("severity", answer.severity), ("remark", answer.remark)):
            if value is not None:
                phone.set(on, answer.item, field, value, at=at + timedelta(seconds=30))
        for photo in answer.photos:
            await self._photograph(person, on, answer.item, picture_bytes(photo.name, mark=photo.mark), at)
        for n, reading in enumerate(answer.readings):
            body = {
                "reading_id": named_id("demo", on.scope, answer.item, str(n)),
                "value": reading.value,
                "unit": reading.unit,
                "instrument": reading.instrument,
            }
            self._phone(roles["expert"]).make(self._visits["expert"], "meas.add@1", at=at, item=answer.item, body=body)
        if answer.note:
            self._phone(roles["expert"]).make(
                self._visits["expert"], "note.add@1", at=at, item=answer.item, body={"text": answer.note}
            )

    async def _photograph(self, person: DemoInspector, on: VisitOnPhone, item: str, data: bytes, at: datetime) -> None:
        sha256 = hashlib.sha256(data).hexdigest()
        body = {
            "photo_id": named_id("demo", on.scope, sha256),
            "sha256": sha256,
            "size": len(data),
            "mime": "image/jpeg",
            "w": WIDTH,
            "h": HEIGHT,
            "taken": at.isoformat(timespec="seconds"),
            "gps": None,
            "derivs": [],
        }
        self._phone(person).make(on, "photo.add@1", at=at, item=item, body=body)
        await self._custody.take_whole(person.account_id, sha256, data, now=min(at, self._until))

    def _differ(self, dispute: Dispute, roles: dict[str, DemoInspector], at: datetime) -> None:
        phone, on = self._phone(roles[dispute.by]), self._visits[dispute.by]
        phone.set(on, dispute.item, "result", dispute.result, at=at)
        phone.set(on, dispute.item, "remark", dispute.remark, at=at)

    async def _close(self, script: DemoScript, roles: dict[str, DemoInspector], at: datetime) -> None:
        """The leader closes the record, the representative signs or refuses, two officers sign."""
        leader, on = self._phone(roles["leader"]), self._visits["leader"]
        leader.set(on, "_", "outcome", sorted(script.outcome), at=at)
        leader.set(on, "_", "site_rep", {"name": script.representative, "title": "项目负责人"}, at=at)
        await self._push(roles["leader"], at)
        async with self._database.reading() as session:
            ops = (await sync_queries.facts_of(session, on.scope)).values()
        manifest = build_manifest(
            [op for op in ops if op.is_admitted],
            scope=on.scope,
            n=1,
            edition_hash=self._edition_ref["hash"],
            prev_manifest=None,
        )
        digest = sha256_hex(manifest)
        leader.make(on, "insp.seal@1", at=at, body={"manifest": manifest, "manifest_hash": digest, "missing": []})
        self._sign(script, roles, digest, at + timedelta(minutes=3))
        for role, person in roles.items():
            phone = self._phone(person)
            phone.make(self._visits[role], "replica.flush@1", at=at, body={"last_seq": phone.seq})
            await self._push(person, at + timedelta(minutes=5))

    def _sign(self, script: DemoScript, roles: dict[str, DemoInspector], digest: str, at: datetime) -> None:
        leader, on = self._phone(roles["leader"]), self._visits["leader"]
        refusal = script.refusal
        refused = {"reason": refusal.reason, "witness": refusal.witness} if refusal else None
        signers = [
            ("representative", script.representative, refused, "representative_consent"),
            ("leader", roles["leader"].account_id, None, "officer_consent"),
            ("officer", roles["officer"].account_id, None, "officer_consent"),
        ]
        for role, person, refused_, consent in signers:
            body = {
                "role": role,
                "person": person,
                "manifest_hash": digest,
                "image_sha256": None,
                "consent_text_hash": sha256_hex(self._edition.texts[consent]),
                "refused": refused_,
            }
            leader.make(on, "sig.add@1", at=at, body=body)

    async def _push(self, person: DemoInspector, at: datetime) -> None:
        phone = self._phone(person)
        caller = Caller(person.account_id, person.username, person.name, (person.role,), person.home_jurisdiction)
        while batch := phone.take_outbox():
            answer = await sync.push(
                self._database, caller, phone.replica, batch, now=min(at, self._until), user_agent="随查示范手机"
            )
            refused = [result for result in answer.results if result["outcome"] not in ("applied", "conflict")]
            if refused:
                raise ValueError(f"the demo round does not fit the rules: {refused[0]}")

    async def _grants(self, scope: str) -> dict[str, str]:
        async with self._database.reading() as session:
            rows = await inspections.all_grants(session, scope)
        return {row.account_id: row.id for row in rows}

    async def _head(self, scope: str) -> int:
        async with self._database.reading() as session:
            return (await feed.tails(session, [scope]))[scope].pos
