"""What came of fairs: counted from the rows, traced to awards, the unknown said, the report's words the organiser's."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncSession

from service import fairs, matching
from service.core import clock, pdf
from service.core.db import new_id
from service.core.errors import Conflict, NotAllowed
from service.fairs.onsite import ComplaintDraft, FindingsDraft, MoneyDraft, PaperDraft, SaleDraft, Settling, VisitorsDraft
from service.fairs.onsite.tracing import Met, claimed
from service.web.pages import report_tables
from tests.fairs.bookings.counting import counted
from tests.fairs.bookings.grounds import STARTS
from tests.fairs.onsite.stands import AFTER, SECOND, Stands, lead, sale, stands

onsite = fairs.onsite


async def _sold(session: AsyncSession, held: Stands) -> None:
    """The first says two days, the second that it sold nothing on one, the others nothing at all."""
    one, two = held.at.exhibitors[:2]
    await onsite.record_sale(session, one, held.slug, sale(4_000_000, day="10/12/2026"))
    await onsite.record_sale(session, one, held.slug, sale(2_000_000))
    await onsite.record_sale(session, two, held.slug, SaleDraft(key=new_id(), nothing=True))
    signed = PaperDraft(key=new_id(), kind=onsite.PaperKind.MEMORANDUM, partner="Siêu thị", vnd=900_000_000)
    await onsite.sign_paper(session, one, held.slug, signed)
    await onsite.take_lead(session, one, held.slug, lead(buyer=held.buyer.slug))


async def test_the_whole_is_made_of_its_lines(session: AsyncSession) -> None:
    with clock.freeze(SECOND):
        held = await stands(session)
        await _sold(session, held)
        found = await onsite.returns(session, held.at.fair_id)
        by_name = {line.name: line.figures for line in found.lines}
        assert found.whole.exhibitors == len(by_name) == 4
        assert (found.whole.sold_vnd, found.whole.stated_booth_days, found.whole.booth_days) == (6_000_000, 3, 8)
        assert (found.whole.per_booth_day, found.whole.memoranda_vnd) == (2_000_000, 900_000_000)
        assert (by_name["HTX TC0"].per_booth_day, by_name["HTX TC1"].sold_vnd) == (3_000_000, 0)
        assert (by_name["HTX TC2"].sold_vnd, by_name["Gian của xã"].sold_vnd) == (None, None)
        assert by_name["HTX TC0"].cost_vnd is None


async def test_fairs_are_compared_at_the_same_cost_however_many_stand_there(session: AsyncSession) -> None:
    with clock.freeze(SECOND):
        seen = []
        for exhibitors, code in ((1, "MO"), (3, "BA")):
            held = await stands(session, exhibitors=exhibitors, name=f"Hội chợ {code}", code=code)
            with counted(session) as statements:
                [compared] = await onsite.comparison(session, held.at.organiser)
            assert compared.figures.exhibitors == exhibitors + 1
            seen.append(len(statements))
        assert seen[0] == seen[1]
        assert await onsite.comparison(session, held.at.exhibitors[0]) == []
        [own] = await onsite.own_returns(session, held.at.exhibitors[0])
        assert (own.line.name, own.fair.figures.exhibitors) == ("HTX BA0", 4)


async def test_the_report_counts_and_the_organiser_only_adds_words(session: AsyncSession) -> None:
    with clock.freeze(SECOND):
        held = await stands(session)
        organiser, slug = held.at.organiser, held.slug
        await _sold(session, held)
        await onsite.say_visitors(session, organiser, slug, VisitorsDraft(day=STARTS, people=1500, counted=True))
        again = await onsite.say_visitors(session, organiser, slug, VisitorsDraft(day=STARTS, people=1600, version=1))
        with pytest.raises(Conflict):
            await onsite.say_visitors(session, organiser, slug, VisitorsDraft(day=STARTS, people=9, version=1))
        assert again.people == 1600
        line = MoneyDraft(key=new_id(), side=onsite.Side.COST, label="Dựng gian", vnd=50_000_000)
        assert len({(await onsite.keep_money(session, organiser, slug, line)).id for _ in range(2)}) == 1
        heard = await onsite.note_complaint(session, organiser, slug, ComplaintDraft(key=new_id(), about="Ồn"))
        await onsite.settle_complaint(session, organiser, slug, heard.id, Settling(outcome="Đã nhắc"))
        await onsite.say_findings(session, organiser, slug, FindingsDraft(lessons="Mở cửa sớm hơn"))
        found = await onsite.report(session, slug, organiser)
        assert (found.booths, found.standard_booths, found.buyers_met) == (4, 4.0, 1)
        assert (found.people, found.days_unsaid, found.settled, found.cost_vnd, found.sources_vnd) == (
            1600,
            4,
            1,
            50_000_000,
            None,
        )
        said = dict(report_tables.facts(found))
        assert said["Lượt khách"] == "1.600 (chưa tính 4 ngày chưa ghi)"
        assert said["Doanh thu bán lẻ"].replace("\u00a0", " ").startswith("ít nhất 6.000.000 đ")
        assert said["Tổng nguồn tiền"] == "chưa rõ"
        assert (await pdf.made("fair_report", report_tables.paper(found)))[:5] == b"%PDF-"
        assert next(table.name for table in report_tables.tables(found)) == "Kết quả"
        with pytest.raises(NotAllowed):
            await onsite.report(session, slug, held.at.exhibitors[0])


async def test_nothing_is_written_of_a_fair_that_has_not_begun(session: AsyncSession) -> None:
    with clock.freeze(SECOND):
        held = await stands(session)
    with clock.freeze(date(2026, 12, 1)), pytest.raises(Conflict, match="chưa diễn ra"):
        await onsite.say_findings(session, held.at.organiser, held.slug, FindingsDraft(lessons="sớm quá"))


async def test_an_order_is_traced_to_the_fair_for_six_months(session: AsyncSession) -> None:
    with clock.freeze(SECOND):
        held = await stands(session)
        await _sold(session, held)
    supplier_id = held.at.suppliers[0]
    for day, comes in ((AFTER, True), (date(2027, 6, 14), True), (date(2027, 6, 15), False), (date(2026, 12, 1), False)):
        at = datetime(day.year, day.month, day.day, 9, tzinfo=clock.ZONE)
        found = await onsite.trace(session, supplier_id, held.buyer.id, at)
        assert (found is not None) is comes, day
    assert await onsite.trace(session, held.at.suppliers[1], held.buyer.id, SECOND) is None


PAIR = (new_id(), new_id())
FAIRS = [(new_id(), start) for start in (date(2026, 3, 1), date(2026, 6, 1), date(2026, 12, 1))]


def _met(fair_id: UUID, day: date) -> Met:
    return Met(fair_id, "x", day, day, *PAIR, day, "lead", new_id())


@given(st.dates(date(2026, 1, 1), date(2027, 12, 31)))
def test_an_award_belongs_to_the_last_fair_before_it_and_to_one_only(day: date) -> None:
    award = matching.quotes.Awarded(
        new_id(), "YC", *PAIR, datetime(day.year, day.month, day.day, 12, tzinfo=clock.ZONE), Decimal(10), 1_000_000
    )  # fmt: skip
    found = claimed([_met(*each) for each in FAIRS], [award])
    before = [each for each in FAIRS if each[1] <= day <= clock.add_months(each[1], 6)]
    assert [each.met.fair_id for each in found] == ([before[-1][0]] if before else [])
