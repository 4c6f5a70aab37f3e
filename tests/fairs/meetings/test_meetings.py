"""Meetings from the first wish to what came of them, through the faces, on the real database."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import icalendar
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service.core import clock
from service.core.errors import Conflict, Invalid, NotAllowed, NotFound
from service.fairs import desk, meetings, onsite
from service.fairs.meetings import asks, publishing, results
from tests.fairs.meetings import small
from tests.market import TODAY


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.freeze(TODAY):
        yield


async def test_sessions_give_slots_and_refuse_what_cannot_be(session: AsyncSession) -> None:
    held = await small.conference(session)
    terms, sessions = await meetings.terms_and_sessions(session, held.fair_id)
    assert [each.clock for each in sessions[0].slots] == [
        "08:00–08:15", "08:20–08:35", "08:40–08:55", "09:15–09:30", "09:35–09:50", "09:55–10:10",
    ]  # fmt: skip
    assert [each.after_pause for each in sessions[0].slots] == [False, False, False, True, False, False]
    assert terms.tables == 2
    same = await meetings.add_session(session, held.organiser, held.slug, small.sitting())
    assert same.id == sessions[0].id
    with pytest.raises(Invalid, match="trùng giờ"):
        await meetings.add_session(session, held.organiser, held.slug, small.sitting(starts="9:30", ends="11:00"))
    with pytest.raises(Invalid, match="ngày của hội chợ"):
        await meetings.add_session(session, held.organiser, held.slug, small.sitting(day=date(2027, 1, 1)))
    later = small.sitting(name="Sáng sớm")
    with pytest.raises(Conflict):
        await meetings.revise_session(session, held.organiser, held.slug, same.id, later, version=7)
    other = await small.conference(session)
    with pytest.raises(NotAllowed):
        await meetings.add_session(session, other.organiser, held.slug, small.sitting(starts="14:00", ends="15:00"))


async def test_wishes_are_prefilled_and_asking_ends_in_one_answer(session: AsyncSession) -> None:
    held = await small.with_people(session, await small.conference(session))
    buyer, supplier = held.people["X"], held.people["A"]
    own = await meetings.own_part(session, buyer, held.slug)
    offered = await meetings.suggested(session, buyer, own)
    assert {each.other.id for each in offered} == {held.parts["A"], held.parts["B"]}
    assert "Bán Miến dong" in offered[0].reasons[0]
    assert await meetings.take_over(session, buyer, held.slug, own, [each.other.id for each in offered]) == 2
    assert await meetings.take_over(session, buyer, held.slug, own, [each.other.id for each in offered]) == 0
    draft = meetings.AskDraft(other=held.parts["X"], words="Gặp về miến cho dịp Tết")
    asked = await meetings.ask(session, supplier, held.slug, draft)
    assert (await meetings.ask(session, supplier, held.slug, draft)).id == asked.id
    # Whoever asks the one that asks her has said yes.
    back = await meetings.ask(session, buyer, held.slug, meetings.AskDraft(other=held.parts["A"]))
    assert (back.id, back.state) == (asked.id, "accepted")
    with pytest.raises(NotAllowed):
        await meetings.answer_ask(session, supplier, held.slug, asked.id, meetings.AskAnswer(answer="accept"))
    with pytest.raises(NotFound):
        await meetings.answer_ask(session, held.people["B"], held.slug, asked.id, meetings.AskAnswer(answer="withdraw"))
    second = await meetings.ask(session, supplier, held.slug, meetings.AskDraft(other=held.parts["Y"]))
    with clock.freeze(TODAY + timedelta(days=4)):
        assert await asks.lapse(session) == 1
        assert await asks.lapse(session) == 0
    await session.refresh(second)
    assert second.state == "lapsed"


async def test_the_last_day_for_wishes_counts(session: AsyncSession) -> None:
    held = await small.with_people(session, await small.conference(session))
    terms = meetings.TermsDraft(tables=2, wishes_until=date(2026, 12, 1))
    await meetings.set_terms(session, held.organiser, held.slug, terms, version=1)
    with clock.freeze(date(2026, 12, 2)), pytest.raises(NotAllowed, match="hết hạn"):
        await meetings.wish(session, held.people["A"], held.slug, meetings.WishDraft(other=held.parts["X"], value=3))
    with pytest.raises(NotFound):  # Of the same side.
        await meetings.wish(session, held.people["A"], held.slug, meetings.WishDraft(other=held.parts["B"], value=3))


async def test_a_timetable_keeps_times_caps_and_tables(session: AsyncSession) -> None:
    held = await small.with_people(session, await small.conference(session))
    slots = await meetings.slots_at(session, held.fair_id)
    away = tuple(each.code for each in slots[:3])
    await meetings.save_part(session, held.people["A"], held.slug, meetings.ParticipantDraft(away=away, contact="bà Hoa"))
    _terms, sessions = await meetings.terms_and_sessions(session, held.fair_id)
    capped = small.sitting(most_per_buyer=1)
    await meetings.revise_session(session, held.organiser, held.slug, sessions[0].id, capped, version=1)
    await small.wished(session, held, "A3X", "X3A", "A2Y", "B1X", "B2Y", "Y2B")
    row = await small.solved(session, held)
    assert row.state == "found"
    page = await meetings.timetable_page(session, held.organiser, held.slug, row.number)
    assert page.head.status == "optimal"
    assert len(page.planned) == 2  # One for each buyer, for so many are allowed in the session.
    assert [each.slot.number > 3 for each in page.planned if each.wishes == (3, 3)] == [True]
    assert {each.reason for each in page.left_out} <= {"worth_less", "buyer_full", "busy"}


async def test_a_session_may_have_fewer_tables_than_the_fair(session: AsyncSession) -> None:
    held = await small.with_people(session, await small.conference(session))
    _terms, sessions = await meetings.terms_and_sessions(session, held.fair_id)
    none = small.sitting(tables=0)
    with pytest.raises(Invalid, match="ít nhất một bàn"):
        await meetings.revise_session(session, held.organiser, held.slug, sessions[0].id, none, version=1)
    one = small.sitting(tables=1)
    await meetings.revise_session(session, held.organiser, held.slug, sessions[0].id, one, version=1)
    afternoon = small.sitting(name="Buổi chiều", starts="14:00", ends="14:15", breaks="")
    await meetings.add_session(session, held.organiser, held.slug, afternoon)
    await small.wished(session, held, "A3X", "X3A", "A2Y", "Y2A", "B2X", "X1B", "B3Y", "Y3B")
    row = await small.solved(session, held)
    page = await meetings.timetable_page(session, held.organiser, held.slug, row.number)
    assert (len(page.planned), page.tables, page.head.status) == (4, 2, "optimal")
    morning = [each for each in page.planned if each.slot.number <= 6]
    assert len({each.slot.number for each in morning}) == len(morning)  # One table, so one meeting at a time.
    first, other = morning[:2]
    beside = meetings.HandChange(kind="move", meeting=other.id, slot=first.slot.number)
    judged = await meetings.judge_by_hand(session, held.organiser, held.slug, row.number, beside)
    assert {each.rule for each in judged.broken} >= {"tables"}


async def test_by_hand_before_the_same_judge(session: AsyncSession) -> None:
    held = await small.conference(session)
    row = await small.published(session, held)
    page = await meetings.timetable_page(session, held.organiser, held.slug, row.number)
    first = page.planned[0]
    clash = next(each for each in page.planned if each.id != first.id and each.supplier == first.supplier)
    bad = meetings.HandChange(kind="move", meeting=first.id, slot=clash.slot.number)
    judged = await meetings.judge_by_hand(session, held.organiser, held.slug, row.number, bad)
    said = [meetings.violation(each, meetings.names_in(judged.frozen), judged.frozen.slots) for each in judged.broken]
    assert any("hai cuộc gặp" in each and first.supplier in each for each in said)
    with pytest.raises(Invalid):
        await meetings.change_by_hand(session, held.organiser, held.slug, row.number, bad)
    free = next(each.number for each in page.slots if each.number not in {one.slot.number for one in page.planned})
    good = meetings.HandChange(kind="move", meeting=first.id, slot=free)
    made = await meetings.change_by_hand(session, held.organiser, held.slug, row.number, good)
    assert (made.state, made.number) == ("hand", row.number + 1)
    dropped = meetings.HandChange(kind="drop", meeting=clash.id)
    again = await meetings.change_by_hand(session, held.organiser, held.slug, made.number, dropped, version=made.version)
    assert again.id == made.id
    with pytest.raises(Conflict):
        await meetings.change_by_hand(session, held.organiser, held.slug, made.number, good, version=1)
    await meetings.publish(session, held.organiser, held.slug, made.number, over=row.number)
    lines = await meetings.all_meetings(session, held.organiser, held.slug)
    assert sorted(each.state for each in lines) == ["cancelled", "planned", "planned", "planned"]
    assert sum(each.sequence for each in lines) == 2


async def test_only_those_concerned_hear_of_a_change(session: AsyncSession) -> None:
    held = await small.conference(session)
    row = await small.published(session, held)
    mails = {name: await small.person_of(session, held.people[name].organisation_id) for name in "ABXY"}
    await publishing.tell_changes(session, row.id)
    await publishing.tell_changes(session, row.id)

    async def told(name: str) -> int:
        query = text("SELECT count(*) FROM core_mail WHERE to_address = :to AND template = 'meetings_published'")
        return int(await session.scalar(query, {"to": mails[name]}) or 0)

    assert [await told(name) for name in "ABXY"] == [1, 1, 1, 1]
    page = await meetings.timetable_page(session, held.organiser, held.slug, row.number)
    first = page.planned[0]
    free = next(each.number for each in page.slots if each.number not in {one.slot.number for one in page.planned})
    change = meetings.HandChange(kind="move", meeting=first.id, slot=free)
    made = await meetings.change_by_hand(session, held.organiser, held.slug, row.number, change)
    await meetings.publish(session, held.organiser, held.slug, made.number)
    await meetings.publish(session, held.organiser, held.slug, made.number)
    await publishing.tell_changes(session, made.id)
    assert sorted([await told(name) for name in "ABXY"]) == [1, 1, 2, 2]


async def test_a_cancelled_meeting_leaves_the_others_where_they_are(session: AsyncSession) -> None:
    held = await small.conference(session)
    await small.published(session, held)
    before = {
        each.id: (each.starts_at, each.table_no) for each in await meetings.all_meetings(session, held.organiser, held.slug)
    }
    off = (await meetings.own_meetings(session, held.people["A"]))[0]
    with clock.freeze(small.at(10, day=TODAY)):
        await meetings.cancel_meeting(session, held.people["A"], off.id)
        assert (await meetings.cancel_meeting(session, held.people["A"], off.id)).sequence == 1
    other = await small.conference(session)
    with pytest.raises(NotFound):
        await meetings.cancel_meeting(session, other.organiser, off.id)
    assert (await meetings.counts(session, held.fair_id)).called_off == 1
    waits = (await desk.overview(session, held.slug, held.organiser)).chores
    assert any(each.href.endswith("/cuoc-gap/lich") for each in waits)
    row = await small.solved(session, held)
    with clock.freeze(small.at(11, day=TODAY)):
        await meetings.publish(session, held.organiser, held.slug, row.number)
    lines = await meetings.all_meetings(session, held.organiser, held.slug)
    assert [each.id for each in lines if each.state == "cancelled"] == [off.id]
    assert all((each.starts_at, each.table_no) == before[each.id] for each in lines)
    assert sum(each.sequence for each in lines) == 1
    assert (await meetings.counts(session, held.fair_id)).called_off == 0
    # Only a new request that is accepted brings the two together again, in the row that they had.
    name = "X" if off.buyer_part_id == held.parts["X"] else "Y"
    asked = await meetings.ask(session, held.people[name], held.slug, meetings.AskDraft(other=held.parts["A"]))
    await meetings.answer_ask(session, held.people["A"], held.slug, asked.id, meetings.AskAnswer(answer="accept"))
    with clock.freeze(small.at(12, day=TODAY)):
        row = await small.solved(session, held)
        await meetings.publish(session, held.organiser, held.slug, row.number)
    lines = await meetings.all_meetings(session, held.organiser, held.slug)
    assert sorted(each.state for each in lines) == ["planned"] * 4
    assert off.id in {each.id for each in lines}


async def test_both_sides_say_and_what_follows_from_it(session: AsyncSession) -> None:
    held = await small.conference(session)
    await small.published(session, held)
    one = (await meetings.own_meetings(session, held.people["A"]))[0]
    other = held.people["X"] if one.buyer_part_id == held.parts["X"] else held.people["Y"]
    say = meetings.say_attendance
    with pytest.raises(NotAllowed):
        await say(session, held.people["A"], one.id, meetings.Attended(said="held"))
    with clock.freeze(one.starts_at + timedelta(minutes=3)):
        meeting = await say(session, held.people["A"], one.id, meetings.Attended(said="not_held"))
        assert (meeting.state, meeting.absent) == ("no_show", "buyer")
        meeting = await say(session, other, one.id, meetings.Attended(said="held", late=True))
        assert (meeting.state, meeting.absent) == ("disputed", None)
        meeting = await say(session, held.people["A"], one.id, meetings.Attended(said="held"))
        assert meeting.state == "held"
        meeting = await say(session, held.people["A"], one.id, meetings.Attended(said="held"))
        assert meeting.state == "held"
        with pytest.raises(NotFound):
            await say(session, held.people["B"], one.id, meetings.Attended(said="held"))
    facts = await session.scalar(
        text("SELECT count(*) FROM core_journal WHERE subject = :id AND fact = 'AttendanceSaid'"), {"id": one.id}
    )
    assert facts == 3  # The same again is no fact.
    with clock.freeze(date(2026, 12, 12)), pytest.raises(NotAllowed, match="kết thúc"):
        await say(session, other, one.id, meetings.Attended(said="not_held"))


async def test_what_came_of_it_is_asked_in_one_letter_a_day(session: AsyncSession) -> None:
    held = await small.conference(session)
    await small.published(session, held)
    mail = await small.person_of(session, held.people["A"].organisation_id)

    async def letters() -> int:
        query = text("SELECT count(*) FROM core_mail WHERE to_address = :to AND template = 'meeting_results_due'")
        return int(await session.scalar(query, {"to": mail}) or 0)

    lines = await meetings.own_meetings(session, held.people["A"])
    for each in lines:
        with clock.freeze(each.starts_at):
            await meetings.say_attendance(session, held.people["A"], each.id, meetings.Attended(said="held"))
    with clock.freeze(small.at(12)):
        assert await results.ask_results(session) == 0
    with clock.freeze(small.at(18, 20)):
        assert await results.ask_results(session) == 4
        assert await results.ask_results(session) == 0
        assert await letters() == 1
        order = meetings.ResultSaid(result="order", kg="1,5 tấn", vnd="120 triệu", words="giao trước Tết")
        await meetings.say_result(session, held.people["A"], lines[0].id, order)
        await meetings.say_result(session, held.people["A"], lines[0].id, order)
        await meetings.say_result(session, held.people["A"], lines[1].id, meetings.ResultSaid(result="none"))
        signed = meetings.ResultSaid(result="memorandum", vnd="50 triệu")
        for name, other in held.people.items():
            if name != "A" and lines[1].id in {each.id for each in await meetings.own_meetings(session, other)}:
                await meetings.say_result(session, other, lines[1].id, signed)
    with clock.freeze(small.at(19, day=date(2027, 1, 9))):
        assert await results.ask_results(session) == 0
    with clock.freeze(small.at(19, day=date(2027, 1, 10))):
        await results.ask_results(session)
        assert await letters() == 2
    asked = await session.scalar(
        text("SELECT array_agg(months ORDER BY months) FROM fairs_meeting_result WHERE meeting_id = :id AND side = 'supplier'"),
        {"id": lines[1].id},
    )
    assert asked == [0]  # Who has said that nothing will come of it is asked no more.
    found = {each.meeting_id: each for each in await meetings.meetings(session, held.fair_id)}
    assert (found[lines[0].id].outcome, found[lines[0].id].vnd, found[lines[0].id].said_by) == (
        "order",
        120_000_000,
        "supplier",
    )
    report = await onsite.report(session, held.slug, held.organiser)
    assert [report.outcomes(each) for each in (meetings.Result.MEMORANDUM, meetings.Result.ORDER)] == [
        (1, 50_000_000),
        (1, 120_000_000),
    ]


async def test_the_calendar_says_the_same_until_something_changes(session: AsyncSession) -> None:
    held = await small.conference(session)
    await small.published(session, held)
    organisation = held.people["A"].organisation_id
    assert organisation is not None

    async def written() -> bytes:
        lines = await meetings.meetings_of(session, organisation)
        return meetings.calendar_of(lines, name="Cuộc gặp", base="https://cho.example")

    first = await written()
    with clock.freeze(TODAY + timedelta(days=1)):
        assert await written() == first
        lines = await meetings.own_meetings(session, held.people["A"])
        await meetings.cancel_meeting(session, held.people["A"], lines[0].id)
        second = await written()
    events = {str(each["UID"]): each for each in icalendar.Calendar.from_ical(second).walk("VEVENT")}
    gone = events[f"{lines[0].id}@chophien"]
    assert (gone["STATUS"], gone["SEQUENCE"]) == ("CANCELLED", 1)
    assert gone["DTSTART"].dt == lines[0].starts_at
    assert b"BEGIN:VTIMEZONE" in second
    assert b"TZID:Asia/Ho_Chi_Minh" in second
    assert {str(each["UID"]) for each in icalendar.Calendar.from_ical(first).walk("VEVENT")} == set(events)
