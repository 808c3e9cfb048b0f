"""What the sealed record of a recheck says about each problem, and what follows; also when the record is amended."""

import json
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from suicha.checklists.loader import read_calendar
from suicha.feed import actions as feed
from suicha.feed.rules import visit_scope
from suicha.infra.settings import settings_from_environment
from suicha.inspections import queries as inspection_queries
from suicha.inspections.tables import Inspection
from suicha.journal import actions as journal
from suicha.kit.clock import local_date
from suicha.kit.workdays import add_working_days
from suicha.rectification import queries
from suicha.rectification.actions.days import move_recheck
from suicha.rectification.actions.ending import end_problem, reopen_problem
from suicha.rectification.queries.policies import current_policy
from suicha.rectification.rules import FINAL, NEXT_RECHECK, ProblemState, RecheckKind, RecheckState, stepped
from suicha.rectification.tables import Problem, Recheck, RecheckOutcome

# Result, op and remark of an item.
Said = tuple[str, str, str]
_RESULTS = {"pass": "fixed", "fixed": "fixed", "fail": "not_fixed", "na": "not_applicable"}
_PASSED = {"fixed": "recheck_passed", "not_applicable": "recheck_not_applicable"}


async def recheck_sealed(session: AsyncSession, visit: Inspection, *, now: datetime) -> None:
    """复查 → 责令整改: what the sealed record says about each problem; said again, nothing happens twice."""
    recheck = await queries.recheck_of_visit(session, visit.id)
    if recheck is None:
        return
    answers = await _answers(session, visit.id)
    known = {outcome.problem_id: outcome for outcome in await queries.outcomes_of(session, recheck.id)}
    for problem in await queries.problems_taken_along(session, recheck.id):
        said = answers.get(problem.item)
        if said is None:
            continue
        if problem.id in known:
            await _amend_outcome(session, recheck, known[problem.id], said, now=now)
        else:
            await _note_outcome(session, recheck, problem, said, now=now)
    if recheck.state == RecheckState.SENT:
        recheck.state, recheck.done_at = stepped(NEXT_RECHECK, recheck.state, RecheckState.DONE).value, now
        await session.flush()
        body = {"recheck": recheck.id, "scheduled_on": recheck.scheduled_on.isoformat(), "is_uncertain": False}
        await feed.append(session, recheck.scope, "recheck.done", body, at=now)
        await journal.record(session, None, "recheck_done", f"recheck:{recheck.id}", at=now, visit=visit.code)


async def _answers(session: AsyncSession, visit_id: str) -> dict[str, Said]:
    values: dict[str, dict[str, tuple[str, str]]] = {}
    seal = await inspection_queries.seal_in_force(session, visit_scope(visit_id))
    for item, field, op_id, value in await inspection_queries.sealed_values(session, seal):
        values.setdefault(item, {})[field] = (op_id, value)
    found = {}
    for item, fields in values.items():
        if "result" in fields:
            remark = json.loads(fields["remark"][1]) if "remark" in fields else ""
            found[item] = (json.loads(fields["result"][1]), fields["result"][0], remark)
    return found


async def _note_outcome(
    session: AsyncSession, recheck: Recheck, problem: Problem, said: Said, *, now: datetime
) -> None:
    result, op_id, remark = said
    outcome = _RESULTS[result]
    session.add(
        RecheckOutcome(recheck_id=recheck.id, problem_id=problem.id, result=outcome, remark=remark, op_id=op_id, at=now)
    )
    await session.flush()
    await journal.record(
        session,
        None,
        "rechecked",
        f"problem:{problem.id}",
        at=now,
        result=outcome,
        remark=remark,
        recheck=recheck.id,
    )
    locked = await queries.locked_problem(session, problem.id)
    if outcome == "not_fixed":
        await _not_fixed(session, recheck, locked, now=now)
    elif ProblemState(locked.state) not in FINAL:
        await end_problem(session, locked, ProblemState.CLOSED, because=_PASSED[outcome], by=None, now=now)


async def _amend_outcome(
    session: AsyncSession, recheck: Recheck, outcome: RecheckOutcome, said: Said, *, now: datetime
) -> None:
    """更正记录 of a recheck: the outcome follows the newest seal, and the problem where nothing decided since."""
    before, (result, op_id, remark) = outcome.result, said
    if (before, outcome.op_id, outcome.remark) == (_RESULTS[result], op_id, remark):
        return
    outcome.result, outcome.op_id, outcome.remark, outcome.at = _RESULTS[result], op_id, remark, now
    await session.flush()
    await journal.record(
        session,
        None,
        "amended_recheck",
        f"problem:{outcome.problem_id}",
        at=now,
        before=before,
        result=outcome.result,
        remark=remark,
        recheck=recheck.id,
    )
    problem = await queries.locked_problem(session, outcome.problem_id)
    if outcome.result == "not_fixed" != before:
        if problem.state == ProblemState.CLOSED and problem.ended_because == _PASSED[before]:
            await _come_again(session, problem, because="recheck_amended", now=now)
    elif before == "not_fixed" != outcome.result:
        problem.failed_rechecks = max(0, problem.failed_rechecks - 1)
        # Where another team is on its way already, it says what it finds.
        if ProblemState(problem.state) not in {*FINAL, ProblemState.RECHECKING}:
            because = _PASSED[outcome.result]
            await end_problem(session, problem, ProblemState.CLOSED, because=because, by=None, now=now)
    await session.flush()


async def _not_fixed(session: AsyncSession, recheck: Recheck, problem: Problem, *, now: datetime) -> None:
    """Open again, counted, and somebody comes back; a problem that ended otherwise meanwhile stays as it is."""
    is_lookback = recheck.kind == RecheckKind.LOOKBACK
    if problem.state == ProblemState.RECHECKING or (is_lookback and problem.state == ProblemState.CLOSED):
        because = "lookback_failed" if is_lookback else "recheck_failed"
        await _come_again(session, problem, because=because, now=now)


async def _come_again(session: AsyncSession, problem: Problem, *, because: str, now: datetime) -> None:
    await reopen_problem(session, problem, because=because, by=None, now=now)
    problem.failed_rechecks += 1
    calendar = read_calendar(settings_from_environment().checklists_dir)
    day = add_working_days(local_date(now), current_policy().next_recheck_working_days, calendar)
    await move_recheck(session, problem, day, calendar, now=now)
