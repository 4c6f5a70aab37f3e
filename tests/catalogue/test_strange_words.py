"""Whatever people write in a sheet is stored, found or refused; nothing of it breaks the market."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncSession

from service import accounts, catalogue
from service.catalogue.sheets import imports
from tests.catalogue.conftest import count, supplier_row

WORDS = [
    "!!!",
    "' \\ : & | ! ( ) < > *",
    "🍜 miến 🍜",
    "x" * 300,
    "mi\u1ebf\u0301n",
    "𝓜𝓲𝓮̂́𝓷",
    "\u202eabc",
    "a\nb\tc",
    "1' OR '1'='1",
    "%s %(x)s {0} {{x}}",
    "ÀÁẢÃẠ ĂẰẮẲẴẶ ÂẦẤẨẪẬ Đ",
    "'''",
    '"""',
    "\ufeff",
    "名産品",
    "\u00ad",
]


def sheet(name: str, description: str = "") -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows([["supplier_code", "code", "name", "description"], ["HTX1", "A", name, description]])
    return out.getvalue().encode()


@pytest.mark.parametrize("words", WORDS)
async def test_strange_names_are_stored_as_they_are_or_refused(session: AsyncSession, words: str) -> None:
    await catalogue.put_suppliers(session, accounts.SYSTEM, [supplier_row(name=f"HTX {words}")])
    report = await imports.import_file(session, "products", sheet(words, words * 60))
    assert report.ok == (await count(session, "catalogue_product") == 1)
    again = await imports.import_file(session, "products", sheet(words, words * 60))
    assert not again.ok or again.counts == catalogue.Counts(same=1)


async def test_a_price_that_no_number_holds_is_told(session: AsyncSession) -> None:
    await catalogue.put_suppliers(session, accounts.SYSTEM, [supplier_row()])
    data = b"supplier_code,code,name,net_weight_g,wholesale_price_vnd\nHTX1,A,B,1,2000000000\n"
    report = await imports.check(session, "products", data)
    assert [problem.column for problem in report.errors] == ["wholesale_price_vnd"]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    words=st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=40),
    numbers=st.lists(
        st.integers(-5, 10**13).map(str) | st.sampled_from(["", "1,5", "1.5", "2 tạ", "85k"]), min_size=6, max_size=6
    ),
)
async def test_what_the_check_lets_through_can_be_stored(session: AsyncSession, words: str, numbers: list[str]) -> None:
    nested = await session.begin_nested()
    await catalogue.put_suppliers(session, accounts.SYSTEM, [supplier_row()])
    out = io.StringIO(newline="")
    head = ["net_weight_g", "retail_price_vnd", "wholesale_price_vnd", "min_order_kg", "lead_days", "capacity_kg_12"]
    csv.writer(out).writerows([["supplier_code", "code", "name", *head], ["HTX1", "A", words, *numbers]])
    report = await imports.check(session, "products", out.getvalue().encode())
    if report.ok:
        assert (await imports.save(session, accounts.SYSTEM, report)).new == 1
    await nested.rollback()
