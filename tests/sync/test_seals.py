"""Seals and signatures: what takes effect, what waits, what is disputed. In memory."""

from typing import Any

import pytest

from .desk import Desk
from .ledger import sha256
from .pure import PureServer

APPLIED = ("applied", None)
CONFLICT = ("conflict", None)
LATE = ("parked", "late_after_seal")


@pytest.fixture
def desk() -> Desk:
    return Desk(PureServer())


def states(desk: Desk) -> list[str]:
    return [seal["state"] for seal in desk.feed().seals]


def test_a_seal_waits_for_ops_then_for_bytes(desk: Desk) -> None:
    desk.answer_all()
    data = b"a photo"
    body = {"photo_id": "p1", "sha256": sha256(data.decode()), "size": len(data), "mime": "image/jpeg", "w": 1, "h": 1,
            "taken": None, "gps": None, "derivs": []}  # fmt: skip
    photo = desk.make("officer", "photo.add@1", body, item=desk.items[0])
    desk.seal("lead", photo)
    desk.send("lead")
    assert states(desk) == ["sealed_pending_ops"]
    assert desk.send("officer") == [APPLIED]
    assert states(desk) == ["sealed_pending_ops", "sealed_pending_blobs"]
    desk.server.bring_blob(desk.story.accounts["officer"], data)
    assert states(desk)[2:] == ["sealed"]


def test_a_seal_over_a_rejected_op_is_disputed_and_stays_so(desk: Desk) -> None:
    desk.answer_all()
    bad = desk.make("expert", "note.add@1", {"text": 5})
    desk.seal("lead", bad)
    desk.send("lead")
    desk.send("expert")
    assert states(desk) == ["sealed_pending_ops", "sealed_disputed"]


@pytest.mark.parametrize("changed", [{"registers": []}, {"conflicts": 1}])
def test_a_seal_is_refused_on_its_own_words(desk: Desk, changed: dict[str, Any]) -> None:
    desk.answer_all()
    desk.seal("lead", **changed)
    assert desk.send("lead") == [("rejected", "not_sealable")]
    assert desk.results[0]["detail"]
    assert states(desk) == []


def test_a_text_that_its_ops_do_not_give_is_disputed(desk: Desk) -> None:
    desk.answer_all()
    desk.seal("lead", ops_root="0" * 64)
    assert desk.send("lead") == [APPLIED]
    assert states(desk) == ["sealed_disputed"]


@pytest.mark.parametrize("changed", [{"n": 2}, {"prev_manifest": "0" * 64}])
def test_a_seal_that_does_not_follow_on_is_a_case_of_its_own(desk: Desk, changed: dict[str, Any]) -> None:
    desk.answer_all()
    desk.seal("lead", **changed)
    assert desk.send("lead") == [LATE]
    assert states(desk) == []


def test_the_same_manifest_again_has_no_effect(desk: Desk) -> None:
    desk.answer_all()
    first = desk.seal()
    desk.make("lead", "insp.seal@1", first.body)
    assert desk.send("lead") == [APPLIED, APPLIED]
    assert states(desk) == ["sealed"]


def test_what_the_manifest_leaves_out_is_judged_again_and_its_dispute_ends(desk: Desk) -> None:
    desk.answer_all()
    seal = desk.seal()
    rival = desk.set("officer", "fail")
    note = desk.note("officer")
    assert desk.send("officer") == [CONFLICT, APPLIED]
    desk.send("lead")
    assert (desk.outcome(seal), desk.outcome(rival), desk.outcome(note)) == (APPLIED, LATE, LATE)
    assert desk.feed().rows == {}
    assert states(desk) == ["sealed"]


def test_it_is_signed_when_the_representative_and_two_officers_have_signed(desk: Desk) -> None:
    desk.answer_all()
    seal = desk.seal()
    desk.send("lead")

    def sign(name: str, role: str, person: str, **more: Any) -> None:
        body = {"role": role, "person": person, "manifest_hash": seal.body["manifest_hash"], "image_sha256": None,
                "consent_text_hash": "c" * 64, "refused": None}  # fmt: skip
        desk.make(name, "sig.add@1", body | more)
        assert desk.send(name) == [APPLIED]

    sign("lead", "leader", desk.story.accounts["lead"])
    sign("lead", "representative", "物业负责人", refused={"reason": "不认可", "witness": "社区"})
    sign("expert", "officer", desk.story.accounts["expert"])
    assert desk.feed().signed == []
    sign("lead", "officer", desk.story.accounts["officer"])
    sign("officer", "officer", desk.story.accounts["officer"])
    assert desk.feed().signed == [seal.body["manifest_hash"]]
