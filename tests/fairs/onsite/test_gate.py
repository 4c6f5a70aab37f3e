"""The gate: everybody has a pass, comes once a day, and what a phone sends twice is one row with one answer."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from service import fairs
from service.core import clock
from service.core.db import new_id
from service.core.errors import Conflict, Invalid, NotAllowed, NotFound
from service.fairs.bookings.events import BoothTaken
from service.fairs.onsite import CheckInDraft, How, PassDraft, codes, tasks
from service.fairs.onsite.models import CheckIn
from tests.fairs.bookings.counting import counted
from tests.fairs.onsite.stands import SECOND, exhibitor_ids, stands

onsite = fairs.onsite


async def test_the_roster_has_everybody_once_and_a_pass_each(session: AsyncSession) -> None:
    with clock.freeze(SECOND):
        held = await stands(session)
        assert await onsite.make_roster(session, held.at.organiser, held.slug) == 0
        passes = await onsite.all_passes(session, held.slug, held.at.organiser)
        assert [each.exhibitor for each in passes] == ["Gian của xã", "HTX TC0", "HTX TC1", "HTX TC2"]
        assert all(codes.read(each.code) == each.code for each in passes)
        with pytest.raises(NotAllowed):
            await onsite.make_roster(session, held.at.exhibitors[0], held.slug)


async def test_passes_come_by_themselves_to_whoever_takes_a_booth(session: AsyncSession) -> None:
    with clock.freeze(SECOND):
        held = await stands(session)
        wish = fairs.bookings.Keep(booth="A005", name="Gian của huyện", until=SECOND.date())
        kept = await fairs.bookings.keep_booth(session, held.at.organiser, held.slug, wish, key=new_id())
        await fairs.bookings.give_booth(session, held.at.organiser, held.slug, kept.id)
        fact = BoothTaken(kept.id, held.at.fair_id)
        for _twice in range(2):
            await tasks.after_a_booking(session, fact)
        passes = await onsite.all_passes(session, held.slug, held.at.organiser)
        assert [each.exhibitor for each in passes].count("Gian của huyện") == 1
        assert len(passes) == 5


async def test_a_plan_published_anew_moves_nobodys_figures(session: AsyncSession) -> None:
    with clock.freeze(SECOND):
        held = await stands(session)
        before = await exhibitor_ids(session, held.at)
        placed = await fairs.bookings.occupied(session, held.at.fair_id)
        moved = [
            fairs.bookings.Placing(
                held.at.booth(5), each.first_day, each.last_day, each.application_id, each.supplier_id, each.name
            )
            for each in placed
            if each.name == "HTX TC0" and each.application_id is not None
        ]
        await fairs.bookings.settle_plan(session, held.at.organiser, held.at.fair_id, new_id(), moved)
        now = {each.name: each for each in await onsite.who_stands(session, held.at.fair_id)}
        assert {name: each.id for name, each in now.items()} == before
        assert now["HTX TC0"].codes == "A005"
        assert now["HTX TC1"].booths == ()


async def test_the_same_key_is_one_row_and_the_same_answer(session: AsyncSession) -> None:
    with clock.freeze(SECOND):
        held = await stands(session)
        [one, *_] = [
            each for each in await onsite.all_passes(session, held.slug, held.at.organiser) if each.exhibitor == "HTX TC0"
        ]
        draft = CheckInDraft(key=new_id(), code=codes.shown(one.code).lower(), how=How.SCANNED)
        answers = [await onsite.check_in(session, held.at.organiser, held.slug, draft) for _ in range(3)]
        assert len(set(answers)) == 1
        assert not answers[0].already
        other = await onsite.check_in(session, held.at.organiser, held.slug, CheckInDraft(key=new_id(), code=one.code))
        assert (other.id, other.already) == (answers[0].id, True)
    assert await session.scalar(select(func.count()).select_from(CheckIn)) == 1


async def test_a_queued_check_in_counts_for_the_moment_at_the_gate(session: AsyncSession) -> None:
    with clock.freeze(SECOND):
        held = await stands(session)
        ids = await exhibitor_ids(session, held.at)
        yesterday = SECOND - timedelta(hours=26)
        for name, said, at in (
            ("HTX TC0", yesterday, yesterday),
            ("HTX TC1", SECOND - timedelta(days=9), SECOND),
            ("HTX TC2", SECOND + timedelta(hours=3), SECOND),
            ("Gian của xã", datetime(2026, 12, 11, 9, 0), SECOND),  # noqa: DTZ001 - a phone that says no zone.
        ):
            draft = CheckInDraft(key=new_id(), exhibitor=ids[name], at=said)
            assert (await onsite.check_in(session, held.at.organiser, held.slug, draft)).at == at
        first = await onsite.gate(session, held.slug, held.at.organiser, day=date(2026, 12, 10))
        today = await onsite.gate(session, held.slug, held.at.organiser)
        assert ((first.there, first.expected), (today.there, today.expected)) == ((1, 4), (3, 4))
        missing = await onsite.gate(session, held.slug, held.at.organiser, missing=True)
        assert [line.name for line in missing.lines] == ["HTX TC0"]


async def test_what_opens_nothing_is_refused_with_what_to_do(session: AsyncSession) -> None:
    with clock.freeze(SECOND):
        held = await stands(session)
        organiser = held.at.organiser
        ids = await exhibitor_ids(session, held.at)
        with pytest.raises(Invalid, match="9 ký tự"):
            await onsite.check_in(session, organiser, held.slug, CheckInDraft(key=new_id(), code="K7M2-9PQR-2222"))
        body = codes.SIGNS[:8]
        with pytest.raises(Invalid, match="Không có thẻ"):
            await onsite.check_in(session, organiser, held.slug, CheckInDraft(key=new_id(), code=body + codes.check_sign(body)))
        second = await onsite.add_pass(session, organiser, held.slug, PassDraft(exhibitor=ids["HTX TC0"], holder="Anh Tú"))
        assert second.number == 2
        await onsite.revoke_pass(session, organiser, held.slug, second.id)
        await onsite.revoke_pass(session, organiser, held.slug, second.id)
        with pytest.raises(Invalid, match="đã bị thu hồi"):
            await onsite.check_in(session, organiser, held.slug, CheckInDraft(key=new_id(), code=second.code))
        with pytest.raises(NotFound):
            await onsite.check_in(session, organiser, held.slug, CheckInDraft(key=new_id(), exhibitor=new_id()))
        with pytest.raises(NotAllowed):
            await onsite.check_in(
                session, held.at.exhibitors[0], held.slug, CheckInDraft(key=new_id(), exhibitor=ids["HTX TC0"])
            )
    with clock.freeze(date(2026, 12, 20)), pytest.raises(Conflict, match="Chỉ điểm danh được"):
        await onsite.check_in(session, organiser, held.slug, CheckInDraft(key=new_id(), exhibitor=ids["HTX TC0"]))


async def test_an_undone_check_in_stays_and_the_next_one_counts(session: AsyncSession) -> None:
    with clock.freeze(SECOND):
        held = await stands(session)
        organiser = held.at.organiser
        ids = await exhibitor_ids(session, held.at)
        draft = CheckInDraft(key=new_id(), exhibitor=ids["HTX TC0"])
        wrong = await onsite.check_in(session, organiser, held.slug, draft)
        for _ in range(2):
            await onsite.undo_check_in(session, organiser, held.slug, wrong.id)
        assert (await onsite.gate(session, held.slug, organiser)).there == 0
        assert (await onsite.check_in(session, organiser, held.slug, draft)).undone
        right = await onsite.check_in(session, organiser, held.slug, CheckInDraft(key=new_id(), exhibitor=ids["HTX TC0"]))
        assert (right.already, right.id != wrong.id) == (False, True)
        assert (await onsite.gate(session, held.slug, organiser)).there == 1


async def test_the_gate_costs_the_same_for_many(session: AsyncSession) -> None:
    with clock.freeze(SECOND):
        few = await stands(session, exhibitors=1, name="Hội chợ ít", code="IT")
        many = await stands(session, exhibitors=4, name="Hội chợ nhiều", code="NH")
        seen = []
        for held in (few, many):
            for name in await exhibitor_ids(session, held.at):
                ids = await exhibitor_ids(session, held.at)
                await onsite.check_in(session, held.at.organiser, held.slug, CheckInDraft(key=new_id(), exhibitor=ids[name]))
            with counted(session) as statements:
                assert (await onsite.gate(session, held.slug, held.at.organiser)).there == len(ids)
            seen.append(len(statements))
        assert seen[0] == seen[1] <= 7
