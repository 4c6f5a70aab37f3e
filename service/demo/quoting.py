"""Quotes at every stage, and awards. All of it is invented."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from service import catalogue, matching
from service.accounts import SYSTEM, Actor, MemberRole, Role
from service.core import clock
from service.demo import tables

quotes = matching.quotes
_KEYS = uuid.UUID("2a4a7b0c-4d2e-4d0b-8a55-9d1f6a2e7716")
FIRST = ("hop-tac-xa-mien-dong-na-leng", "lien-hiep-hop-tac-xa-nong-san-song-nang")  # Whose people one signs in as.


@dataclass(frozen=True, slots=True)
class Case:
    """A request with its quotes: opened so many days ago, answers until so many days from now (before today: below nothing)."""

    buyer: str
    title: str
    commodity: str
    kg: tuple[int, ...]
    ceiling: int
    opened_ago: int
    deadline_in: int
    sellers: int
    place: str
    note: str
    asked: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Offered:
    """A quote with who sent it and of what."""

    quote: quotes.Quote
    seller: Actor
    product_id: UUID


SEALED = Case("PHOCHAM", "Miến dong mừng khai trương tám cửa hàng", "mien-dong", (240, 260), 68_000, 3, 9, 3, "Kho Đông Anh",
              "Mở thầu một lần cho công bằng; giá giao tại kho Đông Anh.", {"sealed": True, "min_stars": 3})  # fmt: skip
OPEN = Case("PHOCHAM", "Miến dong gói nhỏ bán quanh năm", "mien-dong", (160, 160, 160, 160), 70_000, 12, 2, 4, "Kho Đông Anh",
            "Nhận thứ ba hằng tuần; ưu tiên nơi cho nợ 30 ngày.", {"closes_at_quotes": 4, "pack_net_g": 500})  # fmt: skip
CHOSEN = Case("PHOCHAM", "Miến dong cho quầy đặc sản cửa hàng mới", "mien-dong", (150, 150), 70_000, 26, -6, 4, "Kho Đông Anh",
              "Hai đợt giao, mỗi đợt đầu tháng.", {"min_stars": 3})  # fmt: skip
UNDONE = Case("SONGSAI", "Mật ong rừng cho kệ quà", "mat-ong", (40, 40), 420_000, 20, -4, 2, "Kho Tân Thuận",
              "Chai thủy tinh, nhãn phụ tiếng Anh.")  # fmt: skip
SILENT = Case("SONGSAI", "Măng khô cho mùa lễ", "mang-kho", (30, 40), 400_000, 45, -20, 2, "Kho Tân Thuận",
              "Măng nứa hoặc măng vầu, không xông lưu huỳnh.")  # fmt: skip

# Each supplier sells in its own way: đồng over its list price, days of credit, deposit, discount, who carries, samples.
WAYS: tuple[dict[str, Any], ...] = (
    {"over": -1_000, "credit_days": 30, "discount_percent": Decimal(2), "sample": True, "lead_days": 5,
     "tiers": (quotes.Tier(from_kg=Decimal(400), less_vnd_per_kg=1_000),), "note": "Giao bằng xe nhà, báo trước hai ngày."},
    {"over": 0, "deposit_percent": Decimal(30), "delivered": False, "freight_vnd_per_kg": 2_200, "lead_days": 4,
     "note": "Lấy tại xưởng thì bốc hàng miễn phí."},
    {"over": 1_500, "credit_days": 15, "sample": True, "lead_days": 7},
    {"over": 3_000, "lead_days": 3, "deposit_percent": Decimal(20), "note": "Hàng sẵn kho, giao trong ba ngày."},
)  # fmt: skip


async def add_quoting(session: AsyncSession, organisations: dict[str, UUID], today: date) -> None:
    """Put it on the market; `organisations` are those of buyers, organisers and offices by their keys."""
    await _case(session, organisations, today, SEALED)
    code, offered = await _case(session, organisations, today, OPEN)
    await _revise(session, code, offered[0], today - timedelta(days=4))
    await _choose(session, organisations, today, *await _case(session, organisations, today, CHOSEN))
    await _undo(session, organisations, today, *await _case(session, organisations, today, UNDONE))
    await _case(session, organisations, today, SILENT)
    with clock.freeze(today):
        await quotes.expire_due(session)  # Whoever was silent past its day has been so today.
        await _keep_draft(session, organisations, today)


async def _case(
    session: AsyncSession, organisations: dict[str, UUID], today: date, case: Case
) -> tuple[str, list[Offered]]:  # fmt: skip
    opened = today - timedelta(days=case.opened_ago)
    code = await _open(session, organisations, today, opened, case)
    offered = []
    for place, found in enumerate(await _sellers(session, code, opened, case.sellers)):
        way = WAYS[place % len(WAYS)]
        sent_on = min(opened + timedelta(days=2 + 2 * place), today + timedelta(days=min(case.deadline_in, 0)))
        with clock.freeze(sent_on):
            offered.append(await _quote(session, code, today, case, way, found))
    return code, offered


async def _open(
    session: AsyncSession, organisations: dict[str, UUID], today: date, opened: date, case: Case
) -> str:  # fmt: skip
    buyer = await matching.buyer_of(session, organisations[case.buyer])
    if buyer is None:
        raise LookupError(case.buyer)
    months = tuple((tables.next_month(today.year, today.month, 1 + ahead), Decimal(kg)) for ahead, kg in enumerate(case.kg))
    with clock.freeze(opened):
        draft = matching.RequestDraft(
            title=case.title, commodity=case.commodity, months=months, ceiling_vnd_per_kg=case.ceiling,
            delivery_province_code=buyer.province_code or "01", place=case.place, note=case.note,
            deadline=today + timedelta(days=case.deadline_in), illustrative=True, **case.asked,
        )  # fmt: skip
        return (await matching.open_request(session, SYSTEM, buyer.id, draft, key=uuid.uuid5(_KEYS, case.title))).code


async def _sellers(session: AsyncSession, code: str, day: date, most: int) -> list[matching.CandidateView]:
    """Who answers: those one can sign in as, then the best suited, each supplier once."""
    with clock.freeze(day):
        ranked = await matching.ranked(session, code, actor=SYSTEM, limit=40)
    found: dict[str, matching.CandidateView] = {}
    for each in sorted(ranked.matches, key=lambda one: one.supplier_slug not in FIRST):
        if each.given > 0 and each.price_vnd_per_kg and each.illustrative:
            found.setdefault(each.supplier_slug, each)
    return list(found.values())[:most]


async def _quote(
    session: AsyncSession, code: str, today: date, case: Case, way: dict[str, Any], found: matching.CandidateView
) -> Offered:  # fmt: skip
    product_id = await catalogue.shown_product(session, found.product_slug)
    if product_id is None:
        raise LookupError(found.product_slug)
    seller = _seller(found.organisation_id, found.supplier_name)
    price = (found.price_vnd_per_kg or 0) + way["over"]
    lines = tuple(
        quotes.QuoteLine(
            product_id=product_id, month=date(cell.year, cell.month, 1), kg=Decimal(round(min(cell.asked, cell.covered))),
            price_vnd_per_kg=price,
        )
        for cell in found.cells
        if cell.asked and cell.covered and cell.covered >= 1
    )  # fmt: skip
    said = {name: value for name, value in way.items() if name != "over"}
    valid = max(today, today + timedelta(days=case.deadline_in)) + timedelta(days=30)
    draft = quotes.QuoteDraft(lines=lines, valid_until=valid, pack_net_g=500 if case.commodity == "mien-dong" else None, **said)
    key = uuid.uuid5(_KEYS, f"{case.title} {found.supplier_slug}")
    return Offered(await quotes.send(session, seller, code, draft, key=key), seller, product_id)


async def _revise(session: AsyncSession, code: str, offered: Offered, day: date) -> None:
    """The first of the open ones comes down a little before the last day."""
    with clock.freeze(day):
        view = await quotes.own_quote(session, offered.seller, offered.quote.id)
        if view.terms is None:
            raise LookupError(view.id)
        lines = tuple(line.model_copy(update={"price_vnd_per_kg": line.price_vnd_per_kg - 500}) for line in view.terms.lines)
        cheaper = view.terms.model_copy(update={"lines": lines})
        await quotes.send(session, offered.seller, code, cheaper, key=uuid.uuid5(_KEYS, f"{code} lower"))


async def _choose(
    session: AsyncSession, organisations: dict[str, UUID], today: date, code: str, offered: Sequence[Offered]
) -> None:
    """Two are taken in parts, the others are told why not."""
    buyer = _buyer(organisations, CHOSEN.buyer)
    parts = []
    for place, (one, share) in enumerate(zip(offered[:2], (90, 60), strict=False)):
        view = await quotes.own_quote(session, one.seller, one.quote.id)
        parts += [
            quotes.Part(quote_id=one.quote.id, product_id=line.product_id, month=line.month, kg=min(line.kg, Decimal(share)))
            for line in view.lines[: 2 - place]
        ]
    reason = "Giá giao đến kho cao hơn, và không kịp đợt giao đầu tháng."
    await _award(session, buyer, code, parts, today - timedelta(days=4), close=True, reason=reason)


async def _undo(
    session: AsyncSession, organisations: dict[str, UUID], today: date, code: str, offered: Sequence[Offered]
) -> None:
    """One was taken, and given back before anything was delivered."""
    buyer = _buyer(organisations, UNDONE.buyer)
    view = await quotes.own_quote(session, offered[0].seller, offered[0].quote.id)
    line = view.lines[0]
    part = quotes.Part(quote_id=view.id, product_id=line.product_id, month=line.month, kg=line.kg)
    (made,) = await _award(session, buyer, code, [part], today - timedelta(days=3))
    with clock.freeze(today - timedelta(days=1)):
        why = quotes.Undoing(reason="Nhãn phụ tiếng Anh chưa kịp in cho đợt này, xin chọn lại sau.")
        await quotes.undo_award(session, buyer, made.id, why)


async def _award(
    session: AsyncSession, buyer: Actor, code: str, parts: Sequence[quotes.Part], day: date, *,
    close: bool = False, reason: str = "",
) -> list[quotes.Award]:  # fmt: skip
    with clock.freeze(day):
        compared = await quotes.compare(session, buyer, code)
        return await quotes.award(
            session, buyer, code, parts, version=compared.version, key=uuid.uuid5(_KEYS, f"{code} chosen"), close=close,
            reason_for_losers=reason,
        )  # fmt: skip


async def _keep_draft(session: AsyncSession, organisations: dict[str, UUID], today: date) -> None:
    """The cooperative one signs in as has begun a quote on a request of its goods, and not sent it yet."""
    code, offered = await _case_for_draft(session, organisations, today)
    if offered is None:
        raise LookupError(FIRST[0])
    typed = {
        "price": f"{(offered.price_vnd_per_kg or 0) - 500:,}".replace(",", "."),
        "kg_01": "80",
        "note": "Chờ báo lại cước xe.",
    }
    await quotes.keep_draft(session, _seller(offered.organisation_id, offered.supplier_name), code, typed)


async def _case_for_draft(
    session: AsyncSession, organisations: dict[str, UUID], today: date
) -> tuple[str, matching.CandidateView | None]:  # fmt: skip
    case = Case("BACHMAI", "Miến dong cho chuỗi cửa hàng rau quả", "mien-dong", (120, 120, 120), 72_000, 2, 14, 0,
                "Phường Bạch Mai", "Giao thẳng cửa hàng, mỗi chuyến 40 kg.")  # fmt: skip
    code = await _open(session, organisations, today, today - timedelta(days=case.opened_ago), case)
    sellers = await _sellers(session, code, today, 10)
    return code, next((each for each in sellers if each.supplier_slug == FIRST[0]), None)


def _seller(organisation_id: UUID, name: str) -> Actor:
    return Actor(None, name, organisation_id, name, Role.SUPPLIER, MemberRole.OWNER, verified=True)


def _buyer(organisations: dict[str, UUID], key: str) -> Actor:
    return Actor(None, key, organisations[key], key, Role.BUYER, MemberRole.OWNER, verified=True)
