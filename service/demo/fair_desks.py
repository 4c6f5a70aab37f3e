"""The organiser's fairs with their calls, hours, rates and services; later what was ordered and paid, and a new draft.

Every stage is there once: a call that is open, one that is over, support by former districts, early rates, stocks that run low,
statements that are paid, half paid and unpaid, a payment noted by mistake, and a draft made from an earlier fair.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service import fairs
from service.accounts import Actor, MemberRole, Role
from service.core import clock
from service.demo import people

charges = fairs.charges
NAMES = UUID("7a1c1b52-3f0e-4b57-9d26-0f7f4f1f2a90")  # The keys of what is made here follow from it and from their names.
BIG, SOUTH, TEA, RUNNING, PAST, MEETING = (
    "hoi-cho-qua-tet-vung-cao-ha-noi", "tuan-le-ocop-vung-cao-tp-ho-chi-minh", "hoi-cho-che-va-dac-san-thai-nguyen",
    "tuan-hang-dac-san-vung-cao-ha-noi", "hoi-cho-mien-dong-va-do-kho", "ket-noi-cung-cau-vung-cao-tp-ho-chi-minh",
)  # fmt: skip
STATE, CITY = "Ngân sách xúc tiến thương mại tỉnh (minh họa)", "Quỹ hỗ trợ hợp tác xã (minh họa)"
NEEDS = ("Giấy chứng nhận an toàn thực phẩm còn hạn", "Bảng giá bán lẻ, bán buôn", "Ít nhất một người đứng gian cả ngày")
WORDS = {
    BIG: "Ưu tiên hàng quà Tết có hộp, có mã vạch. Ban tổ chức lo gian, điện một pha và bảng tên; đơn vị tự lo người và hàng.",
    SOUTH: "Hàng gửi xe lạnh chung từ Thái Nguyên. Một phần gian đặt trước được trước, phần còn lại ban tổ chức xếp.",
    TEA: "Mỗi huyện cũ có hai gian miễn phí cho xã mới có sản phẩm OCOP; các gian sau giảm một nửa.",
    RUNNING: "Bảy ngày bán thử trong trung tâm thương mại; hàng lên kệ siêu thị nếu bán tốt.",
    PAST: "Lò miến các xã mang sợi mới, bán và nhận đặt hàng Tết.",
    MEETING: "Gửi hồ sơ và mẫu trước ngày gặp; mỗi đơn vị tám cuộc gặp mười lăm phút.",
}
CO_HOSTS = {
    BIG: ("Hội quà tặng Hà Nội (minh họa)", "Liên hiệp hợp tác xã Sông Năng (minh họa)"),
    TEA: ("Hội chè Thái Nguyên (minh họa)",),
    PAST: ("Ủy ban nhân dân xã Na Rì (minh họa)",),
}
SERVICES: tuple[dict[str, Any], ...] = (
    {"kind": "power", "name": "Điện 1 pha thêm", "name_en": "Extra single-phase power", "unit": "kW", "price_vnd": 250_000,
     "stock": 120, "kw": Decimal(1), "phase": "single", "about": "Gian tiêu chuẩn đã có 1 kW."},
    {"kind": "power", "name": "Điện 3 pha", "name_en": "Three-phase power", "unit": "kW", "price_vnd": 350_000, "stock": 40,
     "kw": Decimal(1), "phase": "three", "about": "Cho bếp, máy sấy, tủ đông lớn."},
    {"kind": "furniture", "name": "Bàn gỗ 1,2 m", "name_en": "Wooden table 1.2 m", "unit": "cái", "price_vnd": 80_000,
     "stock": 200},
    {"kind": "furniture", "name": "Ghế", "name_en": "Chair", "unit": "cái", "price_vnd": 20_000},
    {"kind": "cold", "name": "Tủ mát 300 lít", "name_en": "Chilled cabinet 300 l", "unit": "cái", "price_vnd": 900_000,
     "stock": 12, "kw": Decimal("0.45"), "phase": "single"},
    {"kind": "cold", "name": "Ngăn kho lạnh chung", "name_en": "Shelf in the cold store", "unit": "m³", "price_vnd": 300_000,
     "stock": 18},
    {"kind": "water", "name": "Vòi nước, thoát nước tại gian", "name_en": "Water and drain at the booth", "unit": "điểm",
     "price_vnd": 600_000, "stock": 10},
    {"kind": "vehicle", "name": "Xe nâng, bốc dỡ", "name_en": "Forklift, unloading", "unit": "chuyến", "price_vnd": 200_000},
    {"kind": "cleaning", "name": "Dọn gian cuối ngày", "name_en": "Cleaning in the evening", "unit": "ngày",
     "price_vnd": 70_000},
)  # fmt: skip
MOST_ORDERS = 24

_FAIR = text("SELECT id, slug, name, name_en, kind, starts_on, ends_on FROM fairs_fair WHERE slug LIKE :slug AND illustrative")
_PERSON = text("SELECT p.id FROM accounts_person p JOIN accounts_member m ON m.person_id = p.id WHERE m.organisation_id = :id")
_ACCOUNTS = text(
    "SELECT id FROM fairs_application WHERE fair_id = :fair AND state = 'accepted' ORDER BY place NULLS LAST, code LIMIT :most"
)


async def add_fair_desks(session: AsyncSession, organisations: Mapping[str, UUID], today: date) -> None:
    """The organiser's fairs with their calls, hours, rates and services."""
    organiser = await _organiser(session, organisations)
    for name in (BIG, SOUTH, TEA, RUNNING, PAST, MEETING):
        fair = (await session.execute(_FAIR, {"slug": f"{name}-2%"})).one()
        opens, closes = _call(name, fair.starts_on, today)
        with clock.freeze(min(opens, today)):
            draft = fairs.FairDraft(
                name=fair.name, kind=fair.kind, starts_on=fair.starts_on, ends_on=fair.ends_on, call_opens_on=opens,
                call_closes_on=closes, call_words=WORDS[name], call_needs=NEEDS, co_hosts=CO_HOSTS.get(name, ()),
            )  # fmt: skip
            made = await fairs.revise_fair(session, organiser, fair.slug, draft, version=await _version(session, fair.id))
            await fairs.set_hours(session, organiser, fair.slug, _hours(fair.starts_on, fair.ends_on), version=made.version)
            await _rates(session, organiser, name, fair)
            if name != MEETING:
                await _services(session, organiser, fair)


