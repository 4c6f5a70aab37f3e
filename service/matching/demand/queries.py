"""Reads of joint orders, each for one reader: the list, one order with what is hers to know of it, a buyer's own ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, bindparam, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import Uuid

from service import catalogue
from service.accounts import Actor
from service.catalogue import CommodityTerms
from service.core import clock, cursors, places
from service.matching.demand import pricing, rules, sharing, stored
from service.matching.demand.costs import Lorry
from service.matching.demand.inputs import Freight
from service.matching.demand.models import JointOrder, MemberState, OrderState
from service.matching.demand.sums import months_of
from service.matching.demand.views import MemberView, OrderLine, OrderPage
from service.matching.models import Buyer, SourcingRequest

MOST = 100
MOST_OWN = 100

# How full an order is, of those who count.
_SELECT = """
SELECT d.*, m.members, m.mine, s.months, s.kg
  FROM matching_demand d
 CROSS JOIN LATERAL (
       SELECT count(*) FILTER (WHERE m.state = 'joined') AS members,
              coalesce(bool_or(b.organisation_id = :own), false) AS mine
         FROM matching_demand_member m JOIN matching_buyer b ON b.id = m.buyer_id WHERE m.demand_id = d.id) m
 CROSS JOIN LATERAL (
       SELECT coalesce(array_agg(s.day), '{}') AS months, coalesce(array_agg(s.kg), '{}') AS kg
         FROM (SELECT make_date(s.year, s.month, 1) AS day, sum(s.kg) AS kg
                 FROM matching_demand_member m JOIN matching_demand_share s ON s.member_id = m.id
                WHERE m.demand_id = d.id AND m.state = 'joined' GROUP BY 1) s) s
"""
_ONE = text(f"{_SELECT} WHERE d.id = :id").bindparams(bindparam("own", type_=Uuid))
_OWN = text(f"{_SELECT} WHERE m.mine ORDER BY d.state IN ('failed', 'cancelled'), d.id DESC LIMIT {MOST_OWN}").bindparams(
    bindparam("own", type_=Uuid)
)
_CONDITIONS = {
    "commodity_id": "d.commodity_id = :commodity_id",
    "province": "d.delivery_province_code = :province",
}
_OPEN = "d.state IN ('open', 'confirming', 'confirmed')"


@dataclass(frozen=True, slots=True)
class OrderSearch:
    """What the list of joint orders is asked for; `ended_too` also shows those that are over."""

    commodity: str | None = None
    province: str | None = None
    ended_too: bool = False
    cursor: str | None = None
    limit: int = 20


@dataclass(frozen=True, slots=True)
class OrderList:
    """A page of listed joint orders, newest first."""

    items: list[OrderLine]
    total: int
    next: str | None
    commodities: list[tuple[CommodityTerms, int]]
    cities: list[tuple[str, int]]


async def joint_orders(session: AsyncSession, search: OrderSearch, actor: Actor | None = None) -> OrderList:
    """The listed joint orders, newest first, with counts by commodity and city: three statements."""
    terms = await catalogue.commodity_terms(session)
    goods = {each.id: each for each in terms}
    asked: dict[str, Any] = {"own": actor.organisation_id if actor else None}
    on = ["d.listed"] if search.ended_too else ["d.listed", _OPEN]
    if search.commodity:
        named = catalogue.called(terms, search.commodity)
        asked["commodity_id"] = named.id if named else UUID(int=0)
        on.append(_CONDITIONS["commodity_id"])
    if search.province:
        asked["province"] = search.province.replace("\0", "")
        on.append(_CONDITIONS["province"])
    where = " AND ".join(on)
    limit = min(max(search.limit, 1), MOST)
    keyset = ""
    after = cursors.after(search.cursor)
    if after is not None:
        asked["after"] = after
        keyset = " AND d.id < :after"
    # The conditions are ours, chosen by name; the values are parameters.
    statement = text(f"{_SELECT} WHERE {where}{keyset} ORDER BY d.id DESC LIMIT :limit").bindparams(
        bindparam("own", type_=Uuid)
    )
    found = (await session.execute(statement, {**asked, "limit": limit + 1})).mappings().all()
    total, commodities, cities = await _counts(session, where, asked)
    last = found[limit - 1] if len(found) > limit else None
    return OrderList(
        items=[_line(row, goods) for row in found[:limit]],
        total=total,
        next=cursors.sealed([last["id"].hex]) if last is not None else None,
        commodities=[(goods[key], count) for key, count in commodities if key in goods],
        cities=cities,
    )


async def own_orders(session: AsyncSession, actor: Actor) -> list[OrderLine]:
    """Every joint order in which the reader's buyer takes or took part, those that go on first."""
    goods = {each.id: each for each in await catalogue.commodity_terms(session)}
    found = (await session.execute(_OWN, {"own": actor.organisation_id})).mappings().all()
    return [_line(row, goods) for row in found]


