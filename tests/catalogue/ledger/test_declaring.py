"""What is declared or kept back does not go below what is promised; free, search and the ledger's own function agree."""

from __future__ import annotations

import random
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from service import accounts, catalogue
from service.accounts import Actor, Role
from service.catalogue import ledger
from service.catalogue.ledger.rules import free_in, kept_back
from service.catalogue.ledger.strip import cells
from service.core import clock
from service.core.errors import Conflict, Invalid
from tests import market
from tests.catalogue.ledger.test_promises import DECEMBER, JANUARY, MARCH, goods, left, source, wish

SYSTEM = accounts.SYSTEM


async def declare(session: AsyncSession, product: UUID, year: int, **months: int) -> None:
    version = await session.scalar(text("SELECT version FROM catalogue_product WHERE id = :id"), {"id": product})
    given = {f"capacity_{n:02d}": Decimal(months.get(f"m{n}", 0)) for n in range(1, 13) if f"m{n}" in months}
    await catalogue.declare_capacity(session, SYSTEM, product, version, catalogue.CapacityInput(year=year, **given))  # type: ignore[arg-type]


async def keep_back(session: AsyncSession, product: UUID, kg: int | None) -> None:
    version = await session.scalar(text("SELECT version FROM catalogue_product WHERE id = :id"), {"id": product})
    what = catalogue.ReserveInput(reserve_kg=None if kg is None else Decimal(kg))
    await catalogue.keep_back(session, SYSTEM, product, version, what)


def whole(kg: int) -> dict[str, int]:
    return {f"m{n}": kg for n in range(1, 13)}


async def test_a_month_does_not_go_below_what_is_promised_and_the_promises_are_named(session: AsyncSession) -> None:
    product = await goods(session)
    await ledger.promise(session, SYSTEM, [wish(product, 300)], source=source(label="YC-1 · Phố Chàm"), reason="Chọn")
    await ledger.promise(session, SYSTEM, [wish(product, 50)], source=source(label="YC-2 · Sông Sài"), reason="Chọn")
    with pytest.raises(Invalid) as refused:
        await declare(session, product, 2026, **(whole(500) | {"m12": 349}))
    sentence = "T12/2026 cần ít nhất 350\u00a0kg vì đã hứa: 300\u00a0kg cho YC-1 · Phố Chàm; 50\u00a0kg cho YC-2 · Sông Sài."
    assert refused.value.errors == {"capacity_12": "T12/2026: ít nhất 350\u00a0kg."}
    assert sentence in refused.value.message
    await declare(session, product, 2026, **(whole(10) | {"m12": 350}))
    assert await left(session, product, DECEMBER, JANUARY) == [0, 10]


async def test_borrowed_years_are_protected_too(session: AsyncSession) -> None:
    product = await goods(session)
    await ledger.promise(session, SYSTEM, [wish(product, 300, MARCH)], source=source(), reason="Chọn")  # 2027, read from 2026.
    for year, months in ((2026, whole(200)), (2027, whole(200)), (2027, {"m1": 500}), (2026, {"m1": 500})):
        with pytest.raises(Invalid, match="T3/2027 cần ít nhất 300"):
            await declare(session, product, year, **months)
    await declare(session, product, 2027, m3=320)
    await declare(session, product, 2026, **whole(1))
    assert await left(session, product, MARCH, JANUARY, DECEMBER) == [20, 0, 1]
    with pytest.raises(Invalid, match="T3/2027"):
        await declare(session, product, 2027)
    await declare(session, product, 2026, **whole(300))
    await declare(session, product, 2027)
    assert await left(session, product, MARCH) == [0]


async def test_what_is_kept_back_is_free_for_nobody(session: AsyncSession) -> None:
    product = await goods(session)
    await ledger.promise(session, SYSTEM, [wish(product, 300)], source=source(), reason="Chọn")
    await keep_back(session, product, 150)
    assert await left(session, product, DECEMBER, JANUARY) == [50, 350]
    with pytest.raises(Conflict, match=r"chỉ còn 50\u00a0kg"):
        await ledger.promise(session, SYSTEM, [wish(product, 51)], source=source(), reason="Chọn")
    with pytest.raises(Invalid) as refused:
        await keep_back(session, product, 201)
    assert refused.value.errors["reserve_kg"].startswith("T12/2026 cần ít nhất 501")
    with pytest.raises(Invalid, match="T12/2026 cần ít nhất 450"):
        await declare(session, product, 2026, **whole(449))
    await keep_back(session, product, None)
    assert await left(session, product) == [200]


