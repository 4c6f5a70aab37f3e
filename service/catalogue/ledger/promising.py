"""Capacity is promised, let go again, and delivered (M15). No kilogram is promised twice, however many ask at once.

Everybody locks in one order: products (shared: whoever declares capacity waits until the promises of the moment are made), then
standing promises, then balances, each by product, year and month. A balance is written last, in one statement that adds to what
stands there at that moment and holds it until the transaction ends: of two hundred who want the same month each waits only for
those few. A call therefore names all its months at once, and those of several sources together (`promise_all`); two calls in
one transaction could wait for each other for ever.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts import Actor
from service.catalogue.bulk import staging
from service.catalogue.ledger import events, rules
from service.catalogue.ledger.balances import keys_of, move, open_months, refuse
from service.catalogue.ledger.inputs import Deal, Key, Source, Wish, number, said, spoken, wanted, weighed
from service.catalogue.ledger.queries import PROMISE, promise_in
from service.catalogue.ledger.views import Promise
from service.core import clock, formats
from service.core.db import new_id
from service.core.errors import Conflict, Invalid, NotAllowed, NotFound
from service.core.events import Event, announce_all
from service.core.i18n import _

Ask = tuple[UUID, int, str, UUID]  # A product, a counted month, and the source that wants it: in this order everybody locks.
Released = Mapping[tuple[str, UUID], str]  # Sources whose promises are let go, and why.

_ASKED = "unnest(%(products)s::uuid[], %(years)s::int[], %(months)s::int[], %(kinds)s::text[], %(sources)s::uuid[])"
_ITS = (
    "m.source_kind = w.kind AND m.source_id = w.source AND m.product_id = w.product_id AND m.year = w.year"
    " AND m.month = w.month AND m.released_at IS NULL"
)
_LOOK = f"""
SELECT p.id, w.year * 12 + w.month - 1, p.name, b.limit_kg - b.promised_kg - b.delivered_kg, {PROMISE}
  FROM {_ASKED} AS w(product_id, year, month, kind, source)
  JOIN catalogue_product p ON p.id = w.product_id
  LEFT JOIN catalogue_ledger_month b ON b.product_id = w.product_id AND b.year = w.year AND b.month = w.month
  LEFT JOIN catalogue_promise m ON {_ITS}
 ORDER BY p.id, w.year, w.month FOR KEY SHARE OF p
"""  # noqa: S608 - only our own constants are put in.
_STANDING = f"""
SELECT {PROMISE} FROM {_ASKED} AS w(product_id, year, month, kind, source) JOIN catalogue_promise m ON {_ITS}
"""  # noqa: S608 - only our own constants are put in.
_MAKE = f"""
INSERT INTO catalogue_promise AS m (id, product_id, year, month, kg, source_kind, source_id, label, reason, made_at, made_by)
SELECT w.id, w.product_id, w.year, w.month, w.kg, w.kind, w.source, w.label, %(reason)s, %(at)s, %(by)s
  FROM unnest(%(ids)s::uuid[], %(products)s::uuid[], %(years)s::int[], %(months)s::int[], %(kg)s::numeric[], %(kinds)s::text[],
              %(sources)s::uuid[], %(labels)s::text[]) AS w(id, product_id, year, month, kg, kind, source, label)
ON CONFLICT DO NOTHING RETURNING {PROMISE}
"""  # noqa: S608 - only our own constants are put in.
_OWED = f"""
SELECT {PROMISE} FROM unnest(%(kinds)s::text[], %(sources)s::uuid[]) AS s(kind, id)
  JOIN catalogue_promise m ON m.source_kind = s.kind AND m.source_id = s.id
 WHERE m.released_at IS NULL AND m.kg > m.consumed_kg
   AND (%(product)s::uuid IS NULL OR m.product_id = %(product)s)
   AND (%(asked)s::int[] IS NULL OR m.year * 12 + m.month - 1 = ANY(%(asked)s::int[]))
 ORDER BY m.product_id, m.year, m.month, m.source_kind, m.source_id FOR UPDATE OF m
"""  # noqa: S608 - only our own constants are put in.
_LET_GO = """
UPDATE catalogue_promise m
   SET released_kg = m.kg - m.consumed_kg, released_at = %(at)s, released_by = %(by)s, release_reason = w.reason
  FROM unnest(%(ids)s::uuid[], %(reasons)s::text[]) AS w(id, reason)
 WHERE m.id = w.id
