"""Every read of matching: the list of requests, one request, and the rows behind both.

What a reader may not see is left out in SQL where it is a whole request, and before the view is made where it is a name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, bindparam, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import Text, Uuid

from service import catalogue
from service.accounts import Actor, Role
from service.catalogue import CommodityTerms
from service.core import clock, cursors
from service.core.errors import NotFound
from service.core.i18n import _
from service.matching import rules
from service.matching.models import Buyer, Visibility
from service.matching.ranking import Request, Requirement, Wanted
from service.matching.terms import number
from service.matching.views import BuyerView, InvitationBrief, RequestView

MOST = 100
MOST_FOR_SUPPLIER = 1000

# The quotes that stand: their number may close a request (M3). Those of `quotes.rules.HOLDS`; a pooled lot has one.
QUOTES = "(SELECT count(*) FROM matching_quote a WHERE a.request_id = r.id AND a.state IN ('sent', 'awarded'))"
_SELECT = f"""
SELECT r.id, r.code, r.title, r.commodity_id, r.words, r.ceiling_vnd_per_kg, r.certificates, r.min_stars, r.pack_net_g,
       r.unverified_too, r.delivery_province_code, r.place, r.deadline, r.note, r.visibility, r.state, r.opened_at,
       r.close_reason, r.illustrative, r.version, r.sealed, r.closes_at_quotes, r.mark_slug, r.extra, r.round_id, r.demand_id,
       (SELECT k.name FROM catalogue_mark k WHERE k.slug = r.mark_slug) AS mark_name, {QUOTES} AS quotes,
       i.id AS invitation_id, i.state AS invitation_state, i.answer_by, b.id AS buyer_id, b.organisation_id,
       b.slug AS buyer_slug, b.name AS buyer_name, b.kind AS buyer_kind, b.province_code AS buyer_province,
       b.verified_on AS buyer_verified, b.illustrative AS buyer_illustrative, m.months, m.kg
  FROM matching_request r
  JOIN matching_buyer b ON b.id = r.buyer_id
  LEFT JOIN LATERAL (
       SELECT i.id, i.state, i.answer_by FROM matching_invitation i JOIN catalogue_supplier s ON s.id = i.supplier_id
        WHERE i.request_id = r.id AND s.organisation_id = :own AND i.state <> 'withdrawn') i ON true
 CROSS JOIN LATERAL (
       SELECT coalesce(array_agg(make_date(m.year, m.month, 1) ORDER BY m.year, m.month), '{{}}') AS months,
              coalesce(array_agg(m.kg ORDER BY m.year, m.month), '{{}}') AS kg
         FROM matching_request_month m WHERE m.request_id = r.id) m
