"""Halls merged by name, hours by day, preparing and announcing, and the call for exhibitors."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import date, time
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from sqlalchemy import delete, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from service import fairs
from service.accounts import SYSTEM, Role
from service.core import clock
from service.core.db import Database, new_id
from service.core.errors import Conflict, Invalid, NotAllowed, NotFound
from service.core.events import history
from service.fairs import Call, DayHours, FairForm, HallDraft
from service.fairs.models import Fair, Hall
from service.fairs.views import call_today
from tests import market as small
from tests.fairs.bookings.grounds import grounds
from tests.fairs.test_fairs import draft
from tests.market import TODAY


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.freeze(TODAY):
        yield


async def halls(session: AsyncSession, fair_id: UUID) -> dict[str, Hall]:
    found = await session.scalars(select(Hall).where(Hall.fair_id == fair_id).order_by(Hall.position))
    return {hall.name: hall for hall in found}


async def test_a_hall_keeps_what_is_drawn_in_it_when_the_fair_is_revised(session: AsyncSession) -> None:
    fair = await fairs.announce_fair(session, SYSTEM, draft())
    before = await halls(session, fair.id)
    before["Khu A"].width_m, before["Khu A"].outdoor = Decimal(40), True
    await session.flush()
    wish = draft(halls=(HallDraft(name="Khu A", about="Nhà chính", area_m2=Decimal(950)), HallDraft(name="Khu C")))
    fair = await fairs.revise_fair(session, SYSTEM, fair.slug, wish, version=fair.version)
    now = await halls(session, fair.id)
    assert list(now) == ["Khu A", "Khu C"]
    assert (now["Khu A"].id, now["Khu A"].width_m, now["Khu A"].outdoor) == (before["Khu A"].id, Decimal(40), True)
    assert now["Khu C"].id == before["Khu B"].id  # Another name at the same place: the same hall.
    other = draft(halls=(HallDraft(name="Khu C"), HallDraft(name="Khu D")))
    await fairs.revise_fair(session, SYSTEM, fair.slug, other, version=fair.version)
    assert before["Khu A"].id not in {hall.id for hall in (await halls(session, fair.id)).values()}


async def test_a_hall_with_booths_is_not_taken_away(session: AsyncSession) -> None:
    at = await grounds(session)
    said: dict[str, Any] = {"name": "Hội chợ Đặt gian", "kind": "fair", "starts_on": date(2026, 12, 10)}
    less = draft(**said, halls=())
    with pytest.raises(Invalid) as refused:
        async with session.begin_nested():
            await fairs.revise_fair(session, at.organiser, at.slug, less, version=1)
    assert "“Nhà A”" in refused.value.errors["hall_name"]
    # A draft that does not speak of halls leaves them alone.
    kept = fairs.FairDraft.model_validate({**said, "ends_on": date(2026, 12, 14), "description": "Mới"})
    await fairs.revise_fair(session, at.organiser, at.slug, kept, version=1)
    assert list(await halls(session, at.fair_id)) == ["Nhà A"]


async def test_a_prepared_fair_is_its_organisers_until_it_is_announced(session: AsyncSession) -> None:
    organiser, stranger = small.acting(Role.ORGANISER, None), small.acting(Role.ORGANISER, new_id())
    organiser = small.acting(Role.ORGANISER, (await grounds(session)).organiser.organisation_id)
    key = new_id()
    made = await fairs.draft_fair(session, organiser, draft(province_code=None), key=key)
    again = await fairs.draft_fair(session, organiser, draft("Tên khác"), key=key)
    assert (again.id, again.name) == (made.id, made.name)
    twin = await fairs.draft_fair(session, organiser, draft(province_code=None), key=new_id())
    assert twin.slug == f"{made.slug}-2"
    for reader in (None, stranger):
        with pytest.raises(NotFound):
            await fairs.head(session, made.slug, reader)
    with pytest.raises(Conflict):
        await fairs.draft_fair(session, stranger, draft(), key=key)
    with pytest.raises(Invalid) as refused:
        await fairs.publish_fair(session, organiser, made.slug)
    assert set(refused.value.errors) == {"province_code"}
    await fairs.revise_fair(session, organiser, made.slug, draft(), version=made.version)
    with pytest.raises(Conflict):
        await fairs.publish_fair(session, organiser, made.slug, version=1)
    await fairs.publish_fair(session, organiser, made.slug)
    await fairs.publish_fair(session, organiser, made.slug)
    assert [each.fact for each in await history(session, made.id)] == ["FairAnnounced", "FairRevised", "FairDrafted"]
    assert (await fairs.head(session, made.slug, None)).state == "announced"
    await fairs.cancel_fair(session, organiser, made.slug)
    with pytest.raises(Conflict):
        await fairs.publish_fair(session, organiser, made.slug)
    for actor in (small.acting(Role.SUPPLIER, new_id()), small.acting(Role.BUYER, new_id())):
        with pytest.raises(NotAllowed):
            await fairs.draft_fair(session, actor, draft(), key=new_id())


async def test_a_fair_that_moves_takes_its_hours_and_drops_days_it_has_no_more(session: AsyncSession) -> None:
    fair = await fairs.announce_fair(session, SYSTEM, draft())  # 10 to 13 December.
    said = [DayHours(day=date(2026, 12, n), opens="8h30", closes="21", note="") for n in (10, 13)]  # type: ignore[arg-type]
    fair = await fairs.set_hours(session, SYSTEM, fair.slug, said, version=1)
    same = await fairs.set_hours(session, SYSTEM, fair.slug, said, version=1)
    assert same.version == fair.version
    with pytest.raises(Conflict):
        await fairs.set_hours(session, SYSTEM, fair.slug, said[:1], version=1)
    with pytest.raises(Invalid):
        await fairs.set_hours(session, SYSTEM, fair.slug, [said[0].model_copy(update={"day": date(2026, 12, 20)})])
    moved = draft(starts_on=date(2026, 12, 17), ends_on=date(2026, 12, 18))
    await fairs.revise_fair(session, SYSTEM, fair.slug, moved, version=fair.version)
    assert [(each.day, each.hours) for each in await fairs.hours(session, fair.id)] == [(date(2026, 12, 17), "08:30–21:00")]


@pytest.mark.parametrize("typed", ["8h", "8:00", "08.00", " 8 ", "8h00"])
def test_an_hour_is_read_as_people_type_it(typed: str) -> None:
    assert DayHours.model_validate({"day": TODAY, "opens": typed, "closes": "21h30"}).opens == time(8)


@pytest.mark.parametrize("typed", ["25", "8:61", "8:5", "tám giờ", "-8", "８:00", "8" * 400, "8:00:00"])
def test_what_is_no_hour_is_refused_beside_its_field(typed: str) -> None:
    with pytest.raises(ValidationError) as refused:
        DayHours.model_validate({"day": TODAY, "opens": typed, "closes": "23:59"})
    assert {each["loc"][0] for each in refused.value.errors()} == {"opens"}


@given(st.dates(date(2026, 1, 1), date(2027, 12, 31)), st.one_of(st.none(), st.dates(date(2026, 1, 1), date(2027, 12, 31))))
def test_a_call_is_open_on_the_days_that_it_says(opens: date, closes: date | None) -> None:
    ends = date(2026, 12, 31)
    with clock.freeze(TODAY):
        state = call_today("announced", opens, closes, ends)
    assert (state is Call.OPEN) == (opens <= TODAY <= min(closes or ends, ends))
    assert call_today("draft", opens, closes, ends) is Call.NONE


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"hall_name": ["A", "A"], "hall_area": ["", ""]}, "hall_name"),
        ({"hall_name": ["A"], "hall_area": ["rộng"]}, "hall_area"),
        ({"hall_name": ["A"], "hall_area": ["-5"]}, "hall_area"),
        ({"ends_on": "09/12/2026"}, "ends_on"),
        ({"call_opens_on": "05/12/2026", "call_closes_on": "01/12/2026"}, "call_closes_on"),
        ({"call_closes_on": "31/12/2026"}, "call_closes_on"),
        ({"hosts": "x" * 300}, "hosts"),
        ({"description": "x" * 5000}, "description"),
        ({"starts_on": "31/02/2026"}, "starts_on"),
        ({"version": "x"}, "version"),
        ({"name": "\x00"}, "name"),
    ],
)
def test_a_form_says_what_is_wrong_beside_the_field(said: dict[str, Any], field: str) -> None:
    typed = {
        "name": "Hội chợ",
        "kind": "fair",
        "starts_on": "10/12/2026",
        "ends_on": "12/12/2026",
        "version": "",
        "key": "",
        **said,
    }
    with pytest.raises(ValidationError) as refused:
        FairForm.model_validate(typed)
    assert {each["loc"][0] for each in refused.value.errors()} == {field}


def test_a_form_is_read_line_by_line() -> None:
    form = FairForm.model_validate(
        {"name": "Hội chợ", "kind": "fair", "starts_on": "10/12/2026", "hosts": " Sở Công Thương \n\nSở  Công Thương\nHội",
         "hall_name": ["A", "", "B"], "hall_area": ["1.200", "5", ""], "hall_about": ["Nhà", "bỏ"]}
    )  # fmt: skip
    made = form.draft()
    assert made.hosts == ("Sở Công Thương", "Hội")
    assert [(hall.name, hall.area_m2, hall.about) for hall in made.halls] == [("A", Decimal(1200), "Nhà"), ("B", None, None)]
    assert "illustrative" not in made.said()


async def test_the_same_form_sent_twice_at_once_prepares_one_fair(real_database: Database) -> None:
    async with real_database.transaction() as session:
        organiser = small.acting(Role.ORGANISER, (await grounds(session, name="Đua lập", code="DL")).organiser.organisation_id)
    key = new_id()

    async def press() -> UUID:
        with clock.freeze(TODAY):
            async with real_database.transaction() as session:
                return (await fairs.draft_fair(session, organiser, draft("Hội chợ bấm đúp"), key=key)).id

    try:
        made = await asyncio.gather(*(press() for _ in range(6)))
        assert len(set(made)) == 1
        # The control: with keys of their own the six are six fairs.
        async with real_database.transaction() as session:
            others = {(await fairs.draft_fair(session, organiser, draft("Hội chợ bấm đúp"), key=new_id())).id for _ in range(3)}
        assert len(others | set(made)) == 4
    finally:
        owner = Database(real_database.url, role=None)
        async with owner.transaction() as session:
            await session.execute(text("DELETE FROM fairs_application"))
            await session.execute(text("DELETE FROM fairs_booth"))
            await session.execute(delete(Fair))
            for table in ("catalogue_supplier", "accounts_organisation", "core_journal"):
                await session.execute(text(f"DELETE FROM {table}"))
        await owner.close()
