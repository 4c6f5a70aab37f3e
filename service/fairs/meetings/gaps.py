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

# Above so many Booleans the search finds nothing by itself, so that the walk goes on all the time.
TOO_LARGE = 10_000
# With two workers one counts upwards from the bound to the end. The other walks and asks in turns, each turn longer than the
# one before: so many seconds to walk first, and so much of that to ask for as few gaps as the bound.
TURN, ASKS = 2.0, 0.5
# One worker walks for so many seconds, rests so many times as long, and walks for the last part of the time.
RESTS, LAST = 3.0, 0.12
# Share of the time for a bound by patterns.
PATTERNS = 0.1


def fewest(shape: Shape, start: Mapping[int, int], rules: Rules, limits: Limits, race: Race, moved: int | None) -> None:
    """Fills the race; `start` keeps all rules but the difference of gaps. `rules` are those that other levels have left."""
    most = shape.problem.max_gap_difference
    walk = Chains(shape, start, most=most, moved=moved, seed=limits.seed)
    race.none_below(0)
    if most is None or _difference(walk) <= most:
        race.found(start, walk.gaps)
    outcome = "optimal" if race.proven else _with_cap(shape, rules, limits, race, walk, most)
    if most is None:
        race.impossible = outcome == "infeasible" and race.value is None
        return
    everybody = len(shape.of)
    possible = everybody > 0 and all(len(meetings) > 1 for meetings in shape.of)
    if possible and outcome == "infeasible":
        race.bound = everybody
    if not possible or (race.value is not None and race.value <= everybody):
        race.impossible = outcome == "infeasible" and race.value is None
        return
    # The bound of the first case holds for this one only as far as it is no higher than the number of participants.
    bound = min(race.bound or 0, everybody)
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

    def beside() -> None:
        try:
            _beside(walk, built, limits, race)
        except BaseException as failure:  # noqa: BLE001 - raised again by the one who waits.
            race.failure = failure
            race.over.set()

    race.none_below(patterns.none_below(shape, replace(limits, until=time.monotonic() + PATTERNS * limits.left), most))
    thread = threading.Thread(target=beside, daemon=True)
    thread.start()
    try:
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
    return searched(whole, limits, race, workers=max(1, limits.workers - 1), counted=True)


def _beside(walk: Chains, built: Callable[[], Model], limits: Limits, race: Race) -> None:
    """What goes on beside the counting, until the two meet."""
    large = sum(domain.bit_count() for domain in walk.shape.domains) > TOO_LARGE
    last = limits.until - LAST * limits.left

    def told() -> None:
        if walk.best is not None:
            race.found(walk.best, walk.best_gaps)

    def over() -> bool:
        return race.over.is_set() or limits.called_off

    if race.bound and limits.workers > 1:
        # A bound by patterns is most often the answer.
        _asked(built, replace(limits, until=min(last, time.monotonic() + TURN)), race)
    turn = TURN
    while not over() and limits.left > 0:
        now = time.monotonic()
        walk.improve(limits.until if large or now >= last else min(last, now + turn), stop=over, told=told)
        if over() or large or time.monotonic() >= last:
            continue
        if limits.workers == 1:
            race.over.wait(min(RESTS * turn, max(0.0, last - time.monotonic())))
            continue
        _asked(built, replace(limits, until=min(last, time.monotonic() + ASKS * turn)), race)
        turn *= 2


def _asked(built: Callable[[], Model], limits: Limits, race: Race) -> None:
    """Asks whether there is a timetable with as few gaps as the bound, and if there is none, with one more.

    Told how many gaps there are, the usual mix of strategies finds one, or that there is none, at times much sooner than by
    counting.
    """
    outcome = "infeasible"
    while outcome == "infeasible" and not race.proven and limits.left > 0 and not limits.called_off:
        bound = race.bound or 0
        tried = built()
        tried.cp.add(model.gaps(tried) <= bound)
        outcome = searched(tried, limits, race, subsolvers=(), workers=1, counted=True, ceiling=bound)
        if outcome == "infeasible":
            race.none_below(bound + 1)


def _everybody_has_one(shape: Shape, rules: Rules, limits: Limits, race: Race, difference: int) -> str:
    built = model.build(shape)
    rules(built)
    model.share(built, difference, least=1)
    built.cp.minimize(model.gaps(built))
    if race.value is not None:
        built.cp.add(model.gaps(built) < race.value)
    return searched(built, limits, race, counted=True)


def _difference(walk: Chains) -> int:
    counts = [walk.gaps_of(mask) for mask in walk.busy]
    return max(counts, default=0) - min(counts, default=0)


def made_even(
    shape: Shape, slots: Mapping[int, int], until: float, seed: int, stop: Callable[[], bool]
) -> dict[int, int] | None:  # fmt: skip
    """The same timetable within the difference of gaps that is allowed; none where that takes too long.

    First meetings change their slots; then, as long as somebody has too many gaps, one of its wished meetings is not held.
    """
    most = shape.problem.max_gap_difference
    walk = Chains(shape, slots, most=most, seed=seed)
    if most is None or _difference(walk) <= most:
        return dict(slots)
    walk.improve(until, goal=2 * len(slots) - 1, stop=stop)
    if walk.best is not None:
        return walk.best
    held = dict(walk.slot_of if not walk.over else slots)
    while held:
        walk.put(held)
        if _difference(walk) <= most:
            return held
        worst = max(range(len(shape.of)), key=lambda who: walk.gaps_of(walk.busy[who]))
        wished = [meeting for meeting in shape.of[worst] if meeting in held and not shape.required[meeting]]
        if not wished:
            return None
        # At the end of a row it takes a gap away; in the middle of one it makes another.
        del held[min(wished, key=lambda meeting: walk.gaps_of(walk.busy[worst] ^ 1 << held[meeting]))]
    return held


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