"""  # noqa: S608 - only our own constants are put in.
# Requests that still take answers, as `rules.answerable` says of one.
ANSWERABLE = (
    "r.state = 'open' AND (r.deadline IS NULL OR r.deadline >= :today)"
    f" AND (r.closes_at_quotes IS NULL OR {QUOTES} < r.closes_at_quotes)"
)
_INVITED = (
    "EXISTS (SELECT 1 FROM matching_invitation v JOIN catalogue_supplier w ON w.id = v.supplier_id"
    " WHERE v.request_id = r.id AND w.organisation_id = :own AND v.state <> 'withdrawn')"
)
# What anybody may read in a list: not the requests to matched or invited suppliers, but for their owner and those invited;
# officers read those to matched suppliers.
_FOR_READER = (
    "(r.visibility IN ('public', 'anonymous') OR (r.visibility = 'matched' AND :officer) OR b.organisation_id = :own"
    f" OR {_INVITED})"
)

_ONE = text(f"{_SELECT} WHERE r.code = :code").bindparams(bindparam("own", type_=Uuid))
_THESE = text(f"{_SELECT} WHERE r.id = ANY(:ids)").bindparams(bindparam("ids", type_=ARRAY(Uuid)), bindparam("own", type_=Uuid))
_OWN = text(f"{_SELECT} WHERE b.organisation_id = :own ORDER BY r.state = 'closed', r.id DESC LIMIT {MOST}").bindparams(
    bindparam("own", type_=Uuid)
)
# For suppliers: what is open and could be theirs by its goods; requests in words are open to all goods.
_FOR_GOODS = text(
    f"""{_SELECT}
 WHERE {ANSWERABLE} AND ((:matched_too AND r.visibility = 'matched') OR {_FOR_READER})
   AND (r.commodity_id IS NULL OR r.commodity_id = ANY(:commodities)
        OR r.commodity_id IN (SELECT c.id FROM catalogue_commodity c WHERE c.category_code = ANY(:categories)))
 ORDER BY r.opened_at DESC, r.id DESC LIMIT {MOST_FOR_SUPPLIER}"""  # noqa: S608 - only our own constants are put in.
).bindparams(
    bindparam("commodities", type_=ARRAY(Uuid)),
    bindparam("categories", type_=ARRAY(Text)),
    bindparam("own", type_=Uuid),
)
_CONDITIONS = {
    "commodity_id": "r.commodity_id = :commodity_id",
    "province": "r.delivery_province_code = :province",
    "month": "EXISTS (SELECT 1 FROM matching_request_month m WHERE m.request_id = r.id AND m.month = :month)",
    "stars": "(r.min_stars IS NULL OR r.min_stars <= :stars)",
    "buyer": "(b.slug = :buyer AND r.visibility <> 'anonymous')",
}


@dataclass(frozen=True, slots=True)
class RequestSearch:
    """What the list of open requests is asked for. `stars`: requests that a product of so many stars could answer."""

    commodity: str | None = None
    province: str | None = None
    month: int | None = None
    stars: int | None = None
    buyer: str | None = None
    cursor: str | None = None
    limit: int = 20


@dataclass(frozen=True, slots=True)
class RequestList:
    """A page of open requests, newest first."""

    items: list[RequestView]
    total: int
    next: str | None
    commodities: list[tuple[CommodityTerms, int]]
    cities: list[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Stored:
    """A request as it is stored, for those who judge it: what anybody may see of it is in its view."""

    row: RowMapping
    organisation_id: UUID

    @property
    def state(self) -> str:
        """Where it stands."""
        return str(self.row["state"])

    @property
    def visibility(self) -> str:
        """Who may see it."""
        return str(self.row["visibility"])

    @property
    def deadline(self) -> date | None:
        """The last day for answers."""
        deadline: date | None = self.row["deadline"]
        return deadline

    @property
    def closes_at_quotes(self) -> int | None:
        """So many quotes end it before its last day."""
        most: int | None = self.row["closes_at_quotes"]
        return most

    @property
    def invited(self) -> bool:
        """Whether the reader for whom it was read supplies, and has been invited or has answered."""
        return self.row["invitation_id"] is not None

    def in_terms(self, today: date) -> Request:
        """The request in the terms of the ranking: what is over can be delivered by nobody and is asked of nobody."""
        row = self.row
        asked = list(zip(row["months"], row["kg"], strict=True))
        ahead = [(day, kg) for day, kg in asked if (day.year, day.month) >= (today.year, today.month)]
        return Request(
            today=today,
            wanted=tuple(Wanted(number(day), float(kg)) for day, kg in ahead or asked),
            city=row["delivery_province_code"],
            commodity=row["commodity_id"],
            words=row["words"] or "",
            ceiling=row["ceiling_vnd_per_kg"],
            papers=tuple(Requirement(kind) for kind in row["certificates"]),
            min_stars=row["min_stars"],
            pack_g=row["pack_net_g"],
            unverified_too=row["unverified_too"],
            mark=row["mark_slug"],
            mark_name=row["mark_name"] or "",
        )

    def view(self, actor: Actor | None, goods: Mapping[UUID, CommodityTerms], today: date) -> RequestView:
        """The request as this reader may see it."""
        row = self.row
        knows = rules.may_see_buyer(actor, self, self.organisation_id)
        return RequestView(
            id=row["id"],
            code=row["code"],
            title=row["title"],
            commodity=goods.get(row["commodity_id"]) if row["commodity_id"] else None,
            words=row["words"],
            months=tuple(zip(row["months"], row["kg"], strict=True)),
            ceiling=row["ceiling_vnd_per_kg"],
            certificates=tuple(row["certificates"]),
            min_stars=row["min_stars"],
            pack_g=row["pack_net_g"],
            unverified_too=row["unverified_too"],
            province_code=row["delivery_province_code"],
            place=row["place"] if knows else None,
            deadline=row["deadline"],
            note=row["note"],
            visibility=row["visibility"],
            state=row["state"],
            opened_at=row["opened_at"],
            close_reason=row["close_reason"],
            illustrative=row["illustrative"],
            version=row["version"],
            buyer=_buyer_view(row) if knows else None,
            mine=rules.owns(actor, self.organisation_id),
            answerable=rules.answerable(self, today, row["quotes"]),
            sealed=row["sealed"],
            closes_at_quotes=row["closes_at_quotes"],
            quotes=row["quotes"],
            mark_slug=row["mark_slug"],
            mark_name=row["mark_name"],
            extra=row["extra"],
            round_id=row["round_id"],
            demand_id=row["demand_id"],
            invitation=_invitation(row),
        )


async def stored(session: AsyncSession, code: str, actor: Actor | None = None) -> Stored:
    """The request with that code, whoever asks; its view decides what she sees. Codes are read without regard to case."""
    asked = {"code": code.replace("\0", "").strip().upper()[:20], "own": actor.organisation_id if actor else None}
    found = (await session.execute(_ONE, asked)).mappings().one_or_none()
    if found is None:
        raise NotFound(_("Không tìm thấy yêu cầu này."))
    return Stored(found, found["organisation_id"])


async def stored_all(session: AsyncSession, ids: Iterable[UUID], actor: Actor | None) -> dict[UUID, Stored]:
    """These requests for one reader, in one statement; whoever asks has looked after who may see them."""
    asked = {"ids": list(ids), "own": actor.organisation_id if actor else None}
    found = await session.execute(_THESE, asked)
    return {row["id"]: Stored(row, row["organisation_id"]) for row in found.mappings()}


async def open_requests(session: AsyncSession, search: RequestSearch, actor: Actor | None = None) -> RequestList:
    """The open requests that this reader may find, newest first, with counts by commodity and city: three statements."""
    today = clock.today()
    terms = await catalogue.commodity_terms(session)
    goods = {each.id: each for each in terms}
    asked: dict[str, Any] = {**_reader(actor), "today": today}
    on = ["r.state = 'open'", ANSWERABLE, _FOR_READER]
    if search.commodity:
        named = catalogue.called(terms, search.commodity)
        asked["commodity_id"] = named.id if named else UUID(int=0)
        on.append(_CONDITIONS["commodity_id"])
    for name in ("province", "month", "stars", "buyer"):
        value = getattr(search, name)
        if value is not None:
            asked[name] = value.replace("\0", "") if isinstance(value, str) else value
            on.append(_CONDITIONS[name])
    where = " AND ".join(on)
    limit = min(max(search.limit, 1), MOST)
    keyset = ""
    if search.cursor:
        asked["at"], asked["id"] = cursors.place(search.cursor, _moment)
        keyset = " AND (r.opened_at, r.id) < (:at, :id)"
    # The conditions are ours, chosen by name; the values are parameters.
    found = (
        (
            await session.execute(
                text(f"{_SELECT} WHERE {where}{keyset} ORDER BY r.opened_at DESC, r.id DESC LIMIT :limit").bindparams(
                    bindparam("own", type_=Uuid)
                ),
                {**asked, "limit": limit + 1},
            )
        )
        .mappings()
        .all()
    )
    items = [Stored(row, row["organisation_id"]).view(actor, goods, today) for row in found[:limit]]
    last = found[limit - 1] if len(found) > limit else None
    total, commodities, cities = await _counts(session, where, asked)
    return RequestList(
        items=items,
        total=total,
        next=_sealed(last["opened_at"], last["id"]) if last else None,
        commodities=[(goods[key], count) for key, count in commodities if key in goods],
        cities=cities,
    )


async def own_requests(session: AsyncSession, actor: Actor) -> list[RequestView]:
    """Every request of the reader's own organisation: open ones and drafts first, newest first."""
    terms = await catalogue.commodity_terms(session)
    goods = {each.id: each for each in terms}
    found = (await session.execute(_OWN, {"own": actor.organisation_id})).mappings().all()
    return [Stored(row, row["organisation_id"]).view(actor, goods, clock.today()) for row in found]


