"""Every read of money and services: rates, statements, orders, and what the contractor brings into each hall."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts import Actor
from service.core import cursors, formats
from service.core.errors import Invalid, NotAllowed, NotFound
from service.core.i18n import _, locale
from service.core.text import sort_key
from service.fairs import standing
from service.fairs.charges import accounts, fees, material, rules
from service.fairs.charges.fees import ChargeKind
from service.fairs.charges.models import Order, Payment, Rate, Service
from service.fairs.charges.ordering import order_seen, service_seen
from service.fairs.charges.tariffs import rate_seen
from service.fairs.charges.views import (
    HallTotals,
    LineView,
    PaymentView,
    Portion,
    RateView,
    ServiceView,
    Statement,
    StatementList,
    Sums,
    TermsView,
    TotalLine,
    charge_words,
)
from service.fairs.layouts.models import BoothClass
from service.fairs.models import Fair

PAGE = 50

# Each order with the first booth of its exhibitor: that is where the contractor brings it. An order does not say
# for which booth it is, so of an exhibitor in several halls the others are told beside it.
_TOTALS = text(
    """
SELECT s.kind, s.name, s.name_en, s.unit, s.kw, s.phase, o.quantity, o.price_vnd, o.note, a.exhibitor, b.code AS booth,
       coalesce(b.hall, '') AS hall, coalesce(b.place, 32767) AS place, e.halls AS elsewhere
  FROM fairs_order o
  JOIN fairs_service s ON s.id = o.service_id
  JOIN fairs_application a ON a.id = o.application_id
  LEFT JOIN LATERAL (
       SELECT x.code, h.name AS hall, h.position AS place
         FROM fairs_occupancy u JOIN fairs_booth x ON x.id = u.booth_id JOIN fairs_hall h ON h.id = x.hall_id
        WHERE u.fair_id = s.fair_id AND u.state = 'taken'
          AND (u.application_id = a.id OR (u.application_id IS NULL AND u.supplier_id = a.supplier_id))
        ORDER BY h.position, h.name, x.code LIMIT 1) b ON true
  LEFT JOIN LATERAL (
       SELECT string_agg(DISTINCT h.name, ', ') AS halls
         FROM fairs_occupancy u JOIN fairs_booth x ON x.id = u.booth_id JOIN fairs_hall h ON h.id = x.hall_id
        WHERE u.fair_id = s.fair_id AND u.state = 'taken' AND h.name <> b.hall
          AND (u.application_id = a.id OR (u.application_id IS NULL AND u.supplier_id = a.supplier_id))) e ON true
 WHERE s.fair_id = :fair AND o.quantity > 0 AND a.state = ANY(:live)
 ORDER BY place, hall, s.position, s.name, booth NULLS LAST, a.exhibitor, o.id
"""
)


async def terms(session: AsyncSession, fair_id: UUID) -> TermsView:
    """How a fair is paid for."""
    return await material.terms_of(session, fair_id)


async def rates(session: AsyncSession, fair_id: UUID) -> list[RateView]:
    """The rates of a fair in the organiser's order, those without support first."""
    found = await session.execute(
        select(Rate, BoothClass.name, BoothClass.name_en)
        .outerjoin(BoothClass, (BoothClass.fair_id == Rate.fair_id) & (BoothClass.code == Rate.class_code))
        .where(Rate.fair_id == fair_id)
        .order_by(Rate.kind == "subsidised", Rate.position, Rate.id)
    )
    return [
        RateView(
            row.id, row.position, row.name, row.name_en, row.kind, row.class_code, row.price_vnd, row.percent_off,
            row.until_day, row.quota, row.quota_per, tuple(row.legal_forms), tuple(row.province_codes), row.source,
            rate_seen(row), row.quota_places, ((name_en or name) if locale() == "en" else name) or row.class_code,
        )
        for row, name, name_en in found
    ]  # fmt: skip


async def services(session: AsyncSession, fair_id: UUID, *, offered: bool = False) -> list[ServiceView]:
    """The services of a fair; with `offered`, those that are offered today."""
    asked = select(Service).where(Service.fair_id == fair_id).order_by(Service.position, Service.name)
    found = await session.scalars(asked.where(Service.offered) if offered else asked)
    return [
        ServiceView(
            row.id, row.position, row.kind, row.name, row.name_en, row.about, row.unit, row.price_vnd, row.stock, row.taken,
            row.order_by, row.kw, row.phase, row.offered, service_seen(row),
        )
        for row in found
    ]  # fmt: skip


async def order_form(
    session: AsyncSession, actor: Actor, application_id: UUID
) -> tuple[accounts.Account, list[ServiceView], str]:
    """What an exhibitor may order and has ordered, and what the form is filled from."""
    account = await readable(session, actor, application_id)
    mine = {row.service_id: row for row in await session.scalars(select(Order).where(Order.application_id == application_id))}
    found = []
    for each in await services(session, account.fair.id):
        own = mine.get(each.id)
        if own is not None and own.quantity:
            found.append(replace(each, mine=own.quantity, mine_vnd=own.quantity * own.price_vnd, note=own.note))
        elif each.offered:
            found.append(each)
    return account, found, order_seen({service_id: row.quantity for service_id, row in mine.items()})