"""


async def promise(
    session: AsyncSession,
    actor: Actor,
    wishes: Iterable[Wish],
    *,
    source: Source,
    reason: str,
    instead_of: tuple[str, UUID] | None = None,
) -> list[Promise]:
    """Promise all of these kilograms or none; gives the promises that now stand for them, in the order of the ledger.

    The same source asked again for the same months finds what it has and changes nothing. `instead_of`: see `Deal`.
    Raises Conflict naming product, month and what is still free.
    """
    return (await promise_all(session, actor, [Deal(source, list(wishes), instead_of)], reason=reason))[0]


async def promise_all(
    session: AsyncSession, actor: Actor, deals: Sequence[Deal], *, reason: str, let_go: Released | None = None
) -> list[list[Promise]]:
    """The same for several sources in one move, deal by deal: all of it or nothing, and every row locked in the one order.

    `let_go` names sources that get nothing and whose promises end in the same move, each with the reason: lots not chosen.
    """
    if not rules.may_promise(actor):
        raise NotAllowed(_("Bạn chỉ có quyền xem nên không hứa hàng được."))
    why = said(reason)
    asked, labels = _asked(deals)
    conn = await staging.connection(session)
    found = await (await conn.execute(_LOOK, _columns(asked))).fetchall()
    free = {(row[0], row[1]): row[3] for row in found}
    names = {row[0]: row[2] for row in found}
    if any(ask[:2] not in free for ask in asked):
        raise NotFound(_("Không có sản phẩm này, hoặc sản phẩm chưa được đăng."))
    standing = _same(asked, (promise_in(row[4:]) for row in found if row[4] is not None))
    fresh = {ask: kg for ask, kg in asked.items() if ask not in standing}
    wanting = _by_month(fresh)
    if any(free[key] is None for key in wanting):
        await open_months(conn, wanting)
    ending = {deal.instead_of: why for deal in deals if deal.instead_of not in (None, (deal.source.kind, deal.source.id))}
    over = {**ending, **{source: said(words) for source, words in (let_go or {}).items()}}
    if not over and any(free[key] is not None and free[key] < kg for key, kg in wanting.items()):
        await refuse(conn, names, wanting)  # Told before anything is written; unless it has become free in this moment.
    gone = await _let_go(conn, actor, over) if over else []
    facts = [_released(each, over[each.source.kind, each.source.id]) for each in gone]
    made = await _make(conn, actor, fresh, labels, why) if fresh else {}
    if len(made) < len(fresh):  # The same source was a moment faster in another transaction.
        again = await conn.execute(_STANDING, _columns(fresh))
        standing |= _same(asked, map(promise_in, await again.fetchall()))
    facts.extend((events.CapacityPromised(each.product_id, each.id), None, _told(each)) for each in made.values())
    await announce_all(session, facts, actor=actor)
    new = _by_month({ask: each.kg for ask, each in made.items()})
    moved = dict(new)
    for each in gone:
        key = (each.product_id, number(each.month))
        moved[key] = moved.get(key, Decimal(0)) - each.owed_kg
    await move(conn, moved, names, new)
    standing |= made
    sources = [(deal.source.kind, deal.source.id) for deal in deals]
    return [[standing[ask] for ask in asked if ask[2:] == source] for source in sources]


async def release(
    session: AsyncSession,
    actor: Actor,
    source_kind: str,
    source_id: UUID,
    *,
    reason: str,
    product_id: UUID | None = None,
    months: Iterable[date] | None = None,
) -> int:
    """Let go what is still owed of a source's promises, where said of one product or some months only; how many they were."""
    if not rules.may_promise(actor):
        raise NotAllowed(_("Bạn chỉ có quyền xem nên không bỏ lời hứa hàng được."))
    conn = await staging.connection(session)
    why = said(reason)
    only = None if months is None else [number(day) for day in months]
    gone = await _let_go(conn, actor, {(source_kind, source_id): why}, product_id, only)
    await announce_all(session, [_released(each, why) for each in gone], actor=actor)
    await move(conn, {(each.product_id, number(each.month)): -each.owed_kg for each in gone}, {}, {})
    return len(gone)


async def consume(
    session: AsyncSession,
    actor: Actor,
    source_kind: str,
    source_id: UUID,
    product_id: UUID,
    month: date,
    kg: Decimal,
    *,
    on: date,
    key: UUID | None = None,
) -> Promise:
    """Note that a part of a promise has been delivered on that day; it stays counted against its month.

    With a `key` the same delivery told twice is counted once. Raises Conflict for more than is still owed.
    """
    if not rules.may_promise(actor):
        raise NotAllowed(_("Bạn chỉ có quyền xem nên không ghi giao hàng được."))
    weight = weighed(kg)
    if on > clock.today():
        raise Invalid(_("Ngày giao này chưa tới."), {"on": _("Ngày giao này chưa tới.")})
    conn = await staging.connection(session)
    row = await (
        await conn.execute(
            f"SELECT {PROMISE} FROM catalogue_promise m WHERE m.source_kind = %s AND m.source_id = %s AND m.product_id = %s"  # noqa: S608 - our own columns.
            " AND m.year = %s AND m.month = %s AND m.released_at IS NULL FOR UPDATE",
            (source_kind, source_id, product_id, month.year, month.month),
        )
    ).fetchone()
    if row is None:
        raise NotFound(_("Không có lời hứa hàng này, hoặc lời hứa đã được bỏ."))
    held = promise_in(row)
    told = key or new_id()
    noted = await conn.execute(
        "INSERT INTO catalogue_promise_delivery (id, promise_id, delivered_on, kg, noted_by) VALUES (%s, %s, %s, %s, %s)"
        " ON CONFLICT (id) DO NOTHING",
        (told, held.id, on, weight, actor.person_id),
    )
    if noted.rowcount == 0:
        return held
    if weight > held.owed_kg:
        raise Conflict(
            _("Lời hứa này chỉ còn %(left)s chưa giao, không ghi được %(kg)s.",
              left=formats.kg(held.owed_kg), kg=formats.kg(weight))
        )  # fmt: skip
    row = await (
        await conn.execute(
            f"UPDATE catalogue_promise m SET consumed_kg = consumed_kg + %s WHERE m.id = %s RETURNING {PROMISE}",  # noqa: S608 - our own columns.
            (weight, held.id),
        )
    ).fetchone()
    fact = events.PromiseConsumed(held.product_id, held.id)
    await announce_all(session, [(fact, None, {"kg": weight, "on": on, "label": held.source.label})], actor=actor)
    at = (held.product_id, number(held.month))
    await move(conn, {at: -weight}, {}, {}, {at: weight})
    return promise_in(row or ())


