"""Suppliers enter their profile, change it, show it to everyone and take it back.

Of two people who change the same profile at once, the second is refused and loses nothing: `version` is what she had read.
"""

from __future__ import annotations

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
from service.core import places
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
    supplier = Supplier(organisation_id=organisation_id, state=State.DRAFT, illustrative=False)
    supplier.code = f"NCC-{new_id().hex[-6:].upper()}"
    _say(supplier, profile)
    commune = places.commune(supplier.commune_code)
    wishes = [supplier.name, f"{supplier.name} {commune.name if commune else ''}", f"{supplier.name} {supplier.code}"]
    supplier.slug = (await staging.free_slugs(conn, "catalogue_supplier", [(supplier.id, wishes)]))[0]
    session.add(supplier)
    await session.flush()
    await announce(session, events.SupplierRegistered(supplier.id), actor=actor, new=said(supplier))
    await accounts.rename_organisation(session, organisation_id, supplier.name, actor=actor)
    return supplier


async def revise_supplier(
    session: AsyncSession, actor: Actor, supplier_id: UUID, version: int, profile: SupplierProfile
) -> Supplier:
    """Change a profile; the same words change nothing."""
    supplier = await locked_supplier(session, actor, supplier_id, version)
    old = said(supplier)
    _say(supplier, profile)
    new = said(supplier)
    changed = [name for name in new if new[name] != old[name]]
    if not changed:
        return supplier
    await session.flush()
    if "name" in changed:
        await accounts.rename_organisation(session, supplier.organisation_id, supplier.name, actor=actor)
    await announce(
        session, events.SupplierRevised(supplier.id), actor=actor,
        old={name: old[name] for name in changed}, new={name: new[name] for name in changed},
    )  # fmt: skip
    return supplier


async def publish_supplier(session: AsyncSession, actor: Actor, supplier_id: UUID) -> Supplier:
    """Show a supplier to everyone. Doing it again changes nothing."""
    supplier = await locked_supplier(session, actor, supplier_id)
    if supplier.state != State.PUBLISHED:
        supplier.state = State.PUBLISHED
        await session.flush()
        await announce(session, events.SupplierPublished(supplier.id), actor=actor)
    return supplier


async def withdraw_supplier(session: AsyncSession, actor: Actor, supplier_id: UUID) -> Supplier:
    """Take a supplier and with it all its products out of the public's sight."""
    supplier = await locked_supplier(session, actor, supplier_id)
    if supplier.state == State.PUBLISHED:
        supplier.state = State.DRAFT
        await session.flush()
        await announce(session, events.SupplierWithdrawn(supplier.id), actor=actor)
    return supplier


async def locked_supplier(session: AsyncSession, actor: Actor, supplier_id: UUID, version: int | None = None) -> Supplier:
    """The supplier, locked, if the actor may change it and has read its present state."""
    supplier = await session.scalar(
        select(Supplier).where(Supplier.id == supplier_id).with_for_update().execution_options(populate_existing=True)
    )
    if supplier is None or not rules.may_see(actor, supplier):
        raise NotFound(_("Không có nhà cung cấp này, hoặc hồ sơ chưa được đăng."))
    if not rules.may_edit(actor, supplier.organisation_id):
        raise NotAllowed(_("Chỉ chủ và thành viên của nhà cung cấp này được sửa."))
    if version is not None and supplier.version != version:
        raise Conflict(_("Trong lúc bạn sửa, người khác đã lưu một bản mới. Những gì bạn gõ vẫn còn nguyên bên dưới."))
    return supplier


def said(supplier: Supplier) -> dict[str, Any]:
    """What a supplier says of itself, by the names of the form."""
    return {name: getattr(supplier, name) for name in SupplierProfile.model_fields}


def _say(supplier: Supplier, profile: SupplierProfile) -> None:
    for name in SupplierProfile.model_fields:
        if not hasattr(supplier, name) or getattr(supplier, name) != getattr(profile, name):
            setattr(supplier, name, getattr(profile, name))
    key = sort_key(supplier.name)
    if supplier.name_key != key:
        supplier.name_key = key
    words = search_words({name: getattr(supplier, name) for name in ("code", *SupplierProfile.model_fields)})
    if supplier.search_words != words:
        supplier.search_words = words
