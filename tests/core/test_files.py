"""The store of files: a folder and S3 alike, nothing written over, nothing lost by a transaction that fails."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr, ValidationError
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service.core import clock, files
from service.core.db import Database
from service.core.files import FileMissing, FileStore
from service.core.settings import Settings


class SmallS3(BaseHTTPRequestHandler):
    """As much of S3 as the store speaks: PUT with If-None-Match, GET, HEAD, DELETE, and the list of a prefix."""

    protocol_version = "HTTP/1.1"
    objects: dict[str, bytes]
    seen: list[tuple[str, str, str]]

    def _answer(self, status: int, body: bytes = b"", kind: str = "application/xml") -> None:
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        self.send_header("etag", f'"{len(body)}"')
        self.send_header("last-modified", "Mon, 23 Nov 2026 10:00:00 GMT")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    @property
    def key(self) -> str:
        return unquote(urlsplit(self.path).path)

    def _note(self) -> None:
        self.seen.append((self.command, self.key, self.headers.get("authorization", "")))

    def do_PUT(self) -> None:
        self._note()
        data = self.rfile.read(int(self.headers["content-length"]))
        if self.headers.get("if-none-match") == "*" and self.key in self.objects:
            return self._answer(412, b"<Error><Code>PreconditionFailed</Code></Error>")
        self.objects[self.key] = data
        return self._answer(200)

    def do_GET(self) -> None:
        self._note()
        asked = parse_qs(urlsplit(self.path).query)
        if "list-type" in asked:
            prefix = asked.get("prefix", [""])[0]
            bucket = self.key.rstrip("/")
            found = sorted(each.removeprefix(f"{bucket}/") for each in self.objects if each.startswith(f"{bucket}/{prefix}"))
            items = "".join(
                f"<Contents><Key>{escape(each)}</Key><LastModified>2026-11-20T10:00:00.000Z</LastModified><Size>1</Size>"
                "<ETag>x</ETag></Contents>"
                for each in found
            )
            body = f"<ListBucketResult><IsTruncated>false</IsTruncated>{items}</ListBucketResult>"
            return self._answer(200, body.encode())
        if self.key not in self.objects:
            return self._answer(404, b"<Error><Code>NoSuchKey</Code></Error>")
        return self._answer(200, self.objects[self.key], "application/octet-stream")

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_DELETE(self) -> None:
        self._note()
        self.objects.pop(self.key, None)
        self._answer(204)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def s3() -> Iterator[tuple[str, type[SmallS3]]]:
    class Fresh(SmallS3):
        objects: dict[str, bytes] = {}  # noqa: RUF012
        seen: list[tuple[str, str, str]] = []  # noqa: RUF012

    server = ThreadingHTTPServer(("127.0.0.1", 0), Fresh)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"s3://khoa:bi%2Fmat@cho-phien/anh?endpoint=http://127.0.0.1:{server.server_port}&region=vn", Fresh
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path, s3: tuple[str, type[SmallS3]]) -> FileStore:
    if request.param == "s3":
        return files.open_store(Settings(files_url=SecretStr(s3[0])))
    return files.open_store(Settings(data_dir=tmp_path))


async def test_a_folder_and_s3_keep_give_and_delete_alike(store: FileStore) -> None:
    await store.put("abc/320.webp", b"nho", "image/webp")
    await store.put("abc/800.webp", b"vua", "image/webp")
    await store.put("xyz/tep", b"giay", "application/pdf")
    assert await store.get("abc/320.webp") == b"nho"
    await store.delete("abc/320.webp")
    await store.delete("abc/320.webp")
    with pytest.raises(FileMissing):
        await store.get("abc/320.webp")
    await store.delete_all("abc")
    with pytest.raises(FileMissing):
        await store.get("abc/800.webp")
    assert await store.get("xyz/tep") == b"giay"


async def test_nothing_is_written_over(store: FileStore) -> None:
    await store.put("abc/tep", b"cu", "application/pdf")
    with pytest.raises(Exception, match="exists"):
        await store.put("abc/tep", b"moi", "application/pdf")
    assert await store.get("abc/tep") == b"cu"


async def test_s3_is_asked_below_its_prefix_with_the_keys_of_the_setting(s3: tuple[str, type[SmallS3]]) -> None:
    store = files.open_store(Settings(files_url=SecretStr(s3[0])))
    await store.put("abc/tep", b"giay", "application/pdf")
    assert list(s3[1].objects) == ["/cho-phien/anh/abc/tep"]
    method, _key, signed = s3[1].seen[0]
    assert method == "PUT"
    assert "Credential=khoa/" in signed
    assert "/vn/s3/" in signed


@pytest.mark.parametrize("url", ["ftp://host/x", "s3://", "s3://bucket?region=x&other=1", "/a/folder", "https://host/bucket"])
def test_a_wrong_address_is_refused_at_the_start(url: str) -> None:
    with pytest.raises(ValidationError, match="CHOPHIEN_FILES_URL"):
        Settings(files_url=SecretStr(url))


@given(st.text(max_size=400))
def test_a_cleaned_name_is_one_harmless_line(name: str) -> None:
    kept = files.clean_name(name)
    assert len(kept) <= files.NAME_LENGTH
    assert kept.isprintable()
    assert not set(kept) & set('/\\"<>|:*?\r\n')
    assert kept not in {".", ".."}


def test_a_cleaned_name_keeps_its_words_and_its_ending() -> None:
    assert files.clean_name("C:\\Users\\Hoan\\Giấy ATTP.pdf") == "Giấy ATTP.pdf"
    assert files.clean_name("../../etc/passwd") == "passwd"
    assert files.clean_name("á" * 300 + ".pdf").endswith("á.pdf")


async def _kept(session: AsyncSession, store: FileStore, data: bytes = b"giay") -> files.File:
    return await files.keep(
        session,
        store,
        {"tep": data},
        "application/pdf",
        handed_in=data,
        name="giấy.pdf",
        organisation_id=None,
        uploaded_by=None,
    )


async def _undone(database: Database, work: Callable[[AsyncSession], Awaitable[None]]) -> None:
    """Do the work in a transaction that fails afterwards."""
    async with database.transaction() as session:
        await work(session)
        raise ZeroDivisionError


def test_no_two_keys_are_alike() -> None:
    made = {files.new_key() for _ in range(1000)}
    assert len(made) == 1000
    assert all(files.KEY.fullmatch(key) for key in made)


async def test_what_is_dropped_goes_once_that_is_kept(database: Database) -> None:
    store: FileStore = database.info["files"]
    async with database.transaction() as session:
        file = await _kept(session, store)
    with pytest.raises(ZeroDivisionError):
        await _undone(database, lambda session: files.drop(session, file.id))
    async with database.transaction() as session:
        assert await files.delete_dropped(session) == 0
        assert await store.get(f"{file.key}/tep") == b"giay"
        await files.drop(session, file.id)
    async with database.transaction() as session:
        assert await files.delete_dropped(session) == 1
        assert await files.delete_dropped(session) == 0
        assert await session.get(files.File, file.id) is None
    with pytest.raises(FileMissing):
        await store.get(f"{file.key}/tep")


async def test_what_a_failed_transaction_left_is_swept_a_day_later(database: Database) -> None:
    store: FileStore = database.info["files"]
    left: list[str] = []

    async def keep(session: AsyncSession) -> None:
        left.append((await _kept(session, store)).key)

    with pytest.raises(ZeroDivisionError):
        await _undone(database, keep)
    async with database.transaction() as session:
        named = await _kept(session, store, b"khac")
    async with database.transaction() as session:
        await files.sweep(session)
        assert await store.get(f"{left[0]}/tep") == b"giay"
    async with database.transaction() as session:
        with clock.freeze(clock.now() + timedelta(days=1, hours=1)):
            await files.sweep(session)
    with pytest.raises(FileMissing):
        await store.get(f"{left[0]}/tep")
    assert await store.get(f"{named.key}/tep") == b"khac"
    async with database.transaction() as session:
        # Nobody holds it: it is marked now and deleted with the next round.
        dropped = await session.scalar(text("SELECT dropped_at IS NOT NULL FROM core_file WHERE id = :id"), {"id": named.id})
    assert dropped


async def test_a_session_without_a_store_says_so(real_database: Database) -> None:
    plain = Database(real_database.url, pool_size=1)
    async with plain.transaction() as session:
        with pytest.raises(TypeError, match="without a store"):
            files.of(session)
    await plain.close()


async def test_many_may_put_at_once(store: FileStore) -> None:
    await asyncio.gather(*(store.put(f"k{n}/tep", bytes([n]) * 10_000, "application/pdf") for n in range(20)))
    assert [len(await store.get(f"k{n}/tep")) for n in range(20)] == [10_000] * 20
