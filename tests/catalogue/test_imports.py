"""Sheets: read as people write them, every error at once, all or nothing, and no file can hurt."""

from __future__ import annotations

import csv
import io
import os
import zipfile
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncSession

from service import accounts, catalogue
from service.catalogue.sheets import importing, imports
from service.catalogue.sheets import reading as sheets
from service.catalogue.sheets import templates as import_templates
from service.catalogue.sheets.columns import COLUMNS
from service.catalogue.sheets.importing import Known
from service.core import clock
from service.core.errors import Invalid, NotAllowed
from service.core.i18n import speaking
from tests.catalogue.conftest import OFFICER, Coop, count, reader, supplier_row

SYSTEM = accounts.SYSTEM
SUPPLIERS = """Mã NCC;TÊN;Loại hình;MST;Tỉnh;Xã;Điện thoại;Email;Trang web;Năm thành lập;Thành viên
HTX1;HTX Thử Một;HTX;0100047516;Bắc Kạn;Quang Phong, Na Rì;0912 345 678;a@vidu.vn;htx.vn;2015;12 người
HTX2;Hộ Lan;hộ kinh doanh;012345678901;Nghệ An;Xã Nào Đó;;;;;
""".encode()
PRODUCTS = """supplier_code,code,name,category,commodity,stars,decision_number,decision_date,pack,net_weight_g,\
retail_price_vnd,wholesale_price_vnd,min_order_kg,lead_days,season_months,shelf_life_days,capacity_kg_01,capacity_kg_12,description
HTX1,P1,Miến dong,I.3.c,miến dong,4 sao,12/QĐ,1/8/2025,Túi 500g,,65k,52.000,1 tạ,7 ngày,"11,12,1",12 tháng,"1,5 tấn",500,Ngon
HTX1,P2,Bột nghệ,,,,,,,,85.000,60000,,,quanh năm,,,,
""".encode()


def sheet(lines: list[list[Any]], **formats: Any) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"default_date_format": "dd/mm/yyyy", "strings_to_formulas": False}) as book:
        page = book.add_worksheet()
        for number, line in enumerate(lines):
            page.write_row(number, 0, line)
    return out.getvalue()


