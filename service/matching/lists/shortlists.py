"""Lists of products and suppliers that an organisation has picked out: making them, and putting things on them.

Every change locks the list first, so that two people of one organisation who do the same at once do it once.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from service import catalogue
from service.accounts import Actor
from service.core import clock
from service.core.errors import Conflict, NotAllowed, NotFound
from service.core.events import announce
from service.core.i18n import _
from service.matching.lists import rules
from service.matching.lists.events import (
    ItemListed,
    ItemMoved,
    ItemNoted,
    ItemRemoved,
    ShortlistDropped,
    ShortlistMade,
    ShortlistRenamed,
)
from service.matching.lists.inputs import ItemMove, ItemNote, ShortlistName
from service.matching.lists.models import Shortlist, ShortlistItem


async def make_shortlist(session: AsyncSession, actor: Actor, what: ShortlistName) -> Shortlist:
    """Begin a list. A name that the organisation has already used gives the list that bears it."""
    organisation_id = _organisation(actor)
    there = await _called(session, organisation_id, what.name)
    if there is not None:
        return there
    count = await session.scalar(select(func.count()).where(Shortlist.organisation_id == organisation_id))
    if (count or 0) >= rules.MOST_LISTS:
        raise Conflict(_("Đã có %(n)s danh sách. Hãy xóa bớt danh sách cũ trước.", n=rules.MOST_LISTS))
    made = Shortlist(organisation_id=organisation_id, name=what.name, made_by=actor.person_id)
    made.created_at = made.updated_at = clock.now()
    try:
        async with session.begin_nested():
            session.add(made)
    except IntegrityError:  # Somebody of the same organisation was a moment faster.
        there = await _called(session, organisation_id, what.name)
        if there is None:
            raise
        return there
    await announce(session, ShortlistMade(made.id), actor=actor, new={"name": made.name})
    return made


async def rename_shortlist(
    session: AsyncSession, actor: Actor, list_id: UUID, what: ShortlistName, *, version: int | None = None
) -> Shortlist:
    """Call a list otherwise; the same name again changes nothing."""
    found = await _locked(session, actor, list_id)
    if version is not None and found.version != version:
        raise Conflict(_("Trong lúc bạn sửa, người khác đã lưu một bản mới. Những gì bạn gõ vẫn còn nguyên bên dưới."))
    if found.name == what.name:
        return found
    if await _called(session, found.organisation_id, what.name) is not None:
        raise Conflict(_("Đã có danh sách tên này. Hãy chọn tên khác."))
    old, found.name, found.updated_at = found.name, what.name, clock.now()
    try:
        async with session.begin_nested():
            await session.flush()
    except IntegrityError as error:
        raise Conflict(_("Đã có danh sách tên này. Hãy chọn tên khác.")) from error
    await announce(session, ShortlistRenamed(found.id), actor=actor, old={"name": old}, new={"name": found.name})
    return found


async def drop_shortlist(session: AsyncSession, actor: Actor, list_id: UUID) -> None:
    """Throw a list away."""
    found = await _locked(session, actor, list_id)
    await session.delete(found)
    await session.flush()
    await announce(session, ShortlistDropped(list_id), actor=actor, old={"name": found.name})


async def list_product(
    session: AsyncSession, actor: Actor, slug: str, list_id: UUID | None = None, note: ItemNote | None = None
) -> ShortlistItem:
    """Put a product on a list: on that one, or on the one that was used last, or on a first one."""
    product_id = await catalogue.shown_product(session, slug)
    if product_id is None:
        raise NotFound(_("Không có sản phẩm này, hoặc sản phẩm chưa được đăng."))
    return await _list(session, actor, list_id, note, product_id=product_id, supplier_id=None)


async def list_supplier(
    session: AsyncSession, actor: Actor, slug: str, list_id: UUID | None = None, note: ItemNote | None = None
) -> ShortlistItem:
    """The same for a supplier."""
    supplier_id = await catalogue.shown_supplier(session, slug)
    if supplier_id is None:
        raise NotFound(_("Không có nhà cung cấp này, hoặc hồ sơ chưa được đăng."))
    return await _list(session, actor, list_id, note, product_id=None, supplier_id=supplier_id)


async def note_item(session: AsyncSession, actor: Actor, list_id: UUID, item_id: UUID, what: ItemNote) -> ShortlistItem:
    """Write about a thing on a list, in place of what was written before."""
    await _locked(session, actor, list_id)
    item = await _item(session, list_id, item_id)
    if item.note == what.note:
        return item
    old = item.note
    _write(item, actor, what)
    await session.flush()
    fact = ItemNoted(list_id, item.product_id, item.supplier_id)
    await announce(session, fact, actor=actor, old={"note": old}, new={"note": item.note})
    return item


async def move_item(session: AsyncSession, actor: Actor, list_id: UUID, item_id: UUID, what: ItemMove) -> None:
    """Let a thing change places with its neighbour; at the end of the list nothing happens."""
    await _locked(session, actor, list_id)
    item = await _item(session, list_id, item_id)
    up = what.way == "up"
    beyond = ShortlistItem.position < item.position if up else ShortlistItem.position > item.position
    order = ShortlistItem.position.desc() if up else ShortlistItem.position.asc()
    other = await session.scalar(
        select(ShortlistItem).where(ShortlistItem.shortlist_id == list_id, beyond).order_by(order).limit(1)
    )
    if other is None:
        return
    old = item.position
    item.position, other.position = other.position, item.position
    await session.flush()
    fact = ItemMoved(list_id, item.product_id, item.supplier_id)
    await announce(session, fact, actor=actor, old={"position": old}, new={"position": item.position})


async def remove_item(session: AsyncSession, actor: Actor, list_id: UUID, item_id: UUID) -> None:
    """Take a thing off a list; what is off already stays off."""
    await _locked(session, actor, list_id)
    item = await session.scalar(select(ShortlistItem).where(ShortlistItem.shortlist_id == list_id, ShortlistItem.id == item_id))
    if item is None:
        return
    await session.delete(item)
    await session.flush()
    fact = ItemRemoved(list_id, item.product_id, item.supplier_id)
    await announce(session, fact, actor=actor, old={"note": item.note})


async def _list(
    session: AsyncSession, actor: Actor, list_id: UUID | None, note: ItemNote | None, *,
    product_id: UUID | None, supplier_id: UUID | None,
) -> ShortlistItem:  # fmt: skip
    found = await _locked(session, actor, list_id or await _last_used(session, actor))
    same = ShortlistItem.product_id == product_id if product_id else ShortlistItem.supplier_id == supplier_id
    there = await session.scalar(select(ShortlistItem).where(ShortlistItem.shortlist_id == found.id, same))
    if there is not None:
        return there
    count, last = (
        await session.execute(
            select(func.count(), func.max(ShortlistItem.position)).where(ShortlistItem.shortlist_id == found.id)
        )
    ).one()
    if count >= rules.MOST_ITEMS:
        raise Conflict(_("Danh sách đã có %(n)s mục. Hãy lập danh sách mới.", n=rules.MOST_ITEMS))
    item = ShortlistItem(
        shortlist_id=found.id, product_id=product_id, supplier_id=supplier_id, position=(last or 0) + 1,
        added_by=actor.person_id, added_at=clock.now(),
    )  # fmt: skip
    if note is not None and note.note:
        _write(item, actor, note)
    session.add(item)
    found.updated_at = clock.now()
    await session.flush()
    fact = ItemListed(found.id, product_id, supplier_id)
    await announce(session, fact, actor=actor, new={"note": item.note} if item.note else None)
    return item


def _write(item: ShortlistItem, actor: Actor, what: ItemNote) -> None:
    item.note = what.note
    item.note_by = actor.person_id if what.note else None
    item.note_at = clock.now() if what.note else None


def _organisation(actor: Actor) -> UUID:
    if not rules.may_keep_lists(actor) or actor.organisation_id is None:
        raise NotAllowed(_("Danh sách chọn hàng dành cho nhà phân phối. Hãy đăng nhập bằng tổ chức mua hàng."))
    if not rules.may_write_list(actor, actor.organisation_id):
        raise NotAllowed(_("Bạn chỉ có quyền xem trong tổ chức này. Hãy nhờ chủ tổ chức cấp quyền thành viên."))
    return actor.organisation_id


async def _last_used(session: AsyncSession, actor: Actor) -> UUID:
    """The list that the organisation has used last; its first one where it has none."""
    organisation_id = _organisation(actor)
    last = await session.scalar(
        select(Shortlist.id)
        .where(Shortlist.organisation_id == organisation_id)
        .order_by(Shortlist.updated_at.desc(), Shortlist.id.desc())
        .limit(1)
    )
    return last or (await make_shortlist(session, actor, ShortlistName(name=_("Danh sách chung")))).id


async def _called(session: AsyncSession, organisation_id: UUID, name: str) -> Shortlist | None:
    found: Shortlist | None = await session.scalar(
        select(Shortlist).where(Shortlist.organisation_id == organisation_id, Shortlist.name == name)
    )
    return found


async def _locked(session: AsyncSession, actor: Actor, list_id: UUID) -> Shortlist:
    """The list, locked. A list of somebody else's is not there."""
    found = await session.scalar(
        select(Shortlist).where(Shortlist.id == list_id).with_for_update().execution_options(populate_existing=True)
    )
    if found is None or not rules.may_read_list(actor, found.organisation_id):
        raise NotFound(_("Không có danh sách này."))
    if not rules.may_write_list(actor, found.organisation_id):
        raise NotAllowed(_("Bạn chỉ có quyền xem trong tổ chức này. Hãy nhờ chủ tổ chức cấp quyền thành viên."))
    return found


async def _item(session: AsyncSession, list_id: UUID, item_id: UUID) -> ShortlistItem:
    item = await session.scalar(select(ShortlistItem).where(ShortlistItem.shortlist_id == list_id, ShortlistItem.id == item_id))
    if item is None:
        raise NotFound(_("Mục này không còn trong danh sách."))
    return item
