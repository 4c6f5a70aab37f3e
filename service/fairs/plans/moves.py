"""Changing a plan by hand, step by step. PURE: a step is a short text, so that a page can carry what is not kept yet.

    move|PARTY|BOOTH,BOOTH     these booths instead of those it has
    out|PARTY                  no booth any more
    lock|PARTY  free|PARTY     its booths stay where they are at the next computation, or may be moved again
    swap|PARTY|PARTY           both take each other's booths
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from service.core.i18n import _
from service.fairs.plans.frozen import Frozen
from service.fairs.plans.inputs import HandMove

WORDS = ("move", "out", "lock", "free", "swap")


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
    word, party, rest = (*step.split("|", 2), "", "")[:3]
    if word not in WORDS or party not in frozen.parties:
        return
    if word == "move":
        those = tuple(booth for booth in rest.split(",") if booth in frozen.codes)
        if those:
            board.booths[party] = those
    elif word == "out":
        board.booths.pop(party, None)
        board.locked.discard(party)
    elif word == "lock" and party in board.booths:
        board.locked.add(party)
    elif word == "free":
        board.locked.discard(party)
    elif word == "swap" and rest in frozen.parties and rest != party:
        one, other = board.booths.pop(party, ()), board.booths.pop(rest, ())
        for name, those in ((party, other), (rest, one)):
            if those:
                board.booths[name] = those
            else:
                board.locked.discard(name)


def step_of(frozen: Frozen, board: Board, move: HandMove) -> str:
    """What somebody has typed, as a step. Raises Unreadable with words for her."""
    party = found(frozen, board, move.who)
    if move.what == "out" or move.what == "free":
        return f"{move.what}|{party}"
    if move.what == "lock":
        if party not in board.booths:
            raise Unreadable(_("%(name)s chưa có gian nên không có gì để khóa.", name=frozen.name(party)))
        return f"lock|{party}"
    if move.what == "swap":
        other = found(frozen, board, move.where or "")
        if other == party:
            raise Unreadable(_("Cần hai đơn vị khác nhau để đổi chỗ."))
        return f"swap|{party}|{other}"
    codes = [each for each in re.split(r"[\s,;]+", move.where or "") if each]
    known = frozen.by_code
    missing = [code for code in codes if code.casefold() not in known]
    if missing:
        raise Unreadable(_("Không có gian %(codes)s trong phần được xếp.", codes=", ".join(missing)[:80]))
    return f"move|{party}|{','.join(dict.fromkeys(known[code.casefold()] for code in codes))}"


def found(frozen: Frozen, board: Board, typed: str) -> str:
    """The party that somebody means: by the code of its application, by its booth, or by a name that only one has."""
    told = typed.strip().casefold()
    if told in frozen.parties:
        return told
    for party, who in frozen.parties.items():
        if who.code.casefold() == told:
            return party
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
    word, party, rest = (*step.split("|", 2), "", "")[:3]
    name = frozen.name(party)
    if word == "move":
        return _("%(name)s sang %(booths)s", name=name, booths=", ".join(frozen.code(booth) for booth in rest.split(",")))
    if word == "swap":
        return _("%(name)s đổi chỗ với %(other)s", name=name, other=frozen.name(rest))
    if word == "out":
        return _("%(name)s ra khỏi gian", name=name)
    return _("khóa %(name)s", name=name) if word == "lock" else _("bỏ khóa %(name)s", name=name)
