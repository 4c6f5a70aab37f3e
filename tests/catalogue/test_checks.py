"""Field checks: what is drawn, who may go, what is written down, and what complaints do (V11)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from service import accounts, catalogue
from service.accounts import SYSTEM, Actor, MemberRole, Role
from service.catalogue.checks import drawing
from service.catalogue.checks import visits as checks
from service.core import clock
from service.core.db import Database, new_id
from service.core.errors import Conflict, Invalid, NotAllowed, NotFound
from tests.catalogue.conftest import Coop, count, profile, reader, supplier_row

TODAY = date(2026, 11, 24)
OFFICER = Actor(new_id(), "Cán bộ", None, "Sở", Role.OFFICER, MemberRole.MEMBER)
BUYER = Actor(new_id(), "Thu mua", None, "Siêu thị", Role.BUYER, MemberRole.MEMBER)
Enter = Callable[..., Awaitable[Coop]]


@pytest.fixture(autouse=True)
def today() -> Any:
    with clock.freeze(TODAY):
        yield


def asked(wanted: int = 2, **said: Any) -> catalogue.RoundInput:
    return catalogue.RoundInput(wanted=wanted, **said)


def found(finding: str = "passed", **said: Any) -> catalogue.FindingInput:
    return catalogue.FindingInput.model_validate({"visited_on": TODAY, "finding": finding, **said})


async def market(session: AsyncSession, number: int = 6, **said: Any) -> None:
    rows = [supplier_row(f"HTX{n}", state="published", **said) for n in range(number)]
    await catalogue.put_suppliers(session, SYSTEM, rows)


@pytest.fixture
def coop(session: AsyncSession) -> Enter:
    """A published supplier with an owner: `await coop()`."""

    async def enter() -> Coop:
        organisation = await accounts.found_organisation(session, accounts.OrganisationKind.SUPPLIER, "Hợp tác xã Thử")
        owner = Actor(new_id(), "Chủ", organisation.id, organisation.name, Role.SUPPLIER, MemberRole.OWNER)
        supplier = await catalogue.register_supplier(session, owner, organisation.id, profile())
        await catalogue.publish_supplier(session, SYSTEM, supplier.id)
        return Coop(supplier.id, organisation.id, supplier.slug, supplier.code, owner)

    return enter


async def open_checks(session: AsyncSession) -> list[Any]:
    return list((await session.execute(text("SELECT id FROM catalogue_check WHERE visited_on IS NULL ORDER BY id"))).scalars())


async def test_a_round_can_be_drawn_again_by_anybody(session: AsyncSession) -> None:
    await market(session)
    drawn = await catalogue.draw_checks(session, OFFICER, asked(3))
    shown, listed = await catalogue.check_round(await reader(session), drawn.code)
    assert (shown.candidates, shown.drawn, shown.done) == (6, 3, 0)
    seed, wanted, candidates = drawing.read_document(catalogue.round_document(shown, listed))
    again = drawing.draw(seed, candidates, wanted)
    assert [each.id for each in again] == [str(each.id) for each in listed if each.place]
    assert shown.digest == drawing.digest(candidates)
    assert all(not each.reasons for each in listed)
    _, for_officers = await catalogue.check_round(await reader(session), drawn.code, OFFICER)
    assert {each.why for each in for_officers} == {"chưa kiểm tra lần nào"}


async def test_two_rounds_have_two_seeds_and_nobody_is_drawn_while_a_visit_waits(session: AsyncSession) -> None:
    await market(session, 5)
    first = await catalogue.draw_checks(session, OFFICER, asked(3))
    second = await catalogue.draw_checks(session, OFFICER, asked(3))
    assert first.seed != second.seed
    assert len(first.seed) == 32
    assert await count(session, "catalogue_check") == 5
    with pytest.raises(Invalid, match="Không có nhà cung cấp nào để bốc"):
        await catalogue.draw_checks(session, OFFICER, asked(3))


async def test_the_same_form_twice_draws_once(session: AsyncSession) -> None:
    await market(session)
    key = new_id()
    assert (await catalogue.draw_checks(session, OFFICER, asked(), key=key)).id == key
    assert (await catalogue.draw_checks(session, OFFICER, asked(5), key=key)).wanted == 2
    assert await count(session, "catalogue_check_round") == 1


async def test_only_published_suppliers_of_the_area_are_drawn(session: AsyncSession) -> None:
    await market(session, 2)
    elsewhere = supplier_row("XA", commune_code="01912")
    await catalogue.put_suppliers(session, SYSTEM, [elsewhere, supplier_row("NHAP", state="draft")])
    drawn = await catalogue.draw_checks(session, OFFICER, asked(9, commune_code="01912"))
    shown, listed = await catalogue.check_round(await reader(session), drawn.code)
    assert [each.name for each in listed] == ["HTX Số XA"]
    assert "Ba Bể" in shown.area_name or shown.area_name
    by_duty = await catalogue.draw_checks(session, replace(OFFICER, duty=("02185",)), asked(9))
    assert {each.name for each in (await catalogue.check_round(await reader(session), by_duty.code))[1]} == {
        "HTX Số HTX0",
        "HTX Số HTX1",
    }


@pytest.mark.parametrize(
    "actor",
    [BUYER, replace(OFFICER, member_role=MemberRole.VIEWER), replace(OFFICER, role=Role.SUPPLIER),
     replace(OFFICER, role=Role.ORGANISER), Actor(None, "", None, "", Role.NOBODY)],
)  # fmt: skip
async def test_nobody_else_draws_or_plans(session: AsyncSession, actor: Actor) -> None:
    await market(session, 1)
    with pytest.raises(NotAllowed):
        await catalogue.draw_checks(session, actor, asked())
    with pytest.raises(NotAllowed):
        await catalogue.plan_check(session, actor, "HTX0")
    await catalogue.draw_checks(session, OFFICER, asked(1))
    (check,) = await open_checks(session)
    with pytest.raises(NotFound):
        await catalogue.record_check(session, actor, check, 1, found())


async def test_the_application_cannot_change_a_published_round(session: AsyncSession) -> None:
    await market(session)
    await catalogue.draw_checks(session, OFFICER, asked())
    for statement in (
        "UPDATE catalogue_check_round SET seed = 'x'", "DELETE FROM catalogue_check_round",
        "UPDATE catalogue_check_candidate SET weight = 1", "DELETE FROM catalogue_check_candidate",
    ):  # fmt: skip
        trial = await session.begin_nested()
        with pytest.raises(DBAPIError, match="permission denied"):
            await session.execute(text(statement))
        await trial.rollback()


async def test_what_was_found_is_told_to_each_as_much_as_is_hers(session: AsyncSession, coop: Enter) -> None:
    own = await coop()
    check = await catalogue.plan_check(session, OFFICER, own.code)
    assert (await catalogue.plan_check(session, OFFICER, f"/nha-cung-cap/{own.slug}")).id == check.id
    wrote = found("to_mend", note="Thiếu bồn rửa tay.", follow_up_on=TODAY + timedelta(days=30))
    await catalogue.record_check(session, OFFICER, check.id, check.version, wrote)
    read = await reader(session)
    (public,) = await catalogue.findings(read, own.id, own.organisation_id)
    assert (public.finding_name, public.visited_on, public.note, public.follow_up_on) == ("cần sửa", TODAY, None, None)
    (hers,) = await catalogue.findings(read, own.id, own.organisation_id, own.owner)
    assert hers.note == "Thiếu bồn rửa tay."
    assert await count(session, "core_journal WHERE fact = 'CheckRecorded'") == 1
    # The same words again change nothing.
    await catalogue.record_check(session, OFFICER, check.id, 1, wrote)
    assert await count(session, "core_journal WHERE fact = 'CheckRecorded'") == 1


async def test_a_finding_is_corrected_by_who_wrote_it_alone(session: AsyncSession, coop: Enter) -> None:
    own = await coop()
    check = await catalogue.plan_check(session, OFFICER, own.code)
    await catalogue.record_check(session, OFFICER, check.id, check.version, found())
    with pytest.raises(NotAllowed):
        await catalogue.record_check(session, replace(OFFICER, person_id=new_id()), check.id, check.version, found("failed"))
    with pytest.raises(Conflict):
        await catalogue.record_check(session, OFFICER, check.id, 1, found("failed"))
    await catalogue.record_check(session, OFFICER, check.id, check.version, found("failed"))
    assert check.finding == "failed"


async def test_nobody_checks_an_organisation_of_her_own(session: AsyncSession, coop: Enter) -> None:
    own = await coop()
    insider = replace(OFFICER, person_id=new_id(), memberships=frozenset({own.organisation_id}))
    with pytest.raises(NotAllowed):
        await catalogue.plan_check(session, insider, own.code)
    check = await catalogue.plan_check(session, OFFICER, own.code)
    with pytest.raises(NotAllowed):
        await catalogue.record_check(session, insider, check.id, check.version, found())


async def test_a_complaint_weighs_until_somebody_has_been_there(session: AsyncSession, coop: Enter) -> None:
    own = await coop()
    key = new_id()
    complaint = catalogue.ComplaintInput(text="Hàng giao hai lần đều ẩm mốc.")
    for _twice in range(2):
        await catalogue.note_complaint(session, BUYER, own.slug, complaint, key=key)
    assert await count(session, "catalogue_complaint") == 1
    risks = await checks._risks(session, [], TODAY)
    assert drawing.reasons(risks[own.id], TODAY) == {"never": 4, "complaint": 5}
    (shown,) = await catalogue.complaints(await reader(session), OFFICER)
    assert shown.text.startswith("Hàng giao")
    check = await catalogue.plan_check(session, OFFICER, own.code)
    await catalogue.record_check(session, OFFICER, check.id, check.version, found())
    assert await catalogue.complaints(await reader(session), OFFICER) == []
    assert drawing.reasons((await checks._risks(session, [], TODAY))[own.id], TODAY) == {}
    # The history of the supplier does not tell who complained.
    _, lines = await catalogue.record_history(await reader(session), own.owner, "supplier", own.slug)
    assert "ComplaintNoted" not in {line.fact for line in lines}


async def test_who_may_complain(session: AsyncSession, coop: Enter) -> None:
    own = await coop()
    complaint = catalogue.ComplaintInput(text="Hàng giao hai lần đều ẩm mốc.")
    for actor in (own.owner, replace(BUYER, member_role=MemberRole.VIEWER), replace(OFFICER, role=Role.ORGANISER),
                  replace(BUYER, memberships=frozenset({own.organisation_id}))):  # fmt: skip
        with pytest.raises(NotAllowed):
            await catalogue.note_complaint(session, actor, own.slug, complaint)
    with pytest.raises(NotFound):
        await catalogue.note_complaint(session, BUYER, "khong-co", complaint)
    said = catalogue.ComplaintInput(text="Hàng giao hai lần đều ẩm mốc.", product="khong-phai-cua-ho")
    with pytest.raises(Invalid):
        await catalogue.note_complaint(session, BUYER, own.slug, said)


async def test_open_visits_are_paged_and_kept_to_the_area_of_duty(session: AsyncSession) -> None:
    await market(session, 5)
    await catalogue.draw_checks(session, OFFICER, asked(5))
    read = await reader(session)
    first, further = await catalogue.visits(read, OFFICER, limit=3)
    second, none = await catalogue.visits(read, OFFICER, cursor=further, limit=3)
    assert len({each.id for each in (*first, *second)}) == 5
    assert none is None
    assert (await catalogue.visits(read, replace(OFFICER, duty=("01912",))))[0] == []
    with pytest.raises(Invalid):
        await catalogue.visits(read, OFFICER, cursor="%%%")
    with pytest.raises(NotAllowed):
        await catalogue.visits(read, BUYER)


@pytest.mark.parametrize(
    "said",
    [{"visited_on": TODAY + timedelta(days=1)}, {"visited_on": date(1900, 1, 1)}, {"follow_up_on": TODAY}, {"finding": "good"}],
)
def test_findings_that_cannot_be(said: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        found(**{"finding": "passed", **said})


@pytest_asyncio.fixture(loop_scope="session")
async def real_market(real_database: Database) -> AsyncIterator[Database]:
    """Six suppliers with real commits, gone afterwards."""
    async with real_database.transaction() as session:
        await market(session)
    yield real_database
    owner = Database(real_database.url, role=None)
    async with owner.transaction() as session:
        for table in (
            "catalogue_check_round",
            "catalogue_check",
            "catalogue_supplier",
            "accounts_organisation",
            "core_journal",
        ):
            await session.execute(text(f"DELETE FROM {table}"))
    await owner.close()


async def test_two_presses_of_one_complaint_at_once_note_one(real_market: Database) -> None:
    key, complaint = new_id(), catalogue.ComplaintInput(text="Hàng giao hai lần đều ẩm mốc.")

    async def press() -> None:
        async with real_market.transaction() as session:
            await catalogue.note_complaint(session, BUYER, "htx-so-htx0", complaint, key=key)
            await asyncio.sleep(0.1)

    await asyncio.gather(press(), press(), press())
    async with real_market.transaction() as session:
        assert await count(session, "catalogue_complaint") == 1


async def _both_draw(market: Database) -> int:
    async def one() -> None:
        async with market.transaction() as session:
            await catalogue.draw_checks(session, OFFICER, asked(6))
            await asyncio.sleep(0.2)

    outcomes = await asyncio.gather(one(), one(), return_exceptions=True)
    assert all(outcome is None or isinstance(outcome, Invalid) for outcome in outcomes)
    async with market.transaction() as session:
        return int(
            await session.scalar(text("SELECT max(n) FROM (SELECT count(*) n FROM catalogue_check GROUP BY supplier_id) x"))
        )


async def test_two_draws_at_once_send_one_officer_to_each(real_market: Database) -> None:
    assert await _both_draw(real_market) == 1


async def test_without_the_lock_two_draws_at_once_send_two(real_market: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    async def no_lock(_session: AsyncSession) -> None:
        await asyncio.sleep(0)

    monkeypatch.setattr(checks, "one_at_a_time", no_lock)
    assert await _both_draw(real_market) == 2
