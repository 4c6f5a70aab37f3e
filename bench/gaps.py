"""How long the gap sheet takes over 20,000 products and 5,000 requests with their quotes and awards.

    python bench/gaps.py [--products 20000] [--requests 5000] [--rounds 40]

Makes a throw-away market in a database of its own, asks the application for the whole sheet (12 and 24 months), for one
commodity, for the rows behind a figure and for the JSON, one after another, and prints the plan of the sheet's statement.
Human lines, then ONE JSON object.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
sys.path.insert(0, str(Path(__file__).parent))

import ground
import httpx
import psycopg
from sqlalchemy import event

from service import accounts, matching
from service.accounts import SYSTEM
from service.app import create_app
from service.core import clock, logs
from service.core.settings import Settings
from service.demo import many
from service.demo.progress import silent

NAME = "chophien_bench_gaps"
BUYERS = 120
# Requests with three months each, about one in four closed; three in five have quotes, and a third of those an award.
STOCK = """
SELECT setseed(0.42);
CREATE TEMP TABLE b AS SELECT id, row_number() OVER (ORDER BY id) - 1 AS n FROM matching_buyer;
CREATE TEMP TABLE c AS SELECT id, row_number() OVER (ORDER BY slug) - 1 AS n FROM catalogue_commodity;
CREATE TEMP TABLE r AS SELECT gen_random_uuid() AS id, g AS n, floor(random() * 14)::int AS ahead, random() AS luck,
       (100 + floor(random() * 900))::int AS kg FROM generate_series(1, {requests}) g;
INSERT INTO matching_request (id, code, key, buyer_id, title, commodity_id, certificates, unverified_too, delivery_province_code,
       visibility, state, opened_at, closed_at, close_reason, illustrative, version)
SELECT r.id, 'YB-' || r.n, gen_random_uuid(), b.id, 'Yêu cầu ' || r.n, c.id, '{{}}', false, (ARRAY['01', '79'])[1 + r.n % 2],
       (ARRAY['public', 'public', 'public', 'anonymous', 'matched'])[1 + r.n % 5],
       CASE WHEN r.luck < 0.25 THEN 'closed' ELSE 'open' END, now(), CASE WHEN r.luck < 0.25 THEN now() END,
       CASE WHEN r.luck < 0.25 THEN 'filled' END, true, 1
  FROM r JOIN b ON b.n = r.n % {buyers} JOIN c ON c.n = floor(power((r.luck * 997)::numeric % 1, 2) * (SELECT count(*) FROM c))::int;
INSERT INTO matching_request_month (request_id, year, month, kg)
SELECT r.id, extract(year FROM d.day), extract(month FROM d.day), r.kg
  FROM r JOIN matching_request q ON q.id = r.id CROSS JOIN generate_series(0, 2) m
 CROSS JOIN LATERAL (SELECT date_trunc('month', now()) + (r.ahead - 5 + m) * interval '1 month' AS day) d;
CREATE TEMP TABLE s AS SELECT s.id, s.organisation_id, p.id AS product_id, row_number() OVER (ORDER BY s.id) - 1 AS n
  FROM catalogue_supplier s JOIN LATERAL (SELECT p.id FROM catalogue_product p WHERE p.supplier_id = s.id LIMIT 1) p ON true;
CREATE TEMP TABLE q AS SELECT gen_random_uuid() AS id, r.id AS request_id, s.id AS supplier_id, s.organisation_id, s.product_id,
       r.kg, k, r.luck
  FROM r JOIN matching_request x ON x.id = r.id CROSS JOIN generate_series(1, 3) k
  JOIN s ON s.n = (r.n * 3 + k) % (SELECT count(*) FROM s) WHERE r.luck < 0.6;
INSERT INTO matching_quote (id, request_id, supplier_id, organisation_id, state, revision, sent_at, version)
SELECT q.id, q.request_id, q.supplier_id, q.organisation_id, CASE WHEN q.luck < 0.2 AND q.k = 1 THEN 'awarded' ELSE 'sent' END,
       1, now(), 1
  FROM q ON CONFLICT DO NOTHING;
INSERT INTO matching_quote_line (quote_id, product_id, year, month, kg, price_vnd_per_kg)
SELECT q.id, q.product_id, m.year, m.month, m.kg * 0.6, 70000
  FROM q JOIN matching_quote x ON x.id = q.id JOIN matching_request_month m ON m.request_id = q.request_id;
