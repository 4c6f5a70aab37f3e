"""From the catalogue to the ranking: narrowing in SQL loses no match and no near miss, and tells what it left out."""

from __future__ import annotations

import random
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service import catalogue, matching
from service.accounts import SYSTEM, Actor, Role
from service.core import clock
from service.core.db import new_id
from service.matching import ranking
from service.matching.candidates import candidates, offers_in_terms
from service.matching.queries import stored
from service.matching.ranking import Weights
from tests import market
from tests.market import TODAY, acting


@pytest.fixture(autouse=True)
def _today():
    with clock.freeze(TODAY):
        yield


async def _mixed_market(session: AsyncSession, seed: int = 5, products: int = 240) -> None:
    """Products of two commodities of one sub-group and some without any, with every condition failing somewhere."""
    draw = random.Random(seed)
    suppliers = [
        catalogue.SupplierRow(
            code=f"H{n}", name=f"HTX {n}", legal_form="cooperative", province_code="19", commune_code="02185",
            verified_on=TODAY if n % 4 else None, wholesale_public=bool(n % 3), min_order_kg=Decimal(draw.choice((10, 600))),
            certificates=(catalogue.CertificateRow("ATTP", valid_to=draw.choice((date(2026, 12, 31), date(2028, 1, 1)))),)
            if n % 2 else (),
        )
        for n in range(12)
    ]  # fmt: skip
    await catalogue.put_suppliers(session, SYSTEM, suppliers)
    rows = []
    for n in range(products):
        goods = draw.choice(("mien-dong", "mien-dong", "tinh-bot-dong", None))
        years = draw.choice(((2026,), (2026, 2027), (2025,), ()))
        stars = draw.choice((None, 3, 4, 5))
        issued = draw.choice((date(2024, 1, 10), date(2026, 1, 10), date(2027, 6, 1), None))
        rows.append(
            catalogue.ProductRow(
                supplier_code=f"H{draw.randrange(12)}", code=f"S{n}", commodity=goods,
                name=draw.choice(("Miến dong", "Bún khô", "Miến đao")) + f" {n}",
                category_code="I.3.c", lead_days=draw.choice((None, 3, 60, 200)),
                min_order_kg=draw.choice((None, Decimal(40), Decimal(900))),
                packs=(catalogue.PackRow("gói", 500, draw.randrange(30, 60) * 1000),) if draw.random() < 0.8 else (),
                tiers=((Decimal(100), draw.randrange(60, 110) * 1000), (Decimal(400), draw.randrange(50, 100) * 1000))
                if draw.random() < 0.7 else (),
                capacity=tuple(
                    (year, tuple(draw.choice((None, Decimal(0), Decimal(300))) for _ in range(12))) for year in years
                ),
                certificates=(catalogue.CertificateRow("OCOP", stars=stars, issued_on=issued),) if stars else (),
            )
        )  # fmt: skip
    await catalogue.put_products(session, SYSTEM, rows)


@pytest.mark.parametrize("role", [None, Role.BUYER])
@pytest.mark.parametrize("asked", [{}, {"certificates": (), "min_stars": None}, {"ceiling_vnd_per_kg": None, "min_stars": 4}])
async def test_narrowing_in_sql_loses_nothing_that_fits_or_nearly_does(
    session: AsyncSession, asked: dict[str, object], role: Role | None
) -> None:
    await _mixed_market(session)
    code = (await market.request(session, **asked)).code
    reader = acting(role, new_id()) if role else None
    request = (await stored(session, code)).in_terms(TODAY)
    terms = await catalogue.commodity_terms(session)
    narrowed = await candidates(session, request, Weights(), terms, reader=reader)
    everything = (await session.scalars(text("SELECT id FROM catalogue_product"))).all()
    rows = await catalogue.offers_named(session, everything, reader=reader)
    whole = ranking.rank(request, offers_in_terms(request, rows.values(), terms), Weights())

    def said(matches: tuple[ranking.Match, ...], *, of_the_goods: bool) -> list[tuple[str, float]]:
        return [
            (match.offer.slug, round(match.score, 9))
            for match in matches
            if not of_the_goods or match.failures[0].condition is not ranking.Condition.COMMODITY
        ]

    assert said(narrowed.ranking.matches, of_the_goods=False) == said(whole.matches, of_the_goods=False)
    assert said(narrowed.ranking.near, of_the_goods=True) == said(whole.near, of_the_goods=True)
    assert {match.offer.slug for match in narrowed.ranking.near} == {match.offer.slug for match in whole.near}
    assert narrowed.ranking.matches
    assert len(narrowed.ranking.near) > 3
    goods = next(each for each in terms if each.slug == "mien-dong")
    right = sum(row.commodity_id == goods.id or (row.commodity_id is None and "mien-dong" in row.slug) for row in rows.values())
    looked_at = (*narrowed.ranking.matches, *narrowed.ranking.near, *narrowed.ranking.out)
    assert sum(match.offer.relevance >= 0.5 for match in looked_at) + narrowed.failed == right


