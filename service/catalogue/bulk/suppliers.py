"""Many suppliers at once, by their codes: new ones come in, known ones are brought up to date, the same changes nothing.

What the system brings in is published; an officer's sheet hands its suppliers in to be checked by somebody else. On published
profiles the certified words of a sheet wait for their check (`rules.CERTIFIED`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from service import accounts
from service.accounts import Actor
from service.catalogue import events, rules
from service.catalogue.bulk import staging
from service.catalogue.bulk.papers import Holder, put_certificates
from service.catalogue.bulk.pending import Pending, hand_in_all, propose_all
from service.catalogue.bulk.rows import Counts, SupplierRow
from service.catalogue.models import LegalForm, State
from service.catalogue.reviews.models import ReviewKind
from service.core import places
from service.core.db import new_id
from service.core.errors import Invalid, NotAllowed
from service.core.events import Event, act_as, announce_all
from service.core.i18n import _
from service.core.text import fold, sort_key

SAID = (
    "name", "name_en", "legal_form", "tax_code", "province_code", "commune_code", "address", "phone", "email", "website",
    "founded", "members", "people", "area_ha", "capacity_note", "story", "min_order_kg", "wholesale_public", "verified_on",
    "state", "illustrative", "source",
)  # fmt: skip
FIRST_WORDS = (
    *((start, LegalForm.UNION) for start in ("liên hiệp", "lh htx", "lhhtx")),
    *((start, LegalForm.GROUP) for start in ("tổ hợp tác", "tht", "tổ sản xuất")),
    *((start, LegalForm.ENTERPRISE) for start in ("công ty", "cty", "doanh nghiệp", "dntn")),
    *((start, LegalForm.HOUSEHOLD) for start in ("hộ kinh doanh", "hkd", "hộ sản xuất", "hộ", "cơ sở")),
)
STORED = ("id", "organisation_id", "code", "slug", "name_key", "search_words", "typed_by", *SAID)
SYSTEM_ONLY = ("state", "verified_on", "illustrative", "source")  # Nobody's sheet says that its suppliers are checked.


async def put_suppliers(session: AsyncSession, actor: Actor, rows: Iterable[SupplierRow]) -> Counts:
    """Store these suppliers; a code that is known is brought up to date."""
    if not rules.may_import(actor):
        raise NotAllowed(_("Chỉ cán bộ mới được nhập danh sách nhà cung cấp."))
    rows = list(rows)
    doubled = [code for code, times in Counter(row.code for row in rows).items() if times > 1]
    if doubled:
        raise Invalid(_("Mã nhà cung cấp lặp lại: %(codes)s.", codes=", ".join(doubled[:10])))
    conn = await staging.connection(session)
    await act_as(session, actor)
    await staging.one_at_a_time(conn)
    known = await _known(conn, [row.code for row in rows])
    new = [row for row in rows if row.code not in known]
    fresh = await _enter(session, conn, actor, new)
    waiting = [Pending(ReviewKind.SUPPLIER, s["id"], s["id"]) for s in fresh if s["state"] == State.SUBMITTED]
    if not rules.may_publish(actor):
        await hand_in_all(conn, actor, waiting)
    changes: dict[UUID, tuple[dict[str, Any], dict[str, Any]]] = {}
    proposals: list[Pending] = []
    for row in rows:
        stored = known.get(row.code)
        if stored is not None:
            change, pending = _change(actor, stored, row)
            changes |= {stored["id"]: change} if change else {}
            proposals += [pending] if pending else []
    proposed = await propose_all(conn, actor, proposals)
    ids = {row.code: known[row.code]["id"] for row in rows if row.code in known} | {s["code"]: s["id"] for s in fresh}
    newcomers = {supplier["id"] for supplier in fresh}
    touched = proposed | await put_certificates(
        conn, actor, [(Holder(ids[row.code], None, ids[row.code] in newcomers), row.certificates) for row in rows]
    )
    touched |= await _put_marks(conn, [(ids[row.code], row.marks) for row in rows if row.marks])
    await _revise(session, conn, actor, known, changes, touched - newcomers)
    facts: list[tuple[Event, Any, Any]] = [
        (events.SupplierRegistered(s["id"]), None, {"code": s["code"], "name": s["name"], "state": s["state"]}) for s in fresh
    ]
    for supplier_id in changes.keys() | (touched - newcomers):
        old, now = changes.get(supplier_id, ({}, {}))
        facts.append((events.SupplierRevised(supplier_id), old, now))
    await announce_all(session, facts, actor=actor)
    changed = len(changes.keys() | (touched - newcomers))
    return Counts(new=len(fresh), changed=changed, same=len(rows) - len(fresh) - changed)


def form_of(name: str) -> LegalForm:
    """The legal form that the first words of a name tell; a cooperative when they tell nothing."""
    words = f"{fold(name)} "
    return next((form for start, form in FIRST_WORDS if words.startswith(f"{fold(start)} ")), LegalForm.COOPERATIVE)


def search_words(supplier: dict[str, Any]) -> str:
    """What the list of suppliers is searched in: name, code and place, today's names and the former ones, folded."""
    place = supplier["commune_code"] or supplier["province_code"]
    said = (
        supplier["name"],
        supplier["name_en"] or "",
        supplier["code"],
        supplier["address"] or "" if supplier["legal_form"] != LegalForm.HOUSEHOLD else "",
        places.where(supplier["province_code"], supplier["commune_code"]),
        " ".join(places.former_names(place)) if place else "",
    )
    return " ".join(dict.fromkeys(fold(" ".join(said)).split()))