def sheet_made(fill: Callable[[Any], Any]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        fill(book.add_worksheet())
    return out.getvalue()


def zipped(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return out.getvalue()


async def test_suppliers_come_in_as_people_write_them(session: AsyncSession) -> None:
    report = await imports.import_file(session, "suppliers", SUPPLIERS, "ncc.csv")
    assert report.errors == []
    assert report.counts == catalogue.Counts(new=2)
    one, other = report.rows
    assert (one.legal_form, one.province_code, one.commune_code, one.phone) == ("cooperative", "19", "02185", "+84912345678")
    assert one.address == "Quang Phong, Na Rì, Bắc Kạn"
    assert (one.website, one.founded, one.members) == ("https://htx.vn", 2015, 12)
    assert (other.province_code, other.commune_code, other.address) == ("40", None, "Xã Nào Đó")
    assert other.legal_form == "household"


async def test_products_come_in_as_people_write_them(session: AsyncSession) -> None:
    await imports.import_file(session, "suppliers", SUPPLIERS)
    report = await imports.import_file(session, "products", PRODUCTS)
    assert report.errors == []
    page = await catalogue.product_page(await reader(session), "mien-dong", SYSTEM)
    assert [(pack.name, pack.net_weight_g, pack.retail_price_vnd) for pack in page.packs] == [("Túi 500g", 500, 65_000)]
    assert [(tier.from_kg, tier.price_vnd_per_kg) for tier in page.tiers] == [(0, 104_000)]  # A pack of 500 g for 52,000.
    assert (page.min_order_kg, page.lead_days, page.shelf_life_days, page.stars) == (100, 7, 365, 4)
    assert page.certificates[0].valid_to == date(2028, 8, 1)
    declared = await catalogue.declared(await reader(session), page.id)
    assert declared == {clock.today().year: {1: Decimal(1500), 12: Decimal(500)}}
    loose = await catalogue.product_page(await reader(session), "bot-nghe", SYSTEM)
    assert [(tier.from_kg, tier.price_vnd_per_kg) for tier in loose.tiers] == [(0, 60_000)]  # No weight: a kilogram.
    assert loose.season_months == list(range(1, 13))


async def test_the_same_file_twice_changes_nothing_in_either_form(session: AsyncSession) -> None:
    await imports.import_file(session, "suppliers", SUPPLIERS)
    await imports.import_file(session, "products", PRODUCTS)
    told = await count(session, "core_journal")
    assert (await imports.import_file(session, "suppliers", SUPPLIERS)).counts == catalogue.Counts(same=2)
    assert (await imports.import_file(session, "products", PRODUCTS)).counts == catalogue.Counts(same=2)
    as_xlsx = sheet(list(csv.reader(io.StringIO(PRODUCTS.decode()))))
    assert (await imports.import_file(session, "products", as_xlsx)).counts == catalogue.Counts(same=2)
    assert await count(session, "core_journal") == told


async def test_numbers_and_dates_in_cells_are_taken_as_they_are(session: AsyncSession) -> None:
    await catalogue.put_suppliers(session, SYSTEM, [supplier_row()])
    data = sheet(
        [
            [
                "supplier_code",
                "code",
                "name",
                "stars",
                "decision_date",
                "net_weight_g",
                "retail_price_vnd",
                "min_order_kg",
                "capacity_kg_01",
            ],
            ["HTX1", 101, "Bột", 4, date(2025, 8, 1), 500, 85000, 1.5, 1234.5],
            ["HTX1", 102, "Trà", 3.0, 45870, 0.0, "", "", ""],
        ]
    )
    report = await imports.check(session, "products", data)
    assert [(problem.row, problem.column) for problem in report.errors] == [(3, "net_weight_g")]
    row = report.rows[0]
    assert (row.code, row.min_order_kg, row.capacity[0][1][0], row.packs[0].name) == (
        "101",
        Decimal("1.5"),
        Decimal("1234.5"),
        "Gói 500 g",
    )
    assert row.certificates[0].issued_on == date(2025, 8, 1)


async def test_every_error_of_every_row_is_told_at_once_and_nothing_is_stored(session: AsyncSession) -> None:
    await imports.import_file(session, "suppliers", SUPPLIERS)
    bad = """supplier_code,code,name,category,commodity,stars,decision_date,retail_price_vnd,season_months,capacity_kg_01
HTX9,P1,,I.3.z,miến don,7,32/1/2025,-5,13,-1
HTX1,P2,Bột,,,,,abc,,
HTX1,P2,Bột,,,,,,,
HTX1,P3,Tốt,,,,,,,
""".encode()
    report = await imports.import_file(session, "products", bad)
    told = {(problem.row, problem.column) for problem in report.errors}
    assert told == {
        (2, name)
        for name in (
            "supplier_code",
            "name",
            "category",
            "commodity",
            "stars",
            "decision_date",
            "retail_price_vnd",
            "season_months",
            "capacity_kg_01",
        )
    } | {(3, "retail_price_vnd"), (4, "code")}
    by_column = {problem.column: problem for problem in report.errors if problem.row == 2}
    assert "Miến dong" in by_column["commodity"].message
    assert by_column["category"].value == "I.3.z"
    assert "I.3." in by_column["category"].message
    assert await count(session, "catalogue_product") == 0


async def test_a_code_twice_in_one_file_names_the_first_row(session: AsyncSession) -> None:
    await catalogue.put_suppliers(session, SYSTEM, [supplier_row()])
    report = await imports.check(session, "products", b"supplier_code,code,name\nHTX1,A,One\nHTX1,B,Two\nHTX1,A,Three\n")
    assert [(problem.row, problem.column, problem.value) for problem in report.errors] == [(4, "code", "A")]
    assert "2" in report.errors[0].message


@pytest.mark.parametrize(
    ("province", "commune", "found"),
    [
        ("Thái Nguyên", "Côn Minh", ("19", "02185")),
        ("Bắc Kạn", "xã Bằng Phúc", ("19", "01933")),
        ("tinh bac kan", "con minh", ("19", "02185")),
        ("Thái Nguyên", "Phường Phan Đình Phùng", ("19", "05443")),
        ("Nam Định", "xã Trực Hùng", ("37", "14077")),
        ("Thái Nguyên", "Na Rì", ("19", "02155")),
        ("Hà Nội", "Phường Hoàn Kiếm", ("01", "00070")),
        ("Nghệ An", "", ("40", None)),
        ("", "Côn Minh", ("19", "02185")),
    ],
)
async def test_places_are_known_by_their_names_of_today_and_before(
    session: AsyncSession, province: str, commune: str, found: tuple[str, str | None]
) -> None:
    data = f"code,name,province,commune\nX1,HTX,{province},{commune}\n".encode()
    report = await imports.check(session, "suppliers", data)
    assert report.errors == []
    assert (report.rows[0].province_code, report.rows[0].commune_code) == found
    if commune and found[1] is None:
        assert commune in report.rows[0].address


@pytest.mark.parametrize(
    ("province", "commune", "column", "hint"),
    [
        ("Thái Nguyê", "", "province", "Thái Nguyên"),
        ("Bắc Kạn", "Côn Min", "commune", "Côn Minh"),
        ("Mặt Trăng", "", "province", ""),
    ],
)
async def test_a_place_that_cannot_be_is_refused_with_what_was_meant(
    session: AsyncSession, province: str, commune: str, column: str, hint: str
) -> None:
    data = f"code,name,province,commune\nX1,HTX,{province},{commune}\n".encode()
    report = await imports.check(session, "suppliers", data)
    assert [problem.column for problem in report.errors] == [column]
    assert hint in report.errors[0].message


async def test_an_unknown_commodity_is_a_note_and_a_mistyped_heading_an_error(session: AsyncSession) -> None:
    await catalogue.put_suppliers(session, SYSTEM, [supplier_row()])
    report = await imports.check(
        session, "products", "supplier_code,code,name,commodity,Ghi gì đó\nHTX1,A,B,thạch vũ trụ,x\n".encode()
    )
    assert report.ok
    assert len(report.notes) == 2
    report = await imports.check(session, "products", b"supplier_code,code,name,wholesale_prise_vnd\nHTX1,A,B,5000\n")
    assert [(problem.row, problem.column) for problem in report.errors] == [(1, "wholesale_prise_vnd")]


async def test_checking_stores_nothing(session: AsyncSession) -> None:
    report = await imports.check(session, "suppliers", SUPPLIERS)
    assert report.counts == catalogue.Counts(new=2)
    assert await count(session, "catalogue_supplier") == 0
    assert await count(session, "accounts_organisation") == 0


async def test_a_supplier_brings_in_its_own_products_and_nobody_elses(session: AsyncSession, coop: Callable[..., Any]) -> None:
    one: Coop = await coop()
    other: Coop = await coop(name="Hợp tác xã Khác")
    without = "Mã sản phẩm,Tên sản phẩm\nA,Trà\n".encode()
    report = await imports.import_file(session, "products", without, actor=one.owner)
    assert (report.errors, report.counts) == ([], catalogue.Counts(new=1))
    assert report.rows[0].supplier_code == one.code
    theirs = f"supplier_code,code,name\n{other.code},A,Trà\n".encode()
    assert not (await imports.import_file(session, "products", theirs, actor=one.owner)).ok
    with pytest.raises(NotAllowed):
        await imports.import_file(session, "suppliers", SUPPLIERS, actor=one.owner)
    with pytest.raises(NotAllowed):
        await imports.import_file(session, "products", without, actor=one.as_(accounts.MemberRole.VIEWER))
    assert (await imports.import_file(session, "products", theirs, actor=OFFICER)).ok


@pytest.mark.parametrize("kind", ["suppliers", "products"])
@pytest.mark.parametrize("language", ["vi", "en"])
async def test_the_templates_come_back_in(session: AsyncSession, kind: Any, language: str) -> None:
    await catalogue.put_suppliers(session, SYSTEM, [supplier_row("HTX-001")])
    with speaking(language):
        for data in (
            import_templates.template_csv(kind),
            import_templates.template_xlsx(kind, [("I.3.c", "x")], ["miến dong"]),
        ):
            report = await imports.check(session, kind, data)
            assert report.errors == []
            assert len(report.rows) == 1


def test_every_heading_of_the_template_is_known_in_both_languages() -> None:
    for kind, columns in COLUMNS.items():
        for column in columns:
            assert imports.by_key(kind)[imports.key(column.name)] is column
            assert imports.by_key(kind)[imports.key(column.title.upper())] is column


HOSTILE = {
    "empty": b"",
    "only spaces": b" \n\t\n",
    "a zip bomb": zipped(xl__workbook_xml=b"<x/>", xl__worksheets__sheet1_xml=b"0" * 200_000_000),
    "another zip": zipped(a_txt=b"x"),
    "a picture": b"\x89PNG\r\n\x1a\n" + os.urandom(1000),
    "a jpeg": b"\xff\xd8\xff\xe0\x00\x10JFIF" + os.urandom(1000),
    "an old .xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 600,
    "utf-16": "supplier_code,code,name\nHTX1,A,B\n".encode("utf-16"),
    "utf-16 without mark": "supplier_code,code,name\nHTX1,A,B\n".encode("utf-16-le"),
    "windows-1258": "supplier_code,code,name\nHTX1,A,Bánh ô\n".encode("cp1258", "replace"),
    "nul": b"supplier_code,code,name\nHTX1,A\x00,B\n",
    "noise": os.urandom(5000),
    "noise after PK": b"PK\x03\x04" + os.urandom(5000),
    "200,000 rows": b"supplier_code,code,name\n" + b"HTX1,x,y\n" * 200_000,
    "10,000 columns": b",".join(b"c%d" % n for n in range(10_000)) + b"\n",
    "11 MB": b"supplier_code,code,name\n" + b"x" * 11_000_000,
    "a formula": b"supplier_code,code,name\nHTX1,=1+1,x\n",
    "html": b"<html><body>hi</body></html>",
    "headings only": b"supplier_code,code,name\n",
    "a formula in .xlsx": sheet_made(
        lambda page: (page.write_row(0, 0, ["supplier_code", "code", "name"]), page.write_formula(1, 0, "=1+1"))
    ),
    "one cell far away": sheet_made(
        lambda page: (page.write_row(0, 0, ["supplier_code", "code", "name"]), page.write(1_048_575, 16_383, "x"))
    ),
    "25,000 rows in .xlsx": sheet_made(lambda page: [page.write_row(n, 0, ["HTX1", f"c{n}", "x"]) for n in range(25_000)]),
    "10,000 columns in .xlsx": sheet_made(lambda page: page.write_row(0, 0, ["c"] * 10_000)),
    "an empty .xlsx": sheet_made(id),
}


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_hostile_file_gets_one_clear_sentence(session: AsyncSession, name: str) -> None:
    report = await imports.check(session, "products", HOSTILE[name], name)
    assert len(report.errors) == 1
    assert report.errors[0].message.endswith(".")
    assert await count(session, "catalogue_product") == 0


def test_texts_repeated_until_nobody_can_hold_them_are_refused() -> None:
    shared = b"<sst>" + b"<si><t>" + b"x" * 1_000_000 + b"</t></si></sst>"
    cells = b"".join(b'<c r="A%d" t="s"><v>0</v></c>' % n for n in range(1, 2000))
    report = imports.understand(
        "products",
        zipped(xl__workbook_xml=b"<x/>", xl__sharedStrings_xml=shared, xl__worksheets__sheet1_xml=cells),
        "x.xlsx",
        Known(),
    )
    assert len(report.errors) == 1
    assert "80 MB" in report.errors[0].message


async def test_an_empty_row_far_down_is_no_reason_to_refuse(session: AsyncSession) -> None:
    await catalogue.put_suppliers(session, SYSTEM, [supplier_row()])

    def fill(page: Any) -> None:
        page.write_row(0, 0, ["supplier_code", "code", "name"])
        page.write_row(1, 0, ["HTX1", "A", "Trà"])
        page.set_row(1_048_575, 20)

    report = await imports.check(session, "products", sheet_made(fill))
    assert (report.errors, len(report.rows)) == ([], 1)


CELLS = st.one_of(
    st.none(),
    st.text(max_size=30),
    st.integers(-(10**20), 10**20),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(
        [
            "HTX1",
            "P1",
            "4 sao",
            "32/13/2025",
            "1,5 tấn",
            "-1",
            "85k",
            "I.3.c",
            "miến dong",
            "T10–T1",
            "99999999999999999999",
            "1e400",
            "٣",
        ]
    ),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), kind=st.sampled_from(["suppliers", "products"]))
def test_no_sheet_raises(data: st.DataObject, kind: Any) -> None:
    headings = data.draw(st.lists(st.sampled_from([column.name for column in COLUMNS[kind]]), min_size=2, max_size=12))
    lines = data.draw(st.lists(st.lists(CELLS, min_size=1, max_size=14), max_size=6))
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(headings)
    writer.writerows([["" if cell is None else cell for cell in line] for line in lines])
    known = Known(suppliers={"htx1": "HTX1"}, exact=frozenset({"HTX1"}), categories={"I.3.c": "Chế biến"})
    report = imports.understand(kind, out.getvalue().encode("utf-8", "surrogatepass"), "x.csv", known)
    assert report.ok == (not report.errors)
    assert all(problem.message for problem in report.errors)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=400), st.sampled_from([b"", b"PK\x03\x04", b"supplier_code,code,name\n", b"\xef\xbb\xbf"]))
