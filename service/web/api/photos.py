"""Photos, scans and papers that run out, for programs.

Photos and scans are handed in as multipart/form-data; what they are is told by their content. A photo's addresses are those
that pages use: they answer with the same permission.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, File, Form, Query, UploadFile
from pydantic import Field

from service import catalogue
from service.accounts import Actor
from service.core import places
from service.core.errors import NotFound
from service.core.i18n import _
from service.web.api import problems
from service.web.api.photo_shapes import PhotoOut
from service.web.api.shapes import Out, Parameters
from service.web.deps import Acting, Files, Reader, Session, Signed

SCOPE = "catalogue"
router = APIRouter(tags=["papers"])
WRITES = problems.described(401, 403, 409)
MOST_BYTES = 10 * 1024 * 1024
Given = Annotated[UploadFile, File(description="PDF (scans only), JPEG, PNG or HEIC; 10 MB at most.")]


class ScanOut(Out):
    """A page of a paper."""

    id: UUID
    href: str = Field(description="Where it is downloaded, by whoever may see it.")
    name: str
    is_picture: bool = Field(description="A picture is kept as WebP, a PDF as it came.")
    size_bytes: int


class RenewalOut(Out):
    """How far the renewal of a paper has come."""

    state: str = Field(description="not_begun, sent or assessed.")
    day: date | None
    note: str | None
    version: int


class ExpiringOut(Out):
    """A checked paper that runs out and has not been renewed."""

    id: UUID
    kind: str
    stars: int | None
    number: str | None
    valid_to: date
    days: int = Field(description="Days that are left; less than nought when it has run out.")
    product: str | None = Field(description="Slug; null for a paper of the supplier as a whole.")
    supplier: str = Field(description="Slug.")
    renewal: RenewalOut


class ExpiringListOut(Out):
    """A page of papers that run out, the next one to end first."""

    items: list[ExpiringOut]
    next: str | None


class ExpiringAsked(Parameters):
    """Which papers are meant."""

    days: int = Field(default=180, ge=0, le=3660, description="Those that end within so many days.")
    lapsed: bool = Field(default=False, description="Instead those that have ended within a year.")
    area: str | None = Field(default=None, max_length=20, description="Code of a province or commune.")
    cursor: str | None = Field(default=None, max_length=400)
    limit: int = Field(default=30, ge=1, le=100)


@router.post("/products/{slug}/photos", responses=WRITES)
async def add_photo(
    slug: str, me: Acting, session: Session, reader: Reader, files: Files, photo: Given,
    caption: Annotated[str | None, Form(max_length=300, description="What it shows, for those who do not see it.")] = None,
) -> PhotoOut:  # fmt: skip
    """Add a photo behind the others; the same picture again adds none."""
    product = await _product(reader, me, slug)
    data = await photo.read(MOST_BYTES + 1)
    added = await catalogue.add_photo(session, files, me, "product", product.id, data, caption, name=photo.filename or "")
    shown = catalogue.PhotoView(added.id, added.key, added.width, added.height, added.caption)
    return PhotoOut.model_validate(shown)


@router.delete("/products/{slug}/photos/{photo_id}", status_code=204, responses=WRITES)
async def remove_photo(slug: str, photo_id: UUID, me: Acting, session: Session, reader: Reader) -> None:
    """Take a photo away; one that is gone already is no matter."""
    product = await _product(reader, me, slug)
    held = (await catalogue.photos_of(reader, "product", [product.id], unmade=True)).get(product.id, [])
    if any(each.id == photo_id for each in held):
        await catalogue.remove_photo(session, me, photo_id)


@router.post("/certificates/{certificate_id}/scan", responses=WRITES)
async def add_scan(certificate_id: UUID, me: Acting, session: Session, files: Files, scan: Given) -> ScanOut:
    """Add a page to a paper; the same page again adds none. A checked paper is looked at again, and counts meanwhile."""
    data = await scan.read(MOST_BYTES + 1)
    name = scan.filename or ""
    added = await catalogue.add_scan(session, files, me, certificate_id, data, name)
    return ScanOut(id=added.id, href=f"/tep/{added.key}", name=name, is_picture=added.is_picture, size_bytes=len(data))


@router.delete("/certificates/{certificate_id}/scans/{scan_id}", status_code=204, responses=WRITES)
async def remove_scan(certificate_id: UUID, scan_id: UUID, me: Acting, session: Session, reader: Reader) -> None:
    """Take a page away; one that is gone already is no matter."""
    held = (await catalogue.scans_of(reader, [certificate_id])).get(certificate_id, [])
    if any(each.id == scan_id for each in held):
        await catalogue.remove_scan(session, me, scan_id)


@router.get("/certificates/expiring", responses=problems.described(401, 403))
async def expiring(asked: Annotated[ExpiringAsked, Query()], me: Signed, reader: Reader) -> ExpiringListOut:
    """Papers that run out: a supplier's own, and everybody's for officers."""
    known = (places.province(asked.area) or places.commune(asked.area)) if asked.area else None
    if asked.area and known is None:
        raise NotFound(_("Không có nơi nào tên như vậy."))
    found = await catalogue.expiring(
        reader, me, days=asked.days, lapsed=asked.lapsed, area=(known.code,) if known else (), cursor=asked.cursor,
        limit=asked.limit,
    )  # fmt: skip
    return ExpiringListOut(items=[_expiring(each) for each in found.items], next=found.next)


@router.put("/certificates/{certificate_id}/renewal", responses=WRITES)
async def set_renewal(certificate_id: UUID, body: catalogue.RenewalInput, me: Acting, session: Session) -> RenewalOut:
    """Say how far the renewal of a paper has come."""
    said = await catalogue.set_renewal(session, me, certificate_id, body)
    if said is None:
        return RenewalOut(state=body.state, day=None, note=body.note, version=0)
    return RenewalOut(state=said.state, day=said.day, note=said.note, version=said.version)


async def _product(reader: Any, me: Actor, slug: str) -> catalogue.ProductPage:
    return await catalogue.product_page(reader, slug, me)


def _expiring(paper: catalogue.Expiring) -> ExpiringOut:
    return ExpiringOut(
        id=paper.id, kind=paper.kind, stars=paper.stars, number=paper.number, valid_to=paper.valid_to, days=paper.days,
        product=paper.product_slug, supplier=paper.supplier_slug,
        renewal=RenewalOut(
            state=paper.renewal, day=paper.renewal_day, note=paper.renewal_note, version=paper.renewal_version
        ),
    )  # fmt: skip