async def requests_for_goods(
    session: AsyncSession,
    actor: Actor | None,
    commodities: Iterable[UUID],
    categories: Iterable[str],
    *,
    matched_too: bool,
) -> list[Stored]:
    """The open requests that goods of these commodities or sub-groups could answer, newest first."""
    found = await session.execute(
        _FOR_GOODS,
        {
            **_reader(actor),
            "today": clock.today(),
            "commodities": list(commodities),
            "categories": list(categories),
            "matched_too": matched_too,
        },
    )
    return [Stored(row, row["organisation_id"]) for row in found.mappings()]


async def buyer_of(session: AsyncSession, organisation_id: UUID | None) -> Buyer | None:
    """The profile of an organisation that buys."""
    if organisation_id is None:
        return None
    found: Buyer | None = await session.scalar(select(Buyer).where(Buyer.organisation_id == organisation_id))
    return found


async def open_by_buyer(session: AsyncSession, buyer_ids: Sequence[UUID]) -> dict[UUID, int]:
    """How many open requests each buyer shows under its own name: anonymous and matched ones are not counted."""
    found = await session.execute(
        text(
            "SELECT r.buyer_id, count(*) FROM matching_request r WHERE r.buyer_id = ANY(:buyers) "  # noqa: S608 - our own constants.
            f"AND r.visibility = '{Visibility.PUBLIC}' AND {ANSWERABLE} GROUP BY r.buyer_id"
        ).bindparams(bindparam("buyers", type_=ARRAY(Uuid))),
        {"buyers": list(buyer_ids), "today": clock.today()},
    )
    return {row[0]: row[1] for row in found}


