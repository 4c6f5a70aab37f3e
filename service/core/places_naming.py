"""From an address as it is written to the units that it names: words, and the rows of words that are some unit's name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from service.core.places_table import Kind, Place, table
from service.core.text import fold, strip_marks

MOST_WORDS = 60
MOST_IN_A_NAME = 8

TYPE_WORDS: dict[str, tuple[Kind | None, frozenset[str]]] = {
    "tỉnh": ("province", frozenset()),  # Of any type: Huế and Đồng Nai have been both.
    "thành phố": (None, frozenset({"thành phố"})),
    "tp": (None, frozenset({"thành phố"})),
    "thị xã": ("district", frozenset({"thị xã", "thành phố"})),  # Bắc Kạn was the one before it was the other.
    "tx": ("district", frozenset({"thị xã", "thành phố"})),
    "huyện": ("district", frozenset({"huyện"})),
    "h": ("district", frozenset({"huyện"})),
    "quận": ("district", frozenset({"quận"})),
    "q": ("district", frozenset({"quận"})),
    "phường": ("commune", frozenset({"phường"})),
    "p": ("commune", frozenset({"phường"})),
    "f": ("commune", frozenset({"phường"})),
    "xã": ("commune", frozenset({"xã"})),
    "x": ("commune", frozenset({"xã"})),
    "thị trấn": ("commune", frozenset({"thị trấn"})),
    "tt": ("commune", frozenset({"thị trấn"})),
    "đặc khu": ("commune", frozenset({"đặc khu"})),
}
# What stands before a house, a street or a hamlet: no unit of ours begins there, unless the whole part is its name (Bản Thi).
LESSER = frozenset(
    (
        "số",
        "thôn",
        "bản",
        "tổ",
        "xóm",
        "khu",
        "phố",
        "đường",
        "ngõ",
        "ngách",
        "hẻm",
        "tiểu khu",
        "ấp",
        "buôn",
        "khóm",
        "km",
        "khối",
        "lô",
        "kiệt",
    )
)
NOISE = re.compile(r"\b(?:việt\s*nam|viet\s*nam|vietnam|vn)\b\.?|\(?\bcũ\b\)?", re.IGNORECASE)
GLUED = re.compile(r"(?<![^\W_])(TT|TP|TX|P|X|H|Q|T|F)\s*\.\s*(?=\w)", re.IGNORECASE)
NUMBERED = re.compile(r"(?<![^\W_])([PQF])\s?0?(\d{1,2})(?![^\W_])", re.IGNORECASE)
PARTS = re.compile(r"[,;()\n\r|/]")
WORD = re.compile(r"[^\W_]+")
TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
SAID, WHOLE, WRONG_TYPE, INSIDE = 1.5, 1.0, 0.9, 0.4  # How much a mention explains.


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    folded: str
    part: int
    start: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """A unit that a mention may mean, and how well it fits what was written."""

    place: Place
    weight: float
    misfit: bool
    unmarked: bool


@dataclass(frozen=True, slots=True)
class Mention:
    """Words that name one or more units."""

    start: int  # Where it begins in the text.
    typed: bool
    whole: bool
    candidates: tuple[Candidate, ...]


def _words(text: str) -> list[_Word]:
    found: list[_Word] = []
    part, at = 0, 0
    for piece in re.split(f"({PARTS.pattern})", text):
        if PARTS.fullmatch(piece):
            part += 1
        else:
            each = ((word, fold(word[0]).replace(" ", "")) for word in WORD.finditer(piece))
            found.extend(_Word(word[0], folded, part, at + word.start()) for word, folded in each if folded)
        at += len(piece)
    return found[:MOST_WORDS]


def mentions_in(text: str) -> list[Mention]:
    """The units that are named, from left to right."""
    spaced = NUMBERED.sub(lambda m: f"{'Q' if m[1] in 'Qq' else 'P'} {m[2]}".ljust(len(m[0])), NOISE.sub(_blank, text))
    words = _words(GLUED.sub(lambda m: m[1] + " " * (len(m[0]) - len(m[1])), spaced))
    marked = any(word.text != strip_marks(word.text) for word in words)
    found: list[Mention] = []
    for part in sorted({word.part for word in words}):
        found.extend(_in_part([word for word in words if word.part == part], marked))
    return found


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


def _in_part(words: list[_Word], marked: bool) -> list[Mention]:
    """The mentions between two commas: taken from the right, longest first."""
    taken: list[tuple[int, int, bool, tuple[Candidate, ...]]] = []
    strange = False
    end = len(words)
    while end > 0:
        for start in range(max(0, end - MOST_IN_A_NAME), end):
            typed, candidates = _named(words[start:end], marked)
            if candidates and not (start and not typed and _lesser(words[start - 1 : start], words[max(0, start - 2) : start])):
                taken.append((start, end, typed, candidates))
                end = start
                break
        else:
            strange = True
            end -= 1
    return [
        Mention(
            words[start].start, typed, not strange,
            candidates if typed or not strange
            else tuple(Candidate(each.place, INSIDE, each.misfit, each.unmarked) for each in candidates),
        )
        for start, _end, typed, candidates in reversed(taken)
    ]  # fmt: skip


def _lesser(one: list[_Word], two: list[_Word]) -> bool:
    return any(" ".join(word.text.lower() for word in before) in LESSER for before in (one, two))


def _named(words: list[_Word], marked: bool) -> tuple[bool, tuple[Candidate, ...]]:
    """Units of any day that bear this name, and whether their type was written before it."""
    found: dict[int, Candidate] = {}
    typed = False
    for size in (0, 1, 2):
        said = _type_of(" ".join(word.text for word in words[:size])) if 0 < size < len(words) else None
        if said is None and size:
            continue
        for number, each in _bearing(words, size, said, marked):
            typed = typed or said is not None
            if number not in found or found[number].weight < each.weight:
                found[number] = each
    if any(each.weight == SAID for each in found.values()):  # A type was written, and a unit of that type bears the name.
        found = {number: each for number, each in found.items() if each.weight != WHOLE}
    return typed, tuple(found.values())


def _bearing(
    words: list[_Word], skipped: int, said: tuple[Kind | None, frozenset[str]] | None, marked: bool
) -> Iterator[tuple[int, Candidate]]:
    """The units that bear the name after the words of its type. A number is only a name behind a type ("Phường 12")."""
    key = "".join(word.folded for word in words[skipped:])
    if key.isdigit():
        key = key.lstrip("0") or key
        if said is None:
            return
    spelt = f" {_marked(' '.join(word.text for word in words))}"
    for number in table().named(key):
        place = table().row(number)
        unmarked = marked and not any(spelt.endswith(f" {_marked(each)}") for each in (place.name, *place.aliases))
        if said is None:
            yield number, Candidate(place, WHOLE, False, unmarked)
            continue
        kind, types = said
        misfit = bool(types) and place.type not in types
        if kind in (None, place.kind) and not (misfit and key.isdigit() and place.kind == "commune"):
            yield number, Candidate(place, WRONG_TYPE if misfit else SAID, misfit, unmarked)


@lru_cache(maxsize=512)
def _type_of(typed: str) -> tuple[Kind | None, frozenset[str]] | None:
    """The type that a word means; one in marks is taken by them: the "phượng" of Phượng Dực is none."""
    spelt, folded = _marked(typed), fold(typed)
    for word, meant in TYPE_WORDS.items():
        if fold(word) == folded and (spelt == strip_marks(spelt) or spelt == _marked(word)):
            return meant
    return None


@lru_cache(maxsize=4096)
def _marked(text: str) -> str:
    """The text with its marks, but blind to where in the syllable the tone was set (hoà = hòa)."""
    words = re.sub(r"[^\w]+", " ", unicodedata.normalize("NFC", text).lower()).split()
    out = []
    for word in words:
        letters = unicodedata.normalize("NFD", word)
        out.append("".join(c for c in letters if c not in TONES) + "".join(c for c in letters if c in TONES))
    return " ".join(out)
