"""Applications for the invented fairs: the big one with some 300, those whose call is open, the running and the past one.

Our invented suppliers come with their published products; exhibitors of other provinces are typed in by the organiser, as it is
with such fairs. All of it is invented and marked so.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import cycle, islice
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service import fairs
from service.accounts import SYSTEM
from service.core import clock
from service.demo import calendar

applications = fairs.applications
State = applications.ApplicationState
_KEYS = uuid.UUID("5b1f8a52-2f5e-4c38-8a30-1a7f4b0d9c21")
BIG = "hoi-cho-qua-tet-vung-cao-ha-noi"
SOUTH = "tuan-le-ocop-vung-cao-tp-ho-chi-minh"
TEA = "hoi-cho-che-va-dac-san-thai-nguyen"
RUNNING = "tuan-hang-dac-san-vung-cao-ha-noi"
PAST = "hoi-cho-mien-dong-va-do-kho"
GUESTS = 220
SECRET = "minh-hoa-" + "7f3a91c4" * 6  # Of an invented drawing; a real one is drawn by the operating system.

RULE = applications.RuleDraft(
    per_star=10, per_year=4, most_years=5, first_time=6,
    claims=(
        applications.ClaimDraft(code="phu-nu", name="Phụ nữ làm chủ", name_en="Led by women", points=5),
        applications.ClaimDraft(
            code="dan-toc", name="Đa số thành viên là người dân tộc thiểu số", name_en="Mostly of ethnic minorities", points=5
        ),
        applications.ClaimDraft(
            code="chuong-trinh", name="Thành viên chương trình OCOP vùng cao", name_en="In the upland OCOP programme", points=3
        ),
    ),
)  # fmt: skip

_OURS = text(
    """
SELECT s.id, s.code, s.name, s.province_code, s.commune_code, g.ids, g.commodity
  FROM catalogue_supplier s
 CROSS JOIN LATERAL (SELECT (array_agg(p.id ORDER BY p.code))[1:4] AS ids, (array_agg(c.slug ORDER BY p.code))[1] AS commodity
                       FROM catalogue_product p LEFT JOIN catalogue_commodity c ON c.id = p.commodity_id
                      WHERE p.supplier_id = s.id AND p.state = 'published') g
 WHERE s.illustrative AND s.state = 'published' AND g.ids IS NOT NULL ORDER BY s.code
"""
)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of goods as such exhibitors bring it: where it is wished to stand and what it needs."""

    words: str
    commodity: str | None
    zones: tuple[str, ...]
    goods: str = "food"
    smell: bool = False
    takes_smell: bool = False
    power: str = "single"
    water: bool = False
    cold: bool = False


DRY = Kind("Miến, gạo, đồ khô", "mien-dong", ("TP", "QT"), power="none")
MUSHROOM = Kind("Nấm, măng, gia vị", "nam-huong", ("TP",), power="none")
TEAS = Kind("Chè, trà thảo mộc", "che-shan-tuyet", ("CH", "QT"), takes_smell=True)
HONEY = Kind("Mật ong, phấn hoa", "mat-ong", ("CH", "QT"), takes_smell=True, power="none")
SMOKED = Kind("Thịt hun khói, lạp sườn", "lap-suon", ("HK",), smell=True, power="three", cold=True)
FRUITS = Kind("Trái cây, quả sấy", "quyt", ("TC",), water=True)
GIFTS = Kind("Hộp quà Tết, bánh kẹo", None, ("QT", "TP"), takes_smell=True)
CRAFT = Kind("Thổ cẩm, mây tre, gốm", None, ("DK",), goods="other")
BY_COMMODITY = {
    "che": TEAS, "tra": TEAS, "mat": HONEY, "thit": SMOKED, "lap": SMOKED, "tom": SMOKED, "quyt": FRUITS, "cam": FRUITS,
    "hong": FRUITS, "hoa": FRUITS, "o": GIFTS, "ruou": GIFTS, "nam": MUSHROOM, "mang": MUSHROOM,
}  # fmt: skip
GUEST_KINDS = (DRY, SMOKED, TEAS, FRUITS, GIFTS, CRAFT, MUSHROOM, DRY, HONEY, FRUITS, CRAFT)
GUEST_PROVINCES = ("04", "20", "08", "11", "12", "14", "15", "24", "25", "38", "40", "66", "68", "92")
FORMS = ("HTX", "Tổ hợp tác", "Cơ sở", "HTX", "Hộ kinh doanh")
GOODS_NAMES = ("Hương Rừng", "Đặc sản", "Nông sản sạch", "Vị Núi", "Quà Quê", "Thảo mộc", "Làng nghề")
PLACES = (
    "Suối Vàng", "Đồi Sương", "Bản Nhạn", "Khe Trúc", "Nậm Bông", "Pù Lạc", "Thung Mây", "Đèo Én", "Hồ Sim", "Rừng Dẻ",
    "Bến Lau", "Nà Thơm", "Khuổi Ngọc", "Đồng Lúa", "Cánh Cò", "Mường Lành", "Phiêng Đào", "Lũng Mận", "Cao Sơn Trà",
    "Vạn Chài", "Làng Nón", "Gò Thông", "Sông Mơ", "Chợ Bến", "Ngòi Hạc", "Thác Bạc", "Lối Hồ", "Ruộng Bậc", "Vườn Xưa",
    "Cửa Gió", "Đá Trắng", "Hang Nước",
)  # fmt: skip


