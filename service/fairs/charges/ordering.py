"""Services of a fair (F12): what the organiser offers, and what exhibitors order within what there is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts import Actor
from service.core import clock, formats
from service.core.errors import Conflict, Invalid, NotAllowed, NotFound
from service.core.events import announce
from service.core.i18n import _
from service.fairs import standing
from service.fairs.charges import accounts, rules
from service.fairs.charges.events import ServiceSaid, ServicesOrdered
from service.fairs.charges.inputs import ServiceDraft, Wanted
from service.fairs.charges.models import Order, Service
from service.fairs.charges.tariffs import fingerprint
from service.fairs.models import Fair, FairState

MOST_SERVICES = 100


def service_seen(service: Service) -> str:
    """What the form of a service was filled from."""
    return fingerprint(getattr(service, name) for name in ServiceDraft.model_fields)


def order_seen(quantities: Mapping[UUID, int]) -> str:
    """What an order form was filled from."""
    return fingerprint(f"{service_id}:{n}" for service_id, n in sorted(quantities.items()) if n)


async def add_service(session: AsyncSession, actor: Actor, slug: str, draft: ServiceDraft) -> Service:
    """Offer one more service; a fair offers nothing twice under one name, and the same again changes nothing."""
    fair = await standing.own(session, slug, actor, lock=True)
    there = list(await session.scalars(select(Service).where(Service.fair_id == fair.id)))
    values = draft.model_dump()
    same = next((each for each in there if each.name == draft.name), None)
    if same is not None:
        if values == {name: getattr(same, name) for name in values}:
            return same
        why = _("Hội chợ đã có dịch vụ “%(name)s”. Hãy sửa dịch vụ đó.", name=draft.name[:60])
        raise Invalid(why, {"name": why})
    if len(there) >= MOST_SERVICES:
        raise Conflict(_("Một hội chợ có nhiều nhất %(n)s dịch vụ.", n=MOST_SERVICES))
    made = Service(fair_id=fair.id, taken=0, **values)
    session.add(made)
    await session.flush()
    await announce(session, ServiceSaid(fair.id, made.id), actor=actor, new=values)
    return made


async def change_service(
    session: AsyncSession, actor: Actor, slug: str, service_id: UUID, draft: ServiceDraft, *, seen: str | None = None
) -> Service:
    """Change a service. What is ordered keeps the price it was ordered at, and the stock never falls below it."""
    fair = await standing.own(session, slug, actor, lock=True)
    row = (await _locked(session, fair, [service_id])).get(service_id)
    if row is None:
        raise NotFound(_("Không tìm thấy dịch vụ này."))
    values = draft.model_dump()
    old = {name: getattr(row, name) for name in values}
    changed = {name: value for name, value in values.items() if value != old[name]}
    if not changed:
        return row
    if seen is not None and seen != service_seen(row):
        raise Conflict(_("Người khác vừa sửa dịch vụ này. Hãy xem lại bản mới rồi sửa tiếp."))
    if draft.stock is not None and draft.stock < row.taken:
        why = _("Đã có người đặt %(n)s nên không hạ thấp hơn được.", n=formats.number(row.taken))
        raise Invalid(why, {"stock": why})
    if "name" in changed and await session.scalar(
        select(Service.id).where(Service.fair_id == fair.id, Service.name == draft.name)
    ):
        why = _("Hội chợ đã có dịch vụ “%(name)s”. Hãy sửa dịch vụ đó.", name=draft.name[:60])
        raise Invalid(why, {"name": why})
    for name, value in changed.items():
        setattr(row, name, value)
    await session.flush()
    told = {name: old[name] for name in changed}
    await announce(session, ServiceSaid(fair.id, row.id), actor=actor, old=told, new=changed)
    return row


async def order(
    session: AsyncSession, actor: Actor, application_id: UUID, wanted: Sequence[Wanted], *, seen: str | None = None
) -> dict[UUID, int]:
    """Order services for an exhibitor: these quantities in place of those before; a service that is not named stays.

    The same again changes nothing. `seen` is what the form was filled from. Raises Invalid with what is left where there is
    not enough, and where the day for orders is over.
    """
    account = await accounts.account(session, application_id, lock=True)
    if not rules.may_read(actor, account.fair.organisation_id, account.organisation_id):
        raise NotFound(_("Không tìm thấy đơn đăng ký này."))
    if not rules.may_order(actor, account.fair.organisation_id, account.organisation_id):
        raise NotAllowed(_("Tài khoản của bạn chỉ được xem. Hãy nhờ người quản lý đặt dịch vụ."))
    if account.state not in accounts.LIVE:
        raise Conflict(_("Đơn đăng ký này không còn hiệu lực nên không đặt dịch vụ được."))
    if account.fair.state != FairState.ANNOUNCED and not rules.may_keep(actor, account.fair.organisation_id):
        raise Conflict(_("Hội chợ này không nhận đặt dịch vụ."))
    stored = {each.service_id: each for each in await session.scalars(
        select(Order).where(Order.application_id == application_id).execution_options(populate_existing=True))}  # fmt: skip
    before = {service_id: each.quantity for service_id, each in stored.items() if each.quantity}
    asked = {each.service_id: each for each in wanted}
    after = {**before, **{service_id: each.quantity for service_id, each in asked.items()}}
    after = {service_id: quantity for service_id, quantity in after.items() if quantity}
    notes = {service_id: each.note for service_id, each in asked.items() if each.quantity}
    moved = {each for each in before.keys() | after.keys() if before.get(each, 0) != after.get(each, 0)}
    renoted = {each for each, note in notes.items() if each in stored and each not in moved and stored[each].note != note}
    if not moved and not renoted:
        return after
    if seen is not None and seen != order_seen(before):
        raise Conflict(_("Người khác trong đơn vị vừa đổi phần đặt dịch vụ. Hãy xem lại rồi gửi lại."))
    services = await _locked(session, account.fair, sorted(moved | renoted))
    _refuse(actor, account.fair, services, moved, before, after)
    for service_id in sorted(moved | renoted):
        row = stored.get(service_id)
        quantity = after.get(service_id, 0)
        if row is None:
            row = Order(application_id=application_id, service_id=service_id, quantity=0, price_vnd=0)
            session.add(row)
        if service_id in moved:
            services[service_id].taken += quantity - row.quantity
            row.quantity, row.price_vnd, row.ordered_at = quantity, services[service_id].price_vnd, clock.now()
        row.note = notes.get(service_id)
    await session.flush()
    await announce(session, ServicesOrdered(application_id), actor=actor,
                   old=_named(services, before, moved), new=_named(services, after, moved))  # fmt: skip
    return after


def _refuse(
    actor: Actor, fair: Fair, services: Mapping[UUID, Service], moved: set[UUID], before: Mapping[UUID, int],
    after: Mapping[UUID, int],
) -> None:  # fmt: skip
    """Raise Invalid, beside each service, where it cannot be had."""
    keeps, today = rules.may_keep(actor, fair.organisation_id), clock.today()
    wrong: dict[str, str] = {}
    for service_id in sorted(moved):
        row, more = services.get(service_id), after.get(service_id, 0) - before.get(service_id, 0)
        field = f"quantity.{service_id}"
        if row is None:
            wrong[field] = _("Không tìm thấy dịch vụ này.")
        elif not keeps and not rules.takes_orders(row.order_by, fair.starts_on, today):
            day = formats.day(row.order_by or fair.starts_on)
            wrong[field] = _("%(name)s: đã hết hạn đặt (%(day)s). Hãy gọi ban tổ chức.", name=row.name, day=day)
        elif more > 0 and not row.offered:
            wrong[field] = _("%(name)s: ban tổ chức không nhận đặt thêm.", name=row.name)
        elif row.stock is not None and row.taken + more > row.stock:
            left = max(row.stock - row.taken + before.get(service_id, 0), 0)
            wrong[field] = _("%(name)s: chỉ còn %(n)s %(unit)s.", name=row.name, n=formats.number(left), unit=row.unit)
    if wrong:
        raise Invalid(_("Có dịch vụ chưa đặt được."), wrong)


async def _locked(session: AsyncSession, fair: Fair, service_ids: Sequence[UUID]) -> dict[UUID, Service]:
    """These services, in the order of their ids, so that two orders never wait for each other in a circle."""
    found = await session.scalars(
        select(Service)
        .where(Service.fair_id == fair.id, Service.id.in_(service_ids))
        .order_by(Service.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {row.id: row for row in found}


def _named(services: Mapping[UUID, Service], quantities: Mapping[UUID, int], moved: set[UUID]) -> dict[str, Any]:
    return {services[each].name: quantities.get(each, 0) for each in sorted(moved)}
