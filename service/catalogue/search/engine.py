"""Finding products, suppliers and commodities: a page of results with exact totals and counts, and suggestions while typing.

Most queries cost one statement. Where nothing carries the words as typed, a second one asks what does and what the words
may have been meant to be, and a third finds it; the answer says what was given up.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from weakref import WeakSet

import psycopg
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service.catalogue.search import levels as search_levels
from service.catalogue.search import typos as search_typos
from service.catalogue.search.levels import Level
from service.catalogue.search.places import facets_of
from service.catalogue.search.sql import GROUPS, GUESSES, PROBE, SORTS, SUGGEST, Shape, ahead, statement
from service.catalogue.search.words import Meaning, understand
from service.core import clock, cursors
from service.core.errors import Invalid
from service.core.i18n import _
from service.core.text import words

Reader = psycopg.AsyncConnection[tuple[Any, ...]]
PAGE = 20
MOST = 100
LARGEST = 2**31


@dataclass(slots=True)
class Asked:
    """A search as asked: words, filters by group of facets, order, and where to go on."""

    q: str = ""
    filters: dict[str, list[str]] = field(default_factory=dict)  # Group letter → facets without the letter.
    price_max: int | None = None
    month: int | None = None
    kg: float | None = None
    supplier: str | None = None
    sort: str = ""
    cursor: str = ""
    limit: int = PAGE


@dataclass(slots=True)
class Found:
    """A page of results. `cards` and `facets` are JSON as the database wrote it: a list of objects, and counts by facet."""

    total: int = 0
    cards: str = "[]"
    facets: str = "{}"
    next: str | None = None
    names: list[Any] = field(default_factory=list)
    note: str = ""  # What was given up: "" nothing, folded, text, corrected, any, nothing.
    shown: str = ""  # The words that were looked for instead.
    meaning: Meaning = field(default_factory=lambda: Meaning(""))


async def search(reader: Reader, asked: Asked) -> Found:
    """The page of results. Raises Invalid for a cursor that is not ours."""
    meaning = meant(asked.q)
    values, shape = _values(asked)
    if not meaning.full:
        if asked.q.strip() and not meaning.figures:  # Only punctuation: nothing can be meant by it.
            return Found(note="nothing", meaning=meaning)
        return _found(await _ask(reader, shape, values), meaning, Level(""))
    level = first_level(asked.q)
    found = _found(await _ask(reader, *_words(shape, values, level, meaning)), meaning, level)
    if found.total >= PAGE:
        return found
    # What is asked must not hang on the filters, or a count beside a filter would promise what the filter does not keep.
    narrowed = shape.groups or shape.price or shape.supplier or shape.kg
    without = await _count(reader, level) if narrowed else found.total
    wider = search_levels.nearby(meaning) if without < PAGE else None
    if wider is not None:
        found = _found(await _ask(reader, *_words(shape, values, wider, meaning)), meaning, wider)
        without = found.total or (await _count(reader, wider) if narrowed else 0)
    return found if without else await _widened(reader, meaning, shape, values, found)


async def _count(reader: Reader, level: Level) -> int:
    """How many products a level finds without any filter, up to a page."""
    found = await reader.execute(COUNT, {"all": level.all, "most": PAGE}, prepare=True)
    row = await found.fetchone()
    return int(row[0]) if row else 0


COUNT = "SELECT count(*) FROM (SELECT 1 FROM catalogue_search s WHERE s.live AND s.tsv @@ %(all)s::tsquery LIMIT %(most)s) x"


@lru_cache(maxsize=512)
def meant(q: str) -> Meaning:
    """What a query means: pure, so what was worked out a moment ago for the same letters is used again."""
    return understand(q)


@lru_cache(maxsize=512)
def first_level(q: str) -> Level:
    """The strictest way to ask for a query."""
    return search_levels.first(meant(q))


async def _widened(reader: Reader, meaning: Meaning, shape: Shape, values: dict[str, Any], found: Found) -> Found:
    """What to show when nothing holds the words as typed: wider levels, then corrected words, then any of the words."""
    levels = search_levels.levels(meaning)[1:]
    single, joined = search_typos.asked_for(meaning.whole)
    result = await reader.execute(
        f"SELECT ({PROBE}), (SELECT json_agg(json_build_array(g.typed, g.word, g.shown, g.times)) FROM ({GUESSES}) g)",  # noqa: S608 - our own pieces.
        {
            "all": [level.all for level in levels],
            "text": [level.text for level in levels],
            "likes": ["\n".join(level.likes) for level in levels],
            "words": single,
            "joined": joined,
        },
        prepare=True,
    )
    row = await result.fetchone()
    at, guesses = row if row is not None else (None, None)
    if at is not None:
        level = levels[at - 1]
        return _found(await _ask(reader, *_words(shape, values, level, meaning)), meaning, level, found.names)
    chain, order = corrected(meaning, guesses or [])
    if not chain:
        found.note = "nothing"
        return found
    shape, values = _words(shape, values, chain[-1], meaning)
    shape = Shape(**{**_fields(shape), "chain": True, "words": "any"})
    values = {**values, "all": [level.all for level in chain], "words": order}
    return _found_in(await _ask(reader, shape, values), meaning, chain, found.names)


def corrected(meaning: Meaning, guesses: Sequence[Sequence[Any]]) -> tuple[list[Level], list[str]]:
    """The levels for what the words may have been meant to be, likeliest first, and at the end any of the words.

    With them come the words by which the finds are put in order: those of the likeliest reading, and those typed.
    """
    asked = meaning.words
    chain: list[Level] = []
    found = [tuple(guess) for guess in guesses]
    ways = search_typos.ways(asked, found)
    if asked != meaning.whole:
        ways.extend(search_typos.ways(meaning.whole, found))
    for way in ways:
        shown = " ".join(guess[1] for guess in way)
        meant_words = words(" ".join(guess[0] for guess in way))
        if not meant_words:
            continue
        chain.extend(search_levels.meant(search_levels.reread(meant_words), shown))
    close: dict[str, list[str]] = {}
    for typed, word, _shown, times in guesses:
        if times >= 0 and search_typos.distance(typed, word) <= search_typos.farthest(typed) / 2:
            close.setdefault(typed, []).append(word)
    last = search_levels.any_word(asked, {typed: found[:3] for typed, found in close.items()})
    best = [f"'{word.folded}':A" for guess in (ways[0] if ways else []) for word in words(guess[0])]
    typed_words = [f"'{word.folded}'" for word in asked]
    return ([*chain, last] if last is not None else chain), list(dict.fromkeys([*best, *typed_words]))


def _fields(shape: Shape) -> dict[str, Any]:
    return {name: getattr(shape, name) for name in Shape.__slots__}


def _values(asked: Asked) -> tuple[dict[str, Any], Shape]:
    groups = "".join(group for group in GROUPS if asked.filters.get(group))
    kinds = [group for group in GROUPS if group != "w" or "p" in groups or "w" in groups]
    values: dict[str, Any] = {"day": clock.today(), "limit": min(max(asked.limit, 1), MOST) + 1, "kinds": kinds}
    for group in groups:
        values[f"f_{group}"] = asked.filters[group]
    if asked.price_max is not None:
        values["price_max"] = asked.price_max
    if asked.supplier:
        values["supplier"] = asked.supplier
    if asked.kg is not None:
        values.update(kg=asked.kg, **ahead(values["day"], asked.month))
    if asked.cursor:
        values["after_key"], values["after_ord"] = opened(asked.cursor, asked.sort)
    shape = Shape(
        groups=groups, price=asked.price_max is not None, supplier=bool(asked.supplier), kg=asked.kg is not None,
        month=asked.kg is not None and asked.month is not None, sort=asked.sort, after=bool(asked.cursor),
    )  # fmt: skip
    return values, shape


def _words(shape: Shape, values: dict[str, Any], level: Level, meaning: Meaning) -> tuple[Shape, dict[str, Any]]:
    first = not values.get("after_ord") and level.note == ""
    shape = Shape(**{**_fields(shape), "words": "text" if level.text else "names", "names": first})
    values = {
        **values, "all": level.all, "begins": level.begins, "phrase": level.phrase, "named": level.named, "own": level.own,
        "head": level.head, "same_begins": level.same_begins, "same": level.same, "plain": level.plain,
        "size": level.size, "likes": list(level.likes),
    }  # fmt: skip
    if first:
        values["named_all"] = search_levels.by_name(meaning)
    return shape, values


# The statements are large and their plans do not hang on the values: a connection plans each of them once.
_settled: WeakSet[Reader] = WeakSet()


async def _ask(reader: Reader, shape: Shape, values: dict[str, Any]) -> tuple[Any, ...]:
    if reader not in _settled:
        await reader.execute("SET plan_cache_mode = force_generic_plan")
        _settled.add(reader)
    result = await reader.execute(statement(shape), values, prepare=True)
    row = await result.fetchone()
    return row or (None, 0, None, None, False, None, None, None)


def _found(row: tuple[Any, ...], meaning: Meaning, level: Level, names: Sequence[Any] = ()) -> Found:
    _level, total, facets, cards, more, key, ord_, own = row
    return Found(
        int(total), cards or "[]", facets or "{}", sealed(key, ord_) if more else None,
        list(json.loads(own) if own else names), level.note, level.shown, meaning,
    )  # fmt: skip


def _found_in(row: tuple[Any, ...], meaning: Meaning, chain: list[Level], names: Sequence[Any]) -> Found:
    level = chain[row[0] - 1] if row[0] is not None else Level("", note="nothing")
    return _found(row, meaning, level, names)


def sealed(key: Any, ord_: int) -> str:
    """A place in a list as an opaque string."""
    return cursors.sealed([key, ord_])


def opened(cursor: str, sort: str) -> tuple[Any, int]:
    """The place that a cursor means. Raises Invalid when it is not one of ours or belongs to another order."""
    try:
        key, ord_ = cursors.opened(cursor)
        if type(ord_) is int and abs(ord_) < LARGEST:
            if SORTS[sort][2] == "text" and type(key) is str:
                return key, ord_
            if SORTS[sort][2] != "text" and type(key) is int and abs(key) < LARGEST:
                return key, ord_
    except (ValueError, TypeError):
        pass
    raise Invalid(
        _("Dấu trang không đúng; hãy xem lại từ trang đầu."), {"cursor": _("Dấu trang không đúng; hãy xem lại từ trang đầu.")}
    )


async def suggest(reader: Reader, typed: str) -> list[dict[str, Any]]:
    """What somebody who has typed this far may want: commodities, products by name, suppliers; at most ten."""
    meaning = meant(typed)
    if not meaning.full:
        return []
    level = search_levels.level(meaning, meaning.core, prefix=not typed[-1:].isspace(), near=False)
    row = await _suggest(reader, level)
    if not any(row) and meaning.marked:
        row = await _suggest(
            reader, search_levels.level(meaning, meaning.core, prefix=not typed[-1:].isspace(), near=False, strict=False)
        )
    found: dict[str, dict[str, Any]] = {}
    for kind, slug, name, name_en in row[0] or []:
        found.setdefault(
            name.lower(), {"kind": "supplier" if kind == "s" else "commodity", "slug": slug, "name": name, "name_en": name_en}
        )
    for card in row[1] or []:
        found.setdefault(
            card["name"].lower(), {"kind": "product", "slug": card["slug"], "name": card["name"], "name_en": card["name_en"]}
        )
    ranked = sorted(found.values(), key=lambda one: ("commodity", "product", "supplier").index(one["kind"]))
    return [*ranked[:7], *[one for one in ranked[7:] if one["kind"] == "supplier"]][:10]


async def _suggest(reader: Reader, level: Level) -> tuple[Any, ...]:
    result = await reader.execute(SUGGEST, {"q": level.all, "begins": level.begins}, prepare=True)
    return await result.fetchone() or (None, None)


SEAL = text("SELECT catalogue_search_seal() WHERE EXISTS (SELECT 1 FROM catalogue_search_loose) "
            "OR EXISTS (SELECT 1 FROM catalogue_search WHERE facets_until < catalogue_search_day())")  # fmt: skip


async def seal(session: AsyncSession) -> int:
    """Take what changed into the bitmaps, so that the next counts are cheap again. Counts are exact without it."""
    return int(await session.scalar(SEAL) or 0)


def place_filters(place: str) -> list[str]:
    """The facets of a place by code or by name, of today or of before; empty when nobody knows it."""
    return sorted(facets_of(place))


__all__ = ["MOST", "PAGE", "Asked", "Found", "opened", "place_filters", "seal", "search", "suggest"]