async def test_a_product_without_a_commodity_is_found_by_its_name(session: AsyncSession) -> None:
    await market.supplier(session)
    slug = await market.product(session, commodity=None, name="Miến dong Na Rì")
    await market.product(session, code="SP2", commodity=None, name="Miến đao Na Rì")
    ranked = await matching.ranked(session, (await market.request(session)).code)
    assert [each.product_slug for each in ranked.matches] == [slug]


async def test_a_request_in_words_finds_the_goods_it_speaks_of(session: AsyncSession) -> None:
    await market.supplier(session)
    honey = await market.product(session, code="M", name="Mật ong bạc hà", commodity="mat-ong", category_code="I.2.b")
    await market.product(session, code="D", name="Dưa chuột muối", commodity=None, category_code="I.3.c")
    found = await matching.ranked(session, (await market.request(session, commodity=None, words="mật ong rừng")).code)
    assert [each.product_slug for each in found.matches] == [honey]
    none = await matching.ranked(session, (await market.request(session, commodity=None, words="dứa muối")).code)
    assert none.matches == []


async def test_stars_and_papers_count_only_while_they_hold(session: AsyncSession) -> None:
    await market.supplier(session)
    await market.product(session, certificates=(catalogue.CertificateRow("OCOP", stars=4, issued_on=date(2023, 12, 1)),))
    ranked = await matching.ranked(session, (await market.request(session, certificates=())).code)
    assert [each.change for each in ranked.near] == ["nhận sao OCOP có hạn đến 01/12/2026"]


async def test_wholesale_prices_stay_with_those_who_may_see_them(session: AsyncSession) -> None:
    own = await market.supplier(session, wholesale_public=False)
    await market.product(session)
    code = (await market.request(session)).code

    async def price(actor: Actor | None) -> tuple[int | None, bool]:
        ranked = await matching.ranked(session, code, actor=actor)
        each = ranked.matches[0]
        return each.price_vnd_per_kg, "chưa rõ giá" in each.unknowns

    assert await price(None) == (110_000, True)  # The retail price; above the ceiling, but nobody can say by how much.
    assert await price(acting(Role.SUPPLIER, new_id())) == (110_000, True)
    assert await price(acting(Role.SUPPLIER, own)) == (80_000, False)
    assert await price(acting(Role.BUYER, new_id())) == (80_000, False)
    assert await price(acting(Role.OFFICER, new_id())) == (80_000, False)


async def test_a_later_year_is_read_from_the_newest_declared_one_and_said(session: AsyncSession) -> None:
    await market.supplier(session)
    await market.product(session)
    ranked = await matching.ranked(session, (await market.request(session)).code)
    assert ranked.matches[0].given == 1500
    assert ranked.matches[0].borrowed_year == 2026
    await market.product(session, capacity=((2027, (Decimal(100),) * 12),))
    again = await matching.ranked(session, (await market.request(session)).code)
    assert again.matches[0].given == 700


@pytest.mark.parametrize("withdrawn", ["catalogue_product", "catalogue_supplier"])
async def test_only_what_is_published_is_offered(session: AsyncSession, withdrawn: str) -> None:
    await market.supplier(session)
    await market.product(session)
    code = (await market.request(session)).code
    assert (await matching.ranked(session, code)).matches_total == 1
    await session.execute(text(f"UPDATE {withdrawn} SET state = 'draft'"))
    assert (await matching.ranked(session, code)).matches_total == 0


