"""Many photos and papers at once: what is new goes to the store as it came, and its row is copied in.

The holders are locked first, as everywhere, so that an upload by hand at the same moment is seen. What is known by its bytes is
left as it is: the same archive twice adds nothing. The worker makes the sizes of the pictures afterwards.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts import Actor
from service.catalogue import events, rules
from service.catalogue.bulk import staging
from service.catalogue.bulk.pending import Pending, hand_in_all
from service.catalogue.papers import rules as paper_rules
from service.catalogue.papers.photos import RAW
from service.catalogue.papers.scans import PAGE
from service.catalogue.reviews.models import ReviewKind
from service.catalogue.sheets.events import PicturesCameIn
from service.core import files as core_files
from service.core.db import new_id
from service.core.events import Event, announce, announce_all
from service.core.files import FileStore
from service.core.pictures import Kind

AT_ONCE = 32
BYTES_AT_ONCE = 12 * 1024 * 1024
FILE = ("id", "key", "media_type", "size_bytes", "sha256", "name", "organisation_id", "uploaded_by")
PHOTO = ("id", "holder", "holder_id", "file_id", "key", "sha256", "position")
SCAN = ("id", "certificate_id", "file_id", "key", "sha256", "is_picture", "ready")
Read = Callable[[str], bytes]
Tell = Callable[[int], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Attachment:
    """A photo or a paper, looked over, and whose it is."""

    path: str
    name: str
    size: int
    sha256: bytes
    kind: Kind
    supplier_id: UUID
    organisation_id: UUID
    product_id: UUID | None
    certificate_id: UUID | None = None  # Of a paper; a photo has none.
    id: UUID = field(default_factory=new_id)

    @property
    def holder_id(self) -> UUID:
        """Whose history tells it."""
        return self.product_id or self.supplier_id

    @property
    def same(self) -> tuple[UUID, bytes]:
        """What makes it the same as another: the same bytes at the same place."""
        return self.certificate_id or self.holder_id, self.sha256


@dataclass(slots=True)
class Plan:
    """What would be added, what is there already, and what is too much."""

    fresh: list[Attachment] = field(default_factory=list)
    known: int = 0
    excess: list[Attachment] = field(default_factory=list)
    positions: dict[UUID, int] = field(default_factory=dict)  # Of the last photo of a holder.


async def plan(conn: staging.Connection, given: Sequence[Attachment]) -> Plan:
    """Compare with what is stored; the holders are locked until the transaction ends."""
    await _lock(conn, given)
    photos = await conn.execute(
        "SELECT holder_id, sha256, position FROM catalogue_photo WHERE holder_id = ANY(%s)",
        (list({each.holder_id for each in given if each.certificate_id is None}),),
    )
    scans = await conn.execute(
        "SELECT certificate_id, sha256 FROM catalogue_scan WHERE certificate_id = ANY(%s)",
        (list({each.certificate_id for each in given if each.certificate_id is not None}),),
    )
    out = Plan()
    seen: set[tuple[UUID, bytes]] = set()
    held: Counter[UUID] = Counter()
    for place, digest, position in await photos.fetchall():
        seen.add((place, bytes(digest)))
        held[place] += 1
        out.positions[place] = max(position, out.positions.get(place, -1))
    for place, digest in await scans.fetchall():
        seen.add((place, bytes(digest)))
        held[place] += 1
    for each in given:
        place = each.same[0]
        most = paper_rules.MOST_PHOTOS if each.certificate_id is None else paper_rules.MOST_SCANS
        if each.same in seen:
            out.known += 1
        elif held[place] >= most:
            out.excess.append(each)
        else:
            seen.add(each.same)
            held[place] += 1
            out.fresh.append(each)
    return out


async def attach(
    session: AsyncSession, files: FileStore, actor: Actor, planned: Plan, read: Read, tell: Tell | None = None
) -> None:
    """Put what is new into the store, batch by batch, and write down all of it."""
    conn = await staging.connection(session)
    keys: dict[str, str] = {}
    done = 0
    for batch in _batches(planned.fresh):
        contents = await asyncio.to_thread(lambda some: [read(each.path) for each in some], batch)
        for each in batch:
            keys[each.path] = core_files.new_key()
        await asyncio.gather(
            *(
                files.put(f"{keys[each.path]}/{_object(each)}", data, each.kind.media_type)
                for each, data in zip(batch, contents, strict=True)
            )
        )
        done += len(batch)
        if tell is not None:
            await tell(done)
    await _write(conn, actor, planned, keys)
    await _announce(session, actor, planned)
    await _look_again(conn, actor, planned)


def _object(each: Attachment) -> str:
    return PAGE if each.certificate_id is not None and each.kind is Kind.PDF else RAW


def _batches(given: Sequence[Attachment]) -> Iterator[list[Attachment]]:
    """So many at once that the disk is busy, and so few that memory is not."""
    batch: list[Attachment] = []
    weight = 0
    for each in given:
        if batch and (len(batch) == AT_ONCE or weight + each.size > BYTES_AT_ONCE):
            yield batch
            batch, weight = [], 0
        batch.append(each)
        weight += each.size
    if batch:
        yield batch


async def _lock(conn: staging.Connection, given: Sequence[Attachment]) -> None:
    holders = (
        ("catalogue_supplier", {each.supplier_id for each in given if each.product_id is None}),
        ("catalogue_product", {each.product_id for each in given if each.product_id is not None}),
        ("catalogue_certificate", {each.certificate_id for each in given if each.certificate_id is not None}),
    )
    for table, ids in holders:
        # The names of the tables are ours.
        await conn.execute(f"SELECT 1 FROM {table} WHERE id = ANY(%s) ORDER BY id FOR UPDATE", (list(ids),))  # noqa: S608 - see above.


async def _write(conn: staging.Connection, actor: Actor, planned: Plan, keys: dict[str, str]) -> None:
    files: list[tuple[Any, ...]] = []
    photos: list[tuple[Any, ...]] = []
    scans: list[tuple[Any, ...]] = []
    for each in planned.fresh:
        file_id, key = new_id(), keys[each.path]
        name = core_files.clean_name(each.name)
        files.append((file_id, key, each.kind.media_type, each.size, each.sha256, name, each.organisation_id, actor.person_id))
        if each.certificate_id is None:
            position = planned.positions.get(each.holder_id, -1) + 1
            planned.positions[each.holder_id] = position
            holder = "supplier" if each.product_id is None else "product"
            photos.append((each.id, holder, each.holder_id, file_id, key, each.sha256, position))
        else:
            pdf = each.kind is Kind.PDF
            scans.append((each.id, each.certificate_id, file_id, key, each.sha256, not pdf, pdf))
    await staging.copy_in(conn, "core_file", FILE, files)
    await staging.copy_in(conn, "catalogue_photo", PHOTO, photos)
    await staging.copy_in(conn, "catalogue_scan", SCAN, scans)


async def _announce(session: AsyncSession, actor: Actor, planned: Plan) -> None:
    facts: list[tuple[Event, Any, Any]] = []
    for each in planned.fresh:
        if each.certificate_id is None:
            facts.append((events.PhotoAdded(each.holder_id, each.id), None, {"file": each.name}))
        else:
            facts.append((events.ScanAdded(each.holder_id, each.certificate_id), None, {"file": each.name}))
    await announce_all(session, facts, actor=actor)
    picture = next((each for each in planned.fresh if each.kind is not Kind.PDF), None)
    if picture is not None:
        await announce(session, PicturesCameIn(picture.holder_id), actor=actor)


async def _look_again(conn: staging.Connection, actor: Actor, planned: Plan) -> None:
    """A checked paper with a new page is checked again, unless whoever brings it in checks it herself."""
    if rules.may_publish(actor):
        return
    found = await conn.execute(
        "SELECT c.id, c.supplier_id FROM catalogue_certificate c WHERE c.id = ANY(%s) AND c.state = 'checked'"
        " AND NOT EXISTS (SELECT FROM catalogue_review r WHERE r.subject = c.id AND r.state = 'waiting')",
        (list({each.certificate_id for each in planned.fresh if each.certificate_id is not None}),),
    )
    again = [Pending(ReviewKind.CERTIFICATE, paper, supplier_id) for paper, supplier_id in await found.fetchall()]
    await hand_in_all(conn, actor, again)
