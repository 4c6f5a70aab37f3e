"""Rates, services and terms of payment of an earlier fair, taken over for a new one (A4)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts import Actor
from service.core.errors import NotAllowed
from service.core.events import announce
from service.core.i18n import _
from service.fairs.charges import rules
from service.fairs.charges.events import TermsSaid
from service.fairs.charges.inputs import RateDraft, ServiceDraft, TermsDraft
from service.fairs.charges.models import Rate, Service, Terms
from service.fairs.models import Fair


async def copy_charges(session: AsyncSession, actor: Actor, from_fair_id: UUID, to_fair_id: UUID) -> int:
    """Take over rates, services and terms; their days move with the fair. What the new fair has already stays as it is.

    Gives back how many rates and services are new.
    """
    before = await session.get_one(Fair, from_fair_id)
    now = await session.get_one(Fair, to_fair_id, with_for_update=True, populate_existing=True)
    if not (rules.may_keep(actor, before.organisation_id) and rules.may_keep(actor, now.organisation_id)):
        raise NotAllowed(_("Chỉ ban tổ chức của hội chợ này mới làm được việc này."))
    shift = now.starts_on - before.starts_on
    copied = await _rates(session, before, now, shift) + await _services(session, before, now, shift)
    terms = await session.get(Terms, before.id)
    if terms is not None and await session.get(Terms, now.id) is None:
        session.add(Terms(fair_id=now.id, **{name: getattr(terms, name) for name in TermsDraft.model_fields}))
        copied += 1
    await session.flush()
    if copied:
        await announce(session, TermsSaid(now.id), actor=actor, new={"copied_from": before.slug, "lines": copied})
    return copied


async def _rates(session: AsyncSession, before: Fair, now: Fair, shift: timedelta) -> int:
    there = set(await session.scalars(select(Rate.key).where(Rate.fair_id == now.id)))
    made = 0
    for row in await session.scalars(select(Rate).where(Rate.fair_id == before.id).order_by(Rate.position, Rate.id)):
        key = uuid5(now.id, str(row.id))  # The same rate copied again is the same rate.
        if key not in there:
            values = _moved(row, RateDraft.model_fields, "until_day", shift)
            session.add(Rate(fair_id=now.id, key=key, **values))
            made += 1
    return made


async def _services(session: AsyncSession, before: Fair, now: Fair, shift: timedelta) -> int:
    there = set(await session.scalars(select(Service.name).where(Service.fair_id == now.id)))
    made = 0
    for row in await session.scalars(
        select(Service).where(Service.fair_id == before.id).order_by(Service.position, Service.id)
    ):
        if row.name not in there:
            values = _moved(row, ServiceDraft.model_fields, "order_by", shift)
            session.add(Service(fair_id=now.id, taken=0, **values))
            made += 1
    return made


def _moved(row: Rate | Service, names: Any, day: str, shift: timedelta) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in names}
    values = {name: list(value) if isinstance(value, list) else value for name, value in values.items()}
    if values[day] is not None:
        values[day] += shift
    return values
