"""Whatever is booked, kept, settled and let go, in whatever order, at whatever minute: a model with one sentence agrees.

The sentence: a booth on a day is the first one's who asked for it, until she lets it go or her time runs out.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from contextvars import copy_context
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from service import fairs
from service.core import clock
from service.core.db import Database, new_id
from service.core.errors import Refused
from service.fairs.bookings import BoothWish, Keep, Placing
from service.fairs.bookings.tasks import note_run_out
from tests.fairs.bookings.grounds import NOW, STARTS, Grounds, grounds

bookings = fairs.bookings
BOOTHS, EXHIBITORS = 3, 3
BOOTH = st.integers(1, BOOTHS)
WHO = st.integers(0, EXHIBITORS - 1)
DAYS = st.tuples(st.integers(0, 4), st.integers(0, 4)).map(lambda pair: (min(pair), max(pair)))


@dataclass
class Has:
    """What the model knows of one who has a booth."""

    booth: str
    first: date
    last: date
    who: int | None
    origin: str
    until: datetime | None  # None: taken.

    def holds(self, now: datetime) -> bool:
        """Whether it is still hers."""
        return self.until is None or self.until > now


class Booths(RuleBasedStateMachine):
    """Three exhibitors, three booths, five days and a clock."""

    database: Database
    runner: asyncio.Runner

    @initialize()
    def opened(self) -> None:
        self.now, self.known = NOW, {}  # type: ignore[var-annotated]
        self.run(self._open())

    def run(self, work: Awaitable[Any]) -> Any:
        with clock.freeze(self.now):
            # The runner keeps the context of its own birth, in which no clock was stopped.
            return self.runner.run(work, context=copy_context())  # type: ignore[arg-type] # Every piece of work is a coroutine.

    async def _open(self) -> None:
        self.connection: AsyncConnection = await self.database.engine.connect()
        self.outer = await self.connection.begin()
        async with self._session() as session, session.begin():
            self.at: Grounds = await grounds(session, booths=BOOTHS, exhibitors=EXHIBITORS, each=2)
            found = await session.scalars(text("SELECT id FROM fairs_application ORDER BY code"))
            self.applications: list[UUID] = list(found)

    def _session(self) -> AsyncSession:
        return AsyncSession(self.connection, join_transaction_mode="create_savepoint", expire_on_commit=False)

    def act(self, work: Callable[[AsyncSession], Awaitable[Any]]) -> Any:
        """Do it; what is refused is refused whole and gives None."""

        async def tried() -> Any:
            async with self._session() as session:
                with suppress(Refused):
                    async with session.begin():
                        return await work(session)
            return None

        return self.run(tried())

    def _free(self, booth: str, first: date, last: date, but: str = "") -> bool:
        return not any(
            each.booth == booth and each.first <= last and first <= each.last and each.holds(self.now) and each.origin != but
            for each in self.known.values()
        )

    def _count(self, who: int) -> int:
        return sum(each.who == who and each.holds(self.now) for each in self.known.values())

    @rule(booth=BOOTH, who=WHO, days=DAYS)
    def book(self, booth: int, who: int, days: tuple[int, int]) -> None:
        code, first, last = f"A{booth:03}", STARTS + timedelta(days[0]), STARTS + timedelta(days[1])
        wish = BoothWish(booth=code, first_day=first, last_day=last)
        held = self.act(lambda session: bookings.book(session, self.at.exhibitors[who], self.at.slug, wish, key=new_id()))
        assert (held is not None) == (self._free(code, first, last) and self._count(who) < 2)
        if held is not None:
            self.known[held.id] = Has(code, first, last, who, "booking", held.held_until)

    @rule(booth=BOOTH, days=DAYS, until=st.integers(0, 3))
    def keep(self, booth: int, days: tuple[int, int], until: int) -> None:
        code, first, last = f"A{booth:03}", STARTS + timedelta(days[0]), STARTS + timedelta(days[1])
        day = (self.now + timedelta(days=until)).date()
        draft = Keep(booth=code, name="Người hẹn", first_day=first, last_day=last, until=day)
        row = self.act(lambda session: bookings.keep_booth(session, self.at.organiser, self.at.slug, draft, key=new_id()))
        assert (row is not None) == self._free(code, first, last)
        if row is not None:
            self.known[row.id] = Has(code, first, last, None, "hold", row.held_until)

    @rule(n=st.integers(0, 9), minutes=st.sampled_from([1, 14, 15, 60, 24 * 60]))
    def wait(self, n: int, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)
        if n == 0:
            self.act(note_run_out)

    @rule(n=st.integers(0, 9))
    def confirm(self, n: int) -> None:
        own = [(key, each) for key, each in self.known.items() if each.origin == "booking" and each.who is not None]
        if own:
            key, each = own[n % len(own)]
            actor = self.at.exhibitors[each.who]  # type: ignore[index]
            done = self.act(lambda session: bookings.confirm_booth(session, actor, key))
            assert (done is not None) == each.holds(self.now)
            if done is not None:
                each.until = None

    @rule(n=st.integers(0, 9))
    def let_go(self, n: int) -> None:
        every = [(key, each) for key, each in self.known.items() if each.origin != "plan"]
        if every:
            key, each = every[n % len(every)]
            if each.who is None:
                self.act(lambda session: bookings.free_booth(session, self.at.organiser, self.at.slug, key))
            else:
                actor = self.at.exhibitors[each.who]
                self.act(lambda session: bookings.let_go(session, actor, key))
            del self.known[key]

    @rule(plan=st.dictionaries(BOOTH, WHO, max_size=3))
    def settle(self, plan: dict[int, int]) -> None:
        placings = [
            Placing(
                self.at.booth(booth), STARTS, STARTS + timedelta(4), self.applications[who], self.at.suppliers[who],
                f"HTX DG{who}",
            )
            for booth, who in plan.items()
        ]  # fmt: skip
        fits = all(self._free(f"A{booth:03}", STARTS, STARTS + timedelta(4), but="plan") for booth in plan)

        async def settled(session: AsyncSession) -> bool:
            await bookings.settle_plan(session, self.at.organiser, self.at.fair_id, new_id(), placings)
            return True

        assert (self.act(settled) is True) == fits
        if fits:
            self.known = {key: each for key, each in self.known.items() if each.origin != "plan"}
            for booth, who in plan.items():
                self.known[new_id()] = Has(f"A{booth:03}", STARTS, STARTS + timedelta(4), who, "plan", None)

    @invariant()
    def the_list_says_what_the_model_knows(self) -> None:
        if not hasattr(self, "at"):
            return

        async def read() -> list[Any]:
            async with self._session() as session:
                return await bookings.occupied(session, self.at.fair_id)

        shown = sorted((each.booth, each.first_day, each.last_day, each.origin, each.state) for each in self.run(read()))
        known = sorted(
            (each.booth, each.first, each.last, each.origin, "taken" if each.until is None else "held")
            for each in self.known.values() if each.holds(self.now)
        )  # fmt: skip
        assert shown == known

    def teardown(self) -> None:
        if hasattr(self, "outer"):
            self.run(self._close())

    async def _close(self) -> None:
        await self.outer.rollback()
        await self.connection.close()


def test_a_booth_is_the_first_ones_whatever_happens(database_url: str) -> None:
    with asyncio.Runner() as runner:
        Booths.database, Booths.runner = Database(database_url), runner
        try:
            run_state_machine_as_test(
                Booths,
                settings=settings(
                    max_examples=16,
                    stateful_step_count=20,
                    deadline=None,
                    derandomize=True,
                    suppress_health_check=list(HealthCheck),
                ),
            )
        finally:
            runner.run(Booths.database.close())
