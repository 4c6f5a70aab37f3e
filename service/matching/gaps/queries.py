"""Reads of the gap sheet: every sum in one statement, and the requests behind a sum in another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import Uuid

from service import catalogue
from service.accounts import Actor, Role
from service.catalogue import CommodityTerms
from service.core import clock, cursors, places
from service.core.errors import NotFound
from service.core.i18n import _
from service.matching.gaps import rules
from service.matching.gaps.sums import Figures, Need, figures
from service.matching.gaps.views import GapCell, GapRow, GapRows, GapSheet, goods_name
from service.matching.models import BuyerKind
from service.matching.terms import first_day, number

SPANS = (12, 24)
PAGE = 50
MOST = 100
BACK = {12: 5, 24: 11}  # So many months of the window are over, where nobody says otherwise,
LEAST_BACK = 2  # but only so many where nothing older was asked: more of what is to come is seen then.

# What this reader may count: see rules.py. The buyer of a request without a name is of no kind to anybody else.
_COUNTED = """(:everything OR r.visibility IN ('public', 'anonymous') OR (r.visibility = 'matched' AND :officer)
        OR b.organisation_id = :own
        OR r.round_id = ANY(:own_rounds))"""
_WHERE = {
    "commodity_id": "r.commodity_id = :commodity_id",
    "in_words": "r.commodity_id IS NULL",
    "city": "r.delivery_province_code = :city",
    "kind": "b.kind = :kind AND (r.visibility <> 'anonymous' OR b.organisation_id = :own)",
    "round_id": "r.round_id = :round_id",
    "own_only": "b.organisation_id = :own",
}
# Every need with what was quoted for it and what was awarded of it. Quotes that were taken back were never offered.
_NEEDS = """
WITH asked AS (
  SELECT r.id, r.code, r.title, r.commodity_id, r.words, r.buyer_id, r.state, r.close_reason, r.visibility,
         r.delivery_province_code, b.name AS buyer, b.organisation_id, m.year, m.month, m.kg,
         r.state = 'closed' OR (m.year, m.month) < (:this_year, :this_month) AS over
    FROM matching_request_month m
    JOIN matching_request r ON r.id = m.request_id AND r.state <> 'draft'
    JOIN matching_buyer b ON b.id = r.buyer_id
   WHERE (m.year, m.month) >= (:first_year, :first_month) AND (m.year, m.month) <= (:last_year, :last_month)
     AND {where}
), quoted AS (
  SELECT q.request_id, l.year, l.month, sum(l.kg) AS kg
    FROM matching_quote_line l
    JOIN matching_quote q ON q.id = l.quote_id AND q.state IN ('sent', 'awarded', 'lost', 'expired')
   WHERE (l.year, l.month) >= (:first_year, :first_month) AND (l.year, l.month) <= (:last_year, :last_month)
   GROUP BY q.request_id, l.year, l.month
), taken AS (
  SELECT a.request_id, l.year, l.month, sum(l.kg) AS kg
    FROM matching_award_line l
    JOIN matching_award a ON a.id = l.award_id AND a.state = 'standing'
   WHERE (l.year, l.month) >= (:first_year, :first_month) AND (l.year, l.month) <= (:last_year, :last_month)
   GROUP BY a.request_id, l.year, l.month
), needs AS (
  SELECT a.*, coalesce(q.kg, 0) AS offered, coalesce(t.kg, 0) AS awarded
    FROM asked a
    LEFT JOIN quoted q ON q.request_id = a.id AND q.year = a.year AND q.month = a.month
    LEFT JOIN taken t ON t.request_id = a.id AND t.year = a.year AND t.month = a.month
)"""
_CELLS = """
SELECT n.commodity_id, n.year, n.month, count(*) AS requests, count(DISTINCT n.buyer_id) AS buyers,
       sum(n.kg) AS asked, sum(n.offered) AS offered, sum(least(n.offered, n.kg)) AS usable,
       sum(least(n.awarded, n.kg)) AS awarded, sum(greatest(n.awarded - n.kg, 0)) AS beyond,
       coalesce(sum(n.kg - least(n.awarded, n.kg)) FILTER (WHERE n.over), 0) AS missed,
       coalesce(sum(n.kg - least(n.awarded, n.kg)) FILTER (WHERE NOT n.over), 0) AS still_open
  FROM needs n GROUP BY n.commodity_id, n.year, n.month ORDER BY n.commodity_id, n.year, n.month
