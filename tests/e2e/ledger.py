"""A ledger of draws in every state, held by the people of tests/draws/town.py."""

import threading
from dataclasses import dataclass, field

from suicha.draws import actions, queries
from suicha.draws.rules.freezing import Place
from suicha.infra.settings import Settings
from tests.draws.town import HISTORY, Hall, label, tell

WHY_VOID = "示例second_witness未在规定时间内公开秘密"
WHY_AGAIN = "名单漏登三个新交付的小区"


@dataclass
class Ledger:
    """Ids of draws by state, and the records of those that have one."""

    ids: dict[str, str] = field(default_factory=dict)
    records: dict[str, bytes] = field(default_factory=dict)

    def address(self, name: str) -> str:
        """The public page of a draw."""
        return f"/public/draws/{self.ids[name]}"


def hold_draws(settings: Settings) -> Ledger:
    """Superseded, void, sealed, a replacement, and one whose commitments are being closed."""
    ledger = Ledger()

    async def story(hall: Hall) -> None:
        await hall.add_reserves()
        await hall.prepare(most_visits=None)
        ledger.ids["superseded"] = (await hall.hold("1 1 1 1")).id
        hall.names.append("second_witness")
        failing = await hall.until("valued", await hall.freeze(WHY_AGAIN), "2 2 2 2")
        await hall.do(actions.declare_unrevealed, failing.id, label("second_witness"), WHY_VOID)
        ledger.ids["void"] = failing.id
        hall.names.pop()
        sealed = await hall.hold("3 5 1 6", WHY_AGAIN)
        ledger.ids["sealed"] = sealed.id
        place = Place(team=1, kind="officer", seat=2)
        leaving = await hall.do(actions.freeze_replacement, sealed.id, place, "病假", history=HISTORY)
        ledger.ids["replacement"] = (await hall.until("sealed", leaving, "4 4 1 2")).id
        hall.minutes += 60
        await hall.prepare(name="2026年电梯专项抽查", short_code="DT2026")
        ledger.ids["committed"] = (await hall.until("committed", await hall.freeze())).id
        async with hall.database.reading() as session:
            for name in ("superseded", "sealed", "replacement"):
                ledger.records[name] = (await queries.record_text(session, ledger.ids[name])).encode()

    # In a thread of its own: Playwright's loop runs in this one.
    thread = threading.Thread(target=lambda: tell(settings.database_url, story))
    thread.start()
    thread.join()
    assert set(ledger.records) == {"superseded", "sealed", "replacement"}
    return ledger
