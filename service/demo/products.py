"""The invented products: about three hundred, with seasons, capacities and prices as the region knows them.

What all makers of a kind share (season, shelf life, packs, capacity of a usual maker by month) stands in `kinds.tsv`;
`products.tsv` has a line per product with its stars, its size against the usual, and what it lacks on purpose.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from service.catalogue import OCOP, CertificateRow, PackRow, ProductRow
from service.core import clock, places
from service.demo import tables

NO_GOODS_OF_ITS_OWN = "nocommodity"
STATES = ("draft", "submitted", "returned")
TIERS = ((1, 0.0), (5, -0.04), (20, -0.08))  # Times the least order, off the first price.
LEVELS = {3: "UBND tỉnh (minh họa)", 4: "UBND tỉnh (minh họa)", 5: "Bộ Nông nghiệp và Môi trường (minh họa)"}


Months = tuple[tuple[int, tuple[Decimal | None, ...]], ...]  # A year, and its twelve months in kilograms.


@dataclass(frozen=True, slots=True)
class Wish:
    """How a product differs from the usual of its kind."""

    percent: int
    pack: str | None
    flags: frozenset[str]


def rows(today: date) -> list[ProductRow]:
    """Every invented product."""
    kinds = {line["kind"]: line for line in tables.lines("kinds")}
    suppliers = {line["code"]: line for line in tables.lines("suppliers")}
    own = {line["name"]: line for line in tables.lines("own_descriptions")}
    number: Counter[str] = Counter()
    told: Counter[str] = Counter()
    found = []
    for line in tables.lines("products"):
        number[line["supplier"]] += 1
        told[line["kind"]] += 1
        code = f"SP{number[line['supplier']]:02}"
        row = _row(line, kinds[line["kind"]], suppliers[line["supplier"]], code, told[line["kind"]], today)
        if line["name"] in own:
            said = own[line["name"]]
            row = replace(row, description=said["text"], ingredients=tables.text(said["ingredients"]))
        found.append(row)
    return found


def read_wish(flags: str) -> Wish:
    """What stands in the last column: `p-5` five per cent cheaper, `pack=…` its own pack, and plain words."""
    percent, pack = 0, None
    before, _mark, after = flags.partition("pack=")
    if after:
        pack = after
    plain = set()
    for word in before.split():
        if word[0] == "p" and word[1:].lstrip("+-").isdigit():
            percent = int(word[1:])
        else:
            plain.add(word)
    return Wish(percent, pack, frozenset(plain))


def packs(cell: str, percent: int, barcodes: Iterator[str] | None) -> tuple[PackRow, ...]:
    """Packs as `name=grams@đồng#packs per carton`, several with `;`."""
    found = []
    for said in tables.words(cell, ";"):
        name, _equals, rest = said.partition("=")
        rest, _hash, carton = rest.partition("#")
        grams, _at, price = rest.partition("@")
        per_carton = tables.whole(carton)
        found.append(
            PackRow(
                name=name,
                net_weight_g=tables.whole(grams),
                retail_price_vnd=tables.to_step(int(price) * (100 + percent) / 100, 1000),
                per_carton=per_carton,
                gtin=next(barcodes) if barcodes else None,
                min_packs=per_carton,
                multiple_packs=per_carton,
            )
        )
    return tuple(found)


def tiers(first: int, percent: int, least: Decimal, count: int) -> tuple[tuple[Decimal, int], ...]:
    """Wholesale prices that fall with the quantity."""
    step = 100 if first < 5_000 else 500
    price = first * (100 + percent) / 100
    return tuple((least * times, tables.to_step(price * (1 + off), step)) for times, off in TIERS[:count])


def capacity(
    usual: str, scale: float, today: date, chance: random.Random
) -> tuple[tuple[int, tuple[Decimal | None, ...]], ...]:
    """The twelve months of this year, and for most makers of the next one too, a little more."""
    base = [int(part) for part in usual.split(",")]
    this = tuple(_kilograms(kg * scale) for kg in base)
    if chance.random() < 0.4:
        return ((today.year, this),)
    more = 1 + chance.choice((0, 0.05, 0.1, 0.2))
    return ((today.year, this), (today.year + 1, tuple(_kilograms(kg * scale * more) for kg in base)))


def _kilograms(kg: float) -> Decimal:
    if kg <= 0:
        return Decimal(0)
    return Decimal(tables.to_step(kg, 10 if kg >= 100 else 5 if kg >= 20 else 1))


def _row(line: tables.Line, kind: tables.Line, supplier: tables.Line, code: str, told: int, today: date) -> ProductRow:
    wish = read_wish(line["flags"])
    chance = random.Random(f"{line['supplier']} {line['name']}")
    scale = float(line["scale"] or 1)
    least = _least_order(kind, scale)
    barcodes = _barcodes(line["name"]) if "GTIN" in supplier["certificates"] else None
    # A pack of its own states its price; the others follow the usual of the kind.
    percent = 0 if wish.pack else wish.percent
    sizes = packs(wish.pack or kind["packs"], percent, barcodes)
    wholesale = tables.whole(kind["wholesale_vnd"])
    if wish.pack and wholesale:
        wholesale = _wholesale_of(sizes[0])
    if "noprice" in wish.flags:
        sizes, wholesale = tuple(replace(size, retail_price_vnd=None) for size in sizes), None
    declared: Months = ()
    if kind["capacity_kg"] and "nocap" not in wish.flags:
        declared = capacity(kind["capacity_kg"], scale, today, chance)
    stock, stock_on = _stock(declared, today, chance)
    has_goods = kind["commodity"] and NO_GOODS_OF_ITS_OWN not in wish.flags
    return ProductRow(
        supplier_code=line["supplier"],
        code=code,
        name=line["name"],
        name_en=line["name_en"],
        category_code=tables.text(kind["category"]),
        commodity=kind["commodity"] if has_goods else None,
        description=_description(line["kind"], told),
        ingredients=tables.text(kind["ingredients"]),
        origin=_origin(supplier),
        storage=tables.text(kind["storage"]),
        unit=kind["unit"],
        shelf_life_days=tables.whole(kind["shelf_life_days"]),
        season_months=tables.months(kind["season_months"]),
        lead_days=tables.whole(kind["lead_days"]),
        min_order_kg=least,
        stock_kg=stock,
        stock_on=stock_on,
        state=next((state for state in STATES if state in wish.flags), None),
        illustrative=True,
        packs=sizes,
        tiers=tiers(wholesale, percent, least, chance.choice((1, 2, 3, 3))) if wholesale and least else (),
        capacity=declared,
        certificates=_stars(line, code, today),
    )


def _wholesale_of(size: PackRow) -> int:
    """About three quarters of the retail price of a kilogram."""
    return round((size.retail_price_vnd or 0) * 740 / (size.net_weight_g or 1000))


def _least_order(kind: tables.Line, scale: float) -> Decimal | None:
    usual = tables.whole(kind["min_order_kg"])
    if usual is None:
        return None
    return Decimal(tables.to_step(usual * (0.5 if scale <= 0.6 else 1), 10 if usual >= 100 else 1))


def _stars(line: tables.Line, code: str, today: date) -> tuple[CertificateRow, ...]:
    stars = tables.whole(line["stars"])
    if stars is None or "nocert" in line["flags"]:
        return ()
    ends = tables.days(line["ocop_days"], today)
    issued = clock.add_months(ends, -36) if ends else None
    number = f"OCOP-{line['supplier']}-{code}"
    return (CertificateRow(OCOP, stars=stars, number=number, issuer=LEVELS[stars], issued_on=issued, valid_to=ends),)


def _stock(declared: Months, today: date, chance: random.Random) -> tuple[Decimal | None, date | None]:
    """What lies in store now, for about half of those that make something this month."""
    this_month = declared[0][1][today.month - 1] if declared else None
    if not this_month or chance.random() < 0.5:
        return None, None
    share = chance.choice((0.1, 0.2, 0.35, 0.6))
    return _kilograms(float(this_month) * share), today - timedelta(days=chance.randint(0, 18))


def _origin(supplier: tables.Line) -> str:
    commune = places.commune(supplier["commune"])
    return f"{commune.full_name}, tỉnh Thái Nguyên" if commune else "Tỉnh Thái Nguyên"


def _description(kind: str, told: int) -> str:
    every = tables.descriptions()[kind]
    return every[(told - 1) % len(every)]


def _barcodes(seed: str) -> Iterator[str]:
    """Numbers of the range kept for use inside a shop (20…), so that no real article has them."""
    chance = random.Random(seed)
    while True:
        digits = [2, 0, *(chance.randrange(10) for _digit in range(10))]
        total = sum(digit * (3 if place % 2 else 1) for place, digit in enumerate(digits))
        yield "".join(map(str, digits)) + str(-total % 10)
