"""How long a new product waits for its alerts: 20,000 products, 2,000 saved searches, one statement for all of them.

    python bench/saved_searches.py [--products 20000] [--searches 2000]

Fills a throw-away market in a database of its own, saves searches of many kinds through the very face that the page uses, holds new
products against them one at a time and a thousand at once (as a sheet brings them), and writes the mails. Human lines, then ONE
JSON object.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import statistics
import sys
import time
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

sys.path.insert(0, str(Path(__file__).parent.parent))

from sqlalchemy import text

from bench import ground
from service import catalogue, matching
from service.accounts import SYSTEM, Actor, Role
from service.catalogue import CertificateRow, PackRow, ProductRow, SupplierRow
from service.catalogue.bulk import staging
from service.core import clock, places
from service.core.db import Database
from service.matching import Frequency, SearchWish

NAME = "chophien_bench_saved_searches"
SEED = 7
A_SUPPLIER = 40  # Products to one supplier.
ROUNDS = 100
SHEET = 1000
PEOPLE = text(
    "INSERT INTO accounts_person (id, name, email, password_hash, email_confirmed_at)"
    " SELECT gen_random_uuid(), 'Người ' || n, 'p' || n || '@bench.example', '-', now() FROM generate_series(1, :people) n RETURNING id"
)


async def stock(database: Database, products: int, draw: random.Random) -> None:
    """Fill the market."""
    homes = places.communes(places.BAC_KAN_BEFORE_2025)
    async with database.transaction() as session:
        terms = list(await catalogue.commodity_terms(session))
        makers = [
            SupplierRow(
                code=f"B{n}",
                name=f"HTX Thử {n}",
                legal_form="cooperative",
                province_code="19",
                commune_code=draw.choice(homes).code,
            )
            for n in range(products // A_SUPPLIER)
        ]
        await catalogue.put_suppliers(session, SYSTEM, makers)
        for start in range(0, products, 5000):
            await catalogue.put_products(
                session, SYSTEM, [row(n, terms, draw) for n in range(start, min(start + 5000, products))]
            )


def row(n: int, terms: list[Any], draw: random.Random) -> ProductRow:
    """A product as a sheet tells of it."""
    goods = draw.choice(terms)
    return ProductRow(
        supplier_code=f"B{n // A_SUPPLIER}",
        code=f"P{n}",
        name=f"{goods.name} {draw.choice(('loại một', 'sấy khô', 'đặc biệt', 'nhà trồng'))} {n}",
        commodity=goods.slug,
        season_months=(draw.randint(1, 12),),
        packs=(PackRow("gói 500 g", 500, draw.randrange(20, 300) * 1000),),
        capacity=((clock.today().year, (Decimal(draw.randrange(0, 3000)),) * 12),),
        certificates=(CertificateRow("OCOP", stars=draw.randint(3, 5), issued_on=clock.today()),) if n % 3 == 0 else (),
    )


def wished(n: int, terms: list[Any], draw: random.Random) -> list[tuple[str, str]]:
    """What somebody may have searched for: words, a commodity, filters, or several of them."""
    goods = draw.choice(terms)
    pairs = [("q", f"{goods.name} {n % 97 if n % 5 == 0 else ''}".strip())] if n % 3 else [("commodity", goods.slug)]
    if n % 4 == 0:
        pairs.append(("stars", str(draw.randint(3, 5))))
    if n % 5 == 0:
        pairs.append(("price_max", str(draw.randrange(50, 300) * 1000)))
    if n % 7 == 0:
        pairs += [("kg", str(draw.randrange(100, 2000))), ("month", str(draw.randint(1, 12)))]
    if n % 6 == 0:
        pairs.append(("province", "Bắc Kạn"))
    return pairs


async def save(database: Database, searches: int, draw: random.Random) -> float:
    """Save the searches, twenty to a person; gives the milliseconds that one took."""
    async with database.transaction() as session:
        terms = list(await catalogue.commodity_terms(session))
        conn = await staging.connection(session)
        people = list(await session.scalars(PEOPLE, {"people": -(-searches // 20)}))
        began = time.perf_counter()
        for n in range(searches):
            actor = Actor(people[n // 20], "", None, "", Role.NOBODY)
            standing = await catalogue.standing_search(conn, parse_qsl(urlencode([*wished(n, terms, draw), ("sort", "new")])))
            await matching.save_search(session, actor, standing, SearchWish(title=f"Tìm {n}", frequency=Frequency.IMMEDIATE))
        return (time.perf_counter() - began) * 1000 / searches


async def measure(database: Database, products: int) -> dict[str, Any]:
    """New products one at a time, a sheet of them, and the mails."""
    async with database.transaction() as session:
        ids = list(
            await session.scalars(text("SELECT id FROM catalogue_product ORDER BY id DESC LIMIT :n"), {"n": ROUNDS + SHEET})
        )
        saved = await session.scalar(text("SELECT count(*) FROM matching_saved_search"))
    single = [await one_run(database, [product]) for product in ids[:ROUNDS]]
    sheet, found = await one_run(database, ids[ROUNDS:])
    began = time.perf_counter()
    async with database.transaction() as session:
        mails = await matching.tell_of_finds(session, Frequency.IMMEDIATE)
    times = sorted(ms for ms, _found in single)
    return {
        "products": products,
        "saved_searches": saved,
        "one_product_ms_median": round(statistics.median(times), 1),
        "one_product_ms_p95": round(times[int(len(times) * 0.95)], 1),
        "searches_it_fits_mean": round(statistics.mean(found for _ms, found in single), 1),
        "sheet_products": len(ids) - ROUNDS,
        "sheet_ms": round(sheet),
        "sheet_finds": found,
        "mails": mails,
        "ms_a_mail": round((time.perf_counter() - began) * 1000 / max(1, mails), 2),
    }


async def one_run(database: Database, products: list[UUID]) -> tuple[float, int]:
    """What the worker does for new products, in a transaction of its own: milliseconds and finds."""
    began = time.perf_counter()
    async with database.transaction() as session:
        found = await matching.note_new_products(session, products)
    return (time.perf_counter() - began) * 1000, found


async def run(products: int, searches: int) -> dict[str, Any]:
    """The whole bench."""
    draw = random.Random(SEED)
    async with ground.database(ground.fresh(NAME)) as database:
        print(f"{products} products …")
        await stock(database, products, draw)
        print(f"{searches} saved searches …")
        saving = await save(database, searches, draw)
        return {**await measure(database, products), "saving_ms": round(saving, 2)}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--products", type=int, default=20_000)
    parser.add_argument("--searches", type=int, default=2_000)
    chosen = parser.parse_args()
    figures = asyncio.run(run(chosen.products, chosen.searches))
    ground.drop(NAME)
    for name, value in figures.items():
        print(f"{name:28} {value}")
    print(json.dumps(figures))
