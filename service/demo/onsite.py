"""The days of the invented fairs: one that is running, with gate, leads and sales so far, and one that is over, with results.

What is sold follows from a wheel of figures, so that the same market shows the same fair; some booths stay silent, as they do.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID, uuid5

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service import fairs
from service.accounts import Actor, MemberRole, Role
from service.core import clock
from service.core.db import new_id
from service.demo import people

RUNNING, PAST = "tuan-hang-dac-san-vung-cao-ha-noi-%", "hoi-cho-mien-dong-va-do-kho-%"
NAMES = UUID("6f1d0a52-5a7e-4f3e-9b61-0d6f7f0c2a11")
SILENT = 9  # One exhibitor in so many says nothing of a day.
# What the people of the two signed-in suppliers have noted: who, what, how much it matters, which buyer of the market it was.
LEADS = (
    ("Chị Hạnh", "Cửa hàng Góc Bếp", "Miến dong gói 500 g, đặt thử 20 gói", 2, None),
    ("Anh Quân", "Siêu thị Phố Chàm", "Muốn bảng giá sỉ trước Tết, giao chia tháng", 3, "PHOCHAM"),
    ("Cô Thu", None, "Hỏi chỗ mua gần nhà ở Cầu Giấy", 1, None),
    ("Anh Bảo", "Bếp ăn Trường Xuân", "Bao 5 kg, cần giấy an toàn thực phẩm", 3, None),
    ("Chị Mai", "Quà Tết Sen", "Hộp quà có miến và chè, 150 hộp", 2, None),
)
WORDS = {
    "theme": "Miến mới đầu vụ, khách lên tận lò",
    "went_well": "Khách đi thăm lò tráng đông nhất là chiều thứ bảy. Ba nhà phân phối đặt lịch lấy hàng ngay tại hội chợ.",
    "lessons": "Khu ẩm thực thiếu chỗ ngồi vào buổi tối. Năm gian không ghi bán hàng đủ ngày nên kết quả của họ chưa rõ.",
    "proposals": "Lần sau mở thêm một dãy bàn, và nhắc các gian ghi bán hàng trước giờ đóng cửa.",
}
_FAIR = text(
    "SELECT id, slug, starts_on, ends_on FROM fairs_fair WHERE slug LIKE :slug AND illustrative ORDER BY starts_on LIMIT 1"
)
_SUPPLIERS = text("SELECT s.code, s.id, s.organisation_id FROM catalogue_supplier s WHERE s.code = ANY(:codes)")
_GOODS = text(
    "SELECT DISTINCT ON (p.supplier_id) p.supplier_id, p.id, p.commodity_id FROM catalogue_product p"
    " WHERE p.supplier_id = ANY(:suppliers) AND p.state = 'published' AND p.commodity_id IS NOT NULL"
    " ORDER BY p.supplier_id, p.slug"
)
_SALE = text(
    "INSERT INTO fairs_sale (id, fair_id, exhibitor_id, booth, day, key, nothing, product_id, commodity_id, what, kg, vnd,"
    " receipts, typed_at, version) VALUES (:id, :fair, :exhibitor, :booth, :day, :key, :nothing, :product, :commodity, :what,"
    " :kg, :vnd, :receipts, :at, 1)"
)
_CAME = text(
    "INSERT INTO fairs_check_in (id, fair_id, exhibitor_id, pass_id, key, day, at, received_at, how)"
    " SELECT :id, :fair, p.exhibitor_id, p.id, :key, :day, :at, :at, :how FROM fairs_pass p"
    " WHERE p.exhibitor_id = :exhibitor AND p.number = 1"
)
_SAID = text(
    "UPDATE fairs_exhibitor SET brought_kg = :brought, left_kg = :left, own_costs_vnd = :costs, follow_up_on = :follow"
    " WHERE id = :exhibitor"
)
_BUYER = text("SELECT b.slug FROM matching_buyer b WHERE b.organisation_id = :own")


async def add_onsite(session: AsyncSession, organisations: Mapping[str, UUID], today: date) -> None:
    """The days of the fair that is running, and those of the one that is over with its results."""
    organiser = Actor(
        None,
        people.ORGANISER,
        organisations[people.ORGANISER],
        people.ORGANISER,
        Role.ORGANISER,
        MemberRole.OWNER,
        verified=True,
    )
    found = (await session.execute(_SUPPLIERS, {"codes": ["NALENG", "SONGNANG"]})).all()
    suppliers = {
        row.id: Actor(None, row.code, row.organisation_id, row.code, Role.SUPPLIER, MemberRole.OWNER, verified=True)
        for row in found
    }
    buyers = {"PHOCHAM": await session.scalar(_BUYER, {"own": organisations["PHOCHAM"]})}
    for pattern, over in ((PAST, True), (RUNNING, False)):
        fair = (await session.execute(_FAIR, {"slug": pattern})).one_or_none()
        if fair is None or not [each for each in await fairs.onsite.who_stands(session, fair.id) if each.booths]:
            continue
        last = fair.ends_on if over else today
        days = [fair.starts_on + timedelta(days=n) for n in range((min(last, fair.ends_on) - fair.starts_on).days + 1)]
        with clock.freeze(_moment(fair.starts_on, 7)):
            await fairs.onsite.make_roster(session, organiser, fair.slug)
        every = [each for each in await fairs.onsite.who_stands(session, fair.id) if each.id is not None]
        await _days(session, fair.id, every, days, over=over)
        await _leads(session, fair.slug, suppliers, every, days, buyers)
        await _books(session, organiser, fair.slug, days, over=over)


async def _days(
    session: AsyncSession, fair_id: UUID, every: list[fairs.onsite.Standing], days: list[date], *, over: bool
) -> None:
    """Who came, and what each booth sold, in rows: a loop over the face would take seconds."""
    suppliers = [each.supplier_id for each in every if each.supplier_id]
    goods = {row.supplier_id: row for row in await session.execute(_GOODS, {"suppliers": suppliers})}
    came, sold, said = [], [], []
    for n, exhibitor in enumerate(every):
        wheel = random.Random(f"{exhibitor.name}")
        strength = wheel.uniform(0.5, 1.9)
        what = goods.get(exhibitor.supplier_id)
        kilograms = 0
        for at, day in enumerate(days):
            for booth in exhibitor.at(day)[:1]:
                late = day == days[-1] and not over and n % 6 == 5
                if not late:
                    moment = _moment(day, 7, minutes=wheel.randrange(20, 110))
                    how = ("scanned", "scanned", "typed")[wheel.randrange(3)]
                    came.append({"id": new_id(), "fair": fair_id, "exhibitor": exhibitor.id, "key": _key(booth, day, "came"),
                                 "day": day, "at": moment, "how": how})  # fmt: skip
                if (n + at) % SILENT == SILENT - 1 or late or (day == days[-1] and not over and n % 2):
                    continue
                nothing = wheel.random() < 0.03
                kg = 0 if nothing else round(14 * strength * wheel.uniform(0.6, 1.5))
                vnd = kg * wheel.randrange(85, 170) * 1000
                kilograms += kg
                nothing = vnd == 0
                sold.append({
                    "id": new_id(), "fair": fair_id, "exhibitor": exhibitor.id, "booth": booth, "day": day,
                    "key": _key(booth, day, "sold"), "nothing": nothing, "product": what.id if what and not nothing else None,
                    "commodity": what.commodity_id if what and not nothing else None,
                    "what": None if what or nothing else "Đặc sản địa phương", "kg": kg or None, "vnd": vnd,
                    "receipts": None if nothing else max(1, kg // 2), "at": _moment(day, 20),
                })  # fmt: skip
        if n % 3 != 2:
            left = round(kilograms * wheel.uniform(0.05, 0.3))
            said.append({"exhibitor": exhibitor.id, "brought": kilograms + left, "left": left if over else None,
                         "costs": wheel.randrange(12, 60) * 100_000,
                         "follow": days[-1] + timedelta(days=7) if over else None})  # fmt: skip
    for statement, rows in ((_CAME, came), (_SALE, sold), (_SAID, said)):
        if rows:
            await session.execute(statement, rows)


async def _leads(
    session: AsyncSession, slug: str, suppliers: Mapping[UUID, Actor], every: list[fairs.onsite.Standing], days: list[date],
    buyers: Mapping[str, str | None],
) -> None:  # fmt: skip
    """What the signed-in suppliers' people have noted at their booths, where they have one."""
    for n, (supplier_id, actor) in enumerate(suppliers.items()):
        if not any(each.supplier_id == supplier_id for each in every):
            continue
        for at, (person, organisation, wants, rating, buyer) in enumerate(LEADS[n:]):
            day = days[min(at, len(days) - 1)]
            with clock.freeze(_moment(day, 10, minutes=37 * at)):
                draft = fairs.onsite.LeadDraft(
                    key=uuid5(NAMES, f"{slug} {actor.name} {at}"), person=person, organisation=organisation, wants=wants,
                    rating=rating, day=day, buyer=buyers.get(buyer) if buyer else None,
                )  # fmt: skip
                await fairs.onsite.take_lead(session, actor, slug, draft)
        with clock.freeze(_moment(days[-1], 11)):
            signed = fairs.onsite.PaperDraft(
                key=uuid5(NAMES, f"{slug} {actor.name} paper"), kind=fairs.onsite.PaperKind.MEMORANDUM, day=days[0],
                partner="Siêu thị Phố Chàm", buyer=buyers["PHOCHAM"], what="Miến dong giao chia bốn tháng", kg=Decimal(1200),
                vnd=110_000_000,
            )  # fmt: skip
            await fairs.onsite.sign_paper(session, actor, slug, signed)


