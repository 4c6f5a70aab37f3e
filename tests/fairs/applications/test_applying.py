"""Applying for a fair: drafts, handing in, what may be brought, answers, the waiting list, and late ones."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service import catalogue
from service.accounts import SYSTEM, MemberRole, Role
from service.core import clock
from service.core.db import new_id
from service.core.errors import Conflict, Invalid, NotAllowed, NotFound
from service.fairs.applications import Answer, ApplicationDraft, ApplicationState, ListSearch, TypedInRevision
from tests import market
from tests.fairs.applications.small import TODAY, applications, applied, held, reload, supplier, typed

ACCEPT = Answer(to=ApplicationState.ACCEPTED)


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.freeze(TODAY):
        yield


async def test_a_draft_is_kept_handed_in_and_read_by_the_organiser_only_then(session: AsyncSession) -> None:
    found = await held(session)
    who, product = await supplier(session)
    draft = ApplicationDraft(exhibitor="Miến Tài Hoan", booths=2, note="cạnh cửa")
    kept = await applications.keep(session, who, found.slug, draft, key=new_id())
    assert kept.state is ApplicationState.DRAFT
    assert (await applications.application_list(session, found.slug, found.organiser, ListSearch())).items == []
    with pytest.raises(NotFound):
        await applications.application_page(session, found.slug, found.organiser, kept.code)
    with pytest.raises(Invalid) as refused:
        await applications.keep(session, who, found.slug, draft.model_copy(update={"version": kept.version}), submit=True)
    assert set(refused.value.errors) == {"products"}
    whole = draft.model_copy(update={"version": kept.version, "products": (product,)})
    sent = await applications.keep(session, who, found.slug, whole, submit=True)
    assert (sent.id, sent.state, sent.commodity, sent.district_code) == (
        kept.id,
        ApplicationState.SUBMITTED,
        "mien-dong",
        "066",
    )
    (line,) = (await applications.application_list(session, found.slug, found.organiser, ListSearch())).items
    assert (line.exhibitor, line.booths, line.products) == ("Miến Tài Hoan", 2, 1)


async def test_the_same_form_twice_is_one_application_and_an_older_one_is_refused(session: AsyncSession) -> None:
    found = await held(session)
    who, product = await supplier(session)
    key, draft = new_id(), ApplicationDraft(exhibitor="Gian", products=(product,))
    first = await applications.keep(session, who, found.slug, draft, key=key, submit=True)
    version = first.version
    again = await applications.keep(session, who, found.slug, draft, key=key, submit=True)
    assert (again.id, again.version) == (first.id, version)
    changed = draft.model_copy(update={"booths": 3, "version": version})
    await applications.keep(session, who, found.slug, changed)
    with pytest.raises(Conflict):
        await applications.keep(session, who, found.slug, changed.model_copy(update={"booths": 4}))
    with pytest.raises(Conflict):  # A colleague who opened an empty form meanwhile.
        await applications.keep(session, who, found.slug, draft.model_copy(update={"booths": 5}), key=new_id())


async def test_each_product_says_why_it_cannot_be_brought(session: AsyncSession) -> None:
    found = await held(session)
    organisation = await market.supplier(session, "HVISAO")
    who = market.acting(Role.SUPPLIER, organisation)
    good = await market.product(session, "HVISAO", "TOT")
    ends = (catalogue.CertificateRow("OCOP", stars=3, issued_on=date(2023, 1, 1), valid_to=date(2026, 1, 1)),)
    old = await market.product(session, "HVISAO", "CU", certificates=ends)
    bare = await market.product(session, "HVISAO", "TRAN", certificates=())
    soon = (catalogue.CertificateRow("ATTP", issued_on=date(2024, 1, 1), valid_to=date(2027, 1, 11)),)
    short = await market.product(session, "HVISAO", "SAP", certificates=soon)
    goods = {each.slug: each for each in await applications.goods_for(session, found.slug, who)}
    assert goods[good].why is None
    assert goods[good].stars == 4
    assert "01/01/2026" in (goods[old].why or "")
    assert goods[bare].remedy == f"/ban-hang/san-pham/{bare}/giay-to"
    assert goods[short].why is None
    assert "11/01/2027" in (goods[short].warning or "")
    with pytest.raises(Invalid) as refused:
        await applied(session, found, who, old)
    assert "01/01/2026" in refused.value.errors["products"]


async def test_only_own_products_and_what_the_fair_has_may_be_chosen(session: AsyncSession) -> None:
    found = await held(session)
    who, product = await supplier(session)
    _other, foreign = await supplier(session)
    with pytest.raises(Invalid) as refused:
        await applied(
            session, found, who, product, products=(product, foreign), class_codes=("ZZ",), zone_codes=("KHU",),
            near=("Không ai",), starts_on=date(2027, 1, 1), ends_on=date(2027, 1, 11), claims=(),
        )  # fmt: skip
    assert set(refused.value.errors) == {"products", "class_codes", "zone_codes", "near", "starts_on"}


async def test_neighbours_are_meant_by_name_or_code_and_must_be_one(session: AsyncSession) -> None:
    found = await held(session)
    rows = [typed(1, exhibitor="Chè Hà Lâm"), typed(2, exhibitor="Trùng tên"), typed(3, exhibitor="Trùng tên")]
    ids = await applications.put_applications(session, SYSTEM, found.slug, rows)
    code = (await applications.applications_named(session, ids))[ids[2]].code
    who, product = await supplier(session)
    with pytest.raises(Invalid) as refused:
        await applied(session, found, who, product, near=("trung ten",))
    assert set(refused.value.errors) == {"near"}
    sent = await applied(session, found, who, product, near=("che ha lam",), apart=(f"Trùng tên ({code})",))
    assert (sent.near, sent.apart) == ([ids[0]], [ids[2]])


async def test_the_call_closes_for_suppliers_and_not_for_the_organiser(session: AsyncSession) -> None:
    found = await held(session)
    who, product = await supplier(session)
    with clock.freeze(date(2027, 1, 1)):
        draft = ApplicationDraft(exhibitor="Muộn", products=(product,))
        with pytest.raises(Conflict):
            await applications.keep(session, who, found.slug, draft, key=new_id(), submit=True)
        assert len(await applications.put_applications(session, found.organiser, found.slug, [typed(1)])) == 1
    quiet = await held(session, call_opens_on=None, call_closes_on=None)
    with pytest.raises(Conflict):
        await applied(session, quiet, who, product)


async def test_a_returned_one_is_corrected_even_after_the_call(session: AsyncSession) -> None:
    found = await held(session)
    who, product = await supplier(session)
    sent = await applied(session, found, who, product)
    said = Answer(to=ApplicationState.RETURNED, faults={"power": "Ghi rõ công suất bếp"}, version=sent.version)
    await applications.answer(session, found.organiser, found.slug, sent.code, said)
    view = await applications.own_application(session, found.slug, who)
    assert view is not None
    assert view.faults == {"power": "Ghi rõ công suất bếp"}
    with clock.freeze(date(2027, 1, 5)):
        mended = ApplicationDraft(exhibitor="Gian", products=(product,), power="three", version=view.version)
        again = await applications.keep(session, who, found.slug, mended, submit=True)
    assert (again.state, again.faults) == (ApplicationState.SUBMITTED, {})


async def test_answers_and_who_is_next(session: AsyncSession) -> None:
    found = await held(session)
    people = [await supplier(session) for _each in range(3)]
    sent = [await applied(session, found, who, product) for who, product in people]
    with pytest.raises(ValueError, match="lý do"):
        Answer(to=ApplicationState.REJECTED)
    wait = Answer(to=ApplicationState.WAITING, reason="Đã đủ gian")
    done = await applications.answer_many(
        session, found.organiser, found.slug, [(each.code, each.version) for each in sent], wait
    )
    assert (done.answered, done.passed_over) == (3, ())
    old = [(each.code, 1) for each in sent]
    done = await applications.answer_many(session, found.organiser, found.slug, old, ACCEPT)
    assert (done.answered, set(done.passed_over)) == (0, {each.code for each in sent})
    waiting = await applications.next_waiting(session, found.fair.id)
    assert waiting is not None
    assert waiting.code == sent[0].code  # Handed in first; nobody has drawn yet.
    await session.execute(text("UPDATE fairs_application SET place = 1 WHERE id = :id"), {"id": sent[2].id})
    waiting = await applications.next_waiting(session, found.fair.id)
    assert waiting is not None
    assert waiting.code == sent[2].code


async def test_what_has_a_booth_is_not_refused_and_what_is_withdrawn_not_answered(session: AsyncSession) -> None:
    found = await held(session)
    who, product = await supplier(session)
    sent = await applied(session, found, who, product)
    taken = await applications.answer(session, found.organiser, found.slug, sent.code, ACCEPT)
    again = await applications.answer(session, found.organiser, found.slug, sent.code, ACCEPT)
    assert again.version == taken.version
    await applications.withdraw(session, who, found.slug)
    assert (await applications.withdraw(session, who, found.slug)).state is ApplicationState.WITHDRAWN
    with pytest.raises(Conflict):
        await applications.answer(session, found.organiser, found.slug, sent.code, ACCEPT)
    assert (await applied(session, found, who, product)).id != sent.id


async def test_who_may(session: AsyncSession) -> None:
    found, other = await held(session), await held(session)
    who, product = await supplier(session)
    sent = await applied(session, found, who, product, contact="Chị Hoa 0912")
    viewer = market.acting(Role.SUPPLIER, who.organisation_id, MemberRole.VIEWER)
    with pytest.raises(NotAllowed):
        await applications.withdraw(session, viewer, found.slug)
    for stranger in (other.organiser, who, market.acting(Role.BUYER, new_id())):
        with pytest.raises(NotAllowed):
            await applications.application_page(session, found.slug, stranger, sent.code)
        with pytest.raises(NotAllowed):
            await applications.answer(session, stranger, found.slug, sent.code, ACCEPT)
    with pytest.raises(NotFound):  # A code of another fair is nothing here.
        await applications.application_page(session, other.slug, other.organiser, sent.code)


async def test_what_the_organiser_typed_in_it_may_correct_and_no_other(session: AsyncSession) -> None:
    found = await held(session)
    who, product = await supplier(session)
    sent = await applied(session, found, who, product)
    (typed_id,) = await applications.put_applications(session, found.organiser, found.slug, [typed(1)])
    row = (await applications.applications_named(session, [typed_id]))[typed_id]
    said = TypedInRevision(exhibitor="HTX đổi tên", commune_code="02185", version=row.version)
    kept = await applications.revise_typed_in(session, found.organiser, found.slug, row.code, said)
    assert (kept.exhibitor, kept.district_code) == ("HTX đổi tên", "066")
    later = said.model_copy(update={"exhibitor": "Khác", "version": 1})
    with pytest.raises(Conflict):
        await applications.revise_typed_in(session, found.organiser, found.slug, row.code, later)
    with pytest.raises(NotAllowed):
        await applications.revise_typed_in(session, found.organiser, found.slug, sent.code, said)
    assert (await reload(session, sent)).exhibitor != "HTX đổi tên"


async def test_a_sheet_is_read_whole_or_not_at_all(session: AsyncSession) -> None:
    found = await held(session)
    good = "Tên biển hiệu,Tỉnh/thành,Số gian\n"
    with pytest.raises(Invalid, match="Tỉnh/thành"):
        applications.sheet_rows(good.encode(), found.fair.id)
    heads = 'Tên biển hiệu,"Tỉnh, thành phố",Số gian,Điện,Nước,Từ ngày,Đến ngày\n'
    lines = "HTX Mận Mộc Châu,Sơn La,2,3 pha,có,10/01/2027,12/01/2027\nTổ dệt,Hà Giang,,không,,,\n"
    rows = applications.sheet_rows((heads + lines).encode(), found.fair.id)
    assert [(row.exhibitor, row.booths, row.power.value, row.water) for row in rows] == [
        ("HTX Mận Mộc Châu", 2, "three", True), ("Tổ dệt", 1, "none", False),
    ]  # fmt: skip
    ids = await applications.put_applications(session, found.organiser, found.slug, rows)
    again = applications.sheet_rows((heads + lines).encode(), found.fair.id)
    assert await applications.put_applications(session, found.organiser, found.slug, again) == ids
    with pytest.raises(Invalid) as refused:
        applications.sheet_rows((heads + "HTX A,Nước Mắm,abc,,,,\n").encode(), found.fair.id)
    assert set(refused.value.errors) == {"2.province_code", "2.booths"}
