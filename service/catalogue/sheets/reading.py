"""Reading a sheet that somebody sends: .xlsx or .csv by its content, never by its name, in bounded time and memory.

A file that is not a plain sheet (a picture, an old .xls, a bomb, formulas, another encoding than UTF-8) is refused with one
sentence that says what to do. Nothing of it is trusted: an .xlsx is unpacked under a limit, looked over, and only its plain
parts are handed to the reader, because the reader lays out every cell between the first and the last one.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from service.core.archives import UNPACKING_FAILED
from service.core.errors import Invalid
from service.core.exports import unguarded
from service.core.i18n import _

MOST_BYTES = 10 * 1024 * 1024
MOST_UNPACKED = 80 * 1024 * 1024
MOST_ROWS = 20_000
MOST_COLUMNS = 100  # CV in a sheet.
MOST_PARTS = 300
MOST_TEXT = 60 * 1024 * 1024
LONGEST_CELL = 32_767  # What a spreadsheet itself can hold.

Cell = str | int | float | bool | date | None

OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
# Where a cell says it stands, beyond row 29,999 or column CV. An empty row far down is harmless: some programs write one.
TOO_FAR_DOWN = re.compile(rb"""\br\s*=\s*["'][A-Z]{1,3}(?:[3-9]\d{4}|\d{6,})["']""")
TOO_FAR_RIGHT = re.compile(rb"""\br\s*=\s*["'](?:[A-Z]{3,}|[D-Z][A-Z]|C[W-Z])\d""")
NAMELESS_CELL = re.compile(rb"""<(?:\w{1,20}:)?c(?=[\s/>])(?![^<>]*\br\s*=)""")
# No program writes such a tag, and looking for something inside it would take the square of its length.
LONG_TAG = re.compile(rb"<[^<>]{2000}")
FORMULA = re.compile(rb"""<(?:\w{1,20}:)?c\s[^<>]*\br\s*=\s*["']([A-Z]{1,3}\d{1,7})["'][^<>]*>\s*<(?:\w{1,20}:)?f[\s/>]""")
SHARED = re.compile(rb"""t\s*=\s*["']s["'][^<>]*>\s*<(?:\w{1,20}:)?v>(\d{1,9})<""")
KEPT = re.compile(
    r"(?:\[Content_Types\]\.xml|_rels/\.rels|xl/_rels/workbook\.xml\.rels|xl/[A-Za-z]+\.xml|xl/worksheets/[^/]+\.xml)"
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """The cells of a sheet, line by line; `first` is the number that the first line bears in the sheet."""

    lines: list[list[Cell]]
    first: int = 1


def read(data: bytes) -> Sheet:
    """The cells of the first sheet of a file. Raises Invalid with one sentence when it cannot or should not be read."""
    if not data.strip(b"\x00\t\r\n "):
        raise Invalid(_("Tệp này trống."))
    if len(data) > MOST_BYTES:
        raise Invalid(_("Tệp này nặng quá 10 MB. Hãy chia thành nhiều tệp nhỏ hơn."))
    if data.startswith(OLD_EXCEL):
        raise Invalid(_("Đây là tệp Excel đời cũ (.xls) hoặc có mật khẩu. Hãy mở ra và lưu lại thành .xlsx."))
    if data.startswith(b"PK"):
        return _read_xlsx(data)
    import filetype  # type: ignore[import-untyped] # It has no types. # noqa: PLC0415 - see _read_xlsx.

    kind = filetype.guess(data[:4096])
    if kind is not None:
        raise Invalid(_("Đây là tệp %(kind)s, không phải bảng tính .xlsx hay .csv.", kind=kind.extension))
    return _read_csv(data)


def _too_many_rows() -> Invalid:
    return Invalid(_("Bảng này dài quá 20.000 dòng. Hãy chia thành nhiều tệp."))


def _too_many_columns() -> Invalid:
    return Invalid(_("Bảng này rộng quá 100 cột. Hãy dùng bảng mẫu và chỉ giữ những cột cần thiết."))


def _with_formula(place: str) -> Invalid:
    return Invalid(_("Ô %(cell)s có công thức. Hãy chép cả bảng rồi dán lại dạng giá trị, và gửi lại.", cell=place))


# .csv --------------------------------------------------------------------------------------------------------------


def _read_csv(data: bytes) -> Sheet:
    if data.startswith(UTF_16) or b"\x00" in data[:1000]:
        raise _not_utf_8()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _not_utf_8() from error
    if "\x00" in text:
        raise Invalid(_("Tệp này có ký tự lạ (NUL), không phải bảng tính. Hãy xuất lại dạng .xlsx."))
    lines: list[list[Cell]] = []
    try:
        for number, line in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text)), 1):
            if len(line) > MOST_COLUMNS:
                raise _too_many_columns()
            if len(lines) > MOST_ROWS and any(line):
                raise _too_many_rows()
            for column, cell in enumerate(line):
                if cell.startswith("=") and len(cell) > 1:
                    raise _with_formula(f"{_letters(column)}{number}")
            # What went out of this house with an apostrophe against being run comes back without it.
            lines.append([unguarded(cell).strip() or None for cell in line])
    except csv.Error as error:
        raise Invalid(_("Tệp .csv này có dấu nháy không khép hoặc ô quá dài. Hãy xuất lại dạng .xlsx.")) from error
    return _trimmed(lines)


