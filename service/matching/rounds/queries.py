"""Reads of matching rounds, each for one reader. The number of statements never grows with the number of rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, bindparam, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import Uuid

from service.accounts import Actor, Role
from service.core import clock, cursors, places
from service.core.errors import NotAllowed, NotFound
from service.core.i18n import _
from service.matching.queries import ANSWERABLE
from service.matching.rounds import rules
from service.matching.rounds.clearings import plain_code
from service.matching.rounds.fields import Field, answers
from service.matching.rounds.models import RoundField, RoundState
from service.matching.rounds.views import (
    OwnProduct,
    OwnRequest,
    Page,
    RequestLine,
    RoundList,
    RoundView,
    SupplierLine,
    fields_view,
)

PAGE = 20
LINES = 50

_SELECT = f"""
SELECT r.id, r.code, r.organisation_id, o.name AS organiser, r.name, r.name_en, r.about, r.place, r.province_code, r.starts_on,
       r.ends_on, r.requests_until, r.suppliers_until, r.fair_id, f.slug AS fair_slug, f.name AS fair_name, r.state,
       r.published_at, c.number AS published_number, r.illustrative, r.version,
       (SELECT count(*) FROM matching_request q WHERE q.round_id = r.id AND {ANSWERABLE.replace("r.", "q.")}) AS requests,
       (SELECT count(*) FROM matching_round_supplier s WHERE s.round_id = r.id) AS suppliers,
       (SELECT count(*) FROM matching_round_product p WHERE p.round_id = r.id) AS products
  FROM matching_round r
  JOIN accounts_organisation o ON o.id = r.organisation_id
  LEFT JOIN fairs_fair f ON f.id = r.fair_id
  LEFT JOIN matching_clearing c ON c.id = r.published_id
"""  # noqa: S608 - our own constant.
_ONE = text(f"{_SELECT} WHERE r.code = :code")
_LIST = text(
    f"{_SELECT} WHERE (r.state <> 'draft' OR :officer OR r.organisation_id = :own)"
    " AND (CAST(:day AS date) IS NULL OR (r.starts_on, r.id) < (CAST(:day AS date), :after))"
    " ORDER BY r.starts_on DESC, r.id DESC LIMIT :limit"
).bindparams(bindparam("own", type_=Uuid), bindparam("after", type_=Uuid))
_OPEN = text(f"{_SELECT} WHERE r.state = 'collecting' AND r.requests_until >= :today ORDER BY r.starts_on, r.id LIMIT 50")
_EARLIER = text(
    "SELECT r.code, r.name FROM matching_round r WHERE r.organisation_id = :own AND r.id <> :id"
    " AND EXISTS (SELECT 1 FROM matching_round_supplier s WHERE s.round_id = r.id)"
    " ORDER BY r.starts_on DESC, r.id DESC LIMIT 50"
)
_OWN_REQUESTS = text(
    f"""
SELECT r.code, r.title, r.extra, r.round_id = :round AS here, m.kg,
       r.round_id IS NOT NULL AND r.round_id <> :round
         AND EXISTS (SELECT 1 FROM matching_round x WHERE x.id = r.round_id AND x.state <> 'closed') AS elsewhere
  FROM matching_request r JOIN matching_buyer b ON b.id = r.buyer_id
 CROSS JOIN LATERAL (SELECT coalesce(sum(m.kg), 0) AS kg FROM matching_request_month m WHERE m.request_id = r.id) m
 WHERE b.organisation_id = :own AND (r.round_id = :round AND r.state <> 'draft' OR ({ANSWERABLE}))
 ORDER BY coalesce(r.round_id = :round, false) DESC, r.id DESC LIMIT 200
"""  # noqa: S608 - our own constant.
)
_OWN_PRODUCTS = text(
    """
SELECT p.slug, p.name, x.product_id IS NOT NULL AS brought
  FROM catalogue_supplier s JOIN catalogue_product p ON p.supplier_id = s.id AND p.state = 'published'
  LEFT JOIN matching_round_product x ON x.round_id = :round AND x.product_id = p.id
 WHERE s.organisation_id = :own AND s.state = 'published' ORDER BY p.name, p.id LIMIT 1000
