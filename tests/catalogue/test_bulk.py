"""Many suppliers and products at once: new, changed, the same; nothing is written twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service import accounts, catalogue
from service.accounts import Actor, MemberRole, Role
from service.core.db import new_id
from service.core.errors import Invalid, NotAllowed
from tests.catalogue.conftest import count, product_row, reader, supplier_row

SYSTEM = accounts.SYSTEM


async def test_rows_come_in_with_everything_that_belongs_to_them(session: AsyncSession) -> None:
    await catalogue.put_suppliers(session, SYSTEM, [supplier_row(marks=("mien-dong-bac-kan",))])
    counts = await catalogue.put_products(session, SYSTEM, [product_row()])
    assert counts == catalogue.Counts(new=1)
    page = await catalogue.product_page(await reader(session), "mien-dong-sp1", SYSTEM)
    assert [(pack.name, pack.price_per_kg) for pack in page.packs] == [("Túi 500 g", 90_000), ("Thùng 10 kg", 80_000)]
    assert [(tier.from_kg, tier.price_vnd_per_kg) for tier in page.tiers] == [(0, 80_000), (100, 75_000)]
    assert page.certificates[0].valid_to == date(2028, 8, 1)
    assert page.certificates[0].level == "province"
    assert [mark.slug for mark in page.marks] == ["mien-dong-bac-kan"]
    assert page.supplier.place == "Xã Côn Minh, tỉnh Thái Nguyên"
    assert page.commodity_slug == "mien-dong"


async def test_the_same_rows_again_change_nothing(session: AsyncSession) -> None:
    rows = [product_row(f"SP{n}") for n in range(5)]
    await catalogue.put_suppliers(session, SYSTEM, [supplier_row()])
    await catalogue.put_products(session, SYSTEM, rows)
    before = await session.execute(text("SELECT id, version, updated_at FROM catalogue_product ORDER BY id"))
    stored, told, changed = before.all(), await count(session, "core_journal"), await count(session, "core_change")
    assert await catalogue.put_suppliers(session, SYSTEM, [supplier_row()]) == catalogue.Counts(same=1)
    assert await catalogue.put_products(session, SYSTEM, rows) == catalogue.Counts(same=5)
    after = await session.execute(text("SELECT id, version, updated_at FROM catalogue_product ORDER BY id"))
    assert after.all() == stored
    assert await count(session, "core_journal") == told
    assert await count(session, "core_change") == changed


@pytest.mark.parametrize(
    "change",
    [
        {"lead_days": 9},
        {"name": "Miến dong mới"},
        {"packs": (catalogue.PackRow("Túi 500 g", 500, 46_000),)},
        {"packs": (catalogue.PackRow("Túi 200 g", 200, 20_000),)},
        {"tiers": ((Decimal(0), 79_000),)},
        {"capacity": ((2026, (Decimal(1), *[None] * 11)),)},
        {"capacity": ((2027, (Decimal(1), *[None] * 11)),)},
        {"certificates": (catalogue.CertificateRow("OCOP", 5, "QĐ SP1", issued_on=date(2025, 8, 1)),)},
        {"certificates": (catalogue.CertificateRow("VG", None, "VG-1", issued_on=date(2025, 8, 1)),)},
    ],
)
async def test_one_difference_raises_the_version_once_and_is_told_once(
    session: AsyncSession, change: dict[str, object]
) -> None:
    await catalogue.put_suppliers(session, SYSTEM, [supplier_row()])
    await catalogue.put_products(session, SYSTEM, [product_row(), product_row("SP2")])
    told = await count(session, "core_journal")
    counts = await catalogue.put_products(session, SYSTEM, [replace(product_row(), **change), product_row("SP2")])
    assert counts == catalogue.Counts(changed=1, same=1)
    versions = await session.execute(text("SELECT code, version FROM catalogue_product ORDER BY code"))
    assert [tuple(row) for row in versions.all()] == [("SP1", 2), ("SP2", 1)]
    assert await count(session, "core_journal") == told + 1


async def test_an_empty_value_keeps_what_is_stored(session: AsyncSession) -> None:
    await catalogue.put_suppliers(session, SYSTEM, [supplier_row(phone="+84912345678", story="Chuyện")])
    await catalogue.put_products(session, SYSTEM, [product_row()])
    bare = catalogue.ProductRow("HTX1", "SP1", "Miến dong SP1")
    assert await catalogue.put_products(session, SYSTEM, [bare]) == catalogue.Counts(same=1)
    assert await catalogue.put_suppliers(session, SYSTEM, [catalogue.SupplierRow("HTX1", "HTX Số HTX1")]) == catalogue.Counts(
        same=1
    )


async def test_names_that_are_alike_get_addresses_of_their_own(session: AsyncSession) -> None:
    names = [supplier_row(f"A{n}", name="HTX Chung Tên") for n in range(3)]
    await catalogue.put_suppliers(session, SYSTEM, names)
    rows = [product_row(f"SP{n}", supplier_code=f"A{n % 3}", name="Miến dong") for n in range(6)]
    assert await catalogue.put_products(session, SYSTEM, rows) == catalogue.Counts(new=6)
    assert await count(session, "(SELECT DISTINCT slug FROM catalogue_product) x") == 6


async def test_whatever_is_unknown_refuses_the_whole(session: AsyncSession) -> None:
    await catalogue.put_suppliers(session, SYSTEM, [supplier_row()])
    for bad in (product_row("SP2", supplier_code="HTX9"), product_row("SP2", commodity="không có"), product_row()):
        with pytest.raises(Invalid):
            await catalogue.put_products(session, SYSTEM, [product_row(), bad])
    assert await count(session, "catalogue_product") == 0


async def test_only_officers_bring_in_suppliers_and_only_its_own_people_a_suppliers_products(session: AsyncSession) -> None:
    await catalogue.put_suppliers(session, SYSTEM, [supplier_row(), supplier_row("HTX2")])
    own = await session.scalar(text("SELECT organisation_id FROM catalogue_supplier WHERE code = 'HTX1'"))
    owner = Actor(new_id(), "Chủ", own, "HTX", Role.SUPPLIER, MemberRole.OWNER)
    assert await catalogue.put_products(session, owner, [product_row()]) == catalogue.Counts(new=1)
    for actor in (owner, replace(owner, member_role=MemberRole.VIEWER), replace(owner, role=Role.BUYER), accounts.NOBODY):
        with pytest.raises(NotAllowed):
            await catalogue.put_suppliers(session, actor, [supplier_row("HTX3")])
        with pytest.raises(NotAllowed):
            await catalogue.put_products(session, actor, [product_row("SP9", supplier_code="HTX2")])


async def test_the_legal_form_follows_from_the_name_where_it_is_not_said(session: AsyncSession) -> None:
    names = {
        "Hợp tác xã Tài Hoan": "cooperative", "Liên hiệp HTX Bắc Kạn": "union", "Tổ hợp tác Nà Tu": "group",
        "Công ty cổ phần Nông sản": "enterprise", "Hộ kinh doanh Lan": "household", "HTX Hồ Ba Bể": "cooperative",
    }  # fmt: skip
    await catalogue.put_suppliers(session, SYSTEM, [supplier_row(f"F{n}", name=name) for n, name in enumerate(names)])
    found = await session.execute(text("SELECT name, legal_form FROM catalogue_supplier WHERE code LIKE 'F%'"))
    assert {row.name: row.legal_form for row in found} == names
