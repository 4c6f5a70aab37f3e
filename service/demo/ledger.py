"""What is promised already, so that the ledger is not empty: orders of the months past and to come. All of it is invented."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID, uuid5

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service import catalogue
from service.accounts import SYSTEM
from service.core import clock

NAMES = UUID("5b1f6a52-6d0e-5b0a-9a53-3f1c7f0f2d11")  # Under which the demo's orders have their ids: the same at every start.
STEP = Decimal(5)  # Kilograms are ordered in whole boxes.
# The first published product of a supplier that has declared its months.
PRODUCT = text(
    "SELECT p.id FROM catalogue_product p JOIN catalogue_supplier s ON s.id = p.supplier_id"
    " WHERE s.code = :code AND p.state = 'published' AND s.state = 'published'"
    "   AND EXISTS (SELECT 1 FROM catalogue_supply u WHERE u.product_id = p.id AND u.capacity_kg > 0) ORDER BY p.code LIMIT 1"
)


@dataclass(frozen=True, slots=True)
class Order:
    """A standing order: of whom, for which months from this one on, what share of each, and how it is kept."""

    supplier: str
    to: str
    first: int
    last: int
    share: Decimal
    came: tuple[tuple[int, Decimal], ...] = ()  # Days after the first of the month, and the share of it that came then.
    reserve: int = 0  # What the supplier keeps back of each month.
    let_go: int | None = None  # The month from this one on that the buyer has called off.


WHOLE, HALF, FIFTH = Decimal(1), Decimal("0.5"), Decimal("0.2")
ORDERS = (
    Order("NALENG", "Bếp ăn trường nội trú Bản Cuôn (minh họa)", -4, -1, Decimal("0.3"), ((9, HALF), (23, HALF))),
    Order("NALENG", "Cửa hàng quà quê Cầu Mây (minh họa)", 0, 3, Decimal("0.15"), ((12, HALF),), reserve=20, let_go=3),
    Order("SONGNANG", "Cửa hàng Lúa Nếp Xanh (minh họa)", -5, 2, Decimal("0.2"), ((14, Decimal("0.8")), (40, Decimal("0.2")))),
    Order("LUNGVANG", "Nhà hàng Bếp Lửa Hồng (minh họa)", -3, 1, Decimal("0.25"), ((20, WHOLE),), reserve=10),
    Order("LUNGVANG", "Khách sạn Rừng Mưa (minh họa)", -2, -1, Decimal("0.2"), ((10, Decimal("0.6")),)),
)


async def add_ledger(session: AsyncSession, organisations: dict[str, UUID], today: date) -> None:  # noqa: ARG001 - every part gets the same.
    """Put it on the market; `organisations` are those of buyers, organisers and offices by their keys."""
    for number, order in enumerate(ORDERS):
        product_id = await session.scalar(PRODUCT, {"code": order.supplier})
        if product_id is None:
            continue
        source = catalogue.ledger.Source("order", uuid5(NAMES, str(number)), order.to)
        made = await _promise(session, product_id, order, source, today)
        await _deliver(session, order, made, today)
        if order.reserve:
            await _keep_back(session, product_id, order.reserve)


def _months(order: Order, today: date) -> Iterator[date]:
    this = today.replace(day=1)
    return (clock.add_months(this, ahead) for ahead in range(order.first, order.last + 1))


async def _promise(
    session: AsyncSession, product_id: UUID, order: Order, source: catalogue.ledger.Source, today: date
) -> list[catalogue.ledger.Promise]:
    months = list(_months(order, today))
    free = (await catalogue.ledger.free(session, [product_id], months))[product_id]
    wishes = [catalogue.ledger.Wish(product_id, month, kg) for month in months if (kg := _boxes(free[month], order.share)) > 0]
    if not wishes:
        return []
    with clock.freeze(min(today, months[0] - timedelta(days=12))):
        made = await catalogue.ledger.promise(session, SYSTEM, wishes, source=source, reason="Đơn đặt hằng tháng")
    if order.let_go is None:
        return made
    month = clock.add_months(today.replace(day=1), order.let_go)
    why = "Bên mua nghỉ tháng này"
    await catalogue.ledger.release(session, SYSTEM, source.kind, source.id, reason=why, months=[month])
    return [each for each in made if each.month != month]


async def _deliver(session: AsyncSession, order: Order, made: Iterable[catalogue.ledger.Promise], today: date) -> None:
    """What has come until today, some of it after its month."""
    for each in made:
        left, settled = each.kg, sum(share for _days, share in order.came) == 1
        for n, (days, share) in enumerate(order.came, 1):
            on = each.month + timedelta(days=days)
            part = left if settled and n == len(order.came) else _boxes(each.kg, share)
            left -= part
            if on <= today and part > 0:
                deal = each.source
                await catalogue.ledger.consume(session, SYSTEM, deal.kind, deal.id, each.product_id, each.month, part, on=on)


async def _keep_back(session: AsyncSession, product_id: UUID, kg: int) -> None:
    version = await session.scalar(text("SELECT version FROM catalogue_product WHERE id = :id"), {"id": product_id})
    reserve = catalogue.ReserveInput(reserve_kg=Decimal(kg))
    await catalogue.keep_back(session, SYSTEM, product_id, int(version or 0), reserve)


def _boxes(kg: Decimal | None, share: Decimal) -> Decimal:
    return (kg or Decimal(0)) * share // STEP * STEP