def _not_utf_8() -> Invalid:
    return Invalid(_("Tệp .csv này không phải mã UTF-8 nên sẽ sai dấu. Trong Excel hãy chọn “CSV UTF-8”, hoặc gửi tệp .xlsx."))


def _delimiter(text: str) -> str:
    """What parts the cells of the first line: the sign that stands there most often outside quotes."""
    head = re.sub(r'"[^"]*"', "", next((line for line in text.splitlines() if line.strip()), "")[:5000])
    return max((",", ";", "\t"), key=lambda sign: (head.count(sign), sign == ","))


def _letters(column: int) -> str:
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


# .xlsx -------------------------------------------------------------------------------------------------------------


def _read_xlsx(data: bytes) -> Sheet:
    parts = _unpacked(data)
    sheets = [content for name, content in parts.items() if name.startswith("xl/worksheets/")]
    for content in sheets:
        _look_over(content)
    _count_text(parts.get("xl/sharedStrings.xml", b""), sheets)
    import python_calamine  # noqa: PLC0415 - a web process that nobody sends a sheet never loads it.

    try:
        workbook = python_calamine.load_workbook(io.BytesIO(_packed(parts)))
        lines = workbook.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except Exception as error:
        # The reader raises whatever the foreign file leads it to; all of it means the same to the sender.
        raise _unreadable() from error
    if len(lines) > MOST_ROWS + 1 and any(cell != "" for line in lines[MOST_ROWS + 1 :] for cell in line):
        raise _too_many_rows()
    return _trimmed([[_plain(cell) for cell in line] for line in lines[: MOST_ROWS + 1]])


def _unreadable() -> Invalid:
    return Invalid(_("Tệp .xlsx này hỏng hoặc không theo chuẩn. Hãy mở bằng Excel hoặc LibreOffice rồi lưu lại thành .xlsx."))


def _unpacked(data: bytes) -> dict[str, bytes]:
    """The plain parts of a workbook, unpacked under a limit that holds whatever the archive says of itself."""
    parts: dict[str, bytes] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            if not any(entry.filename == "xl/workbook.xml" for entry in entries):
                raise Invalid(_("Đây là tệp nén, không phải bảng tính .xlsx."))
            if len(entries) > MOST_PARTS or sum(entry.file_size for entry in entries) > MOST_UNPACKED:
                raise Invalid(_("Tệp .xlsx này khi mở ra lớn quá mức cho phép (80 MB), nên không được đọc."))
            for entry in entries:
                if not KEPT.fullmatch(entry.filename):
                    continue
                with archive.open(entry) as opened:
                    content = opened.read(entry.file_size + 1)
                if content.startswith(UTF_16) or b"<!DOCTYPE" in content[:2000] or b"<!ENTITY" in content[:2000]:
                    raise _unreadable()
                parts[entry.filename] = content
    except UNPACKING_FAILED as error:
        raise _unreadable() from error
    return parts


def _look_over(content: bytes) -> None:
    if LONG_TAG.search(content):
        raise _unreadable()
    if TOO_FAR_DOWN.search(content):
        raise _too_many_rows()
    if TOO_FAR_RIGHT.search(content):
        raise _too_many_columns()
    if NAMELESS_CELL.search(content):
        raise _unreadable()
    formula = FORMULA.search(content)
    if formula:
        raise _with_formula(formula[1].decode())


def _count_text(shared: bytes, sheets: Iterable[bytes]) -> None:
    """Refuse a sheet whose cells repeat long texts until nobody can hold them: each cell gets its own copy when read."""
    lengths = [len(piece) for piece in shared.split(b"<si")[1:]]
    longest = max(lengths, default=0)
    if longest * sum(content.count(b"</v>") for content in sheets) <= MOST_TEXT:
        return
    total = 0
    for content in sheets:
        for index in SHARED.finditer(content):
            number = int(index[1])
            total += lengths[number] if number < len(lengths) else 0
            if total > MOST_TEXT:
                raise Invalid(_("Tệp .xlsx này khi mở ra lớn quá mức cho phép (80 MB), nên không được đọc."))


def _packed(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def _plain(cell: object) -> Cell:
    """A cell as text, number or date; the reader gives every number as a float."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, (bool, date, int)):
        return cell
    if isinstance(cell, float):
        if cell != cell or cell in (float("inf"), float("-inf")):  # noqa: PLR0124 - NaN is the number unlike itself.
            return None
        return int(cell) if cell == int(cell) else cell
    return None if cell is None else str(cell).replace("\x00", "").strip()[: LONGEST_CELL + 1] or None


def _trimmed(lines: list[list[Cell]]) -> Sheet:
    """The sheet without empty lines at its end, beginning at the first line that says anything."""
    while lines and not any(cell is not None for cell in lines[-1]):
        lines.pop()
    first = next((n for n, line in enumerate(lines) if any(cell is not None for cell in line)), 0)
    if not lines:
        raise Invalid(_("Bảng này trống."))
    return Sheet(lines[first:], first + 1)