async def readable(session: AsyncSession, actor: Actor | None, application_id: UUID) -> accounts.Account:
    """The account of an application for those who may read it. Raises NotFound for everybody else."""
    found = await accounts.account(session, application_id)
    if not rules.may_read(actor, found.fair.organisation_id, found.organisation_id):
        raise NotFound(_("Không tìm thấy đơn đăng ký này."))
    return found


async def own_account(session: AsyncSession, actor: Actor, slug: str) -> accounts.Account:
    """The account of the reader's own organisation at this fair. Raises NotFound where it has not applied."""
    fair = await standing.visible(session, slug, actor)
    if actor.role != "supplier":
        raise NotAllowed(_("Trang này dành cho đơn vị bán hàng đã đăng ký tham gia hội chợ."))
    found = await accounts.own_account(session, fair, actor.organisation_id)
    if found is None:
        raise NotFound(_("Đơn vị của bạn chưa đăng ký hội chợ này."))
    return found


async def kept_account(session: AsyncSession, actor: Actor, slug: str, code: str) -> tuple[Fair, accounts.Account]:
    """The account of an exhibitor for whoever holds the fair, by the code of the application."""
    fair = await standing.own(session, slug, actor)
    found = await accounts.account_called(session, code)
    if found.fair.id != fair.id:
        raise NotFound(_("Không tìm thấy đơn đăng ký này."))
    return fair, found


async def statement(session: AsyncSession, actor: Actor | None, application_id: UUID) -> Statement:
    """What an exhibitor owes, for herself and for whoever holds the fair. Raises NotFound for everybody else."""
    account = await readable(session, actor, application_id)
    found = await _statements(session, account.fair, {application_id})
    return found[0]


async def statements(
    session: AsyncSession, actor: Actor, slug: str, *, cursor: str | None = None, owing: bool = False
) -> StatementList:
    """The statements of everybody who is accepted or has paid, by name; with `owing`, of those who still owe something."""
    fair = await standing.own(session, slug, actor)
    every = await _statements(session, fair, None)
    sums = Sums(
        len(every), sum(each.total_vnd for each in every), sum(each.support_vnd for each in every),
        sum(each.paid_vnd for each in every), sum(each.due_vnd for each in every),
    )  # fmt: skip
    chosen = sorted((each for each in every if not owing or each.due_vnd), key=_name)
    left = chosen
    if cursor:
        name, code = _opened(cursor)
        left = [each for each in chosen if _name(each) > (name, code)]
    after = cursors.sealed(_name(left[PAGE - 1])) if len(left) > PAGE else None
    return StatementList(left[:PAGE], sums, len(chosen), after)


async def every_statement(session: AsyncSession, actor: Actor, slug: str) -> list[Statement]:
    """All of them, for the sheet."""
    fair = await standing.own(session, slug, actor)
    return sorted(await _statements(session, fair, None), key=_name)


async def subsidies(session: AsyncSession, fair_id: UUID) -> dict[UUID, int]:
    """What others pay for each application of a fair, in đồng, for the return of the support (F17)."""
    found = await material.gathered(session, await session.get_one(Fair, fair_id))
    return {
        application_id: -sum(line.amount_vnd for line in lines if line.kind is ChargeKind.SUPPORT)
        for application_id, lines in found.charges().items()
    }


async def costs(session: AsyncSession, fair_id: UUID) -> dict[UUID, int]:
    """What each application of a fair costs its exhibitor, services and VAT included, in đồng (F17)."""
    fair = await session.get_one(Fair, fair_id)
    return {each.application_id: each.total_vnd for each in await _statements(session, fair, None)}


async def totals(session: AsyncSession, actor: Actor, slug: str) -> list[HallTotals]:
    """What has been ordered, hall by hall, for the contractor; those without a booth yet come last."""
    fair = await standing.own(session, slug, actor)
    rows = (await session.execute(_TOTALS, {"fair": fair.id, "live": list(accounts.LIVE)})).all()
    halls: dict[str, dict[str, list[Any]]] = {}
    for row in rows:
        halls.setdefault(row.hall, {}).setdefault(row.name, []).append(row)
    return [_hall(hall, lines.values()) for hall, lines in halls.items()]


def _hall(hall: str, lines: Iterable[Sequence[Any]]) -> HallTotals:
    found, load = [], {"single": Decimal(0), "three": Decimal(0)}
    for rows in lines:
        first = rows[0]
        quantity = sum(row.quantity for row in rows)
        if first.kw is not None:
            load[first.phase or "single"] += first.kw * quantity
        found.append(
            TotalLine(
                first.kind, (first.name_en or first.name) if locale() == "en" else first.name, first.unit, quantity,
                sum(row.quantity * row.price_vnd for row in rows),
                tuple(Portion(row.booth or "", row.exhibitor, row.quantity, row.note, row.elsewhere) for row in rows),
            )
        )  # fmt: skip
    return HallTotals(hall, tuple(found), load["single"], load["three"])


