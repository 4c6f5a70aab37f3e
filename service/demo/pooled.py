"""Pooled lots at every stage. All of it is invented; the plans are found by the solver that the worker uses.

The first is the story of the market: a supermarket asks for four tonnes of miến dong a month until Tết, in packs of 400 g, and
no cooperative that makes such packs has more than 900 kg.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service import matching
from service.accounts import SYSTEM, Actor, MemberRole, Role
from service.core import clock
from service.demo import tables
from service.demo.needs import LAST_LORRY
from service.matching import RequestDraft
from service.matching.pooling import jobs

pooling = matching.pooling
_KEYS = uuid.UUID("d4be7f0e-29d0-4b54-9f0d-6f3c8c0a5e17")
SECONDS = 4.0
TO_ANSWER = timedelta(days=6)
VALID = timedelta(days=45)
CON_MINH = "02185"  # Where the goods are gathered: most of the makers are near.


@dataclass(frozen=True, slots=True)
class Asked:
    """A request with what its buyer wishes of the lot."""

    buyer: str
    title: str
    commodity: str
    months: tuple[tuple[date, Decimal], ...]
    wish: Mapping[str, object]
    said: Mapping[str, object]


async def add_pooled(session: AsyncSession, organisations: dict[str, UUID], today: date) -> None:
    """Put it on the market; `organisations` are those of buyers, organisers and offices by their keys."""
    buyers = {key: _acting(Role.BUYER, organisations[key], key) for key in ("PHOCHAM", "SONGSAI")}
    await _found(session, buyers["PHOCHAM"], _four_tonnes(today), organisations)
    await _half_answered(session, buyers["PHOCHAM"], _vermicelli(today), organisations, today)
    await _complete(session, buyers["SONGSAI"], _honey(today), organisations, today)
    await _found(session, buyers["PHOCHAM"], _sausages(today), organisations)


def until_tet(today: date, kg: int, first_month: int = 11) -> tuple[tuple[date, Decimal], ...]:
    """The same kilograms in every month from November, or from the next month where that is over, to the last lorry's."""
    last = (tables.tet_after(today) - LAST_LORRY).replace(day=1)
    autumn = date(last.year if last.month >= first_month else last.year - 1, first_month, 1)
    day = min(last, max(autumn, clock.add_months(today.replace(day=1), 1)))
    months = []
    while day <= last:
        months.append((day, Decimal(kg)))
        day = clock.add_months(day, 1)
    return tuple(months)


def _next(today: date, count: int, kg: int) -> tuple[tuple[date, Decimal], ...]:
    first = today.replace(day=1)
    return tuple((clock.add_months(first, ahead), Decimal(kg)) for ahead in range(1, count + 1))


def _four_tonnes(today: date) -> Asked:
    return Asked(
        "PHOCHAM", "Miến dong gói 400 g, bốn tấn một tháng đến Tết", "mien-dong", until_tet(today, 4000),
        {"most_suppliers": 10, "gather_at": CON_MINH, "ceiling_vnd_per_kg": 75_000},
        {"ceiling_vnd_per_kg": 75_000, "certificates": ("ATTP",), "min_stars": 3, "pack_net_g": 400,
         "note": "Mỗi tháng một chuyến về kho Đông Anh. Không hợp tác xã nào đủ một mình thì ghép lại, miễn cùng quy cách."},
    )  # fmt: skip


def _vermicelli(today: date) -> Asked:
    return Asked(
        "PHOCHAM", "Miến dong túi 500 g cho 22 siêu thị", "mien-dong", _next(today, 3, 2600),
        {"most_suppliers": 6, "gather_at": CON_MINH, "ceiling_vnd_per_kg": 72_000},
        {"ceiling_vnd_per_kg": 72_000, "certificates": ("ATTP",), "pack_net_g": 500,
         "note": "Nhận theo tuần, bốn chuyến một tháng."},
    )  # fmt: skip


def _honey(today: date) -> Asked:
    return Asked(
        "SONGSAI", "Mật ong rừng cho kệ đặc sản miền Bắc", "mat-ong", _next(today, 2, 150), {"most_suppliers": 6},
        {"note": "Hàng ghép nhiều nguồn được, mỗi lô một phiếu kiểm nghiệm."},
    )  # fmt: skip


def _sausages(today: date) -> Asked:
    return Asked(
        "PHOCHAM", "Lạp sườn hun khói 4 sao, hai tấn một tháng", "lap-suon", _next(today, 2, 2000),
        {"most_suppliers": 3, "ceiling_vnd_per_kg": 275_000},
        {"ceiling_vnd_per_kg": 275_000, "min_stars": 4,
         "note": "Chưa chắc vùng này đủ; muốn biết thiếu bao nhiêu và thiếu vì đâu."},
    )  # fmt: skip


