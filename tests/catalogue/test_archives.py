"""Archives: sheets, photos and papers in one pass, every error at once, all or nothing; and no archive can hurt."""

from __future__ import annotations

import asyncio
import contextlib
import io
import struct
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service import accounts, catalogue
from service.accounts import Actor, MemberRole, Role
from service.catalogue.bulk import attachments, staging
from service.catalogue.sheets import archive, contents
from service.core.db import Database, new_id
from service.core.errors import Invalid, NotAllowed
from service.core.files import FileStore
from service.core.settings import Settings
from tests.catalogue.conftest import OFFICER, count, supplier_row

SUPPLIERS = "code,name,tax_code,province,files\nHTX1,HTX Thử Một,,Thái Nguyên,\n".encode()
PRODUCTS = """supplier_code,code,name,commodity,stars,decision_number,decision_date,pack,retail_price_vnd,Tệp
HTX1,P1,Miến dong,miến dong,4,12/QĐ,1/8/2025,Túi 500 g,65k,
HTX1,P-2,Bột nghệ,,,,,Hũ 200 g,85000,nghe-dep.jpg; ATTP chung.pdf
""".encode()


def picture(number: int = 0) -> bytes:
    """A JPEG by its first bytes; nothing more is asked of it before its sizes are made."""
    return b"\xff\xd8\xff\xe0" + number.to_bytes(4, "big") * 40


def pdf(number: int = 0) -> bytes:
    return b"%PDF-1.4\n" + str(number).encode() * 50 + b"\n%%EOF\n"


GOOD: dict[str, bytes] = {
    "nha-cung-cap.csv": SUPPLIERS, "san-pham.csv": PRODUCTS, "anh/P1/1.jpg": picture(1), "anh/P1/2.jpg": picture(2),
    "anh/p2-1.jpg": picture(3), "nghe-dep.jpg": picture(4), "ATTP chung.pdf": pdf(1), "giay/P1/OCOP-1.pdf": pdf(2),
    "giay/P1/OCOP-2.png": b"\x89PNG\r\n\x1a\n" + b"x" * 50, "giay/HTX1/DKKD.pdf": pdf(3), "anh/HTX1/xuong.jpg": picture(5),
    "__MACOSX/anh/._1.jpg": b"x", "anh/.DS_Store": b"x", "HUONG-DAN.txt": b"x",
}  # fmt: skip


@pytest.fixture
def packed(tmp_path: Path) -> Any:
    """Write an archive: `packed({"san-pham.csv": b"…"})`."""

    def write(files: dict[str, bytes], name: str = "hang.zip") -> Path:
        target = tmp_path / name
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
            for path, data in files.items():
                made.writestr(path, data)
        return target

    return write


async def take_in(session: AsyncSession, files: FileStore, source: Path, **how: Any) -> catalogue.ArchiveReport:
    return await catalogue.import_archive(session, files, source, source.name, **how)


def told(report: catalogue.ArchiveReport) -> list[tuple[str | None, int | None, str]]:
    return [(problem.file, problem.row, problem.message) for problem in report.errors]


async def owned(session: AsyncSession) -> dict[str, tuple[int, int]]:
    """Photos and papers of every product and supplier, by code."""
    rows = await session.execute(
        text(
            "SELECT x.code, (SELECT count(*) FROM catalogue_photo f WHERE f.holder_id = x.id),"
            "       (SELECT count(*) FROM catalogue_scan c JOIN catalogue_certificate h ON h.id = c.certificate_id"
            "         WHERE coalesce(h.product_id, h.supplier_id) = x.id)"
            "  FROM (SELECT id, code FROM catalogue_product UNION ALL SELECT id, code FROM catalogue_supplier) x"
        )
    )
    return {code: (photos, papers) for code, photos, papers in rows}