async def test_weights_change_the_order(session: AsyncSession) -> None:
    await market.supplier(session)
    cheap = await market.product(session, code="A", tiers=((Decimal(1), 50_000),), capacity=((2026, (Decimal(100),) * 12),))
    full = await market.product(session, code="B", tiers=((Decimal(1), 89_000),))
    code = (await market.request(session)).code

    async def order(**weights: float) -> list[str]:
        chosen = Weights(**dict.fromkeys(matching.FACTORS, 0.0) | weights)
        return [each.product_slug for each in (await matching.ranked(session, code, chosen)).matches]

    assert await order(price=10) == [cheap, full]
    assert await order(coverage=10) == [full, cheap]


async def test_pages_of_a_ranking_do_not_overlap(session: AsyncSession) -> None:
    await market.supplier(session)
    for n in range(5):
        await market.product(session, code=f"P{n}")
    code = (await market.request(session)).code
    first = await matching.ranked(session, code, limit=2)
    second = await matching.ranked(session, code, limit=2, offset=2)
    assert [each.position for each in (*first.matches, *second.matches)] == [1, 2, 3, 4]
    assert not {each.product_slug for each in first.matches} & {each.product_slug for each in second.matches}
    assert first.matches_total == 5


async def test_whole_line_in_the_words_of_the_market(session: AsyncSession) -> None:
    await market.supplier(session)
    capacity = [Decimal(500)] * 12
    capacity[1] = Decimal(200)
    await market.product(session, capacity=((2026, tuple(capacity)),), tiers=((Decimal(100), 92_000),))
    ranked = await matching.ranked(session, (await market.request(session, certificates=())).code)
    line = ranked.near[0].line.replace("\u00a0", " ")
    assert line == "4 sao · giao đủ T12–T1 · thiếu 300 kg T2 · cao hơn trần 2.000 đ/kg"
    assert (ranked.near[0].change or "").replace("\u00a0", " ") == "nâng trần giá 2.000 đ/kg"


async def test_a_month_that_is_over_is_asked_of_nobody(session: AsyncSession) -> None:
    await market.supplier(session)
    await market.product(session, capacity=((2026, (*(None,) * 9, Decimal(500), None, None)),))
    months = ((date(2026, 10, 1), Decimal(500)), (date(2026, 12, 1), Decimal(500)))
    with clock.freeze(date(2026, 9, 1)):
        asked = await matching.open_request(
            session, SYSTEM, (await market.buyer(session)).id, market.wanting(months=months, deadline=date(2026, 12, 20))
        )
        found = await matching.ranked(session, asked.code, actor=SYSTEM)
        assert found.matches_total == 1  # In September October is still ahead, and its goods count.
    found = await matching.ranked(session, asked.code, actor=SYSTEM)
    assert found.matches_total == 0
    assert "T10" not in found.near[0].line


async def test_goods_are_found_by_the_name_they_have_now(session: AsyncSession) -> None:
    await market.supplier(session)
    row = {"commodity": None, "category_code": None}
    await market.product(session, name="Sản phẩm mới", **row)
    await market.product(session, name="Cao gắm rừng Ba Bể", **row)
    with clock.freeze(TODAY):
        asked = await matching.open_request(
            session, SYSTEM, (await market.buyer(session)).id, market.wanting(commodity=None, words="cao gắm - rừng")
        )
    found = await matching.ranked(session, asked.code, actor=SYSTEM)
    assert [each.product_name for each in found.matches] == ["Cao gắm rừng Ba Bể"]


async def test_one_monstrous_pack_price_breaks_no_ranking(session: AsyncSession) -> None:
    await market.supplier(session)
    await market.product(session, code="VANG", packs=(catalogue.PackRow("1 g", 1, 2_000_000_000),), tiers=())
    await market.product(session, code="SP1")
    asked = await market.request(session)
    found = await matching.ranked(session, asked.code, actor=SYSTEM)
    assert found.matches_total == 1
