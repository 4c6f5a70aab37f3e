"""Promising, letting go and delivering: what is free afterwards, and what is refused in words."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service import accounts, catalogue
from service.accounts import Actor, MemberRole, Role
from service.catalogue import ledger
from service.core import clock
from service.core.db import new_id
from service.core.errors import Conflict, Invalid, NotAllowed, NotFound
from tests import market

SYSTEM = accounts.SYSTEM
DECEMBER, JANUARY, MARCH = date(2026, 12, 1), date(2027, 1, 1), date(2027, 3, 15)


def source(kind: str = "award", label: str = "YC-1 · Siêu thị Thử") -> ledger.Source:
    return ledger.Source(kind, new_id(), label)


async def goods(session: AsyncSession, code: str = "SP1", **said: object) -> UUID:
    """A product of 500 kg each month of 2026, of the one supplier."""
    if not await session.scalar(text("SELECT 1 FROM catalogue_supplier WHERE code = 'HTX1'")):
        await market.supplier(session)
    slug = await market.product(session, code=code, **said)
    found = await session.scalar(text("SELECT id FROM catalogue_product WHERE slug = :slug"), {"slug": slug})
    assert isinstance(found, UUID)
    return found


def wish(product: UUID, kg: int | str, month: date = DECEMBER) -> ledger.Wish:
    return ledger.Wish(product, month, Decimal(kg))


async def left(session: AsyncSession, product: UUID, *months: date) -> list[Decimal | None]:
    found = await ledger.free(session, [product], months or [DECEMBER])
    return list(found[product].values())


async def test_what_is_promised_is_not_free(session: AsyncSession) -> None:
    product = await goods(session)
    made = await ledger.promise(session, SYSTEM, [wish(product, 120), wish(product, 80, MARCH)], source=source(), reason="Chọn")
    assert [(each.month, each.kg) for each in made] == [(DECEMBER, 120), (date(2027, 3, 1), 80)]
    assert await left(session, product, DECEMBER, JANUARY, MARCH) == [380, 500, 420]
    fact = (await session.execute(text("SELECT new FROM core_journal WHERE fact = 'CapacityPromised' ORDER BY id"))).scalars()
    assert [(each["month"], each["kg"], each["label"]) for each in fact] == [
        ("2026-12-01", 120, "YC-1 · Siêu thị Thử"), ("2027-03-01", 80, "YC-1 · Siêu thị Thử"),
    ]  # fmt: skip


async def test_a_month_takes_no_more_than_it_yields_and_says_what_is_free(session: AsyncSession) -> None:
    product = await goods(session)
    await ledger.promise(session, SYSTEM, [wish(product, 400)], source=source(), reason="Chọn")
    with pytest.raises(Conflict, match=r"Miến dong HTX1 SP1 trong T12/2026 chỉ còn 100\u00a0kg, không đủ 101\u00a0kg"):
        await ledger.promise(session, SYSTEM, [wish(product, 101), wish(product, 5, JANUARY)], source=source(), reason="Chọn")
    assert await left(session, product, DECEMBER, JANUARY) == [100, 500]
    await ledger.promise(session, SYSTEM, [wish(product, 100)], source=source(), reason="Chọn")
    assert await left(session, product) == [0]


async def test_the_same_source_again_changes_nothing(session: AsyncSession) -> None:
    product, deal = await goods(session), source()
    first = await ledger.promise(session, SYSTEM, [wish(product, 300)], source=deal, reason="Chọn")
    again = await ledger.promise(session, SYSTEM, [wish(product, 100), wish(product, 200)], source=deal, reason="Chọn")
    assert again == first
    assert await left(session, product) == [200]
    assert await session.scalar(text("SELECT count(*) FROM core_journal WHERE fact = 'CapacityPromised'")) == 1
    with pytest.raises(Conflict, match="Hãy bỏ lời hứa cũ"):
        await ledger.promise(session, SYSTEM, [wish(product, 301)], source=deal, reason="Chọn")


async def test_what_is_let_go_is_free_again_and_may_be_promised_anew(session: AsyncSession) -> None:
    product, deal = await goods(session), source()
    await ledger.promise(session, SYSTEM, [wish(product, 300), wish(product, 50, JANUARY)], source=deal, reason="Chọn")
    assert await ledger.release(session, SYSTEM, deal.kind, deal.id, reason="Đổi ý", months=[JANUARY]) == 1
    assert await left(session, product, DECEMBER, JANUARY) == [200, 500]
    assert await ledger.release(session, SYSTEM, deal.kind, deal.id, reason="Đổi ý", product_id=new_id()) == 0
    assert await ledger.release(session, SYSTEM, deal.kind, deal.id, reason="Đổi ý") == 1
    assert await ledger.release(session, SYSTEM, deal.kind, deal.id, reason="Đổi ý") == 0
    assert await left(session, product) == [500]
    await ledger.promise(session, SYSTEM, [wish(product, 500)], source=deal, reason="Chọn lại")
    assert await left(session, product) == [0]


async def test_holds_of_a_pool_become_an_award_without_being_free_in_between(session: AsyncSession) -> None:
    product, other = await goods(session), await goods(session, "SP2")
    pool, award = source("pool"), source("award")
    await ledger.promise(session, SYSTEM, [wish(product, 500), wish(other, 100)], source=pool, reason="Giữ")
    made = await ledger.promise(
        session, SYSTEM, [wish(product, 450)], source=award, reason="Chọn", instead_of=("pool", pool.id)
    )
    assert [each.kg for each in made] == [450]
    assert (await left(session, product), await left(session, other)) == ([50], [500])
    with pytest.raises(Conflict, match=r"chỉ còn 500\u00a0kg, không đủ 501"):
        await ledger.promise(
            session, SYSTEM, [wish(product, 501)], source=source(), reason="Chọn", instead_of=("award", award.id)
        )


async def test_deliveries_stay_counted_and_settle_the_promise(session: AsyncSession) -> None:
    product, deal, told = await goods(session), source(), new_id()
    await ledger.promise(session, SYSTEM, [wish(product, 300)], source=deal, reason="Chọn")
    with clock.freeze(date(2026, 12, 20)):
        for _again in range(2):
            await ledger.consume(
                session, SYSTEM, deal.kind, deal.id, product, DECEMBER, Decimal(120), on=date(2026, 12, 5), key=told
            )
        assert await left(session, product) == [200]
        with pytest.raises(Conflict, match=r"chỉ còn 180\u00a0kg chưa giao, không ghi được 181"):
            await ledger.consume(session, SYSTEM, deal.kind, deal.id, product, DECEMBER, Decimal(181), on=date(2026, 12, 5))
        with pytest.raises(Invalid, match="chưa tới"):
            await ledger.consume(session, SYSTEM, deal.kind, deal.id, product, DECEMBER, Decimal(1), on=date(2026, 12, 21))
    assert await ledger.release(session, SYSTEM, deal.kind, deal.id, reason="Hết hàng") == 1
    assert await left(session, product) == [380], "120 kg have gone and cannot be promised again"
    with pytest.raises(NotFound):
        await ledger.consume(session, SYSTEM, deal.kind, deal.id, product, DECEMBER, Decimal(1), on=date(2026, 11, 21))


async def test_what_nobody_has_declared_is_not_free_but_unknown(session: AsyncSession) -> None:
    product = await goods(session, capacity=())
    assert await left(session, product) == [None]
    with pytest.raises(Conflict, match="chưa khai năng lực cho T12/2026"):
        await ledger.promise(session, SYSTEM, [wish(product, 1)], source=source(), reason="Chọn")


@pytest.mark.parametrize("kg", ["0", "-1", "NaN", "Infinity", "0.0001", "1E+400", "1000000000001", "1E-400"])
async def test_absurd_weights_are_refused(session: AsyncSession, kg: str) -> None:
    product = await goods(session)
    with pytest.raises(Invalid):
        await ledger.promise(session, SYSTEM, [ledger.Wish(product, DECEMBER, Decimal(kg))], source=source(), reason="Chọn")


async def test_other_strange_requests_are_refused(session: AsyncSession) -> None:
    product = await goods(session)
    for month in (date(1, 1, 1), date(9999, 12, 31)):
        with pytest.raises(Invalid, match="ngoài lịch"):
            await ledger.promise(session, SYSTEM, [wish(product, 1, month)], source=source(), reason="Chọn")
    with pytest.raises(Invalid):
        await ledger.promise(session, SYSTEM, [], source=source(), reason="Chọn")
    with pytest.raises(NotFound):
        await ledger.promise(session, SYSTEM, [wish(product, 1), wish(new_id(), 1)], source=source(), reason="Chọn")
    made = await ledger.promise(session, SYSTEM, [wish(product, 1)], source=source(label="a\x00b" * 400), reason="\x00")
    assert made[0].source.label.startswith("abab")
    viewer = Actor(new_id(), "Xem", new_id(), "Siêu thị", Role.BUYER, MemberRole.VIEWER)
    with pytest.raises(NotAllowed):
        await ledger.promise(session, viewer, [wish(product, 1)], source=source(), reason="Chọn")
    with pytest.raises(NotAllowed):
        await ledger.release(session, viewer, "award", new_id(), reason="Bỏ")
    with pytest.raises(NotAllowed):
        await ledger.consume(session, viewer, "award", new_id(), product, DECEMBER, Decimal(1), on=DECEMBER)


async def test_the_track_record_counts_months_that_are_over(session: AsyncSession) -> None:
    product, deal = await goods(session), source()
    september, october = date(2026, 9, 1), date(2026, 10, 1)
    await ledger.promise(
        session,
        SYSTEM,
        [wish(product, 200, september), wish(product, 100, october), wish(product, 300)],
        source=deal,
        reason="Chọn",
    )
    await ledger.promise(session, SYSTEM, [wish(product, 50, september)], source=source("pool"), reason="Giữ")
    with clock.freeze(date(2026, 11, 28)):
        for kg, on in ((120, date(2026, 8, 30)), (50, date(2026, 9, 30)), (20, date(2026, 10, 1))):
            await ledger.consume(session, SYSTEM, deal.kind, deal.id, product, september, Decimal(kg), on=on)
        supplier = await session.scalar(text("SELECT supplier_id FROM catalogue_product WHERE id = :id"), {"id": product})
        assert await ledger.kept(session, [supplier]) == {supplier: ledger.Kept(Decimal(300), Decimal(170), Decimal(190))}
        assert await ledger.kept(session, [new_id()]) == {}
        assert supplier in await ledger.kept(session, None)


async def test_the_ranking_sees_what_is_free(session: AsyncSession) -> None:
    product = await goods(session)
    wanted = await market.request(session)
    await ledger.promise(session, SYSTEM, [wish(product, 450)], source=source(), reason="Chọn")
    offer = (await catalogue.offers_named(session, [product], reader=SYSTEM))[product]
    assert offer.free_in([2026 * 12 + 11, 2027 * 12]) == {2026 * 12 + 11: 50.0, 2027 * 12: 500.0}
    terms = await catalogue.commodity_terms(session)
    need = catalogue.Need(market.TODAY, date(2027, 2, 28), 500, 60, commodity_id=wanted.commodity_id)
    found = await catalogue.glances(session, need, terms, reader=SYSTEM)
    row = next(row for row in found.rows if row.id == product)
    assert (row.taken_month, row.taken_kg) == ([2026 * 12 + 11], [450.0])