async def joint_order(
    session: AsyncSession,
    code: str,
    actor: Actor | None,
    *,
    invite: str | None = None,
    freight: Freight | None = None,
) -> OrderPage:
    """One joint order for one reader. `freight` are assumptions that she wants to try instead of the order's own."""
    order = await session.scalar(select(JointOrder).where(JointOrder.code == stored.plain_code(code)))
    if order is None:
        raise stored.not_there()
    own_organisation = actor.organisation_id if actor else None
    goods = {each.id: each for each in await catalogue.commodity_terms(session)}
    row = (await session.execute(_ONE, {"own": own_organisation, "id": order.id})).mappings().one()
    if not rules.may_see(actor, order, takes_part=row["mine"], invite=invite):
        raise stored.not_there()
    line = _line(row, goods)
    everybody = await stored.members_of(session, order.id)
    buyers = {each.id: each for each in await session.scalars(select(Buyer).where(Buyer.id.in_(_ids(order, everybody))))}
    own = next((each for each in everybody if buyers[each.member.buyer_id].organisation_id == own_organisation), None)
    takes_part = own is not None and own.member.state != MemberState.LEFT
    sees_members = takes_part or (actor is not None and rules.may_act_for(actor, buyers[order.opener_id].organisation_id))
    today = clock.today()
    lorry = _lorry(order, freight)
    tiers = await pricing.tiers(session, order, line, actor)
    own_share = own.share if own is not None and own.member.state == MemberState.JOINED else {}
    writes = own is not None and rules.may_act_for(actor, buyers[own.member.buyer_id].organisation_id)
    leads = own is not None and own.member.buyer_id == order.lead_id and writes
    lead = buyers[order.lead_id]
    in_round = own is not None and (
        own.member.state == MemberState.JOINED
        or (own.member.state == MemberState.DECLINED and own.member.answered_round == order.round)
    )
    views = [_member(order, each, place, buyers, own) for place, each in enumerate(everybody, 1)]
    request = await session.get(SourcingRequest, order.request_id) if order.request_id else None
    return OrderPage(
        line=line,
        lorry=lorry,
        from_place=places.where(*_start(_from_code(order, freight))),
        from_code=_from_code(order, freight),
        costs=pricing.costs_by_month(line, tiers.every, lorry, own_share, rules.most_kg(order)),
        tiers=tiers.shown,
        tiers_hidden=tiers.hidden,
        members=tuple(views) if sees_members else (),
        own=next((each for each in views if each.mine), None),
        own_version=own.member.version if own else None,
        own_commune=own.member.commune_code if own else None,
        own_place=own.member.place if own else None,
        own_name_shown=own.member.name_shown if own else False,
        lead_name=_name_of(lead.id, everybody, buyers, own) if sees_members else None,
        leads=leads,
        invite=order.invite_token if takes_part and order.state == OrderState.OPEN else None,
        request_code=request.code if request is not None else None,
        awarded=await sharing.awarded(session, order, everybody) if sees_members and order.request_id else None,
        may_join=rules.may_open(actor) and rules.is_joinable(order, today),
        may_leave=takes_part and writes and own_share != {} and rules.may_leave(order) and not leads,
        may_answer=in_round and writes and order.state == OrderState.CONFIRMING,
        may_extend=leads and rules.may_extend(order, today),
        may_ask_to_confirm=leads and rules.may_ask_to_confirm(order, today),
        may_call_off=leads and rules.may_call_off(order),
        may_post=writes and rules.may_post(order, leads=leads, takes_part=own_share != {}, today=today),
    )


