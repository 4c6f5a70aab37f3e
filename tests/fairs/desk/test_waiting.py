"""What of fairs waits for suppliers and buyers: each thing until it is done, for who may do it, in one statement."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncSession

from service import fairs
from service.accounts import Actor
from service.core import clock
from service.core.db import new_id
from service.fairs import meetings
from tests.fairs.meetings import small
from tests.market import TODAY


async def _waits(session: AsyncSession, reader: Actor | None) -> dict[str, int]:
    return {str(kind): number for kind, number in (await fairs.desk.fair_waiting(session, reader)).counts.items()}


async def test_meetings_wait_until_they_are_answered_marked_and_told(session: AsyncSession) -> None:
    held = await small.conference(session)
    await small.published(session, held)
    supplier, buyer = held.people["A"], held.people["X"]
    with clock.freeze(TODAY):
        assert await _waits(session, None) == {}
        assert await _waits(session, held.organiser) == {}
        assert await _waits(session, buyer) == {}  # It has wished already.
        await small.with_people(session, held, suppliers=1, buyers=0)  # Another A, who has said nothing yet.
        late = held.people["A"]
        assert await _waits(session, late) == {"fair_wishes": 1}
        asked = await meetings.ask(session, buyer, held.slug, meetings.AskDraft(other=held.parts["A"]))
        (first, _then) = (await fairs.desk.fair_waiting(session, late)).items
        assert (first.kind, first.day, first.number) == ("fair_asks", TODAY + timedelta(days=3), 1)
        assert first.href == f"/hoi-cho/{held.slug}/cuoc-gap"
        assert "1 lời hẹn gặp" in first.sentence
        await meetings.answer_ask(session, late, held.slug, asked.id, meetings.AskAnswer(answer="decline"))
        assert await _waits(session, late) == {"fair_wishes": 1}
    lines = await meetings.own_meetings(session, supplier)
    with clock.freeze(small.at(12)):
        assert await _waits(session, supplier) == {"fair_mark": len(lines), "fair_results": len(lines)}
        for line in lines:
            await meetings.say_attendance(session, supplier, line.id, meetings.Attended(said=meetings.Said.HELD))
        assert await _waits(session, supplier) == {"fair_results": len(lines)}
        assert await _waits(session, buyer) == {"fair_mark": 2, "fair_results": 2}
        for line in lines:
            await meetings.say_result(session, supplier, line.id, meetings.ResultSaid(result=meetings.Result.TALKS))
        assert await _waits(session, supplier) == {}
    with clock.freeze(small.at(12, day=date(2027, 1, 11))):
        assert await _waits(session, supplier) == {"fair_results": len(lines)}


async def test_invitations_and_applications_wait_for_the_supplier(session: AsyncSession) -> None:
    held = await small.conference(session)
    await small.with_people(session, held, suppliers=1, buyers=1)
    supplier = held.people["A"]
    with clock.freeze(TODAY):
        found = await session.scalar(
            text("SELECT id FROM catalogue_supplier WHERE organisation_id = :own"), {"own": supplier.organisation_id}
        )
        await fairs.advice.invite_exhibitors(session, held.organiser, held.slug, (found,), words=None, key=new_id())
        assert (await _waits(session, supplier))["fair_invited"] == 1
        (invitation,) = await fairs.advice.own_invitations(session, supplier)
        await fairs.advice.decline(session, supplier, invitation.id, fairs.advice.Declining(reason="Bận vụ thu hoạch"))
        assert "fair_invited" not in await _waits(session, supplier)


async def test_however_much_waits_at_fairs_it_is_one_statement(session: AsyncSession) -> None:
    held = await small.conference(session)
    await small.with_people(session, held)
    seen: list[str] = []
    event.listen((await session.connection()).sync_connection, "before_cursor_execute", lambda *told: seen.append(told[2]))
    with clock.freeze(TODAY):
        for asking in ("", "A", "B"):
            if asking:
                await meetings.ask(session, held.people[asking], held.slug, meetings.AskDraft(other=held.parts["X"]))
            for reader in (held.people["X"], held.people["A"]):
                seen.clear()
                await fairs.desk.fair_waiting(session, reader)
                assert len(seen) == 1
