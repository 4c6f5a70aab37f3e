"""Announcing fairs, keeping them right, the calendar, and what suits them."""

from __future__ import annotations

import asyncio
from datetime import date
from decimal import Decimal

import pytest
from pydantic import ValidationError
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service import fairs
from service.accounts import SYSTEM, MemberRole, Role
from service.core import clock
from service.core.db import Database, new_id
from service.core.errors import Conflict, Invalid, NotAllowed, NotFound
from service.core.events import history
from tests import market
from tests.market import TODAY, acting


@pytest.fixture(autouse=True)
def _today():
    with clock.freeze(TODAY):
        yield


def draft(name: str = "Tuần hàng OCOP Hà Nội", **said: object) -> fairs.FairDraft:
    return fairs.FairDraft.model_validate(
        {
            "name": name,
            "kind": "product_week",
            "starts_on": date(2026, 12, 10),
            "ends_on": date(2026, 12, 13),
            "province_code": "01",
            "place": "Quảng trường",
            "hosts": ("Sở Công Thương",),
            "halls": (fairs.HallDraft(name="Khu A", area_m2=Decimal(900)), fairs.HallDraft(name="Khu B")),
            **said,
        }
    )


async def test_announcing_the_same_fair_again_brings_it_up_to_date(session: AsyncSession) -> None:
    one = await fairs.announce_fair(session, SYSTEM, draft())
    same = await fairs.announce_fair(session, SYSTEM, draft())
    assert (same.id, same.version) == (one.id, 1)
    other = await fairs.announce_fair(
        session, SYSTEM, draft(halls=(fairs.HallDraft(name="Khu C"),), opening_hours="8:00–20:00")
    )
    assert (other.id, other.version) == (one.id, 2)
    told = await history(session, one.id)
    assert [entry.fact for entry in told] == ["FairRevised", "FairAnnounced"]
    assert told[0].old == {"opening_hours": None, "halls": [["Khu A", None, 900], ["Khu B", None, None]]}
    page = await fairs.fair_page(session, one.slug, None)
    assert [hall.name for hall in page.halls] == ["Khu C"]


@pytest.mark.parametrize(
    ("precision", "starts", "days", "words"),
    [
        ("day", date(2026, 12, 10), (date(2026, 12, 10), date(2026, 12, 10)), "10/12/2026"),
        ("month", date(2023, 3, 25), (date(2023, 3, 1), date(2023, 3, 31)), "tháng 3/2023"),
        ("year", date(2018, 6, 1), (date(2018, 1, 1), date(2018, 12, 31)), "năm 2018"),
    ],
)
async def test_a_date_is_kept_as_exactly_as_it_is_known(
    session: AsyncSession, precision: str, starts: date, days: tuple[date, date], words: str
) -> None:
    fair = await fairs.announce_fair(session, SYSTEM, draft(starts_on=starts, ends_on=None, date_precision=precision))
    assert (fair.starts_on, fair.ends_on) == days
    assert (await fairs.fair_page(session, fair.slug, None)).fair.when == words


