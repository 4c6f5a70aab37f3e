"""Tax numbers: which are right, and that a person's own number lies open nowhere."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from service import accounts, catalogue
from service.accounts import SYSTEM
from service.accounts.organisations.tax_codes import WEIGHTS
from service.core.errors import Invalid
from tests.catalogue.conftest import profile, reader, supplier_row
from tests.market import acting

PERSONAL = "001099123456"
DIGITS = st.text("0123456789", min_size=12, max_size=12)


@pytest.mark.parametrize(
    ("typed", "read"),
    [("0100047516", "0100047516"), (" 0100 047 516 ", "0100047516"), ("0100047516-001", "0100047516-001"),
     ("0100047516001", "0100047516-001"), ("0100047516\u2013002", "0100047516-002")],
)  # fmt: skip
def test_a_number_has_one_spelling(typed: str, read: str) -> None:
    assert accounts.read_tax_code(typed) == read
    assert accounts.tax_code_adds_up(read)


@pytest.mark.parametrize(
    "typed", ["", "123", "01000475160", "mười số", "٠١٠٠٠٤٧٥١٦", "0100047516-01", "sealed:456:" + "A" * 40]
)
def test_what_is_no_number_is_refused_in_words(typed: str) -> None:
    with pytest.raises(ValueError, match=r"mã số thuế|sealed"):
        accounts.read_tax_code(typed)


@pytest.mark.parametrize("code", ["0100047510", "0100047516-000", "4700000000", "0100047517", "47"])
def test_numbers_that_cannot_be_are_told(code: str) -> None:
    assert not accounts.tax_code_adds_up(code)


@given(st.text("0123456789", min_size=9, max_size=9).filter(lambda nine: nine[2:].strip("0")))
def test_at_most_one_tenth_digit_fits(nine: str) -> None:
    total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, nine, strict=True))
    fitting = [last for last in "0123456789" if accounts.tax_code_adds_up(nine + last)]
    assert fitting == ([] if total % 11 == 0 else [str(10 - total % 11)])


@given(DIGITS, DIGITS)
def test_a_personal_number_is_sealed_alike_opened_again_and_shown_by_its_end(one: str, other: str) -> None:
    kept = accounts.kept_tax_code(one)
    assert one not in kept
    assert accounts.is_personal_tax_code(kept)
    assert (kept == accounts.kept_tax_code(other)) == (one == other)
    assert accounts.opened_tax_code(kept) == one
    assert accounts.shown_tax_code(kept) == f"•••••••••{one[-3:]}"
    assert accounts.kept_tax_code(kept) == accounts.read_tax_code(kept) == accounts.read_tax_code(one) == kept


def test_a_seal_that_was_touched_opens_nothing() -> None:
    kept = accounts.kept_tax_code(PERSONAL)
    for wrong in (kept.replace(":456:", ":457:"), kept[:-4] + ("A" if kept[-4] != "A" else "B") + kept[-3:]):
        with pytest.raises(ValueError, match=r"seal"):
            accounts.read_tax_code(wrong)


def test_a_number_that_came_back_as_it_is_shown_is_the_stored_one() -> None:
    kept = accounts.kept_tax_code(PERSONAL)
    assert accounts.same_tax_code("•••••••••456", kept) == kept
    assert accounts.same_tax_code("0100047516", kept) == "0100047516"
    assert accounts.same_tax_code(None, kept) is None
    for stored in (None, accounts.kept_tax_code("001099123457"), "0100047516"):
        with pytest.raises(Invalid, match="12 chữ số"):
            accounts.same_tax_code("•••••••••456", stored)


async def _everything(session: AsyncSession) -> str:
    """Every text of every table, as the owner of the market's disk would read it."""
    tables = (await session.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"))).all()
    found = [await session.scalar(text(f'SELECT string_agg(x::text, chr(10)) FROM "{table}" x')) for table in tables]
    return "\n".join(part for part in found if part)


async def test_a_households_number_lies_open_nowhere(session: AsyncSession) -> None:
    organisation = await accounts.found_organisation(session, "supplier", "Hộ Thử")
    owner = acting(accounts.Role.SUPPLIER, organisation.id)
    said = {"legal_form": "household", "tax_code": f" {PERSONAL[:4]} {PERSONAL[4:]}"}
    supplier = await catalogue.register_supplier(session, owner, organisation.id, profile(**said))
    await session.flush()
    shown = await catalogue.supplier_page(await reader(session), supplier.slug, owner)
    assert shown.tax_code == "•••••••••456"
    unchanged = profile(legal_form="household", tax_code=shown.tax_code)
    await catalogue.revise_supplier(session, owner, supplier.id, supplier.version, unchanged)
    assert accounts.opened_tax_code(supplier.tax_code or "") == PERSONAL
    other = profile(legal_form="household", tax_code="001099999999")
    await catalogue.revise_supplier(session, owner, supplier.id, supplier.version, other)
    await session.flush()
    assert accounts.opened_tax_code(supplier.tax_code or "") == "001099999999"
    kept = await _everything(session)
    assert PERSONAL not in kept
    assert "001099999999" not in kept


async def test_somebody_elses_shown_number_is_no_number(session: AsyncSession) -> None:
    organisation = await accounts.found_organisation(session, "supplier", "Hộ Hai")
    owner = acting(accounts.Role.SUPPLIER, organisation.id)
    hidden = profile(legal_form="household", tax_code="•••••••••456")
    with pytest.raises(Invalid, match="12 chữ số"):
        await catalogue.register_supplier(session, owner, organisation.id, hidden)


async def test_a_sheet_brought_in_twice_changes_nothing_and_opens_nothing(session: AsyncSession) -> None:
    row = supplier_row("HKD1", legal_form="household", tax_code=PERSONAL)
    assert PERSONAL not in repr(row)
    await catalogue.put_suppliers(session, SYSTEM, [row])
    again = await catalogue.put_suppliers(session, SYSTEM, [supplier_row("HKD1", legal_form="household", tax_code=PERSONAL)])
    assert (again.new, again.changed, again.same) == (0, 0, 1)
    assert PERSONAL not in await _everything(session)


@pytest.mark.parametrize("open_number", [PERSONAL, "•••••••••456"])
async def test_the_table_itself_refuses_an_open_number(session: AsyncSession, open_number: str) -> None:
    await catalogue.put_suppliers(session, SYSTEM, [supplier_row("HKD1")])
    statement = text("UPDATE catalogue_supplier SET tax_code = :open")
    with pytest.raises(IntegrityError, match="tax_code"):
        async with session.begin_nested():
            await session.execute(statement, {"open": open_number})