async def add_fair_money(session: AsyncSession, organisations: Mapping[str, UUID], today: date) -> None:
    """What exhibitors have ordered and paid, once they have applied; and next year's fair, made from the one that is over."""
    organiser = await _organiser(session, organisations)
    for name, share in ((PAST, 1.0), (RUNNING, 0.8), (BIG, 0.5), (SOUTH, 0.3), (TEA, 0.3)):
        fair = (await session.execute(_FAIR, {"slug": f"{name}-2%"})).one()
        offered = {each.title: each for each in await charges.services(session, fair.id)}
        accounts = list(await session.scalars(_ACCOUNTS, {"fair": fair.id, "most": MOST_ORDERS}))
        for number, application_id in enumerate(accounts):
            await charges.order(session, organiser, application_id, _wanted(offered, number))
        owed = {each.application_id: each for each in await charges.every_statement(session, organiser, fair.slug)}
        for number, application_id in enumerate(accounts):
            if number < share * len(accounts):
                await _pay(session, organiser, owed[application_id], number, min(today, fair.starts_on))
    past = (await session.execute(_FAIR, {"slug": f"{PAST}-2%"})).one()
    wish = fairs.desk.CopyDraft(
        name="Hội chợ Miến dong và đồ khô vụ mới", name_en="Next Season's Vermicelli and Dried Goods Fair",
        starts_on=clock.add_months(past.starts_on, 12), floor=True, charges=True, call=True, buyers=True,
    )  # fmt: skip
    await fairs.desk.copy_fair(session, organiser, past.slug, wish, key=uuid5(NAMES, "draft"))


async def _organiser(session: AsyncSession, organisations: Mapping[str, UUID]) -> Actor:
    own = organisations[people.ORGANISER]
    person = await session.scalar(_PERSON, {"id": own})
    return Actor(person, "Ban tổ chức hội chợ", own, people.ORGANISER, Role.ORGANISER, MemberRole.OWNER, verified=True)


def _call(name: str, starts_on: date, today: date) -> tuple[date, date]:
    """From when to when exhibitors may apply: open today at three of the fairs, over at the others."""
    if name in (SOUTH, TEA, MEETING):
        return today - timedelta(days=14), max(today + timedelta(days=6), starts_on - timedelta(days=18))
    closes = min(starts_on - timedelta(days=9), today - timedelta(days=2))
    return closes - timedelta(days=40), closes


def _hours(first: date, last: date) -> list[fairs.DayHours]:
    """The first day opens after the ceremony, the last one closes early."""
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    said = {day: {"day": day, "opens": "8:30", "closes": "21:00"} for day in days}
    if len(days) > 1:
        said[days[0]] |= {"opens": "9:30", "note": "Khai mạc 9:00"}
        said[days[-1]] |= {"closes": "17:00", "note": "Trả gian từ 17:00"}
    return [fairs.DayHours.model_validate(each) for each in said.values()]