CREATE TEMP TABLE a AS SELECT gen_random_uuid() AS award_id, q.* FROM q JOIN matching_quote x ON x.id = q.id AND x.state = 'awarded';
INSERT INTO matching_award (id, request_id, quote_id, supplier_id, key, state, revision, terms, awarded_at)
SELECT a.award_id, a.request_id, x.id, a.supplier_id, gen_random_uuid(), 'standing', 1, '{{}}'::jsonb, now()
  FROM a JOIN matching_quote x ON x.request_id = a.request_id AND x.supplier_id = a.supplier_id;
INSERT INTO matching_award_line (award_id, product_id, year, month, kg, price_vnd_per_kg)
SELECT a.award_id, a.product_id, m.year, m.month, m.kg * 0.5, 70000 FROM a JOIN matching_request_month m ON m.request_id = a.request_id;
"""


async def stock(url: str, products: int, requests: int) -> None:
    """Fill the market: products and buyers through the faces, the mass of requests, quotes and awards as rows."""
    async with ground.database(url) as database:
        await many.stock(database, products, clock.today(), silent)
        async with database.transaction() as session:
            for number in range(BUYERS):
                name = f"Nhà phân phối {number}"
                organisation = await accounts.found_organisation(session, accounts.OrganisationKind.BUYER, name)
                profile = matching.BuyerProfile(
                    name=name, kind=list(matching.BuyerKind)[number % 11], verified_on=clock.today()
                )
                await matching.found_buyer(session, SYSTEM, organisation.id, profile)
        await database.close()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(STOCK.format(requests=requests, buyers=BUYERS))  # type: ignore[arg-type] # Our own text.
        connection.execute("VACUUM ANALYZE")


async def measure(url: str, rounds: int) -> dict[str, object]:
    """Ask for each kind of answer so often; gives the figures."""
    figures: dict[str, object] = {}
    logs.set_up("text", "ERROR")
    app = create_app(Settings(database_url=url, log_level="ERROR", searches_a_minute=0))
    kinds = {
        "page": ("/cung-cau", "/cung-cau?commodity=mien-dong", "/cung-cau?months=24"),
        "whole": ("/cung-cau",), "commodity": ("/cung-cau?commodity=mien-dong",), "two_years": ("/cung-cau?months=24",),
        "rows": ("/cung-cau/yeu-cau?commodity=mien-dong",), "api": ("/api/v1/gaps",), "sheet": ("/cung-cau/bang.csv",),
    }  # fmt: skip
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test", headers={"accept-language": "vi"}) as browser:
            for kind, addresses in kinds.items():
                times = []
                for turn in range(rounds + 3):
                    before = time.perf_counter()
                    answer = await browser.get(addresses[turn % len(addresses)])
                    answer.raise_for_status()
                    times.append((time.perf_counter() - before) * 1000)
                warm = sorted(times[3:])
                p50, p95 = statistics.median(warm), warm[int(len(warm) * 0.95) - 1]
                figures |= {f"{kind}_p50_ms": round(p50, 1), f"{kind}_p95_ms": round(p95, 1)}
                print(f"{kind:10} p50 {p50:7.1f}  p95 {p95:7.1f} ms, {len(answer.content)} bytes")
    return figures


async def explain(url: str) -> None:
    """The plan of the longest statement behind the whole sheet, as the public asks it."""
    said: list[tuple[str, object]] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: object, *_rest: object) -> None:
        said.append((statement, parameters))

    async with ground.database(url) as database:
        async with database.transaction() as session:
            event.listen(database.engine.sync_engine, "before_cursor_execute", note)
            await matching.gaps.gap_sheet(session, matching.gaps.GapSearch(), None)
            event.remove(database.engine.sync_engine, "before_cursor_execute", note)
            statement, parameters = max(said, key=lambda each: ("WITH asked" in each[0], len(each[0])))
            connection = await session.connection()
            for (line,) in await connection.exec_driver_sql(f"EXPLAIN (ANALYZE, COSTS OFF) {statement}", parameters):  # type: ignore[arg-type]
                print(line)
        await database.close()


def main() -> None:
    """Make the market, measure, tidy up."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--products", type=int, default=20_000)
    asked.add_argument("--requests", type=int, default=5000)
    asked.add_argument("--rounds", type=int, default=40)
    chosen = asked.parse_args()
    url = ground.fresh(NAME)
    try:
        asyncio.run(stock(url, chosen.products, chosen.requests))
        asyncio.run(explain(url))
        figures = asyncio.run(measure(url, chosen.rounds))
        print(json.dumps({"products": chosen.products, "requests": chosen.requests, "rounds": chosen.rounds, **figures}))
    finally:
        ground.drop(NAME)


if __name__ == "__main__":
    main()
