"""The public plan and list after any sequence of publishing, booking, holding and letting go: never anything else than the
published version and the bookings together (F13)."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service import fairs
from service.core import clock
from service.core.db import new_id
from service.core.errors import Conflict, Invalid
from tests.fairs.plans.stage import ENDS, Stage, found, publish, stage, withdraw

plans = fairs.plans
TODAY = date(2026, 11, 28)


class Walk:
    """The fair beside what should be seen of it, kept without asking the code under test."""

    def __init__(self, session: AsyncSession, there: Stage, draw: random.Random) -> None:
        self.session, self.there, self.draw = session, there, draw
        self.published: set[tuple[str, str]] = set()  # Booth and application.
        self.given: dict[str, str] = {}  # Booths that the organiser has given by name.
        self.kept: dict[str, Any] = {}

    async def publish(self) -> None:
        """A new version, published where it still may be."""
        try:
            plan = await found(self.session, self.there)
            await publish(self.session, self.there, plan)
        except (Conflict, Invalid):
            return
        stood = await plans.published(self.session, self.there.fair_id)
        codes = {booth: code for code, booth in self.there.booths.items()}
        assert stood is not None
        self.published = {(codes[each.booth_id], str(each.party_id)) for each in stood.stands}

    async def swap_by_hand(self) -> None:
        """Two exchange their places in the published version, which is published again."""
        stood = await plans.published(self.session, self.there.fair_id)
        if stood is None:
            return
        page = await plans.plan_page(self.session, self.there.slug, self.there.organiser, stood.number)
        placed = [line for line in page.placed if line.id in {str(each) for each in self.there.applications}]
        if len(placed) < 2:
            return
        one, other = self.draw.sample(placed, 2)
        kept = plans.HandKeep(steps=(f"swap|{one.code}|{other.code}",), newest=page.newest)
        try:
            hand = await plans.keep_by_hand(self.session, self.there.organiser, self.there.slug, stood.number, kept)
            await publish(self.session, self.there, hand)
        except (Conflict, Invalid):
            return
        after = await plans.published(self.session, self.there.fair_id)
        assert after is not None
        codes = {booth: code for code, booth in self.there.booths.items()}
        self.published = {(codes[each.booth_id], str(each.party_id)) for each in after.stands}

    async def keep(self) -> None:
        """The organiser keeps a booth for a name."""
        code = self.draw.choice(sorted(self.there.booths))
        wish = fairs.bookings.Keep(booth=code, name=f"Khách {code}", until=TODAY + timedelta(days=3))
        try:
            async with self.session.begin_nested():
                held = await fairs.bookings.keep_booth(self.session, self.there.organiser, self.there.slug, wish, key=new_id())
        except (Conflict, Invalid):
            return
        self.kept[code] = held

    async def give(self) -> None:
        """A booth that was kept is given for good."""
        if not self.kept:
            return
        code = self.draw.choice(sorted(self.kept))
        held = self.kept.pop(code)
        await fairs.bookings.give_booth(self.session, self.there.organiser, self.there.slug, held.id)
        self.given[code] = f"Khách {code}"

    async def let_go(self) -> None:
        """A booth that was kept is free again."""
        if not self.kept:
            return
        code = self.draw.choice(sorted(self.kept))
        held = self.kept.pop(code)
        await fairs.bookings.free_booth(self.session, self.there.organiser, self.there.slug, held.id)

    async def leave(self) -> None:
        """An exhibitor withdraws: what is published stays until the next version."""
        await withdraw(self.session, self.draw.choice(self.there.applications))

    async def seen(self) -> None:
        """What everybody sees, on the plan, in the list, and booth by booth."""
        names = await self.session.execute(
            text("SELECT id, exhibitor FROM fairs_application WHERE fair_id = :fair"), {"fair": self.there.fair_id}
        )
        by_id = {str(row[0]): row[1] for row in names}
        wanted = {(booth, by_id[party]) for booth, party in self.published} | set(self.given.items())
        listed = await plans.exhibitors(self.session, self.there.slug, None, plans.ExhibitorSearch())
        assert {(stay.booth, each.name) for each in listed.items for stay in each.stays} == wanted
        drawn = await plans.public_plan(self.session, self.there.slug, None)
        codes = {booth: code for code, booth in self.there.booths.items()}
        assert {(codes[booth], each.name) for booth, those in drawn.holders.items() for each in those} == wanted
        assert {codes[booth] for booth in drawn.held} == set(self.kept)


@pytest.mark.parametrize("seed", range(6))
async def test_everybody_always_sees_the_published_version_and_the_bookings(session: AsyncSession, seed: int) -> None:
    draw = random.Random(seed)
    with clock.freeze(TODAY):
        there = await stage(session, length=3, exhibitors=5)
        walk = Walk(session, there, draw)
        moves = [walk.publish, walk.publish, walk.swap_by_hand, walk.keep, walk.give, walk.let_go, walk.leave]
        for _step in range(14):
            await draw.choice(moves)()
            await walk.seen()


async def test_the_list_of_a_fair_that_is_over_stays(session: AsyncSession) -> None:
    with clock.freeze(TODAY):
        there = await stage(session, exhibitors=2)
        await publish(session, there, await found(session, there))
    with clock.freeze(ENDS + timedelta(days=30)):
        listed = await plans.exhibitors(session, there.slug, None, plans.ExhibitorSearch())
    assert listed.total == 2