async def add_applying(session: AsyncSession, _organisations: Mapping[str, UUID], today: date) -> None:
    """Applications for the invented fairs."""
    drafts = {str(held.draft.slug).rsplit("-", 1)[0]: held.draft for held in calendar.fairs(today)}
    ours = (await session.execute(_OURS)).all()
    await _past_ones(session, drafts, ours)
    await _big(session, drafts[BIG], ours, today)
    await _open_ones(session, drafts, ours, today)


async def _big(session: AsyncSession, draft: fairs.FairDraft, ours: Sequence[Any], today: date) -> None:
    """The big fair: everything that such a list holds, answered, and its order of choice drawn."""
    slug = str(draft.slug)
    rows = [_our_row(slug, number, row) for number, row in enumerate(ours)]
    rows += list(_guests(slug, GUESTS))
    rows = [_state(number, row) for number, row in enumerate(rows)]
    rows = list(_neighbours(list(_shared(rows, draft.starts_on, draft.starts_on + timedelta(days=4)))))
    with clock.freeze(today - timedelta(days=9)):
        await applications.set_rule(session, SYSTEM, slug, RULE)
        await applications.put_applications(session, SYSTEM, slug, rows)
        promise = applications.PromiseDraft(key=uuid.uuid5(_KEYS, "lần 1"))
        await applications.promise_draw(session, SYSTEM, slug, promise, secret=SECRET)
    with clock.freeze(today - timedelta(days=2)):
        await applications.draw_order(session, SYSTEM, slug, 1, applications.DrawDraft(called="hoa mận"))