async def test_a_sheet_does_not_go_below_either(session: AsyncSession) -> None:
    product = await goods(session)
    await ledger.promise(session, SYSTEM, [wish(product, 300)], source=source(), reason="Chọn")
    row = catalogue.ProductRow("HTX1", "SP1", "Miến dong HTX1 SP1", capacity=((2026, (Decimal(299),) * 12),))
    with pytest.raises(Invalid, match=r"T12/2026 cần ít nhất 300\u00a0kg"):
        async with session.begin_nested():
            await catalogue.put_products(session, SYSTEM, [row])
    report = await catalogue.import_file(session, "products", b"supplier_code,code,name,capacity_kg_12,capacity_year\n"
                                         b"HTX1,SP1,Mien dong,100,2026\n")  # fmt: skip
    assert [problem.message for problem in report.errors if "T12/2026 cần ít nhất 300" in problem.message], report.errors
    assert await left(session, product) == [200]


async def test_the_schema_itself_refuses_the_second_kilogram(session: AsyncSession) -> None:
    product = await goods(session)
    await ledger.promise(session, SYSTEM, [wish(product, 300)], source=source(), reason="Chọn")
    for statement in (
        "UPDATE catalogue_ledger_month SET promised_kg = 501 WHERE product_id = :id",
        "UPDATE catalogue_ledger_month SET promised_kg = -1 WHERE product_id = :id",
        "UPDATE catalogue_supply SET capacity_kg = 299 WHERE product_id = :id AND month = 12",
        "DELETE FROM catalogue_supply WHERE product_id = :id",
        "UPDATE catalogue_product SET reserve_kg = 201 WHERE id = :id",
    ):
        with pytest.raises(IntegrityError):
            async with session.begin_nested():
                await session.execute(text(statement), {"id": product})
    assert await left(session, product) == [200]


