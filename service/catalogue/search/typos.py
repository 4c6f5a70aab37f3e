"""What somebody who mistyped may have meant: the words of the market that are closest to what was typed. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise, product

from service.core.text import Word, split_joined

Guess = tuple[str, str, int]  # The folded word, how it is written, how often.
MOST_GUESSES = 5
MOST_WAYS = 14
MOST_CHOICES = 4000
# Letters that sound alike somewhere in the country: writing one for the other is hardly an error.
ALIKE = (
    ("s", "x"),
    ("ch", "tr"),
    ("d", "gi"),
    ("d", "r"),
    ("gi", "r"),
    ("l", "n"),
    ("d", "v"),
    ("gi", "v"),
    ("c", "k"),
    ("g", "gh"),
    ("ng", "ngh"),
    ("h", "kh"),
)
ENDS_ALIKE = (("n", "ng"), ("t", "c"), ("n", "nh"), ("i", "y"), ("ao", "au"), ("iu", "ieu"), ("uu", "uou"))
_KEYS = (
    "q:wa w:qes e:wrd r:etf t:ryg y:tuh u:yij i:uok o:ipl p:ol a:qsz s:awdx d:sefc f:drgv g:fthb h:gyjn j:hukm k:jil l:ko "
    "z:ax x:zsc c:xdv v:cfb b:vgn n:bhm m:nj"
)
NEIGHBOURS = {key[0]: frozenset(key[2:]) for key in _KEYS.split()}


@lru_cache(maxsize=20_000)
def distance(typed: str, meant: str) -> float:
    """How far two folded words are apart: 1 for a letter wrong, missing, too many or swapped; less where it is easily done."""
    if typed == meant:
        return 0.0
    return 0.4 if _sounds_alike(typed, meant) else _edits(typed, meant)


def _sounds_alike(typed: str, meant: str) -> bool:
    """Whether one is the other with a beginning or an ending that sounds the same somewhere."""
    for one, other in (*ALIKE, *((b, a) for a, b in ALIKE)):
        if typed.startswith(one) and meant == other + typed[len(one) :]:
            return True
    return any(
        typed.endswith(one) and meant == typed[: -len(one)] + other
        for one, other in (*ENDS_ALIKE, *((b, a) for a, b in ENDS_ALIKE))
    )


def _edits(typed: str, meant: str) -> float:
    """Damerau's distance with cheaper neighbours on the keyboard, doubled letters and swaps."""
    before: list[float] = []
    row = [float(n) for n in range(len(meant) + 1)]
    for at, letter in enumerate(typed, 1):
        last, before, row = before, row, [float(at)]
        for to, wanted in enumerate(meant, 1):
            cost = 0.0 if letter == wanted else 0.8 if wanted in NEIGHBOURS.get(letter, ()) else 1.0
            doubled = 0.6 if at > 1 and typed[at - 2] == letter else 1.0
            best = min(before[to] + doubled, row[to - 1] + 1.0, before[to - 1] + cost)
            if at > 1 and to > 1 and letter == meant[to - 2] and typed[at - 2] == wanted:
                best = min(best, last[to - 2] + 0.7)
            row.append(best)
    # A wrong first letter is rarer than any other slip.
    return row[-1] + (0.3 if typed[:1] != meant[:1] else 0.0)


def farthest(word: str) -> float:
    """How far a guess may be: a short word means another word sooner than a long one does."""
    return 0.9 if len(word) <= 2 else 1.3 if len(word) <= 4 else 2.0


def ways(asked: Sequence[Word], guesses: Iterable[tuple[str, str, str, int]]) -> list[list[Guess]]:
    """The likeliest readings of mistyped words, likeliest first; `guesses` are (typed, word, written, times).

    Words may be replaced, taken apart ("miendong") or put together ("st 25"), and a known word may be another one's slip.
    """
    found: dict[str, dict[str, Guess]] = {}
    inside: dict[str, set[str]] = {}
    for typed, word, shown, times in guesses:
        if times < 0:
            inside.setdefault(typed, set()).add(word)
            continue
        kept = found.setdefault(typed, {}).get(word)
        if kept is None or kept[2] < times:
            found[typed][word] = (word, shown, times)
    most = MOST_WAYS if len(asked) == 1 else MOST_GUESSES
    slots = [_options(word, found, inside)[:most] for word in asked]
    readings: list[tuple[float, list[Guess]]] = []
    if _size(slots) <= MOST_CHOICES:
        readings.extend((sum(cost for cost, _ in way), [guess for _, part in way for guess in part]) for way in product(*slots))
    readings.extend(_joined(asked, slots, found))
    readings.sort(key=lambda reading: (reading[0], -sum(min(guess[2], 1000) for guess in reading[1])))
    unique: dict[tuple[str, ...], list[Guess]] = {}
    for _cost, reading in readings:
        unique.setdefault(tuple(guess[0] for guess in reading), reading)
    return list(unique.values())[:MOST_WAYS]


Option = tuple[float, list[Guess]]


def _size(slots: list[list[Option]]) -> int:
    size = 1
    for slot in slots:
        size *= len(slot)
    return size


def _options(word: Word, found: dict[str, dict[str, Guess]], inside: dict[str, set[str]]) -> list[Option]:
    typed = word.folded
    near = found.get(typed, {})
    options: list[Option] = []
    # What is there as typed stays the best reading of itself; what is not may be anything close.
    options.extend((far, [guess]) for guess in near.values() if (far := distance(typed, guess[0])) <= farthest(typed))
    options.extend(
        (0.3 + 0.1 * len(pieces), [(piece, piece, 1) for piece in pieces])
        for pieces in split_joined(typed, frozenset(inside.get(typed, ())), MOST_WAYS)
    )
    letters = typed.rstrip("0123456789")
    if letters and letters != typed:
        options.append((0.4, [(letters, letters, 1), (typed[len(letters) :], typed[len(letters) :], 1)]))
    options.sort(key=lambda option: (option[0], -option[1][0][2]))
    return options or [(1.5, [(typed, typed, 0)])]


def _joined(asked: Sequence[Word], slots: list[list[Option]], found: dict[str, dict[str, Guess]]) -> list[Option]:
    """Readings in which two neighbouring words are one: "st 25", "vi cumax"."""
    made: list[Option] = []
    for at in range(len(asked) - 1):
        both = asked[at].folded + asked[at + 1].folded
        for guess in found.get(both, {}).values():
            far = distance(both, guess[0])
            if far <= 1.0:
                rest = [*slots[:at], *slots[at + 2 :]]
                head, tail = [slot[0] for slot in rest[:at]], [slot[0] for slot in rest[at:]]
                cost = far + 0.3 + sum(option[0] for option in (*head, *tail))
                made.append((cost, [*(g for o in head for g in o[1]), guess, *(g for o in tail for g in o[1])]))
    return made


def asked_for(asked: Sequence[Word]) -> tuple[list[str], list[str]]:
    """The words to look up in the vocabulary: every word with its joined neighbours, and those that may hold several."""
    single = [word.folded for word in asked]
    together = [one + other for one, other in pairwise(single)]
    return list(dict.fromkeys([*single, *together])), [word for word in single if len(word) > 5]


__all__ = ["Guess", "asked_for", "distance", "farthest", "ways"]
