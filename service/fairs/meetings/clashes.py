"""Why no timetable keeps all rules: some of them that exclude each other, and none among them that could be left out.

Every rule of the file stands in the model under an assumption of its own. The search names assumptions that are enough for a
contradiction; then each of them is left out once, and stays out where the contradiction stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ortools.sat.python import cp_model

from service.fairs.meetings.model import gap_ends
from service.fairs.meetings.problem import Problem, Rule, Violation
from service.fairs.meetings.race import Limits

# That no timetable keeps all rules is known before; so many seconds to say why, if there are so many, and some in any case.
MOST_SECONDS, LEAST_SECONDS = 15.0, 1.0


def unknown(problem: Problem) -> tuple[Violation, ...]:
    """Meetings of people who are not there."""
    people = problem.people
    return tuple(
        Violation(Rule.UNKNOWN, meeting.id, participant=who)
        for meeting in problem.meetings for who in sorted({meeting.a, meeting.b} - people.keys())
    )  # fmt: skip


def clash(problem: Problem, limits: Limits) -> tuple[Violation, ...]:
    """Rules that cannot all be kept. As few as the time allowed to find out; never too few for a contradiction."""
    rules = tuple(_rules(problem))
    core = _enough(problem, rules, limits)
    kept = rules if core is None else core
    # Rules about everybody are tried first: what is left then names meetings and people.
    for each in sorted(kept, key=lambda rule: (rule.rule is not Rule.GAP_DIFFERENCE, rule.rule is not Rule.TABLES)):
        if limits.left <= 0 or limits.called_off:
            break
        fewer = tuple(other for other in kept if other is not each)
        if len(fewer) < len(kept):
            smaller = _enough(problem, fewer, limits)
            kept = kept if smaller is None else smaller
    return kept


def _rules(problem: Problem) -> list[Violation]:
    """Everything that could be given up, each with its name."""
    required = [meeting for meeting in problem.meetings if meeting.required]
    met = {who for meeting in required for who in (meeting.a, meeting.b)}
    found = [Violation(Rule.BUSY, participant=who) for who in sorted(met)]
    found += [
        Violation(Rule.UNAVAILABLE, participant=each.id) for each in problem.participants if each.unavailable and each.id in met
    ]
    found += [Violation(Rule.MOST, participant=each.id) for each in problem.participants if each.most is not None]
    found += [
        Violation(Rule.MOST, participant=each.id, slot=min(slots))
        for each in problem.participants
        for slots, _cap in each.caps
        if slots
    ]
    found += [Violation(Rule.SLOT, meeting.id) for meeting in required if meeting.slots is not None]
    found += [Violation(Rule.FIXED, meeting.id, slot=meeting.fixed) for meeting in required if meeting.fixed is not None]
    known = {meeting.id for meeting in required}
    found += [Violation(Rule.BEFORE, first, then) for first, then in sorted(set(problem.before)) if {first, then} <= known]
    if problem.tables is not None or problem.tables_in:
        found.append(Violation(Rule.TABLES))
    if problem.max_gap_difference is not None:
        found.append(Violation(Rule.GAP_DIFFERENCE))
    return found


def _enough(problem: Problem, rules: Sequence[Violation], limits: Limits) -> tuple[Violation, ...] | None:
    """Those among the rules that contradict each other; none where they do not, or where it takes too long to tell."""
    cp: Any = cp_model.CpModel()
    under = [(cp.new_bool_var(""), rule) for rule in rules]
    _Ruled(problem, cp, under).add()
    cp.add_assumptions([literal for literal, _rule in under])
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = limits.seed
    solver.parameters.max_time_in_seconds = max(0.01, limits.left)
    if solver.solve(cp) != cp_model.INFEASIBLE:
        return None
    named = set(solver.sufficient_assumptions_for_infeasibility())
    found = tuple(rule for literal, rule in under if literal.index in named)
    return found or tuple(rules)


class _Ruled:
    """Meetings that must be held, in any slot at all, and each rule only under its assumption."""

    def __init__(self, problem: Problem, cp: Any, under: Sequence[tuple[Any, Violation]]) -> None:
        self.problem, self.cp, self.under = problem, cp, under
        slots = range(1, problem.slots + 1)
        self.required = [meeting for meeting in problem.meetings if meeting.required]
        self.x = {meeting.id: {slot: cp.new_bool_var("") for slot in slots} for meeting in self.required}
        for row in self.x.values():
            cp.add_exactly_one(row.values())
        self.of: dict[str, list[str]] = {each.id: [] for each in problem.participants}
        for meeting in self.required:
            for who in {meeting.a, meeting.b}:
                self.of[who].append(meeting.id)

    def add(self) -> None:
        """All rules that there are."""
        ways = {
            Rule.BUSY: self._busy, Rule.UNAVAILABLE: self._unavailable, Rule.MOST: self._most, Rule.SLOT: self._slots,
            Rule.FIXED: self._fixed, Rule.BEFORE: self._before, Rule.TABLES: self._tables, Rule.GAP_DIFFERENCE: self._gaps,
        }  # fmt: skip
        for literal, rule in self.under:
            ways[rule.rule](literal, rule)

    def _busy(self, under: Any, rule: Violation) -> None:
        who = rule.participant or ""
        mine = self.of[who]
        for meeting in self.required:
            if meeting.a == meeting.b == who:
                self.cp.add_bool_or([~under])
        for slot in range(1, self.problem.slots + 1):
            here = [self.x[meeting][slot] for meeting in mine]
            if len(here) > 1:
                self.cp.add(sum(here) <= 1).only_enforce_if(under)

    def _unavailable(self, under: Any, rule: Violation) -> None:
        who = self.problem.people[rule.participant or ""]
        for meeting in self.of[who.id]:
            self._not_in(under, meeting, who.unavailable)

    def _not_in(self, under: Any, meeting: str, slots: frozenset[int]) -> None:
        for slot, literal in self.x[meeting].items():
            if slot in slots:
                self.cp.add_implication(under, ~literal)

    def _only_in(self, under: Any, meeting: str, slots: frozenset[int]) -> None:
        self._not_in(under, meeting, frozenset(range(1, self.problem.slots + 1)) - slots)

    def _most(self, under: Any, rule: Violation) -> None:
        who = self.problem.people[rule.participant or ""]
        for slots, cap in who.caps if rule.slot is not None else ():
            if slots and min(slots) == rule.slot:
                here = [self.x[meeting][slot] for meeting in self.of[who.id] for slot in slots if slot in self.x[meeting]]
                self.cp.add(sum(here) <= cap).only_enforce_if(under)
        if rule.slot is None and who.most is not None and len(self.of[who.id]) > who.most:
            self.cp.add_bool_or([~under])

    def _slots(self, under: Any, rule: Violation) -> None:
        meeting = self.problem.by_id[rule.meeting or ""]
        self._only_in(under, meeting.id, meeting.slots or frozenset())

    def _fixed(self, under: Any, rule: Violation) -> None:
        self._only_in(under, rule.meeting or "", frozenset({rule.slot or 0}))

    def _before(self, under: Any, rule: Violation) -> None:
        one, other = self.x[rule.meeting or ""], self.x[rule.other or ""]
        for slot, literal in other.items():
            self.cp.add_bool_or([~under, ~literal, *(each for at, each in one.items() if at < slot)])

    def _tables(self, under: Any, _rule: Violation) -> None:
        seated = [meeting.id for meeting in self.required if meeting.at is None]
        every = [self.problem.tables_of(slot) for slot in range(1, self.problem.slots + 1)]
        if len(seated) > sum(len(seated) if tables is None else tables for tables in every):
            # The search counts places one by one, and would try all ways.
            self.cp.add_bool_or([~under])
            return
        for slot, tables in enumerate(every, 1):
            if tables is not None:
                self.cp.add(sum(self.x[meeting][slot] for meeting in seated) <= tables).only_enforce_if(under)

    def _gaps(self, under: Any, _rule: Violation) -> None:
        fewest = self.cp.new_int_var(0, self.problem.slots, "")
        for mine in self.of.values():
            busy: dict[int, Any] = {}
            for slot in range(1, self.problem.slots + 1) if mine else ():
                busy[slot] = self.cp.new_bool_var("")
                for meeting in mine:
                    self.cp.add_implication(self.x[meeting][slot], busy[slot])
                self.cp.add_bool_or([~busy[slot], *(self.x[meeting][slot] for meeting in mine)])
            ends = sum(gap_ends(self.cp, self.problem, busy))
            self.cp.add(ends >= fewest).only_enforce_if(under)
            self.cp.add(ends <= fewest + self.problem.max_gap_difference).only_enforce_if(under)