async def _open_ones(session: AsyncSession, drafts: Mapping[str, fairs.FairDraft], ours: Sequence[Any], today: date) -> None:
    """Fairs whose call is open: each step once, and something that waits for those who can sign in."""
    south, tea = str(drafts[SOUTH].slug), str(drafts[TEA].slug)
    with clock.freeze(today - timedelta(days=3)):
        states = cycle((State.ACCEPTED, State.SUBMITTED, State.ACCEPTED, State.WAITING, State.SUBMITTED, State.ACCEPTED))
        rows = [
            _our_row(south, number, row, zones=("TP", "HK", "CH"), state=state)
            for number, (row, state) in enumerate(zip(islice(ours, 26), states, strict=False))
        ]
        by_code = {row.code: row for row in ours}
        pair = [_our_row(south, 90 + n, by_code[code], zones=("TP", "HK", "CH"), state=State.SUBMITTED)
                for n, code in enumerate(("SONGNANG", "NALENG")) if code in by_code]  # fmt: skip
        if len(pair) == 2:
            lead, partner = pair
            asked = {"share_with": lead.key, "share_state": applications.SharerState.INVITED}
            pair = [lead, partner.model_copy(update=asked)]
        signed = {row.supplier_id for row in pair}
        await applications.put_applications(session, SYSTEM, south, [*pair, *(r for r in rows if r.supplier_id not in signed)])
        rows = [_our_row(tea, number, row, zones=("CH", "TP", "DK"), state=State.SUBMITTED) for number, row in
                enumerate(islice(ours, 18))]  # fmt: skip
        own = [_our_row(tea, 90 + n, by_code[code], zones=("CH", "TP", "DK"), state=state) for n, (code, state) in
               enumerate((("NALENG", State.SUBMITTED), ("SONGNANG", State.DRAFT))) if code in by_code]  # fmt: skip
        signed = {row.supplier_id for row in own}
        rows = [*own, *(row for row in rows if row.supplier_id not in signed)]
        ids = await applications.put_applications(session, SYSTEM, tea, rows)
        await applications.set_rule(session, SYSTEM, tea, RULE)
        if own and own[0].state is State.SUBMITTED:
            named = await applications.applications_named(session, ids[:1])
            faults = {"power": "Ghi rõ công suất bếp nấu thử", "products": "Mang thêm giấy an toàn thực phẩm bản sao"}
            said = applications.Answer(to=State.RETURNED, reason="Còn hai chỗ cần bổ sung", faults=faults)
            await applications.answer(session, SYSTEM, tea, named[ids[0]].code, said)


async def _past_ones(session: AsyncSession, drafts: Mapping[str, fairs.FairDraft], ours: Sequence[Any]) -> None:
    """The running and the past fair: small, all accepted, their booths are given out by plans and bookings."""
    signed = [row for row in ours if row.code in ("NALENG", "SONGNANG")]
    rest = [row for row in ours if row.code not in ("NALENG", "SONGNANG")]
    for name, zones, most in ((RUNNING, ("TP", "HK", "CH"), 16), (PAST, ("TP", "HK"), 22)):
        draft = drafts[name]
        chosen = [*signed, *(rest[:most] if name == RUNNING else rest[10 : 10 + most])]
        rows = [_our_row(str(draft.slug), number, row, zones=zones, single=True) for number, row in enumerate(chosen)]
        with clock.freeze(draft.starts_on - timedelta(days=30)):
            await applications.put_applications(session, SYSTEM, str(draft.slug), rows)


def _our_row(
    slug: str, number: int, row: Any, *, zones: tuple[str, ...] = (), state: State = State.ACCEPTED, single: bool = False
) -> applications.TypedIn:
    """One of our suppliers; with `zones` only those are there to be wished for."""
    kind = BY_COMMODITY.get((row.commodity or "").split("-")[0], DRY)
    wished = tuple(zone for zone in kind.zones if not zones or zone in zones) or zones[:1]
    alone = single or bool(zones)
    return applications.TypedIn(
        key=uuid.uuid5(_KEYS, f"{slug} {row.code}"), supplier_id=row.id, product_ids=tuple(row.ids), exhibitor=row.name[:120],
        province_code=row.province_code, commune_code=row.commune_code, commodity=row.commodity,
        goods=applications.Goods(kind.goods), smell=kind.smell, takes_smell=kind.takes_smell,
        booths=1 if alone else _booths(number),
        class_codes=() if alone else _classes(number), power="single" if alone else kind.power,
        water=kind.water and not alone, cold=kind.cold and not alone, zone_codes=wished,
        pavilion_code="TN" if not alone and row.province_code == "19" and number % 5 == 2 and not kind.smell else None,
        people=2 + number % 3, vehicle="xe tải 1,5 tấn" if number % 4 == 0 else None, state=state,
        reason="Đủ gian, sẽ gọi khi có chỗ" if state is State.WAITING else None,
        claims=_claims(number), claims_confirmed=_claims(number)[:1], illustrative=True,
    )  # fmt: skip


