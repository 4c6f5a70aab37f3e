"""Meetings as a JSON file, and what was found for one.

    {"slots": 21, "tables": 14, "participants": [{"id": "p1", "unavailable": [3]}],
     "meetings": [{"id": "m1", "a": "p1", "b": "p2", "slots": [1, 2, 3], "fixed": null}],
     "before": [["m1", "m2"]], "max_gap_difference": 2}

All meetings must be held, and only gaps count. What need not be there: `tables` and `max_gap_difference` (no limit),
`unavailable`, `slots` of a meeting (any), `fixed`, `before`. What cannot be read is refused with one sentence.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NoReturn

from service.core.errors import Invalid
from service.core.i18n import _
from service.fairs.meetings.problem import Level, Meeting, Participant, Problem, Solution, Violation

MOST_SLOTS = 2_000
MOST_CELLS = 2_000_000
MOST_LETTERS = 200
NO_LIMIT = 10**9  # So many tables or gaps limit nothing, and more is more than a solver can count.


def read(text: str) -> Problem:
    """The problem that a file describes. Raises `Invalid`."""
    try:
        data = json.loads(text, parse_constant=_no_number)
    except Invalid:
        raise
    except (ValueError, RecursionError) as error:
        line = f" ({error.msg}, {error.lineno}:{error.colno})" if isinstance(error, json.JSONDecodeError) else ""
        raise Invalid(_("Tệp không phải JSON đọc được%(where)s.", where=line)) from error
    if not isinstance(data, dict):
        raise Invalid(_("Tệp phải là một đối tượng JSON có “slots”, “participants” và “meetings”."))
    slots = _count(data, "slots", _("Tệp"), least=1)
    if slots is None:
        raise Invalid(_("Tệp thiếu “slots”: số lượt gặp, từ 1 trở lên."))
    if slots > MOST_SLOTS:
        raise Invalid(_("“slots” nhiều nhất là %(n)s.", n=MOST_SLOTS))
    rows = _rows(data, "participants"), _rows(data, "meetings")
    if slots * max(map(len, rows)) > MOST_CELLS:
        raise Invalid(_("Tệp quá lớn: số lượt nhân số cuộc gặp nhiều nhất là %(n)s.", n=MOST_CELLS))
    people = [_participant(row, place) for place, row in enumerate(rows[0], 1)]
    _once([each.id for each in people], _("Hai bên cùng mã “%(id)s”."))
    known = {each.id for each in people}
    meetings = [_meeting(row, place, known) for place, row in enumerate(rows[1], 1)]
    _once([each.id for each in meetings], _("Hai cuộc gặp cùng mã “%(id)s”."))
    return Problem(
        slots=slots,
        tables=_count(data, "tables", _("Tệp")),
        participants=tuple(people),
        meetings=tuple(meetings),
        before=_before(data.get("before"), {each.id for each in meetings}),
        max_gap_difference=_count(data, "max_gap_difference", _("Tệp")),
        levels=(Level.GAPS,),
    )


def document(solution: Solution, words: list[str]) -> dict[str, Any]:
    """The answer as JSON; `words` say the same as the reasons, one sentence each."""
    reached = solution.reached(Level.GAPS)
    return {
        "status": solution.status,
        "gaps": None if reached is None else reached.value,
        "bound": None if reached is None else reached.bound,
        "seconds": round(solution.seconds, 3),
        "slots": {name: slot for name, (slot, _table) in solution.timetable.held.items()},
        "reasons": [_reason(each, said) for each, said in zip(solution.reasons, words, strict=True)],
        "seed": solution.seed,
    }


def _reason(each: Violation, said: str) -> dict[str, Any]:
    """A rule with the names that it is about, and in words."""
    about = {"meeting": each.meeting, "other": each.other, "participant": each.participant, "slot": each.slot}
    return {"rule": each.rule, **{key: value for key, value in about.items() if value is not None}, "words": said}


def _no_number(word: str) -> NoReturn:
    raise Invalid(_("“%(word)s” không phải là số.", word=word))


def _rows(data: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    rows = data.get(key)
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise Invalid(_("“%(key)s” phải là danh sách các đối tượng.", key=key))
    return rows


def _whole(value: Any) -> int | None:
    """A whole number, also where it is written 3.0."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _count(data: Mapping[str, Any], key: str, where: str, *, least: int = 0) -> int | None:
    if data.get(key) is None:
        return None
    number = _whole(data[key])
    if number is None or number < least:
        raise Invalid(_("%(where)s: “%(key)s” phải là số nguyên từ %(n)s trở lên.", where=where, key=key, n=least))
    return min(number, NO_LIMIT)


def _name(value: Any, where: str, key: str) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int) or value == "" or len(str(value)) > MOST_LETTERS:
        raise Invalid(_("%(where)s: “%(key)s” phải là chữ hoặc số nguyên.", where=where, key=key))
    return str(value)


def _once(names: list[str], sentence: str) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise Invalid(sentence % {"id": name[:60]})
        seen.add(name)


def _slots(value: Any, where: str, key: str) -> frozenset[int]:
    numbers = [_whole(each) for each in value] if isinstance(value, list) else [None]
    found = frozenset(number for number in numbers if number is not None)
    if None in numbers:
        raise Invalid(_("%(where)s: “%(key)s” phải là danh sách số lượt, đếm từ 1.", where=where, key=key))
    return found


def _participant(row: Mapping[str, Any], place: int) -> Participant:
    name = _name(row.get("id"), _("Bên thứ %(n)s", n=place), "id")
    where = _("Bên “%(id)s”", id=name[:60])
    away = row.get("unavailable")
    return Participant(name, frozenset() if away is None else _slots(away, where, "unavailable"))


def _meeting(row: Mapping[str, Any], place: int, known: set[str]) -> Meeting:
    name = _name(row.get("id"), _("Cuộc gặp thứ %(n)s", n=place), "id")
    where = _("Cuộc gặp “%(id)s”", id=name[:60])
    sides = []
    for key in ("a", "b"):
        who = _name(row.get(key), where, key)
        if who not in known:
            raise Invalid(_("%(where)s: “%(who)s” không có trong “participants”.", where=where, who=who[:60]))
        sides.append(who)
    if sides[0] == sides[1]:
        raise Invalid(_("%(where)s: “a” và “b” là cùng một bên.", where=where))
    slots = row.get("slots")
    return Meeting(
        name, sides[0], sides[1], None if slots is None else _slots(slots, where, "slots"),
        None if row.get("fixed") is None else _fixed(row, where),
    )  # fmt: skip


def _fixed(row: Mapping[str, Any], where: str) -> int:
    number = _whole(row["fixed"])
    if number is None:
        raise Invalid(_("%(where)s: “fixed” phải là số lượt, đếm từ 1, hoặc null.", where=where))
    return number


def _before(value: Any, known: set[str]) -> tuple[tuple[str, str], ...]:
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(pair, list) and len(pair) == 2 for pair in value):
        raise Invalid(_("“before” phải là danh sách các cặp mã cuộc gặp: cuộc trước, cuộc sau."))
    pairs = []
    for first, then in value:
        one, other = (_name(each, "before", "id") for each in (first, then))
        for name in (one, other):
            if name not in known:
                raise Invalid(_("“before”: không có cuộc gặp “%(id)s”.", id=name[:60]))
        pairs.append((one, other))
    return tuple(pairs)