async def _found(session: AsyncSession, buyer: Actor, asked: Asked, organisations: dict[str, UUID]) -> pooling.Pool:
    """The request, and the plan that the solver finds for it."""
    key = uuid.uuid5(_KEYS, asked.title)
    own = await matching.buyer_of(session, organisations[asked.buyer])
    if own is None:
        raise LookupError(asked.buyer)
    draft = RequestDraft(
        title=asked.title, commodity=asked.commodity, months=asked.months, delivery_province_code=own.province_code or "01",
        place="Kho trung tâm", deadline=clock.today() + timedelta(days=25), illustrative=True, **asked.said,
    )  # fmt: skip
    request = await matching.open_request(session, SYSTEM, own.id, draft, key=key)
    pool = await pooling.ask_pool(session, buyer, request.code, pooling.PoolWish(**asked.wish), key=key)
    frozen = await pooling.take_up(session, pool.id)
    if frozen is not None:
        await pooling.record(session, pool.id, frozen, jobs.solve(frozen, seconds=SECONDS))
    return pool


async def _half_answered(
    session: AsyncSession, buyer: Actor, asked: Asked, organisations: dict[str, UUID], today: date
) -> None:
    """Some have accepted, one has declined and another was asked in its place; the cooperative of the demo still waits."""
    pool = await _found(session, buyer, asked, organisations)
    shares = await _sent(session, buyer, pool, today, "Hàng cần trước rằm tháng Chạp; nhận phần nào xin giữ đúng phần ấy.")
    others = [(share_id, org) for share_id, org, code in shares if code != "NALENG"]
    for place, (share_id, organisation_id) in enumerate(others):
        supplier = _acting(Role.SUPPLIER, organisation_id, "")
        if place == len(others) - 1:
            no = pooling.ShareAnswer(accept=False, reason="Máy tráng hỏng, tháng này không kịp.")
            await pooling.answer_share(session, supplier, share_id, no)
            await jobs.mend_in(session, pool.id, share_id)
        elif place < 2:
            await pooling.answer_share(session, supplier, share_id, pooling.ShareAnswer(accept=True))


async def _complete(session: AsyncSession, buyer: Actor, asked: Asked, organisations: dict[str, UUID], today: date) -> None:
    """Everyone has accepted, and the lead has sent one quote for all."""
    pool = await _found(session, buyer, asked, organisations)
    for share_id, organisation_id, _code in await _sent(session, buyer, pool, today, None):
        supplier = _acting(Role.SUPPLIER, organisation_id, "")
        await pooling.answer_share(session, supplier, share_id, pooling.ShareAnswer(accept=True))
    lead = (
        await session.execute(
            text("SELECT h.id, s.organisation_id FROM matching_pool_share h JOIN catalogue_supplier s ON s.id = h.supplier_id"
                 " WHERE h.pool_id = :pool AND h.lead"),
            {"pool": pool.id},
        )
    ).one_or_none()  # fmt: skip
    if lead is None:
        return
    leader = _acting(Role.SUPPLIER, lead[1], "")
    page = await pooling.share_page(session, leader, lead[0])
    said = pooling.PoolQuote(
        price_vnd_per_kg=page.lot_price or 1, valid_until=today + VALID, lead_days=7, credit_days=30,
        note="Giá chung cho cả lô, giao tại kho người mua; một đầu mối giao nhận và hóa đơn.",
    )  # fmt: skip
    await pooling.quote_pool(session, leader, lead[0], said, key=uuid.uuid5(_KEYS, str(pool.key)))


async def _sent(
    session: AsyncSession, buyer: Actor, pool: pooling.Pool, today: date, note: str | None
) -> list[tuple[UUID, UUID, str]]:
    """Ask the suppliers; gives share, organisation and code of each, the lead first."""
    sending = pooling.PoolSending(answer_by=today + TO_ANSWER, note=note, version=pool.version)
    await pooling.send_pool(session, buyer, pool.id, sending)
    found = await session.execute(
        text("SELECT h.id, s.organisation_id, s.code"
             "  FROM matching_pool_share h JOIN catalogue_supplier s ON s.id = h.supplier_id"
             " WHERE h.pool_id = :pool ORDER BY h.lead DESC, h.id"),
        {"pool": pool.id},
    )  # fmt: skip
    return [(row[0], row[1], row[2]) for row in found]


def _acting(role: Role, organisation_id: UUID, name: str) -> Actor:
    """Somebody of that organisation; the demo's own people may do the same on the pages."""
    return Actor(None, name, organisation_id, name, role, MemberRole.OWNER, verified=True)
