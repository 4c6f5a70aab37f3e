"""What officers have typed for others: what waits for its agreement, and what has been agreed to, with both names (C3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts import Actor
from service.catalogue.assistance.agreements import Shown, shown_record
from service.catalogue.assistance.models import AssistedEntry, EntrySource
from service.catalogue.bulk import staging
from service.catalogue.checks.queries import ON_DUTY, only_officers
from service.catalogue.models import Supplier
from service.catalogue.queries import Reader
from service.core import clock, cursors, places
from service.core.errors import NotFound
from service.core.i18n import _

A_PAGE = 50


@dataclass(frozen=True, slots=True)
class EntryView:
    """One entry as officers see it."""

    id: UUID
    supplier_id: UUID
    slug: str
    name: str
    email: str | None
    phone: str | None
    address: str | None
    province_code: str | None
    commune_code: str | None
    state: str
    source: str
    note: str | None
    typed_at: datetime
    typist: str | None
    office: str | None
    code_until: datetime | None
    tries: int
    agreed_at: datetime | None
    agreed_name: str | None
    digest: str | None

    @property
    def source_name(self) -> str:
        """Where the words came from, in the reader's language."""
        return source_name(self.source)

    @property
    def place(self) -> str:
        """The supplier's place in words."""
        return places.where(self.province_code, self.commune_code)

    @property
    def standing(self) -> str:
        """Where the entry stands: agreed, none (no code yet), expired, locked or waiting."""
        if self.agreed_at is not None:
            return "agreed"
        if self.code_until is None:
            return "none"
        if self.tries >= 10:
            return "locked"
        return "expired" if self.code_until < clock.now() else "waiting"


def source_name(source: str) -> str:
    """Where an officer had the words from, in the reader's language."""
    return {
        EntrySource.PAPER.value: _("từ mẫu giấy"),
        EntrySource.CALL.value: _("qua điện thoại"),
        EntrySource.VISIT.value: _("gặp trực tiếp"),
    }[str(source)]


# The names of tables and columns are ours; every value is a parameter.
ENTRY = """
SELECT e.id, s.id, s.slug, s.name, s.email, s.phone, s.address, s.province_code, s.commune_code, s.state, e.source, e.note,
       e.typed_at, p.name, o.name, e.code_until, e.tries, e.agreed_at, a.name, e.digest
  FROM catalogue_assisted_entry e
  JOIN catalogue_supplier s ON s.id = e.supplier_id
  LEFT JOIN accounts_person p ON p.id = e.typed_by
  LEFT JOIN accounts_person a ON a.id = e.agreed_by
  LEFT JOIN accounts_organisation o ON o.id = e.office_id
"""


async def assisted_entries(
    reader: Reader, actor: Actor, *, agreed: bool = False, cursor: str | None = None, limit: int = A_PAGE
) -> tuple[list[EntryView], str | None]:
    """The entries that wait to be agreed to, or those that have been: newest first, in the officer's area of duty."""
    only_officers(actor)
    found = await reader.execute(
        f"{ENTRY} WHERE (e.agreed_at IS NOT NULL) = %(agreed)s AND (%(after)s::uuid IS NULL OR e.id < %(after)s::uuid)"
        f" AND ({ON_DUTY} OR e.typed_by = %(me)s) ORDER BY e.id DESC LIMIT %(limit)s",
        {"agreed": agreed, "after": cursors.after(cursor), "duty": list(actor.duty), "me": actor.person_id, "limit": limit + 1},
    )
    views = [EntryView(*row) for row in await found.fetchall()]
    return views[:limit], cursors.sealed([views[limit - 1].id.hex]) if len(views) > limit else None


async def assisted_entry(session: AsyncSession, reader: Reader, actor: Actor, entry_id: UUID) -> tuple[EntryView, Shown]:
    """One entry with all that was typed, for officers."""
    only_officers(actor)
    found = await reader.execute(f"{ENTRY} WHERE e.id = %s", (entry_id,))
    row = await found.fetchone()
    if row is None:
        raise NotFound(_("Không có lần nhập hộ này."))
    which = select(Supplier).join(AssistedEntry, AssistedEntry.supplier_id == Supplier.id).where(AssistedEntry.id == entry_id)
    supplier = (await session.scalars(which)).one()
    return EntryView(*row), await shown_record(session, supplier)


async def entry_in(session: AsyncSession, actor: Actor, entry_id: UUID) -> EntryView | None:
    """One entry inside a transaction that has entered it and is not kept yet; None where there is none."""
    only_officers(actor)
    found = await (await staging.connection(session)).execute(f"{ENTRY} WHERE e.id = %s", (entry_id,))
    row = await found.fetchone()
    return EntryView(*row) if row is not None else None