def test_no_file_raises(noise: bytes, start: bytes) -> None:
    report = imports.understand("products", start + noise, "x", Known())
    assert all(problem.message for problem in report.errors)
    assert report.errors or all(row.supplier_code and row.code and row.name for row in report.rows)
    if not start.startswith(b"supplier_code"):
        assert report.errors  # Nothing in it says which column is which.


def test_one_endless_tag_is_refused_at_once() -> None:
    content = b'<worksheet><sheetData><row r="1"><c ' + b'r="A1" ' * 60_000 + b"></c></row></sheetData></worksheet>"
    # Without the guard this never comes to an end: the time would grow with the square of the tag.
    with pytest.raises(Invalid, match="hỏng"):
        sheets._look_over(content)


def test_likely_names_are_looked_for_only_among_the_first_errors(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = 0

    def counting(typed: str, names: Any, cutoff: float = 0.7) -> str | None:
        nonlocal asked
        asked += 1
        return None

    monkeypatch.setattr(importing.cells, "nearest", counting)
    lines = "".join(f"XA-{n},SP{n},Miến {n}\n" for n in range(1_000))
    report = imports.understand("products", ("supplier_code,code,name\n" + lines).encode(), "x.csv", Known())
    assert len(report.errors) + report.more_errors == 1_000
    assert asked == importing.MOST_GUESSES
