"""Booking, confirming, letting go, keeping for a name, and settling a plan: one at a time."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service import fairs
from service.accounts import NOBODY, Actor, Role
from service.core import clock
from service.core.db import new_id
from service.core.errors import Conflict, Invalid, NotAllowed, NotFound
from service.fairs.applications.models import ApplicationState
from service.fairs.bookings import BoothWish, DeskDraft, Keep, KeepLonger, Placing
from service.fairs.bookings.tasks import note_run_out
from tests import market as small
from tests.fairs.bookings.counting import counted
from tests.fairs.bookings.grounds import ENDS, NOW, STARTS, Grounds, grounds

bookings = fairs.bookings


def _wish(number: int = 1, first: date | None = None, last: date | None = None) -> BoothWish:
    return BoothWish(booth=f"A{number:03}", first_day=first, last_day=last)


async def _who(session: AsyncSession, at: Grounds) -> list[tuple[str, str, str]]:
    return [(each.booth, each.name, each.state) for each in await bookings.occupied(session, at.fair_id)]


async def test_a_booth_is_held_confirmed_and_let_go(session: AsyncSession) -> None:
    with clock.freeze(NOW):
        at = await grounds(session)
        held = await bookings.book(session, at.exhibitors[0], at.slug, _wish(), key=new_id())
        assert held.held_until == NOW + timedelta(minutes=15)
        assert await _who(session, at) == [("A001", "HTX DG0", "held")]
        await bookings.confirm_booth(session, at.exhibitors[0], held.id)
        again = await bookings.confirm_booth(session, at.exhibitors[0], held.id)
        assert again.state == "taken"
        assert await _who(session, at) == [("A001", "HTX DG0", "taken")]
        assert [each.fair_slug for each in await bookings.booths_of(session, at.suppliers[0])] == [at.slug]
        await bookings.let_go(session, at.exhibitors[0], held.id)
        await bookings.let_go(session, at.exhibitors[0], held.id)
        assert await _who(session, at) == []
    facts = (
        await session.execute(text("SELECT fact FROM core_journal WHERE subject = :id ORDER BY id"), {"id": held.id})
    ).all()
    assert [fact for (fact,) in facts] == ["BoothBooked", "BoothTaken", "BoothReleased"]


async def test_the_same_key_is_the_same_booking_and_no_other(session: AsyncSession) -> None:
    with clock.freeze(NOW):
        at = await grounds(session)
        key = new_id()
        first = await bookings.book(session, at.exhibitors[0], at.slug, _wish(), key=key)
        assert [await bookings.book(session, at.exhibitors[0], at.slug, _wish(), key=key) for _ in range(3)] == [first] * 3
        for actor, wish in ((at.exhibitors[0], _wish(2)), (at.exhibitors[1], _wish(1))):
            with pytest.raises(Conflict, match="đã dùng cho một lượt đặt khác"):
                await bookings.book(session, actor, at.slug, wish, key=key)
        with pytest.raises(Invalid, match="những ngày hội chợ mở"):
            await bookings.book(session, at.exhibitors[0], at.slug, _wish(1, ENDS, STARTS), key=key)
        await bookings.confirm_booth(session, at.exhibitors[0], first.id)
        assert await bookings.book(session, at.exhibitors[0], at.slug, _wish(), key=key) == first
    assert len(await bookings.occupied(session, at.fair_id)) == 1


async def test_a_taken_booth_is_refused_and_other_days_are_not(session: AsyncSession) -> None:
    with clock.freeze(NOW):
        at = await grounds(session)
        await bookings.book(session, at.exhibitors[0], at.slug, _wish(1, STARTS, STARTS + timedelta(days=1)), key=new_id())
        with pytest.raises(Conflict, match="A001 đang có người giữ tới 28/11/2026 09:15"):
            await bookings.book(session, at.exhibitors[1], at.slug, _wish(), key=new_id())
        rest = _wish(1, STARTS + timedelta(days=2), ENDS)
        await bookings.book(session, at.exhibitors[1], at.slug, rest, key=new_id())
        assert [each.first_day for each in await bookings.occupied(session, at.fair_id)] == [STARTS, STARTS + timedelta(days=2)]


async def test_a_hold_that_has_run_out_is_nobodys(session: AsyncSession) -> None:
    with clock.freeze(NOW):
        at = await grounds(session)
        late = await bookings.book(session, at.exhibitors[0], at.slug, _wish(), key=new_id())
    with clock.freeze(NOW + timedelta(minutes=15)):
        assert await bookings.occupied(session, at.fair_id) == []
        with pytest.raises(Conflict, match="Đã hết thời gian giữ"):
            await bookings.confirm_booth(session, at.exhibitors[0], late.id)
        await bookings.book(session, at.exhibitors[1], at.slug, _wish(), key=new_id())
        assert await _who(session, at) == [("A001", "HTX DG1", "held")]
    with clock.freeze(NOW + timedelta(hours=1)):
        await note_run_out(session)
        await note_run_out(session)
    states = (await session.execute(text("SELECT state FROM fairs_occupancy ORDER BY id"))).scalars().all()
    assert states == ["released", "released"]


@pytest.mark.parametrize(
    ("change", "refused", "words"),
    [
        ("UPDATE fairs_fair SET state = 'cancelled'", Conflict, "bị hủy"),
        ("UPDATE fairs_booth SET first_come = false", Conflict, "do ban tổ chức xếp"),
        ("UPDATE fairs_booth SET closed = 'cột chắn'", Conflict, "không dùng được"),
        ("UPDATE fairs_booking_desk SET opens_at = '2026-12-01 08:00+07'", Conflict, "mở lúc 01/12/2026 08:00"),
        ("UPDATE fairs_booking_desk SET closes_at = '2026-11-28 08:00+07'", Conflict, "hết hạn đặt gian"),
        ("DELETE FROM fairs_booking_desk", Conflict, "không nhận đặt gian trước"),
        ("UPDATE fairs_application SET state = 'submitted'", NotAllowed, "chưa được ban tổ chức nhận"),
        ("UPDATE fairs_application SET state = 'withdrawn'", NotAllowed, "Hãy nộp đơn"),
        ("UPDATE fairs_fair SET state = 'draft'", NotFound, "Không tìm thấy hội chợ"),
        ("UPDATE fairs_booth SET code = 'B' || code", NotFound, "không có gian A001"),
    ],
)
async def test_what_does_not_stand_is_refused_in_words(
    session: AsyncSession, change: str, refused: type[Exception], words: str
) -> None:
    with clock.freeze(NOW):
        at = await grounds(session)
        await session.execute(text(change))
        with pytest.raises(refused, match=words):
            await bookings.book(session, at.exhibitors[0], at.slug, _wish(), key=new_id())
    assert await bookings.occupied(session, at.fair_id) == []


async def test_nobody_books_more_booths_than_she_applied_for(session: AsyncSession) -> None:
    with clock.freeze(NOW):
        at = await grounds(session, each=2)
        for number in (1, 2):
            await bookings.book(session, at.exhibitors[0], at.slug, _wish(number), key=new_id())
        with pytest.raises(Conflict, match="đủ 2 gian"):
            await bookings.book(session, at.exhibitors[0], at.slug, _wish(3), key=new_id())


async def test_days_outside_the_fair_are_refused(session: AsyncSession) -> None:
    with clock.freeze(NOW):
        at = await grounds(session)
        for first, last in ((STARTS - timedelta(days=1), ENDS), (STARTS, ENDS + timedelta(days=1)), (ENDS, STARTS)):
            with pytest.raises(Invalid):
                await bookings.book(session, at.exhibitors[0], at.slug, _wish(1, first, last), key=new_id())


async def test_only_a_suppliers_people_who_may_write_book(session: AsyncSession) -> None:
    with clock.freeze(NOW):
        at = await grounds(session)
        viewer = small.acting(Role.SUPPLIER, at.exhibitors[0].organisation_id, "viewer")  # type: ignore[arg-type]
        for actor in (NOBODY, at.organiser, viewer, small.acting(Role.BUYER, new_id())):
            with pytest.raises(NotAllowed):
                await bookings.book(session, actor, at.slug, _wish(), key=new_id())
        held = await bookings.book(session, at.exhibitors[0], at.slug, _wish(), key=new_id())
        with pytest.raises(NotFound):
            await bookings.confirm_booth(session, at.exhibitors[1], held.id)
        with pytest.raises(NotFound):
            await bookings.let_go(session, at.exhibitors[1], held.id)


def _keep(number: int = 1, until: date = date(2026, 12, 1), **said: object) -> Keep:
    return Keep.model_validate({"booth": f"A{number:03}", "name": "Sở Công Thương Cao Bằng", "until": until, **said})


async def test_a_booth_is_kept_for_a_name_that_nobody_knows(session: AsyncSession) -> None:
    with clock.freeze(NOW):
        at = await grounds(session)
        key = new_id()
        row = await bookings.keep_booth(session, at.organiser, at.slug, _keep(), key=key)
        assert (await bookings.keep_booth(session, at.organiser, at.slug, _keep(), key=key)).id == row.id
        assert await _who(session, at) == [("A001", "Sở Công Thương Cao Bằng", "held")]
        with pytest.raises(Conflict, match="đang có người giữ"):
            await bookings.book(session, at.exhibitors[0], at.slug, _wish(), key=new_id())
        with pytest.raises(Conflict, match="Sở Công Thương Cao Bằng từ 10/12/2026 tới 14/12/2026"):
            await bookings.keep_booth(session, at.organiser, at.slug, _keep(name="Ai đó"), key=new_id())
        await bookings.keep_longer(session, at.organiser, at.slug, row.id, KeepLonger(until=date(2026, 12, 5)))
    with clock.freeze(datetime(2026, 12, 5, 23, 0, tzinfo=clock.ZONE)):
        assert await _who(session, at) == [("A001", "Sở Công Thương Cao Bằng", "held")]
    with clock.freeze(datetime(2026, 12, 6, 0, 0, tzinfo=clock.ZONE)):
        assert await _who(session, at) == []
        with pytest.raises(Conflict, match="đã hết"):
            await bookings.give_booth(session, at.organiser, at.slug, row.id)
    with clock.freeze(NOW):
        await bookings.give_booth(session, at.organiser, at.slug, row.id)
        await bookings.give_booth(session, at.organiser, at.slug, row.id)
        with pytest.raises(Conflict, match="giao hẳn"):
            await bookings.keep_longer(session, at.organiser, at.slug, row.id, KeepLonger(until=date(2026, 12, 6)))
        assert await _who(session, at) == [("A001", "Sở Công Thương Cao Bằng", "taken")]
        await bookings.free_booth(session, at.organiser, at.slug, row.id)
        assert await _who(session, at) == []


async def test_a_hold_says_what_is_wrong_with_it(session: AsyncSession) -> None:
    with clock.freeze(NOW):
        at = await grounds(session)
        for said, field in (
            ({"until": date(2026, 11, 27)}, "until"), ({"until": date(2026, 12, 15)}, "until"),
            ({"supplier": "khong-co"}, "supplier"), ({"booth": "Z9"}, "booth"), ({"first_day": date(2026, 12, 9)}, "first_day"),
        ):  # fmt: skip
            with pytest.raises(Invalid) as refused:
                await bookings.keep_booth(session, at.organiser, at.slug, _keep(**said), key=new_id())
            assert list(refused.value.errors) == [field]
        for stranger in (at.exhibitors[0], small.acting(Role.ORGANISER, new_id())):
            with pytest.raises(NotAllowed):
                await bookings.keep_booth(session, stranger, at.slug, _keep(), key=new_id())


async def test_the_desks_hours_are_set_by_one_of_two(session: AsyncSession) -> None:
    with clock.freeze(NOW):
        at = await grounds(session)
        draft = DeskDraft(opens_on=date(2026, 12, 1), closes_on=date(2026, 12, 3), hold_minutes=20, version=1)
        desk = await bookings.set_desk(session, at.organiser, at.slug, draft)
        assert (desk.hold_minutes, desk.version) == (20, 2)
        await bookings.set_desk(session, at.organiser, at.slug, draft)
        with pytest.raises(Conflict):
            await bookings.set_desk(session, at.organiser, at.slug, draft.model_copy(update={"hold_minutes": 30}))
        assert not (await bookings.desk_of(session, at.fair_id)).is_open
    with pytest.raises(ValueError, match="từ ngày mở"):
        DeskDraft(opens_on=date(2026, 12, 3), closes_on=date(2026, 12, 1))


def _placing(at: Grounds, number: int, exhibitor: int, application: object, **said: object) -> Placing:
    name, supplier = f"HTX DG{exhibitor}", at.suppliers[exhibitor]
    values = {"booth_id": at.booth(number), "first_day": STARTS, "last_day": ENDS, "application_id": application,
              "supplier_id": supplier, "name": name, **said}  # fmt: skip
    return Placing(**values)  # type: ignore[arg-type]


async def _applications(session: AsyncSession) -> list[object]:
    return list((await session.execute(text("SELECT id FROM fairs_application ORDER BY code"))).scalars())


async def test_a_plan_is_settled_as_a_whole_and_what_it_repeats_stays(session: AsyncSession) -> None:
    with clock.freeze(NOW):
        at = await grounds(session, first_come=False)
        one, two, three = await _applications(session)
        await bookings.settle_plan(
            session, at.organiser, at.fair_id, new_id(), [_placing(at, 1, 0, one), _placing(at, 2, 1, two)]
        )
        before = {each.booth: each.id for each in await bookings.occupied(session, at.fair_id)}
        plan = [_placing(at, 1, 0, one), _placing(at, 2, 2, three), _placing(at, 3, 1, two)]
        plan_id = new_id()
        await bookings.settle_plan(session, at.organiser, at.fair_id, plan_id, plan)
        await bookings.settle_plan(session, at.organiser, at.fair_id, plan_id, plan)
        assert await _who(session, at) == [
            ("A001", "HTX DG0", "taken"),
            ("A002", "HTX DG2", "taken"),
            ("A003", "HTX DG1", "taken"),
        ]
        after = {each.booth: each.id for each in await bookings.occupied(session, at.fair_id)}
        assert after["A001"] == before["A001"]
        row = after["A001"]
        with pytest.raises(Conflict, match="bản xếp gian đã công bố"):
            await bookings.free_booth(session, at.organiser, at.slug, row)


async def test_a_plan_gives_way_to_bookings_and_holds(session: AsyncSession) -> None:
    with clock.freeze(NOW):
        at = await grounds(session)
        one, two, _three = await _applications(session)
        await bookings.keep_booth(session, at.organiser, at.slug, _keep(2), key=new_id())
        with pytest.raises(Conflict, match="A002"):
            await bookings.settle_plan(session, at.organiser, at.fair_id, new_id(), [_placing(at, 2, 0, one)])
        plan = [_placing(at, 1, 0, one), _placing(at, 1, 1, two)]
        with pytest.raises(Conflict, match="hai đơn vị"):
            await bookings.settle_plan(session, at.organiser, at.fair_id, new_id(), plan)
        shared = new_id()
        plan = [_placing(at, 1, 0, one, share_id=shared), _placing(at, 1, 1, two, share_id=shared)]
        await bookings.settle_plan(session, at.organiser, at.fair_id, new_id(), plan)
        assert [each.name for each in await bookings.occupied(session, at.fair_id)] == [
            "HTX DG0",
            "HTX DG1",
            "Sở Công Thương Cao Bằng",
        ]


async def test_the_list_costs_as_many_statements_for_one_row_as_for_three(session: AsyncSession) -> None:
    with clock.freeze(NOW):
        at = await grounds(session, exhibitors=3)
        costs = []
        for number, actor in enumerate(at.exhibitors, 1):
            await bookings.book(session, actor, at.slug, _wish(number), key=new_id())
            with counted(session) as statements:
                await bookings.occupied(session, at.fair_id)
                await bookings.booths_of(session, at.suppliers[0])
            costs.append(len(statements))
    assert costs == [2, 2, 2]


async def test_whoever_handed_in_books_where_acceptance_is_not_asked_for(session: AsyncSession) -> None:
    with clock.freeze(NOW):
        at = await grounds(session, state=ApplicationState.SUBMITTED)
        await session.execute(text("UPDATE fairs_booking_desk SET needs_accepted = false"))
        await bookings.book(session, at.exhibitors[0], at.slug, _wish(), key=new_id())
        assert await _who(session, at) == [("A001", "HTX DG0", "held")]


def test_who_may_book() -> None:
    def actor(role: Role) -> Actor:
        return small.acting(role, new_id())

    assert [role for role in Role if bookings.may_book(actor(role))] == [Role.SUPPLIER]
    assert not bookings.may_book(None)
