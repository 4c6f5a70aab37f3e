"""How long the best pooled lot takes to be found and proven: 200 candidates, 12 months, at most 10 suppliers.

    python bench/pooling.py [--cases 50] [--candidates 200] [--months 12] [--most 10] [--seconds 60]

Every case is drawn from its seed: small makers with 40 to 2,000 kg free a month and their own season, prices by month for some,
freight, engagement costs, least shares, least totals and packs of 1 to 25 kg; up to two months in which next to nobody has
anything; 2.5 to 7 tonnes asked a month. All levels are proven one after another (coverage, cost, quality, fewest, fair), and each
plan comes before the judge. Stand-ins are counted in, remedies are not. Human lines, then ONE JSON object.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from service.matching.pooling import Problem, Supplier, violations
from service.matching.pooling.remedies import stand_ins
from service.matching.pooling.solver import solve

SIZES = (100, 150, 200, 300, 400, 500, 600, 800, 1000, 1200, 1500, 2000)


def drawn(seed: int, candidates: int, months: int, most: int) -> Problem:
    """One request with everybody who could help to fill it."""
    draw = random.Random(seed)
    base = draw.randrange(50_000, 80_000, 1000)
    lean = set(draw.sample(range(months), draw.randint(0, min(2, months))))
    suppliers = tuple(supplier(draw, f"s{place:03}", base, lean, months) for place in range(candidates))
    return Problem(months, tuple(draw.randrange(2500, 7001, 100) for _ in range(months)), suppliers, max_suppliers=most)


def supplier(draw: random.Random, name: str, base: int, lean: set[int], months: int) -> Supplier:
    """One small maker with a season, a price and terms of its own."""
    size = draw.choice(SIZES)
    first, length = draw.randrange(months), draw.choice((5, 6, 8, 10, 12, 12, 12))
    season = {(first + step) % months for step in range(length)}
    free = tuple(
        0 if month not in season or (month in lean and draw.random() < 0.995) else int(round(size * draw.uniform(0.4, 1.0), -1))
        for month in range(months)
    )
    price: int | tuple[int, ...] = base + draw.randrange(-8000, 8001, 500)
    if draw.random() < 0.4:
        price = tuple(price + 2000 * (month in (0, 1, 11)) + draw.choice((0, 0, 500, 1000)) for month in range(months))
    return Supplier(
        name,
        free,
        price,
        quality=draw.choice((3, 3, 4, 4, 5)),
        engagement_cost=draw.randrange(200_000, 1_500_001, 50_000),
        least_share_kg=draw.choice((0, 50, 50, 100, 100, 200)),
        least_total_kg=draw.choice((0, 0, 0, 500)),
        multiple_kg=draw.choice((1, 1, 5, 10, 20, 25)),
        freight=draw.choice((0, 300, 500, 800, 1200)),
    )


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--cases", type=int, default=50)
    options.add_argument("--candidates", type=int, default=200)
    options.add_argument("--months", type=int, default=12)
    options.add_argument("--most", type=int, default=10)
    options.add_argument("--seconds", type=float, default=60)
    asked = options.parse_args()
    solve(drawn(0, 12, asked.months, asked.most), advise=False)  # The engines are loaded once, as in the worker.
    took, cpu, proven = [], [], 0
    for seed in range(1, asked.cases + 1):
        problem = drawn(seed, asked.candidates, asked.months, asked.most)
        wall, work = time.monotonic(), time.process_time()
        found = solve(problem, seed=seed, seconds=asked.seconds, advise=False)
        stand_ins(problem, found.plan)
        took.append(time.monotonic() - wall)
        cpu.append(time.process_time() - work)
        assert violations(problem, found.plan) == ()
        proven += found.status == "optimal"
        levels = " ".join(f"{each.level} {each.value}{'' if each.proven else '?'}" for each in found.levels)
        print(f"{seed:3}  {took[-1]:6.2f} s  {cpu[-1]:6.2f} s CPU  {found.status:9}  {levels}", flush=True)
    figures = {
        "proven_share": proven / asked.cases,
        "median_s": round(statistics.median(took), 2),
        "worst_s": round(max(took), 2),
        "median_cpu_s": round(statistics.median(cpu), 2),
        "worst_cpu_s": round(max(cpu), 2),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "cases": asked.cases,
        "seeds": f"1-{asked.cases}",
        "candidates": asked.candidates,
        "months": asked.months,
        "most": asked.most,
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