async def wanted_by(session: AsyncSession, buyer_ids: Sequence[UUID]) -> dict[UUID, set[UUID]]:
    """The commodities that each buyer openly asks for under its own name."""
    found = await session.execute(
        text(
            "SELECT DISTINCT r.commodity_id, r.buyer_id FROM matching_request r WHERE r.buyer_id = ANY(:buyers) "  # noqa: S608 - our own constants.
            f"AND r.commodity_id IS NOT NULL AND r.visibility = '{Visibility.PUBLIC}' AND {ANSWERABLE}"
        ).bindparams(bindparam("buyers", type_=ARRAY(Uuid))),
        {"buyers": list(buyer_ids), "today": clock.today()},
    )
    wanted: dict[UUID, set[UUID]] = {}
    for commodity_id, buyer_id in found.all():
        wanted.setdefault(buyer_id, set()).add(commodity_id)
    return wanted


async def _counts(
    session: AsyncSession, where: str, asked: Mapping[str, Any]
) -> tuple[int, list[tuple[UUID, int]], list[tuple[str, int]]]:
    found = await session.execute(
        text(
            "SELECT r.commodity_id, r.delivery_province_code, count(*) FROM matching_request r "  # noqa: S608 - see open_requests.
            f"JOIN matching_buyer b ON b.id = r.buyer_id WHERE {where} "
            "GROUP BY GROUPING SETS ((r.commodity_id), (r.delivery_province_code), ()) ORDER BY 3 DESC, 1, 2"
        ).bindparams(bindparam("own", type_=Uuid)),
        dict(asked),
    )
    total = 0
    commodities: list[tuple[UUID, int]] = []
    cities: list[tuple[str, int]] = []
    rows = found.all()
    for commodity_id, province, count in rows:
        if commodity_id is not None:
            commodities.append((commodity_id, count))
        elif province is not None:
            cities.append((province, count))
    total = max((row[2] for row in rows), default=0)
    return total, commodities, cities


def _reader(actor: Actor | None) -> dict[str, Any]:
    return {
        "officer": actor is not None and actor.role in (Role.OFFICER, Role.SYSTEM),
        "own": actor.organisation_id if actor else None,
    }


def _invitation(row: RowMapping) -> InvitationBrief | None:
    if row["invitation_id"] is None:
        return None
    return InvitationBrief(row["invitation_id"], row["invitation_state"], row["answer_by"])


def _buyer_view(row: RowMapping) -> BuyerView:
    return BuyerView(
        id=row["buyer_id"],
        slug=row["buyer_slug"],
        name=row["buyer_name"],
        kind=row["buyer_kind"],
        province_code=row["buyer_province"],
        verified=row["buyer_verified"] is not None,
        illustrative=row["buyer_illustrative"],
    )


def _sealed(at: datetime, row_id: UUID) -> str:
    return cursors.sealed([at.isoformat(), row_id.hex])


def _moment(told: str) -> datetime:
    return datetime.fromisoformat(told).astimezone(clock.ZONE)
