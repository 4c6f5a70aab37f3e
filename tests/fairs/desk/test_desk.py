"""The organiser's desk: what waits, a new fair from an earlier one, earlier participants asked again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from service import fairs
from service.accounts import SYSTEM, Role
from service.core import clock
from service.core.db import new_id
from service.core.errors import Conflict, Invalid, NotAllowed, NotFound
from service.core.events import act_as
from service.fairs.desk import Asking, CopyDraft, Source
from service.fairs.models import FairBuyer
from tests import market as small
from tests.fairs.bookings.counting import counted
from tests.fairs.bookings.grounds import STARTS, Grounds, grounds

TODAY = date(2026, 11, 28)
LATER = date(2027, 5, 20)


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.freeze(TODAY):
        yield


def copying(**said: Any) -> CopyDraft:
    return CopyDraft(name="Hội chợ sau", starts_on=LATER, floor=True, charges=True, call=True, buyers=True, **said)


async def fitted(session: AsyncSession) -> Grounds:
    """A fair with hours, a call, rates, services, a buyer, and a floor that is drawn."""
    at = await grounds(session, booths=4)
    hall = text("UPDATE fairs_hall SET width_m = 40, depth_m = 20 WHERE fair_id = :fair")
    await session.execute(hall, {"fair": at.fair_id})
    draft = fairs.FairDraft(
        name="Hội chợ Đặt gian", kind=fairs.FairKind.FAIR, starts_on=STARTS, ends_on=date(2026, 12, 14), call_words="Mời đến",
        call_opens_on=date(2026, 11, 1), call_closes_on=date(2026, 12, 1), co_hosts=("Hội chè",),
        province_code="19", opening_hours="8:00–20:00",
    )  # fmt: skip
    fair = await fairs.revise_fair(session, at.organiser, at.slug, draft, version=1)
    hours = [fairs.DayHours(day=STARTS, opens="8:00", closes="20:00")]  # type: ignore[arg-type]
    await fairs.set_hours(session, at.organiser, at.slug, hours, version=fair.version)
    money = fairs.charges
    early = money.RateDraft(kind=money.RateKind.EARLY, name="Sớm", percent_off=10, until_day=date(2026, 11, 10))  # type: ignore[arg-type]
    await money.add_rate(session, at.organiser, at.slug, early, key=new_id())
    table = money.ServiceDraft(
        kind=money.ServiceKind.FURNITURE, name="Bàn", unit="cái", price_vnd=1, order_by=date(2026, 12, 5)
    )
    await money.add_service(session, at.organiser, at.slug, table)
    buyer = await small.buyer(session)
    await fairs.expect_buyer(session, at.organiser, at.slug, fairs.Expected(buyer_id=buyer.id, looking_for="miến"))
    return at


async def test_a_new_fair_takes_over_everything_with_its_days_moved(session: AsyncSession) -> None:
    at = await fitted(session)
    await act_as(session, at.organiser)
    key = new_id()
    made = await fairs.desk.copy_fair(session, at.organiser, at.slug, copying(), key=key)
    assert (made.state, made.starts_on, made.ends_on) == ("draft", LATER, date(2027, 5, 24))
    assert (made.call_opens_on, made.call_closes_on) == (date(2027, 4, 11), date(2027, 5, 11))
    assert (made.co_hosts, made.call_words, made.copied_from) == (["Hội chè"], "Mời đến", at.fair_id)
    assert [each.day for each in await fairs.hours(session, made.id)] == [LATER]
    assert len((await fairs.layouts.floor(session, made.id)).booths) == 4
    assert [each.until_day for each in await fairs.charges.rates(session, made.id)] == [date(2027, 4, 20)]
    assert [(each.order_by, each.taken) for each in await fairs.charges.services(session, made.id)] == [(date(2027, 5, 15), 0)]
    expected = await session.scalar(select(func.count()).select_from(FairBuyer).where(FairBuyer.fair_id == made.id))
    assert expected == 1
    again = await fairs.desk.copy_fair(session, at.organiser, at.slug, copying(), key=key)
    assert again.id == made.id
    assert await fairs.charges.copy_charges(session, at.organiser, at.fair_id, made.id) == 0  # Nothing comes twice.


async def test_only_what_is_wanted_is_taken_over_and_only_from_ones_own_fairs(session: AsyncSession) -> None:
    at = await fitted(session)
    bare = CopyDraft(name="Hội chợ trơn", starts_on=LATER)
    made = await fairs.desk.copy_fair(session, at.organiser, at.slug, bare, key=new_id())
    assert (made.call_opens_on, made.call_words) == (None, None)
    assert (await fairs.layouts.floor(session, made.id)).booths == ()
    assert await fairs.charges.rates(session, made.id) == []
    with pytest.raises(NotAllowed):
        await fairs.desk.copy_fair(session, small.acting(Role.ORGANISER, new_id()), at.slug, bare, key=new_id())


async def test_a_copy_whose_days_are_too_far_away_says_so_beside_the_day(session: AsyncSession) -> None:
    at = await fitted(session)
    far = CopyDraft(name="Hội chợ xa", starts_on=date(2100, 12, 31))
    with pytest.raises(Invalid) as refused:
        await fairs.desk.copy_fair(session, at.organiser, at.slug, far, key=new_id())
    assert list(refused.value.errors) == ["starts_on"]


async def _next(session: AsyncSession, at: Grounds) -> str:
    made = await fairs.desk.copy_fair(session, at.organiser, at.slug, copying(), key=new_id())
    await session.execute(text("UPDATE fairs_fair SET province_code = '19' WHERE id = :id"), {"id": made.id})
    await session.refresh(made)
    await fairs.publish_fair(session, at.organiser, made.slug)
    return made.slug


async def test_earlier_exhibitors_are_invited_by_one_press_and_nobody_twice(session: AsyncSession) -> None:
    at = await fitted(session)
    slug = await _next(session, at)
    source = Source(called=at.slug)
    found = await fairs.desk.candidates(session, at.organiser, slug, source)
    assert [each.may_be_asked for each in found] == [True] * 3
    one = Asking(called=at.slug, suppliers=(found[0].id, new_id()), key=new_id())
    assert await fairs.desk.ask(session, at.organiser, slug, one) == (1, 0)
    every = Asking(called=at.slug, every=True, buyers=True, key=new_id())
    assert await fairs.desk.ask(session, at.organiser, slug, every) == (2, 0)  # The buyer came along with the copy.
    assert await fairs.desk.ask(session, at.organiser, slug, every.model_copy(update={"key": new_id()})) == (0, 0)
    now = await fairs.desk.candidates(session, at.organiser, slug, source)
    assert [each.may_be_asked for each in now] == [False] * 3
    assert [(each.key, each.suppliers) for each in await fairs.desk.sources(session, at.organiser, slug)] == [
        (f"fair:{at.slug}", 3)
    ]
    with pytest.raises(Invalid):
        await fairs.desk.ask(session, at.organiser, slug, Asking(called=at.slug, key=new_id()))
    for wrong in (Source(called="khong-co"), Source(kind=fairs.desk.SourceKind.ROUND, called="PK-XXXXX")):
        with pytest.raises(NotFound):
            await fairs.desk.candidates(session, at.organiser, slug, wrong)
    await fairs.cancel_fair(session, at.organiser, slug)
    with pytest.raises(Conflict):
        await fairs.desk.ask(session, at.organiser, slug, every.model_copy(update={"key": new_id()}))


async def test_what_waits_is_said_and_costs_the_same_for_one_fair_as_for_three(session: AsyncSession) -> None:
    at = await fitted(session)
    await session.execute(text("UPDATE fairs_application SET state = 'submitted' WHERE code = 'DG-0'"))
    shown = await fairs.desk.overview(session, at.slug, at.organiser)
    assert [each.words for each in shown.chores] == ["1 đơn chờ xét", "Hạn nhận đăng ký: 01/12/2026"]
    assert (shown.counts.submitted, shown.counts.accepted, shown.counts.booths) == (1, 2, 4)
    assert [each.label for each in shown.steps if each.state == "now"] == ["Xét đơn"]
    with counted(session) as one:
        found = await fairs.desk.desk_list(session, at.organiser)
    assert [line.fair.slug for line in found.coming] == [at.slug]
    for n in range(2):
        await fairs.desk.copy_fair(session, at.organiser, at.slug, CopyDraft(name=f"Sau {n}", starts_on=LATER), key=new_id())
    with counted(session) as three:
        found = await fairs.desk.desk_list(session, at.organiser)
    assert (len(found.drafts), len(found.coming), len(one)) == (2, 1, len(three))
    with pytest.raises(NotAllowed):
        await fairs.desk.desk_list(session, at.exhibitors[0])


async def test_those_that_are_over_come_by_pages(session: AsyncSession, monkeypatch: pytest.MonkeyPatch) -> None:
    at = await grounds(session)
    for n in range(5):
        draft = fairs.FairDraft(name=f"Xưa {n}", kind=fairs.FairKind.FAIR, starts_on=date(2025, 1, 1 + n))
        await fairs.announce_fair(session, SYSTEM, draft, organisation_id=at.organiser.organisation_id)
    monkeypatch.setattr("service.fairs.desk.queries.PAGE", 2)
    names: list[str] = []
    cursor = None
    while True:
        found = await fairs.desk.desk_list(session, at.organiser, cursor=cursor)
        names += [line.fair.title for line in found.past]
        cursor = found.next
        if cursor is None:
            break
    assert names == [f"Xưa {n}" for n in (4, 3, 2, 1, 0)]
    with pytest.raises(Invalid):
        await fairs.desk.desk_list(session, at.organiser, cursor="bậy")
