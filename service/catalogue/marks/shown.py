"""The protected names that a product's or a supplier's page shows, from the rows that its statement has read (V8)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from service.catalogue.marks.rules import MarkTerms, may_show_mark, obstacles_for_maker
from service.catalogue.views import MarkView

# The marks of a maker as JSON, for the statements of other pages: m is the mark, w its user.
MARK_JSON = (
    "json_build_array(m.slug, m.name, m.kind, m.number,"
    " (SELECT g.slug FROM catalogue_commodity g WHERE g.id = m.commodity_id), m.commune_codes)"
)


def shown_marks(listed: Iterable[Sequence[Any]], *, commune: str | None, commodity: str | None) -> list[MarkView]:
    """Of the names that a maker is listed for (as `MARK_JSON`), those that its product may show."""
    return [
        MarkView(*mark[:4])
        for mark in listed
        if may_show_mark(MarkTerms(mark[4], mark[5]), listed=True, commune=commune, commodity=commodity)
    ]


def held_marks(listed: Iterable[Sequence[Any]], *, commune: str | None) -> list[MarkView]:
    """Of the names that a maker is listed for, those that it may use for some of its goods."""
    return [
        MarkView(*mark[:4])
        for mark in listed
        if not obstacles_for_maker(MarkTerms(mark[4], mark[5]), listed=True, commune=commune)
    ]
