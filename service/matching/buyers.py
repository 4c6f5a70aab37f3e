"""Buyers come to the market, keep their profile, and are verified by an officer before they see wholesale prices (V6).

A profile that its own people save waits to be verified. A verified one stays so while they change how they are reached; another
name or another kind of trade is another buyer, and waits anew.
"""

from __future__ import annotations

import hashlib
import json
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from service import accounts
from service.accounts import Actor, verify_organisation
from service.core import clock, mail
from service.core.errors import Conflict, Invalid, NotAllowed, NotFound
from service.core.events import announce, plain
from service.core.i18n import _
from service.core.text import slug
from service.matching import rules
from service.matching.events import BuyerFounded, BuyerReturned, BuyerRevised, BuyerSubmitted, BuyerVerified
from service.matching.inputs import BuyerDecision, BuyerProfile
from service.matching.models import Buyer, BuyerState

NEWCOMERS = 7220716  # The advisory lock of those who enter a buyer.
ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(:newcomers)")
SHOWN = ("name", "kind", "province_code", "address", "website", "about")
TYPED = text(
    "SELECT DISTINCT j.person_id FROM core_journal j WHERE j.subject = :buyer AND j.person_id IS NOT NULL"
    " AND j.fact IN ('BuyerFounded', 'BuyerRevised', 'BuyerSubmitted')"
)


async def found_buyer(session: AsyncSession, actor: Actor, organisation_id: UUID, profile: BuyerProfile) -> Buyer:
    """Enter the profile of an organisation that buys, or bring it up to date: the same profile twice changes nothing.

    Only the system says by itself that a buyer is verified; from its own people that field is left as it was.
    """
    if not rules.may_act_for(actor, organisation_id):
        raise NotAllowed(_("Bạn không thể sửa hồ sơ của nhà phân phối này."))
    known = select(Buyer).where(Buyer.organisation_id == organisation_id).with_for_update()
    buyer = await session.scalar(known)
    if buyer is None:
        # Newcomers are entered one at a time: two tabs of one organisation, or two of the same name, meet here.
        await session.execute(ONE_AT_A_TIME, {"newcomers": NEWCOMERS})
        buyer = await session.scalar(known)
    by_system = rules.may_verify_at_once(actor)
    values = _values(profile, by_system, buyer.verified_on if buyer else None)
    if by_system:
        await verify_organisation(session, organisation_id, profile.verified_on, actor=actor)
        waits = buyer is not None and buyer.state != BuyerState.VERIFIED
        values["state"] = BuyerState.VERIFIED if profile.verified_on else buyer.state if buyer and waits else BuyerState.DRAFT
    if buyer is None:
        buyer = Buyer(organisation_id=organisation_id, slug=await _free_slug(session, profile.name), **values)
        session.add(buyer)
        await session.flush()
        await announce(session, BuyerFounded(buyer.id), actor=actor, new=values)
        return buyer
    old = {name: getattr(buyer, name) for name in values}
    changed = {name: value for name, value in values.items() if value != old[name]}
    if changed:
        again = not by_system and rules.asks_anew(buyer.state, changed)
        for name, value in changed.items():
            setattr(buyer, name, value)
        if again:
            buyer.state, buyer.verified_on, buyer.submitted_at = BuyerState.SUBMITTED, None, clock.now()
            buyer.submitted_by = actor.person_id
        await session.flush()
        await announce(session, BuyerRevised(buyer.id), actor=actor, old={name: old[name] for name in changed}, new=changed)
        if again:
            await verify_organisation(session, organisation_id, None, actor=accounts.SYSTEM)
            await announce(session, BuyerSubmitted(buyer.id), actor=actor)
    return buyer