async def test_the_search_asks_for_what_is_free(session: AsyncSession) -> None:
    product = await goods(session)
    other = await goods(session, "SP2", capacity=((2026, (Decimal(400),) * 12), (2027, (Decimal(450),) * 12)))

    async def found(kg: int, month: int | None = None) -> set[UUID]:
        reader = (await (await session.connection()).get_raw_connection()).driver_connection
        asked = [("kg", str(kg)), *([("month", str(month))] if month else [])]
        listing = await catalogue.find(reader, asked)
        return {one for one in (product, other) if str(one) in names_of(listing.found.cards)}

    def names_of(cards: str) -> set[str]:
        return {str(one) for one, slug in slugs.items() if f'"{slug}"' in cards}

    rows = await session.execute(text("SELECT id, slug FROM catalogue_product WHERE id = ANY(:ids)"), {"ids": [product, other]})
    slugs = {row_id: slug for row_id, slug in rows.all()}  # noqa: C416 - a Row is a tuple, and dict() wants pairs.
    assert await found(450, 12) == {product}
    assert await found(450, 1) == {product, other}, "January is that of 2027, which the other has declared"
    await ledger.promise(session, SYSTEM, [wish(product, 60)], source=source(), reason="Chọn")
    assert await found(450, 12) == set()
    assert await found(440, 12) == {product}
    assert await found(500) == {product}, "other months are as free as before"
    every = [wish(product, 1, date(2026 + (10 + n) // 12, (10 + n) % 12 + 1, 1)) for n in range(12)]
    await ledger.promise(session, SYSTEM, every, source=source(), reason="Chọn")
    assert await found(500) == set()
    assert await found(499) == {product}
    await keep_back(session, other, 100)
    assert (await found(350, 3), await found(351, 3)) == ({product, other}, {product})


async def test_others_see_what_is_free_and_not_to_whom_the_rest_goes(session: AsyncSession) -> None:
    product = await goods(session)
    await ledger.promise(session, SYSTEM, [wish(product, 300)], source=source(), reason="Chọn")
    await keep_back(session, product, 50)
    slug, owner = (await session.execute(
        text("SELECT p.slug, s.organisation_id FROM catalogue_product p JOIN catalogue_supplier s ON s.id = p.supplier_id"
             " WHERE p.id = :id"), {"id": product},
    )).one()  # fmt: skip
    await session.flush()
    reader = (await (await session.connection()).get_raw_connection()).driver_connection
    own = market.acting(Role.SUPPLIER, owner)
    stranger = Actor(None, "Ai đó", UUID(int=7), "Khác", Role.SUPPLIER)
    for actor, inside in ((None, False), (stranger, False), (own, True), (market.acting(Role.OFFICER, UUID(int=8)), True)):
        shown = await ledger.supply_of(reader, slug, actor)  # type: ignore[arg-type]
        december = next(cell for cell in shown.cells if (cell.year, cell.month) == (2026, 12))
        assert (december.promised, december.free) == (300, 150)
        assert (december.capacity, shown.reserve_kg, len(shown.promises)) == ((500, 50, 1) if inside else (450, None, 0))
    listed = await ledger.own_supplies(reader, own)  # type: ignore[arg-type]
    assert [(each.slug, [one.kg for one in each.promises]) for each in listed.items] == [(slug, [300])]
    assert (await ledger.own_supplies(reader, stranger)).items == []  # type: ignore[arg-type]


MONTH = st.integers(2024 * 12, 2029 * 12 - 1)
KG = st.decimals(0, 5000, places=3)


@given(
    st.dictionaries(MONTH, KG, max_size=30),
    st.dictionaries(MONTH, KG, max_size=10),
    KG,
    st.lists(MONTH, min_size=1, max_size=24),
)
def test_free_is_never_negative_and_unknown_never_becomes_nothing(
    declared: dict[int, Decimal], taken: dict[int, Decimal], reserve: Decimal, months: list[int]
) -> None:
    free = free_in(kept_back(declared, reserve), months, taken)
    assert set(free) == (set(months) if declared else set())
    assert all(kg >= 0 for kg in free.values())
    bare = free_in(declared, months)
    assert all(free[month] == max(max(bare[month] - reserve, 0) - taken.get(month, 0), 0) for month in free)
    floats = free_in(
        {month: float(kg) for month, kg in kept_back(declared, reserve).items()},
        months,
        {month: float(kg) for month, kg in taken.items()},
    )
    assert all(abs(floats[month] - float(free[month])) < 1e-6 for month in free)


@given(st.dictionaries(MONTH, KG, max_size=30), st.dictionaries(MONTH, KG, max_size=10), KG)
def test_the_strip_says_what_the_ledger_says(declared: dict[int, Decimal], taken: dict[int, Decimal], reserve: Decimal) -> None:
    strip = cells(
        [(month // 12, month % 12 + 1, float(kg)) for month, kg in declared.items()], [], market.TODAY, reserve=float(reserve),
        taken=[(month // 12, month % 12 + 1, float(kg), 0.0) for month, kg in taken.items()],
    )  # fmt: skip
    months = [cell.year * 12 + cell.month - 1 for cell in strip]
    free = free_in(kept_back(declared, reserve), months, taken)
    for cell, month in zip(strip, months, strict=True):
        if cell.free is None:
            assert free.get(month, 0) == 0
        else:
            assert abs(cell.free - float(free[month])) < 1e-3


@pytest.mark.parametrize("seed", range(3))
async def test_the_database_reads_capacity_as_python_does(session: AsyncSession, seed: int) -> None:
    draw = random.Random(seed)
    product = await goods(session, capacity=())
    years = draw.sample(range(2024, 2030), draw.randint(0, 3))
    declared = {
        (year, month): Decimal(draw.randrange(0, 900)) for year in years for month in range(1, 13) if draw.random() < 0.7
    }
    for (year, month), kg in declared.items():
        await session.execute(
            text("INSERT INTO catalogue_supply VALUES (:id, :year, :month, :kg)"),
            {"id": product, "year": year, "month": month, "kg": kg},
        )
    await keep_back(session, product, 100)
    months = range(2023 * 12, 2031 * 12)
    statement = (
        "SELECT m, catalogue_ledger_limit(:id, m / 12, m % 12 + 1)"
        " FROM generate_series(CAST(:first AS integer), CAST(:last AS integer)) m"
    )
    rows = await session.execute(text(statement), {"id": product, "first": months[0], "last": months[-1]})
    stored = {year * 12 + month - 1: kg for (year, month), kg in declared.items()}
    expected = free_in(kept_back(stored, Decimal(100)), months)
    assert {month: kg for month, kg in rows if kg is not None} == expected


@pytest.mark.parametrize("today", [date(2026, month, 15) for month in range(1, 13)] + [date(2027, 6, 1), date(2027, 12, 31)])
async def test_the_search_looks_at_the_next_twelve_months_on_every_day_of_the_year(session: AsyncSession, today: date) -> None:
    years = ((2026, tuple(Decimal(100 + n) for n in range(12))), (2027, tuple(Decimal(200 + n) for n in range(12))),
             (2028, tuple(Decimal(300 + n) for n in range(12))))  # fmt: skip
    product = await goods(session, capacity=years)
    reader = (await (await session.connection()).get_raw_connection()).driver_connection

    async def found(kg: int, month: int | None = None) -> bool:
        asked = [("kg", str(kg)), *([("month", str(month))] if month else [])]
        return (await catalogue.find(reader, asked)).found.total == 1

    with clock.freeze(today):
        now = today.year * 12 + today.month - 1
        free = {month: (month // 12 - 2025) * 100 + month % 12 for month in range(now, now + 12)}
        for month, kg in free.items():
            assert await found(kg, month % 12 + 1)
            assert not await found(kg + 1, month % 12 + 1)
        best = max(free, key=lambda month: free[month])
        assert await found(free[best])
        assert not await found(free[best] + 1)
        await ledger.promise(
            session, SYSTEM, [wish(product, 1, date(best // 12, best % 12 + 1, 1))], source=source(), reason="Chọn"
        )
        assert not await found(free[best])
