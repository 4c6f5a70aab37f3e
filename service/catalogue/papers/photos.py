"""Photos of products, suppliers, lots and field checks: added, told what they show, put in order, removed (C1, C4).

The holder's row is locked first, so that of two uploads at once the second counts the first; the same picture twice is one
photo. A product and a supplier carry the key of the photo that is shown first, so that a list reads no second table.
`later=True` keeps what was handed in privately and lets the worker make the sizes: for uploads of thousands.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts import Actor
from service.catalogue import events
from service.catalogue.papers import rules as paper_rules
from service.catalogue.papers.models import Holder, Photo
from service.catalogue.papers.photo_views import PhotoView
from service.core import files as core_files
from service.core import pictures
from service.core.db import new_id
from service.core.errors import Invalid, NotAllowed, NotFound
from service.core.events import announce
from service.core.i18n import _

if TYPE_CHECKING:
    from service.catalogue.queries import Reader
    from service.core.files import File, FileStore
    from service.core.pictures import Picture

RAW = "raw"
WEBP = "image/webp"
MOST_CAPTION = 300
# Whose the holder is and whether everyone sees it; `x` is the row that is locked. The names of tables and columns are ours.
HELD = {
    Holder.PRODUCT: "SELECT s.organisation_id, x.state = 'published' AND s.state = 'published' FROM catalogue_product x"
    " JOIN catalogue_supplier s ON s.id = x.supplier_id WHERE x.id = :id",
    Holder.SUPPLIER: "SELECT x.organisation_id, x.state = 'published' FROM catalogue_supplier x WHERE x.id = :id",
    Holder.LOT: "SELECT s.organisation_id, x.state <> 'draft' FROM catalogue_lot x"
    " JOIN catalogue_supplier s ON s.id = x.supplier_id WHERE x.id = :id",
    Holder.CHECK: "SELECT s.organisation_id, false FROM catalogue_check x"
    " JOIN catalogue_supplier s ON s.id = x.supplier_id WHERE x.id = :id",
}
FIRST = "(SELECT f.key FROM catalogue_photo f WHERE f.holder = :holder AND f.holder_id = x.id AND f.width IS NOT NULL"
SHOW_FIRST = {
    holder: f"UPDATE {table} x SET photo_key = {FIRST} ORDER BY f.position, f.id LIMIT 1), updated_at = now()"  # noqa: S608 - ours.
    f" WHERE x.id = :id AND x.photo_key IS DISTINCT FROM {FIRST} ORDER BY f.position, f.id LIMIT 1)"
    for holder, table in ((Holder.PRODUCT, "catalogue_product"), (Holder.SUPPLIER, "catalogue_supplier"))
}
PHOTOS_OF = """
SELECT holder_id, id, key, width, height, caption, trouble FROM catalogue_photo
 WHERE holder = %s AND holder_id = ANY(%s) AND (width IS NOT NULL OR %s) ORDER BY holder_id, position, id
