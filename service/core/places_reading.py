"""Reading what people write: an address or a name of today or of before July 2025, with or without marks, types and commas.

An address is read from the right, where the large units stand. Every word or row of words that names a unit is a *mention*; a
*path* is a choice of units, one for each of some mentions, of which each lies or lay in the next. The paths that explain most
of what is written are what may be meant. Where they lead to more than one commune of today, that is said and not guessed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from service.core.places_naming import INSIDE, Candidate, Mention, mentions_in
from service.core.places_table import BAC_KAN_BEFORE_2025, CHANGED_ON, Kind, Place, table

MOST_PATHS = 600
MOST_OPTIONS = 60
ORDER = {"province": 0, "commune": 1, "district": 2}


@dataclass(frozen=True, slots=True)
class Option:
    """A commune of today that may be meant, and the former unit by which it was named, if it was."""

    commune: Place
    former: Place | None = None


@dataclass(frozen=True, slots=True)
class Understood:
    """What an address means. `commune` is only there where nothing else can be meant; else `options` are to be asked about."""

    typed: str
    province: Place | None = None
    commune: Place | None = None
    former: Place | None = None  # The old unit that was named.
    rest: str = ""  # What stands before it: house, street, hamlet.
    options: tuple[Option, ...] = ()

    @property
    def certain(self) -> bool:
        """Whether exactly one commune of today is meant."""
        return self.commune is not None


@dataclass(frozen=True, slots=True)
class _Path:
    leaf: Candidate
    at: int
    used: frozenset[int]
    score: float
    misfits: int
    unmarked: int
    eras: frozenset[bool]


def find(text: str, kind: Kind | None = None) -> list[Place]:
    """The places of today that a text may mean, best first; empty when it names none.

    Old and new names, with or without marks and with or without xã, phường, TT, huyện, TP, tỉnh. What stands further
    right narrows what stands left ("Bằng Phúc, Chợ Đồn, Bắc Kạn"). A former unit answers with what it became, a former
    district with all of its communes of today. Of places that fit equally well, those of former Bắc Kạn come first.
    """
    return [place for place in _find(text) if kind is None or place.kind == kind]


@lru_cache(maxsize=1024)
def _find(text: str) -> tuple[Place, ...]:
    text = text.replace("\x00", " ")
    mentions = mentions_in(text)
    paths = _best(mentions)
    if not paths or not any(mentions[at].typed or mentions[at].whole for at in paths[0].used):
        return ()
    leaves = sorted((path.leaf for path in paths), key=_standing)
    found: dict[tuple[str, str], Place] = {}
    for leaf in leaves:
        for now in today(leaf.place):
            found.setdefault((now.kind, now.code), now)
    return tuple(found.values())


def _standing(each: Candidate) -> tuple[bool, bool, int, bool, bool]:
    place = each.place
    return each.misfit, each.unmarked, ORDER[place.kind], not _at_home(place), not place.of_today


def _at_home(place: Place) -> bool:
    return place.kind == "province" or f"p{BAC_KAN_BEFORE_2025}" in above(place)


@lru_cache(maxsize=512)
def understand(address: str) -> Understood:
    """What an address means today, however it is written: see `Understood`.

    >>> understand("Bằng Phúc, Chợ Đồn, Bắc Kạn").commune.name
    'Đồng Phúc'
    """
    typed = address.replace("\x00", " ")
    mentions = mentions_in(typed)
    paths = _best(mentions)
    if not paths:
        return Understood(address, rest=typed.strip())
    leaf = mentions[paths[0].at]
    rest = typed[: min(mentions[at].start for at in paths[0].used)].strip(" ,;-–\t\r\n")
    contradicted = _contradictions(mentions, paths[0])
    if contradicted:
        named = [path for at in contradicted for path in _best([mentions[at]])]
        options = _options(path.leaf.place for path in [*paths, *named])
        return Understood(address, rest=rest, options=options)
    places = [path.leaf.place for path in paths]
    if any(place.kind == "province" for place in places):
        return Understood(address, province=today(next(p for p in places if p.kind == "province"))[0], rest=rest)
    communes = [place for place in places if place.kind == "commune"]
    options = _options(places)
    inside = {option.commune.parent for option in options}
    province = _province(inside.pop()) if len(inside) == 1 else None
    weak = not (leaf.typed or leaf.whole)
    if len({option.commune.code for option in options}) == 1 and not weak:
        old = [place for place in places if not place.of_today]
        former = old[0] if len(old) == len(places) or (old and not communes) else None
        return Understood(address, province, options[0].commune, former, rest)
    return Understood(address, province, None, None, rest, options)


def _contradictions(mentions: Sequence[Mention], path: _Path) -> list[int]:
    """The mentions that say something else than the path: a unit with its type, or one to the right of what is meant."""
    return [
        at for at, mention in enumerate(mentions)
        if at not in path.used and (mention.typed or (mention.whole and at > path.at))
    ]  # fmt: skip


def _options(places: Iterable[Place]) -> tuple[Option, ...]:
    found: dict[str, Option] = {}
    for place in sorted(places, key=lambda each: (ORDER[each.kind], not _at_home(each), each.of_today is False)):
        for now in today(place):
            if now.kind == "commune":
                found.setdefault(now.code, Option(now, None if place.of_today else place))
    return tuple(found.values())[:MOST_OPTIONS]


# From mentions to what is meant ----------------------------------------------------------------------------------------


def _best(mentions: Sequence[Mention]) -> list[_Path]:
    """The paths that explain most; of equal ones those that are written so, and those of one time."""
    paths = _paths(mentions)
    if len(mentions) > 1 and (not paths or len(paths[0].used) < len(mentions)):
        # From large to small: "Bắc Kạn, Na Rì, Côn Minh".
        last = len(mentions) - 1
        other = [_turned(path, last) for path in _paths(mentions[::-1])]
        if other and (not paths or other[0].score > paths[0].score):
            paths = other
    return paths


def _turned(path: _Path, last: int) -> _Path:
    return _Path(path.leaf, last - path.at, frozenset(last - at for at in path.used), path.score, path.misfits, path.unmarked,
                 path.eras)  # fmt: skip


def _paths(mentions: Sequence[Mention]) -> list[_Path]:
    known: list[_Path] = []
    for at in range(len(mentions) - 1, -1, -1):
        fresh: list[_Path] = []
        for each in mentions[at].candidates:
            over = above(each.place)
            here = _Path(each, at, frozenset({at}), each.weight, each.misfit, each.unmarked, frozenset({_era(each.place)}))
            if each.misfit:  # "Quận 9, Thủ Đức": one unit by two of its names.
                over = over | {node(each.place)}
            within = [path for path in known if node(path.leaf.place) in over]
            if within:
                most = max(path.score for path in within)
                fresh.extend(
                    _Path(each, at, path.used | {at}, path.score + each.weight, path.misfits + each.misfit,
                          path.unmarked + each.unmarked, path.eras | here.eras)
                    for path in within if path.score == most
                )  # fmt: skip
            if each.weight != INSIDE:
                fresh.append(here)
        known.extend(fresh)
        if len(known) > MOST_PATHS:
            known = sorted(known, key=lambda path: -path.score)[:MOST_PATHS]
    if not known:
        return []
    most = max(path.score for path in known)
    best = [path for path in known if path.score == most]
    at = max(path.at for path in best)
    best = [path for path in best if path.at == at]
    doubts: tuple[Callable[[_Path], int], ...] = (
        lambda path: path.misfits, lambda path: path.unmarked, lambda path: len(path.eras) > 1,
    )  # fmt: skip
    for doubt in doubts:
        least = min(map(doubt, best))
        best = [path for path in best if doubt(path) == least]
    return best


def _era(place: Place) -> bool:
    since = place.valid_from
    return place.of_today or (place.kind == "province" and since is not None and since >= CHANGED_ON)


def node(place: Place) -> str:
    """A name for a unit that no other unit of any day has: large letters for those since July 2025."""
    letter = place.kind[0]
    return f"{letter.upper() if _era(place) else letter}{place.code or place.parent + place.name}"


@lru_cache(maxsize=3000)
def above(place: Place) -> frozenset[str]:
    """The nodes of all that a unit lies or lay in, of today and before."""
    if place.kind == "province":
        return frozenset() if _era(place) else frozenset(f"P{code}" for code in place.successors)
    if place.kind == "district":
        return frozenset({f"p{place.parent}", *(f"P{now.parent}" for now in today(place))})
    if not place.of_today:
        district = table().districts.get(place.parent)
        over = above(table().row(district)) if district is not None else frozenset()
        return over | {f"d{place.parent}", *(f"P{now.parent}" for now in today(place))}
    made: set[str] = {f"P{place.parent}"}
    for number in table().made_of(place.code):
        made |= above(table().row(number))
    return frozenset(made)


def today(place: Place) -> list[Place]:
    """What a unit is today: itself, or what it went into; of several, that of the same name first."""
    if place.of_today:
        return [place]
    known = table().provinces if place.kind == "province" else table().communes
    heirs = [table().row(known[code]) for code in place.successors]
    return sorted(heirs, key=lambda heir: heir.name != place.name)


def _province(code: str) -> Place | None:
    number = table().provinces.get(code)
    return None if number is None else table().row(number)