"""
# The needs that a figure counts.
_MEASURED = {
    "asked": "true",
    "offered": "n.offered > 0",
    "awarded": "n.awarded > 0",
    "missed": "n.over AND n.awarded < n.kg",
    "still_open": "NOT n.over AND n.awarded < n.kg",
}
# The oldest month of any request that this reader counts, whatever else she filters: the window stays where it is then.
_OLDEST = f"""
SELECT min(m.year * 12 + m.month - 1)
  FROM matching_request_month m
  JOIN matching_request r ON r.id = m.request_id AND r.state <> 'draft'
  JOIN matching_buyer b ON b.id = r.buyer_id
 WHERE (m.year, m.month) >= (:oldest_year, :oldest_month) AND {_COUNTED}
"""  # noqa: S608 - our own constant.
_OWN_ROUNDS = text("SELECT id FROM matching_round WHERE organisation_id = :own").bindparams(bindparam("own", type_=Uuid))
_ROUND = text("SELECT id, organisation_id, state FROM matching_round WHERE code = :code")


@dataclass(frozen=True, slots=True)
class GapSearch:
    """What the sheet is asked for. `commodity` is a slug or a name, or "-" for goods that were asked for in words."""

    months: int = 12
    start: date | None = None  # Any day of the first month.
    commodity: str | None = None
    city: str | None = None
    kind: str | None = None
    round: str | None = None
    own_only: bool = False

    @property
    def narrowed(self) -> bool:
        """Whether anything but a commodity narrows it."""
        return self.city is not None or self.kind is not None or self.round is not None


@dataclass(frozen=True, slots=True)
class _Asked:
    """A search in the words of the database."""

    where: str
    values: dict[str, Any]
    months: tuple[date, ...]
    commodity: CommodityTerms | None
    goods: dict[UUID, CommodityTerms]
    runs_round: bool


IN_WORDS = "-"


async def gap_sheet(session: AsyncSession, search: GapSearch, reader: Actor | None) -> GapSheet:
    """What was asked, offered, awarded and missed by commodity and month: all sums in one statement."""
    asked = await _understood(session, search, reader)
    statement = _bound(f"{_NEEDS.format(where=asked.where)}{_CELLS}")
    rows = (await session.execute(statement, asked.values)).all()
    this_month = clock.today().replace(day=1)
    ahead = [month for month in asked.months if month >= this_month]
    free = await catalogue.ledger.free_by_commodity(session, ahead, asked.commodity.id if asked.commodity else None)
    cells = []
    for row in rows:
        if row.commodity_id is not None and row.commodity_id not in asked.goods:
            continue
        month = date(row.year, row.month, 1)
        shown = rules.shows_outcome(
            reader, own_only=search.own_only, narrowed=search.narrowed, runs_round=asked.runs_round, buyers=row.buyers
        )
        known = Figures(row.asked, row.offered, row.usable, row.awarded, row.beyond, row.missed, row.still_open)
        commodity = asked.goods.get(row.commodity_id) if row.commodity_id else None
        cells.append(
            GapCell(
                commodity, month, row.requests, row.buyers, known if shown else Figures(asked=row.asked), shown,
                free.get((row.commodity_id, month)) if row.commodity_id else None,
            )
        )  # fmt: skip
    frees: dict[tuple[UUID | None, date], Decimal] = {(goods, month): kg for (goods, month), kg in free.items()}
    return GapSheet(asked.months, tuple(cells), asked.commodity, frees)


async def gap_rows(
    session: AsyncSession,
    search: GapSearch,
    reader: Actor | None,
    *,
    measure: str = "asked",
    month: date | None = None,
    cursor: str | None = None,
    limit: int = PAGE,
) -> GapRows:
    """The requests behind a figure, month by month, each with what this reader may know of it.

    What came of one request is its buyer's to know: for others, the list of a sum names every request that it may count,
    and the sum itself tells the rest.
    """
    asked = await _understood(session, search, reader)
    whole = search.own_only or (reader is not None and reader.role is Role.SYSTEM)
    on = [_MEASURED[measure] if whole else "true"]
    values = dict(asked.values)
    if month is not None:
        on.append("(n.year, n.month) = (:at_year, :at_month)")
        values |= {"at_year": month.year, "at_month": month.month}
    where = " AND ".join(on)
    limit = min(max(limit, 1), MOST)
    keyset = ""
    if cursor:
        at, request_id = cursors.place(cursor, _month_number)
        keyset = " AND (n.year * 12 + n.month - 1, n.id) > (:after_month, :after_id)"
        values |= {"after_month": at, "after_id": request_id}
    needs = _NEEDS.format(where=asked.where)
    # The conditions are ours, chosen by name; the values are parameters.
    page = f"{needs} SELECT n.* FROM needs n WHERE {where}{keyset} ORDER BY n.year, n.month, n.id LIMIT :limit"  # noqa: S608
    counting = f"{needs} SELECT count(*) FROM needs n WHERE {where}"  # noqa: S608
    rows = (await session.execute(_bound(page), {**values, "limit": limit + 1})).all()
    total = await session.scalar(_bound(counting), values) or 0
    last = rows[limit - 1] if len(rows) > limit else None
    return GapRows(
        items=tuple(_row(row, asked, reader, whole=whole) for row in rows[:limit]),
        total=total,
        next=cursors.sealed([last.year * 12 + last.month - 1, last.id.hex]) if last is not None else None,
    )


def _row(row: Any, asked: _Asked, reader: Actor | None, *, whole: bool) -> GapRow:
    own = whole or (reader is not None and reader.organisation_id is not None and row.organisation_id == reader.organisation_id)
    goods = asked.goods.get(row.commodity_id) if row.commodity_id else None
    named = own or row.visibility != "anonymous"
    return GapRow(
        code=row.code, title=row.title, goods=goods_name(goods) if goods else row.words or row.title,
        city=places.where(row.delivery_province_code), buyer=row.buyer if named else None, month=date(row.year, row.month, 1),
        asked=row.kg, state=row.state, reason=row.close_reason,
        figures=figures(Need(row.kg, row.offered, row.awarded, row.over)) if own else None,
    )  # fmt: skip


async def _understood(session: AsyncSession, search: GapSearch, reader: Actor | None) -> _Asked:
    terms = await catalogue.commodity_terms(session)
    span = search.months if search.months in SPANS else SPANS[0]
    this = number(clock.today())
    own = reader.organisation_id if reader else None
    today = clock.today()
    values: dict[str, Any] = {
        "everything": reader is not None and reader.role is Role.SYSTEM, "officer": rules.counts_matched(reader),
        "own": own, "this_year": today.year, "this_month": today.month, "own_rounds": [],
    }  # fmt: skip
    if reader is not None and reader.role is Role.ORGANISER and own is not None:
        values["own_rounds"] = list(await session.scalars(_OWN_ROUNDS, {"own": own}))
    first = number(search.start) if search.start is not None else await _first(session, this, span, values)
    first = min(max(first, this - 120), this + 24)
    months = tuple(first_day(first + ahead) for ahead in range(span))
    values |= {
        "first_year": months[0].year, "first_month": months[0].month, "last_year": months[-1].year,
        "last_month": months[-1].month,
    }  # fmt: skip
    on = [_COUNTED]
    commodity, runs_round = None, False
    if search.commodity == IN_WORDS:
        on.append(_WHERE["in_words"])
    elif search.commodity:
        commodity = catalogue.called(terms, search.commodity)
        values["commodity_id"] = commodity.id if commodity else UUID(int=0)
        on.append(_WHERE["commodity_id"])
    for name in ("city", "kind"):
        value = getattr(search, name)
        if value is not None:
            values[name] = value.replace("\0", "")
            on.append(_WHERE[name])
    if search.round is not None:
        values["round_id"], runs_round = await _round(session, search.round, reader)
        on.append(_WHERE["round_id"])
    if search.own_only:
        on.append(_WHERE["own_only"])
    return _Asked(" AND ".join(on), values, months, commodity, {each.id: each for each in terms}, runs_round)


async def _first(session: AsyncSession, this: int, span: int, values: dict[str, Any]) -> int:
    """Where the window begins where nobody says otherwise."""
    earliest = first_day(this - BACK[span])
    asked = {name: values[name] for name in ("everything", "officer", "own", "own_rounds")}
    asked |= {"oldest_year": earliest.year, "oldest_month": earliest.month}
    oldest = await session.scalar(_bound(_OLDEST), asked)
    return this - LEAST_BACK if oldest is None else min(int(oldest), this - LEAST_BACK)


async def _round(session: AsyncSession, code: str, reader: Actor | None) -> tuple[UUID, bool]:
    found = (await session.execute(_ROUND, {"code": code.replace("\0", "").strip().upper()[:100]})).one_or_none()
    runs = found is not None and reader is not None and reader.organisation_id == found.organisation_id
    if found is None or (found.state == "draft" and not runs and not rules.counts_matched(reader)):
        raise NotFound(_("Không có phiên kết nối này."))
    return found.id, runs and reader is not None and reader.role is Role.ORGANISER


def _bound(statement: str) -> Any:
    """A statement of ours with the types of what is filled in; the conditions are ours, chosen by name."""
    return text(statement).bindparams(bindparam("own", type_=Uuid), bindparam("own_rounds", type_=ARRAY(Uuid)))


def _month_number(told: Any) -> int:
    if type(told) is not int or not 0 <= told < 40_000:
        raise ValueError(told)
    return told


def kinds() -> tuple[str, ...]:
    """The kinds of buyers that the sheet can be asked for."""
    return tuple(each.value for each in BuyerKind)
