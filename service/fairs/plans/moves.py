"""Changing a plan by hand, step by step. PURE.

A step is a short text in the codes that people read, so that an address can carry what is not kept yet: going back a page
undoes the last one.

    move|GH-7K2M9|A12,A13     these booths instead of those it has
    out|GH-7K2M9              no booth any more
    swap|GH-7K2M9|GH-2B4C6    both take each other's booths
    lock|… and free|…         its booths stay where they are at the next computation, or may be moved again
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from service.core.i18n import _
from service.fairs.plans.frozen import Frozen
from service.fairs.plans.inputs import HandMove
from service.fairs.plans.problem import Booth
from service.fairs.plans.violations import in_one_row, meet

WORDS = ("move", "out", "lock", "free", "swap")
MOST_TRIED = 500  # Rows of booths that are looked at around the one that was pointed at.


@dataclass
class Board:
    """Who stands where, and who is locked there, while it is being changed."""

    booths: dict[str, tuple[str, ...]]
    locked: set[str] = field(default_factory=set)

    def holder(self, booth: str, but: str = "") -> str | None:
        """Who has a booth (the first one, where it is shared by days)."""
        return next((party for party, those in self.booths.items() if booth in those and party != but), None)


class Unreadable(ValueError):
    """A step that says nothing; the words say what would."""


def applied(frozen: Frozen, booths: Mapping[str, tuple[str, ...]], locked: Iterable[str], steps: Iterable[str]) -> Board:
    """A plan after these steps, one after the other. Who takes part no more has no booth, whatever the plan says.

    A step that means nothing (any more) changes nothing: the page shows what came of them all.
    """
    there = {party: tuple(those) for party, those in booths.items() if party in frozen.parties and those}
    board = Board(there, {party for party in locked if party in there})
    for step in steps:
        _apply(frozen, board, step)
    return board


def _apply(frozen: Frozen, board: Board, step: str) -> None:
    word, party, rest = _read(frozen, step)
    if word not in WORDS or party is None:
        return
    if word == "move":
        those = tuple(dict.fromkeys(frozen.by_code[code] for code in _codes(rest) if code in frozen.by_code))
        if those:
            board.booths[party] = those
    elif word == "out":
        board.booths.pop(party, None)
        board.locked.discard(party)
    elif word == "lock" and party in board.booths:
        board.locked.add(party)
    elif word == "free":
        board.locked.discard(party)
    elif word == "swap":
        other = frozen.by_application.get(rest.strip().casefold())
        if other is not None and other != party:
            _swap(board, party, other)


def _swap(board: Board, party: str, other: str) -> None:
    ours, theirs = board.booths.pop(party, ()), board.booths.pop(other, ())
    for name, those in ((party, theirs), (other, ours)):
        if those:
            board.booths[name] = those
        else:
            board.locked.discard(name)


def _read(frozen: Frozen, step: str) -> tuple[str, str | None, str]:
    word, party, rest = (*step.split("|", 2), "", "")[:3]
    return word, frozen.by_application.get(party.strip().casefold()), rest


def _codes(typed: str) -> list[str]:
    return [each.casefold() for each in re.split(r"[\s,;]+", typed) if each]


def step_of(frozen: Frozen, board: Board, move: HandMove) -> str:
    """What somebody has typed, as a step. Raises Unreadable with words for her."""
    party = found(frozen, board, move.who)
    code = frozen.parties[party].code
    if move.what in ("out", "free"):
        return f"{move.what}|{code}"
    if move.what == "lock":
        if party not in board.booths:
            raise Unreadable(_("%(name)s chưa có gian nên không có gì để khóa.", name=frozen.name(party)))
        return f"lock|{code}"
    if move.what == "swap":
        other = found(frozen, board, move.where or "")
        if other == party:
            raise Unreadable(_("Cần hai đơn vị khác nhau để đổi chỗ."))
        return f"swap|{code}|{frozen.parties[other].code}"
    typed = _codes(move.where or "")
    missing = [each for each in typed if each not in frozen.by_code]
    if missing or not typed:
        raise Unreadable(_("Không có gian %(codes)s trong phần được xếp.", codes=", ".join(missing).upper()[:80]))
    booths = tuple(dict.fromkeys(frozen.by_code[each] for each in typed))
    if len(booths) == 1:
        booths = around(frozen, board, party, booths[0])
    return f"move|{code}|{','.join(frozen.code(booth) for booth in booths)}"


def dropped(frozen: Frozen, board: Board, taken: str, onto: str) -> str:
    """The step that is meant by dragging one booth onto another: a move where that is free, an exchange where it is not.

    Raises Unreadable.
    """
    party = found(frozen, board, taken)
    booth = frozen.by_code.get(onto.strip().casefold())
    if booth is None:
        raise Unreadable(_("Không có gian %(codes)s trong phần được xếp.", codes=onto[:40]))
    other = board.holder(booth, but=party)
    if other is not None:
        return f"swap|{frozen.parties[party].code}|{frozen.parties[other].code}"
    booths = around(frozen, board, party, booth)
    return f"move|{frozen.parties[party].code}|{','.join(frozen.code(each) for each in booths)}"


def around(frozen: Frozen, board: Board, party: str, booth: str) -> tuple[str, ...]:
    """As many booths as a party needs, in one row with the one that was pointed at, free on its days; else that one alone."""
    problem = frozen.problem
    asked = problem.by_id[party]
    if asked.booths == 1:
        return (booth,)
    booths = {each.id: each for each in problem.booths}
    busy = {
        each for name, those in board.booths.items() if name != party and meet(problem.by_id[name], asked) for each in those
    }
    beside: dict[str, list[str]] = {}
    for one, other in sorted(problem.beside):
        beside.setdefault(one, []).append(other)
        beside.setdefault(other, []).append(one)
    rows: list[tuple[str, ...]] = [(booth,)]
    for _tried in range(MOST_TRIED):
        if not rows:
            break
        row = rows.pop(0)
        if len(row) == asked.booths:
            return row
        grown = (
            (*row, each) for end in dict.fromkeys((row[0], row[-1], *row)) for each in beside.get(end, ())
            if each not in row and each not in busy and not booths[each].closed
        )  # fmt: skip
        rows += [each for each in grown if in_one_row(problem, _standing(booths, each))]
    return (booth,)


def _standing(booths: Mapping[str, Booth], row: tuple[str, ...]) -> list[Booth]:
    return [booths[each] for each in row]


def found(frozen: Frozen, board: Board, typed: str) -> str:
    """The party that somebody means: by the code of its application, by its booth, or by a name that only one has."""
    told = typed.strip().casefold()
    if told in frozen.by_application:
        return frozen.by_application[told]
    booth = frozen.by_code.get(told)
    if booth is not None:
        holder = board.holder(booth)
        if holder is None:
            raise Unreadable(_("Gian %(code)s đang trống; ghi mã đơn hoặc tên đơn vị.", code=frozen.code(booth)))
        return holder
    named = [party for party, who in frozen.parties.items() if told and told in who.name.casefold()]
    exact = [party for party in named if frozen.name(party).casefold() == told]
    if len(exact) == 1 or len(named) == 1:
        return (exact if len(exact) == 1 else named)[0]
    if named:
        codes = ", ".join(f"{frozen.parties[party].code} ({frozen.name(party)})" for party in named[:4])
        raise Unreadable(_("Có %(n)s đơn vị tên như vậy; ghi mã đơn: %(codes)s.", n=len(named), codes=codes))
    raise Unreadable(_("Không thấy đơn vị này trong số được xếp. Ghi mã đơn, mã gian đang có, hoặc tên."))


def told(frozen: Frozen, step: str) -> str:
    """A step in words."""
    word, party, rest = _read(frozen, step)
    if party is None or word not in WORDS:
        return _("bước không còn hiểu được, bỏ qua")
    name = frozen.name(party)
    if word == "move":
        return _("%(name)s sang %(booths)s", name=name, booths=rest.replace(",", ", "))
    if word == "swap":
        other = frozen.by_application.get(rest.strip().casefold())
        return _("%(name)s đổi chỗ với %(other)s", name=name, other=frozen.name(other or ""))
    if word == "out":
        return _("%(name)s ra khỏi gian", name=name)
    return _("khóa %(name)s", name=name) if word == "lock" else _("bỏ khóa %(name)s", name=name)
