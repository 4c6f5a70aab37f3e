"""Buyers come to the market and keep their profile."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts import Actor, verify_organisation
from service.core.errors import NotAllowed
from service.core.events import announce
from service.core.i18n import _
from service.core.text import slug
from service.matching import rules
from service.matching.events import BuyerFounded, BuyerRevised
from service.matching.inputs import BuyerProfile
from service.matching.models import Buyer

NEWCOMERS = 7220716  # The advisory lock of those who enter a buyer.
ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(:newcomers)")


async def found_buyer(session: AsyncSession, actor: Actor, organisation_id: UUID, profile: BuyerProfile) -> Buyer:
    """Enter the profile of an organisation that buys, or bring it up to date: the same profile twice changes nothing.

    Only an officer (or the system) says that a buyer is verified; from its own people that field is left as it was.
    """
    if not rules.may_act_for(actor, organisation_id) and not rules.may_verify(actor):
        raise NotAllowed(_("Bạn không thể sửa hồ sơ của nhà phân phối này."))
    known = select(Buyer).where(Buyer.organisation_id == organisation_id).with_for_update()
    buyer = await session.scalar(known)
    if buyer is None:
        # Newcomers are entered one at a time: two tabs of one organisation, or two of the same name, meet here.
        await session.execute(ONE_AT_A_TIME, {"newcomers": NEWCOMERS})
        buyer = await session.scalar(known)
    values = _values(profile, rules.may_verify(actor), buyer.verified_on if buyer else None)
    if rules.may_verify(actor):
        await verify_organisation(session, organisation_id, profile.verified_on, actor=actor)
    if buyer is None:
        buyer = Buyer(organisation_id=organisation_id, slug=await _free_slug(session, profile.name), **values)
        session.add(buyer)
        await session.flush()
        await announce(session, BuyerFounded(buyer.id), actor=actor, new=values)
        return buyer
    old = {name: getattr(buyer, name) for name in values}
    changed = {name: value for name, value in values.items() if value != old[name]}
    if changed:
        for name, value in changed.items():
            setattr(buyer, name, value)
        await session.flush()
        await announce(session, BuyerRevised(buyer.id), actor=actor, old={name: old[name] for name in changed}, new=changed)
    return buyer


def _values(profile: BuyerProfile, may_verify: bool, verified_on: date | None) -> dict[str, Any]:
    values = profile.model_dump()
    if not may_verify:
        values["verified_on"] = verified_on
    return values


async def _free_slug(session: AsyncSession, name: str) -> str:
    """The name as a piece of an address, with a number behind it when another buyer has it."""
    wanted = slug(name)
    taken = set(await session.scalars(select(Buyer.slug).where(Buyer.slug.startswith(wanted, autoescape=True))))
    number = 1
    free = wanted
    while free in taken:
        number += 1
        free = f"{wanted}-{number}"
    return free
