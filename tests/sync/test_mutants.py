"""Rules that were once worded naively: a short trace holds with the rule, and fails as soon as it is swapped."""

import pytest

from . import mutations, traces
from .mutations import Mutation
from .stored import StoredServer
from .traces import Stage, Trace, play

CASES: list[tuple[Trace, Mutation]] = [
    (traces.a_newer_answer_reaches_the_phone_before_the_push, mutations.recompute_sup_at_push),
    (traces.an_officer_changes_his_mind_in_a_dispute, mutations.member_supersedes_all_heads),
    (traces.an_officer_changes_his_mind_in_a_dispute, mutations.client_ignores_an_open_row),
    (traces.an_officer_changes_his_mind_in_a_dispute, mutations.newest_by_the_clock_wins),
    (traces.the_process_ends_before_it_commits, mutations.ack_before_commit),
    (traces.the_second_op_arrives_first, mutations.skip_the_inbox),
    (traces.a_record_arrives_after_the_seal, mutations.drop_late_ops),
    (traces.a_page_has_a_hole, mutations.sequence_cursor),
    (traces.a_phone_dies_while_it_stores_a_page, mutations.cursor_before_entries),
    (traces.a_reply_is_lost_and_the_phone_dies, mutations.seq_in_memory),
    (traces.a_seal_and_a_signature, mutations.every_kind_is_late),
    (traces.an_admitted_op_is_not_in_the_manifest, mutations.receipts_are_never_judged_again),
    (traces.the_second_note_of_two_is_handed_over, mutations.inside_is_what_has_a_smaller_seq),
    (traces.a_named_op_arrives_after_the_seal, mutations.unchecked_is_disputed),
    (traces.two_devices_of_the_leader_seal, mutations.every_seal_takes_effect),
    (traces.a_signature_travels_faster_than_its_seal, mutations.unknown_manifests_are_refused),
    (traces.a_member_is_revoked_while_offline, mutations.position_in_the_persons_own_feed),
    (traces.a_colleagues_answer_is_built_upon_by_file, mutations.sup_must_have_been_in_the_feed),
    (traces.two_branches_of_one_profile, mutations.a_refused_envelope_takes_the_op_id),
    (traces.two_branches_of_one_profile, mutations.a_wrong_prev_ends_an_op),
    (traces.two_branches_of_one_profile, mutations.a_duplicate_stands_still),
    (traces.a_named_op_comes_in_another_envelope, mutations.the_second_envelope_counts),
    (traces.a_refused_op_and_a_good_one_after_it, mutations.a_void_for_what_used_its_seq),
    (traces.bytes_rot_before_they_are_sent, mutations.a_void_leaves_the_chain_alone),
    (traces.an_answer_is_judged_again_after_its_receipt, mutations.the_receipt_wins),
    (traces.a_late_note_is_taken_in, mutations.a_decision_changes_nothing),
    (traces.a_late_note_is_taken_in, mutations.a_second_seal_needs_no_addendum),
    (traces.two_devices_of_the_leader_decide, mutations.the_newest_decision_counts),
    (traces.an_old_answer_arrives_in_an_addendum, mutations.an_open_addendum_takes_everything),
    (traces.an_old_answer_arrives_in_an_addendum, mutations.an_addendum_takes_nothing_unasked),
    (traces.a_further_manifest_names_a_late_note, mutations.naming_takes_nothing_in),
    (traces.a_note_that_was_taken_in_is_left_out_by_the_other_device, mutations.a_decision_is_for_ever),
    (traces.the_leader_is_replaced_while_offline, mutations.a_taken_back_grant_stays_in_the_way),
]


@pytest.mark.parametrize("trace", dict.fromkeys(trace for trace, _ in CASES), ids=lambda trace: trace.__name__)
def test_the_rules_hold_where(trace: Trace) -> None:
    play(trace)


@pytest.mark.parametrize(("trace", "mutation"), CASES, ids=lambda case: case.__name__)
def test_the_oracle_notices(trace: Trace, mutation: Mutation, monkeypatch: pytest.MonkeyPatch) -> None:
    mutation(monkeypatch)
    with pytest.raises(AssertionError):
        play(trace)


@pytest.mark.parametrize("is_mutated", [False, True], ids=["held", "noticed"])
def test_bytes_that_came_first_are_told_with_their_photo(
    sqlite_url: str,
    monkeypatch: pytest.MonkeyPatch,
    is_mutated: bool,  # noqa: FBT001
) -> None:
    _play_stored(
        sqlite_url,
        traces.a_photo_follows_its_bytes,
        mutations.told_only_when_an_upload_ends if is_mutated else None,
        monkeypatch,
    )


@pytest.mark.parametrize("is_mutated", [False, True], ids=["held", "noticed"])
def test_a_poisoned_op_does_not_block_the_queue(
    sqlite_url: str,
    monkeypatch: pytest.MonkeyPatch,
    is_mutated: bool,  # noqa: FBT001
) -> None:
    def trace(s: Stage) -> None:
        traces.one_op_is_poisoned(s)
        s.teardown = lambda: None  # type: ignore[method-assign]
        s.holds = lambda: None  # type: ignore[method-assign]

    _play_stored(sqlite_url, trace, mutations.one_transaction_for_the_whole_batch if is_mutated else None, monkeypatch)


def _play_stored(url: str, trace: Trace, mutation: Mutation | None, patch: pytest.MonkeyPatch) -> None:
    server = StoredServer(url)
    try:
        if mutation is None:
            play(trace, server)
            return
        mutation(patch)
        with pytest.raises((AssertionError, RuntimeError)):
            play(trace, server)
    finally:
        server.close()
