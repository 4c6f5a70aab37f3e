"""Tables that leave: nothing that somebody typed is run by who opens them, and what was typed comes back as it was."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.catalogue.sheets import reading
from service.core import exports

DANGEROUS = st.sampled_from(exports.RUN)
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=60)


@given(DANGEROUS, TEXTS)
def test_no_cell_of_a_csv_begins_with_a_sign_that_is_run(sign: str, rest: str) -> None:
    data = exports.as_csv(["Tên", sign + rest], [[sign + rest, rest]])
    for line in csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")):
        assert not any(cell.startswith(exports.RUN) for cell in line)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_what_was_typed_comes_back(text: str) -> None:
    assert exports.unguarded(exports.guarded(text)) == text


@given(st.text("='+-@a ", max_size=8))
def test_what_was_typed_comes_back_from_any_heap_of_signs(text: str) -> None:
    assert exports.unguarded(exports.guarded(text)) == text


@pytest.mark.parametrize("text", ["=1+1", "+84 912 345 678", "-5 %", "@ai", '=HYPERLINK("http://vidu.vn")'])
def test_a_sheet_that_went_out_is_read_as_it_was(text: str) -> None:
    assert reading.read(exports.as_csv(["name"], [[text]])).lines == [["name"], [text]]


def test_figures_and_days_stay_figures_and_days() -> None:
    data = exports.as_csv(["a", "b", "c", "d", "e"], [[-5, Decimal("-1.50"), date(2026, 11, 22), None, True]])
    assert data.decode("utf-8-sig").splitlines()[1] == "-5,-1.5,22/11/2026,,1"


@given(DANGEROUS, TEXTS)
def test_an_xlsx_holds_no_formula_and_no_link(sign: str, rest: str) -> None:
    typed = sign + rest
    data = exports.as_xlsx(
        [exports.Table("Bảng/1", [typed, "http://vidu.vn"], [[typed, "https://vidu.vn/?a"], [1, date(2026, 1, 1)]])]
    )
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        names = book.namelist()
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")
        assert not any("rels/sheet" in name for name in names)