"""
)
_REQUESTS = text(
    f"""
SELECT r.id, r.code, r.title, r.visibility, r.delivery_province_code, r.ceiling_vnd_per_kg, r.extra, b.name AS buyer,
       b.organisation_id, {ANSWERABLE} AS answerable, m.months, m.kg,
       (SELECT count(*) FROM matching_request q WHERE q.round_id = :round AND q.state <> 'draft') AS total
  FROM matching_request r JOIN matching_buyer b ON b.id = r.buyer_id
 CROSS JOIN LATERAL (
       SELECT coalesce(array_agg(make_date(m.year, m.month, 1) ORDER BY m.year, m.month), '{{}}') AS months,
              coalesce(array_agg(m.kg ORDER BY m.year, m.month), '{{}}') AS kg
         FROM matching_request_month m WHERE m.request_id = r.id) m
 WHERE r.round_id = :round AND r.state <> 'draft' AND (CAST(:after AS uuid) IS NULL OR r.id > :after)
 ORDER BY r.id LIMIT :limit
"""  # noqa: S608 - our own constant.
).bindparams(bindparam("after", type_=Uuid))
_SUPPLIERS = text(
    """
SELECT s.id, s.slug, s.name, s.province_code, s.commune_code, x.joined_at, e.code AS taken_from,
       (SELECT count(*) FROM matching_round_product p WHERE p.round_id = x.round_id AND p.supplier_id = s.id) AS products,
       (SELECT count(*) FROM matching_round_supplier q WHERE q.round_id = :round) AS total
  FROM matching_round_supplier x JOIN catalogue_supplier s ON s.id = x.supplier_id
  LEFT JOIN matching_round e ON e.id = x.taken_from
 WHERE x.round_id = :round AND (CAST(:after AS uuid) IS NULL OR x.supplier_id > :after)
 ORDER BY x.supplier_id LIMIT :limit
"""
).bindparams(bindparam("after", type_=Uuid))


async def round_list(session: AsyncSession, actor: Actor | None, cursor: str | None = None) -> RoundList:
    """The rounds that this reader may know of, the latest first; an organiser's own drafts among them."""
    day, after = cursors.place(cursor, date.fromisoformat) if cursor else (None, None)
    asked = {
        "officer": actor is not None and actor.role in (Role.OFFICER, Role.SYSTEM),
        "own": actor.organisation_id if actor is not None and actor.role is Role.ORGANISER else None,
        "day": day, "after": after, "limit": PAGE + 1, "today": clock.today(),
    }  # fmt: skip
    found = (await session.execute(_LIST, asked)).mappings().all()
    last = found[PAGE - 1] if len(found) > PAGE else None
    more = cursors.sealed([last["starts_on"].isoformat(), last["id"].hex]) if last is not None else None
    return RoundList([_view(row, actor) for row in found[:PAGE]], more)


async def round_page(session: AsyncSession, code: str, actor: Actor | None) -> RoundView:
    """One round. Raises `NotFound` where the reader may not know of it."""
    found = (await session.execute(_ONE, {"code": plain_code(code), "today": clock.today()})).mappings().one_or_none()
    view = _view(found, actor) if found is not None else None
    if view is None or not rules.may_see(actor, view):
        raise NotFound(_("Không tìm thấy phiên kết nối này."))
    return view


async def round_to_run(session: AsyncSession, code: str, actor: Actor) -> RoundView:
    """One round for whoever may read both of its sides: its organiser, officers."""
    view = await round_page(session, code, actor)
    if not view.reads_all:
        raise NotAllowed(_("Chỉ ban tổ chức của phiên này và cán bộ xem được trang này."))
    return view


async def open_rounds(session: AsyncSession) -> list[RoundView]:
    """The rounds that take requests today, the next one first: for the form of a request."""
    found = (await session.execute(_OPEN, {"today": clock.today()})).mappings().all()
    return [_view(row, None) for row in found]


async def fields_for(session: AsyncSession, round_id: UUID) -> tuple[Field, ...]:
    """What a round asks of a request besides, in its order."""
    found = await session.scalars(
        select(RoundField).where(RoundField.round_id == round_id).order_by(RoundField.position, RoundField.id)
    )
    return fields_view(found.all())