async def _books(session: AsyncSession, organiser: Actor, slug: str, days: list[date], *, over: bool) -> None:
    """Visitors by day; of the fair that is over also costs, sources, complaints and the organiser's words."""
    onsite = fairs.onsite
    with clock.freeze(_moment(days[-1], 21)):
        for n, day in enumerate(days if over else days[:-1]):
            visitors = onsite.VisitorsDraft(day=day, people=1800 + 430 * n, counted=n % 2 == 0)
            await onsite.say_visitors(session, organiser, slug, visitors)
        noise = onsite.ComplaintDraft(
            key=uuid5(NAMES, f"{slug} loa"), day=days[0], about="Loa của sân khấu quá to vào buổi trưa."
        )
        heard = await onsite.note_complaint(session, organiser, slug, noise)
        await onsite.settle_complaint(
            session, organiser, slug, heard.id, onsite.Settling(outcome="Đã giảm âm lượng từ 11h30 đến 13h30.")
        )
        if not over:
            return
        price = onsite.ComplaintDraft(key=uuid5(NAMES, f"{slug} giá"), day=days[-1], about="Một gian không niêm yết giá.")
        await onsite.note_complaint(session, organiser, slug, price)
        cost, paid = onsite.Side.COST, onsite.Side.SOURCE
        for side, source, label, vnd in (
            (cost, None, "Dựng gian, điện, vệ sinh", 185_000_000), (cost, None, "Truyền thông, khai mạc", 42_000_000),
            (cost, None, "An ninh, y tế", 18_000_000),
            (paid, onsite.Source.BUDGET, "Chương trình xúc tiến thương mại", 190_000_000),
            (paid, onsite.Source.SPONSOR, "Siêu thị Phố Chàm tài trợ sân khấu", 30_000_000),
        ):  # fmt: skip
            line = onsite.MoneyDraft(key=uuid5(NAMES, f"{slug} {label}"), side=side, source=source, label=label, vnd=vnd)
            await onsite.keep_money(session, organiser, slug, line)
        await onsite.say_findings(session, organiser, slug, onsite.FindingsDraft(**WORDS))


def _moment(day: date, hour: int, *, minutes: int = 0) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=clock.ZONE) + timedelta(minutes=minutes)


def _key(booth: str, day: date, what: str) -> UUID:
    return uuid5(NAMES, f"{booth} {day} {what}")
