"""Timetables of one-to-one meetings: how many gaps are left, how surely, how soon, and how many move after a cancellation.

    python bench/timetable.py [--seconds 60] [--people 80] [--meetings 400] [--big 1000] [--rounds 1] [--workers 2] [--family NAME ...]

Four parts, all drawn from seeds and all invented:
1. `--people` participants with `--meetings` meetings: proven, or how far from the bound.
2. `--big` meetings of 220 participants in 20 slots at 60 tables: the first timetable, the one after `--seconds`, and the gaps of the
   first one for comparison.
3. The same after a participant has cancelled and another is away for two slots: who is moved, and how long it takes.
4. Families shaped like published brokerage events (42 to 78 people, 125 to 302 meetings, 8 to 22 slots; morning or afternoon only,
   precedence, fixed meetings, few tables, a difference of two gaps), and some whose rules clash: how many are proven, how soon.
   With `--family` only those named, and none of the other parts.
Each timetable comes before the judge. Human lines, then ONE JSON object.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from service.fairs.meetings.problem import Level, Meeting, Participant, Problem, Rule, Solution
from service.fairs.meetings.solver import solve
from service.fairs.meetings.violations import violations

GAPS = (Level.GAPS,)


@dataclass(frozen=True)
class Family:
    """People, meetings, slots, tables; shares of participants that are away for a while, and of meetings in half the day."""

    people: int
    meetings: int
    slots: int
    tables: int
    away: float = 0.0
    half: float = 0.0
    before: int = 0
    fixed: int = 0
    busiest: int | None = None  # Meetings of one participant at most; as many as fit into short days, 15 of long ones.


FAMILIES = {
    "8 slots": Family(42, 125, 8, 21), "8 slots, away": Family(42, 125, 8, 21, away=0.2), "8 slots, few tables": Family(42, 125, 8, 16),
    "10 slots": Family(47, 180, 10, 21), "10 slots, few tables": Family(46, 180, 10, 18, before=10),
    "10 slots, 78 people": Family(78, 302, 10, 39, before=10), "21 slots": Family(70, 154, 21, 14),
    "21 slots, half days": Family(70, 154, 21, 14, away=0.05, half=0.15), "21 slots, order": Family(70, 154, 21, 14, before=20, fixed=4),
    "21 slots, few tables": Family(70, 154, 21, 9), "21 slots, all": Family(76, 195, 21, 14, away=0.05, half=0.1, before=10, fixed=4),
    "22 slots, 78 people": Family(78, 302, 22, 22, away=0.05), "clash": Family(47, 180, 10, 17, away=0.3, before=40),
    "8 slots, much order": Family(42, 125, 8, 18, before=60), "10 slots, half days": Family(47, 180, 10, 21, half=0.1),
    "10 slots, fixed": Family(46, 180, 10, 21, fixed=15), "10 slots, a table short": Family(46, 180, 10, 17),
    "12 slots, away": Family(60, 200, 12, 20, away=0.15), "14 slots": Family(50, 170, 14, 14, away=0.05, before=10, fixed=4),
    "21 slots, tables full": Family(70, 154, 21, 8, away=0.05), "21 slots, half of all": Family(70, 154, 21, 14, half=0.5),
    "21 slots, much order": Family(70, 154, 21, 14, before=80), "21 slots, busy": Family(60, 195, 21, 12, busiest=20),
    "22 slots, 14 tables": Family(78, 302, 22, 14), "22 slots, busy": Family(78, 302, 22, 22, half=0.1, busiest=21),
}  # fmt: skip


def published_like(family: Family, seed: int) -> Problem:
    """A few people whom everybody wants to meet, and many with a handful of meetings each."""
    draw = random.Random(f"{family}{seed}")
    slots, half, everybody = family.slots, family.slots // 2, range(family.people)
    away = [_away(draw, slots) if draw.random() < family.away else frozenset[int]() for _ in everybody]
    room = [min(slots - len(gone), family.busiest or (slots if slots <= 12 else 15)) for gone in away]
    wanted = [draw.betavariate(1.2, 3.0) + 0.05 for _ in everybody]
    many, pairs = [0] * family.people, set[tuple[int, int]]()
    for _turn in range(200_000):
        if len(pairs) == family.meetings:
            break
        a, b = sorted(draw.choices(everybody, wanted, k=2))
        if a == b or (a, b) in pairs or many[a] >= room[a] or many[b] >= room[b] or slots - len(away[a] | away[b]) < 2:
            wanted = [weight if many[who] < room[who] else 0.0 for who, weight in enumerate(wanted)]
            continue
        pairs.add((a, b))
        many[a] += 1
        many[b] += 1
    day = (frozenset(range(1, half + 1)), frozenset(range(half + 1, slots + 1)))
    meetings = []
    for at, (a, b) in enumerate(sorted(pairs)):
        part = draw.choice(day) if draw.random() < family.half else None
        meetings.append(Meeting(f"m{at}", f"p{a}", f"p{b}", part if part and part - away[a] - away[b] else None))
    taken = set[tuple[str, int]]()
    for at in draw.sample(range(len(meetings)), family.fixed):
        sides = meetings[at].a, meetings[at].b
        gone = frozenset[int]().union(*(away[int(who[1:])] for who in sides), {slot for who, slot in taken if who in sides})
        free = sorted((meetings[at].slots or frozenset(range(1, slots + 1))) - gone)
        if free:
            meetings[at] = replace(meetings[at], fixed=draw.choice(free))
            taken |= {(who, meetings[at].fixed or 0) for who in sides}
    order = draw.sample([meeting.id for meeting in meetings], len(meetings))
    before = {tuple(sorted(draw.sample(range(len(order)), 2))) for _ in range(family.before)}
    return Problem(
        slots, family.tables, tuple(Participant(f"p{who}", away[who]) for who in everybody), tuple(meetings),
        tuple((order[one], order[other]) for one, other in sorted(before)), max_gap_difference=2, levels=GAPS,
    )  # fmt: skip


def _away(draw: random.Random, slots: int) -> frozenset[int]:
    half = slots // 2
    kind = draw.random()
    if kind < 0.4:
        return frozenset(range(1, half + 1)) if draw.random() < 0.5 else frozenset(range(half + 1, slots + 1))
    first = draw.randint(1, slots - 1)
    return frozenset(range(first, min(slots, first + draw.randint(1, slots // 3)) + 1))


def two_sides(seed: int, people: int, many: int, slots: int, tables: int) -> Problem:
    """Suppliers and buyers, some of them away for two or four slots."""
    draw = random.Random(seed)
    suppliers = people * 6 // 11
    away = [frozenset(draw.sample(range(1, slots + 1), draw.choice((0, 0, 0, 2, 4)))) for _ in range(people)]
    held, pairs = [0] * people, set[tuple[int, int]]()
    for _turn in range(400 * many):
        if len(pairs) == many:
            break
        a, b = draw.randrange(suppliers), draw.randrange(suppliers, people)
        if (a, b) not in pairs and all(held[who] < slots - len(away[who]) - 3 for who in (a, b)):
            pairs.add((a, b))
            held[a] += 1
            held[b] += 1
    return Problem(
        slots, tables, tuple(Participant(f"p{who}", gone) for who, gone in enumerate(away)),
        tuple(Meeting(f"m{at}", f"p{a}", f"p{b}") for at, (a, b) in enumerate(sorted(pairs))), levels=GAPS,
    )  # fmt: skip


def judged(problem: Problem, found: Solution) -> Solution:
    """The same, after the judge has seen it."""
    if found.status in {"optimal", "feasible"}:
        assert violations(problem, found.timetable) == ()
    return found


def gaps_of(found: Solution) -> tuple[int | None, int | None]:
    """Gaps and their bound."""
    reached = found.reached(Level.GAPS)
    return (None, None) if reached is None else (reached.value, reached.bound)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, kind, value in (
        ("seconds", float, 60), ("people", int, 80), ("meetings", int, 400), ("big", int, 1000), ("rounds", int, 1), ("workers", int, 2),
        ("seed", int, 1),
    ):  # fmt: skip
        options.add_argument(f"--{name}", type=kind, default=value)
    options.add_argument("--family", action="append", choices=FAMILIES, default=[])
    asked = options.parse_args()
    figures: dict[str, object] = {"seconds": asked.seconds, "workers": asked.workers, "seed": asked.seed}
    if asked.family:
        figures["published_like"] = families(asked.family, asked.rounds, asked.seconds, asked.workers)
        print(json.dumps(figures))
        return

    problem = two_sides(asked.seed, asked.people, asked.meetings, 20, asked.people // 2)
    found = judged(problem, solve(problem, seconds=asked.seconds, workers=asked.workers))
    gaps, bound = gaps_of(found)
    print(
        f"{asked.people} people, {len(problem.meetings)} meetings: {found.status}, gaps {gaps}, bound {bound}, {found.seconds:.1f} s",
        flush=True,
    )
    figures["middle"] = {"status": found.status, "gaps": gaps, "bound": bound, "seconds": round(found.seconds, 1)}

    figures["big"] = big(asked.seed, asked.big, asked.seconds, asked.workers)
    figures["published_like"] = families(list(FAMILIES), asked.rounds, asked.seconds, asked.workers)
    print(json.dumps(figures))


def big(seed: int, many: int, seconds: float, workers: int) -> dict[str, object]:
    """A large event: at once, after the time, and after a cancellation."""
    problem = two_sides(seed, 220, many, 20, 60)
    told: list[tuple[float, int | None]] = []
    began = time.monotonic()
    found = judged(problem, solve(
        problem, seconds=seconds, workers=workers, progress=lambda now: told.append((time.monotonic() - began, now.value)) if now.level is Level.GAPS else None,
    ))  # fmt: skip
    first = next((when, gaps) for when, gaps in told if gaps is not None)
    at_five = min((gaps for when, gaps in told if when <= 5 and gaps is not None), default=None)
    gaps, bound = gaps_of(found)
    print(
        f"{many} meetings: first timetable {first[1]} gaps after {first[0]:.2f} s; after 5 s {at_five}; after {seconds:.0f} s {gaps} (bound {bound})",
        flush=True,
    )

    draw = random.Random(seed)
    gone, late = (each.id for each in draw.sample(problem.participants, 2))
    left = replace(
        problem,
        participants=tuple(replace(each, unavailable=each.unavailable | {9, 10}) if each.id == late else each for each in problem.participants),
        meetings=tuple(meeting for meeting in problem.meetings if gone not in {meeting.a, meeting.b}),
        previous=found.timetable.held, levels=(Level.MOVED, Level.GAPS),
    )  # fmt: skip
    again = judged(left, solve(left, seconds=5, workers=workers))
    changed = again.reached(Level.MOVED)
    assert changed is not None
    share = changed.value / len(left.meetings)
    print(f"after a cancellation: {changed.value} of {len(left.meetings)} moved ({share:.1%}), {'proven' if changed.proven else 'not proven'}, "
          f"{again.seconds:.1f} s, gaps {gaps_of(again)[0]}", flush=True)  # fmt: skip
    return {
        "meetings": many, "first_gaps": first[1], "first_s": round(first[0], 2), "gaps_at_5_s": at_five, "gaps": gaps, "bound": bound,
        "share_of_first": round((gaps or 0) / max(1, first[1] or 1), 3), "moved_share": round(share, 4), "moved_proven": changed.proven,
        "moved_s": round(again.seconds, 2),
    }  # fmt: skip


def families(names: list[str], rounds: int, seconds: float, workers: int) -> dict[str, object]:
    """Every family so many times."""
    took, proven, clashes = [], 0, 0
    total = 0
    for name in names:
        family = FAMILIES[name]
        for seed in range(1, rounds + 1):
            problem = published_like(family, seed)
            cpu = time.process_time()
            found = judged(problem, solve(problem, seed=seed, seconds=seconds, workers=workers))
            gaps, bound = gaps_of(found)
            total += 1
            done = found.status in {"optimal", "infeasible"}
            proven += done
            clashes += found.status == "infeasible"
            took.append(found.seconds)
            why = " ".join(sorted({Rule(each.rule).value for each in found.reasons}))
            print(
                f"{name:22} {seed:2}  {found.status:10} {gaps!s:>4} ≥ {bound!s:>4}  {found.seconds:6.2f} s  {time.process_time() - cpu:6.2f} s CPU  {why}",
                flush=True,
            )
    return {
        "instances": total, "proven": proven, "proven_share": round(proven / max(1, total), 3), "infeasible": clashes,
        "median_s": round(statistics.median(took), 2), "worst_s": round(max(took), 2),
    }  # fmt: skip


if __name__ == "__main__":
    main()
