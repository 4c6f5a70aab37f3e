"""Files: pictures and papers that people hand in, in a local folder or in any S3-compatible store, by one setting.

    files = open_store(settings)                        CHOPHIEN_FILES_URL, or the folder `files` of the data folder
    file = await keep(session, files, {"800.webp": data}, "image/webp", …)   puts, and notes them in this transaction
    await files.get(f"{file.key}/800.webp")

A file's address is a key that nobody can guess, is used once, and is still checked for permission by whoever serves it. What
is put belongs to a transaction that may fail: then no row names it, and the sweeper takes it away at night. What is dropped is
only marked, so that a transaction that fails takes nothing away; the worker deletes it once the mark is kept.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote, urlsplit
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, LargeBinary, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from service.core import clock
from service.core.db import Row

if TYPE_CHECKING:
    from pathlib import Path

    from obstore.store import ObjectStore

    from service.core.settings import Settings

KEY = re.compile(r"[a-z2-7]{26}")
LETTERS = "abcdefghijklmnopqrstuvwxyz234567"
STRAY_AFTER = timedelta(days=1)  # No upload takes longer, so what no row names by then belongs to nobody.
DROPPED_AT_ONCE = 500
S3_OPTIONS = ("region", "conditional_put")
NAME_LENGTH = 120

# Statements that name the files in use, one of every module that keeps some; what none of them names is dropped at night.
holders: list[str] = []


class File(Row):
    """One thing that was handed in; in the store it may be several objects below its key (the sizes of a picture)."""

    __tablename__ = "core_file"
    __table_args__ = (
        CheckConstraint("size_bytes >= 0", name="size_bytes"),
        Index("ix_core_file_dropped_at", "dropped_at", postgresql_where=text("dropped_at is not null")),
        Index("ix_core_file_organisation_id", "organisation_id"),
    )

    key: Mapped[str] = mapped_column(unique=True)
    media_type: Mapped[str]
    size_bytes: Mapped[int]
    sha256: Mapped[bytes] = mapped_column(LargeBinary)  # Of what was handed in, before anything was made of it.
    name: Mapped[str]
    organisation_id: Mapped[UUID | None]  # Whose it is. No key: what is told of a file outlives them.
    uploaded_by: Mapped[UUID | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    dropped_at: Mapped[datetime | None]


class FileMissing(Exception):
    """The store has no such object, although a row may name it."""


class FileStore:
    """A folder of objects: put once, read, deleted. Objects are written whole or not at all, and never over another."""

    def __init__(self, address: str) -> None:
        self._address = address

    @cached_property
    def _store(self) -> ObjectStore:
        # Loaded with the first file: a web process that serves none does not pay for it.
        return _connected(self._address)

    async def put(self, path: str, data: bytes, media_type: str) -> None:
        """Write an object. A path that is taken is refused, never written over."""
        import obstore  # noqa: PLC0415 - see _store.

        # A folder keeps no media type; rows do. A store that does may be looked at by its own tools.
        known: dict[str, Any] = {"attributes": {"Content-Type": media_type}} if self._address.startswith("s3:") else {}
        await obstore.put_async(self._store, path, data, mode="create", **known)

    async def put_file(self, path: str, source: Path, media_type: str) -> None:
        """The same for a file of our own, piece by piece: a large one is never in memory as a whole."""
        import obstore  # noqa: PLC0415 - see _store.

        known: dict[str, Any] = {"attributes": {"Content-Type": media_type}} if self._address.startswith("s3:") else {}
        await obstore.put_async(self._store, path, source, **known)

    async def fetch(self, path: str, target: Path) -> None:
        """Copy an object into a file of our own, piece by piece."""
        import obstore  # noqa: PLC0415

        try:
            found = await obstore.get_async(self._store, path)
            with target.open("wb") as out:
                async for piece in found.stream():
                    await asyncio.to_thread(out.write, bytes(piece))
        except FileNotFoundError as error:
            raise FileMissing(path) from error

    async def get(self, path: str) -> bytes:
        """Read an object."""
        import obstore  # noqa: PLC0415

        try:
            found = await obstore.get_async(self._store, path)
            return bytes(await found.bytes_async())
        except FileNotFoundError as error:
            raise FileMissing(path) from error

    async def delete(self, path: str) -> None:
        """Delete an object; one that is not there is no matter."""
        import obstore  # noqa: PLC0415

        try:
            await obstore.delete_async(self._store, path)
        except FileNotFoundError:
            return

    async def delete_all(self, key: str) -> None:
        """Delete everything below a key."""
        import obstore  # noqa: PLC0415

        async for chunk in obstore.list(self._store, prefix=key):
            for each in chunk:
                await self.delete(each["path"])

    async def strays(self, session: AsyncSession, before: datetime) -> list[str]:
        """The objects written before that moment that no row names."""
        import obstore  # noqa: PLC0415

        found: list[str] = []
        async for chunk in obstore.list(self._store, chunk_size=1000):
            old = [each["path"] for each in chunk if each["last_modified"] < before]
            known = set(await session.scalars(select(File.key).where(File.key.in_({path.split("/")[0] for path in old}))))
            found.extend(path for path in old if path.split("/")[0] not in known)
        return found


def open_store(settings: Settings) -> FileStore:
    """The store that the settings name."""
    url = settings.files_url.get_secret_value() if settings.files_url else ""
    return FileStore(url or (settings.data_dir / "files").absolute().as_uri())


def _connected(address: str) -> ObjectStore:
    """A folder (file:///…) or s3://bucket/prefix?endpoint=https://…&region=…; keys of access by AWS_* or as user:password."""
    from obstore.store import LocalStore, S3Store  # noqa: PLC0415

    parts = urlsplit(address)
    if parts.scheme == "file":
        return LocalStore(prefix=unquote(parts.path), mkdir=True)
    asked = dict(parse_qsl(parts.query))
    given: dict[str, Any] = {name: asked[name] for name in S3_OPTIONS if name in asked}
    given.setdefault("region", "auto" if "endpoint" in asked else "us-east-1")
    if parts.username:
        given |= {"access_key_id": unquote(parts.username), "secret_access_key": unquote(parts.password or "")}
    endpoint = asked.get("endpoint", "")
    if endpoint:
        given["endpoint"] = endpoint
    return S3Store(
        parts.hostname or "",
        prefix=parts.path.strip("/") or None,
        client_options={"allow_http": endpoint.startswith("http://"), "timeout": "30s"},
        disable_bulk_delete=True,  # Not everything that speaks S3 knows it.
        retry_config={"max_retries": 3, "retry_timeout": timedelta(seconds=20)},
        **given,
    )


def of(session: AsyncSession) -> FileStore:
    """The store that belongs to the database of this session: for answers to facts and chores, which get no other way to it."""
    store = session.info.get("files")
    if not isinstance(store, FileStore):
        raise TypeError("this database was opened without a store of files")
    return store


def new_key() -> str:
    """An address that nobody can guess: 130 bits in small letters and digits."""
    return "".join(secrets.choice(LETTERS) for _ in range(26))


def clean_name(name: str) -> str:
    """A file's name as it may be shown and offered for download: no folders, no control characters, not too long."""
    last = re.split(r"[/\\]", name)[-1]
    kept = "".join(letter for letter in last if letter.isprintable() and letter not in '<>:"|?*').strip(" .")
    if len(kept) > NAME_LENGTH:
        stem, dot, ending = kept.rpartition(".")
        short = dot and len(ending) <= 8
        kept = f"{stem[: NAME_LENGTH - len(ending) - 1]}.{ending}" if short else kept[:NAME_LENGTH]
    return kept


async def keep(
    session: AsyncSession, files: FileStore, objects: Mapping[str, bytes], media_type: str, *, handed_in: bytes, name: str,
    organisation_id: UUID | None, uploaded_by: UUID | None,
) -> File:  # fmt: skip
    """Put objects below a new key and note them; `handed_in` is what they were made of."""
    file = File(
        key=new_key(),
        media_type=media_type,
        size_bytes=sum(len(data) for data in objects.values()),
        sha256=hashlib.sha256(handed_in).digest(),
        name=clean_name(name),
        organisation_id=organisation_id,
        uploaded_by=uploaded_by,
    )
    for each, data in objects.items():
        await files.put(f"{file.key}/{each}", data, media_type)
    session.add(file)
    await session.flush()
    return file


async def drop(session: AsyncSession, file_id: UUID) -> None:
    """Mark a file to be deleted once this transaction is kept."""
    await session.execute(update(File).where(File.id == file_id).values(dropped_at=clock.now()))


async def delete_dropped(session: AsyncSession) -> int:
    """Delete what was dropped, from the store and then from the table; done again after a crash it finishes the work."""
    store = of(session)
    dropped = select(File).where(File.dropped_at.is_not(None)).limit(DROPPED_AT_ONCE).with_for_update(skip_locked=True)
    rows = list(await session.scalars(dropped))
    for file in rows:
        await store.delete_all(file.key)
        await session.delete(file)
    return len(rows)


async def sweep(session: AsyncSession) -> int:
    """Drop rows that nothing holds any more, and delete objects that no row names: what failed transactions left behind."""
    before = clock.now() - STRAY_AFTER
    if holders:
        used = " UNION ALL ".join(holders)
        await session.execute(
            text(f"UPDATE core_file SET dropped_at = now() WHERE created_at < :before AND id NOT IN ({used})"),  # noqa: S608 - ours.
            {"before": before},
        )
    store = of(session)
    strays = await store.strays(session, before)
    for path in strays:
        await store.delete(path)
    return len(strays)