async def _known(conn: staging.Connection, codes: Sequence[str]) -> dict[str, dict[str, Any]]:
    columns = ("id", "organisation_id", "code", *SAID)
    found = await conn.execute(
        # The names of the columns are ours; the values are parameters.
        f"SELECT {', '.join(columns)} FROM catalogue_supplier WHERE code = ANY(%s) ORDER BY id FOR UPDATE",  # noqa: S608 - see above.
        (list(codes),),
    )
    rows = (dict(zip(columns, row, strict=True)) for row in await found.fetchall())
    return {row["code"]: row for row in rows}


async def _enter(
    session: AsyncSession, conn: staging.Connection, actor: Actor, rows: Sequence[SupplierRow]
) -> list[dict[str, Any]]:
    by_system = rules.may_publish(actor)
    fresh = []
    for row in rows:
        organisation = await accounts.found_organisation(session, accounts.OrganisationKind.SUPPLIER, row.name, actor=actor)
        supplier: dict[str, Any] = {"id": new_id(), "organisation_id": organisation.id, "code": row.code}
        supplier |= {column: getattr(row, column) for column in SAID}
        supplier["legal_form"] = row.legal_form or form_of(row.name).value
        supplier["state"] = row.state or State.PUBLISHED.value if by_system else State.SUBMITTED.value
        supplier["wholesale_public"] = bool(row.wholesale_public)
        supplier["illustrative"] = bool(row.illustrative)
        supplier["verified_on"] = row.verified_on if by_system else None
        supplier["typed_by"] = actor.person_id
        supplier["name_key"] = sort_key(row.name)
        supplier["search_words"] = search_words(supplier)
        fresh.append(supplier)
    wishes = []
    for supplier in fresh:
        commune = places.commune(supplier["commune_code"])
        wishes.append(
            (supplier["id"], [supplier["name"], f"{supplier['name']} {commune.name if commune else ''}",
                              f"{supplier['name']} {supplier['code']}"])
        )  # fmt: skip
    for supplier, slug in zip(fresh, await staging.free_slugs(conn, "catalogue_supplier", wishes), strict=True):
        supplier["slug"] = slug
    columns = (*STORED, "version")
    await staging.copy_in(conn, "catalogue_supplier", columns, ([*(s[c] for c in STORED), 1] for s in fresh))
    return fresh


def _change(
    actor: Actor, stored: dict[str, Any], row: SupplierRow
) -> tuple[tuple[dict[str, Any], dict[str, Any]] | None, Pending | None]:
    """Old and new values of what differs and is written now, and what of it waits for a check; None where nothing does."""
    now = {c: value for c in SAID if (value := getattr(row, c)) is not None and value != stored[c]}
    pending = None
    if not rules.may_publish(actor):
        now = {c: value for c, value in now.items() if c not in SYSTEM_ONLY}
        held = rules.held_back("supplier", stored["state"], stored, now)
        now = {c: value for c, value in now.items() if c not in held}
        if held:
            based_on = {c: stored[c] for c in held}
            pending = Pending(ReviewKind.SUPPLIER, stored["id"], stored["id"], held, based_on)
    return ({c: stored[c] for c in now}, now) if now else None, pending


async def _revise(
    session: AsyncSession,
    conn: staging.Connection,
    actor: Actor,
    known: dict[str, dict[str, Any]],
    changes: dict[UUID, tuple[dict[str, Any], dict[str, Any]]],
    touched: set[UUID],
) -> None:
    merged = []
    for stored in known.values():
        if stored["id"] not in changes and stored["id"] not in touched:
            continue
        _old, now = changes.get(stored["id"], ({}, {}))
        supplier = stored | now
        supplier["name_key"] = sort_key(supplier["name"])
        supplier["search_words"] = search_words(supplier)
        merged.append(supplier)
        if "name" in now:
            await accounts.rename_organisation(session, stored["organisation_id"], now["name"], actor=actor)
    if merged:
        sets = ", ".join(f"{column} = %({column})s" for column in ("name_key", "search_words", *SAID))
        async with conn.cursor() as cursor:
            await cursor.executemany(
                f"UPDATE catalogue_supplier SET {sets}, version = version + 1, updated_at = now() WHERE id = %(id)s",  # noqa: S608 - the names are ours.
                merged,
            )


async def _put_marks(conn: staging.Connection, given: Sequence[tuple[UUID, tuple[str, ...]]]) -> set[UUID]:
    if not given:
        return set()
    pairs = [(supplier_id, mark) for supplier_id, marks in given for mark in marks]
    found = await conn.execute(
        "INSERT INTO catalogue_mark_user (mark_id, supplier_id)"
        " SELECT m.id, w.supplier_id FROM unnest(%s::uuid[], %s::text[]) AS w (supplier_id, slug)"
        " JOIN catalogue_mark m ON m.slug = w.slug ON CONFLICT DO NOTHING RETURNING supplier_id",
        ([supplier_id for supplier_id, _slug in pairs], [slug for _supplier, slug in pairs]),
    )
    return {row[0] for row in await found.fetchall()}
