"""The index in the database: it folds as Python does, follows every change at once, and forgets what is gone."""

from __future__ import annotations

import random
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service import accounts, catalogue
from service.catalogue import PackRow, ProductRow, SupplierRow
from service.core.text import fold, sort_key, words

LETTERS = "aăâbcdđeêghiklmnoôơpqrstuưvxy ABCĐÊƠ 0123456789 -,.()'\"ß汉Пü"
SAMPLES = [
    "Miến dong Tài Hoan", "ĐẮK LẮK", "quýt Quý quỳnh", "Thuyền đừơng người", "hoà hòa thủy thuỷ", "500g ST25 vi-cumax",
    "Mỹ kỹ tỷ đỹ",
    *("".join(random.Random(seed).choices(LETTERS, k=30)) for seed in range(150)),
]  # fmt: skip


async def test_the_database_folds_as_python_does(session: AsyncSession) -> None:
    found = await session.execute(
        text("SELECT t, core_fold(t), core_words(t), core_sort_key(t) FROM unnest(cast(:samples AS text[])) t"),
        {"samples": SAMPLES},
    )
    for sample, folded, coded, key in found.all():
        assert folded == fold(sample), sample
        assert coded == " ".join(word.marks or word.folded for word in words(sample)), sample
        assert key == sort_key(sample), sample


BELONG = """
UPDATE catalogue_product SET commodity_id = (SELECT id FROM catalogue_commodity WHERE slug = 'mien-dong') WHERE code = 'ZX9'
"""


async def found(session: AsyncSession, query: str) -> list[str]:
    """The names whose index row matches."""
    rows = await session.execute(
        text("SELECT c.card ->> 'name' FROM catalogue_search s JOIN catalogue_search_card c ON c.ord = s.ord "
             "WHERE s.live AND s.tsv @@ cast(:query AS tsquery) ORDER BY 1"), {"query": query},
    )  # fmt: skip
    return list(rows.scalars())


async def row(session: AsyncSession, name: str) -> dict[str, Any]:
    """The index row of a product."""
    rows = await session.execute(
        text(
            "SELECT s.price, s.capacity, s.facets FROM catalogue_search s "
            "JOIN catalogue_product p ON p.id = s.product_id WHERE p.name = :name"
        ),
        {"name": name},
    )
    return dict(rows.mappings().one())


@pytest.fixture
def rows() -> list[ProductRow]:
    """Two products of one supplier."""
    return [ProductRow("A", "1", "Miến dong", packs=(PackRow("gói", 500, 40_000),)), ProductRow("A", "2", "Quýt ngọt")]


async def put(session: AsyncSession, rows: list[ProductRow]) -> None:
    """Store the supplier and these products."""
    await catalogue.put_suppliers(session, accounts.SYSTEM, [SupplierRow("A", "HTX Suối Trong", province_code="19")])
    await catalogue.put_products(session, accounts.SYSTEM, rows)


async def test_every_change_shows_in_the_same_transaction(session: AsyncSession, rows: list[ProductRow]) -> None:
    await put(session, rows)
    assert await found(session, "mien & dong") == ["Miến dong"]
    assert await found(session, "mie6n1z") == ["Miến dong"]
    assert await found(session, "suoiq") == ["Miến dong", "Quýt ngọt"]
    for statement, query, names in (
        ("UPDATE catalogue_product SET name = 'Miến gạo' WHERE name = 'Miến dong'", "dong", []),
        ("UPDATE catalogue_product SET code = 'ZX9' WHERE name = 'Miến gạo'", "zx9", ["Miến gạo"]),
        ("UPDATE catalogue_supplier SET name = 'HTX Núi Cao' WHERE code = 'A'", "nuiq", ["Miến gạo", "Quýt ngọt"]),
        ("UPDATE catalogue_product SET state = 'draft' WHERE name = 'Quýt ngọt'", "nuiq", ["Miến gạo"]),
        ("UPDATE catalogue_product SET state = 'published' WHERE name = 'Quýt ngọt'", "quit", ["Quýt ngọt"]),
        ("UPDATE catalogue_supplier SET state = 'draft' WHERE code = 'A'", "nuiq", []),
        ("UPDATE catalogue_supplier SET state = 'published' WHERE code = 'A'", "nuiq", ["Miến gạo", "Quýt ngọt"]),
        (BELONG,
         "dong", ["Miến gạo"]),
        ("UPDATE catalogue_commodity SET name = 'Bún xao' WHERE slug = 'mien-dong'", "bun & xao", ["Miến gạo"]),
        ("DELETE FROM catalogue_product WHERE name = 'Quýt ngọt'", "quit", []),
    ):  # fmt: skip
        await session.execute(text(statement))
        assert await found(session, query) == names, statement


