"""Many products at once, by supplier code and product code, with packs, prices, months and papers.

New products are copied in; known ones are laid beside what is stored, and only what differs is written: the same rows twice
change nothing, add no line to the journal and raise no version.

What the system brings in is published; an officer's sheet hands its products in to be checked by somebody else; a supplier's
own sheet makes drafts. On published products the certified words of a sheet wait for their check (`rules.CERTIFIED`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts import Actor
from service.catalogue import events, rules
from service.catalogue.bulk import staging
from service.catalogue.bulk.papers import Holder, put_certificates
from service.catalogue.bulk.pending import Pending, hand_in_all, propose_all
from service.catalogue.bulk.promised import keep_promises
from service.catalogue.bulk.rows import Counts, ProductRow
from service.catalogue.models import State
from service.catalogue.reference.commodities import commodity_keys
from service.catalogue.reviews.models import ReviewKind
from service.core.db import new_id
from service.core.errors import Invalid, NotAllowed
from service.core.events import Event, act_as, announce, announce_all
from service.core.i18n import _
from service.core.text import fold

SAID = (
    "name", "name_en", "category_code", "commodity_id", "description", "ingredients", "origin", "storage", "unit",
    "shelf_life_days", "season_months", "lead_days", "min_order_kg", "stock_kg", "stock_on", "state", "illustrative", "source",
)  # fmt: skip
MOST_IN_A_FACT = 1000
PACK = ("net_weight_g", "per_carton", "gtin", "retail_price_vnd", "min_packs", "multiple_packs")


@dataclass(slots=True)
class _Item:
    """A row with the ids that it stands for."""

    row: ProductRow
    id: UUID
    supplier_id: UUID
    supplier_name: str
    commodity_id: UUID | None
    is_new: bool
    state: str | None  # Of a new one, or what the system says of a known one.
    slug: str = ""
    held: frozenset[str] = frozenset()  # Columns whose new value waits for a check.

    def said(self, column: str) -> Any:
        if column in self.held:
            return None
        if column == "state":
            return self.state
        return self.wished(column)

    def wished(self, column: str) -> Any:
        if column == "commodity_id":
            return self.commodity_id
        value = getattr(self.row, column)
        return sorted(set(value)) if column == "season_months" and value is not None else value

    def born(self, column: str) -> Any:
        value = self.said(column)
        if value is None:
            defaults = {"unit": "kg", "season_months": [], "illustrative": False}
            return defaults.get(column)
        return value


async def put_products(session: AsyncSession, actor: Actor, rows: Iterable[ProductRow]) -> Counts:
    """Store these products; a known pair of codes is brought up to date. Unknown suppliers or commodities refuse the whole."""
    rows = list(rows)
    doubled = [pair for pair, times in Counter((row.supplier_code, row.code) for row in rows).items() if times > 1]
    if doubled:
        named = ", ".join("/".join(pair) for pair in doubled[:10])
        raise Invalid(_("Mã sản phẩm lặp lại: %(codes)s.", codes=named))
    conn = await staging.connection(session)
    await act_as(session, actor)
    await staging.one_at_a_time(conn)
    items = await _items(conn, actor, rows)
    new = [item for item in items if item.is_new]
    known = [item for item in items if not item.is_new]
    later = await _put_search_off(conn)
    await _enter(conn, actor, new)
    handed_in = [Pending(ReviewKind.PRODUCT, i.id, i.supplier_id) for i in new if i.born("state") == State.SUBMITTED]
    if not rules.may_publish(actor):
        await hand_in_all(conn, actor, handed_in)
    proposed = await _propose(conn, actor, known)
    parts: dict[str, set[UUID]] = {}
    changes: dict[UUID, tuple[dict[str, Any], dict[str, Any]]] = {}
    if known:
        changes = await _revise(conn, known)
        parts = await _revise_parts(conn, known)
    newcomers = {item.id for item in new}
    papers = await put_certificates(conn, actor, [(Holder(i.supplier_id, i.id, i.is_new), i.row.certificates) for i in items])
    parts["certificates"] = papers - newcomers
    parts["proposed"] = proposed
    touched = set().union(*parts.values())
    await conn.execute(
        "UPDATE catalogue_product SET version = version + 1, updated_at = now() WHERE id = ANY(%s)",
        (list(touched - changes.keys()),),
    )
    await _search_again(conn, later, [item.id for item in new] + list(changes.keys() | touched))
    facts: list[tuple[Event, Any, Any]] = []
    for item in new:
        fact = events.ProductPublished if item.born("state") == State.PUBLISHED else events.ProductDrafted
        facts.append((fact(item.id), None, {"code": item.row.code, "name": item.row.name}))
    for product_id in changes.keys() | touched:
        old, now = changes.get(product_id, ({}, {}))
        told = [part for part, ids in parts.items() if product_id in ids]
        facts.append((events.ProductRevised(product_id), old, {**now, "parts": told} if told else now))
    await announce_all(session, facts, actor=actor, each_answered=False)
    public = [str(item.id) for item in new if item.born("state") == State.PUBLISHED]
    for start in range(0, len(public), MOST_IN_A_FACT):
        await announce(session, events.ProductsPublished(new_id(), public[start : start + MOST_IN_A_FACT]), actor=actor)
    changed = len(changes.keys() | touched)
    return Counts(new=len(new), changed=changed, same=len(known) - changed)


async def _put_search_off(conn: staging.Connection) -> str:
    """Let the search not follow statement by statement: every one of them would look at all the products again."""
    found = await conn.execute(
        "SELECT coalesce(current_setting('app.search_later', true), ''), set_config('app.search_later', 'on', true)"
    )
    row = await found.fetchone()
    return str(row[0]) if row else ""


async def _search_again(conn: staging.Connection, later: str, ids: Sequence[UUID]) -> None:
    """Let the search follow again as before, and catch up with these products in one go."""
    await conn.execute("SELECT set_config('app.search_later', %s, true)", (later,))
    if ids:
        await conn.execute("SELECT catalogue_search_refresh(%s, true)", (sorted(ids),))


async def _items(conn: staging.Connection, actor: Actor, rows: Sequence[ProductRow]) -> list[_Item]:
    suppliers = await _suppliers(conn, actor, rows)
    commodities = await commodity_keys(conn)
    unknown = sorted({row.commodity for row in rows if row.commodity and fold(row.commodity) not in commodities})
    if unknown:
        raise Invalid(_("Chưa có mặt hàng: %(names)s.", names=", ".join(unknown[:10])))
    found = await conn.execute(
        "SELECT supplier_id, code, id FROM catalogue_product WHERE supplier_id = ANY(%s)",
        ([supplier_id for supplier_id, _name in suppliers.values()],),
    )
    ids = {(supplier_id, code): product_id for supplier_id, code, product_id in await found.fetchall()}
    items = []
    for row in rows:
        supplier_id, supplier_name = suppliers[row.supplier_code]
        stored = ids.get((supplier_id, row.code))
        commodity_id = commodities[fold(row.commodity)] if row.commodity else None
        state = row.state if rules.may_publish(actor) else None
        if stored is None:
            state = row.state or State.PUBLISHED.value if rules.may_publish(actor) else _state_at_birth(actor)
        items.append(_Item(row, stored or new_id(), supplier_id, supplier_name, commodity_id, stored is None, state))
    return items


def _state_at_birth(actor: Actor) -> str:
    return State.SUBMITTED.value if rules.may_import(actor) else State.DRAFT.value


async def _propose(conn: staging.Connection, actor: Actor, items: Sequence[_Item]) -> set[UUID]:
    """Hold back what must wait on published products; gives back those for which something waits that did not before."""
    if rules.may_publish(actor) or not items:
        return set()
    names = rules.CERTIFIED["product"]
    found = await conn.execute(
        # The names of the columns are ours.
        f"SELECT id, {', '.join(names)} FROM catalogue_product"  # noqa: S608 - see above.
        " WHERE id = ANY(%s) AND state = 'published' ORDER BY id FOR UPDATE",
        ([item.id for item in items],),
    )
    shown = {row[0]: dict(zip(names, row[1:], strict=True)) for row in await found.fetchall()}
    changes = []
    for item in items:
        stored = shown.get(item.id)
        if stored is None:
            continue
        wished = {name: value for name in names if (value := item.wished(name)) is not None}
        held = rules.held_back("product", State.PUBLISHED, stored, wished)
        item.held = frozenset(held)
        if held:
            based_on = {name: stored[name] for name in held}
            changes.append(Pending(ReviewKind.PRODUCT, item.id, item.supplier_id, held, based_on))
    return await propose_all(conn, actor, changes)


async def _suppliers(conn: staging.Connection, actor: Actor, rows: Sequence[ProductRow]) -> dict[str, tuple[UUID, str]]:
    codes = sorted({row.supplier_code for row in rows})
    found = await conn.execute("SELECT code, id, name, organisation_id FROM catalogue_supplier WHERE code = ANY(%s)", (codes,))
    known = {code: (supplier_id, name, organisation_id) for code, supplier_id, name, organisation_id in await found.fetchall()}
    unknown = [code for code in codes if code not in known]
    if unknown:
        raise Invalid(_("Chưa có nhà cung cấp: %(codes)s.", codes=", ".join(unknown[:10])))
    if not rules.may_import(actor) and not all(rules.may_edit(actor, owner) for _id, _name, owner in known.values()):
        raise NotAllowed(_("Chỉ được nhập sản phẩm của chính mình."))
    return {code: (supplier_id, name) for code, (supplier_id, name, _owner) in known.items()}


async def _enter(conn: staging.Connection, actor: Actor, items: Sequence[_Item]) -> None:
    if not items:
        return
    wishes = [
        (i.id, [i.row.name, f"{i.row.name} {i.supplier_name}", f"{i.row.name} {i.row.supplier_code} {i.row.code}"])
        for i in items
    ]
    for item, slug in zip(items, await staging.free_slugs(conn, "catalogue_product", wishes), strict=True):
        item.slug = slug
    await staging.copy_in(
        conn,
        "catalogue_product",
        ("id", "supplier_id", "code", "slug", *SAID, "typed_by", "version"),
        ((i.id, i.supplier_id, i.row.code, i.slug, *(i.born(c) for c in SAID), actor.person_id, 1) for i in items),
    )
    await staging.copy_in(conn, "catalogue_pack", ("id", "product_id", "position", "name", *PACK), _packs(items))
    await staging.copy_in(conn, "catalogue_price_tier", ("product_id", "from_kg", "price_vnd_per_kg"), _tiers(items))
    await staging.copy_in(conn, "catalogue_supply", ("product_id", "year", "month", "capacity_kg"), _supplies(items))


def _packs(items: Iterable[_Item]) -> Iterator[tuple[Any, ...]]:
    for item in items:
        named = {pack.name: pack for pack in item.row.packs}
        for position, pack in enumerate(named.values()):
            yield new_id(), item.id, position, pack.name, *(getattr(pack, column) for column in PACK)


def _tiers(items: Iterable[_Item]) -> Iterator[tuple[Any, ...]]:
    for item in items:
        for from_kg, price in dict(item.row.tiers).items():
            yield item.id, from_kg, price


def _supplies(items: Iterable[_Item]) -> Iterator[tuple[Any, ...]]:
    for item in items:
        for year, months in item.row.capacity:
            for month, kg in enumerate(months, 1):
                if kg is not None:
                    yield item.id, year, month, kg


async def _revise(conn: staging.Connection, items: Sequence[_Item]) -> dict[UUID, tuple[dict[str, Any], dict[str, Any]]]:
    """Bring the products themselves up to date; gives back old and new values of what differed."""
    await staging.stage(
        conn, "said_product", "catalogue_product", ("id", *SAID), ((i.id, *(i.said(c) for c in SAID)) for i in items)
    )
    now = ", ".join(f"coalesce(s.{c}, o.{c})" for c in SAID)
    was = ", ".join(f"o.{c}" for c in SAID)
    found = await conn.execute(
        # The names of the columns are ours. `o` is the row as it was before this statement.
        f"UPDATE catalogue_product p SET ({', '.join(SAID)}) = ROW ({now}), version = p.version + 1, updated_at = now()"  # noqa: S608 - see above.
        "  FROM said_product s JOIN catalogue_product o USING (id)"
        f" WHERE p.id = s.id AND ({now}) IS DISTINCT FROM ({was})"
        f" RETURNING p.id, {was}, {', '.join(f'p.{c}' for c in SAID)}"
    )
    changes = {}
    for product_id, *values in await found.fetchall():
        old, new = values[: len(SAID)], values[len(SAID) :]
        differs = [n for n in range(len(SAID)) if old[n] != new[n]]
        changes[product_id] = ({SAID[n]: old[n] for n in differs}, {SAID[n]: new[n] for n in differs})
    return changes


async def _revise_parts(conn: staging.Connection, items: Sequence[_Item]) -> dict[str, set[UUID]]:
    """Bring packs, prices and months up to date; gives back for each part the products in which anything differed."""
    await staging.stage(conn, "said_pack", "catalogue_pack", ("id", "product_id", "position", "name", *PACK), _packs(items))
    await staging.stage(conn, "said_tier", "catalogue_price_tier", ("product_id", "from_kg", "price_vnd_per_kg"), _tiers(items))
    await staging.stage(
        conn, "said_supply", "catalogue_supply", ("product_id", "year", "month", "capacity_kg"), _supplies(items)
    )
    await keep_promises(conn)
    kept = ", ".join(f"{c} = coalesce(excluded.{c}, k.{c})" for c in PACK)
    now = ", ".join(f"coalesce(excluded.{c}, k.{c})" for c in PACK)
    was = ", ".join(f"k.{c}" for c in PACK)
    listed = ", ".join(PACK)
    # The names of the columns are ours; the values stand in the staged tables.
    statements = {
        "packs": (
            f"INSERT INTO catalogue_pack AS k (id, product_id, position, name, {listed})"  # noqa: S608 - see above.
            " SELECT id, product_id, position + coalesce((SELECT max(h.position) + 1 FROM catalogue_pack h"
            f"  WHERE h.product_id = s.product_id), 0), name, {listed} FROM said_pack s"
            f" ON CONFLICT (product_id, name) DO UPDATE SET {kept} WHERE ({now}) IS DISTINCT FROM ({was}) RETURNING product_id"
        ),
        "tiers": (
            "INSERT INTO catalogue_price_tier AS k (product_id, from_kg, price_vnd_per_kg)"
            " SELECT product_id, from_kg, price_vnd_per_kg FROM said_tier"
            " ON CONFLICT (product_id, from_kg) DO UPDATE SET price_vnd_per_kg = excluded.price_vnd_per_kg"
            " WHERE k.price_vnd_per_kg <> excluded.price_vnd_per_kg RETURNING product_id"
        ),
        "capacity": (
            "INSERT INTO catalogue_supply AS k (product_id, year, month, capacity_kg)"
            " SELECT product_id, year, month, capacity_kg FROM said_supply"
            " ON CONFLICT (product_id, year, month) DO UPDATE SET capacity_kg = excluded.capacity_kg"
            " WHERE k.capacity_kg <> excluded.capacity_kg RETURNING product_id"
        ),
    }
    differed = {}
    for part, statement in statements.items():
        found = await conn.execute(statement)
        differed[part] = {row[0] for row in await found.fetchall()}
    return differed