def _ids(order: JointOrder, everybody: Sequence[stored.Taking]) -> set[UUID]:
    return {order.opener_id, order.lead_id, *(each.member.buyer_id for each in everybody)}


def _member(
    order: JointOrder, each: stored.Taking, place: int, buyers: Mapping[UUID, Buyer], own: stored.Taking | None
) -> MemberView:
    member = each.member
    mine = own is not None and own.member.id == member.id
    where = places.commune(member.commune_code)
    return MemberView(
        id=member.id, number=place, name=buyers[member.buyer_id].name if member.name_shown or mine else None, mine=mine,
        leads=member.buyer_id == order.lead_id, state=member.state.value,
        answered=order.round > 0 and member.answered_round == order.round,
        # A shop's address would tell whose it is: it is read with the name only.
        place=", ".join(
            part for part in (member.place if member.name_shown or mine else None, where.full_name if where else None) if part
        ),
        share=each.share,
    )  # fmt: skip


def _name_of(
    buyer_id: UUID, everybody: Sequence[stored.Taking], buyers: Mapping[UUID, Buyer], own: stored.Taking | None
) -> str | None:
    for each in everybody:
        if each.member.buyer_id == buyer_id:
            mine = own is not None and own.member.id == each.member.id
            return buyers[buyer_id].name if each.member.name_shown or mine else None
    return None


def _lorry(order: JointOrder, freight: Freight | None) -> Lorry:
    start = _from_code(order, freight)
    load = (freight.lorry_kg if freight else None) or order.lorry_kg
    per_km = (freight.vnd_per_km if freight else None) or order.vnd_per_km
    return Lorry(load, km(start, order.delivery_province_code, order.communes), per_km)


def _from_code(order: JointOrder, freight: Freight | None) -> str:
    return (freight.from_code if freight else None) or order.from_code


def km(start: str, province_code: str, communes: Sequence[str]) -> int:
    """The road from where the lorry starts to where it unloads first; an estimate. At least one kilometre."""
    here = places.commune(start) or places.province(start)
    there = places.commune(communes[0]) if communes else places.province(province_code)
    return max(1, places.km_by_road(here, there)) if here is not None and there is not None else 1


def _start(code: str) -> tuple[str | None, str | None]:
    known = places.commune(code)
    return (known.parent, code) if known is not None else (code, None)


async def _counts(
    session: AsyncSession, where: str, asked: Mapping[str, Any]
) -> tuple[int, list[tuple[UUID, int]], list[tuple[str, int]]]:
    statement = text(
        f"SELECT d.commodity_id, d.delivery_province_code, count(*) FROM matching_demand d WHERE {where} "  # noqa: S608 - see joint_orders.
        "GROUP BY GROUPING SETS ((d.commodity_id), (d.delivery_province_code), ()) ORDER BY 3 DESC, 1, 2"
    )
    wanted = {name: value for name, value in asked.items() if name in ("commodity_id", "province")}
    rows = (await session.execute(statement, wanted)).all()
    commodities = [(key, count) for key, _province, count in rows if key is not None]
    cities = [(province, count) for key, province, count in rows if key is None and province is not None]
    return max((row[2] for row in rows), default=0), commodities, cities


def _line(row: RowMapping, goods: Mapping[UUID, CommodityTerms]) -> OrderLine:
    months = months_of(row["first_month"], row["last_month"])
    total: dict[date, Decimal] = dict(zip(row["months"], row["kg"], strict=True))
    open_now = row["state"] == OrderState.OPEN.value and clock.today() <= row["join_by"]
    return OrderLine(
        id=row["id"], code=row["code"], title=row["title"], commodity=goods[row["commodity_id"]], min_stars=row["min_stars"],
        certificates=tuple(row["certificates"]), pack_g=row["pack_net_g"], note=row["note"],
        province_code=row["delivery_province_code"], communes=tuple(row["communes"]), months=months,
        target_kind=row["target_kind"], target=row["target_kg"], total=total, members=row["members"], state=row["state"],
        reason=row["reason"], join_by=row["join_by"], answer_by=row["answer_by"], round=row["round"], listed=row["listed"],
        illustrative=row["illustrative"], version=row["version"], mine=row["mine"], joinable=open_now,
    )  # fmt: skip
