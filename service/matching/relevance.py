"""How near an offer's goods are to the goods asked for, from 1 (the very commodity) to 0. PURE.

Words typed with marks are compared with their marks, so that dứa never answers for dừa; without marks they match either.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from service.core import text
from service.core.text import Word

SAME = 1.0
BY_NAME = 0.8
SPOKEN_OF = 0.6
SAME_GROUP = 0.3


@lru_cache(maxsize=8192)
def words(value: str) -> tuple[Word, ...]:
    """The words of a text; names and commodities come again with every request."""
    return tuple(text.words(value))


@dataclass(frozen=True)
class Goods:
    """What is asked for: a commodity by its names, or words; or a commodity with words that narrow it."""

    commodity: UUID | None
    category: str | None
    names: tuple[tuple[Word, ...], ...]
    asked: tuple[Word, ...]
    spoken: frozenset[UUID]  # Commodities that the words speak of.

    @classmethod
    def of(
        cls,
        commodity: UUID | None,
        category: str | None,
        names: Iterable[str],
        asked: str,
        spoken: Iterable[UUID] = (),
    ) -> Goods:
        """The goods with their words taken apart once, because many offers will be compared with them."""
        parts = tuple(words(name) for name in names)
        return cls(commodity, category, tuple(part for part in parts if part), words(asked), frozenset(spoken))


def relevance(goods: Goods, name: str, commodity: UUID | None, category: str | None, also: str = "") -> float:
    """How near a product is; `also` holds further words that name its own commodity."""
    if goods.commodity is not None:
        if commodity == goods.commodity:
            return SAME if not goods.asked else BY_NAME + (SAME - BY_NAME) * share(goods.asked, words(name) + words(also))
        if commodity is None and any(stands_in(part, words(name)) for part in goods.names):
            return BY_NAME
        return SAME_GROUP if category is not None and category == goods.category else 0.0
    if commodity is not None and commodity in goods.spoken:
        return SPOKEN_OF + (SAME - SPOKEN_OF) * share(goods.asked, words(name) + words(also))
    said = share(goods.asked, words(name))
    return BY_NAME if said == 1 else SAME_GROUP * said


def same_word(asked: Word, found: Word) -> bool:
    """Whether two words are one: by their letters, and by their marks where both carry some."""
    return asked.folded == found.folded and (not asked.marks or not found.marks or asked.marks == found.marks)


def share(asked: Iterable[Word], found: Sequence[Word]) -> float:
    """The part of the asked words that are found, 0 when nothing is asked."""
    every = list(asked)
    return sum(any(same_word(each, other) for other in found) for each in every) / len(every) if every else 0.0


def stands_in(phrase: tuple[Word, ...], found: Sequence[Word]) -> bool:
    """Whether the words of a phrase stand in a row somewhere in the text."""
    length = len(phrase)
    return any(
        all(same_word(asked, other) for asked, other in zip(phrase, found[at : at + length], strict=True))
        for at in range(len(found) - length + 1)
    )
