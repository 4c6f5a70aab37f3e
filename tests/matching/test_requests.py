"""Opening, revising and closing: who may, what is told, and that doing it twice changes nothing."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from service import accounts, matching
from service.accounts import SYSTEM, MemberRole, Role
from service.core import clock
from service.core.db import Database, new_id
from service.core.errors import Conflict, Invalid, NotAllowed, NotFound
from service.core.events import history
from service.matching import buyers
from service.matching.requests import LETTERS, code_for
from tests import market
from tests.market import TODAY, acting, wanting

KEY = UUID(int=42)


@pytest.fixture(autouse=True)
def _today():
    with clock.freeze(TODAY):
        yield


async def test_a_request_has_a_short_code_and_its_months(session: AsyncSession) -> None:
    request = await market.request(session)
    assert request.code.startswith("YC-")
    assert len(request.code) == 8
    assert set(request.code[3:]) <= set(LETTERS)
    months = await session.execute(text("SELECT year, month, kg FROM matching_request_month ORDER BY year, month"))
    assert [tuple(row) for row in months.all()] == [(2026, 12, 500), (2027, 1, 500), (2027, 2, 500)]
    told = await history(session, request.id)
    assert [(entry.fact, entry.new["code"]) for entry in told if entry.new] == [("RequestOpened", request.code)]


async def test_the_title_is_the_commodity_where_none_is_given(session: AsyncSession) -> None:
    assert (await market.request(session)).title == "Miến dong"
    assert (await market.request(session, commodity=None, words="mật ong rừng nguyên sáp")).title == "Mật ong rừng nguyên sáp"


async def test_a_commodity_may_be_named_by_any_of_its_words(session: AsyncSession) -> None:
    one, other = await market.request(session, commodity="Bún tàu dong"), await market.request(session, commodity="mien-dong")
    assert one.commodity_id == other.commodity_id is not None


async def test_the_same_key_makes_one_request(session: AsyncSession) -> None:
    buyer = await market.buyer(session)
    one = await matching.open_request(session, SYSTEM, buyer.id, wanting(), key=KEY)
    other = await matching.open_request(session, SYSTEM, buyer.id, wanting(title="Khác hẳn"), key=KEY)
    assert one.id == other.id
    assert one.code == code_for(KEY)
    assert len(await history(session, one.id)) == 1


async def test_a_code_that_is_taken_is_not_given_again(session: AsyncSession) -> None:
    first = await market.buyer(session, "Siêu thị Một")
    second = await market.buyer(session, "Siêu thị Hai")
    one = await matching.open_request(session, SYSTEM, first.id, wanting(), key=KEY)
    other = await matching.open_request(session, SYSTEM, second.id, wanting(), key=KEY)
    assert one.code != other.code


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"commodity": "không có món này"}, "commodity"),
        ({"commodity": None}, "commodity"),
        ({"commodity": None, "words": "123"}, "words"),
        ({"certificates": ("BỊA",)}, "certificates"),
        ({"delivery_province_code": "00"}, "delivery_province_code"),
        ({"deadline": date(2026, 11, 21)}, "deadline"),
        ({"months": ((date(2026, 10, 1), Decimal(5)),)}, "kg_01"),
    ],
)
async def test_what_is_wrong_is_said_beside_its_field(session: AsyncSession, said: dict[str, object], field: str) -> None:
    buyer = await market.buyer(session)
    with pytest.raises(Invalid) as refused:
        await matching.open_request(session, SYSTEM, buyer.id, wanting(**said))
    assert list(refused.value.errors) == [field]
    assert await session.scalar(text("SELECT count(*) FROM matching_request")) == 0


async def test_only_its_own_people_may_act_for_a_buyer(session: AsyncSession) -> None:
    buyer = await market.buyer(session)
    own = buyer.organisation_id
    for actor in (
        acting(Role.BUYER, new_id()),
        acting(Role.SUPPLIER, own),
        acting(Role.OFFICER, new_id()),
        acting(Role.BUYER, own, MemberRole.VIEWER),
    ):
        with pytest.raises(NotAllowed):
            await matching.open_request(session, actor, buyer.id, wanting())
    owner = acting(Role.BUYER, own)
    request = await matching.open_request(session, owner, buyer.id, wanting())
    stranger = acting(Role.BUYER, new_id())
    with pytest.raises(NotAllowed):
        await matching.revise_request(session, stranger, request.code, wanting(), version=request.version)
    with pytest.raises(NotAllowed):
        await matching.close_request(session, stranger, request.code, matching.Closing(version=request.version))


async def test_nobody_says_of_itself_that_it_is_verified(session: AsyncSession) -> None:
    buyer = await market.buyer(session, verified_on=None)
    owner = acting(Role.BUYER, buyer.organisation_id)
    profile = matching.BuyerProfile(name="Siêu thị Mới", kind="hotel", verified_on=TODAY)
    kept = await matching.found_buyer(session, owner, buyer.organisation_id, profile)
    assert (kept.name, kept.kind, kept.verified_on, kept.state) == ("Siêu thị Mới", "hotel", None, "draft")
    for other in (acting(Role.BUYER, new_id()), acting(Role.OFFICER, new_id())):
        with pytest.raises(NotAllowed):
            await matching.found_buyer(session, other, buyer.organisation_id, profile)
    facts = [entry.fact for entry in await history(session, buyer.id)]
    assert facts == ["BuyerRevised", "BuyerFounded"]
    await matching.found_buyer(session, owner, buyer.organisation_id, profile)
    assert len(await history(session, buyer.id)) == 2


async def test_a_revision_keeps_old_and_new_and_raises_the_version_once(session: AsyncSession) -> None:
    buyer = await market.buyer(session)
    owner = acting(Role.BUYER, buyer.organisation_id)
    request = await matching.open_request(session, owner, buyer.id, wanting())
    months = ((date(2026, 12, 1), Decimal(800)),)
    changed = await matching.revise_request(
        session, owner, request.code, wanting(ceiling_vnd_per_kg=95_000, months=months), version=1
    )
    assert changed.version == 2
    told = (await history(session, request.id))[0]
    assert told.fact == "RequestRevised"
    assert told.old == {"ceiling_vnd_per_kg": 90_000, "months": {"2026-12": 500, "2027-01": 500, "2027-02": 500}}
    assert told.new == {"ceiling_vnd_per_kg": 95_000, "months": {"2026-12": 800}}
    same = await matching.revise_request(
        session, owner, request.code, wanting(ceiling_vnd_per_kg=95_000, months=months), version=2
    )
    assert same.version == 2
    assert len(await history(session, request.id)) == 2


async def test_months_alone_raise_the_version_too(session: AsyncSession) -> None:
    request = await market.request(session)
    changed = await matching.revise_request(
        session, SYSTEM, request.code, wanting(months=((date(2027, 1, 1), Decimal(5)),)), version=1
    )
    assert changed.version == 2


async def test_whoever_revises_an_old_version_is_told(session: AsyncSession) -> None:
    request = await market.request(session)
    await matching.revise_request(session, SYSTEM, request.code, wanting(min_stars=4), version=1)
    with pytest.raises(Conflict):
        await matching.revise_request(session, SYSTEM, request.code, wanting(min_stars=5), version=1)
    with pytest.raises(Conflict):
        await matching.close_request(session, SYSTEM, request.code, matching.Closing(version=1))


async def test_a_draft_opens_when_it_is_published(session: AsyncSession) -> None:
    buyer = await market.buyer(session)
    draft = await matching.open_request(session, SYSTEM, buyer.id, wanting(), keep_as_draft=True)
    assert (draft.state, draft.opened_at) == ("draft", None)
    opened = await matching.revise_request(session, SYSTEM, draft.code, wanting(), version=1, publish=True)
    assert (opened.state, opened.opened_at is None) == ("open", False)
    assert [entry.fact for entry in await history(session, draft.id)] == ["RequestOpened", "RequestDrafted"]


async def test_a_draft_whose_deadline_has_passed_is_not_opened(session: AsyncSession) -> None:
    buyer = await market.buyer(session)
    draft = await matching.open_request(session, SYSTEM, buyer.id, wanting(deadline=TODAY), keep_as_draft=True)
    with clock.freeze(TODAY + timedelta(days=1)):
        with pytest.raises(Invalid):
            await matching.revise_request(session, SYSTEM, draft.code, wanting(deadline=TODAY), version=1, publish=True)
        kept = await matching.revise_request(session, SYSTEM, draft.code, wanting(deadline=TODAY, min_stars=4), version=1)
    assert (kept.state, kept.min_stars) == ("draft", 4)


async def test_a_closed_request_stays_closed(session: AsyncSession) -> None:
    request = await market.request(session)
    closed = await matching.close_request(session, SYSTEM, request.code, matching.Closing(reason="filled", version=1))
    assert (closed.state, closed.close_reason) == ("closed", "filled")
    again = await matching.close_request(session, SYSTEM, request.code, matching.Closing(version=1))
    assert again.close_reason == "filled"
    with pytest.raises(NotAllowed):
        await matching.revise_request(session, SYSTEM, request.code, wanting(), version=closed.version)


async def test_an_unknown_code_is_not_found(session: AsyncSession) -> None:
    with pytest.raises(NotFound):
        await matching.close_request(session, SYSTEM, "YC-22222", matching.Closing(version=1))


# --- Real races over real connections --------------------------------------------------------------------------------


async def _market_with_request(database: Database, key: UUID) -> tuple[UUID, str]:
    async with database.transaction() as session:
        buyer = await market.buyer(session, f"Siêu thị đua {key.hex[-6:]}")
        request = await matching.open_request(session, SYSTEM, buyer.id, wanting(), key=key)
        return buyer.id, request.code


async def _sweep(database: Database, buyer_id: UUID) -> None:
    async with database.transaction() as session:
        await session.execute(text("DELETE FROM matching_request WHERE buyer_id = :id"), {"id": buyer_id})
        gone = await session.execute(
            text("DELETE FROM matching_buyer WHERE id = :id RETURNING organisation_id"), {"id": buyer_id}
        )
        await session.execute(text("DELETE FROM accounts_organisation WHERE id = :id"), {"id": gone.scalar_one()})


async def test_of_two_who_revise_at_once_one_is_told(real_database: Database) -> None:
    buyer_id, code = await _market_with_request(real_database, new_id())

    async def revise(ceiling: int) -> str:
        try:
            async with real_database.transaction() as session:
                await matching.revise_request(session, SYSTEM, code, wanting(ceiling_vnd_per_kg=ceiling), version=1)
        except Conflict:
            return "conflict"
        return "kept"

    try:
        for_all = await asyncio.gather(*(revise(91_000 + n) for n in range(8)))
        assert sorted(for_all) == ["conflict"] * 7 + ["kept"]
    finally:
        await _sweep(real_database, buyer_id)


async def test_without_lock_and_version_an_update_would_be_lost(real_database: Database) -> None:
    """The negative control of the race above: read, wait for the other, write. Both are 'kept', and one is lost."""
    buyer_id, code = await _market_with_request(real_database, new_id())
    both_have_read = asyncio.Barrier(2)

    async def revise(ceiling: int) -> str:
        async with real_database.transaction() as session:
            await session.scalar(text("SELECT version FROM matching_request WHERE code = :code"), {"code": code})
            await both_have_read.wait()
            await session.execute(
                text("UPDATE matching_request SET ceiling_vnd_per_kg = :ceiling WHERE code = :code"),
                {"code": code, "ceiling": ceiling},
            )
        return "kept"

    try:
        assert await asyncio.gather(revise(91_000), revise(92_000)) == ["kept", "kept"]
    finally:
        await _sweep(real_database, buyer_id)


async def test_two_presses_at_once_make_one_request(real_database: Database) -> None:
    key = new_id()
    async with real_database.transaction() as session:
        buyer_id = (await market.buyer(session, f"Siêu thị bấm {key.hex[-6:]}")).id

    async def press() -> str:
        async with real_database.transaction() as session:
            return (await matching.open_request(session, SYSTEM, buyer_id, wanting(), key=key)).code

    try:
        assert set(await asyncio.gather(*(press() for _ in range(6)))) == {code_for(key)}
    finally:
        await _sweep(real_database, buyer_id)


async def _found_twice(database: Database) -> list[object]:
    """Two tabs of one newcomer enter its profile at the same moment, on real connections."""
    async with database.transaction() as session:
        organisation = (await accounts.found_organisation(session, "buyer", f"Nhà mua {new_id().hex[-8:]}")).id
    profile = matching.BuyerProfile(name="Nhà mua hai cửa sổ", kind=matching.BuyerKind.MODERN_TRADE)

    async def found() -> None:
        async with database.transaction() as session:
            await matching.found_buyer(session, acting(Role.BUYER, organisation), organisation, profile)
            await asyncio.sleep(0.1)

    outcome = await asyncio.gather(found(), found(), return_exceptions=True)
    async with database.transaction() as session:
        await session.execute(text("DELETE FROM matching_buyer WHERE organisation_id = :id"), {"id": organisation})
    return list(outcome)


async def test_two_tabs_of_one_newcomer_make_one_buyer(real_database: Database) -> None:
    assert await _found_twice(real_database) == [None, None]


async def test_without_the_lock_one_of_the_tabs_would_fail(real_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(buyers, "ONE_AT_A_TIME", text("SELECT :newcomers"))
    outcome = await _found_twice(real_database)
    assert any(isinstance(each, IntegrityError) for each in outcome)
