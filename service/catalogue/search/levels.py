"""A query as questions to the text index, from the strictest to the widest.

A level is a set of text queries: `all` decides what is found, the others only order it. Levels are tried in turn and the
first one that finds anything gives the answer, so that a match with marks is never buried under matches without.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from service.catalogue.search.synonyms import Phrase, is_foreign
from service.catalogue.search.words import Group, Meaning, Reading, groups
from service.core.text import Word

Lexeme = Callable[[Word], str]
# Where a word is looked for: in the product's own name (:A); in its names, code and commodity (no mark at all, which the
# index answers without looking at the product); or there and in the supplier's name (q).
OWN, NAMES, WIDE = ":A", "", "q"
MOST_ALTERNATIVES = 8


@dataclass(frozen=True, slots=True)
class Level:
    """One way to ask. `text` asks the long texts; `note` says what was given up, for the reader."""

    all: str
    begins: str | None = None  # The name begins with the words as typed.
    phrase: str | None = None  # They stand side by side in the name.
    named: str | None = None  # They are all in the name.
    own: str | None = None  # They are all in the name, the English name, the code or the commodity.
    head: str | None = None  # The first thing that was named is in the name: goods come first, then whose or from where.
    same_begins: str | None = None  # The name begins with words for the same thing.
    same: str | None = None  # They, or words for the same thing, are in the name.
    plain: str | None = None  # Without the words that are only near.
    size: int = 0  # How many words were typed.
    text: bool = False
    likes: tuple[str, ...] = ()  # How words with marks must be spelled in a long text.
    note: str = ""
    shown: str = ""


def _quoted(lexeme: str, scope: str) -> str:
    if scope == WIDE:
        return f"('{lexeme}'|'{lexeme}q')"
    return f"'{lexeme}'{scope}"


def _strict(marked: bool, scope: str) -> Lexeme:
    """A word exactly as it was typed; in a query without any marks, a word with whatever marks."""
    return lambda word: _quoted(word.marked if marked else word.folded, scope)


def _fair(marked: bool, scope: str) -> Lexeme:
    """A word with its marks, or written without any in a text that has none; a word without marks may have any."""

    def lexeme(word: Word) -> str:
        if word.marks:
            return f"({_quoted(word.marked, scope)}|{_quoted(word.folded + 'z', scope)})"
        return _quoted(word.folded, scope)

    return lexeme if marked else _folded(scope)


def _alone(scope: str) -> Lexeme:
    """The only word of a query: with its marks, or where a text has the bare word."""
    return lambda word: (
        f"({_quoted(word.marked, scope)}|{_quoted(word.folded + 'z', scope)})" if word.marks else _quoted(word.marked, scope)
    )


def _folded(scope: str) -> Lexeme:
    return lambda word: _quoted(word.folded, scope)


def _raw(word: Word) -> str:
    """A word in the long texts, where no marks are kept and y is always i."""
    return _quoted(word.folded.replace("y", "i"), NAMES)


def _together(phrase: Phrase, lexeme: Lexeme) -> str:
    return "(" + "<->".join(lexeme(word) for word in phrase) + ")" if len(phrase) > 1 else lexeme(phrase[0])


def _group(group: Group, lexeme: Lexeme, scope: str, *, same: bool, near: bool, foreign: bool, last: str | None = None) -> str:
    parts = [lexeme(word) for word in group.words]
    if last is not None:
        parts[-1] = last
    options = ["(" + "&".join(parts) + ")" if len(parts) > 1 else parts[0]]
    strict = _strict(True, scope)  # Other words are known with their marks, so they are asked with them.
    others: list[Phrase] = [*(group.same if same else ()), *(group.near if near else ())]
    options.extend(_together(other, _folded(scope) if is_foreign(other) else strict) for other in others[:MOST_ALTERNATIVES])
    if foreign:
        options.extend(_together(other, _folded(scope)) for other in group.foreign[:MOST_ALTERNATIVES])
    if same:
        options.extend(_place(facet) for facet in sorted(group.places))
    return "(" + "|".join(options) + ")" if len(options) > 1 else options[0]


def _group_side_by_side(group: Group, lexeme: Lexeme) -> str:
    options = [
        _together(group.words, lexeme),
        *(_together(other, _strict(True, OWN)) for other in group.same[:MOST_ALTERNATIVES]),
    ]
    return "(" + "|".join(options) + ")" if len(options) > 1 else options[0]


def _place(facet: str) -> str:
    return f"'{facet[0].upper()}{facet[1:]}'"


def _ask(readings: Iterable[Reading], make: Callable[[Reading], str | None]) -> str | None:
    made = list(dict.fromkeys(text for reading in readings if (text := make(reading))))
    if not made:
        return None
    return "|".join(f"({text})" for text in made) if len(made) > 1 else made[0]


def level(
    meaning: Meaning, readings: list[Reading], *, strict: bool = True, scope: str = NAMES, prefix: bool = False,
    near: bool = True, foreign: bool = False, note: str = "", shown: str = "",
) -> Level:  # fmt: skip
    """The questions for these readings; `prefix` lets the last word be the beginning of a longer one."""
    lexeme = _fair(meaning.marked and sum(len(g.words) for g in readings[0]) > 1, scope) if strict else _folded(scope)
    if strict and meaning.marked and sum(len(g.words) for g in readings[0]) == 1:
        lexeme = _alone(scope)
    own = _strict(meaning.marked, OWN) if strict else _folded(OWN)

    def every(same: bool, near_too: bool, to: Lexeme, within: str) -> Callable[[Reading], str]:
        def make(reading: Reading) -> str:
            parts = []
            for at, group in enumerate(reading):
                ends = prefix and at == len(reading) - 1
                last = f"'{group.words[-1].folded}':*{within[1:] if within == OWN else ''}" if ends else None
                parts.append(_group(group, to, within, same=same, near=near_too, foreign=foreign and same, last=last))
            return "&".join(parts)

        return make

    def side_by_side(reading: Reading, begins: bool) -> str:
        said = [own(word) for group in reading for word in group.words]
        if prefix:
            said[-1] = f"'{reading[-1].words[-1].folded}':*A"
        return "<->".join(["zzs"] * begins + said)

    def begins_alike(reading: Reading) -> str:
        return "<->".join(["zzs", *(_group_side_by_side(group, own) for group in reading)])

    size = sum(len(group.words) for group in readings[0])
    if size == 1 and strict and not meaning.marked and not prefix:
        return _bare(readings, every(True, near, lexeme, scope), every(True, False, own, OWN), begins_alike, note, shown)
    has_same = any(group.same or group.places for reading in readings for group in reading)
    has_near = any(group.near for reading in readings for group in reading)
    return Level(
        all=_ask(readings, every(True, near, lexeme, scope)) or "",
        begins=_ask(readings, lambda reading: side_by_side(reading, True)),
        phrase=_ask(readings, lambda reading: side_by_side(reading, False) if sum(len(g.words) for g in reading) > 1 else None),
        named=_ask(readings, every(False, False, own, OWN)),
        own=_ask(readings, every(False, False, _fair(meaning.marked, NAMES), NAMES)),
        head=_ask(readings, lambda reading: every(True, False, own, OWN)(reading[:1]) if len(reading) > 1 else None),
        same_begins=_ask(readings, begins_alike) if has_same else None,
        same=_ask(readings, every(True, False, own, OWN)) if has_same else None,
        plain=_ask(readings, every(True, False, lexeme, scope)) if has_near else None,
        size=sum(len(group.words) for group in readings[0]),
        note=note,
        shown=shown,
    )


def _bare(
    readings: list[Reading], found: Callable[[Reading], str], same: Callable[[Reading], str],
    begins_alike: Callable[[Reading], str], note: str, shown: str,
) -> Level:  # fmt: skip
    """One word without marks: where it stands just so comes first (na is a fruit), then every other way to mark it (nà)."""
    word = readings[0][0].words[0]
    return Level(
        all=_ask(readings, found) or "",
        begins=f"zzs<->'{word.marked}':A",
        phrase=f"'{word.marked}':A",
        named=f"zzs<->'{word.folded}':A",
        own=f"'{word.folded}':A",
        same_begins=_ask(readings, begins_alike),
        same=_ask(readings, same),
        size=1,
        note=note,
        shown=shown,
    )


def long_text(meaning: Meaning, *, marks: bool, note: str) -> Level:
    """All words somewhere in everything that is written about a product; with `marks`, as they are spelled there."""

    def every(phrase: Phrase) -> str:
        return "(" + "&".join(_raw(word) for word in phrase) + ")"

    def make(reading: Reading) -> str:
        parts = []
        for group in reading:
            others = () if marks else (*group.same, *group.foreign)
            parts.append("(" + "|".join([every(group.words), *map(every, others), *map(_place, sorted(group.places))]) + ")")
        return "&".join(parts)

    likes = tuple(f"%{word}%" for word in meaning.typed.lower().split() if not word.isascii()) if marks else ()
    return Level(all=_ask(meaning.core, make) or "", text=True, likes=likes, note=note)


def levels(meaning: Meaning) -> list[Level]:
    """The levels of a query in the order in which they are tried. The first alone is asked for nearly every query."""
    if not meaning.full:
        return []
    full, core, marked = meaning.full, meaning.core, meaning.marked
    found = [level(meaning, full)]
    if meaning.open_end:
        found.append(level(meaning, full, prefix=True))
    if core != full:
        found.append(level(meaning, core))
    found.append(level(meaning, full, scope=WIDE))
    if core != full:
        found.append(level(meaning, core, scope=WIDE))
    if marked:
        found.append(long_text(meaning, marks=True, note="text"))
        found.append(level(meaning, full, strict=False, note="folded"))
        if meaning.open_end:
            found.append(level(meaning, full, strict=False, prefix=True, note="folded"))
        if core != full:
            found.append(level(meaning, core, strict=False, note="folded"))
        found.append(level(meaning, core, strict=False, scope=WIDE, note="folded"))
    found.append(level(meaning, core, strict=False, scope=WIDE, foreign=True, note="folded" if marked else ""))
    found.append(long_text(meaning, marks=False, note="text"))
    return list(dict.fromkeys(found))


def first(meaning: Meaning) -> Level:
    """The strictest way to ask, which answers nearly every query."""
    return level(meaning, meaning.full, near=False)


def nearby(meaning: Meaning) -> Level | None:
    """The same with words that are only near, for when the words themselves do not fill a page; None when there are none."""
    if not any(group.near for reading in meaning.full for group in reading):
        return None
    return level(meaning, meaning.full)


def reread(asked: Sequence[Word]) -> Reading:
    """Corrected words as a reading, with what else they may be called."""
    return groups(list(asked))


def meant(reading: Reading, shown: str) -> list[Level]:
    """The levels of corrected words: in the names of goods, then in those of suppliers too."""
    return [
        Level(
            all="&".join(_group(group, _folded(scope), scope, same=True, near=False, foreign=False) for group in reading),
            note="corrected",
            shown=shown,
        )
        for scope in (NAMES, WIDE)
    ]


def by_name(meaning: Meaning) -> str:
    """How suppliers and commodities are asked for by the same words."""
    lexeme = _strict(meaning.marked, NAMES)
    return (
        _ask(
            meaning.core,
            lambda reading: "&".join(_group(group, lexeme, NAMES, same=True, near=False, foreign=False) for group in reading),
        )
        or ""
    )


def any_word(words: Iterable[Word], alternatives: dict[str, list[str]]) -> Level | None:
    """The last resort: any of the words, or what they may have been meant to be."""
    asked = [f"'{other}'" for word in words for other in dict.fromkeys([word.folded, *alternatives.get(word.folded, ())])]
    return Level(all="|".join(dict.fromkeys(asked)), note="any") if asked else None


__all__ = ["NAMES", "Level", "any_word", "by_name", "first", "level", "levels", "long_text", "meant", "nearby", "reread"]
