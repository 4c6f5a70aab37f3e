"""Files that go with a message: what they may be, and who gets them again.

A picture is made anew without anything but its pixels. A PDF or a sheet is kept as it is and only ever leaves as a download.
"""

from __future__ import annotations

import asyncio
import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts import Actor
from service.core import files as core_files
from service.core import pictures
from service.core.archives import OPENING_FAILED
from service.core.errors import Invalid, NotFound
from service.core.files import FileStore
from service.core.i18n import _
from service.matching.invitations import rules
from service.matching.invitations.models import Attachment, Message

OBJECT = "tep"  # The object below the file's key.
LARGEST = max(pictures.WIDTHS)
WEBP = "image/webp"
CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_PARTS = 2000
TEXT_ENDINGS = (".csv", ".tsv")
core_files.holders.append("SELECT file_id FROM matching_attachment")


@dataclass(frozen=True, slots=True)
class Handed:
    """A file as it came: the name it had, which says nothing of what it is, and what is in it."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Made:
    """A file as it is kept."""

    handed: Handed
    media_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Served:
    """A file as it leaves: where it lies, what it is, and what it is called."""

    path: str
    media_type: str
    name: str


async def make(handed: Sequence[Handed]) -> list[Made]:
    """What is kept of these files. Raises `Invalid` with the name of the one that may not be sent."""
    if len(handed) > rules.MOST_FILES:
        raise _refused(_("Mỗi tin nhắn kèm nhiều nhất %(n)s tệp.", n=rules.MOST_FILES))
    return [await _made(each) for each in handed]


async def keep(
    session: AsyncSession, files: FileStore, actor: Actor, message: Message, made: Sequence[Made]
) -> list[Attachment]:
    """Put the files away with their message; the same file twice in one message is one."""
    kept: dict[bytes, Attachment] = {}
    for each in made:
        file = await core_files.keep(
            session, files, {OBJECT: each.data}, each.media_type, handed_in=each.handed.data, name=each.handed.name,
            organisation_id=actor.organisation_id, uploaded_by=actor.person_id,
        )  # fmt: skip
        if file.sha256 in kept:
            await core_files.drop(session, file.id)
            continue
        kept[file.sha256] = Attachment(message_id=message.id, file_id=file.id, key=file.key, sha256=file.sha256)
        session.add(kept[file.sha256])
    await session.flush()
    return list(kept.values())


async def attachment_for(session: AsyncSession, actor: Actor, invitation_id: UUID, key: str) -> Served:
    """A file of this thread, for somebody of its two sides. Raises `NotFound` for everybody else."""
    row = None
    if core_files.KEY.fullmatch(key):
        row = (await session.execute(_ONE, {"invitation": invitation_id, "key": key})).one_or_none()
    side = rules.side_of(actor, row.buyer, row.supplier) if row is not None else None
    if row is None or not rules.may_read(side, row.state):
        raise NotFound(_("Không có tệp này."))
    return Served(f"{key}/{OBJECT}", row.media_type, row.name)


_ONE = text(
    """
SELECT f.media_type, f.name, i.state, b.organisation_id AS buyer, s.organisation_id AS supplier
  FROM matching_attachment a
  JOIN core_file f ON f.id = a.file_id
  JOIN matching_message m ON m.id = a.message_id
  JOIN matching_invitation i ON i.id = m.invitation_id
  JOIN matching_request r ON r.id = i.request_id
  JOIN matching_buyer b ON b.id = r.buyer_id
  JOIN catalogue_supplier s ON s.id = i.supplier_id
 WHERE a.key = :key AND i.id = :invitation
"""
)


async def _made(handed: Handed) -> Made:
    if handed.data.startswith(b"PK\x03\x04") and len(handed.data) <= pictures.MOST_BYTES:
        return Made(handed, _sheet(handed), handed.data)
    if handed.name.lower().endswith(TEXT_ENDINGS) and 0 < len(handed.data) <= pictures.MOST_BYTES and _is_text(handed.data):
        return Made(handed, CSV, handed.data)
    try:
        kind = pictures.read_upload(handed.data)
        if kind is pictures.Kind.PDF:
            return Made(handed, kind.media_type, handed.data)
        sizes = await asyncio.to_thread(pictures.sizes, handed.data)
    except Invalid as refusal:
        raise _refused(_named(handed, refusal.message)) from refusal
    return Made(handed, WEBP, sizes[LARGEST].data)


def _sheet(handed: Handed) -> str:
    """Excel's own format, by what is in it; one with programs inside is not sent on."""
    try:
        with zipfile.ZipFile(io.BytesIO(handed.data)) as parts:
            names = {each.filename for each in parts.infolist()[:MOST_PARTS]}
    except OPENING_FAILED as error:
        raise _refused(_named(handed, _("Không đọc được tệp này."))) from error
    if "xl/workbook.xml" not in names:
        raise _refused(_named(handed, _("Chỉ gửi được PDF, ảnh, bảng tính .xlsx hoặc .csv.")))
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise _refused(_named(handed, _("Bảng tính có chương trình (macro) bên trong. Hãy lưu lại thành .xlsx thường.")))
    return XLSX


def _is_text(data: bytes) -> bool:
    try:
        return "\x00" not in data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False


def _named(handed: Handed, sentence: str) -> str:
    name = core_files.clean_name(handed.name)[:60]
    return f"{name}: {sentence}" if name else sentence


def _refused(sentence: str) -> Invalid:
    return Invalid(sentence, {"files": sentence})