def _asked(deals: Iterable[Deal]) -> tuple[dict[Ask, Decimal], dict[tuple[str, UUID], str]]:
    """What all of these want, in the one order in which everybody locks; and the words of each source."""
    found: dict[Ask, Decimal] = {}
    labels: dict[tuple[str, UUID], str] = {}
    for deal in deals:
        source = spoken(deal.source)
        labels[source.kind, source.id] = source.label
        found.update({(*key, source.kind, source.id): kg for key, kg in wanted(deal.wishes).items()})
    return dict(sorted(found.items())), labels


def _columns(asked: Iterable[Ask]) -> dict[str, list[Any]]:
    asks = list(asked)
    return {
        **keys_of((product_id, month) for product_id, month, _kind, _source in asks),
        "kinds": [kind for _product, _month, kind, _source in asks],
        "sources": [source_id for _product, _month, _kind, source_id in asks],
    }


def _by_month(asked: Mapping[Ask, Decimal]) -> dict[Key, Decimal]:
    """The same by product and month, whoever asks."""
    found: dict[Key, Decimal] = {}
    for (product_id, month, _kind, _source), kg in asked.items():
        found[product_id, month] = found.get((product_id, month), Decimal(0)) + kg
    return found


def _ask_of(each: Promise) -> Ask:
    return each.product_id, number(each.month), each.source.kind, each.source.id


def _same(asked: Mapping[Ask, Decimal], found: Iterable[Promise]) -> dict[Ask, Promise]:
    """What the source has already; another weight than before is not a repetition, and is refused."""
    standing = {_ask_of(each): each for each in found}
    for ask, each in standing.items():
        if each.kg != asked[ask]:
            raise Conflict(
                _("Đã hứa %(old)s trong %(month)s cho %(label)s. Hãy bỏ lời hứa cũ trước khi hứa %(new)s.",
                  old=formats.kg(each.kg), month=formats.month(each.month), label=each.source.label, new=formats.kg(asked[ask]))
            )  # fmt: skip
    return standing


async def _make(
    conn: staging.Connection, actor: Actor, fresh: Mapping[Ask, Decimal], labels: Mapping[tuple[str, UUID], str], reason: str
) -> dict[Ask, Promise]:
    found = await conn.execute(
        _MAKE,
        {**_columns(fresh), "ids": [new_id() for _ask in fresh], "kg": list(fresh.values()),
         "labels": [labels[ask[2:]] for ask in fresh], "reason": reason, "at": clock.now(), "by": actor.person_id},
    )  # fmt: skip
    return {_ask_of(each): each for each in map(promise_in, await found.fetchall())}


async def _let_go(
    conn: staging.Connection, actor: Actor, over: Released, product_id: UUID | None = None, months: Sequence[int] | None = None
) -> list[Promise]:
    """Settle what is owed of these sources' promises; as they were before, for the facts and the balances."""
    asked = None if months is None else list(months)
    whose = {"kinds": [kind for kind, _id in over], "sources": [source_id for _kind, source_id in over]}
    found = await conn.execute(_OWED, {**whose, "product": product_id, "asked": asked})
    owed = [promise_in(row) for row in await found.fetchall()]
    if owed:
        reasons = [over[each.source.kind, each.source.id] for each in owed]
        values = {"ids": [each.id for each in owed], "reasons": reasons, "at": clock.now(), "by": actor.person_id}
        await conn.execute(_LET_GO, values)
    return owed


def _released(each: Promise, reason: str) -> tuple[Event, Any, Any]:
    gone = {"month": each.month, "kg": each.owed_kg, "label": each.source.label, "reason": reason}
    return events.PromiseReleased(each.product_id, each.id), None, gone


def _told(each: Promise) -> dict[str, Any]:
    return {"month": each.month, "kg": each.kg, "label": each.source.label, "reason": each.reason}
