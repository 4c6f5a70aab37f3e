"""Reads of shortlists and saved searches, each for one reader: what is another organisation's or person's is not there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from service import catalogue
from service.accounts import Actor
from service.catalogue import Glimpse
from service.core import cursors
from service.core.errors import Invalid, NotAllowed, NotFound
from service.core.i18n import _
from service.matching.lists import rules
from service.matching.lists.models import Frequency, SavedSearch, SavedSearchFind, SearchState, Shortlist, ShortlistItem

PAGE = 50


@dataclass(frozen=True, slots=True)
class ShortlistLine:
    """A list among the others."""

    id: UUID
    name: str
    items: int
    updated_at: datetime
    version: int


@dataclass(frozen=True, slots=True)
class ItemView:
    """A thing on a list. `shown` is None where it is not on the market any more: then nothing of it is told."""

    id: UUID
    kind: str  # product or supplier
    shown: Glimpse | None
    note: str | None
    note_by: str | None
    note_at: datetime | None
    added_by: str | None
    added_at: datetime


@dataclass(frozen=True, slots=True)
class ShortlistView:
    """A list with one page of what stands on it, in its order."""

    id: UUID
    name: str
    version: int
    total: int
    items: list[ItemView]
    next: str | None
    may_write: bool


@dataclass(frozen=True, slots=True)
class SavedSearchView:
    """A saved search, as its person sees it."""

    id: UUID
    title: str
    query: str
    frequency: Frequency
    state: SearchState
    created_at: datetime
    last_sent_at: datetime | None
    told: int
    version: int


async def own_shortlists(session: AsyncSession, actor: Actor) -> list[ShortlistLine]:
    """Every list of the reader's organisation (there are a hundred at most), the one used last first."""
    if not rules.may_keep_lists(actor):
        raise NotAllowed(_("Danh sách chọn hàng dành cho nhà phân phối. Hãy đăng nhập bằng tổ chức mua hàng."))
    count = select(func.count()).where(ShortlistItem.shortlist_id == Shortlist.id).scalar_subquery()
    found = await session.execute(
        select(Shortlist.id, Shortlist.name, count, Shortlist.updated_at, Shortlist.version)
        .where(Shortlist.organisation_id == actor.organisation_id)
        .order_by(Shortlist.updated_at.desc(), Shortlist.id.desc())
    )
    return [ShortlistLine(*row) for row in found]


async def own_shortlist(session: AsyncSession, actor: Actor, list_id: UUID, cursor: str | None = None) -> ShortlistView:
    """One list of the reader's organisation, a page at a time."""
    found = await _readable(session, actor, list_id)
    query = select(ShortlistItem).where(ShortlistItem.shortlist_id == list_id)
    if cursor:
        query = query.where(tuple_(ShortlistItem.position, ShortlistItem.id) > _opened(cursor))
    rows = (await session.scalars(query.order_by(ShortlistItem.position, ShortlistItem.id).limit(PAGE + 1))).all()
    items = await _views(session, rows[:PAGE])
    total = await session.scalar(select(func.count()).where(ShortlistItem.shortlist_id == list_id))
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    return ShortlistView(
        found.id, found.name, found.version, total or 0, items,
        cursors.sealed([last.position, last.id.hex]) if last is not None else None,
        rules.may_write_list(actor, found.organisation_id),
    )  # fmt: skip


async def whole_shortlist(session: AsyncSession, actor: Actor, list_id: UUID) -> tuple[str, list[ItemView]]:
    """The name of a list and everything on it, for a sheet."""
    found = await _readable(session, actor, list_id)
    rows = await session.scalars(
        select(ShortlistItem)
        .where(ShortlistItem.shortlist_id == list_id)
        .order_by(ShortlistItem.position, ShortlistItem.id)
        .limit(rules.MOST_ITEMS)
    )
    return found.name, await _views(session, rows.all())


async def own_searches(session: AsyncSession, actor: Actor) -> list[SavedSearchView]:
    """Every search that the reader has saved (fifty at most), the newest first."""
    told = (
        select(func.count())
        .where(SavedSearchFind.search_id == SavedSearch.id, SavedSearchFind.told_at.is_not(None))
        .scalar_subquery()
    )
    found = await session.execute(
        select(SavedSearch, told).where(SavedSearch.person_id == actor.person_id).order_by(SavedSearch.id.desc())
    )
    return [_search(each, count) for each, count in found]


async def own_search(session: AsyncSession, actor: Actor, search_id: UUID) -> SavedSearchView:
    """One of the reader's own searches."""
    found = await session.get(SavedSearch, search_id)
    if found is None or not rules.may_touch_search(actor, found.person_id):
        raise NotFound(_("Không có tìm kiếm đã lưu này."))
    return _search(found, 0)


async def search_to_stop(session: AsyncSession, token: str) -> SavedSearchView:
    """The search whose mails may be stopped with this word; whoever has the mail has the word."""
    found = await session.scalar(select(SavedSearch).where(SavedSearch.stop_token == token.replace("\x00", "")[:64]))
    if found is None:
        raise NotFound(_("Liên kết này không còn dùng được: tìm kiếm đã được xóa."))
    return _search(found, 0)


def _search(each: SavedSearch, told: int) -> SavedSearchView:
    return SavedSearchView(
        each.id, each.title, each.query, each.frequency, each.state, each.created_at, each.last_sent_at, told, each.version
    )


async def _readable(session: AsyncSession, actor: Actor, list_id: UUID) -> Shortlist:
    found = await session.get(Shortlist, list_id)
    if found is None or not rules.may_read_list(actor, found.organisation_id):
        raise NotFound(_("Không có danh sách này."))
    return found


_NAMES = text("SELECT p.id, p.name FROM accounts_person p WHERE p.id = ANY(:ids)")


async def _views(session: AsyncSession, rows: Iterable[ShortlistItem]) -> list[ItemView]:
    items = list(rows)
    glimpses = await catalogue.glimpses(
        session,
        [each.product_id for each in items if each.product_id],
        [each.supplier_id for each in items if each.supplier_id],
    )
    people = {person for each in items for person in (each.added_by, each.note_by) if person}
    names: dict[UUID, str] = {}
    if people:
        names = {person: name for person, name in await session.execute(_NAMES, {"ids": list(people)})}  # noqa: C416 - rows.
    return [
        ItemView(
            each.id, "product" if each.product_id else "supplier",
            glimpses.get(each.product_id or each.supplier_id or each.id), each.note,
            names.get(each.note_by) if each.note_by else None, each.note_at,
            names.get(each.added_by) if each.added_by else None, each.added_at,
        )
        for each in items
    ]  # fmt: skip


def _opened(cursor: str) -> tuple[int, UUID]:
    try:
        position, row_id = cursors.opened(cursor)
        if type(position) is int and abs(position) < 2**31:
            return position, UUID(row_id)
    except (ValueError, TypeError, AttributeError):
        pass
    message = _("Dấu trang không đúng; hãy xem lại từ trang đầu.")
    raise Invalid(message, {"cursor": message})
