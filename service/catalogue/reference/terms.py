"""Commodities with every word that names them, and which of them a name or a free text means."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from service.catalogue.bulk.staging import connection
from service.core.text import fold

_TERMS = "SELECT id, slug, name, name_en, category_code, season_months, synonyms FROM catalogue_commodity ORDER BY slug"
_STATE = "SELECT current_database(), count(*), max(xmin::text::bigint), sum(xmin::text::bigint) FROM catalogue_commodity"


@dataclass(frozen=True, slots=True)
class CommodityTerms:
    """A commodity with every word that names it."""

    id: UUID
    slug: str
    name: str
    name_en: str
    category_code: str | None
    season_months: tuple[int, ...]
    synonyms: tuple[str, ...]

    @property
    def terms(self) -> tuple[str, ...]:
        """Its names, the Vietnamese one first."""
        return (self.name, self.name_en, *self.synonyms)

    @property
    def proper_terms(self) -> tuple[str, ...]:
        """The words that name nothing else: its name, and synonyms of more than one word. "Miến" alone may be miến đao."""
        return (self.name, *(term for term in (self.name_en, *self.synonyms) if " " in term))

    def called(self, language: str = "vi") -> str:
        """The name in a language."""
        return self.name_en if language == "en" else self.name


async def commodity_terms(session: AsyncSession) -> tuple[CommodityTerms, ...]:
    """Every commodity with the words that name it.

    They change with a new edition of the reference data only, so a process keeps the last ones it has read and asks the
    table in which state it is: a row that is new, changed or gone gives it another one.
    """
    conn = await connection(session)
    found = await conn.execute(_STATE)
    state = await found.fetchone()
    if state != _kept.state:
        rows = await (await conn.execute(_TERMS)).fetchall()
        _kept.terms = tuple(
            CommodityTerms(row[0], row[1], row[2], row[3], row[4], tuple(row[5]), tuple(row[6])) for row in rows
        )
        _kept.state = state
    return _kept.terms


class _Kept:
    """The commodities as this process has last read them."""

    state: Any = None
    terms: tuple[CommodityTerms, ...] = ()


_kept = _Kept()


async def commodity_called(session: AsyncSession, named: str) -> CommodityTerms | None:
    """The commodity with that slug, name or synonym; its own name wins over a synonym of another."""
    return called(await commodity_terms(session), named)


def called(terms: Iterable[CommodityTerms], named: str) -> CommodityTerms | None:
    """The same among commodities that are at hand."""
    every = list(terms)
    wanted = fold(named)
    for each in every:
        if named == each.slug or wanted == fold(each.name):
            return each
    return next((each for each in every if any(wanted == fold(term) for term in each.terms)), None)


def commodities_in(terms: Iterable[CommodityTerms], words: str) -> tuple[CommodityTerms, ...]:
    """The commodities that a free text speaks of: one of their names stands in it, or it stands in one of their names."""
    wanted = f" {fold(words)} "
    if not wanted.strip():
        return ()
    return tuple(
        each for each in terms if any(f" {name} " in wanted or wanted in f" {name} " for name in map(fold, each.terms) if name)
    )
