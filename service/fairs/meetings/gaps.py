"""The fewest gaps: a walk along chains and a search with proofs side by side (`race`), until they meet.

Where a difference between participants is limited, the case that somebody has no gap at all is looked at first: there the limit
is a cap on everybody. If everybody had one, there would be as many gaps as participants, so most often that case is over before
it begins.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace

from service.fairs.meetings import model, patterns
from service.fairs.meetings.chains import Chains
from service.fairs.meetings.model import Model
from service.fairs.meetings.narrowing import Shape
from service.fairs.meetings.race import Limits, Race, searched

Rules = Callable[[Model], None]

# Above so many Booleans the search finds nothing by itself and the walk goes on all the time. Below it walks at first, then for
# a turn of one second after each rest (as long as the turn where there are many Booleans, three times as long where there are
# few), and for the last part of the time, because two cores are few for a proof.
LARGE, TOO_LARGE = 5_000, 10_000
AT_FIRST, TURN, RESTS, LAST = 1.5, 1.0, 3.0, 0.12
# Shares of the time for a bound by patterns, for counting before it is asked whether that is met, and for the question.
PATTERNS, COUNTED, DECISIONS = 0.1, 0.15, 0.25


def fewest(shape: Shape, start: Mapping[int, int], rules: Rules, limits: Limits, race: Race, moved: int | None) -> None:
    """Fills the race; `start` keeps all rules but the difference of gaps. `rules` are those that other levels have left."""
    most = shape.problem.max_gap_difference
    walk = Chains(shape, start, most=most, moved=moved, seed=limits.seed)
    race.none_below(0)
    if walk.best is not None:
        race.found(walk.best, walk.best_gaps)
    outcome = "optimal" if race.proven else _with_cap(shape, rules, limits, race, walk, most)
    if most is None:
        race.impossible = outcome == "infeasible" and race.value is None
        return
    everybody = len(shape.of)
    possible = everybody > 0 and all(len(meetings) > 1 for meetings in shape.of)
    if not possible or (race.value is not None and race.value <= everybody):
        race.impossible = outcome == "infeasible" and race.value is None
        return
    # The bound of the first case holds for this one only as far as it is no higher than the number of participants.
    bound = everybody if outcome == "infeasible" else min(race.bound or 0, everybody)
    other = Race(race.slots, race.value, everybody, told=race.told)
    ended = "stopped"
    if outcome != "stopped" and limits.left > 0 and not other.proven:
        ended = _everybody_has_one(shape, rules, limits, other, most)
    race.slots, race.value = other.slots, other.value
    if ended == "infeasible" and other.value is None:
        race.impossible = outcome == "infeasible"
    race.bound = other.value if ended in {"infeasible", "optimal"} and outcome != "stopped" else bound


def _with_cap(
    shape: Shape, rules: Rules, limits: Limits, race: Race, walk: Chains, most: int | None
) -> str:  # fmt: skip
    def built() -> Model:
        found = model.build(shape)
        rules(found)
        if most is not None:
            model.cap(found, most)
        found.cp.minimize(model.gaps(found))
        if race.slots is not None:
            found.hint(race.slots)
        return found

    def walked() -> None:
        try:
            many = sum(domain.bit_count() for domain in shape.domains)
            _walk(walk, race, limits, rests=0.0 if many > TOO_LARGE else TURN if many > LARGE else RESTS)
        except BaseException as failure:  # noqa: BLE001 - raised again by the one who waits.
            race.failure = failure
            race.over.set()

    now = time.monotonic()
    race.none_below(patterns.none_below(shape, replace(limits, until=now + PATTERNS * limits.left), most))
    thread = threading.Thread(target=walked, daemon=True)
    thread.start()
    try:
        outcome = "stopped"
        if race.bound:
            # Most are settled by counting before the question is worth asking.
            outcome = _counted(built(), replace(limits, until=time.monotonic() + COUNTED * limits.left), race)
            if outcome == "stopped":
                _decided(built, limits, race)
        if outcome == "stopped":
            outcome = _counted(built(), limits, race)
    finally:
        race.over.set()
        thread.join()
    if race.failure is not None:
        raise race.failure
    return "optimal" if race.proven else outcome


def _counted(whole: Model, limits: Limits, race: Race) -> str:
    if race.proven:
        return "optimal"
    if race.bound:
        whole.cp.add(model.gaps(whole) >= race.bound)
    return searched(whole, limits, race, counted=True)


def _decided(built: Callable[[], Model], limits: Limits, race: Race) -> None:
    """Asks whether there is a timetable with as few gaps as the bound, and if there is none, with one more.

    Told how many gaps there are, the usual mix of strategies finds one, or that there is none, much sooner than by counting.
    """
    now = time.monotonic()
    some = replace(limits, until=now + DECISIONS * limits.left)
    outcome = "infeasible"
    while race.bound and outcome == "infeasible" and not race.proven and some.left > 0 and not limits.called_off:
        tried = built()
        tried.cp.add(model.gaps(tried) == race.bound)
        outcome = searched(tried, some, race, subsolvers=(), counted=True)
        if outcome == "infeasible":
            race.none_below(race.bound + 1)


def _walk(walk: Chains, race: Race, limits: Limits, *, rests: float) -> None:
    """Walks at first, then now and then while the search counts; all the time at the end, or where the search is too slow."""

    def told() -> None:
        if walk.best is not None:
            race.found(walk.best, walk.best_gaps)

    def over() -> bool:
        return race.over.is_set() or limits.called_off

    last = limits.until - LAST * limits.left
    until = limits.until if not rests else min(last, time.monotonic() + AT_FIRST)
    while not over() and limits.left > 0:
        walk.improve(until, stop=over, told=told)
        race.over.wait(0 if until >= limits.until else min(rests, max(0.0, last - time.monotonic())))
        until = limits.until if time.monotonic() >= last else time.monotonic() + TURN


def _everybody_has_one(shape: Shape, rules: Rules, limits: Limits, race: Race, difference: int) -> str:
    built = model.build(shape)
    rules(built)
    model.share(built, difference)
    built.cp.minimize(model.gaps(built))
    if race.value is not None:
        built.cp.add(model.gaps(built) < race.value)
    return searched(built, limits, race, counted=True)


def even(shape: Shape, start: Mapping[int, int], rules: Rules, limits: Limits, race: Race, moved: int | None) -> None:
    """Brings the most gaps of anybody and the fewest as near to each other as can be, without one gap more in all."""
    walk = Chains(shape, start, moved=moved, seed=limits.seed)
    counts = [walk.gaps_of(mask) for mask in walk.busy]
    total, able = sum(counts), [len(meetings) > 1 for meetings in shape.of]
    race.found(start, max(counts, default=0) - min(counts, default=0))
    if all(able):
        race.none_below(1 if total % max(1, len(able)) else 0)
    else:
        race.none_below(-(-total // max(1, sum(able))))
    _walk_to_less(shape, limits, race, total, moved, max(counts, default=0))
    if race.proven or limits.left <= 0 or limits.called_off:
        return
    built = model.build(shape)
    rules(built)
    low, high = (built.cp.new_int_var(0, max(counts), "") for _end in range(2))
    for found in built.gap:
        built.cp.add(sum(found) >= low)
        built.cp.add(sum(found) <= high)
    built.cp.minimize(high - low)
    built.hint(race.slots or start)
    searched(built, limits, race, subsolvers=(), counted=True)


def _walk_to_less(shape: Shape, limits: Limits, race: Race, total: int, moved: int | None, most: int) -> None:
    """The cap on everybody one lower and one lower again, while a walk still finds as few gaps in all."""
    until = time.monotonic() + 0.3 * max(0.0, limits.left)
    while not race.proven and most > 1:
        most -= 1
        walk = Chains(shape, race.slots or {}, most=most, moved=moved, seed=limits.seed)
        if not walk.improve(until, goal=total, stop=lambda: limits.called_off) or walk.best is None:
            return
        counts = [walk.gaps_of(walk.mask(who, walk.best)) for who in range(len(shape.of))]
        race.found(walk.best, max(counts) - min(counts))