async def _statements(session: AsyncSession, fair: Fair, wanted: set[UUID] | None) -> list[Statement]:
    """Seven statements, however many exhibitors there are."""
    found = await material.gathered(session, fair, also=wanted or ())
    charged = found.charges()
    ids = [each for each in found.people if wanted is None or each in wanted]
    paid: defaultdict[UUID, list[Payment]] = defaultdict(list)
    for row in await session.scalars(
        select(Payment).where(Payment.application_id.in_(ids)).order_by(Payment.paid_on, Payment.id)
    ):
        paid[row.application_id].append(row)
    ordered: defaultdict[UUID, list[fees.Ordered]] = defaultdict(list)
    for each in await session.execute(
        select(Order.application_id, Service.id, Service.name, Service.name_en, Service.unit, Order.quantity, Order.price_vnd)
        .join(Service, Service.id == Order.service_id)
        .where(Order.application_id.in_(ids), Order.quantity > 0)
        .order_by(Service.position, Service.name)
    ):
        name = (each.name_en or each.name) if locale() == "en" else each.name
        ordered[each.application_id].append(fees.Ordered(each.id, name, each.unit, each.quantity, each.price_vnd))
    return [
        _statement(fair, found, application_id, charged.get(application_id, ()), ordered[application_id], paid[application_id])
        for application_id in ids
    ]


def _statement(
    fair: Fair, found: material.Material, application_id: UUID, charged: Sequence[fees.Charge],
    ordered: Sequence[fees.Ordered], payments: Sequence[Payment],
) -> Statement:  # fmt: skip
    who = found.people[application_id]
    live = who.state in accounts.LIVE
    items = fees.bill(charged if live else (), ordered if live else (), found.terms.vat_percent)
    total = sum(item.amount_vnd for item in items)
    came = sum(row.amount_vnd for row in payments if row.struck_at is None)
    support: defaultdict[str, int] = defaultdict(int)
    for item in items:
        if item.charge is not None and item.charge.tariff is not None and item.kind is ChargeKind.SUPPORT:
            support[item.charge.tariff.source or ""] -= item.amount_vnd
    return Statement(
        application_id=application_id, code=who.code, exhibitor=who.exhibitor, state=who.state, illustrative=who.illustrative,
        booths=tuple(dict.fromkeys(stay.booth for stay in who.stays if stay.booth)),
        estimated=live and not any(stay.booth for stay in who.stays), lines=tuple(_line(fair, item) for item in items),
        total_vnd=total, support=tuple(sorted(support.items())), paid_vnd=came,
        instalments=fees.instalments(
            total, came, deposit_percent=found.terms.deposit_percent, applied_on=who.applied_on, starts_on=fair.starts_on,
            rest_days=found.terms.rest_days,
        ),
        payments=tuple(
            PaymentView(row.id, row.amount_vnd, row.paid_on, row.reference, row.struck_at is not None, row.struck_why)
            for row in payments
        ),
        terms=found.terms,
    )  # fmt: skip


def _line(fair: Fair, item: fees.Item) -> LineView:
    if item.ordered is not None:
        detail = _("%(n)s %(unit)s × %(vnd)s", n=formats.number(item.ordered.quantity), unit=item.ordered.unit,
                   vnd=formats.vnd(item.ordered.price_vnd))  # fmt: skip
        return LineView(item.kind, item.ordered.name, detail, item.amount_vnd)
    if item.charge is None:
        return LineView(item.kind, charge_words(item.kind, ""), _("%(n)s %%", n=formats.number(item.percent or Decimal(0))),
                        item.amount_vnd)  # fmt: skip
    stay, tariff = item.charge.stay, item.charge.tariff
    about = [tariff.name] if tariff is not None else []
    if item.kind is ChargeKind.BOOTH:
        about = [part for part in (stay.hall, _("hạng %(code)s", code=stay.class_code), *about) if part]
        if (stay.first_day, stay.last_day) != (fair.starts_on, fair.ends_on):
            about.append(_("%(from)s – %(to)s", **{"from": formats.day(stay.first_day), "to": formats.day(stay.last_day)}))
        if stay.sharers > 1:
            about.append(_("chung %(n)s đơn vị", n=stay.sharers))
    source = tariff.source if tariff is not None and item.kind is ChargeKind.SUPPORT else None
    return LineView(item.kind, charge_words(item.kind, stay.booth), " · ".join(about), item.amount_vnd, source)


def _name(each: Statement) -> tuple[str, str]:
    return sort_key(each.exhibitor), each.code


def _opened(cursor: str) -> tuple[str, str]:
    try:
        name, code = cursors.opened(cursor)
        if isinstance(name, str) and isinstance(code, str):
            return name, code
    except ValueError:
        pass
    raise Invalid(
        _("Địa chỉ trang tiếp theo không còn dùng được. Hãy xem lại từ đầu danh sách."), {"cursor": _("Không đọc được.")}
    )