async def test_sheets_photos_and_papers_come_in_one_pass(session: AsyncSession, files: FileStore, packed: Any) -> None:
    report = await take_in(session, files, packed(GOOD))
    assert told(report) == []
    assert [(kind, part.counts) for kind, part in report.sheets.items()] == [
        ("suppliers", catalogue.Counts(new=1)), ("products", catalogue.Counts(new=2)),
    ]  # fmt: skip
    assert (report.photos, report.papers) == (catalogue.Counts(new=5), catalogue.Counts(new=4))
    assert await owned(session) == {"P1": (2, 2), "P-2": (2, 1), "HTX1": (1, 1)}
    kept = await session.execute(text("SELECT key FROM catalogue_photo ORDER BY position LIMIT 1"))
    assert (await files.get(f"{kept.scalar_one()}/raw")).startswith(b"\xff\xd8\xff")
    assert await count(session, "core_journal WHERE fact = 'PicturesCameIn'") == 1


async def test_a_folder_round_everything_is_looked_through(session: AsyncSession, files: FileStore, packed: Any) -> None:
    report = await take_in(session, files, packed({f"Hàng tháng 11/{path}": data for path, data in GOOD.items()}))
    assert told(report) == []
    assert report.photos.new == 5


async def test_the_same_archive_twice_changes_nothing(session: AsyncSession, files: FileStore, packed: Any) -> None:
    source = packed(GOOD)
    await take_in(session, files, source)
    before = await count(session, "core_journal"), await count(session, "core_file"), await owned(session)
    again = await take_in(session, files, source)
    assert [part.counts for part in again.sheets.values()] == [catalogue.Counts(same=1), catalogue.Counts(same=2)]
    assert (again.photos, again.papers) == (catalogue.Counts(same=5), catalogue.Counts(same=4))
    assert (await count(session, "core_journal"), await count(session, "core_file"), await owned(session)) == before


async def test_a_look_stores_nothing_and_counts_the_same(session: AsyncSession, files: FileStore, packed: Any) -> None:
    # Other tests that wrote for good may have left entries in the journal, which nobody can take out.
    before = await count(session, "core_journal")
    report = await take_in(session, files, packed(GOOD), dry_run=True)
    assert (report.photos.new, report.papers.new) == (5, 4)
    assert await count(session, "catalogue_product") + await count(session, "core_file") == 0
    assert await count(session, "core_journal") == before


async def test_every_error_of_every_line_and_file_is_told_at_once(session: AsyncSession, files: FileStore, packed: Any) -> None:
    wrong = {
        **GOOD,
        "san-pham.csv": PRODUCTS.replace(b"65k", b"nhieu tien").replace(b"nghe-dep.jpg;", b"nghe-dep.jpg; khong-co.jpg;"),
        "anh/KHONG-CO/1.jpg": picture(9), "anh/P1/3.jpg": b"GIF89a", "anh/P1/4.jpg": pdf(7), "giay/P1/xyz.pdf": pdf(8),
        "la.jpg": picture(8), "giay/OCOP.pdf": pdf(9), "anh/P1/5.jpg": b"",
    }  # fmt: skip
    report = await take_in(session, files, packed(wrong))
    where = {file for file, _row, _message in told(report)}
    assert where == {"san-pham.csv", "anh/KHONG-CO/1.jpg", "anh/P1/3.jpg", "anh/P1/5.jpg", "giay/P1/xyz.pdf", "la.jpg",
                     "giay/OCOP.pdf"} | ({"anh/P1/4.jpg"} & where)  # fmt: skip
    assert ("san-pham.csv", 2) in {(file, row) for file, row, _message in told(report)}
    assert all(message.endswith((".", "?", "!")) for _file, _row, message in told(report)), told(report)
    assert await count(session, "catalogue_supplier") + await count(session, "core_file") == 0


async def test_one_wrong_photo_keeps_everything_out(session: AsyncSession, files: FileStore, packed: Any) -> None:
    report = await take_in(session, files, packed({**GOOD, "anh/P1/hong.jpg": b"khong phai anh"}))
    assert len(told(report)) == 1
    assert await count(session, "catalogue_product") + await count(session, "core_file") == 0


async def test_a_star_paper_needs_its_stars(session: AsyncSession, files: FileStore, packed: Any) -> None:
    report = await take_in(session, files, packed({**GOOD, "giay/P-2/OCOP.pdf": pdf(20)}))
    assert [file for file, _row, _message in told(report)] == ["giay/P-2/OCOP.pdf"]