async def test_prices_months_and_papers_follow(session: AsyncSession, rows: list[ProductRow]) -> None:
    await put(session, rows)
    assert (await row(session, "Miến dong"))["price"] == 40_000
    await session.execute(text("UPDATE catalogue_pack SET retail_price_vnd = 35000"))
    assert (await row(session, "Miến dong"))["price"] == 35_000
    await session.execute(text("DELETE FROM catalogue_pack"))
    assert (await row(session, "Miến dong"))["price"] is None
    await session.execute(text(
        "INSERT INTO catalogue_supply SELECT id, y, 12, y - 2000 FROM catalogue_product, generate_series(2025, 2026) y "
        "WHERE name = 'Miến dong'"
    ))  # fmt: skip
    assert (await row(session, "Miến dong"))["capacity"] == ([0] * 11 + [26]) * 2
    await session.execute(text(
        "INSERT INTO catalogue_certificate (id, supplier_id, kind) "
        "SELECT gen_random_uuid(), id, 'VG' FROM catalogue_supplier WHERE code = 'A'"
    ))  # fmt: skip
    assert "kVG" not in (await row(session, "Miến dong"))["facets"], "nobody has checked it yet"
    await session.execute(text("UPDATE catalogue_certificate SET state = 'checked', checked_on = date '2026-11-01'"))
    assert "kVG" in (await row(session, "Miến dong"))["facets"]
    assert "kVG" in (await row(session, "Quýt ngọt"))["facets"]
    await session.execute(text("UPDATE catalogue_certificate SET valid_to = date '2020-01-01'"))
    assert "kVG" not in (await row(session, "Quýt ngọt"))["facets"]


async def test_a_new_word_can_be_meant_at_once(session: AsyncSession, rows: list[ProductRow]) -> None:
    await put(session, [*rows, ProductRow("A", "3", "Bánh xèozu")])
    shown = await session.scalar(text("SELECT shown FROM catalogue_vocabulary WHERE word = 'xeozu'"))
    assert shown == "xèozu"


async def test_sealing_forgets_what_is_gone(session: AsyncSession, rows: list[ProductRow]) -> None:
    await put(session, rows)
    await session.execute(text("SELECT catalogue_search_seal()"))
    before = await session.scalar(text("SELECT bit_count(bits) FROM catalogue_search_bits WHERE facet = '*'"))
    await session.execute(text("DELETE FROM catalogue_pack"))
    await session.execute(text("DELETE FROM catalogue_product WHERE name = 'Quýt ngọt'"))
    assert await session.scalar(text("SELECT catalogue_search_seal()")) == 2
    assert await session.scalar(text("SELECT bit_count(bits) FROM catalogue_search_bits WHERE facet = '*'")) == before - 1
    assert await session.scalar(text("SELECT count(*) FROM catalogue_search")) == before - 1
    assert await session.scalar(text("SELECT count(*) FROM catalogue_search_card")) == before - 1


async def test_drafts_never_enter(session: AsyncSession) -> None:
    await put(session, [ProductRow("A", "1", "Miến dong", state="draft")])
    assert await found(session, "mien") == []
