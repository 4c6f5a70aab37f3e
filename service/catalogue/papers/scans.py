"""Scans of papers: the pages that prove what a certificate says (V2).

A PDF is kept as it is and only ever leaves as a download; a picture is made anew without anything but its pixels. A scan that
comes or goes on a checked paper sends the paper to be checked again: it goes on counting meanwhile, and buyers see its scans
again when that is done.
"""

from __future__ import annotations

import asyncio
import hashlib
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts import Actor
from service.catalogue import events, rules
from service.catalogue.models import Certificate, CertificateState
from service.catalogue.papers import rules as paper_rules
from service.catalogue.papers.certificates import paper_and_owner
from service.catalogue.papers.models import Scan
from service.catalogue.papers.photo_views import ScanFile, ScanView
from service.catalogue.papers.photos import RAW, WEBP
from service.catalogue.reviews import submissions
from service.catalogue.reviews.models import ReviewKind
from service.core import files as core_files
from service.core import pictures
from service.core.errors import Invalid, NotAllowed, NotFound
from service.core.events import announce
from service.core.i18n import _

if TYPE_CHECKING:
    from service.catalogue.queries import Reader
    from service.core.files import FileStore

PAGE = "tep"  # The object below the file's key.
LARGEST = max(pictures.WIDTHS)
SCAN = """
SELECT f.media_type, f.name, c.ready, s.organisation_id, h.state,
       s.state = 'published' AND coalesce(p.state = 'published', true)
         AND NOT EXISTS (SELECT FROM catalogue_review r WHERE r.subject = h.id AND r.state = 'waiting')
  FROM catalogue_scan c
  JOIN core_file f ON f.id = c.file_id
  JOIN catalogue_certificate h ON h.id = c.certificate_id
  JOIN catalogue_supplier s ON s.id = h.supplier_id
  LEFT JOIN catalogue_product p ON p.id = h.product_id
 WHERE c.key = %s
"""
SCANS_OF = """
SELECT c.certificate_id, c.id, c.key, c.is_picture, c.ready, c.trouble, f.name, f.size_bytes
  FROM catalogue_scan c JOIN core_file f ON f.id = c.file_id
 WHERE c.certificate_id = ANY(%s) ORDER BY c.certificate_id, c.id
"""


async def add_scan(
    session: AsyncSession, files: FileStore, actor: Actor, certificate_id: UUID, data: bytes, filename: str = "", *,
    later: bool = False,
) -> Scan:  # fmt: skip
    """Add a page to a paper. The same page twice is one."""
    certificate, organisation_id = await _locked(session, actor, certificate_id)
    kind = pictures.read_upload(data)
    digest = hashlib.sha256(data).digest()
    there = list(await session.scalars(select(Scan).where(Scan.certificate_id == certificate_id)))
    same = next((scan for scan in there if scan.sha256 == digest), None)
    if same is not None:
        return same
    if len(there) >= paper_rules.MOST_SCANS:
        sentence = _("Mỗi giấy có tối đa %(n)s tệp. Hãy ghép các trang vào một tệp PDF.", n=paper_rules.MOST_SCANS)
        raise Invalid(sentence, {"file": sentence})
    is_picture = kind is not pictures.Kind.PDF
    made = await _page(data) if is_picture and not later else None
    objects = {RAW: data} if is_picture and made is None else {PAGE: made or data}
    file = await core_files.keep(
        session, files, objects, WEBP if made else kind.media_type, handed_in=data, name=filename,
        organisation_id=organisation_id, uploaded_by=actor.person_id,
    )  # fmt: skip
    scan = Scan(
        certificate_id=certificate_id, file_id=file.id, key=file.key, sha256=digest, is_picture=is_picture,
        ready=made is not None or not is_picture,
    )  # fmt: skip
    session.add(scan)
    await session.flush()
    holder = certificate.product_id or certificate.supplier_id
    await announce(session, events.ScanAdded(holder, certificate.id), actor=actor, new={"file": file.name or None})
    if not scan.ready:
        await announce(session, events.ScanReceived(holder, scan.id), actor=actor)
    await _look_again(session, actor, certificate)
    return scan