async def test_too_many_photos_of_one_product_are_told(session: AsyncSession, files: FileStore, packed: Any) -> None:
    many = {f"anh/P1/{number}.jpg": picture(100 + number) for number in range(9)}
    report = await take_in(
        session,
        files,
        packed({"nha-cung-cap.csv": SUPPLIERS, "san-pham.csv": PRODUCTS.replace(b"nghe-dep.jpg; ATTP chung.pdf", b""), **many}),
    )
    assert len(told(report)) == 1


async def test_a_suppliers_own_people_bring_in_their_own_goods_only(
    session: AsyncSession, files: FileStore, packed: Any
) -> None:
    await catalogue.put_suppliers(session, accounts.SYSTEM, [supplier_row("HTX1"), supplier_row("HTX2")])
    rows = await session.execute(text("SELECT code, organisation_id FROM catalogue_supplier"))
    found = {row.code: row.organisation_id for row in rows}
    owner = Actor(None, "Chủ", found["HTX1"], "HTX", Role.SUPPLIER, MemberRole.OWNER)
    await catalogue.put_products(session, accounts.SYSTEM, [catalogue.ProductRow("HTX2", "Q1", "Trà của người khác")])
    sheet = b"code,name\nP1,Mien dong\n"
    report = await take_in(session, files, packed({"sp.csv": sheet, "anh/P1/1.jpg": picture()}), actor=owner)
    assert told(report) == []
    theirs = await take_in(session, files, packed({"anh/Q1/1.jpg": picture(2), "anh/HTX2/x.jpg": picture(3)}), actor=owner)
    assert len(told(theirs)) == 2
    listed = await take_in(session, files, packed({"ncc.csv": SUPPLIERS}), actor=owner)
    assert len(told(listed)) == 1
    for nobody in (Actor(None, "X", found["HTX1"], "HTX", Role.SUPPLIER, MemberRole.VIEWER),
                   Actor(None, "X", new_id(), "Siêu thị", Role.BUYER, MemberRole.OWNER)):  # fmt: skip
        with pytest.raises(NotAllowed):
            await take_in(session, files, packed({"sp.csv": sheet}), actor=nobody)


async def test_two_suppliers_with_one_code_are_told_apart_by_their_folder(
    session: AsyncSession, files: FileStore, packed: Any
) -> None:
    await catalogue.put_suppliers(session, accounts.SYSTEM, [supplier_row("HTX1"), supplier_row("HTX2")])
    rows = [catalogue.ProductRow(code, "P1", f"Trà {code}") for code in ("HTX1", "HTX2")]
    await catalogue.put_products(session, accounts.SYSTEM, rows)
    assert len(told(await take_in(session, files, packed({"anh/P1/1.jpg": picture()}), actor=OFFICER))) == 1
    report = await take_in(session, files, packed({"anh/HTX2/P1/1.jpg": picture()}))
    assert told(report) == []
    assert report.photos.new == 1


async def test_a_paper_that_an_officer_brings_in_waits_for_another_officer(
    session: AsyncSession, files: FileStore, packed: Any
) -> None:
    await take_in(session, files, packed(GOOD), actor=OFFICER)
    states = (await session.execute(text("SELECT DISTINCT state FROM catalogue_certificate"))).scalars().all()
    assert states == ["submitted"]
    assert await count(session, "catalogue_review WHERE kind = 'certificate' AND state = 'waiting'") == 3


# Hostile archives ------------------------------------------------------------------------------------------------


