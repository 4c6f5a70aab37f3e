"""Lots: written down, corrected, shown, closed, called back; who sees what; and two people at once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from pydantic import ValidationError
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service import accounts, catalogue
from service.accounts import Actor, MemberRole, Role
from service.catalogue.lots import keeping as writing
from service.core import clock
from service.core.db import Database, new_id
from service.core.errors import Conflict, Invalid, NotAllowed, NotFound
from tests.catalogue.conftest import OFFICER, count, product_row, reader, supplier_row

TODAY = date(2026, 11, 23)
GTIN = "8936012345674"
Stock = Callable[..., Awaitable["Stocked"]]


class Stocked:
    """A published product of a published cooperative, and its owner."""

    def __init__(self, product_id: UUID, organisation_id: UUID) -> None:
        self.product_id = product_id
        self.organisation_id = organisation_id
        self.owner = Actor(None, "Chủ", organisation_id, "HTX", Role.SUPPLIER, MemberRole.OWNER)
        self.viewer = Actor(None, "Người xem", organisation_id, "HTX", Role.SUPPLIER, MemberRole.VIEWER)


@pytest.fixture
def stocked(session: AsyncSession) -> Stock:
    async def enter(code: str = "HTX1", **said: Any) -> Stocked:
        await catalogue.put_suppliers(session, accounts.SYSTEM, [supplier_row(code)])
        packs = (catalogue.PackRow("Túi 500 g", 500, 45_000, gtin=GTIN),)
        row = product_row(supplier_code=code, **{"packs": packs, **said})
        await catalogue.put_products(session, accounts.SYSTEM, [row])
        found = await session.execute(
            text("SELECT p.id, s.organisation_id FROM catalogue_product p JOIN catalogue_supplier s ON s.id = p.supplier_id"
                 " WHERE s.code = :code"),
            {"code": code},
        )  # fmt: skip
        product_id, organisation_id = found.one()
        return Stocked(product_id, organisation_id)

    return enter


def lot(**said: Any) -> catalogue.LotDraft:
    given: dict[str, Any] = {
        "code": "l1-26", "made_on": "20/11/2026", "best_before": "20/11/2027", "quantity_kg": "1,2 tấn",
        "sources": [{"name": "Bà Triệu Thị Sen", "commune_code": "Côn Minh", "area_ha": "0,5", "kg": "400"},
                    {"name": "Ông Hoàng Văn Tú", "commune_code": "02185", "kg": 800}],
        "checks": [{"words": "Độ ẩm 12 %", "checked_on": "21/11/2026", "checked_by": "HTX"}],
        "deliveries": [{"place": "Siêu thị Thử", "delivered_on": "22/11/2026", "delivered_kg": "300"}],
    }  # fmt: skip
    with clock.freeze(TODAY):
        return catalogue.LotDraft.model_validate({**given, **said})


async def test_a_lot_is_read_by_everybody_once_it_is_open(session: AsyncSession, stocked: Stock) -> None:
    mine = await stocked()
    made = await catalogue.make_lot(session, mine.owner, mine.product_id, lot())
    assert (made.code, str(made.state), int(made.quantity_kg)) == ("L1-26", "draft", 1200)
    with pytest.raises(NotFound):
        await catalogue.lot_page(await reader(session), None, "HTX1", "L1-26")
    await catalogue.open_lot(session, mine.owner, made.id)
    page = await catalogue.lot_page(await reader(session), None, "HTX1", "l1-26")
    assert (page.lot.made_on, int(page.delivered_kg), page.members, page.communes) == (
        date(2026, 11, 20),
        300,
        2,
        ["Xã Côn Minh"],
    )
    assert page.link is not None
    assert page.link.path == f"/01/0{GTIN}/10/L1-26"
    assert await catalogue.lot_linked(await reader(session), page.link) == ("HTX1", "L1-26")


async def test_members_are_named_only_where_they_agree(session: AsyncSession, stocked: Stock) -> None:
    mine = await stocked()
    made = await catalogue.make_lot(session, mine.owner, mine.product_id, lot())
    await catalogue.open_lot(session, mine.owner, made.id)
    page = await catalogue.lot_page(await reader(session), None, "HTX1", "L1-26")
    assert [source.name for source in page.sources] == [None, None]
    own = await catalogue.own_lot(await reader(session), mine.owner, "L1-26")
    assert own.sources[0].name == "Bà Triệu Thị Sen"
    await catalogue.correct_lot(session, mine.owner, made.id, made.version, lot(names_agreed=True))
    page = await catalogue.lot_page(await reader(session), None, "HTX1", "L1-26")
    assert page.sources[1].name == "Ông Hoàng Văn Tú"
    await catalogue.correct_lot(session, mine.owner, made.id, made.version, lot(names_agreed=False))
    page = await catalogue.lot_page(await reader(session), None, "HTX1", "L1-26")
    assert page.sources[1].name is None


async def test_names_of_members_are_in_no_journal_and_no_log(session: AsyncSession, stocked: Stock) -> None:
    mine = await stocked()
    made = await catalogue.make_lot(session, mine.owner, mine.product_id, lot())
    await catalogue.correct_lot(session, mine.owner, made.id, made.version, lot(sources=[{"name": "Bà Nông Thị Mai"}]))
    for table in ("core_journal", "core_change"):
        whole = await session.scalar(text(f"SELECT coalesce(string_agg({table}::text, ' '), '') FROM {table}"))
        assert not any(name in whole for name in ("Triệu Thị Sen", "Hoàng Văn Tú", "Nông Thị Mai"))


async def test_the_same_words_change_nothing_and_a_change_is_told(session: AsyncSession, stocked: Stock) -> None:
    mine = await stocked()
    made = await catalogue.make_lot(session, mine.owner, mine.product_id, lot())
    version, told = made.version, await count(session, "core_journal")
    await catalogue.correct_lot(session, mine.owner, made.id, version, lot())
    assert (made.version, await count(session, "core_journal")) == (version, told)
    await catalogue.correct_lot(session, mine.owner, made.id, version, lot(quantity_kg="900"))
    assert made.version == version + 1
    old, new = (await session.execute(text("SELECT old, new FROM core_journal WHERE fact = 'LotCorrected'"))).one()
    assert (old, new) == ({"quantity_kg": 1200}, {"quantity_kg": 900})
    with pytest.raises(Conflict):
        await catalogue.correct_lot(session, mine.owner, made.id, version, lot(quantity_kg="800"))


async def test_a_recalled_lot_says_so_and_never_goes_away(session: AsyncSession, stocked: Stock) -> None:
    mine = await stocked()
    made = await catalogue.make_lot(session, mine.owner, mine.product_id, lot())
    recall = catalogue.Recall(reason="Phát hiện mốc ở một số túi.")
    with pytest.raises(Conflict):
        await catalogue.recall_lot(session, mine.owner, made.id, recall)  # Nobody has seen it yet.
    await catalogue.open_lot(session, mine.owner, made.id)
    await catalogue.close_lot(session, mine.owner, made.id)
    await catalogue.recall_lot(session, OFFICER, made.id, recall)
    await catalogue.recall_lot(session, mine.owner, made.id, catalogue.Recall(reason="Một lý do khác hẳn."))
    for move in (catalogue.open_lot, catalogue.close_lot):
        with pytest.raises(Conflict):
            await move(session, mine.owner, made.id)
    with pytest.raises(Conflict):
        await catalogue.correct_lot(session, mine.owner, made.id, made.version, lot())
    await session.execute(text("UPDATE catalogue_supplier SET state = 'draft'"))
    page = await catalogue.lot_page(await reader(session), None, "HTX1", "L1-26")
    assert (page.lot.state, page.lot.recall_reason, page.lot.on_market) == ("recalled", "Phát hiện mốc ở một số túi.", False)
    assert (await catalogue.public_lots(await reader(session))).items == []  # But no list leads to what is off the market.


async def test_only_what_is_on_the_market_is_opened(session: AsyncSession, stocked: Stock) -> None:
    mine = await stocked()
    made = await catalogue.make_lot(session, mine.owner, mine.product_id, lot())
    await session.execute(text("UPDATE catalogue_product SET state = 'draft'"))
    with pytest.raises(Conflict):
        await catalogue.open_lot(session, mine.owner, made.id)


async def test_nobody_else_writes_or_reads_a_draft(session: AsyncSession, stocked: Stock) -> None:
    mine, other = await stocked(), await stocked("HTX2", packs=())
    made = await catalogue.make_lot(session, mine.owner, mine.product_id, lot())
    for actor in (other.owner, mine.viewer, OFFICER):
        with pytest.raises(NotFound):
            await catalogue.make_lot(session, actor, mine.product_id, lot(code="L2"))
    with pytest.raises(NotFound):
        await catalogue.correct_lot(session, other.owner, made.id, made.version, lot())
    with pytest.raises(NotAllowed):
        await catalogue.correct_lot(session, mine.viewer, made.id, made.version, lot())
    await catalogue.open_lot(session, mine.owner, made.id)
    with pytest.raises(NotAllowed):
        await catalogue.recall_lot(session, other.owner, made.id, catalogue.Recall(reason="Không phải của tôi."))
    with pytest.raises(NotFound):
        await catalogue.own_lot(await reader(session), other.owner, "L1-26")


async def test_a_code_stands_once_with_each_supplier_and_stays_when_printed(session: AsyncSession, stocked: Stock) -> None:
    mine, other = await stocked(), await stocked("HTX2")
    made = await catalogue.make_lot(session, mine.owner, mine.product_id, lot())
    with pytest.raises(Invalid) as refused:
        await catalogue.make_lot(session, mine.owner, mine.product_id, lot())
    assert "code" in refused.value.errors
    await catalogue.make_lot(session, other.owner, other.product_id, lot())
    await catalogue.correct_lot(session, mine.owner, made.id, made.version, lot(code="L9"))
    await catalogue.open_lot(session, mine.owner, made.id)
    with pytest.raises(Invalid):
        await catalogue.correct_lot(session, mine.owner, made.id, made.version, lot(code="L8"))


async def test_without_a_code_a_lot_gets_one_of_the_day(session: AsyncSession, stocked: Stock) -> None:
    mine = await stocked()
    with clock.freeze(TODAY):
        codes = [(await catalogue.make_lot(session, mine.owner, mine.product_id, lot(code=""))).code for _ in range(3)]
    assert codes == ["L261123-1", "L261123-2", "L261123-3"]


async def test_the_same_form_twice_makes_one_lot(session: AsyncSession, stocked: Stock) -> None:
    mine, key = await stocked(), new_id()
    one = await catalogue.make_lot(session, mine.owner, mine.product_id, lot(), key=key)
    assert (await catalogue.make_lot(session, mine.owner, mine.product_id, lot(), key=key)).id == one.id
    assert await count(session, "catalogue_lot") == 1


@pytest.mark.parametrize(
    ("said", "field"),
    [({"code": "LÔ 1"}, "code"), ({"code": "A" * 21}, "code"), ({"code": "-1"}, "code"), ({"made_on": "24/11/2026"}, "made_on"),
     ({"made_on": ""}, ""), ({"quantity_kg": "0"}, "quantity_kg"), ({"quantity_kg": "-5"}, "quantity_kg"),
     ({"best_before": "19/11/2026"}, ""), ({"harvested_on": "21/11/2026"}, "")],
)  # fmt: skip
def test_what_cannot_be_is_refused_in_words(said: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as refused:
        lot(**said)
    assert field in {str(part) for problem in refused.value.errors() for part in problem["loc"] or ("",)}


async def test_lists_are_paged(session: AsyncSession, stocked: Stock, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = await stocked()
    for number in range(5):
        made = await catalogue.make_lot(session, mine.owner, mine.product_id, lot(code=f"L{number}"))
        await catalogue.open_lot(session, mine.owner, made.id)
    monkeypatch.setattr("service.catalogue.lots.queries.PAGE", 2)
    seen: list[str] = []
    cursor = None
    while True:
        page = await catalogue.public_lots(await reader(session), supplier="HTX1", cursor=cursor)
        seen += [item.code for item in page.items]
        if (cursor := page.next) is None:
            break
    assert seen == ["L4", "L3", "L2", "L1", "L0"]
    with pytest.raises(Invalid):
        await catalogue.own_lots(await reader(session), mine.owner, cursor="!!")


async def _many_at_once(market: Database) -> list[str]:
    async with market.transaction() as session:
        await catalogue.put_suppliers(session, accounts.SYSTEM, [supplier_row("HTXL")])
        await catalogue.put_products(session, accounts.SYSTEM, [product_row(supplier_code="HTXL")])
        product_id = await session.scalar(text("SELECT id FROM catalogue_product LIMIT 1"))

    async def make() -> str:
        async with market.transaction() as session:
            return (await catalogue.make_lot(session, accounts.SYSTEM, product_id, lot(code=""))).code

    outcomes = await asyncio.gather(*(make() for _ in range(4)), return_exceptions=True)
    return [str(outcome) if isinstance(outcome, str) else type(outcome).__name__ for outcome in outcomes]


async def _clear(market: Database) -> None:
    owner = Database(market.url, role=None)
    async with owner.transaction() as session:
        for table in ("catalogue_lot", "catalogue_product", "catalogue_supplier", "accounts_organisation", "core_journal"):
            await session.execute(text(f"DELETE FROM {table}"))
    await owner.close()


async def test_lots_made_at_once_get_codes_of_their_own(real_database: Database) -> None:
    try:
        assert len(set(await _many_at_once(real_database))) == 4
    finally:
        await _clear(real_database)


async def test_without_the_lock_lots_made_at_once_collide(real_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    async def first_free(session: AsyncSession, supplier_id: UUID) -> str:
        code = await next_code(session, supplier_id)
        await asyncio.sleep(0.3)  # All have looked before any writes.
        return code

    next_code = writing._next_code
    monkeypatch.setattr(writing, "_next_code", first_free)
    monkeypatch.setattr(writing, "LOCK", text("SELECT :who"))
    try:
        assert "IntegrityError" in await _many_at_once(real_database)
    finally:
        await _clear(real_database)


def test_kilograms_keep_their_grams() -> None:
    assert lot(quantity_kg="12,345").quantity_kg == Decimal("12.345")
