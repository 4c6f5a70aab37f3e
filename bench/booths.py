"""How long the best plan of a fair takes to be found and proven, level by level, and the plan that moves fewest after a change.

    python bench/booths.py [--sizes 200/170,400/340,500/700,3000/3500] [--seconds S] [--seed 1] [--workers 2] [--groups spread]

Every fair is drawn from its seed, with all that a fair has: halls of double rows with corners, raw and outdoor space, one and
three phases, water and cold in some rows, zones by goods, zones without smells, pavilions, closed and kept booths; exhibitors with
one to four booths, on all days or some, with wishes for zones, classes and neighbours, under quotas, some locked. Who wishes for
a neighbour (one in twenty) knows it: same goods, same pavilion, common days, and no smell that would forbid it; who wishes
somebody away (one in thirty) sells the same. Each plan comes before the judge. Then three exhibitors of the first fairs withdraw and two booths are lost, and the plan that moves fewest is
looked for. Human lines, then ONE JSON object.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import sys
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from service.fairs.plans import Booth, Level, Party, Plan, Problem, Solution, Zone, first_fit, refusals, violations
from service.fairs.plans.solver import solve
from service.fairs.plans.violations import meet

# Seconds that each size may take: the aims.
SIZES = {"200/170": 60.0, "400/340": 120.0, "500/700": 60.0, "3000/3500": 300.0}
REPLANNED = 400  # Fairs up to so many booths are planned again after a change.
ROW = 12
COMMODITIES = {
    "tea": "food", "cakes": "food", "honey": "food", "noodles": "food", "rice": "food", "mandarins": "food", "plums": "food",
    "mushrooms": "food", "turmeric": "food", "fish": "food", "sausage": "food", "grill": "food", "wine": "food", "herbs": "food",
    "vegetables": "food", "pork": "food", "weaving": "other", "baskets": "other", "wood": "other", "soap": "other",
}  # fmt: skip
SMELLY = {"fish", "sausage", "grill"}
TAKES_SMELL = {"tea", "cakes", "rice"}
FRESH = {"vegetables", "pork", "fish", "mushrooms"}
DAYS = 4


def floor(draw: random.Random, many: int) -> tuple[list[Booth], list[Zone], set[tuple[str, str]]]:
    """Double rows of twelve, back to back, an aisle between them; eight double rows are a hall."""
    zones = [
        Zone("dry", "food"), Zone("fresh", "food"), Zone("fine", "food", smell=False), Zone("craft", "other"), Zone("mixed"),
        Zone("stars", "any", smell=False), *(Zone(f"pavilion-{at}", pavilion=True) for at in range(1, 2 + many // 150)),
    ]  # fmt: skip
    shares = ["dry"] * 5 + ["fresh"] * 3 + ["fine"] * 4 + ["craft"] * 3 + ["mixed"] * 4 + ["stars"]
    pavilions = [zone.code for zone in zones if zone.pavilion]
    booths: list[Booth] = []
    beside: set[tuple[str, str]] = set()
    draw.shuffle(shares)
    line = 0
    while len(booths) < many:
        hall, place = divmod(line, 8)
        outdoor = place == 7
        by_side = [shares[(2 * line + side) % len(shares)] for side in range(2)]
        if pavilions and place == 3:
            by_side[0] = pavilions.pop()
        cells: dict[tuple[int, int], str] = {}
        for side, zone in enumerate(by_side):
            wet = zone == "fresh" or draw.random() < 0.2
            for at in range(ROW):
                if len(booths) == many:
                    break
                end = at in {0, ROW - 1}
                kind = "outdoor" if outdoor else "corner" if end else "standard"
                name = f"{chr(65 + hall % 26)}{hall // 26 or ''}{place * 2 + side + 1:02}-{at + 1:02}"
                booths.append(Booth(
                    name, f"H{hall}", kind, {"outdoor": "O", "corner": "C", "standard": "S"}[kind], 1600 if outdoor else 900,
                    at * (40 if outdoor else 30), place * 120 + side * 30,
                    # The lot of a row is one zone, but a hall's corners often belong to nobody.
                    zone=None if outdoor else zone,
                    power=0 if outdoor and at % 3 == 0 else 3 if side == 0 and (end or draw.random() < 0.12) else 1,
                    water=wet and at % 2 == 0, cold=zone == "fresh" and at % 3 == 0,
                    closed=draw.random() < 0.01,
                    held=((0, DAYS - 1),) if draw.random() < 0.02 else ((0, 1),) if draw.random() < 0.02 else (),
                    width=40 if outdoor else 30,
                ))  # fmt: skip
                cells[side, at] = name
        for (side, at), name in cells.items():
            for other in ((side, at + 1), (side + 1, at)):
                if other in cells:
                    beside.add(tuple(sorted((name, cells[other]))))
        line += 1
    return booths, zones, beside


def parties(draw: random.Random, many: int, zones: list[Zone], quotas: int) -> list[Party]:
    """Exhibitors in the order of choice, the first one with the largest weight."""
    pavilions = [zone.code for zone in zones if zone.pavilion]
    names = [f"p{at:04}" for at in range(many)]
    found = []
    for at, name in enumerate(names):
        commodity = draw.choice(list(COMMODITIES))
        goods = COMMODITIES[commodity]
        booths = draw.choices((1, 2, 3, 4), (88, 8, 3, 1))[0]
        stay = draw.choices(((0, DAYS - 1), (0, 1), (2, 3), (1, 3)), (88, 5, 5, 2))[0]
        fitting = [
            z.code for z in zones if not z.pavilion and z.goods in {"any", goods} and (z.smell or commodity not in SMELLY)
        ]
        draw.shuffle(fitting)
        outdoor = commodity == "grill" and draw.random() < 0.5
        classes = ("O", "S") if outdoor else draw.choices(((), ("S", "C"), ("C", "S"), ("C",)), (30, 40, 25, 5))[0]
        found.append(Party(
            name, *stay, booths=booths, weight=many - at, classes=classes,
            least_dm2=draw.choice((0, 0, 900 * booths)),
            power=0 if outdoor else draw.choices((0, 1, 3), (15, 70, 15))[0],
            water=commodity in FRESH and draw.random() < 0.3, cold=commodity in FRESH and draw.random() < 0.15,
            goods=goods, smell=commodity in SMELLY, takes_smell=commodity in TAKES_SMELL, commodity=commodity,
            pavilion=draw.choice(pavilions) if pavilions and draw.random() < 0.08 else None,
            zones=tuple(fitting[: draw.choice((0, 1, 2, 2, 3))]),
            quota=f"district-{draw.randrange(quotas)}" if draw.random() < 0.3 else "",
            luck=draw.choices((0, 1, 2, 3), (70, 15, 10, 5))[0],
        ))  # fmt: skip
    return [_wishing(draw, party, found) for party in found]


def _wishing(draw: random.Random, party: Party, crowd: list[Party]) -> Party:
    """The same with neighbours that it might wish for, or away."""
    near, apart = draw.random() < 0.05, draw.random() < 0.033
    known = [
        each.id for each in crowd
        if each is not party and each.goods == party.goods and each.pavilion == party.pavilion and meet(each, party)
        and not (each.smell and party.takes_smell) and not (party.smell and each.takes_smell)
    ] if near else []  # fmt: skip
    rivals = [each.id for each in crowd if each is not party and each.commodity == party.commodity] if apart else []
    wished = tuple(draw.sample(known, min(len(known), draw.choice((1, 1, 2)))))
    unwished = tuple(name for name in draw.sample(rivals, min(len(rivals), 1)) if name not in wished)
    return replace(party, near=wished, apart=unwished)


def drawn(seed: int, booths: int, many: int, groups: str = "spread") -> Problem:
    """One fair that is about to be allocated."""
    draw = random.Random(f"{seed} {booths} {many}")
    places, zones, beside = floor(draw, booths)
    quotas = 8
    crowd = parties(draw, many, zones, quotas)
    asked = Counter()
    for party in crowd:
        asked[party.quota] += party.booths
    limits = {quota: int(number * draw.choice((0.8, 0.9, 1.2))) for quota, number in sorted(asked.items()) if quota}
    problem = Problem(
        DAYS, tuple(places), tuple(crowd), tuple(zones), frozenset(beside), quotas=limits, groups=groups
    )  # fmt: skip
    # The organiser has locked a few where they stood in a first draft, and one that stays without a booth.
    draft = first_fit(problem).booths
    locked = {name: draft[name] for name in draw.sample(sorted(draft), len(draft) // 40)}
    return replace(problem, locked=locked)


def changed(problem: Problem, plan: Plan, seed: int) -> Problem:
    """Three of those with booths withdraw, and two booths of others are lost."""
    draw = random.Random(seed)
    gone = set(draw.sample(sorted(set(plan.booths) - set(problem.locked)), 3))
    staying = {name: booths for name, booths in plan.booths.items() if name not in gone}
    lost = set(
        draw.sample(sorted({booth for name, booths in staying.items() if name not in problem.locked for booth in booths}), 2)
    )
    return replace(
        problem,
        booths=tuple(replace(booth, closed=booth.closed or booth.id in lost) for booth in problem.booths),
        parties=tuple(party for party in problem.parties if party.id not in gone),
        previous=staying,
    )


def told(name: str, problem: Problem, found: Solution, wall: float, cpu: float) -> dict[str, object]:
    """One case in a line for people, and as figures."""
    assert violations(problem, found.plan) == (), violations(problem, found.plan)[:5]
    levels = [
        {"level": each.level.value, "value": each.value, "bound": each.bound, "proven": each.proven,
         "gap": round(each.gap, 5), "s": round(each.seconds, 2)}
        for each in found.levels
    ]  # fmt: skip
    print(
        f"{name:14} {found.status:9} {wall:7.2f} s {cpu:7.2f} s CPU  effort {found.effort:.1f}  placed {len(found.plan.booths)}"
    )
    for each in levels:
        mark = "proven" if each["proven"] else f"gap {each['gap']:.2%}"
        print(f"{'':14} {each['level']:10} {each['value']:>9} / {each['bound']:>9}  {mark:12} {each['s']:>7} s", flush=True)
    return {
        "case": name, "status": found.status, "s": round(wall, 2), "cpu_s": round(cpu, 2), "effort": round(found.effort, 2),
        "placed": len(found.plan.booths), "worst_gap": max((each["gap"] for each in levels), default=None), "levels": levels,
    }  # fmt: skip


def timed(name: str, problem: Problem, *, seed: int, seconds: float, workers: int) -> tuple[Solution, dict[str, object]]:
    wall, cpu = time.monotonic(), time.process_time()
    found = solve(problem, seed=seed, seconds=seconds, workers=workers)
    return found, told(name, problem, found, time.monotonic() - wall, time.process_time() - cpu)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--sizes", default=",".join(SIZES))
    options.add_argument("--seconds", type=float, help="for each case, instead of what its size is allowed")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--workers", type=int, default=2)
    options.add_argument("--groups", default="spread", choices=("spread", "cluster", "free"))
    options.add_argument("--twice", action="store_true", help="solve each case again and compare the plans")
    asked = options.parse_args()
    solve(drawn(1, 20, 15), seconds=30, workers=asked.workers)  # The engines are loaded once, as in the worker.
    cases = []
    for size in asked.sizes.split(","):
        booths, many = map(int, size.split("/"))
        problem = drawn(asked.seed, booths, many, asked.groups)
        began = time.monotonic()
        draft = first_fit(problem)
        print(f"{size:14} first fit {len(draft.booths)} placed in {time.monotonic() - began:.2f} s", flush=True)
        how = {"seed": asked.seed, "seconds": asked.seconds or SIZES.get(size, 60.0), "workers": asked.workers}
        found, figures = timed(size, problem, **how)
        began = time.monotonic()
        figures["refusals"] = len(refusals(problem, found.plan))
        figures["refusals_s"] = round(time.monotonic() - began, 2)
        if asked.twice:
            figures["same_again"] = solve(problem, **how).plan == found.plan
        cases.append(figures)
        if booths <= REPLANNED:
            after = changed(problem, found.plan, asked.seed)
            again, figures = timed(f"{size} again", after, **how)
            reached = next(each for each in again.levels if each.level is Level.MOVED)
            figures["moved"], figures["moved_proven"] = reached.value, reached.proven
            figures["moved_s"] = round(sum(each.seconds for each in again.levels[: again.levels.index(reached) + 1]), 2)
            cases.append(figures)
    peak = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    print(json.dumps({"cases": cases, "peak_mb": peak, "seed": asked.seed, "workers": asked.workers, "groups": asked.groups}))


if __name__ == "__main__":
    main()
