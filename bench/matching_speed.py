"""How long one request takes to be ranked against 20,000 products with all reasons, through HTTP on loopback.

    python bench/matching_speed.py [--products 20000] [--rounds 300]

Makes a throw-away market in a database of its own (the embedded server, or CHOPHIEN_DATABASE_URL's server), starts one web
process, and asks for the page, its htmx fragment and the JSON of requests for the most common goods, for goods in the
middle and for goods in words, one after another. Human lines, then ONE JSON object.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import socket
import statistics
import subprocess
import sys
import time
import uuid
from datetime import date
from decimal import Decimal
from pathlib import Path
from urllib.parse import quote

sys.path.insert(0, str(Path(__file__).parent.parent))

import httpx
import psutil
import psycopg
import psycopg.conninfo

from service import accounts, catalogue, matching
from service.accounts import SYSTEM
from service.catalogue import CertificateRow, PackRow, ProductRow, SupplierRow
from service.core import clock, places, provision
from service.core.db import Database
from service.core.settings import Settings
from service.serving import prepare

SEED = 7
SUPPLIERS_SHARE = 40  # Products to one supplier.
TODAY = clock.today()


def admin(settings: Settings) -> str:
    """The server to make the bench's database on."""
    if settings.database_url:
        return settings.database_url
    return provision.embedded(settings).start().url("postgres")


