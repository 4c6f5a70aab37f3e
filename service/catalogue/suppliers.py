"""Suppliers enter their profile, change it and take it back; it is shown once somebody who may has checked it (reviews.py).

What the check vouches for (`rules.CERTIFIED`) stays as it is on a published profile until a change of it is checked as well.
Of two people who change the same profile at once, the second is refused and loses nothing: `version` is what she had read.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from service import accounts
from service.accounts import Actor
from service.catalogue import events, rules
from service.catalogue.bulk import staging
from service.catalogue.bulk.suppliers import search_words
from service.catalogue.inputs import SupplierProfile
from service.catalogue.models import State, Supplier
from service.catalogue.reviews import submissions
from service.catalogue.reviews.models import ReviewKind
from service.core import clock, places
from service.core.db import new_id
from service.core.errors import Conflict, NotAllowed, NotFound
from service.core.events import announce
from service.core.i18n import _
from service.core.text import sort_key


async def register_supplier(session: AsyncSession, actor: Actor, organisation_id: UUID, profile: SupplierProfile) -> Supplier:
    """Enter an organisation as a supplier, as a draft. An organisation has one profile."""
    if not rules.may_register(actor, organisation_id):
        raise NotAllowed(_("Bạn không được lập hồ sơ cho tổ chức này."))
    conn = await staging.connection(session)
    await staging.one_at_a_time(conn)
    if await session.scalar(select(Supplier.id).where(Supplier.organisation_id == organisation_id)) is not None:
        raise Conflict(_("Tổ chức này đã có hồ sơ nhà cung cấp."))
    supplier = Supplier(organisation_id=organisation_id, state=State.DRAFT, illustrative=False, typed_by=actor.person_id)
    supplier.code = f"NCC-{new_id().hex[-6:].upper()}"
    say(supplier, wished_of(profile, None))
    commune = places.commune(supplier.commune_code)
    wishes = [supplier.name, f"{supplier.name} {commune.name if commune else ''}", f"{supplier.name} {supplier.code}"]
    supplier.slug = (await staging.free_slugs(conn, "catalogue_supplier", [(supplier.id, wishes)]))[0]
    session.add(supplier)
    await session.flush()
    await announce(session, events.SupplierRegistered(supplier.id), actor=actor, new=supplier_said(supplier))
    await accounts.rename_organisation(session, organisation_id, supplier.name, actor=actor)
    return supplier


async def revise_supplier(
    session: AsyncSession, actor: Actor, supplier_id: UUID, version: int, profile: SupplierProfile
) -> Supplier:
    """Change a profile; the same words change nothing. The certified words of a published one wait for a check."""
    supplier = await locked_supplier(session, actor, supplier_id, version)
    old, wished = supplier_said(supplier), wished_of(profile, supplier)
    held = rules.held_back("supplier", supplier.state, old, wished)
    changed = {name: value for name, value in wished.items() if value != old[name] and name not in held}
    proposed = supplier.state == State.PUBLISHED and await submissions.propose(
        session, actor, ReviewKind.SUPPLIER, supplier.id, supplier.id, supplier.id, old, held
    )
    if proposed:
        supplier.updated_at = clock.now()  # Of two people, the second is refused, whether words were kept or put aside.
    await apply_profile(session, actor, supplier, changed)
    return supplier


async def apply_profile(session: AsyncSession, actor: Actor, supplier: Supplier, changed: Mapping[str, Any]) -> None:
    """Let a locked supplier say this of itself, and tell so; nothing said changes nothing."""
    old = supplier_said(supplier)
    say(supplier, changed)
    await session.flush()
    if not changed:
        return
    if "name" in changed:
        await accounts.rename_organisation(session, supplier.organisation_id, supplier.name, actor=actor)
    await announce(
        session, events.SupplierRevised(supplier.id), actor=actor, old={name: old[name] for name in changed}, new=changed
    )


async def publish_supplier(session: AsyncSession, actor: Actor, supplier_id: UUID) -> Supplier:
    """Show a supplier to everyone without a check: for the system only. Doing it again changes nothing."""
    supplier = await locked_supplier(session, actor, supplier_id)
    if not rules.may_publish(actor):
        raise NotAllowed(_("Hồ sơ được đăng sau khi cán bộ kiểm tra. Hãy bấm “Gửi duyệt”."))
    await show_supplier(session, actor, supplier)
    return supplier


async def show_supplier(session: AsyncSession, actor: Actor, supplier: Supplier) -> None:
    """Let a locked supplier be seen by everyone; whoever calls has asked whether it may be."""
    if supplier.state != State.PUBLISHED:
        supplier.state = State.PUBLISHED
        await session.flush()
        await announce(session, events.SupplierPublished(supplier.id), actor=actor)


async def withdraw_supplier(session: AsyncSession, actor: Actor, supplier_id: UUID) -> Supplier:
    """Take a supplier and with it all its products out of the public's sight, or its profile back from the check."""
    supplier = await locked_supplier(session, actor, supplier_id)
    if supplier.state == State.DRAFT:
        return supplier
    was_public, supplier.state = supplier.state == State.PUBLISHED, State.DRAFT
    review = await submissions.waiting(session, supplier.id)
    if review is not None:
        await submissions.take_back(session, actor, review, supplier.id)
        await apply_profile(session, actor, supplier, submissions.revived(review.proposed))
    await session.flush()
    if was_public:
        await announce(session, events.SupplierWithdrawn(supplier.id), actor=actor)
    return supplier


async def locked_supplier(session: AsyncSession, actor: Actor, supplier_id: UUID, version: int | None = None) -> Supplier:
    """The supplier, locked, if the actor may change it and has read its present state."""
    supplier = await session.scalar(
        select(Supplier).where(Supplier.id == supplier_id).with_for_update().execution_options(populate_existing=True)
    )
    if supplier is None or not (rules.may_see(actor, supplier) or rules.may_publish(actor)):
        raise NotFound(_("Không có nhà cung cấp này, hoặc hồ sơ chưa được đăng."))
    if not rules.may_change(actor, supplier.organisation_id):
        raise NotAllowed(_("Chỉ chủ và thành viên của nhà cung cấp này được sửa."))
    if version is not None and supplier.version != version:
        raise Conflict(_("Trong lúc bạn sửa, người khác đã lưu một bản mới. Những gì bạn gõ vẫn còn nguyên bên dưới."))
    return supplier


def wished_of(profile: SupplierProfile, stored: Supplier | None) -> dict[str, Any]:
    """What the profile wants to be stored; a tax number that came back as it is shown is the stored one."""
    tax_code = accounts.same_tax_code(profile.tax_code, stored.tax_code if stored is not None else None)
    return {**profile.model_dump(), "tax_code": tax_code}


def supplier_said(supplier: Supplier) -> dict[str, Any]:
    """What a supplier says of itself, by the names of the form."""
    return {name: getattr(supplier, name) for name in SupplierProfile.model_fields}


def say(supplier: Supplier, values: Mapping[str, Any]) -> None:
    """Let a locked supplier say this of itself; its key and its words for the list of suppliers follow."""
    for name, value in values.items():
        if getattr(supplier, name) != value:
            setattr(supplier, name, value)
    key = sort_key(supplier.name)
    if supplier.name_key != key:
        supplier.name_key = key
    words = search_words({name: getattr(supplier, name) for name in ("code", *SupplierProfile.model_fields)})
    if supplier.search_words != words:
        supplier.search_words = words