async def remove_scan(session: AsyncSession, actor: Actor, scan_id: UUID) -> None:
    """Take a page away; one that is gone already is no matter."""
    certificate_id = await session.scalar(select(Scan.certificate_id).where(Scan.id == scan_id))
    if certificate_id is None:
        return
    certificate, _organisation = await _locked(session, actor, certificate_id)
    scan = await session.get(Scan, scan_id, with_for_update=True, populate_existing=True)
    if scan is None:
        return
    await session.delete(scan)
    await core_files.drop(session, scan.file_id)
    await session.flush()
    holder = certificate.product_id or certificate.supplier_id
    await announce(session, events.ScanRemoved(holder, certificate.id), actor=actor)
    await _look_again(session, actor, certificate)


async def make_page(session: AsyncSession, files: FileStore, scan_id: UUID) -> None:
    """Make the page of a picture that was only kept (the worker does this); done already, or gone, it does nothing."""
    scan = await session.get(Scan, scan_id, with_for_update=True)
    if scan is None or scan.ready or scan.trouble is not None:
        return
    data = await files.get(f"{scan.key}/{RAW}")
    raw = await session.get_one(core_files.File, scan.file_id)
    try:
        made = await _page(data)
    except Invalid as refusal:
        scan.trouble = refusal.message
        return
    file = await core_files.keep(
        session, files, {PAGE: made}, WEBP, handed_in=data, name=raw.name, organisation_id=raw.organisation_id,
        uploaded_by=raw.uploaded_by,
    )  # fmt: skip
    scan.file_id, scan.key, scan.ready = file.id, file.key, True
    await core_files.drop(session, raw.id)


async def scans_of(reader: Reader, certificate_ids: list[UUID]) -> dict[UUID, list[ScanView]]:
    """The pages of these papers, for whoever may see them (`paper_rules.may_see_scan`)."""
    found = await reader.execute(SCANS_OF, (certificate_ids,))
    out: dict[UUID, list[ScanView]] = {}
    for certificate_id, *scan in await found.fetchall():
        out.setdefault(certificate_id, []).append(ScanView(*scan))
    return out


async def scan_for(reader: Reader, actor: Actor | None, key: str) -> ScanFile:
    """The scan with this key, as it is served. Raises NotFound where this reader may not see it, or it is not there."""
    row: tuple[Any, ...] | None = None
    if core_files.KEY.fullmatch(key):
        row = await (await reader.execute(SCAN, (key,))).fetchone()
    if row is None or not row[2] or not paper_rules.may_see_scan(actor, paper_rules.ScanHolder(*row[3:])):
        raise NotFound(_("Không có tệp này."))
    return ScanFile(f"{key}/{PAGE}", row[0], row[1])


async def _page(data: bytes) -> bytes:
    made = await asyncio.to_thread(pictures.sizes, data)
    return made[LARGEST].data


async def _look_again(session: AsyncSession, actor: Actor, certificate: Certificate) -> None:
    """What an officer has checked is no longer all that is there, so somebody looks again; it counts until then."""
    there = await session.scalars(select(Scan.sha256).where(Scan.certificate_id == certificate.id).order_by(Scan.id))
    certificate.scan_mark = hashlib.sha256(b"".join(there)).hexdigest()[:16]
    if certificate.state == CertificateState.CHECKED and not rules.may_publish(actor):
        holder = certificate.product_id or certificate.supplier_id
        await submissions.hand_in(session, actor, ReviewKind.CERTIFICATE, certificate.id, certificate.supplier_id, holder)


async def _locked(session: AsyncSession, actor: Actor, certificate_id: UUID) -> tuple[Certificate, UUID]:
    """The paper, locked, and whose it is; who may not look behind the public pages is told that it is not there."""
    found = await paper_and_owner(session, certificate_id)
    if found is None or not (paper_rules.may_keep_scans(actor, found[1]) or rules.sees_unchecked(actor, found[1])):
        raise NotFound(_("Không có giấy này."))
    if not paper_rules.may_keep_scans(actor, found[1]):
        raise NotAllowed(_("Chỉ chủ và thành viên của nhà cung cấp này được sửa."))
    return found[0], found[1]