@pytest.mark.parametrize(
    "said",
    [
        {"ends_on": date(2026, 12, 9)},
        {"illustrative": True, "source": "Bài 001"},
        {"halls": (fairs.HallDraft(name="A"), fairs.HallDraft(name="A"))},
        {"starts_on": date(1800, 1, 1)},
        {"name": ""},
    ],
)
def test_a_draft_that_contradicts_itself_is_refused(said: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        draft(**said)


async def test_places_must_exist(session: AsyncSession) -> None:
    with pytest.raises(Invalid) as refused:
        await fairs.announce_fair(session, SYSTEM, draft(province_code="00", commune_code="x"))
    assert set(refused.value.errors) == {"province_code", "commune_code"}


async def test_only_organisers_and_officers_announce(session: AsyncSession) -> None:
    for role in (Role.SUPPLIER, Role.BUYER):
        with pytest.raises(NotAllowed):
            await fairs.announce_fair(session, acting(role, new_id()), draft())
    with pytest.raises(NotAllowed):
        await fairs.announce_fair(session, acting(Role.ORGANISER, new_id(), MemberRole.VIEWER), draft())
    host = (await market.buyer(session, "Ban tổ chức")).organisation_id
    organiser = acting(Role.ORGANISER, host)
    fair = await fairs.announce_fair(session, organiser, draft())
    assert fair.organisation_id == host
    stranger = acting(Role.ORGANISER, new_id())
    with pytest.raises(Conflict):
        await fairs.announce_fair(session, stranger, draft())
    for attempt in (
        fairs.revise_fair(session, stranger, fair.slug, draft(), version=1),
        fairs.cancel_fair(session, stranger, fair.slug),
        fairs.cancel_fair(session, acting(Role.SUPPLIER, new_id()), fair.slug),
    ):
        with pytest.raises(NotAllowed):
            await attempt
    with pytest.raises(NotFound):
        await fairs.cancel_fair(session, organiser, "khong-co")
    with pytest.raises(Conflict):
        await fairs.revise_fair(session, organiser, fair.slug, draft(), version=9)


async def test_a_fair_that_is_called_off_says_so(session: AsyncSession) -> None:
    fair = await fairs.announce_fair(session, SYSTEM, draft())
    await fairs.cancel_fair(session, SYSTEM, fair.slug)
    await fairs.cancel_fair(session, SYSTEM, fair.slug)
    page = await fairs.fair_page(session, fair.slug, None)
    assert page.fair.cancelled
    assert page.products == []
    assert len(await history(session, fair.id)) == 2


async def test_the_calendar_shows_the_next_first_and_the_past_from_the_last_back(session: AsyncSession) -> None:
    for name, day in (("B", date(2026, 12, 20)), ("A", date(2026, 12, 1)), ("C", date(2026, 10, 1)), ("D", date(2025, 10, 1))):
        await fairs.announce_fair(session, SYSTEM, draft(name, starts_on=day, ends_on=None, kind="fair"))
    await fairs.announce_fair(
        session, SYSTEM, draft("Đang diễn ra", starts_on=date(2026, 11, 20), ends_on=TODAY, province_code="79")
    )
    to_come = await fairs.calendar(session, fairs.FairSearch())
    assert [each.name for each in to_come.items] == ["Đang diễn ra", "A", "B"]
    past = await fairs.calendar(session, fairs.FairSearch(past=True))
    assert [each.name for each in past.items] == ["C", "D"]
    assert [each.name for each in (await fairs.calendar(session, fairs.FairSearch(province="79"))).items] == ["Đang diễn ra"]
    only_fairs = await fairs.calendar(session, fairs.FairSearch(kind=fairs.FairKind.FAIR))
    assert [each.name for each in only_fairs.items] == ["A", "B"]
    for past_too, expected in ((False, ["Đang diễn ra", "A", "B"]), (True, ["C", "D"])):
        seen, cursor = [], None
        while True:
            page = await fairs.calendar(session, fairs.FairSearch(past=past_too, limit=1, cursor=cursor))
            seen += [each.name for each in page.items]
            cursor = page.next
            if cursor is None:
                break
        assert seen == expected
    assert [each.name for each in await fairs.coming(session, 2)] == ["Đang diễn ra", "A"]


async def test_products_and_fairs_find_each_other(session: AsyncSession) -> None:
    await market.supplier(session)
    mien = await market.product(session, stock_kg=Decimal(300), stock_on=TODAY, shelf_life_days=365)
    plum = await market.product(
        session, code="MO", name="Mơ vàng", commodity="mo", category_code="I.1.a", season_months=(3, 4, 5), shelf_life_days=7,
        capacity=((2026, (Decimal(0),) * 12),),
    )  # fmt: skip
    winter = await fairs.announce_fair(session, SYSTEM, draft("Hội chợ Tết"))
    spring = await fairs.announce_fair(session, SYSTEM, draft("Hội chợ xuân", starts_on=date(2027, 4, 1), ends_on=None))
    buyer = await market.buyer(session, "Siêu thị Có Mặt")
    await fairs.expect_buyer(session, SYSTEM, winter.slug, fairs.Expected(buyer_id=buyer.id, commodities=("Miến dong",)))
    page = await fairs.fair_page(session, winter.slug, None)
    assert [each.product_slug for each in page.products] == [mien]
    assert "người mua sẽ có mặt: Siêu thị Có Mặt" in page.products[0].line
    assert [(each.name, each.commodities) for each in page.buyers] == [("Siêu thị Có Mặt", ("Miến dong",))]
    for_plum = await fairs.fairs_for_product(session, plum, None)
    assert [(each.fair.slug, each.fits) for each in for_plum] == [(spring.slug, True), (winter.slug, False)]
    assert "trái mùa" in for_plum[1].line
    assert [each.fair.slug for each in await fairs.fairs_for_product(session, mien, None)] == [winter.slug, spring.slug]
    with pytest.raises(NotFound):
        await fairs.fairs_for_product(session, "khong-co", None)


async def test_an_anonymous_wish_of_a_buyer_there_is_not_told(session: AsyncSession) -> None:
    await market.supplier(session)
    await market.product(session)
    fair = await fairs.announce_fair(session, SYSTEM, draft())
    buyer = await market.buyer(session, "Siêu thị Kín Tiếng")
    await market.request(session, buyer, visibility="anonymous")
    await fairs.expect_buyer(session, SYSTEM, fair.slug, fairs.Expected(buyer_id=buyer.id))
    page = await fairs.fair_page(session, fair.slug, None)
    assert [each.open_requests for each in page.buyers] == [0]
    assert "Kín Tiếng" not in page.products[0].line
    await market.request(session, buyer)
    page = await fairs.fair_page(session, fair.slug, None)
    assert [each.open_requests for each in page.buyers] == [1]
    assert "Kín Tiếng" in page.products[0].line


async def test_expecting_the_same_buyer_again_changes_nothing(session: AsyncSession) -> None:
    fair = await fairs.announce_fair(session, SYSTEM, draft())
    buyer = await market.buyer(session)
    for wish in ("mien-dong", "mien-dong", "mat-ong"):
        await fairs.expect_buyer(session, SYSTEM, fair.slug, fairs.Expected(buyer_id=buyer.id, commodities=(wish,)))
    assert [entry.fact for entry in await history(session, fair.id)] == ["BuyerExpected", "BuyerExpected", "FairAnnounced"]
    with pytest.raises(Invalid):
        await fairs.expect_buyer(session, SYSTEM, fair.slug, fairs.Expected(buyer_id=buyer.id, commodities=("không có",)))


async def test_of_two_who_revise_a_fair_at_once_one_is_told(real_database: Database) -> None:
    async with real_database.transaction() as session:
        fair = await fairs.announce_fair(session, SYSTEM, draft(f"Hội chợ đua {new_id().hex[-6:]}"))

    async def revise(hours: str) -> str:
        try:
            async with real_database.transaction() as session:
                await fairs.revise_fair(session, SYSTEM, fair.slug, draft(fair.name, opening_hours=hours), version=1)
        except Conflict:
            return "conflict"
        return "kept"

    try:
        assert sorted(await asyncio.gather(*(revise(f"{n}:00") for n in range(5)))) == ["conflict"] * 4 + ["kept"]
    finally:
        async with real_database.transaction() as session:
            await session.execute(text("DELETE FROM fairs_fair WHERE id = :id"), {"id": fair.id})


async def test_a_fair_is_shown_a_variety_of_goods(session: AsyncSession) -> None:
    await market.supplier(session)
    for n in range(3):
        await market.product(session, code=f"MIEN{n}")
    honey = await market.product(session, code="ONG", name="Mật ong", commodity="mat-ong", category_code="I.2.b")
    fair = await fairs.announce_fair(session, SYSTEM, draft())
    buyer = await market.buyer(session)
    await fairs.expect_buyer(session, SYSTEM, fair.slug, fairs.Expected(buyer_id=buyer.id, commodities=("mien-dong",)))
    slugs = [each.product_slug for each in (await fairs.fair_page(session, fair.slug, None)).products]
    assert slugs.index(honey) == 2
    assert len(slugs) == 4


async def test_a_fair_over_the_end_of_a_month_shows_the_goods_of_both(session: AsyncSession) -> None:
    await market.supplier(session)
    january = (Decimal(900), *(None,) * 11)
    slug = await market.product(session, season_months=(1,), capacity=((2027, january),))
    fair = await fairs.announce_fair(session, SYSTEM, draft(starts_on=date(2026, 12, 29), ends_on=date(2027, 1, 8)))
    shown = [each.product_slug for each in (await fairs.fair_page(session, fair.slug, None)).products]
    assert shown == [slug]
