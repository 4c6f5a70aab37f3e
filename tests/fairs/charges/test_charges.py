"""Rates, services, orders and payments of a fair, and the statements that follow from them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from pydantic import ValidationError
from sqlalchemy import text
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.ext.asyncio import AsyncSession

from service import fairs
from service.accounts import MemberRole, Role
from service.core import clock
from service.core.db import new_id
from service.core.errors import Conflict, Invalid, NotAllowed, NotFound
from service.core.events import history
from service.fairs.bookings.models import Occupancy
from service.fairs.charges import PaymentDraft, RateDraft, ServiceDraft, TermsDraft, Wanted
from tests import market as small
from tests.fairs.bookings.counting import counted
from tests.fairs.bookings.grounds import ENDS, STARTS, Grounds, grounds

charges = fairs.charges
TODAY = date(2026, 11, 28)
STATE_MONEY = "Ngân sách xúc tiến thương mại tỉnh"


@pytest.fixture(autouse=True)
def _today() -> Any:
    with clock.freeze(TODAY):
        yield


async def placed(session: AsyncSession, at: Grounds, number: int, exhibitor: int, **said: Any) -> UUID:
    """Give that booth to that exhibitor for good; returns the application."""
    asked = {"fair": at.fair_id, "supplier": at.suppliers[exhibitor]}
    application_id = await session.scalar(
        text("SELECT id FROM fairs_application WHERE fair_id = :fair AND supplier_id = :supplier"), asked
    )
    assert isinstance(application_id, UUID)
    values = {"days": Range(STARTS, date(2026, 12, 15)), "share_id": None, "application_id": application_id, **said}
    session.add(Occupancy(fair_id=at.fair_id, booth_id=at.booth(number), origin="plan", state="taken", name="HTX", key=new_id(),
                          supplier_id=at.suppliers[exhibitor], **values))  # fmt: skip
    await session.flush()
    return application_id


def service(**said: Any) -> ServiceDraft:
    return ServiceDraft.model_validate(
        {
            "kind": "power",
            "name": "Điện 3 pha",
            "unit": "kW",
            "price_vnd": 350_000,
            "stock": 10,
            "kw": 1,
            "phase": "three",
            **said,
        }
    )


def support(**said: Any) -> RateDraft:
    return RateDraft.model_validate(
        {"kind": "subsidised", "name": "Gian miễn phí", "percent_off": 100, "quota": 1, "source": STATE_MONEY, **said}
    )


async def test_a_statement_adds_booth_support_services_and_vat(session: AsyncSession) -> None:
    at = await grounds(session)
    application = await placed(session, at, 1, 0)
    for draft in (support(percent_off=50), RateDraft(kind="early", name="Sớm", percent_off=20, until_day=date(2026, 12, 1))):
        await charges.add_rate(session, at.organiser, at.slug, draft, key=new_id())
    await charges.keep_terms(
        session, at.organiser, at.slug, TermsDraft(vat_percent=Decimal(8), deposit_percent=50, rest_days=5), version=0
    )
    power = await charges.add_service(session, at.organiser, at.slug, service())
    await charges.order(session, at.exhibitors[0], application, [Wanted(service_id=power.id, quantity=2)])
    # The form has no day here, so the early rate is not hers.
    found = await charges.statement(session, at.exhibitors[0], application)
    assert [(line.kind, line.amount_vnd) for line in found.lines] == [
        ("booth", 2_000_000), ("support", -1_000_000), ("service", 700_000), ("vat", 136_000),
    ]  # fmt: skip
    assert (found.total_vnd, found.support, found.booths) == (1_836_000, ((STATE_MONEY, 1_000_000),), ("A001",))
    assert [(each.amount_vnd, each.due_on) for each in found.instalments] == [(918_000, None), (918_000, date(2026, 12, 5))]
    assert await charges.subsidies(session, at.fair_id) == {**dict.fromkeys(await _ids(session, at), 0), application: 1_000_000}
    assert (await charges.costs(session, at.fair_id))[application] == 1_836_000
    await session.execute(text("UPDATE fairs_application SET submitted_at = '2026-11-30 09:00+07'"))
    early = await charges.statement(session, at.organiser, application)
    assert [line.amount_vnd for line in early.lines][:3] == [2_000_000, -400_000, -800_000]


async def _ids(session: AsyncSession, at: Grounds) -> list[UUID]:
    return list(await session.scalars(text("SELECT id FROM fairs_application WHERE fair_id = :fair"), {"fair": at.fair_id}))


async def test_before_a_booth_is_given_the_wish_is_reckoned_with(session: AsyncSession) -> None:
    at = await grounds(session, each=2)
    found = await charges.statement(session, at.exhibitors[0], (await _ids(session, at))[0])
    assert (found.estimated, found.total_vnd, len(found.lines)) == (True, 4_000_000, 2)


async def test_those_who_share_a_booth_pay_it_together_and_by_days_each_her_own(session: AsyncSession) -> None:
    at = await grounds(session)
    together = new_id()
    one, other = [await placed(session, at, 1, n, share_id=together) for n in (0, 1)]
    three = await placed(session, at, 2, 2, days=Range(STARTS, date(2026, 12, 11)))
    owed = await charges.costs(session, at.fair_id)
    assert (owed[one] + owed[other], owed[one], owed[three]) == (2_000_000, 1_000_000, 400_000)
    assert STARTS < ENDS


async def test_a_booking_that_names_only_the_supplier_belongs_to_its_application(session: AsyncSession) -> None:
    at = await grounds(session)
    first = await placed(session, at, 3, 0, application_id=None)
    found = await charges.statement(session, at.organiser, first)
    assert (found.booths, found.estimated) == (("A003",), False)


async def test_what_is_ordered_never_passes_the_stock_and_can_be_taken_back(session: AsyncSession) -> None:
    at = await grounds(session)
    mine, hers = await placed(session, at, 1, 0), await placed(session, at, 2, 1)
    power = await charges.add_service(session, at.organiser, at.slug, service(stock=5))
    await charges.order(session, at.exhibitors[0], mine, [Wanted(service_id=power.id, quantity=3)])
    with pytest.raises(Invalid) as refused:
        await charges.order(session, at.exhibitors[1], hers, [Wanted(service_id=power.id, quantity=3)])
    assert refused.value.errors == {f"quantity.{power.id}": "Điện 3 pha: chỉ còn 2 kW."}
    _account, form, seen = await charges.order_form(session, at.exhibitors[0], mine)
    assert [(each.mine, each.left) for each in form] == [(3, 2)]
    await charges.order(session, at.exhibitors[0], mine, [Wanted(service_id=power.id, quantity=1)], seen=seen)
    with pytest.raises(Conflict):  # The form of the one who read the three.
        await charges.order(session, at.exhibitors[0], mine, [Wanted(service_id=power.id, quantity=2)], seen=seen)
    await charges.order(session, at.exhibitors[1], hers, [Wanted(service_id=power.id, quantity=4)])
    told = len(await history(session, hers))
    await charges.order(session, at.exhibitors[1], hers, [Wanted(service_id=power.id, quantity=4)])
    assert len(await history(session, hers)) == told  # The same again says nothing new.
    with pytest.raises(Invalid) as refused:
        await charges.change_service(session, at.organiser, at.slug, power.id, service(stock=4))
    assert refused.value.errors == {"stock": "Đã có người đặt 5 nên không hạ thấp hơn được."}


async def test_after_its_day_only_the_organiser_changes_an_order(session: AsyncSession) -> None:
    at = await grounds(session)
    mine = await placed(session, at, 1, 0)
    table = await charges.add_service(session, at.organiser, at.slug, service(
        kind="furniture", name="Bàn", unit="cái", stock=None, kw=None, phase=None, order_by=date(2026, 11, 27)))  # fmt: skip
    wanted = [Wanted(service_id=table.id, quantity=1)]
    with pytest.raises(Invalid) as refused:
        await charges.order(session, at.exhibitors[0], mine, wanted)
    assert "27/11/2026" in refused.value.errors[f"quantity.{table.id}"]
    await charges.order(session, at.organiser, mine, wanted)
    # Its price is that of the day it was ordered on.
    await charges.change_service(session, at.organiser, at.slug, table.id, service(
        kind="furniture", name="Bàn", unit="cái", stock=None, kw=None, phase=None, price_vnd=900_000))  # fmt: skip
    found = await charges.statement(session, at.organiser, mine)
    assert [line.amount_vnd for line in found.lines if line.kind == "service"] == [350_000]


async def test_strangers_see_no_statement_and_viewers_order_nothing(session: AsyncSession) -> None:
    at = await grounds(session)
    mine = await placed(session, at, 1, 0)
    stranger = small.acting(Role.ORGANISER, new_id())
    for reader in (None, at.exhibitors[1], stranger):
        with pytest.raises(NotFound):
            await charges.statement(session, reader, mine)
    power = await charges.add_service(session, at.organiser, at.slug, service())
    viewer = small.acting(Role.SUPPLIER, at.exhibitors[0].organisation_id, MemberRole.VIEWER)
    with pytest.raises(NotAllowed):
        await charges.order(session, viewer, mine, [Wanted(service_id=power.id, quantity=1)])
    with pytest.raises(NotFound):
        await charges.order(session, at.exhibitors[1], mine, [Wanted(service_id=power.id, quantity=1)])
    with pytest.raises(NotAllowed):
        await charges.add_service(session, at.exhibitors[0], at.slug, service(name="Khác"))
    payment = PaymentDraft(key=new_id(), amount_vnd=1000, paid_on=TODAY)
    with pytest.raises(NotAllowed):
        await charges.note_payment(session, at.exhibitors[0], mine, payment)
    with pytest.raises(NotFound):
        await charges.note_payment(session, stranger, mine, payment)


async def test_a_payment_is_noted_once_and_struck_out_with_a_reason(session: AsyncSession) -> None:
    at = await grounds(session)
    mine, hers = await placed(session, at, 1, 0), await placed(session, at, 2, 1)
    draft = PaymentDraft(key=new_id(), amount_vnd="1tr2", paid_on="20/11/2026", reference="UNC 17")  # type: ignore[arg-type]
    first = await charges.note_payment(session, at.organiser, mine, draft)
    assert (await charges.note_payment(session, at.organiser, mine, draft)).id == first.id
    with pytest.raises(Conflict):
        await charges.note_payment(session, at.organiser, hers, draft)
    assert (await charges.statement(session, at.exhibitors[0], mine)).due_vnd == 800_000
    with pytest.raises(NotFound):
        await charges.strike_payment(session, at.organiser, hers, first.id, "Của người khác")
    with pytest.raises(Invalid):
        await charges.strike_payment(session, at.organiser, mine, first.id, None)
    await charges.strike_payment(session, at.organiser, mine, first.id, "Ghi nhầm đơn vị")
    again = await charges.strike_payment(session, at.organiser, mine, first.id, "Khác")
    found = await charges.statement(session, at.organiser, mine)
    assert (again.struck_why, found.due_vnd, found.paid_vnd) == ("Ghi nhầm đơn vị", 2_000_000, 0)
    assert [(each.struck, each.amount_vnd) for each in found.payments] == [(True, 1_200_000)]


async def test_the_second_of_two_who_change_a_rate_or_the_terms_is_told_so(session: AsyncSession) -> None:
    at = await grounds(session)
    key = new_id()
    made = await charges.add_rate(session, at.organiser, at.slug, support(), key=key)
    assert (await charges.add_rate(session, at.organiser, at.slug, support(quota=3), key=key)).quota == 1
    seen = (await charges.rates(session, at.fair_id))[0].seen
    await charges.change_rate(session, at.organiser, at.slug, made.id, support(quota=2), seen=seen)
    with pytest.raises(Conflict):
        await charges.change_rate(session, at.organiser, at.slug, made.id, support(quota=5), seen=seen)
    with pytest.raises(Invalid) as refused:
        await charges.change_rate(session, at.organiser, at.slug, made.id, support(class_code="ZZ"), seen=seen)
    assert set(refused.value.errors) == {"class_code"}
    await charges.remove_rate(session, at.organiser, at.slug, made.id)
    await charges.remove_rate(session, at.organiser, at.slug, made.id)
    assert await charges.rates(session, at.fair_id) == []
    await charges.keep_terms(session, at.organiser, at.slug, TermsDraft(deposit_percent=50), version=0)
    with pytest.raises(Conflict):
        await charges.keep_terms(session, at.organiser, at.slug, TermsDraft(deposit_percent=30), version=0)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"price_vnd": 5}, "percent_off"),
        ({"percent_off": None}, "percent_off"),
        ({"percent_off": 0}, "percent_off"),
        ({"percent_off": "10^400"}, "percent_off"),
        ({"percent_off": "1" + "0" * 400}, "percent_off"),
        ({"source": " \x00"}, "source"),
        ({"quota": 0}, "quota"),
        ({"quota_per": "old_district", "quota_places": "Na Rì: nhiều"}, "quota_places"),
        ({"quota_per": "old_district", "quota_places": "Huyện Không Có: 3"}, "quota_places"),
        ({"quota_per": "fair", "quota_places": "Na Rì: 3"}, "quota_places"),
        ({"quota_per": "province", "quota_places": {"066": 3}}, "quota_places"),
        ({"quota": "1" + "0" * 400}, "quota"),
        ({"legal_forms": ["army"]}, "legal_forms"),
        ({"province_codes": ["\x0099"]}, "province_codes"),
        ({"kind": "early", "quota": None}, "until_day"),
        ({"name": "\x00"}, "name"),
    ],
)
def test_a_rate_says_what_is_wrong_beside_the_field(said: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as refused:
        support(**said)
    assert {str(each["loc"][0]) for each in refused.value.errors()} == {field}


async def test_the_contractor_gets_totals_and_load_for_each_hall(session: AsyncSession) -> None:
    at = await grounds(session)
    placed_one, waiting = await placed(session, at, 1, 0), (await _ids(session, at))[1]
    power = await charges.add_service(session, at.organiser, at.slug, service(kw=Decimal("2.5")))
    for application, n in ((placed_one, 2), (waiting, 1)):
        await charges.order(session, at.organiser, application, [Wanted(service_id=power.id, quantity=n, note="góc trái")])
    found = await charges.totals(session, at.organiser, at.slug)
    assert [(hall.hall, hall.kw_three, hall.lines[0].quantity) for hall in found] == [("Nhà A", 5, 2), ("", Decimal("2.5"), 1)]
    assert [(each.booth, each.note) for each in found[0].lines[0].portions] == [("A001", "góc trái")]


async def test_a_list_of_statements_costs_the_same_for_one_as_for_many_and_pages(
    session: AsyncSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = await grounds(session, exhibitors=1)
    await charges.statements(session, at.organiser, at.slug)
    session.expire_all()
    with counted(session) as few:
        await charges.statements(session, at.organiser, at.slug)
    more = await grounds(session, exhibitors=5, name="Hội chợ Đông", code="DO")
    await charges.statements(session, more.organiser, more.slug)
    session.expire_all()
    with counted(session) as many:
        found = await charges.statements(session, more.organiser, more.slug)
    assert len(few) == len(many)
    assert (found.sums.exhibitors, found.sums.due_vnd, found.next) == (5, 10_000_000, None)
    monkeypatch.setattr("service.fairs.charges.queries.PAGE", 2)
    seen, cursor = [], None
    while True:
        page = await charges.statements(session, more.organiser, more.slug, cursor=cursor)
        seen += [each.code for each in page.items]
        cursor = page.next
        if cursor is None:
            break
    assert seen == [each.code for each in found.items]
    with pytest.raises(Invalid):
        await charges.statements(session, more.organiser, more.slug, cursor="bậy")