async def _rates(session: AsyncSession, organiser: Actor, name: str, fair: Any) -> None:
    early = fair.starts_on - timedelta(days=30)
    forms = ("cooperative", "group")
    said: dict[str, tuple[dict[str, Any], ...]] = {
        BIG: ({"kind": "early", "name": "Đăng ký sớm", "name_en": "Early", "percent_off": 10, "until_day": early},
              {"kind": "subsidised", "name": "Gian đầu tiên của hợp tác xã giảm một nửa",
               "name_en": "First booth of a cooperative at half price", "percent_off": 50, "quota": 1, "quota_per": "exhibitor",
               "legal_forms": forms, "source": CITY}),
        TEA: ({"kind": "early", "name": "Đăng ký sớm", "name_en": "Early", "percent_off": 15, "until_day": early},
              {"kind": "subsidised", "name": "2 gian miễn phí mỗi huyện cũ", "quota": 2,
               "name_en": "2 booths free for each former district", "percent_off": 100, "quota_per": "old_district",
               "source": STATE, "position": 1},
              {"kind": "subsidised", "name": "Sau đó giảm 50 %", "name_en": "Half price afterwards", "percent_off": 50,
               "source": STATE, "position": 2}),
        SOUTH: ({"kind": "early", "name": "Đăng ký sớm", "name_en": "Early", "percent_off": 10, "until_day": early},),
        RUNNING: ({"kind": "subsidised", "name": "Gian của hợp tác xã giảm 70 %", "name_en": "70 % off for cooperatives",
                   "percent_off": 70, "legal_forms": forms, "source": STATE},),
        PAST: ({"kind": "subsidised", "name": "Gian của tỉnh: miễn phí", "name_en": "Booths of the province: free",
                "percent_off": 100, "quota": 10, "quota_per": "province", "source": STATE, "position": 1},
               {"kind": "subsidised", "name": "Sau đó giảm 30 %", "name_en": "30 % off afterwards", "percent_off": 30,
                "source": CITY, "position": 2}),
    }  # fmt: skip
    for number, each in enumerate(said.get(name, ())):
        draft = charges.RateDraft.model_validate(each)
        await charges.add_rate(session, organiser, fair.slug, draft, key=uuid5(NAMES, f"{name} rate {number}"))
    terms = charges.TermsDraft(
        vat_percent=Decimal(8), deposit_percent=50, rest_days=7,
        pay_to="Ban tổ chức Chợ phiên vùng cao (minh họa)\nSố tài khoản: 0000 0000 0000\nGhi mã đơn ở nội dung chuyển khoản",
    )  # fmt: skip
    if name in said:
        await charges.keep_terms(session, organiser, fair.slug, terms, version=0)


async def _services(session: AsyncSession, organiser: Actor, fair: Any) -> None:
    until = fair.starts_on - timedelta(days=3)
    for position, each in enumerate(SERVICES, 1):
        draft = charges.ServiceDraft.model_validate({**each, "position": position, "order_by": until})
        await charges.add_service(session, organiser, fair.slug, draft)


def _wanted(offered: Mapping[str, Any], number: int) -> list[charges.Wanted]:
    """Everybody takes a table and chairs; some take power, a cabinet, water. Never more than there is."""
    asked = {"Bàn gỗ 1,2 m": 1 + number % 3, "Ghế": 2 + number % 4}
    if number % 3 == 0:
        asked["Điện 1 pha thêm"] = 1 + number % 2
    if number % 8 == 1:
        asked["Điện 3 pha"] = 5
    if number % 4 == 2:
        asked["Tủ mát 300 lít"] = 1
    if number % 9 == 4:
        asked["Vòi nước, thoát nước tại gian"] = 1
    return [
        charges.Wanted(service_id=offered[name].id, quantity=quantity, note="đặt sát vách sau" if number % 7 == 3 else None)
        for name, quantity in asked.items()
        if name in offered
    ]


async def _pay(session: AsyncSession, organiser: Actor, found: charges.Statement, number: int, today: date) -> None:
    """The deposit, or all of it; the fifth one is noted by mistake first."""
    application_id = found.application_id
    due = found.total_vnd if number % 2 else found.instalments[0].amount_vnd if found.instalments else 0
    day = today - timedelta(days=3 + number % 10)
    if number == 4 and due:
        wrong = charges.PaymentDraft(key=uuid5(application_id, "wrong"), amount_vnd=due * 10, paid_on=day, reference="UNC 0000")
        noted = await charges.note_payment(session, organiser, application_id, wrong)
        await charges.strike_payment(session, organiser, application_id, noted.id, "Ghi thừa một số không")
    if due:
        came = charges.PaymentDraft(
            key=uuid5(application_id, "paid"), amount_vnd=due, paid_on=day, reference=f"UNC {1200 + number}"
        )
        await charges.note_payment(session, organiser, application_id, came)


async def _version(session: AsyncSession, fair_id: UUID) -> int:
    return int(await session.scalar(text("SELECT version FROM fairs_fair WHERE id = :id"), {"id": fair_id}) or 1)
