"""Many invented products from all over the country, to see the market under load. The same number gives the same goods."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service import catalogue
from service.accounts import SYSTEM
from service.catalogue import OCOP, CertificateRow, ProductRow, SupplierRow
from service.core import clock, places
from service.core.db import Database
from service.core.i18n import _
from service.demo import products, tables
from service.demo.progress import Told

PREFIX = "TAI"  # "Thử tải": what makes a row one of these.
PRODUCTS_EACH = 14
BATCH = 20_000

FORMS = (("Hợp tác xã", "cooperative", 58), ("Hộ kinh doanh", "household", 17), ("Tổ hợp tác", "group", 12),
         ("Công ty TNHH", "enterprise", 12), ("Liên hiệp hợp tác xã", "union", 1))  # fmt: skip
CRAFTS = ("Nông sản", "Nông nghiệp sạch", "Đặc sản", "Thực phẩm", "Chế biến nông sản", "Dịch vụ nông nghiệp", "Sản xuất",
          "Nông lâm", "Nông nghiệp hữu cơ")  # fmt: skip
FIRST = ("An", "Bình", "Cẩm", "Đại", "Đông", "Hà", "Hải", "Hòa", "Hồng", "Hưng", "Khánh", "Kim", "Lâm", "Long", "Minh", "Mỹ",
         "Nam", "Ngọc", "Nhật", "Ninh", "Phú", "Phước", "Quảng", "Sơn", "Tân", "Tây", "Thanh", "Thành", "Thiện", "Thịnh",
         "Thuận", "Tiên", "Trà", "Trung", "Trường", "Vạn", "Vân", "Vĩnh", "Xuân", "Yên")  # fmt: skip
SECOND = ("An", "Bản", "Châu", "Chi", "Đà", "Điền", "Đức", "Giang", "Hạ", "Hậu", "Hiệp", "Hội", "Khê", "La", "Lạc", "Lập",
          "Lộc", "Lợi", "Lương", "Mai", "Mỹ", "Nghĩa", "Nguyên", "Phong", "Phúc", "Quang", "Tâm", "Thạch", "Thắng", "Thọ",
          "Thượng", "Tiến", "Tín", "Trạch", "Vinh", "Xá")  # fmt: skip
VARIANTS = ("", "", "", "loại một", "đặc biệt", "truyền thống", "hộp quà", "túi nhỏ", "túi lớn", "vụ mới", "thượng hạng",
            "gia truyền", "sạch", "chọn lọc", "mùa Tết", "cho bếp ăn")  # fmt: skip
SHARE_OF_BAC_KAN = 0.1
STARS = ((None, 45), (3, 41), (4, 13), (5, 1))


WEIGHTS = {"I": 12, "II": 6, "III": 5, "IV": 3, "V": 1, "VI": 1}  # How common the groups of OCOP are.


@dataclass(frozen=True, slots=True)
class Goods:
    """A kind of goods, what its commodity is called, and how common it is."""

    kind: tables.Line
    name: str
    name_en: str
    weight: int


@dataclass(frozen=True, slots=True)
class Added:
    """How many came in."""

    suppliers: int = 0
    products: int = 0


async def stock(database: Database, count: int, today: date, progress: Told) -> Added:
    """Add so many products, in a few transactions; those that are there already are not touched."""
    step = _("Sản phẩm thử tải")
    progress(step, 0, count)
    async with database.transaction() as session:
        there = await _there(session)
        kinds = await _kinds(session)
    if there >= count:
        progress(step, count, count)
        return Added()
    makers = [supplier(number, today) for number in range(-(-count // PRODUCTS_EACH))]
    async with database.transaction() as session:
        come = await catalogue.put_suppliers(session, SYSTEM, makers)
    added = 0
    for first in range(there, count, BATCH):
        last = min(first + BATCH, count)
        goods = [product(number, kinds, today) for number in range(first, last)]
        async with database.transaction() as session:
            added += (await catalogue.put_products(session, SYSTEM, goods)).new
        progress(step, last, count)
    return Added(come.new, added)


def supplier(number: int, today: date) -> SupplierRow:
    """The supplier with that number: always the same."""
    chance = random.Random(f"supplier {number}")
    word, form, _weight = chance.choices(FORMS, [weight for *_names, weight in FORMS])[0]
    brand = brand_of(number)
    province_code, commune_code = _somewhere(chance)
    return SupplierRow(
        code=f"{PREFIX}-{number:06}",
        name=f"{word} {chance.choice(CRAFTS)} {brand}",
        legal_form=form,
        province_code=province_code,
        commune_code=commune_code,
        founded=chance.randint(2005, today.year - 1),
        members=chance.randint(3, 60),
        min_order_kg=Decimal(chance.choice((10, 20, 30, 50, 100, 200))) if chance.random() < 0.6 else None,
        wholesale_public=chance.random() < 0.7,
        verified_on=today - timedelta(days=chance.randint(5, 700)) if chance.random() < 0.8 else None,
        illustrative=True,
    )


def product(number: int, kinds: list[Goods], today: date) -> ProductRow:
    """The product with that number: always the same."""
    chance = random.Random(f"product {number}")
    maker = number // PRODUCTS_EACH
    goods = chance.choices(kinds, [each.weight for each in kinds])[0]
    kind = goods.kind
    brand = brand_of(maker)
    percent = chance.randint(-18, 25)
    least = Decimal(max(1, int(kind["min_order_kg"] or 1)))
    wholesale = tables.whole(kind["wholesale_vnd"])
    scale = chance.choice((0.3, 0.5, 0.8, 1.0, 1.0, 1.4, 2.2, 4.0))
    stars = chance.choices([each for each, _share in STARS], [share for _each, share in STARS])[0]
    papers: tuple[CertificateRow, ...] = ()
    if stars:
        ends = today + timedelta(days=chance.randint(-150, 1000))
        papers = (CertificateRow(OCOP, stars=stars, issued_on=clock.add_months(ends, -36), valid_to=ends),)
    return ProductRow(
        supplier_code=f"{PREFIX}-{maker:06}",
        code=f"SP{number % PRODUCTS_EACH + 1:02}",
        name=" ".join(part for part in (goods.name, brand, chance.choice(VARIANTS)) if part),
        name_en=f"{brand} {goods.name_en}",
        category_code=tables.text(kind["category"]),
        commodity=tables.text(kind["commodity"]),
        description=_description(kind["kind"], chance),
        ingredients=tables.text(kind["ingredients"]),
        storage=tables.text(kind["storage"]),
        unit=kind["unit"],
        shelf_life_days=tables.whole(kind["shelf_life_days"]),
        season_months=tables.months(kind["season_months"]),
        lead_days=tables.whole(kind["lead_days"]),
        min_order_kg=least,
        illustrative=True,
        packs=products.packs(kind["packs"], percent, None),
        tiers=products.tiers(wholesale, percent, least, chance.choice((1, 2, 3))) if wholesale else (),
        capacity=products.capacity(kind["capacity_kg"], scale, today, chance) if kind["capacity_kg"] else (),
        certificates=papers,
    )


def brand_of(number: int) -> str:
    """The invented name of the maker with that number."""
    chance = random.Random(f"brand {number}")
    brand = f"{chance.choice(FIRST)} {chance.choice(SECOND)}"
    rounds = number // (len(FIRST) * len(SECOND))
    return f"{brand} {rounds + 1}" if rounds else brand


def _somewhere(chance: random.Random) -> tuple[str, str | None]:
    """A commune of former Bắc Kạn, or some province."""
    if chance.random() < SHARE_OF_BAC_KAN:
        commune = chance.choice(places.communes(places.BAC_KAN_BEFORE_2025))
        return commune.parent, commune.code
    return chance.choice(places.provinces()).code, None


async def _kinds(session: AsyncSession) -> list[Goods]:
    """The kinds of goods with the name of their commodity and how common they are: food first, as in OCOP."""
    named = {each.slug: each for each in await catalogue.commodity_terms(session)}
    return [
        Goods(kind, named[kind["commodity"]].name, named[kind["commodity"]].name_en, WEIGHTS[kind["category"].split(".")[0]])
        for kind in tables.lines("kinds")
        if kind["commodity"] and kind["category"]
    ]


def _description(kind: str, chance: random.Random) -> str:
    return chance.choice(tables.descriptions()[kind]).partition(". ")[0].rstrip(".") + "."


async def _there(session: AsyncSession) -> int:
    found = await session.scalar(
        text(
            "SELECT count(*) FROM catalogue_product p JOIN catalogue_supplier s ON s.id = p.supplier_id"
            " WHERE s.code LIKE :prefix"
        ),
        {"prefix": f"{PREFIX}-%"},
    )
    return int(found or 0)
