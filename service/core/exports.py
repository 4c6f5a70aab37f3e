"""Tables that leave the house, as .csv and as .xlsx: the one place that makes sure that no cell is run by who opens it.

A spreadsheet runs a cell of a .csv that begins with one of a few signs, whoever typed it; such a text gets an apostrophe in
front, which spreadsheets show as text, and the sheets that come in take it off again. In an .xlsx a text is stored as a text,
and nothing in it is ever a formula or a link. Numbers and days are not texts and stay what they are.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from service.core import formats

Cell = str | int | float | Decimal | bool | date | None

# What begins a formula for one spreadsheet or another, the wide forms of East Asian keyboards among them.
RUN = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
MARK = b"\xef\xbb\xbf"  # Without it a spreadsheet takes UTF-8 for something else and spoils every Vietnamese letter.


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet of a workbook: its name on the tab, its headings and its lines."""

    name: str
    headings: Sequence[str]
    lines: Iterable[Sequence[Cell]]


def guarded(text: str) -> str:
    """The text as it may stand in a .csv: with an apostrophe in front where a spreadsheet would run it."""
    # A text that has the apostrophe already gets one more, so that taking it off always gives back what was there.
    return f"'{text}" if text.lstrip("'").startswith(RUN) else text


def unguarded(text: str) -> str:
    """The text that `guarded` was given."""
    return text[1:] if text.startswith("'") and text.lstrip("'").startswith(RUN) else text


def as_csv(headings: Sequence[str], lines: Iterable[Sequence[Cell]]) -> bytes:
    """A table as .csv in UTF-8 with the mark that spreadsheets need."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([guarded(heading) for heading in headings])
    for line in lines:
        writer.writerow([_written(cell) for cell in line])
    return MARK + out.getvalue().encode()


def as_xlsx(tables: Iterable[Table]) -> bytes:
    """Tables as the sheets of one .xlsx; numbers and days are such, every text is a text."""
    out = io.BytesIO()
    with workbook(out) as book:
        head = book.add_format({"bold": True, "bg_color": "#27408B", "font_color": "#FFFFFF", "text_wrap": True})
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for table in tables:
            sheet: Any = book.add_worksheet(_tab(table.name))
            for place, heading in enumerate(table.headings):
                sheet.write_string(0, place, heading, head)
                sheet.set_column(place, place, max(10, min(40, len(heading) + 4)))
            for row, line in enumerate(table.lines, 1):
                for place, cell in enumerate(line):
                    _write(sheet, row, place, cell, day)
            sheet.freeze_panes(1, 0)
    return out.getvalue()


def workbook(out: io.BytesIO) -> Any:
    """An empty workbook in which nothing that is written can become a formula, a link or a number by itself."""
    import xlsxwriter  # noqa: PLC0415 - a web process that nobody asks for a sheet never loads it.

    plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    return xlsxwriter.Workbook(out, plain)


def _written(cell: Cell) -> str:
    if isinstance(cell, datetime):
        return cell.isoformat(timespec="seconds")
    if isinstance(cell, date):
        return formats.day(cell)
    if isinstance(cell, Decimal):
        return f"{cell:f}".rstrip("0").rstrip(".") if "." in f"{cell:f}" else f"{cell:f}"
    if isinstance(cell, bool):
        return str(int(cell))
    return guarded(cell) if isinstance(cell, str) else "" if cell is None else str(cell)


def _write(sheet: Any, row: int, place: int, cell: Cell, day: Any) -> None:
    if cell is None:
        return
    if isinstance(cell, bool):
        sheet.write_boolean(row, place, cell)
    elif isinstance(cell, (int, float, Decimal)):
        sheet.write_number(row, place, cell)
    elif isinstance(cell, datetime):
        sheet.write_string(row, place, cell.isoformat(timespec="seconds"))
    elif isinstance(cell, date):
        sheet.write_datetime(row, place, datetime(cell.year, cell.month, cell.day), day)  # noqa: DTZ001 - a day has no zone.
    else:
        sheet.write_string(row, place, cell[:32_767])


def _tab(name: str) -> str:
    """The name as a tab may bear it."""
    return "".join(" " if sign in "[]:*?/\\" else sign for sign in name).strip("' ")[:31] or "1"