def made(*entries: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as target:
        for name, data in entries:
            target.writestr(name, data)
    return out.getvalue()


def link(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = 0o120777 << 16
    return info


def renamed(data: bytes, old: bytes, new: bytes) -> bytes:
    assert len(old) == len(new)
    return data.replace(old, new)


def lying_about_size() -> bytes:
    """A bomb whose list of contents says that it is small."""
    data = made(("san-pham.csv", b"a" * 40_000_000))
    return data.replace(struct.pack("<I", 40_000_000), struct.pack("<I", 4_000))


def long_list() -> bytes:
    """A hundred thousand entries, all of the same few bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        for number in range(100_000):
            target.writestr(zipfile.ZipInfo(f"anh/P1/{number}.jpg"), b"")
    return out.getvalue()


def encrypted() -> bytes:
    data = bytearray(made(("san-pham.csv", b"code,name\n")))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + offset] |= 1
    return bytes(data)


def broken_checksum() -> bytes:
    data = bytearray(made(("san-pham.csv", PRODUCTS), method=zipfile.ZIP_STORED))
    data[data.index(b"Mi\xe1\xba\xbfn")] ^= 1
    return bytes(data)


HOSTILE: dict[str, Any] = {
    "bomb": lambda: made(("san-pham.csv", b"\0" * 60_000_000)),
    "bomb that lies": lying_about_size,
    "many bombs": lambda: made(*((f"anh/P{n}/1.jpg", b"\0" * 11_000_000) for n in range(60))),
    "long list": long_list,
    "absolute": lambda: made(("/etc/passwd", b"x")),
    "drive": lambda: made(("C:\\x.csv", b"x")),
    "upwards": lambda: made(("anh/../../x.jpg", b"x")),
    "upwards by backslash": lambda: made(("anh\\..\\..\\x.jpg", b"x")),
    "link": lambda: made((link("san-pham.csv"), b"/etc/passwd")),
    "nested": lambda: made(("anh/P1/1.zip", made(("x", b"x")))),
    "encrypted": encrypted,
    "checksum": broken_checksum,
    "twice the same name": lambda: renamed(made(("a1.csv", b"x"), ("a2.csv", b"y")), b"a2.csv", b"a1.csv"),
    "the same but for case": lambda: made(("anh/P1/a.jpg", b"x"), ("anh/p1/A.JPG", b"y")),
    "NUL": lambda: renamed(made(("san-phamX.csv", b"x")), b"phamX", b"pham\0"),
    "right to left": lambda: made(("anh/P1/\u202egpj.exe", b"x")),
    "control": lambda: made(("anh/P1/a\x1b[2J.jpg", b"x")),
    "other packing": lambda: made(("san-pham.csv", PRODUCTS), method=zipfile.ZIP_LZMA),
    "truncated": lambda: made(("san-pham.csv", PRODUCTS))[:-30],
    "empty": made,
    "nothing of ours": lambda: made(("thu/doc.pdf", b"x")),
    "no archive": lambda: b"PK\x03\x04" + b"\0" * 100,
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_hostile_archive_gets_one_sentence(session: AsyncSession, files: FileStore, tmp_path: Path, name: str) -> None:
    source = tmp_path / "x.zip"
    source.write_bytes(HOSTILE[name]())
    report = await take_in(session, files, source)
    assert len(report.errors) == 1, told(report)
    assert report.errors[0].message.endswith(".")
    assert report.errors[0].file is None or name == "nothing of ours"
    assert await asyncio.to_thread(lambda: list(tmp_path.iterdir())) == [source]  # Nothing was unpacked beside it.


def test_a_list_of_contents_is_bounded_before_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import tracemalloc

    source = tmp_path / "x.zip"
    source.write_bytes(made(*((f"anh/P1/{number}.jpg", b"") for number in range(5_000))))

    def peak() -> int:
        tracemalloc.start()
        with contextlib.suppress(Invalid), archive.opened(source):
            pass
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    unbounded = peak()
    monkeypatch.setattr(archive, "MOST_LIST", 100_000)
    assert peak() < unbounded / 5
    with pytest.raises(Invalid), archive.opened(source):
        pass


def test_a_bomb_is_stopped_while_it_is_unpacked(tmp_path: Path) -> None:
    source = tmp_path / "x.zip"
    source.write_bytes(lying_about_size())
    with archive.opened(source) as opened, pytest.raises(Invalid):
        opened.read(opened.entries[0])
    plain = tmp_path / "y.zip"
    plain.write_bytes(made(("a.csv", b"a" * (archive.RATIO_FROM + 1))))
    with archive.opened(plain) as opened, pytest.raises(Invalid):
        opened.read(opened.entries[0])  # A thousand to one.


@given(st.binary(max_size=400))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_sent_is_an_archive_or_refused(tmp_path: Path, data: bytes) -> None:
    source = tmp_path / "any.zip"
    source.write_bytes(b"PK\x03\x04" + data)
    try:
        with archive.opened(source) as opened:
            for entry in opened.entries:
                opened.read(entry)
    except Invalid:
        pass


@given(st.binary(min_size=1, max_size=6), st.integers(0, 2_000))
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_an_archive_with_a_few_other_bytes_is_read_or_refused(tmp_path: Path, other: bytes, place: int) -> None:
    data = bytearray(made(("san-pham.csv", PRODUCTS), ("anh/P1/1.jpg", picture())))
    place %= len(data)
    data[place : place + len(other)] = other
    source = tmp_path / "any.zip"
    source.write_bytes(bytes(data))
    try:
        with archive.opened(source) as opened:
            for entry in contents.sort_out(opened.entries).sheets:
                opened.read(entry)
    except Invalid:
        pass


@given(st.text(max_size=30))
def test_a_path_in_a_sentence_never_turns_it_round(name: str) -> None:
    assert archive.shown(name).isprintable() or archive.shown(name) == ""


@pytest.mark.parametrize(
    ("name", "kind"),
    [("OCOP-1.pdf", "OCOP"), ("ocop.jpg", "OCOP"), ("ATTP 2026.pdf", "ATTP"), ("ATTP-CK.pdf", "ATTP-CK"), ("VietGAP.pdf", "VG"),
     ("HC.png", "HC"), ("1.pdf", None), ("anh.jpg", None)],
)  # fmt: skip
def test_a_papers_name_begins_with_its_kind(name: str, kind: str | None) -> None:
    assert contents.kind_named(name) == kind


# Two at once --------------------------------------------------------------------------------------------------------


@pytest_asyncio.fixture(loop_scope="session")
async def market(real_database: Database) -> AsyncIterator[Database]:
    """The database with real commits, and nothing of these tests afterwards."""
    yield real_database
    owner = Database(real_database.url, role=None)
    async with owner.transaction() as session:
        for table in ("catalogue_review", "catalogue_scan", "catalogue_photo", "core_file", "catalogue_product",
                      "catalogue_supplier", "accounts_member", "accounts_organisation", "core_journal"):  # fmt: skip
            await session.execute(text(f"DELETE FROM {table}"))
    await owner.close()


async def _both(market: Database, files: FileStore, source: Path) -> list[Any]:
    async def one() -> tuple[int, int]:
        async with market.transaction() as session:
            report = await take_in(session, files, source)
            assert report.ok, told(report)
            return report.photos.new, report.papers.new

    return list(await asyncio.gather(one(), one(), return_exceptions=True))


async def test_the_same_archive_twice_at_once_is_stored_once(
    market: Database, settings: Settings, files: FileStore, packed: Any
) -> None:
    assert sorted(await _both(market, files, packed(GOOD))) == [(0, 0), (5, 4)]
    async with market.transaction() as session:
        assert await owned(session) == {"P1": (2, 2), "P-2": (2, 1), "HTX1": (1, 1)}


async def test_without_the_locks_the_same_archive_twice_at_once_breaks(
    market: Database, files: FileStore, packed: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def no_lock(*_given: Any) -> None:
        await asyncio.sleep(0)

    source = packed(
        {"san-pham.csv": PRODUCTS, "nha-cung-cap.csv": SUPPLIERS, "nghe-dep.jpg": picture(4), "ATTP chung.pdf": pdf(1)}
    )
    async with market.transaction() as session:
        await take_in(session, files, source)
    monkeypatch.setattr(staging, "one_at_a_time", no_lock)
    monkeypatch.setattr(attachments, "_lock", no_lock)
    more = packed({"anh/P1/1.jpg": picture(77)}, "more.zip")
    seen = attachments._write

    async def slowly(*given: Any) -> None:
        await asyncio.sleep(0.3)  # Both have looked before either writes.
        await seen(*given)

    monkeypatch.setattr(attachments, "_write", slowly)
    outcomes = await _both(market, files, more)
    assert any(isinstance(outcome, Exception) for outcome in outcomes)