"""
# Who may see the photo with this key is decided by whose its holder is, and whether everyone sees that.
HOLDER_OF_PHOTO = " UNION ALL ".join(
    f"SELECT f.width, h.* FROM catalogue_photo f CROSS JOIN LATERAL ({held.replace(':id', 'f.holder_id')}) h"  # noqa: S608 - ours.
    f" WHERE f.key = %(key)s AND f.holder = '{holder.value}'"
    for holder, held in HELD.items()
)


async def add_photo(
    session: AsyncSession, files: FileStore, actor: Actor, holder: str, holder_id: UUID, data: bytes,
    caption: str | None = None, key: UUID | None = None, *, name: str = "", later: bool = False,
) -> Photo:  # fmt: skip
    """Add a photo behind the others. The same picture of the same holder, or the same form `key`, adds none."""
    kind = Holder(holder)
    organisation_id = await _locked(session, actor, kind, holder_id)
    said = _caption(caption)
    if pictures.read_upload(data) is pictures.Kind.PDF:
        pictures.sizes(data)  # It says in words that a picture is needed.
    digest = hashlib.sha256(data).digest()
    there = list(await session.scalars(select(Photo).where(Photo.holder == kind, Photo.holder_id == holder_id)))
    same = next((photo for photo in there if photo.sha256 == digest or (key is not None and photo.id == key)), None)
    if same is not None:
        return same
    if len(there) >= paper_rules.MOST_PHOTOS:
        sentence = _("Đã đủ %(n)s ảnh. Hãy bỏ một ảnh cũ rồi thêm ảnh mới.", n=paper_rules.MOST_PHOTOS)
        raise Invalid(sentence, {"file": sentence})
    photo = Photo(
        id=await _free_id(session, key), holder=kind, holder_id=holder_id, sha256=digest, caption=said,
        position=max((each.position for each in there), default=-1) + 1,
    )  # fmt: skip
    made = None if later else await asyncio.to_thread(pictures.sizes, data)
    objects = {RAW: data} if made is None else {f"{width}.webp": each.data for width, each in made.items()}
    file = await core_files.keep(
        session, files, objects, WEBP if made else pictures.read_upload(data).media_type, handed_in=data, name=name,
        organisation_id=organisation_id, uploaded_by=actor.person_id,
    )  # fmt: skip
    _take(photo, file, made)
    session.add(photo)
    await session.flush()
    await announce(session, events.PhotoAdded(holder_id, photo.id), actor=actor, new={"caption": said} if said else None)
    if later:
        await announce(session, events.PhotoReceived(holder_id, photo.id), actor=actor)
    else:
        await _show_first(session, kind, holder_id)
    return photo


async def remove_photo(session: AsyncSession, actor: Actor, photo_id: UUID) -> None:
    """Take a photo away; its file is deleted once that is kept. One that is gone already is no matter."""
    photo, organisation_id = await _photo(session, actor, photo_id)
    if photo is None or organisation_id is None:
        return
    await session.delete(photo)
    await core_files.drop(session, photo.file_id)
    await session.flush()
    await announce(session, events.PhotoRemoved(photo.holder_id, photo.id), actor=actor, old={"caption": photo.caption})
    await _show_first(session, photo.holder, photo.holder_id)


async def arrange_photos(
    session: AsyncSession, actor: Actor, holder: str, holder_id: UUID, wished: Sequence[tuple[UUID, str | None]]
) -> None:
    """Put the photos of a holder in this order, each with what it shows; photos that are not named stay behind them."""
    kind = Holder(holder)
    await _locked(session, actor, kind, holder_id)
    ordered = select(Photo).where(Photo.holder == kind, Photo.holder_id == holder_id).order_by(Photo.position, Photo.id)
    there = {photo.id: photo for photo in await session.scalars(ordered)}
    captions = {photo_id: _caption(caption) for photo_id, caption in wished if photo_id in there}
    old = [(photo.id, photo.caption) for photo in there.values()]
    for position, photo_id in enumerate([*captions, *(each for each in there if each not in captions)]):
        photo = there[photo_id]
        photo.position, photo.caption = position, captions.get(photo_id, photo.caption)
    new = [(photo.id, photo.caption) for photo in sorted(there.values(), key=lambda photo: photo.position)]
    if old == new:
        return
    await session.flush()
    told = [{"photos": [caption or "–" for _id, caption in each]} for each in (old, new)]
    await announce(session, events.PhotosArranged(holder_id), actor=actor, old=told[0], new=told[1])
    await _show_first(session, kind, holder_id)


async def make_sizes(session: AsyncSession, files: FileStore, photo_id: UUID) -> None:
    """Make the sizes of a photo that was only kept (the worker does this); done already, or gone, it does nothing."""
    photo = await session.get(Photo, photo_id, with_for_update=True)
    if photo is None or photo.width is not None or photo.trouble is not None:
        return
    data = await files.get(f"{photo.key}/{RAW}")
    raw = await session.get_one(core_files.File, photo.file_id)
    try:
        made = await asyncio.to_thread(pictures.sizes, data)
    except Invalid as refusal:
        photo.trouble = refusal.message
        return
    file = await core_files.keep(
        session, files, {f"{width}.webp": each.data for width, each in made.items()}, WEBP, handed_in=data, name=raw.name,
        organisation_id=raw.organisation_id, uploaded_by=raw.uploaded_by,
    )  # fmt: skip
    _take(photo, file, made)
    await core_files.drop(session, raw.id)
    await session.flush()
    await _show_first(session, photo.holder, photo.holder_id)


async def photos_of(reader: Reader, holder: str, ids: Iterable[UUID], *, unmade: bool = False) -> dict[UUID, list[PhotoView]]:
    """The photos of these holders in order, for whoever may see the holders; `unmade` ones for those who look after them."""
    found = await reader.execute(PHOTOS_OF, (Holder(holder).value, list(ids), unmade))
    out: dict[UUID, list[PhotoView]] = {}
    for holder_id, *photo in await found.fetchall():
        out.setdefault(holder_id, []).append(PhotoView(*photo))
    return out


async def photo_for(reader: Reader, actor: Actor | None, key: str) -> bool:
    """Whether everyone may see the photo with this key. Raises NotFound where this reader may not, or it is not there."""
    row = None
    if core_files.KEY.fullmatch(key):
        row = await (await reader.execute(HOLDER_OF_PHOTO, {"key": key})).fetchone()
    if row is None or row[0] is None or not paper_rules.may_see_photo(actor, row[1], public=row[2]):
        raise NotFound(_("Không có ảnh này."))
    return bool(row[2])


async def _locked(session: AsyncSession, actor: Actor, holder: Holder, holder_id: UUID) -> UUID:
    """Lock the holder, and give whose it is; who may not even see it is told that it is not there."""
    found = (await session.execute(text(HELD[holder] + " FOR UPDATE OF x"), {"id": holder_id})).one_or_none()
    if found is None or not (
        paper_rules.may_keep_photos(actor, holder, found[0]) or paper_rules.may_see_photo(actor, found[0], public=found[1])
    ):
        raise NotFound(_("Không có mục này để gắn ảnh."))
    if not paper_rules.may_keep_photos(actor, holder, found[0]):
        raise NotAllowed(_("Chỉ chủ và thành viên của nhà cung cấp này được sửa."))
    organisation_id: UUID = found[0]
    return organisation_id


async def _photo(session: AsyncSession, actor: Actor, photo_id: UUID) -> tuple[Photo | None, UUID | None]:
    # The holder is locked before the photo, as everywhere.
    place = (await session.execute(select(Photo.holder, Photo.holder_id).where(Photo.id == photo_id))).one_or_none()
    if place is None:
        return None, None
    organisation_id = await _locked(session, actor, Holder(place[0]), place[1])
    return await session.get(Photo, photo_id, with_for_update=True, populate_existing=True), organisation_id


async def _free_id(session: AsyncSession, key: UUID | None) -> UUID:
    taken = key is None or await session.scalar(select(func.count()).where(Photo.id == key))
    return new_id() if key is None or taken else key


async def _show_first(session: AsyncSession, holder: Holder, holder_id: UUID) -> None:
    if holder in SHOW_FIRST:
        await session.execute(text(SHOW_FIRST[holder]), {"holder": holder.value, "id": holder_id})


def _take(photo: Photo, file: File, made: dict[int, Picture] | None) -> None:
    photo.file_id, photo.key = file.id, file.key
    if made is not None:
        largest = made[max(made)]
        photo.width, photo.height = largest.width, largest.height


def _caption(typed: str | None) -> str | None:
    said = " ".join((typed or "").replace("\x00", "").split())
    if len(said) > MOST_CAPTION:
        sentence = _("Dài quá: tối đa %(most)s ký tự.", most=MOST_CAPTION)
        raise Invalid(sentence, {"caption": sentence})
    return said or None
