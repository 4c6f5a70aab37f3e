"""Two at once: two sheets, two edits, two clicks. Each race has a twin without its guard, which must go wrong."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from service import accounts, catalogue
from service.accounts import Actor, MemberRole, Role
from service.catalogue.bulk import staging
from service.core.db import Database, new_id
from service.core.errors import Conflict, NotFound
from tests.catalogue.conftest import product_row, profile, supplier_row

SYSTEM = accounts.SYSTEM
SHEET = b"supplier_code,code,name,pack,retail_price_vnd\n" + b"".join(
    b"HTX1,P%d,Tra xanh,Tui 100 g,%d000\n" % (n, n + 20) for n in range(60)
)


@pytest_asyncio.fixture(loop_scope="session")
async def market(real_database: Database) -> AsyncIterator[Database]:
    """The database with real commits, and none of this test's suppliers afterwards."""
    yield real_database
    owner = Database(real_database.url, role=None)
    async with owner.transaction() as session:
        for statement in (
            "DELETE FROM catalogue_product", "DELETE FROM catalogue_supplier", "DELETE FROM catalogue_upload",
            "DELETE FROM accounts_member", "DELETE FROM accounts_person", "DELETE FROM accounts_organisation",
            "DELETE FROM core_journal",
        ):  # fmt: skip
            await session.execute(text(statement))
    await owner.close()


async def _import(market: Database) -> catalogue.Report:
    async with market.transaction() as session:
        return await catalogue.import_file(session, "products", SHEET)


async def _total(market: Database, what: str) -> int:
    async with market.transaction() as session:
        return int(await session.scalar(text(f"SELECT count(*) FROM {what}")) or 0)


async def test_the_same_sheet_twice_at_once_is_stored_once(market: Database) -> None:
    async with market.transaction() as session:
        await catalogue.put_suppliers(session, SYSTEM, [supplier_row()])
    reports = await asyncio.gather(*(_import(market) for _ in range(4)))
    counts = sorted((report.counts.new, report.counts.same) for report in reports if report.counts)
    assert counts == [(0, 60), (0, 60), (0, 60), (60, 0)]
    assert await _total(market, "catalogue_product") == 60
    assert await _total(market, "catalogue_pack") == 60


async def test_without_the_lock_the_same_sheet_twice_at_once_breaks(market: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    async def no_lock(_conn: staging.Connection) -> None:
        await asyncio.sleep(0)

    async with market.transaction() as session:
        await catalogue.put_suppliers(session, SYSTEM, [supplier_row()])
    monkeypatch.setattr(staging, "one_at_a_time", no_lock)
    seen = staging.free_slugs

    async def slowly(*arguments: object) -> list[str]:
        await asyncio.sleep(0.3)  # Both have looked before either writes.
        return await seen(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(staging, "free_slugs", slowly)
    outcomes = await asyncio.gather(*(_import(market) for _ in range(2)), return_exceptions=True)
    assert any(isinstance(outcome, Exception) for outcome in outcomes)


@dataclass(frozen=True)
class Own:
    """A product with its owner."""

    actor: Actor
    product_id: object
    version: int


async def _own(market: Database) -> Own:
    async with market.transaction() as session:
        organisation = await accounts.found_organisation(session, "supplier", "Hợp tác xã Thử")
        owner = Actor(new_id(), "Chủ", organisation.id, "HTX", Role.SUPPLIER, MemberRole.OWNER)
        supplier = await catalogue.register_supplier(session, owner, organisation.id, profile())
        product = await catalogue.draft(session, owner, supplier.id, catalogue.ProductDraft(name="Trà"))
        return Own(owner, product.id, product.version)


async def _rename(market: Database, own: Own, name: str) -> str:
    async with market.transaction() as session:
        try:
            await catalogue.revise(session, own.actor, own.product_id, own.version, catalogue.ProductDraft(name=name))  # type: ignore[arg-type]
        except Conflict:
            return "refused"
        await asyncio.sleep(0.1)
        return "kept"


async def test_of_two_edits_at_once_one_is_kept_and_one_refused(market: Database) -> None:
    own = await _own(market)
    outcomes = await asyncio.gather(*(_rename(market, own, f"Trà {n}") for n in range(4)))
    assert sorted(outcomes) == ["kept", "refused", "refused", "refused"]
    assert await _total(market, "core_journal WHERE fact = 'ProductRevised'") == 1


async def test_without_the_version_the_last_edit_silently_wins(market: Database) -> None:
    own = await _own(market)

    async def overwrite(name: str) -> str:
        async with market.transaction() as session:
            await session.execute(
                text("UPDATE catalogue_product SET name = :name WHERE id = :id"), {"name": name, "id": own.product_id}
            )
            return "kept"

    assert await asyncio.gather(*(overwrite(f"Trà {n}") for n in range(4))) == ["kept"] * 4


async def test_forms_and_sheets_at_once_never_share_an_address(market: Database) -> None:
    own = await _own(market)
    async with market.transaction() as session:
        await catalogue.put_suppliers(session, SYSTEM, [supplier_row()])

    async def by_form(number: int) -> None:
        async with market.transaction() as session:
            found = await session.scalar(
                text("SELECT supplier_id FROM catalogue_product WHERE id = :id"), {"id": own.product_id}
            )
            await catalogue.draft(session, own.actor, found, catalogue.ProductDraft(name="Miến dong"))

    async def by_sheet(number: int) -> None:
        async with market.transaction() as session:
            await catalogue.put_products(session, SYSTEM, [product_row(f"S{number}", name="Miến dong")])

    await asyncio.gather(*(form(number) for number in range(4) for form in (by_form, by_sheet)))
    assert await _total(market, "(SELECT DISTINCT slug FROM catalogue_product WHERE name = 'Miến dong') x") == 8


async def test_going_ahead_twice_with_one_sheet_stores_once(market: Database) -> None:
    async with market.transaction() as session:
        await catalogue.put_suppliers(session, SYSTEM, [supplier_row()])
        office = await accounts.found_organisation(session, "office", "Sở")
        person = await accounts.add_person(session, name="Cán bộ", email="can-bo@chophien.example", password="mật khẩu để thử")
        await accounts.add_member(session, person.id, office.id, "owner")
        officer = Actor(person.id, "Cán bộ", office.id, "Sở", Role.OFFICER, MemberRole.OWNER)
        upload_id = await catalogue.keep_upload(session, officer, "products", "hang.csv", SHEET)

    async def go_ahead() -> str:
        async with market.transaction() as session:
            try:
                upload = await catalogue.waiting_upload(session, officer, upload_id)
            except NotFound:
                return "gone"
            report = await catalogue.import_file(session, "products", upload.data, actor=officer)
            await catalogue.drop_upload(session, upload)
            return str(report.counts)

    outcomes = await asyncio.gather(go_ahead(), go_ahead())
    assert sorted(outcomes) == [str(catalogue.Counts(new=60)), "gone"]


async def test_two_profiles_for_one_organisation_at_once_become_one(market: Database) -> None:
    async with market.transaction() as session:
        organisation = await accounts.found_organisation(session, "supplier", "Hợp tác xã Thử")
    owner = Actor(new_id(), "Chủ", organisation.id, "HTX", Role.SUPPLIER, MemberRole.OWNER)

    async def register() -> str:
        async with market.transaction() as session:
            try:
                await catalogue.register_supplier(session, owner, organisation.id, profile())
            except (Conflict, IntegrityError) as error:
                return type(error).__name__
            return "entered"

    assert sorted(await asyncio.gather(register(), register(), register())) == ["Conflict", "Conflict", "entered"]