async def stock(url: str, products: int) -> dict[str, str]:
    """Fill the market and open the three requests; returns their codes."""
    database = Database(url)
    draw = random.Random(SEED)
    async with database.transaction() as session:
        terms = list(await catalogue.commodity_terms(session))
    draw.shuffle(terms)
    # Goods are not equally common: the first has about 2.5 in 100 products, the middle one half of that.
    shares = [1 / (rank + 20) for rank in range(len(terms))]
    communes = places.communes(places.THAI_NGUYEN)
    codes = [f"NCC{number:05}" for number in range(max(1, products // SUPPLIERS_SHARE))]
    suppliers = [
        SupplierRow(
            code=code, name=f"HTX Thử tải {code}", legal_form="cooperative", province_code=places.THAI_NGUYEN,
            commune_code=draw.choice(communes).code, wholesale_public=draw.random() < 0.6, illustrative=True,
            verified_on=date(2026, 1, 1) if draw.random() < 0.9 else None,
            certificates=(CertificateRow("ATTP", issued_on=date(2025, 3, 1), valid_to=date(2028, 3, 1)),)
            if draw.random() < 0.6 else (),
        )
        for code in codes
    ]  # fmt: skip
    rows = []
    for number in range(products):
        goods = draw.choices(terms, shares)[0]
        price = draw.randrange(30, 300) * 1000
        stars = draw.choice((None, 3, 3, 4, 4, 5))
        months = [Decimal(draw.choice((0, 100, 300, 500, 1000))) for _ in range(12)]
        rows.append(
            ProductRow(
                supplier_code=draw.choice(codes), code=f"SP{number:06}", name=f"{goods.name} {number}", commodity=goods.slug,
                category_code=goods.category_code, season_months=goods.season_months, lead_days=draw.choice((None, 3, 7, 14)),
                min_order_kg=Decimal(draw.choice((20, 50, 100, 500))) if draw.random() < 0.8 else None, illustrative=True,
                packs=(PackRow("túi 500 g", 500, price * 6 // 10), PackRow("túi 1 kg", 1000, price)),
                tiers=((Decimal(50), price * 8 // 10), (Decimal(500), price * 7 // 10)),
                capacity=((TODAY.year, tuple(months)),) if draw.random() < 0.9 else (),
                certificates=(CertificateRow("OCOP", stars=stars, issued_on=date(2025, 6, 1)),) if stars else (),
            )
        )  # fmt: skip
    begun = time.perf_counter()
    async with database.transaction() as session:
        await catalogue.put_suppliers(session, SYSTEM, suppliers)
        for first in range(0, len(rows), 5000):
            await catalogue.put_products(session, SYSTEM, rows[first : first + 5000])
    print(f"market of {len(rows):,} products stored in {time.perf_counter() - begun:.1f} s")
    found = {}
    async with database.transaction() as session:
        buyer_organisation = await accounts.found_organisation(session, "buyer", "Siêu thị Thử tải")
        profile = matching.BuyerProfile(name="Siêu thị Thử tải", kind="modern_trade", province_code="01", illustrative=True)
        buyer = await matching.found_buyer(session, SYSTEM, buyer_organisation.id, profile)
        coming = tuple((clock.add_months(TODAY.replace(day=1), ahead), Decimal(400)) for ahead in (1, 2, 3))
        asked = {
            "common": {"commodity": terms[0].slug},
            "middling": {"commodity": terms[20].slug},
            "words": {"words": terms[5].name},
        }
        for label, goods_asked in asked.items():
            draft = matching.RequestDraft(
                **goods_asked, months=coming, ceiling_vnd_per_kg=120_000, certificates=("ATTP",), min_stars=3, pack_net_g=500,
                delivery_province_code="01", illustrative=True,
            )  # fmt: skip
            key = uuid.uuid5(uuid.NAMESPACE_URL, label)
            found[label] = (await matching.open_request(session, SYSTEM, buyer.id, draft, key=key)).code
    await database.close()
    return found


def spread(times: list[float]) -> tuple[float, float, float]:
    """p50, p95 and p99 in milliseconds."""
    ordered = sorted(times)
    return tuple(round(ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000, 2) for share in (0.5, 0.95, 0.99))


def measured(browser: httpx.Client, web: psutil.Process, addresses: list[str], rounds: int, headers: dict[str, str]):
    """The times of so many answers, and the web process's CPU for each."""
    for address in addresses * 5:
        browser.get(address, headers=headers).raise_for_status()
    before = web.cpu_times()
    times = []
    for turn in range(rounds):
        begun = time.perf_counter()
        browser.get(addresses[turn % len(addresses)], headers=headers).raise_for_status()
        times.append(time.perf_counter() - begun)
    after = web.cpu_times()
    cpu = (after.user + after.system - before.user - before.system) / rounds * 1000
    return times, round(cpu, 2)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def main() -> None:
    """Make the market, start one web process, measure, tidy up."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--products", type=int, default=20_000)
    asked.add_argument("--rounds", type=int, default=300)
    chosen = asked.parse_args()
    server = admin(Settings())
    name = f"chophien_bench_matching_{os.getpid()}"
    url = psycopg.conninfo.make_conninfo(server, dbname=name)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    process = None
    try:
        prepare(Settings(database_url=url))
        codes = asyncio.run(stock(url, chosen.products))
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE")
        port = free_port()
        environment = {**os.environ, "CHOPHIEN_DATABASE_URL": url, "CHOPHIEN_PORT": str(port), "CHOPHIEN_LOG_LEVEL": "WARNING"}
        environment["CHOPHIEN_SEARCHES_A_MINUTE"] = "0"  # All load comes from one address.
        process = subprocess.Popen([sys.executable, "-m", "service", "web"], env=environment, cwd=Path(__file__).parent.parent)
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as browser:
            wait_for(browser)
            report(browser, psutil.Process(process.pid), codes, chosen.rounds, chosen.products)
    finally:
        if process is not None:
            process.terminate()
            process.wait(20)
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def wait_for(browser: httpx.Client) -> None:
    """Until the process answers."""
    for _attempt in range(150):
        try:
            if browser.get("/healthz").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise SystemExit("the web process did not start")


def report(browser: httpx.Client, web: psutil.Process, codes: dict[str, str], rounds: int, products: int) -> None:
    """Measure each kind of answer and print the figures."""
    figures: dict[str, object] = {"products": products}
    counts = {}
    for label, code in codes.items():
        answer = browser.get(f"/api/v1/requests/{code}/matches").json()
        counts[label] = answer["total"] + answer["near_total"] + answer["out_total"]
        print(f"{label:9} {code}: {answer['total']} fit, {answer['near_total']} nearly, {answer['out_total']} do not, "
              f"{answer['left_out']} not judged")  # fmt: skip
    weights = "?weight_price=9&weight_coverage=2"
    kinds = {
        "page": ([f"/tim-hang/{code}" for code in codes.values()], {}),
        "fragment": (
            [f"/tim-hang/{code}{weights}" for code in codes.values()],
            {"hx-request": "true", "hx-request-type": "partial"},
        ),
        "api": ([f"/api/v1/requests/{code}/matches{weights}" for code in codes.values()], {}),
        "common_page": ([f"/tim-hang/{codes['common']}"], {}),
        "list": ([f"/tim-hang?q={quote('')}"], {}),
    }
    for kind, (addresses, headers) in kinds.items():
        times, cpu = measured(browser, web, addresses, rounds, headers)
        p50, p95, p99 = spread(times)
        figures |= {f"{kind}_p50_ms": p50, f"{kind}_p95_ms": p95, f"{kind}_p99_ms": p99, f"{kind}_cpu_ms": cpu}
        print(f"{kind:12} p50 {p50:6.2f}  p95 {p95:6.2f}  p99 {p99:6.2f} ms, web process {cpu:5.2f} ms CPU each")
    figures |= {"candidates": counts["common"], "candidates_by_request": counts, "rounds": rounds}
    figures["mean_candidates"] = round(statistics.mean(counts.values()))
    print(json.dumps(figures, ensure_ascii=False))


if __name__ == "__main__":
    main()