def _guests(slug: str, many: int) -> Iterator[applications.TypedIn]:
    """Exhibitors of other provinces, by names that nobody bears."""
    names = (f"{form} {goods} {place}" for form, goods, place in _names())
    for number, name in enumerate(islice(names, many)):
        kind = GUEST_KINDS[number % len(GUEST_KINDS)]
        province = GUEST_PROVINCES[(number * 5) % len(GUEST_PROVINCES)]
        yield applications.TypedIn(
            key=uuid.uuid5(_KEYS, f"{slug} khách {number}"), exhibitor=name, province_code=province,
            contact=f"Số máy minh họa, đơn vị {number + 1}", goods_words=kind.words, commodity=kind.commodity,
            goods=applications.Goods(kind.goods), smell=kind.smell, takes_smell=kind.takes_smell, booths=_booths(number + 3),
            class_codes=_classes(number), power=kind.power, water=kind.water, cold=kind.cold, zone_codes=kind.zones,
            pavilion_code={"04": "CB", "20": "LS"}.get(province) if number % 2 == 0 and not kind.smell else None,
            people=2, claims=_claims(number + 1), claims_confirmed=_claims(number + 1), state=State.ACCEPTED,
            illustrative=True, luck=number % 3 if number % 11 == 0 else 0,
        )  # fmt: skip


def _names() -> Iterator[tuple[str, str, str]]:
    for turn in range(len(GOODS_NAMES)):
        for number, place in enumerate(PLACES):
            yield FORMS[(number + turn) % len(FORMS)], GOODS_NAMES[(number + turn) % len(GOODS_NAMES)], place


def _booths(number: int) -> int:
    return 3 if number % 41 == 7 else 2 if number % 13 == 5 else 1


def _classes(number: int) -> tuple[str, ...]:
    return ("GOC", "TC") if number % 6 == 1 else ("TC",) if number % 6 == 3 else ()


def _claims(number: int) -> tuple[str, ...]:
    return tuple(claim for claim, every in (("phu-nu", 3), ("dan-toc", 4), ("chuong-trinh", 7)) if number % every == 0)


def _state(number: int, row: applications.TypedIn) -> applications.TypedIn:
    """What became of it: most are accepted, some wait, a few are told no, are late, or have withdrawn."""
    said: dict[str, Any] = {}
    if number % 13 == 9:
        said = {"state": State.WAITING, "reason": "Hết gian của hạng đã chọn"}
    elif number % 61 == 40:
        said = {"state": State.REJECTED, "reason": "Hàng bán không thuộc chủ đề hội chợ"}
    elif number % 73 == 50:
        said = {"state": State.WITHDRAWN}
    elif number % 67 == 60:
        said = {"state": State.SUBMITTED}
    return row.model_copy(update=said)


def _shared(rows: Sequence[applications.TypedIn], first: date, last: date) -> Iterator[applications.TypedIn]:
    """Some share: four pairs side by side, two that take turns by days; all of them accepted and with like goods."""
    small = [row for row in rows if row.state is State.ACCEPTED and row.booths == 1 and row.supplier_id is None
             and row.pavilion_code is None and row.goods is applications.Goods.FOOD and not row.smell]  # fmt: skip
    changed: dict[UUID, applications.TypedIn] = {}
    for n in range(4):
        lead, other = small[4 * n], small[4 * n + 1]
        changed[other.key] = other.model_copy(update={"share_with": lead.key})
    middle = first + timedelta(days=2)
    for n in (5, 6):
        lead, other = small[4 * n], small[4 * n + 1]
        changed[lead.key] = lead.model_copy(update={"share_first": first, "share_last": middle})
        changed[other.key] = other.model_copy(
            update={"share_with": lead.key, "share_kind": applications.ShareKind.BY_DAYS,
                    "share_first": middle + timedelta(days=1), "share_last": last}
        )  # fmt: skip
    for row in rows:
        yield changed.get(row.key, row)


def _neighbours(rows: Sequence[applications.TypedIn]) -> Iterator[applications.TypedIn]:
    """Some wish to stand near the next one, and not near another."""
    for number, row in enumerate(rows):
        wishes = number % 9 == 0 and number + 8 < len(rows)
        wished = {"near": (rows[number + 1].key,), "apart": (rows[number + 7].key,)} if wishes else {}
        yield row.model_copy(update=wished)
