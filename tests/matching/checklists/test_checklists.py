"""Checklists and answers in the database: who writes and reads them, and what two people do at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from service import accounts, matching
from service.accounts import SYSTEM, MemberRole, Role
from service.core import clock
from service.core.db import Database, new_id
from service.core.errors import Conflict, Invalid, NotAllowed, NotFound
from service.matching import checklists
from service.matching.checklists import ChecklistAnswer, ChecklistDraft, SelfAnswer
from tests import market
from tests.market import TODAY


def draft(*items: dict[str, Any], note: str | None = None) -> ChecklistDraft:
    return ChecklistDraft.model_validate({"items": items, "note": note})


ASKED = draft(
    {"kind": "stars", "number": 4}, {"kind": "barcode", "code": "gtin13"}, {"kind": "invoice"},
    {"kind": "english", "required": False}, {"kind": "discount", "number": 15}, {"kind": "words", "words": "Khay lót giấy"},
)  # fmt: skip


async def test_what_a_buyer_asks_is_judged_on_its_requests(session: AsyncSession) -> None:
    await market.supplier(session)
    slug = await market.product(session)
    buyer = await market.buyer(session)
    await checklists.save_checklist(session, SYSTEM, buyer.id, ASKED)
    request = await market.request(session, buyer)
    owner, stranger = market.acting(Role.BUYER, buyer.organisation_id), market.acting(Role.BUYER, new_id())
    with clock.freeze(TODAY):
        for reader, required, unseen in ((owner, 5, 0), (stranger, 3, 2), (None, 3, 2)):
            (found,) = (await matching.ranked(session, request.code, actor=reader)).matches
            assert found.product_slug == slug
            assert found.readiness is not None
            assert (found.readiness.held, found.readiness.required, found.readiness.unseen) == (2, required, unseen)
            assert "thiếu mã vạch GTIN-13 trên túi" in found.readiness.line
            assert ("chưa trả lời: chiết khấu 15%" in found.readiness.line) is (reader is owner)


async def test_an_anonymous_buyer_is_not_told_by_its_conditions(session: AsyncSession) -> None:
    await market.supplier(session)
    await market.product(session)
    buyer = await market.buyer(session)
    await checklists.save_checklist(session, SYSTEM, buyer.id, ASKED)
    request = await market.request(session, buyer, visibility="anonymous")
    with clock.freeze(TODAY):
        (found,) = (await matching.ranked(session, request.code)).matches
        assert found.readiness is None
        owner = market.acting(Role.BUYER, buyer.organisation_id)
        (found,) = (await matching.ranked(session, request.code, actor=owner)).matches
        assert found.readiness is not None


async def test_an_unverified_buyer_s_conditions_are_its_own(session: AsyncSession) -> None:
    buyer = await market.buyer(session, verified_on=None)
    await checklists.save_checklist(session, SYSTEM, buyer.id, ASKED)
    assert await checklists.checklist_of(session, buyer.id) is None
    own = await checklists.own_checklist(session, market.acting(Role.BUYER, buyer.organisation_id))
    assert own is not None
    assert own.required[0] == "OCOP từ 4 sao còn hạn"
    assert own.not_required == ["không yêu cầu: tên sản phẩm bằng tiếng Anh"]


async def test_the_same_conditions_again_change_nothing_and_keep_the_answers(session: AsyncSession) -> None:
    organisation = await market.supplier(session)
    slug = await market.product(session)
    other = await market.product(session, code="SP2")
    supplier = market.acting(Role.SUPPLIER, organisation)
    buyer = await market.buyer(session)
    await checklists.save_checklist(session, SYSTEM, buyer.id, ASKED, version=0)
    first = await checklists.checklist_of(session, buyer.id)
    assert first is not None
    await checklists.save_checklist(session, SYSTEM, buyer.id, ASKED, version=first.version)
    again = await checklists.checklist_of(session, buyer.id)
    assert again is not None
    assert (again.version, again.wishes) == (first.version, first.wishes)
    discount, said = (next(each for each in first.wishes if each.kind == kind) for kind in ("discount", "words"))
    assert await checklists.answer(session, supplier, discount.id, slug, SelfAnswer(accepts=True, everywhere=True)) == 2
    assert await checklists.answer(session, supplier, said.id, slug, SelfAnswer(accepts=False, words="chỉ khay nhựa")) == 1
    shown = await checklists.readiness_list(session, supplier)
    assert [(each.product_slug, each.held, each.required) for each in shown.items] == [(slug, 3, 5), (other, 3, 5)]
    assert [gap.text for gap in shown.items[0].gaps] == [
        "thiếu mã vạch GTIN-13 trên túi", "không nhận: Khay lót giấy (chỉ khay nhựa)"
    ]  # fmt: skip
    # A condition that says something else is a new one, which nobody has answered yet; the others keep their answers.
    changed = draft({"kind": "discount", "number": 20}, {"kind": "words", "words": "Khay lót giấy"})
    await checklists.save_checklist(session, SYSTEM, buyer.id, changed, version=first.version)
    assert await session.scalar(select(func.count()).select_from(ChecklistAnswer)) == 1
    with pytest.raises(NotFound):
        await checklists.answer(session, supplier, discount.id, slug, SelfAnswer(accepts=True))


async def test_who_writes_what(session: AsyncSession) -> None:
    organisation = await market.supplier(session)
    await market.supplier(session, "HTX2")
    slug, foreign = await market.product(session), await market.product(session, "HTX2")
    buyer = await market.buyer(session)
    await checklists.save_checklist(session, SYSTEM, buyer.id, ASKED)
    view = await checklists.checklist_of(session, buyer.id)
    assert view is not None
    stars, discount = view.wishes[0].id, view.wishes[4].id
    yes = SelfAnswer(accepts=True)
    supplier = market.acting(Role.SUPPLIER, organisation)
    for actor in (
        supplier, market.acting(Role.BUYER, new_id()), market.acting(Role.BUYER, buyer.organisation_id, MemberRole.VIEWER),
        market.acting(Role.OFFICER, new_id()),
    ):  # fmt: skip
        with pytest.raises(NotAllowed):
            await checklists.save_checklist(session, actor, buyer.id, ASKED)
    for actor, product in (
        (supplier, foreign), (supplier, "không-có"), (market.acting(Role.SUPPLIER, organisation, MemberRole.VIEWER), slug),
        (market.acting(Role.BUYER, buyer.organisation_id), slug),
    ):  # fmt: skip
        with pytest.raises(NotFound):
            await checklists.answer(session, actor, discount, product, yes)
    with pytest.raises(Invalid):
        await checklists.answer(session, supplier, stars, slug, yes)
    with pytest.raises(Conflict):
        await checklists.save_checklist(session, SYSTEM, buyer.id, draft(), version=view.version - 1)
    for actor in (market.acting(Role.BUYER, buyer.organisation_id), market.acting(Role.OFFICER, new_id())):
        with pytest.raises(NotAllowed):
            await checklists.readiness_list(session, actor)


@asynccontextmanager
async def counted(session: AsyncSession) -> AsyncIterator[list[str]]:
    connection = (await session.connection()).sync_connection
    said: list[str] = []

    def note(*told: Any) -> None:
        said.append(told[2])

    event.listen(connection, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(connection, "before_cursor_execute", note)


async def test_three_products_and_buyers_cost_what_one_does(session: AsyncSession) -> None:
    organisation = await market.supplier(session)
    supplier = market.acting(Role.SUPPLIER, organisation)
    costs = []
    for number in range(1, 4):
        await market.product(session, code=f"SP{number}")
        buyer = await market.buyer(session, f"Siêu thị {number}")
        await checklists.save_checklist(session, SYSTEM, buyer.id, ASKED)
        async with counted(session) as said:
            shown = await checklists.readiness_list(session, supplier)
        assert shown.total == number * number
        costs.append(len(said))
    assert costs == [3, 3, 3]


async def test_pages_of_readiness_join_without_a_gap(session: AsyncSession) -> None:
    organisation = await market.supplier(session)
    supplier = market.acting(Role.SUPPLIER, organisation)
    for number in range(3):
        await market.product(session, code=f"SP{number}", name_en="Vermicelli" if number else None)
        buyer = await market.buyer(session, f"Siêu thị {number}")
        await checklists.save_checklist(session, SYSTEM, buyer.id, draft({"kind": "english"}, {"kind": "invoice"}))
    whole = (await checklists.readiness_list(session, supplier)).items
    assert [each.ready for each in whole] == [False] * 3 + [True] * 6
    pages, cursor = [], None
    while True:
        page = await checklists.readiness_list(session, supplier, cursor=cursor, limit=2)
        assert (page.total, page.ready) == (9, 6)
        pages += page.items
        cursor = page.next
        if cursor is None:
            break
    assert pages == whole
    one = await checklists.readiness_list(session, supplier, product=whole[0].product_slug, buyer=whole[0].buyer_slug)
    assert one.items == whole[:1]
    for broken in ("x", "WzFd", "bm90aGluZw"):
        with pytest.raises(Invalid):
            await checklists.readiness_list(session, supplier, cursor=broken)


@pytest.mark.parametrize("guarded", [True, False])
async def test_of_two_who_save_the_same_version_one_is_told(
    real_database: Database, monkeypatch: pytest.MonkeyPatch, guarded: bool
) -> None:
    """Two tabs of one buyer: the locks let one in after the other; without them both believe that theirs is what stands."""
    async with real_database.transaction() as session:
        organisation = await accounts.found_organisation(session, accounts.OrganisationKind.BUYER, f"Đua {new_id().hex[-6:]}")
        profile = matching.BuyerProfile(
            name="Siêu thị đua", kind=matching.BuyerKind.HOTEL, province_code="01", verified_on=TODAY
        )
        buyer = await matching.found_buyer(session, SYSTEM, organisation.id, profile)
    if not guarded:
        _unlocked(monkeypatch)
    both = asyncio.Barrier(2)

    async def save(stars: int) -> str:
        try:
            async with real_database.transaction() as session:
                await session.execute(text("SET LOCAL lock_timeout = '5s'"))
                if not guarded:
                    await both.wait()
                await checklists.save_checklist(session, SYSTEM, buyer.id, draft({"kind": "stars", "number": stars}), version=1)
                await asyncio.sleep(0.05)
        except Conflict:
            return "conflict"
        except Exception as error:  # noqa: BLE001 - whatever else it is, it is named.
            return type(error).__name__
        return "saved"

    try:
        async with real_database.transaction() as session:
            await checklists.save_checklist(session, SYSTEM, buyer.id, draft({"kind": "invoice"}))
        answers = sorted(await asyncio.gather(save(3), save(4)))
        assert (answers == ["conflict", "saved"]) is guarded, answers
    finally:
        await _forget(real_database, buyer.id, organisation.id)


def _unlocked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the guards away: the buyer's row and the checklist are read without being locked."""
    get, scalar = AsyncSession.get, AsyncSession.scalar

    async def unlocked_get(self: AsyncSession, entity: Any, ident: Any, **said: Any) -> Any:
        said.pop("with_for_update", None)
        return await get(self, entity, ident, **said)

    async def unlocked_scalar(self: AsyncSession, statement: Any, *said: Any, **named: Any) -> Any:
        if getattr(statement, "_for_update_arg", None) is not None:
            statement = statement._generate()
            statement._for_update_arg = None
        return await scalar(self, statement, *said, **named)

    monkeypatch.setattr(AsyncSession, "get", unlocked_get)
    monkeypatch.setattr(AsyncSession, "scalar", unlocked_scalar)


async def _forget(database: Database, buyer_id: UUID, organisation_id: UUID) -> None:
    async with database.transaction() as session:
        for statement in ("DELETE FROM matching_checklist WHERE buyer_id = :id", "DELETE FROM matching_buyer WHERE id = :id"):
            await session.execute(text(statement), {"id": buyer_id})
        await session.execute(text("DELETE FROM accounts_organisation WHERE id = :id"), {"id": organisation_id})
