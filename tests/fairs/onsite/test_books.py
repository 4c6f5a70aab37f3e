"""Leads, sales and papers of a booth: sent once, corrected by version, private where they are private, erased when asked."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from pydantic import ValidationError
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from service import fairs
from service.accounts import MemberRole, Role
from service.core import clock
from service.core.db import new_id
from service.core.errors import Conflict, Invalid, NotAllowed, NotFound
from service.fairs.onsite import LeadDraft, OwnFacts, PaperDraft, SaleDraft
from service.fairs.onsite.models import Lead, Sale
from tests import market as small
from tests.fairs.bookings.counting import counted
from tests.fairs.bookings.grounds import STARTS
from tests.fairs.onsite.stands import SECOND, exhibitor_ids, lead, sale, stands

onsite = fairs.onsite
FIRST = STARTS


async def test_a_sale_sent_twice_is_one_and_the_board_adds_up(session: AsyncSession) -> None:
    with clock.freeze(SECOND):
        held = await stands(session)
        own = held.at.exhibitors[0]
        draft = sale(kg="12,5", receipts=9)
        ids = {(await onsite.record_sale(session, own, held.slug, draft)).id for _ in range(3)}
        assert len(ids) == 1
        await onsite.record_sale(session, own, held.slug, sale("1tr2", day="10/12/2026"))
        shown = await onsite.board(session, held.slug, own)
        assert [(each.day, each.vnd) for each in shown.days][:2] == [(FIRST, 1_200_000), (SECOND.date(), 2_000_000)]
        assert shown.days[2].vnd is None
        assert shown.sold_vnd == 3_200_000


async def test_nothing_sold_is_a_word_that_a_sale_takes_back(session: AsyncSession) -> None:
    with clock.freeze(SECOND):
        held = await stands(session)
        own = held.at.exhibitors[0]
        nothing = await onsite.record_sale(session, own, held.slug, SaleDraft(key=new_id(), nothing=True))
        again = await onsite.record_sale(session, own, held.slug, SaleDraft(key=new_id(), nothing=True))
        assert again.id == nothing.id
        shown = await onsite.board(session, held.slug, own)
        assert (shown.days[1].vnd, shown.days[1].unsaid) == (0, ())
        await onsite.record_sale(session, own, held.slug, sale())
        with pytest.raises(Conflict, match="đã ghi có bán hàng"):
            await onsite.record_sale(session, own, held.slug, SaleDraft(key=new_id(), nothing=True))
        assert [each.nothing for each in (await onsite.board(session, held.slug, own)).sales] == [False]


async def test_a_correction_names_the_version_it_read(session: AsyncSession) -> None:
    with clock.freeze(SECOND):
        held = await stands(session)
        own = held.at.exhibitors[0]
        wrong = await onsite.record_sale(session, own, held.slug, sale(20_000_000))
        right = await onsite.correct_sale(session, own, held.slug, wrong.id, sale(2_000_000, version=wrong.version))
        assert (right.vnd, right.version) == (2_000_000, 2)
        with pytest.raises(Conflict, match="Người khác vừa sửa"):
            await onsite.correct_sale(session, own, held.slug, wrong.id, sale(5, version=1))
        with pytest.raises(NotFound):
            await onsite.correct_sale(session, held.at.exhibitors[1], held.slug, wrong.id, sale(5))
        await onsite.withdraw_sale(session, own, held.slug, wrong.id)
        assert (await onsite.board(session, held.slug, own)).sales == ()
    told = (
        await session.execute(text("SELECT old ->> 'vnd', new ->> 'vnd' FROM core_journal WHERE fact = 'SaleCorrected'"))
    ).all()
    assert [tuple(row) for row in told] == [("20000000", "2000000")]


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"day": "01/12/2026"}, "day"), ({"day": "13/12/2026"}, "day"), ({"booth": "Z999"}, "booth"), ({"vnd": None}, "vnd"),
        ({"what": None}, "what"), ({"product": "khong-co"}, "product"),
    ],
)  # fmt: skip
async def test_a_sale_that_cannot_be_is_refused_beside_its_field(
    session: AsyncSession, said: dict[str, object], field: str
) -> None:
    with clock.freeze(SECOND):
        held = await stands(session, exhibitors=1)
        with pytest.raises(Invalid) as refused:
            await onsite.record_sale(session, held.at.exhibitors[0], held.slug, sale(**said))  # type: ignore[arg-type]
        assert field in refused.value.errors


@pytest.mark.parametrize(
    "said", [{"vnd": 10**400}, {"vnd": "9" * 400}, {"kg": "1" + "0" * 400}, {"kg": -1}, {"receipts": 10**30}]
)
def test_absurd_figures_never_reach_the_database(said: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        sale(**said)  # type: ignore[arg-type]


async def test_the_organiser_types_in_for_who_has_no_account(session: AsyncSession) -> None:
    with clock.freeze(SECOND):
        held = await stands(session)
        guest = (await exhibitor_ids(session, held.at))["Gian của xã"]
        await onsite.record_sale(session, held.at.organiser, held.slug, sale(), exhibitor_id=guest)
        entry, lines = await onsite.sales_of(session, held.slug, held.at.organiser, guest)
        assert (entry.name, [each.vnd for each in lines]) == ("Gian của xã", [2_000_000])
        with pytest.raises(NotAllowed):
            await onsite.record_sale(session, held.at.exhibitors[0], held.slug, sale(), exhibitor_id=guest)
        with pytest.raises(NotAllowed):
            await onsite.take_lead(session, held.at.organiser, held.slug, lead())


async def test_leads_are_their_own_and_a_phone_needs_consent(session: AsyncSession) -> None:
    with clock.freeze(SECOND):
        held = await stands(session)
        own, other = held.at.exhibitors[:2]
        with pytest.raises(Invalid) as refused:
            await onsite.take_lead(session, own, held.slug, lead(phone="0912 345 678"))
        assert "consent" in refused.value.errors
        draft = lead(phone="0912 345 678", consent=True, notes="gọi sau Tết", buyer=held.buyer.slug)
        kept = await onsite.take_lead(session, own, held.slug, draft)
        assert (await onsite.take_lead(session, own, held.slug, draft)).id == kept.id
        found, after = await onsite.leads(session, held.slug, own)
        assert ([each.who for each in found], after, found[0].buyer) == (["Chị Lan"], None, "Siêu thị Dạo Chợ")
        assert await onsite.leads(session, held.slug, other) == ([], None)
        with pytest.raises(NotFound):
            await onsite.lead(session, held.slug, other, kept.id)
        with pytest.raises(NotFound):
            await onsite.erase_lead(session, other, held.slug, kept.id)
        viewer = small.acting(Role.SUPPLIER, own.organisation_id, MemberRole.VIEWER)
        with pytest.raises(NotAllowed):
            await onsite.erase_lead(session, viewer, held.slug, kept.id)
        assert len((await onsite.leads(session, held.slug, viewer))[0]) == 1


async def test_an_erased_lead_leaves_nothing_of_the_person_anywhere(session: AsyncSession) -> None:
    with clock.freeze(SECOND):
        held = await stands(session)
        own = held.at.exhibitors[0]
        words = {"person": "Zqzqtên", "organisation": "Zqzqđơnvị", "wants": "Zqzqmuốn", "notes": "Zqzqghichú"}
        kept = await onsite.take_lead(session, own, held.slug, lead(phone="0912345678", consent=True, **words))
        await onsite.revise_lead(session, own, held.slug, kept.id, lead(**{**words, "notes": "Zqzqghichú 2"}, version=1))
        for _ in range(2):
            await onsite.erase_lead(session, own, held.slug, kept.id)
        with pytest.raises(Conflict):
            await onsite.revise_lead(session, own, held.slug, kept.id, lead())
        assert (await onsite.board(session, held.slug, own)).leads == 1
    for table in ("core_journal", "core_change", "fairs_lead"):
        found = await session.scalar(text(f"SELECT count(*) FROM {table} t WHERE t::text ~* 'zqzq|912345678'"))
        assert found == 0, table


async def test_what_was_signed_and_what_was_brought_is_said_once(session: AsyncSession) -> None:
    with clock.freeze(SECOND):
        held = await stands(session)
        own = held.at.exhibitors[0]
        draft = PaperDraft(key=new_id(), kind=onsite.PaperKind.CONTRACT, partner="Siêu thị", vnd=50_000_000)
        one, same = [await onsite.sign_paper(session, own, held.slug, draft) for _ in range(2)]
        assert one.id == same.id
        await onsite.say_own_facts(session, own, held.slug, OwnFacts(brought_kg="200", left_kg="20", own_costs_vnd="1tr5"))  # type: ignore[arg-type]
        with pytest.raises(Conflict):
            await onsite.say_own_facts(session, own, held.slug, OwnFacts(brought_kg=1, version=1))  # type: ignore[arg-type]
        shown = await onsite.board(session, held.slug, own)
        assert shown.facts is not None
        assert (shown.facts.own_costs_vnd, [each.vnd for each in shown.papers]) == (1_500_000, [50_000_000])
        await onsite.withdraw_paper(session, own, held.slug, one.id)
        assert (await onsite.board(session, held.slug, own)).papers == ()


async def test_the_books_are_closed_before_and_long_after(session: AsyncSession) -> None:
    with clock.freeze(SECOND):
        held = await stands(session)
    own = held.at.exhibitors[0]
    for day in (STARTS - timedelta(days=3), date(2027, 2, 14)):
        with clock.freeze(day), pytest.raises(Conflict):
            await onsite.record_sale(session, own, held.slug, sale(day="10/12/2026"))
        with clock.freeze(day), pytest.raises(Conflict):
            await onsite.take_lead(session, own, held.slug, lead(day="10/12/2026"))
    assert await session.scalar(select(func.count()).select_from(Sale)) == 0
    assert await session.scalar(select(func.count()).select_from(Lead)) == 0


async def test_leads_are_paged_and_cost_the_same_for_many(session: AsyncSession) -> None:
    with clock.freeze(SECOND):
        held = await stands(session, exhibitors=1)
        own, seen = held.at.exhibitors[0], []
        for many in (1, 2):
            for n in range(many):
                await onsite.take_lead(session, own, held.slug, lead(person=f"Khách {many} {n}"))
            with counted(session) as statements:
                await onsite.leads(session, held.slug, own)
                await onsite.board(session, held.slug, own)
            seen.append(len(statements))
        assert seen[0] == seen[1]
        first, after = await onsite.leads(session, held.slug, own, limit=2)
        rest, end = await onsite.leads(session, held.slug, own, cursor=after, limit=2)
        assert ([each.person for each in (*first, *rest)], end) == (["Khách 2 1", "Khách 2 0", "Khách 1 0"], None)


def test_a_lead_is_somebody() -> None:
    with pytest.raises(ValidationError):
        LeadDraft(key=new_id(), wants="miến")
    with pytest.raises(ValidationError):
        lead(rating=4)
