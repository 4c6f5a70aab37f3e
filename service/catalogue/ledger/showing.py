"""The ledger as it is read: everybody sees what is free, the supplier's own people and officers also to whom it is promised."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

import psycopg

from service.accounts import Actor
from service.catalogue import rules as catalogue_rules
from service.catalogue.ledger.queries import PROMISE, promise_in
from service.catalogue.ledger.rules import sees_promises
from service.catalogue.ledger.strip import Cell, cells
from service.catalogue.ledger.views import Promise
from service.catalogue.models import State
from service.core import clock, cursors
from service.core.errors import NotFound
from service.core.i18n import _, locale

Reader = psycopg.AsyncConnection[tuple[Any, ...]]
PAGE = 20
MOST_PROMISES = 500

SUPPLIES = """
SELECT p.id, p.slug, p.code, p.name, p.name_en, p.state, s.state, s.organisation_id, p.version, p.season_months,
       p.reserve_kg::float8,
       (SELECT json_agg(json_build_array(u.year, u.month, u.capacity_kg)) FROM catalogue_supply u WHERE u.product_id = p.id),
       (SELECT json_agg(json_build_array(b.year, b.month, b.promised_kg, b.delivered_kg)) FROM catalogue_ledger_month b
         WHERE b.product_id = p.id)
  FROM catalogue_product p JOIN catalogue_supplier s ON s.id = p.supplier_id
"""
# What stands for the months to come, and what of earlier ones is still owed.
STANDING = f"""
SELECT {PROMISE} FROM catalogue_promise m
 WHERE m.product_id = ANY(%(ids)s) AND m.released_at IS NULL
   AND ((m.year, m.month) >= (%(year)s, %(month)s) OR m.kg > m.consumed_kg)
 ORDER BY m.product_id, m.year, m.month, m.id LIMIT %(most)s
"""  # noqa: S608 - only our own constants are put in.
# Everything, the newest month first: what was let go as well.
EVER = f"""
SELECT {PROMISE} FROM catalogue_promise m WHERE m.product_id = ANY(%(ids)s)
 ORDER BY m.year DESC, m.month DESC, m.id DESC LIMIT %(most)s
"""  # noqa: S608 - only our own constants are put in.


@dataclass(frozen=True, slots=True)
class Supply:
    """What a product yields in the coming months and what of it is free; for its own people also to whom it goes."""

    id: UUID
    slug: str
    code: str
    name: str
    name_en: str | None
    state: str
    version: int
    inside: bool  # Whether the reader sees promises and what is kept back.
    reserve_kg: float | None
    cells: list[Cell]
    promises: list[Promise] = field(default_factory=list)

    @property
    def title(self) -> str:
        """The name in the reader's language, where there is one."""
        return (self.name_en or self.name) if locale() == "en" else self.name

    @property
    def declared(self) -> bool:
        """Whether anything is known of what the product can yield."""
        return any(cell.capacity is not None for cell in self.cells)


@dataclass(frozen=True, slots=True)
class SupplyList:
    """A page of supplies, by name."""

    items: list[Supply]
    next: str | None


async def own_supplies(reader: Reader, actor: Actor, *, cursor: str | None = None) -> SupplyList:
    """Every product of the reader's own supplier with its months and what stands promised in them."""
    after = cursors.place(cursor, str) if cursor else None
    found = await reader.execute(
        f"{SUPPLIES} WHERE s.organisation_id = %(own)s"
        f" {'AND (p.name, p.id) > (%(name)s, %(id)s)' if after else ''} ORDER BY p.name, p.id LIMIT %(most)s",
        {
            "own": actor.organisation_id,
            "name": after[0] if after else None,
            "id": after[1] if after else None,
            "most": PAGE + 1,
        },
    )
    rows = await found.fetchall()
    shown = [_supply(row, clock.today(), inside=True) for row in rows[:PAGE]]
    await _with_promises(reader, shown, STANDING)
    last = shown[-1] if len(rows) > PAGE else None
    return SupplyList(shown, cursors.sealed([last.name, str(last.id)]) if last is not None else None)


async def supply_of(reader: Reader, slug: str, actor: Actor | None, *, ever: bool = False) -> Supply:
    """One product's months for this reader, with `ever` also the promises that are over. Raises NotFound as its page does."""
    found = await reader.execute(f"{SUPPLIES} WHERE p.slug = %(slug)s", {"slug": slug.replace("\x00", "")})
    row = await found.fetchone()
    if row is None or not _visible(actor, row):
        raise NotFound(_("Không có sản phẩm này, hoặc sản phẩm chưa được đăng."))
    inside = sees_promises(actor, row[7])
    shown = _supply(row, clock.today(), inside=inside)
    if inside:
        await _with_promises(reader, [shown], EVER if ever else STANDING)
    return shown


def _visible(actor: Actor | None, row: Sequence[Any]) -> bool:
    inside = catalogue_rules.is_officer(actor) or catalogue_rules.belongs(actor, row[7])
    return inside or (row[5] == State.PUBLISHED and row[6] == State.PUBLISHED)


def _supply(row: Sequence[Any], today: date, *, inside: bool) -> Supply:
    row_id, slug, code, name, name_en, state, _of_supplier, _owner, version, season, reserve, supply, taken = row
    months = cells(supply or (), season, today, reserve=reserve, taken=taken or (), whole=inside)
    return Supply(row_id, slug, code, name, name_en, state, version, inside, reserve if inside else None, months)


async def _with_promises(reader: Reader, supplies: Sequence[Supply], statement: str) -> None:
    today, of = clock.today(), {each.id: each for each in supplies}
    asked = {"ids": list(of), "year": today.year, "month": today.month, "most": MOST_PROMISES}
    for row in await (await reader.execute(statement.encode(), asked)).fetchall():
        each = promise_in(row)
        of[each.product_id].promises.append(each)
