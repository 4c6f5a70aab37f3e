"""From applications and who shares with whom to parties: what is placed as one. PURE."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from service.fairs.applications.parties import Party, Sharer

_PHASES = {"none": 0, "single": 1, "three": 3}


@dataclass(frozen=True, slots=True)
class Applied:
    """One application as far as its placing goes; `days` of its own where several take turns."""

    id: UUID
    code: str
    supplier_id: UUID | None
    exhibitor: str
    province_code: str | None
    district_code: str | None
    state: str
    place: int | None
    points: int
    booths: int
    class_codes: tuple[str, ...]
    least_m2: float
    first_day: date
    last_day: date
    power: str
    water: bool
    cold: bool
    goods: str
    smell: bool
    takes_smell: bool
    commodity: str | None
    pavilion: str | None
    zones: tuple[str, ...]
    near: tuple[UUID, ...]
    apart: tuple[UUID, ...]
    luck: int
    turn: tuple[date, date] | None = None


def parties(applied: Iterable[Applied], leads: Mapping[UUID, UUID]) -> list[Party]:
    """The parties in the order of choice; `leads` says whose booth each of those who share is in.

    The first one's wishes count. What the booth needs is what any of them needs: the strongest power, water if one wants it.
    Those without a place come after those who have one, the one with more points first. Whoever shares with somebody who is
    not among the accepted or waiting ones is placed alone.
    """
    there = {each.id: each for each in applied}
    first = {each: lead if (lead := leads.get(each, each)) in there else each for each in there}
    groups: dict[UUID, list[Applied]] = {}
    for each in there.values():
        groups.setdefault(first[each.id], []).append(each)
    made = [_party(there[lead], members, first) for lead, members in groups.items()]
    return sorted(made, key=_rank)


def _rank(party: Party) -> tuple[bool, int, int, UUID]:
    return party.place is None, party.place or 0, -party.points, party.id


def _party(lead: Applied, members: Sequence[Applied], first: Mapping[UUID, UUID]) -> Party:
    # A booth is one: of those who share, whoever is only waiting stands in it all the same once the first one is accepted.
    ordered = [lead, *sorted((each for each in members if each.id != lead.id), key=lambda each: (each.turn or (), each.code))]
    turns = tuple((each.id, *each.turn) for each in sorted(ordered, key=_turn) if each.turn is not None)
    whole = len(turns) == len(ordered)
    return Party(
        id=lead.id, code=lead.code, name=" – ".join(dict.fromkeys(each.exhibitor for each in ordered)),
        sharers=tuple(
            Sharer(each.id, each.supplier_id, each.exhibitor, each.province_code, each.district_code) for each in ordered
        ),
        state=lead.state, place=lead.place, points=lead.points, booths=lead.booths, class_codes=lead.class_codes,
        least_m2=max(each.least_m2 for each in ordered),
        first_day=min(first for _id, first, _last in turns) if whole else lead.first_day,
        last_day=max(last for _id, _first, last in turns) if whole else lead.last_day,
        power=max((each.power for each in ordered), key=lambda power: _PHASES[power]),
        water=any(each.water for each in ordered), cold=any(each.cold for each in ordered), goods=lead.goods,
        smell=any(each.smell for each in ordered), takes_smell=any(each.takes_smell for each in ordered),
        commodity=lead.commodity, pavilion=lead.pavilion, zones=lead.zones,
        near=_of_parties(lead.near, lead.id, first), apart=_of_parties(lead.apart, lead.id, first),
        luck=max(each.luck for each in ordered), by_days=turns if whole and len(ordered) > 1 else (),
    )  # fmt: skip


def _turn(each: Applied) -> tuple[date, date]:
    return each.turn or (each.first_day, each.last_day)


def _of_parties(wished: Iterable[UUID], own: UUID, first: Mapping[UUID, UUID]) -> tuple[UUID, ...]:
    """The parties of the applications that were wished for: those not among us are left out, and so is the own party."""
    found = dict.fromkeys(first[each] for each in wished if each in first)
    return tuple(each for each in found if each != own)
