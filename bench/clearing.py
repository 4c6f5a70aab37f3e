"""How long a whole matching round takes to clear, and how far from the best the plan may be.

    python bench/clearing.py [--products 20000] [--requests 5000] [--seed 7]

Makes an invented market in memory (commodities as unequal as those of a country, seasons, prices, papers, lead times), judges
every request against all goods that could be its own, and clears it under every degree of fairness that an organiser may
choose among: all that the worker does but for reading and writing. The plan is looked through by the judge of plans, and the
bound is that of the dual prices over ALL admissible pairs. Each size runs in a process of its own, so that its peak is its own.
Human lines, then ONE JSON object.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import subprocess
import sys
import time
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

sys.path.insert(0, str(Path(__file__).parent.parent))

from service.catalogue import CommodityTerms, OfferRow
from service.matching.ranking import Request, Requirement, Wanted
from service.matching.rounds import solver
from service.matching.rounds.clearing import violations
from service.matching.rounds.scoring import Asked, score_all
from service.matching.terms import number

TODAY = date(2026, 11, 28)
SMALL = 300
CITIES = (("01", 45), ("79", 40), ("19", 5), ("31", 5), ("48", 5))
PRICES = (18, 25, 40, 60, 85, 120, 180, 260)  # Thousand đồng a kilogram: what a commodity costs in the middle.


def terms_of(draw: random.Random):
    """The commodities of the reference data, and how common each is."""
    lines = (Path(__file__).parent.parent / "service/catalogue/data/commodities.tsv").read_text().splitlines()
    heads = lines[0].split("\t")
    rows = [dict(zip(heads, line.split("\t"), strict=False)) for line in lines[1:]]
    draw.shuffle(rows)
    terms = [
        CommodityTerms(
            id=UUID(int=number), slug=row["slug"], name=row["name"], name_en=row["name_en"], category_code=row["category_code"],
            season_months=(), synonyms=(),
        )
        for number, row in enumerate(rows, 1)
    ]  # fmt: skip
    seasons = [tuple(int(month) for month in row["season_months"].split(",") if month) or tuple(range(1, 13)) for row in rows]
    return terms, seasons, [1 / (rank + 20) for rank in range(len(rows))]


def market(products: int, requests: int, seed: int):
    """Rows as the catalogue gives them, and the requests."""
    draw = random.Random(seed)
    terms, seasons, shares = terms_of(draw)
    middle = [draw.choice(PRICES) * 1000 for _each in terms]
    first = number(TODAY)
    rows = []
    for at in range(products):
        goods = draw.choices(range(len(terms)), shares)[0]
        supplier = at // 4
        size = draw.choice((60, 150, 300, 300, 600, 900, 2500))
        kg = {first + ahead: round(size * draw.uniform(0.6, 1.2)) if (first + ahead) % 12 + 1 in seasons[goods] else 0
              for ahead in range(13)}  # fmt: skip
        price = round(middle[goods] * draw.uniform(0.7, 1.4), -3)
        stars = draw.choice((None, 3, 3, 3, 4, 4, 5))
        papers = [("OCOP", stars, TODAY + timedelta(days=draw.randrange(100, 1000)))] if stars else []
        papers += [(kind, None, TODAY + timedelta(days=draw.randrange(100, 1000)))
                   for kind, share in (("ATTP", 0.75), ("VG", 0.3), ("HC", 0.05)) if draw.random() < share]  # fmt: skip
        rows.append(OfferRow(
            id=UUID(int=10**6 + at), slug=f"sp-{at}", name=f"{terms[goods].name} {at}", name_en=None,
            supplier_id=UUID(int=2 * 10**6 + supplier), supplier_slug=f"ncc-{supplier}", supplier_name=f"HTX {supplier}",
            organisation_id=UUID(int=3 * 10**6 + supplier), legal_form="cooperative",
            province_code=draw.choice(("19", "19", "04", "08", "20", "38", "66")), commune_code=None,
            verified_on=date(2026, 1, 1) if draw.random() < 0.9 else None, illustrative=True,
            commodity_id=terms[goods].id, category_code=terms[goods].category_code, season_months=seasons[goods],
            shelf_life_days=None, lead_days=draw.choice((2, 3, 5, 7, 14, 30)),
            least_order_kg=draw.choice((None, 20.0, 50.0, 100.0, 300.0)), stock_kg=None, stock_on=None,
            retail_per_kg=price * 2, packs_g=(500,), tiers_hidden=False, tier_from=(20.0, 500.0),
            tier_price=(price, round(price * 0.93)), paper_kind=[each[0] for each in papers],
            paper_stars=[each[1] for each in papers], paper_from=[None for _each in papers],
            paper_to=[each[2] for each in papers], supply_month=list(kg), supply_kg=[float(each) for each in kg.values()],
            taken_month=(), taken_kg=(),
        ))  # fmt: skip
    asked = []
    for at in range(requests):
        goods = draw.choices(range(len(terms)), shares)[0]
        start, length = draw.randrange(1, 9), draw.choice((1, 2, 3, 3, 4, 6))
        kg = float(draw.choice((100, 200, 300, 500, 800, 1500, 4000)))
        request = Request(
            today=TODAY, wanted=tuple(Wanted(first + start + ahead, kg) for ahead in range(min(length, 13 - start))),
            city=draw.choices([city for city, _share in CITIES], [share for _city, share in CITIES])[0],
            commodity=terms[goods].id, ceiling=round(middle[goods] * draw.uniform(0.9, 1.4)) if draw.random() < 0.8 else None,
            papers=tuple(Requirement(kind) for kind, share in (("ATTP", 0.6), ("VG", 0.1)) if draw.random() < share),
            min_stars=draw.choice((None, None, 3, 3, 4)), unverified_too=draw.random() < 0.2,
        )  # fmt: skip
        asked.append(Asked(UUID(int=4 * 10**6 + at), request))
    return asked, rows, terms


def run(products: int, requests: int, seed: int) -> dict[str, object]:
    """One market, judged and cleared."""
    asked, rows, terms = market(products, requests, seed)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    clock, cpu = time.perf_counter(), time.process_time()
    scored = score_all(asked, rows, terms, TODAY)
    judged = time.perf_counter() - clock
    solution, tradeoffs = solver.solve_all(scored.problem, seed=seed)
    seconds, cpu = time.perf_counter() - clock, time.process_time() - cpu
    assert not violations(scored.problem, solution.plan)
    assert len(tradeoffs) == 5
    worth = solution.worth
    return {
        "s": round(seconds, 2), "cpu_s": round(cpu, 2), "judging_s": round(judged, 2), "solving_s": round(seconds - judged, 2),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, "market_mb": before // 1024,
        "pairs": len(scored.problem.pairs), "arcs": solution.effort, "proven": all(each.proven for each in tradeoffs.values()),
        "gap_percent": round(100 * solution.gap, 4), "asked_kg": worth.asked_kg, "given_kg": worth.kg,
        "suppliers_without": worth.suppliers_without, "suppliers_with_fit": worth.suppliers_with_fit,
        "requests_short_of_floor": worth.needs_short_of_floor, "requests_with_fit": worth.needs_with_fit,
    }  # fmt: skip


def apart(products: int, requests: int, seed: int) -> dict[str, object]:
    """The same in a process of its own."""
    command = [sys.executable, __file__, "--one", f"--products={products}", f"--requests={requests}", f"--seed={seed}"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def main() -> None:
    """The small round and the large one."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--products", type=int, default=20_000)
    parser.add_argument("--requests", type=int, default=5_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--one", action="store_true", help="this size only, in this process")
    asked = parser.parse_args()
    if asked.one:
        print(json.dumps(run(asked.products, asked.requests, asked.seed)))
        return
    figures: dict[str, object] = {}
    for name, products, requests in (("small", SMALL, SMALL), ("large", asked.products, asked.requests)):
        found = apart(products, requests, asked.seed)
        print(f"{name}: {products} products × {requests} requests: {found['s']} s ({found['judging_s']} s of it judging), "
              f"{found['peak_mb']} MB, {found['pairs']} admissible pairs, "
              f"{'proven optimal' if found['proven'] else 'gap ' + str(found['gap_percent']) + ' %'}, "
              f"{found['given_kg']} of {found['asked_kg']} kg")  # fmt: skip
        figures |= {f"{name}_{key}": value for key, value in found.items()}
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
