"""Who may see a request, and who may know whose it is: on every way that leads to it."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncSession

from service import matching
from service.accounts import SYSTEM, Actor, Role
from service.core import clock
from service.core.db import new_id
from service.core.errors import NotFound
from tests import market
from tests.market import TODAY, acting, wanting
from tests.matching.quotes import market as quoting


@pytest.fixture(autouse=True)
def _today():
    with clock.freeze(TODAY):
        yield


async def listed(session: AsyncSession, actor: Actor | None = None, **asked: object) -> list[str]:
    found = await matching.open_requests(session, matching.RequestSearch(**asked), actor)  # type: ignore[arg-type] # As given.
    assert found.total >= len(found.items)
    return [each.code for each in found.items]


async def seen(session: AsyncSession, code: str, actor: Actor | None) -> bool:
    try:
        await matching.ranked(session, code, actor=actor)
    except NotFound:
        return False
    return True


async def test_a_draft_is_seen_by_its_owner_only(session: AsyncSession) -> None:
    buyer = await market.buyer(session)
    draft = await matching.open_request(session, SYSTEM, buyer.id, wanting(), keep_as_draft=True)
    owner = acting(Role.BUYER, buyer.organisation_id)
    others = [None, acting(Role.BUYER, new_id()), acting(Role.SUPPLIER, new_id()), acting(Role.OFFICER, new_id())]
    assert await seen(session, draft.code, owner)
    assert [await seen(session, draft.code, other) for other in others] == [False] * 4
    assert await listed(session, owner) == []
    assert [each.code for each in await matching.own_requests(session, owner)] == [draft.code]


async def test_a_request_to_matched_suppliers_is_seen_by_those_that_fit_or_nearly_do(session: AsyncSession) -> None:
    fitting = await market.supplier(session, "FIT")
    nearly = await market.supplier(session, "NEAR", verified_on=None)
    other = await market.supplier(session, "OTHER")
    await market.product(session, "FIT")
    await market.product(session, "NEAR")
    await market.product(session, "OTHER", commodity="mat-ong", category_code="I.2.b", name="Mật ong")
    buyer = await market.buyer(session)
    code = (await market.request(session, buyer, visibility="matched")).code
    may = [acting(Role.SUPPLIER, fitting), acting(Role.SUPPLIER, nearly), acting(Role.OFFICER, new_id()),
           acting(Role.BUYER, buyer.organisation_id)]  # fmt: skip
    may_not = [None, acting(Role.SUPPLIER, other), acting(Role.BUYER, new_id()), acting(Role.ORGANISER, new_id())]
    assert [await seen(session, code, actor) for actor in may] == [True] * 4
    assert [await seen(session, code, actor) for actor in may_not] == [False] * 4
    for actor in may:
        assert (await matching.request_page(session, code, actor)).code == code
    for stranger in may_not:
        with pytest.raises(NotFound):
            await matching.request_page(session, code, stranger)
    assert await listed(session) == []
    assert await listed(session, may_not[2]) == []
    assert await listed(session, may[3]) == [code]
    fits = await matching.requests_for_supplier(session, may[0])
    assert [each.request.code for each in fits.fits] == [code]
    near = await matching.requests_for_supplier(session, may[1])
    assert [each.request.code for each in near.near] == [code]
    none = await matching.requests_for_supplier(session, acting(Role.SUPPLIER, other))
    assert (none.fits, none.near, none.out) == ([], [], [])
    slug = (await session.scalars(text("SELECT slug FROM catalogue_product WHERE name LIKE 'Miến dong FIT%'"))).one()
    assert (await matching.requests_for_product(session, slug, None)).fits == []


async def test_the_buyer_of_an_anonymous_request_is_known_to_its_owner_only(session: AsyncSession) -> None:
    supplier = await market.supplier(session)
    slug = await market.product(session)
    buyer = await market.buyer(session, "Siêu thị Kín Tiếng")
    code = (await market.request(session, buyer, visibility="anonymous", place="Kho Kín Tiếng")).code
    owner = acting(Role.BUYER, buyer.organisation_id)
    for actor in (None, acting(Role.BUYER, new_id()), acting(Role.SUPPLIER, supplier), acting(Role.OFFICER, new_id())):
        ranked = await matching.ranked(session, code, actor=actor)
        found = await matching.open_requests(session, matching.RequestSearch(), actor)
        fits = await matching.requests_for_product(session, slug, actor)
        for view in (ranked.request, found.items[0], fits.fits[0].request):
            assert (view.buyer, view.place) == (None, None)
            assert "Kín Tiếng" not in repr(view)
        assert await listed(session, actor, buyer=buyer.slug) == []
    for_supplier = await matching.requests_for_supplier(session, acting(Role.SUPPLIER, supplier))
    assert for_supplier.fits[0].request.buyer is None
    own = await matching.ranked(session, code, actor=owner)
    assert own.request.buyer is not None
    assert own.request.buyer.name == "Siêu thị Kín Tiếng"
    assert await matching.open_by_buyer(session, [buyer.id]) == {}
    assert await matching.wanted_by(session, [buyer.id]) == {}


async def test_counts_by_buyer_hold_public_requests_only(session: AsyncSession) -> None:
    buyer = await market.buyer(session)
    for visibility in ("public", "matched", "anonymous", "public"):
        await market.request(session, buyer, visibility=visibility)
    assert await matching.open_by_buyer(session, [buyer.id]) == {buyer.id: 2}
    assert len(await listed(session, None, buyer=buyer.slug)) == 2


async def test_a_buyer_is_not_said_to_want_what_has_its_quotes(session: AsyncSession) -> None:
    stall = await quoting.stall(session, 1, most=2)
    await quoting.quoted(session, stall, stall.sides[0])
    assert len((await matching.wanted_by(session, [stall.buyer_id]))[stall.buyer_id]) == 1
    await session.execute(text("UPDATE matching_request SET closes_at_quotes = 1 WHERE id = :id"), {"id": stall.request_id})
    assert await matching.wanted_by(session, [stall.buyer_id]) == {}
    assert await matching.open_by_buyer(session, [stall.buyer_id]) == {}


async def test_a_request_past_its_deadline_or_closed_is_no_longer_listed(session: AsyncSession) -> None:
    open_one = (await market.request(session, deadline=TODAY + timedelta(days=10))).code
    soon_over = (await market.request(session, deadline=TODAY)).code
    closed = await market.request(session)
    await matching.close_request(session, SYSTEM, closed.code, matching.Closing(version=1))
    assert await listed(session) == [soon_over, open_one]
    with clock.freeze(TODAY + timedelta(days=1)):
        assert await listed(session) == [open_one]
        assert not (await matching.ranked(session, soon_over)).request.answerable
    assert (await matching.ranked(session, closed.code)).request.standing == "đã đóng"


async def test_filters_counts_and_pages_agree(session: AsyncSession) -> None:
    codes = [(await market.request(session)).code for _ in range(3)]
    honey = (await market.request(session, commodity="mat-ong", delivery_province_code="79", min_stars=5,
                                  months=((date(2027, 6, 1), Decimal(9)),))).code  # fmt: skip
    assert await listed(session) == [honey, *reversed(codes)]
    assert await listed(session, commodity="mật ong") == [honey]
    assert await listed(session, commodity="không có") == []
    assert await listed(session, province="79") == [honey]
    assert await listed(session, month=6) == [honey]
    assert honey not in await listed(session, stars=4)
    found = await matching.open_requests(session, matching.RequestSearch(limit=2))
    assert (found.total, found.cities, [n for _goods, n in found.commodities]) == (4, [("01", 3), ("79", 1)], [3, 1])
    pages, cursor = [], None
    while True:
        page = await matching.open_requests(session, matching.RequestSearch(limit=2, cursor=cursor))
        pages.append([each.code for each in page.items])
        cursor = page.next
        if cursor is None:
            break
    assert pages == [[honey, codes[2]], [codes[1], codes[0]]]


async def test_a_supplier_sees_the_best_first_and_why_not_the_others(session: AsyncSession) -> None:
    own = await market.supplier(session)
    await market.product(session)
    fits = (await market.request(session)).code
    dear = (await market.request(session, ceiling_vnd_per_kg=70_000)).code
    two_things = (await market.request(session, ceiling_vnd_per_kg=70_000, min_stars=5)).code
    found = await matching.requests_for_supplier(session, acting(Role.SUPPLIER, own))
    assert [[each.request.code for each in part] for part in (found.fits, found.near, found.out)] == [
        [fits],
        [dear],
        [two_things],
    ]
    assert (found.near[0].best.change or "").replace("\u00a0", " ") == "nâng trần giá 10.000 đ/kg"
    assert [words.replace("\u00a0", " ") for words in found.out[0].best.failed] == [
        "4 sao, cần 5 sao",
        "cao hơn trần 10.000 đ/kg",
    ]


async def test_a_supplier_sees_its_own_place_whatever_it_fails(session: AsyncSession) -> None:
    own = await market.supplier(session, "OWN", verified_on=None)
    await market.product(session, "OWN", lead_days=180, certificates=())
    await market.supplier(session, "OTHER")
    await market.product(session, "OTHER")
    code = (await market.request(session)).code
    ranked = await matching.ranked(session, code, actor=acting(Role.SUPPLIER, own))
    assert [(each.fits, each.position) for each in ranked.own] == [(False, 2)]
    assert len(ranked.own[0].failed) == 4
    assert (await matching.ranked(session, code, actor=acting(Role.BUYER, new_id()))).own == []
    assert (await matching.ranked(session, code)).own == []


@pytest.mark.parametrize("what", ["list", "request", "supplier"])
async def test_more_rows_ask_no_more_questions(session: AsyncSession, what: str) -> None:
    own = await market.supplier(session)
    actor = acting(Role.SUPPLIER, own)
    asked: list[str] = []
    engine = session.bind.sync_engine if hasattr(session.bind, "sync_engine") else session.bind.engine.sync_engine  # type: ignore[union-attr]

    async def count() -> int:
        asked.clear()
        if what == "list":
            assert (await matching.open_requests(session, matching.RequestSearch(), actor)).items
        elif what == "request":
            assert (await matching.ranked(session, codes[0], actor=actor)).matches
        else:
            assert (await matching.requests_for_supplier(session, actor)).fits
        return len(asked)

    def note(*arguments: object) -> None:
        asked.append(str(arguments[2]))

    await market.product(session)
    codes = [(await market.request(session)).code]
    event.listen(engine, "before_cursor_execute", note)
    try:
        with_one = await count()
        for n in range(2):
            await market.product(session, code=f"MORE{n}")
            codes.append((await market.request(session)).code)
        assert await count() == with_one
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert 0 < with_one <= 5
