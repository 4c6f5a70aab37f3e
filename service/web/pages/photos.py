"""Photos on the supplier's desk: of a product, and of the profile.

/ban-hang/san-pham/{slug}/anh          desk/photos.html   what is there, and room for more;  POST adds one or several
…/anh/sap-xep                          POST: order, and what each shows
…/anh/{id}/xoa                         POST: take one away
/ban-hang/ho-so/anh …                  the same for the profile
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from service import catalogue
from service.accounts import Actor
from service.core.errors import NotFound
from service.core.files import FileStore
from service.core.i18n import _
from service.core.inputs import Input, OptionalText
from service.web.deps import Acting, Files, Page, PageMaker, Reader, Session, Signed
from service.web.pages import forms
from service.web.pages.desk_forms import attempt, only_writers, own_product

router = APIRouter(prefix="/ban-hang")


class PhotoForm(Input):
    """What is said with new photos."""

    caption: OptionalText = None


@dataclass(frozen=True, slots=True)
class Shown:
    """What the photos are of: its kind and id, its name, and where its desk page and its photos are."""

    holder: str
    id: UUID
    title: str
    back: str
    base: str


@router.get("/san-pham/{slug}/anh")
async def photos_of_product(slug: str, page: Page, me: Signed, reader: Reader) -> Response:
    """A product's photos."""
    return await _list(page, reader, await _product(reader, me, slug), forms.filled({}))


@router.post("/san-pham/{slug}/anh")
async def add_to_product(
    slug: str, request: Request, page: Page, me: Acting, session: Session, reader: Reader, files: Files
) -> Response:
    """Add photos of a product."""
    return await _add(request, page, me, session, reader, files, await _product(reader, me, slug))


@router.post("/san-pham/{slug}/anh/sap-xep")
async def arrange_product(slug: str, request: Request, page: Page, me: Acting, session: Session, reader: Reader) -> Response:
    """Keep the order of a product's photos, and what each shows."""
    return await _arrange(request, page, me, session, reader, await _product(reader, me, slug))


@router.post("/san-pham/{slug}/anh/{photo_id}/xoa")
async def remove_from_product(slug: str, photo_id: UUID, page: Page, me: Acting, session: Session, reader: Reader) -> Response:
    """Take a photo of a product away."""
    return await _remove(page, me, session, await _product(reader, me, slug), photo_id)


@router.get("/ho-so/anh")
async def photos_of_profile(page: Page, me: Signed, reader: Reader) -> Response:
    """The supplier's own photos."""
    return await _list(page, reader, await _profile(reader, me), forms.filled({}))


@router.post("/ho-so/anh")
async def add_to_profile(request: Request, page: Page, me: Acting, session: Session, reader: Reader, files: Files) -> Response:
    """Add photos of the supplier."""
    return await _add(request, page, me, session, reader, files, await _profile(reader, me))


@router.post("/ho-so/anh/sap-xep")
async def arrange_profile(request: Request, page: Page, me: Acting, session: Session, reader: Reader) -> Response:
    """Keep the order of the supplier's photos, and what each shows."""
    return await _arrange(request, page, me, session, reader, await _profile(reader, me))


@router.post("/ho-so/anh/{photo_id}/xoa")
async def remove_from_profile(photo_id: UUID, page: Page, me: Acting, session: Session, reader: Reader) -> Response:
    """Take a photo of the supplier away."""
    return await _remove(page, me, session, await _profile(reader, me), photo_id)


async def _product(reader: Any, me: Actor, slug: str) -> Shown:
    only_writers(me)
    product = await own_product(reader, me, slug)
    back = f"/ban-hang/san-pham/{slug}"
    return Shown("product", product.id, product.title, back, f"{back}/anh")


async def _profile(reader: Any, me: Actor) -> Shown:
    only_writers(me)
    own = await catalogue.own_supplier(reader, me)
    if own is None:
        raise NotFound(_("Hãy điền hồ sơ trước, rồi thêm ảnh."))
    return Shown("supplier", own.id, own.name, "/ban-hang/ho-so", "/ban-hang/ho-so/anh")


async def _list(page: PageMaker, reader: Any, shown: Shown, form: forms.Form[Any], status: int = 200) -> Response:
    found = await catalogue.photos_of(reader, shown.holder, [shown.id], unmade=True)
    return page.show(
        "desk/photos.html", status=status, shown=shown, photos=found.get(shown.id, []), form=form, most=catalogue.MOST_PHOTOS
    )


async def _add(
    request: Request, page: PageMaker, me: Actor, session: Any, reader: Any, files: FileStore, shown: Shown
) -> Response:
    form, uploads = await forms.read_with_files(request, PhotoForm, "photos", most=catalogue.MOST_PHOTOS)
    if form.value is None:
        return await _list(page, reader, shown, form, 422)
    if not uploads:
        form.add({"photos": _("Hãy chọn ít nhất một ảnh.")})
        return await _list(page, reader, shown, form, 422)
    caption = form.value.caption

    async def keep() -> None:
        for upload in uploads:
            await catalogue.add_photo(session, files, me, shown.holder, shown.id, upload.data, caption, name=upload.name)

    refusal = await attempt(session, keep)
    if refusal is None:
        return page.redirect(shown.base, _("Đã thêm ảnh."))
    errors = getattr(refusal, "errors", {})
    form.add({"photos" if name == "file" else name: words for name, words in errors.items()} or {"form": refusal.message})
    return await _list(page, reader, shown, form, 422)


async def _arrange(request: Request, page: PageMaker, me: Actor, session: Any, reader: Any, shown: Shown) -> Response:
    form = await forms.read(request, PhotoForm)
    there = (await catalogue.photos_of(reader, shown.holder, [shown.id], unmade=True)).get(shown.id, [])

    def place(number: int, photo: catalogue.PhotoView) -> tuple[int, int]:
        typed = form.typed.get(f"position_{photo.id}", "")
        return (int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 4 else 99, number)

    ordered = sorted(enumerate(there), key=lambda pair: place(*pair))
    wished = [(photo.id, form.typed.get(f"caption_{photo.id}", photo.caption or "")) for _number, photo in ordered]
    refusal = await attempt(session, lambda: catalogue.arrange_photos(session, me, shown.holder, shown.id, wished))
    if refusal is None:
        return page.redirect(shown.base, _("Đã lưu."))
    form.add(getattr(refusal, "errors", {}) or {"form": refusal.message})
    return await _list(page, reader, shown, form, 422)


async def _remove(page: PageMaker, me: Actor, session: Any, shown: Shown, photo_id: UUID) -> Response:
    await catalogue.remove_photo(session, me, photo_id)
    return page.redirect(shown.base, _("Đã bỏ ảnh này."))
