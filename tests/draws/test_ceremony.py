"""The ceremony: its order, and that nobody can steer it alone."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from suicha.draws import actions, queries
from suicha.draws.errors import (
    AlreadyCommitted,
    IllegalDrawStep,
    OfficialBarred,
    OfficialHasRevealed,
    OfficialRenamed,
    OfficialUnknown,
    PublicValueUsed,
    ReasonMissing,
    SecretWrong,
    TooFewOfficials,
    ValueByOthers,
    ValueMalformed,
)
from suicha.draws.rules.ceremony import NEXT, STEPS, DrawState, Step
from suicha.draws.rules.record import commitment_of
from suicha.draws.rules.verify import verify_record
from suicha.draws.tables import Draw
from suicha.journal.queries import entries_about

from .town import SECRETS, Hall, account_id, caller, label, tell

ACTS: dict[Step, Callable[[Hall, Draw], Awaitable[Any]]] = {
    Step.COMMIT: lambda hall, draw: hall.commit(draw, "deputy"),
    Step.CLOSE: lambda hall, draw: hall.close(draw),
    Step.ENTER_VALUE: lambda hall, draw: hall.do(actions.enter_value, draw.id, "彩票", "1 2 3", by="deputy"),
    Step.REVEAL: lambda hall, draw: hall.reveal(draw, "witness"),
    Step.DECLARE_UNREVEALED: lambda hall, draw: hall.do(
        actions.declare_unrevealed, draw.id, label("witness"), "未到场"
    ),
    Step.SEAL: lambda hall, draw: hall.seal(draw),
    Step.VOID: lambda hall, draw: hall.do(actions.void, draw.id, "设备故障"),
}
# What may be done again without harm: whoever lost the answer asks a second time.
REPEATED = {
    ("committed", Step.CLOSE),
    ("revealed", Step.REVEAL),
    ("sealed", Step.REVEAL),
    ("superseded", Step.REVEAL),
    ("sealed", Step.SEAL),
    ("superseded", Step.SEAL),
}


async def a_draw_in(hall: Hall, state: str) -> Draw:
    await hall.prepare()
    if state == "void":
        draw = await hall.freeze()
        return await hall.do(actions.void, draw.id, "停电")
    if state == "superseded":
        first = await hall.hold("1 1 1 1")
        await hall.hold("2 2 2 2", reason="名录有误")
        async with hall.database.reading() as session:
            return await queries.draw(session, first.id)
    return await hall.until(state, await hall.freeze())


@pytest.mark.parametrize("state", [state.value for state in DrawState])
def test_in_every_state_exactly_the_steps_of_the_table_are_open(database_url: str, state: str) -> None:
    async def story(hall: Hall) -> None:
        draw = await a_draw_in(hall, state)
        assert draw.state == state
        for step in Step:
            if step in STEPS[DrawState(state)]:
                continue
            if (state, step) in REPEATED:
                assert (await ACTS[step](hall, draw)).state == state
            elif step is Step.REVEAL and state in {"frozen", "void"}:
                with pytest.raises(OfficialUnknown):
                    await ACTS[step](hall, draw)
            else:
                with pytest.raises(IllegalDrawStep):
                    await ACTS[step](hall, draw)
        async with hall.database.reading() as session:
            assert (await queries.draw(session, draw.id)).state == state

    tell(database_url, story)


def test_no_state_is_left_but_by_a_step() -> None:
    assert set(NEXT) == set(STEPS) == set(DrawState)
    assert [state for state in DrawState if not STEPS[state] and NEXT[state]] == [DrawState.SEALED]


def test_a_whole_ceremony_gives_a_record_that_anybody_can_check(database_url: str) -> None:
    async def story(hall: Hall) -> None:
        await hall.prepare()
        draw = await hall.hold()
        assert (draw.state, draw.number, draw.drawn_count, draw.team_count) == ("sealed", 1, 9, 4)
        async with hall.database.reading() as session:
            text = await queries.record_text(session, draw.id)
            record = await queries.sealed_record(session, draw.id)
            entries = await entries_about(session, f"draw:{draw.id}")
        report = verify_record(text.encode())
        assert report.is_sound, list(report.lines())
        assert record["digest"] == draw.digest
        assert record["purpose"] == "official"
        assert [row["official"] for row in record["randomness"]["secrets"]] == [label("office"), label("witness")]
        assert [entry.verb for entry in entries] == [
            "froze_pool",
            "committed_secret",
            "committed_secret",
            "closed_commitments",
            "entered_value",
            "entered_value",
            "revealed_secret",
            "revealed_secret",
            "sealed_draw",
        ]
        assert str(draw.digest) in entries[-1].facts

    tell(database_url, story)


def test_one_official_is_not_enough(database_url: str) -> None:
    async def story(hall: Hall) -> None:
        await hall.prepare()
        draw = await hall.freeze()
        for have, name in enumerate(["witness", "office"]):
            with pytest.raises(TooFewOfficials) as refused:
                await hall.close(draw)
            assert refused.value.facts == {"have": have, "need": 2}
            await hall.commit(draw, name)
        assert (await hall.close(draw)).state == "committed"

    tell(database_url, story)


def test_a_commitment_is_handed_in_once_and_not_exchanged(database_url: str) -> None:
    async def story(hall: Hall) -> None:
        await hall.prepare()
        draw = await hall.freeze()
        await hall.commit(draw, "witness")
        again = await hall.commit(draw, "witness")
        assert again.state == "frozen"
        with pytest.raises(AlreadyCommitted):
            await hall.do(actions.commit, draw.id, "0" * 64, by="witness")
        with pytest.raises(OfficialRenamed) as refused:
            await hall.do(actions.commit, draw.id, "1" * 64, by="office", official="另一个名字")
        assert refused.value.facts == {"official": label("office")}
        async with hall.database.reading() as session:
            assert len(await queries.commitments(session, draw.id)) == 1

    tell(database_url, story)


def test_officials_of_one_name_are_told_apart(database_url: str) -> None:
    async def story(hall: Hall) -> None:
        from sqlalchemy import update
        from sqlmodel import col

        from suicha.accounts.tables import Account

        async with hall.database.writing() as session:
            await session.execute(
                update(Account)
                .where(col(Account.id).in_([account_id("witness"), account_id("deputy")]))
                .values(name="同名")
            )
            labels = [
                await queries.official_label_of(session, caller(name)) for name in ("witness", "deputy", "office")
            ]
        assert labels == [
            f"同名（{account_id('witness')[-4:]}）",
            f"同名（{account_id('deputy')[-4:]}）",
            label("office"),
        ]

    tell(database_url, story)


def test_the_value_stands_once_two_people_have_entered_the_same(database_url: str) -> None:
    async def story(hall: Hall) -> None:
        await hall.prepare()
        draw = await hall.until("committed", await hall.freeze())
        enter = actions.enter_value
        draw = await hall.do(enter, draw.id, "骰子", "6 2 5", by="office")
        draw = await hall.do(enter, draw.id, "骰子", "6 2 5", by="office")
        assert draw.state == "committed", "one person twice is one person"
        draw = await hall.do(enter, draw.id, "骰子", "6 2 6", by="witness")
        assert draw.state == "committed"
        with pytest.raises(ValueByOthers):
            await hall.do(enter, draw.id, "骰子", "6 2 5", by="deputy")
        draw = await hall.do(enter, draw.id, " 骰子 ", "6 2 5\n", by="witness")
        assert (draw.state, draw.value_source, draw.value) == ("valued", "骰子", "6 2 5")
        async with hall.database.reading() as session:
            entries = await queries.value_entries(session, draw.id)
            noted = [one for one in await entries_about(session, f"draw:{draw.id}") if one.verb == "entered_value"]
        assert ["6 2" in one.facts for one in noted] == [False, False, True], "nobody reads the other's in the journal"
        assert [(row.n, row.value) for row in entries] == [(1, "6 2 5"), (2, "6 2 6"), (3, "6 2 5")]

    tell(database_url, story)


def test_values_are_compared_in_one_written_form(database_url: str) -> None:
    async def story(hall: Hall) -> None:
        await hall.prepare()
        draw = await hall.until("committed", await hall.freeze())
        await hall.do(actions.enter_value, draw.id, "Dés", "é", by="office")
        draw = await hall.do(actions.enter_value, draw.id, "De\u0301s", "e\u0301", by="witness")
        assert draw.state == "valued"

    tell(database_url, story)


@pytest.mark.parametrize(("source", "value"), [("", "1"), ("骰子", "  "), ("骰子", "1\n2"), ("x" * 201, "1")])
def test_a_value_is_one_line(database_url: str, source: str, value: str) -> None:
    async def story(hall: Hall) -> None:
        await hall.prepare()
        draw = await hall.until("committed", await hall.freeze())
        with pytest.raises(ValueMalformed):
            await hall.do(actions.enter_value, draw.id, source, value)

    tell(database_url, story)


def test_a_public_value_serves_once_in_any_campaign(database_url: str) -> None:
    async def story(hall: Hall) -> None:
        await hall.prepare()
        await hall.hold("3 3 3")
        await hall.prepare(short_code="WY2026-2")
        draw = await hall.until("committed", await hall.freeze())
        with pytest.raises(PublicValueUsed):
            await hall.do(actions.enter_value, draw.id, "现场掷骰子", "3 3 3 ")
        assert (await hall.value(draw, "3 3 4")).state == "valued"

    tell(database_url, story)


def test_a_wrong_secret_changes_nothing_and_may_be_tried_again(database_url: str) -> None:
    async def story(hall: Hall) -> None:
        await hall.prepare()
        draw = await hall.until("valued", await hall.freeze())
        for wrong in ("", "f" * 32, SECRETS["office"], SECRETS["witness"] + "0"):
            with pytest.raises(SecretWrong):
                await hall.do(actions.reveal, draw.id, wrong, by="witness")
        with pytest.raises(OfficialUnknown):
            await hall.do(actions.reveal, draw.id, SECRETS["deputy"], by="deputy")
        typed = " ".join(SECRETS["witness"][n : n + 4] for n in range(0, 32, 4)).upper()
        draw = await hall.do(actions.reveal, draw.id, typed, by="witness")
        assert draw.state == "valued"
        assert (await hall.reveal(draw, "office")).state == "revealed"

    tell(database_url, story)


def test_who_refuses_to_reveal_is_named_and_replaced(database_url: str) -> None:
    async def story(hall: Hall) -> None:
        await hall.prepare()
        draw = await hall.until("valued", await hall.freeze())
        await hall.reveal(draw, "office")
        with pytest.raises(OfficialHasRevealed):
            await hall.do(actions.declare_unrevealed, draw.id, label("office"), "拒绝")
        with pytest.raises(OfficialUnknown):
            await hall.do(actions.declare_unrevealed, draw.id, label("deputy"), "拒绝")
        with pytest.raises(ReasonMissing):
            await hall.do(actions.declare_unrevealed, draw.id, label("witness"), "  ")
        draw = await hall.do(actions.declare_unrevealed, draw.id, label("witness"), "拒绝公开")
        assert (draw.state, draw.unrevealed_name, draw.void_reason) == ("void", label("witness"), "拒绝公开")

        second = await hall.freeze()
        with pytest.raises(OfficialBarred):
            await hall.commit(second, "witness")
        # A draw that is called off does not let him in again.
        await hall.do(actions.void, second.id, "停电")
        third = await hall.freeze()
        with pytest.raises(OfficialBarred):
            await hall.commit(third, "witness")
        hall.names = ["office", "second_witness"]
        third = await hall.until("sealed", third, "4 4 4")
        assert third.state == "sealed"
        hall.names = ["office", "witness"]
        assert (await hall.hold("5 5 5", reason="名录有误")).state == "sealed"

    tell(database_url, story)


def test_once_the_value_is_known_nobody_can_call_the_draw_off(database_url: str) -> None:
    async def story(hall: Hall) -> None:
        await hall.prepare()
        draw = await hall.until("valued", await hall.freeze())
        with pytest.raises(IllegalDrawStep):
            await hall.do(actions.void, draw.id, "结果不合意")
        draw = await hall.reveal_all(draw)
        with pytest.raises(IllegalDrawStep):
            await hall.do(actions.void, draw.id, "结果不合意")

    tell(database_url, story)


def test_two_people_who_seal_at_once_get_the_same(database_url: str) -> None:
    async def story(hall: Hall) -> None:
        await hall.prepare()
        draw = await hall.until("revealed", await hall.freeze())
        sealed = await asyncio.gather(*(hall.seal(draw, by) for by in ("office", "deputy", "office")))
        assert len({(row.state, row.digest, row.seed) for row in sealed}) == 1
        async with hall.database.reading() as session:
            verbs = [entry.verb for entry in await entries_about(session, f"draw:{draw.id}")]
        assert verbs.count("sealed_draw") == 1

    tell(database_url, story)


def test_one_account_that_commits_from_two_devices_at_once_commits_once(database_url: str) -> None:
    async def story(hall: Hall) -> None:
        await hall.prepare()
        draw = await hall.freeze()
        texts = [commitment_of(draw.pool_digest, label("witness"), f"{n:032x}") for n in range(4)]
        done = await asyncio.gather(
            *(hall.do(actions.commit, draw.id, text, by="witness") for text in texts), return_exceptions=True
        )
        refused = [one for one in done if isinstance(one, BaseException)]
        assert [type(one) for one in refused] == [AlreadyCommitted] * 3
        async with hall.database.reading() as session:
            assert len(await queries.commitments(session, draw.id)) == 1

    tell(database_url, story)


def test_two_draws_that_agree_on_one_value_at_once_do_not_share_it(database_url: str) -> None:
    async def story(hall: Hall) -> None:
        draws = []
        for number in range(2):
            await hall.prepare(short_code=f"AT-ONCE-{number}")
            draw = await hall.until("committed", await hall.freeze())
            draws.append(await hall.do(actions.enter_value, draw.id, "骰子", "6 6 6", by="office"))
        done = await asyncio.gather(
            *(hall.do(actions.enter_value, draw.id, "骰子", "6 6 6", by="witness") for draw in draws),
            return_exceptions=True,
        )
        assert sorted(type(one).__name__ for one in done) == ["Draw", "PublicValueUsed"]

    tell(database_url, story)


def test_a_server_that_dies_before_the_seal_has_lost_nothing(database_url: str) -> None:
    async def story(hall: Hall) -> None:
        await hall.prepare()
        draw = await hall.until("revealed", await hall.freeze())
        again = Hall(hall.database, campaign=hall.campaign, minutes=600)
        assert (await again.seal(draw)).state == "sealed"

    tell(database_url, story)