async def submit_buyer(session: AsyncSession, actor: Actor, buyer_id: UUID) -> Buyer:
    """Hand a profile in to be verified; one that waits or is verified already stays as it is."""
    buyer = await _locked(session, buyer_id)
    if not rules.may_act_for(actor, buyer.organisation_id):
        raise NotAllowed(_("Bạn không thể sửa hồ sơ của nhà phân phối này."))
    if buyer.state in (BuyerState.DRAFT, BuyerState.RETURNED):
        if buyer.province_code is None or not (buyer.address or buyer.website or buyer.about):
            raise Invalid(
                _("Chưa gửi xác minh được: hãy cho biết ở tỉnh nào, và địa chỉ, trang web hoặc vài câu giới thiệu."),
                {"province_code" if buyer.province_code is None else "address": _("Cần điền mục này.")},
            )
        buyer.state, buyer.submitted_at, buyer.submitted_by = BuyerState.SUBMITTED, clock.now(), actor.person_id
        await session.flush()
        await announce(session, BuyerSubmitted(buyer.id), actor=actor)
    return buyer


async def decide_buyer(session: AsyncSession, actor: Actor, buyer_id: UUID, decision: BuyerDecision) -> Buyer:
    """Verify a buyer, or return its profile with reasons. The same decision by the same person again changes nothing."""
    if not rules.may_see_profiles(actor):
        raise NotFound(_("Không có nhà phân phối này đang chờ xác minh."))
    buyer = await _locked(session, buyer_id)
    typists = await typed_by(session, buyer)
    if not rules.may_verify(actor, buyer.organisation_id, typists):
        raise NotAllowed(rules.why_not_verify(actor, buyer.organisation_id, typists))
    wanted = BuyerState.VERIFIED if decision.approve else BuyerState.RETURNED
    if buyer.state != BuyerState.SUBMITTED:
        if actor.person_id is not None and (buyer.decided_by, buyer.state) == (actor.person_id, wanted):
            return buyer
        raise Conflict(_("Hồ sơ này không còn chờ xác minh: người khác vừa quyết định."))
    if decision.seen != fingerprint(buyer):
        raise Conflict(_("Hồ sơ vừa được sửa sau khi bạn mở trang này. Hãy xem lại bản mới rồi quyết định."))
    buyer.state, buyer.decided_at, buyer.decided_by = wanted, clock.now(), actor.person_id
    buyer.reasons, buyer.note = {} if decision.approve else decision.reasons, decision.note
    buyer.verified_on = clock.today() if decision.approve else None
    await session.flush()
    told = {name: value for name, value in (*buyer.reasons.items(), ("note", buyer.note)) if value}
    fact = BuyerVerified(buyer.id) if decision.approve else BuyerReturned(buyer.id)
    await announce(session, fact, actor=actor, new=told or None)
    await verify_organisation(session, buyer.organisation_id, buyer.verified_on, actor=actor)
    template = "buyer_verified" if decision.approve else "buyer_returned"
    for person in (await accounts.people_of(session, [buyer.organisation_id])).get(buyer.organisation_id, []):
        if person.email:
            reasons = list(buyer.reasons.values())
            await mail.send(session, person.email, template, person.language, name=buyer.name, reasons=reasons, note=buyer.note)
    return buyer


async def typed_by(session: AsyncSession, buyer: Buyer) -> set[UUID | None]:
    """Everyone who has typed anything of a profile."""
    return {buyer.submitted_by, *await session.scalars(TYPED, {"buyer": buyer.id})} - {None}


def fingerprint(buyer: Buyer) -> str:
    """What an officer has seen of a profile, in few letters."""
    words = json.dumps(plain([str(buyer.id), *(getattr(buyer, name) for name in SHOWN)]), ensure_ascii=False)
    return hashlib.sha256(words.encode()).hexdigest()[:24]


async def _locked(session: AsyncSession, buyer_id: UUID) -> Buyer:
    buyer = await session.get(Buyer, buyer_id, with_for_update=True, populate_existing=True)
    if buyer is None:
        raise NotFound(_("Không có nhà phân phối này đang chờ xác minh."))
    return buyer


def _values(profile: BuyerProfile, by_system: bool, verified_on: date | None) -> dict[str, Any]:
    values = profile.model_dump()
    if not by_system:
        values["verified_on"] = verified_on
        del values["illustrative"], values["source"]
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
