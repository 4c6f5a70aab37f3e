"""Protected names: who is on the list, and when a product may show the name (V8)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service import catalogue
from service.accounts import SYSTEM, Actor, MemberRole, Role
from service.catalogue.marks import rules as mark_rules
from service.catalogue.marks.rules import MarkTerms
from service.core.db import new_id
from service.core.errors import Invalid, NotAllowed, NotFound
from tests.catalogue.conftest import count, product_row, reader, supplier_row

OFFICER = Actor(new_id(), "Cán bộ", None, "Sở", Role.OFFICER, MemberRole.MEMBER)
CODES = st.sampled_from(["02185", "01912", "01840", None])
GOODS = st.sampled_from(["mien-dong", "quyt", None])
TERMS = st.builds(MarkTerms, GOODS, st.frozensets(CODES.filter(bool), max_size=3))


@given(TERMS, st.booleans(), CODES, GOODS)
def test_a_name_is_shown_when_and_only_when_all_three_hold(
    terms: MarkTerms, listed: bool, commune: str | None, goods: str | None
) -> None:
    expected = (
        listed and (not terms.communes or commune in terms.communes) and (terms.commodity is None or terms.commodity == goods)
    )
    assert mark_rules.may_show_mark(terms, listed=listed, commune=commune, commodity=goods) is expected


@given(TERMS, st.booleans(), CODES, GOODS)
def test_everything_in_the_way_is_said_in_words(terms: MarkTerms, listed: bool, commune: str | None, goods: str | None) -> None:
    for obstacle in mark_rules.mark_obstacles(terms, listed=listed, commune=commune, commodity=goods):
        assert mark_rules.obstacle_name(obstacle).endswith(".")


async def enter(session: AsyncSession, code: str = "HTX1", **said: Any) -> Any:
    await catalogue.put_suppliers(session, SYSTEM, [supplier_row(code, state="published", **said)])
    return await session.scalar(text("SELECT id FROM catalogue_supplier WHERE code = :code"), {"code": code})


async def shown(session: AsyncSession, code: str = "SP1") -> set[str]:
    slug = await session.scalar(text("SELECT slug FROM catalogue_product WHERE code = :code"), {"code": code})
    return {mark.slug for mark in (await catalogue.product_page(await reader(session), slug)).marks}


async def test_a_product_shows_a_name_only_for_the_right_goods_in_the_area(session: AsyncSession) -> None:
    supplier_id = await enter(session)  # Côn Minh lies in the area of miến dong, not in that of quýt.
    rows = [product_row(), product_row("SP2", name="Quýt", commodity="quyt"), product_row("SP3", name="Trà", commodity=None)]
    await catalogue.put_products(session, SYSTEM, rows)
    assert await shown(session) == set()
    await catalogue.allow_mark(session, OFFICER, "mien-dong-bac-kan", supplier_id)
    await catalogue.allow_mark(session, OFFICER, "quyt-bac-kan", supplier_id)
    assert await shown(session) == {"mien-dong-bac-kan"}
    assert await shown(session, "SP2") == set()
    assert await shown(session, "SP3") == set()
    page = await catalogue.supplier_page(await reader(session), "htx-so-htx1")
    assert {mark.slug for mark in page.marks} == {"mien-dong-bac-kan"}
    await catalogue.disallow_mark(session, OFFICER, "mien-dong-bac-kan", supplier_id)
    assert await shown(session) == set()


async def test_a_maker_whose_commune_is_not_known_shows_no_name(session: AsyncSession) -> None:
    supplier_id = await enter(session, commune_code=None)
    await catalogue.put_products(session, SYSTEM, [product_row()])
    await catalogue.allow_mark(session, OFFICER, "mien-dong-bac-kan", supplier_id)
    assert await shown(session) == set()
    organisation = await session.scalar(text("SELECT organisation_id FROM catalogue_supplier"))
    owner = Actor(new_id(), "Chủ", organisation, "HTX", Role.SUPPLIER, MemberRole.OWNER)
    told = {each.mark.slug: each.obstacles for each in await catalogue.own_marks(await reader(session), owner)}
    assert told["mien-dong-bac-kan"] == ["place_unknown"]
    # The area of the older collective mark is not known by commune; its list alone decides, and this maker is not on it.
    assert told["mien-dong-bac-kan-nhan-hieu-tap-the"] == ["not_listed"]


async def test_the_list_keeps_since_when_and_by_which_decision(session: AsyncSession) -> None:
    supplier_id = await enter(session)
    said = catalogue.MarkUserInput.model_validate({"supplier": "HTX1", "since": "1/2/2026", "decision": "QĐ 15/2026"})
    for _twice in range(2):
        await catalogue.allow_mark_by_name(session, OFFICER, "mien-dong-bac-kan", said)
    assert await count(session, "core_journal WHERE fact = 'SupplierRevised'") == 1
    mark = await catalogue.protected_name(await reader(session), "mien-dong-bac-kan")
    ((user,), none) = await catalogue.mark_users(await reader(session), mark)
    assert (user.since, user.decision, none) == (date(2026, 2, 1), "QĐ 15/2026", None)
    await catalogue.allow_mark(session, OFFICER, "mien-dong-bac-kan", supplier_id, decision="QĐ 16/2026")
    assert await count(session, "core_journal WHERE fact = 'SupplierRevised'") == 2


async def test_users_are_paged_and_drafts_are_for_officers(session: AsyncSession) -> None:
    for code in ("A", "B", "C"):
        await catalogue.allow_mark(session, OFFICER, "quyt-bac-kan", await enter(session, code))
    await catalogue.put_suppliers(session, SYSTEM, [supplier_row("NHAP", state="draft")])
    draft = await session.scalar(text("SELECT id FROM catalogue_supplier WHERE code = 'NHAP'"))
    await catalogue.allow_mark(session, OFFICER, "quyt-bac-kan", draft)
    read = await reader(session)
    mark = await catalogue.protected_name(read, "quyt-bac-kan")
    assert mark.users == 3
    first, further = await catalogue.mark_users(read, mark, limit=2)
    second, _none = await catalogue.mark_users(read, mark, cursor=further, limit=2)
    assert [each.name for each in (*first, *second)] == ["HTX Số A", "HTX Số B", "HTX Số C"]
    assert len((await catalogue.mark_users(read, mark, OFFICER))[0]) == 4
    with pytest.raises(Invalid):
        await catalogue.mark_users(read, mark, cursor="%%")


async def test_only_officers_of_elsewhere_keep_the_list(session: AsyncSession) -> None:
    supplier_id = await enter(session)
    organisation = await session.scalar(text("SELECT organisation_id FROM catalogue_supplier"))
    for actor in (
        replace(OFFICER, role=Role.SUPPLIER), replace(OFFICER, role=Role.BUYER),
        replace(OFFICER, member_role=MemberRole.VIEWER), replace(OFFICER, memberships=frozenset({organisation})),
    ):  # fmt: skip
        with pytest.raises(NotAllowed):
            await catalogue.allow_mark(session, actor, "quyt-bac-kan", supplier_id)
        with pytest.raises(NotAllowed):
            await catalogue.disallow_mark(session, actor, "quyt-bac-kan", supplier_id)
    with pytest.raises(NotFound):
        await catalogue.allow_mark(session, OFFICER, "khong-co", supplier_id)
    said = catalogue.MarkUserInput(supplier="KHONG-CO")
    with pytest.raises(Invalid):
        await catalogue.allow_mark_by_name(session, OFFICER, "quyt-bac-kan", said)
    with pytest.raises(NotFound):
        await catalogue.protected_name(await reader(session), "KHÔNG")