async def earlier_rounds(session: AsyncSession, view: RoundView) -> list[tuple[str, str]]:
    """The other rounds of the same organiser whose suppliers could be taken over: code and name."""
    found = await session.execute(_EARLIER, {"own": view.organisation_id, "id": view.id})
    return [(row.code, row.name) for row in found]


async def own_requests(session: AsyncSession, view: RoundView, actor: Actor) -> list[OwnRequest]:
    """The reader's own requests: those in the round first, then those that could be brought."""
    asked = {"round": view.id, "own": actor.organisation_id, "today": clock.today()}
    return [
        OwnRequest(row.code, row.title, row.kg, bool(row.here), bool(row.elsewhere), row.extra if row.here else {})
        for row in await session.execute(_OWN_REQUESTS, asked)
    ]


async def own_products(session: AsyncSession, view: RoundView, actor: Actor) -> list[OwnProduct]:
    """The products that the reader's own supplier has published, and which of them it brings."""
    found = await session.execute(_OWN_PRODUCTS, {"round": view.id, "own": actor.organisation_id})
    return [OwnProduct(*row) for row in found]


async def round_requests(session: AsyncSession, view: RoundView, actor: Actor, cursor: str | None = None) -> Page:
    """A page of the requests of a round with their answers, for its organiser and officers."""
    _only_who_reads_all(view)
    fields = await fields_for(session, view.id)
    asked = {"round": view.id, "after": cursors.after(cursor), "limit": LINES + 1, "today": clock.today()}
    found = (await session.execute(_REQUESTS, asked)).mappings().all()
    items = [
        RequestLine(
            row["id"], row["code"], row["title"], known_buyer(row, actor), _city(row["delivery_province_code"]),
            tuple(zip(row["months"], row["kg"], strict=True)), row["ceiling_vnd_per_kg"], row["answerable"],
            answers(fields, row["extra"]),
        )
        for row in found[:LINES]
    ]  # fmt: skip
    return Page(items, _next(found, LINES), found[0]["total"] if found else 0)


async def round_suppliers(session: AsyncSession, view: RoundView, cursor: str | None = None) -> Page:
    """A page of the suppliers of a round, for its organiser and officers."""
    _only_who_reads_all(view)
    asked = {"round": view.id, "after": cursors.after(cursor), "limit": LINES + 1}
    found = (await session.execute(_SUPPLIERS, asked)).mappings().all()
    items = [
        SupplierLine(
            row["id"], row["slug"], row["name"], places.where(row["province_code"], row["commune_code"]), row["products"],
            row["joined_at"], row["taken_from"],
        )
        for row in found[:LINES]
    ]  # fmt: skip
    return Page(items, _next(found, LINES), found[0]["total"] if found else 0)


def known_buyer(row: RowMapping, actor: Actor | None) -> str | None:
    """The name of a request's buyer, but for requests without it, which are known to their owner only."""
    if row["visibility"] != "anonymous" or (actor is not None and actor.role is Role.SYSTEM):
        return str(row["buyer"])
    return str(row["buyer"]) if actor is not None and actor.organisation_id == row["organisation_id"] else None


def _only_who_reads_all(view: RoundView) -> None:
    if not view.reads_all:
        raise NotAllowed(_("Chỉ ban tổ chức của phiên này và cán bộ xem được trang này."))


def _city(code: str) -> str:
    known = places.province(code)
    return known.full_name if known else code


def _next(found: Sequence[RowMapping], most: int) -> str | None:
    return cursors.sealed([found[most - 1]["id"].hex]) if len(found) > most else None


def _view(row: RowMapping, actor: Actor | None) -> RoundView:
    values: dict[str, Any] = dict(row)
    values["state"] = RoundState(values["state"])
    view = RoundView(**values, may_run=False, reads_all=False, takes_requests=False, takes_suppliers=False)
    today = clock.today()
    return RoundView(
        **values,
        may_run=rules.may_run(actor, view),
        reads_all=rules.may_read_all(actor, view),
        takes_requests=rules.takes_requests(view, today),
        takes_suppliers=rules.takes_suppliers(view, today),
    )
