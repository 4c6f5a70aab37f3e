"""Lists of an organisation: everybody of it reads them, those who may write do, and nobody else knows that they are there."""

from __future__ import annotations

import asyncio
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.exc import StaleDataError

from service import catalogue, matching
from service.accounts import SYSTEM, Actor, MemberRole, Role
from service.core.db import Database, new_id
from service.core.errors import Conflict, NotAllowed, NotFound
from service.matching import ItemMove, ItemNote, ShortlistName
from service.matching.lists import rules as list_rules
from service.matching.lists import shortlists as writes
from service.matching.lists.models import ShortlistItem
from tests import market


async def people(session: AsyncSession) -> tuple[Actor, Actor, Actor]:
    """An owner and a viewer of one buyer, and the owner of another."""
    one, other = await market.buyer(session, "Siêu thị Một"), await market.buyer(session, "Siêu thị Hai")
    return (
        market.acting(Role.BUYER, one.organisation_id),
        market.acting(Role.BUYER, one.organisation_id, MemberRole.VIEWER),
        market.acting(Role.BUYER, other.organisation_id),
    )


async def test_a_list_is_kept_by_the_organisation(session: AsyncSession) -> None:
    owner, viewer, _stranger = await people(session)
    await market.supplier(session)
    slug = await market.product(session)
    item = await matching.list_product(session, owner, slug, note=ItemNote(note="Hỏi mẫu"))
    maker = (await session.execute(text("SELECT slug FROM catalogue_supplier WHERE code = 'HTX1'"))).scalar_one()
    await matching.list_supplier(session, owner, maker, item.shortlist_id)
    (line,) = await matching.own_shortlists(session, viewer)
    assert (line.name, line.items) == ("Danh sách chung", 2)
    shown = await matching.own_shortlist(session, viewer, line.id)
    assert [each.kind for each in shown.items] == ["product", "supplier"]
    assert shown.items[0].shown is not None
    assert shown.items[0].shown.slug == slug
    assert shown.items[0].note == "Hỏi mẫu"
    assert not shown.may_write


async def test_the_same_thing_stands_on_a_list_once(session: AsyncSession) -> None:
    owner, _viewer, _stranger = await people(session)
    await market.supplier(session)
    slug = await market.product(session)
    first = await matching.list_product(session, owner, slug)
    again = await matching.list_product(session, owner, slug, first.shortlist_id)
    assert again.id == first.id
    made = await matching.make_shortlist(session, owner, ShortlistName(name=" Hàng   Tết "))
    assert made.name == "Hàng Tết"
    assert (await matching.make_shortlist(session, owner, ShortlistName(name="Hàng Tết"))).id == made.id
    other = await matching.list_product(session, owner, slug, made.id)
    assert other.id != first.id
    # The list that was used last is the one that a single press means.
    assert (await matching.list_product(session, owner, slug)).shortlist_id == made.id


async def test_another_organisation_s_list_is_not_there(session: AsyncSession) -> None:
    owner, viewer, stranger = await people(session)
    await market.supplier(session)
    slug = await market.product(session)
    item = await matching.list_product(session, owner, slug)
    officer = market.acting(Role.OFFICER, new_id())
    # Whoever belongs to the organisation and acts for another one now is a stranger too.
    both = Actor(
        new_id(),
        "Hai nơi",
        stranger.organisation_id,
        "",
        Role.BUYER,
        MemberRole.OWNER,
        memberships=frozenset({owner.organisation_id}),
    )  # type: ignore[arg-type]
    for reader in (stranger, officer, both):
        with pytest.raises(NotFound):
            await matching.own_shortlist(session, reader, item.shortlist_id)
        with pytest.raises(NotFound):
            await matching.whole_shortlist(session, reader, item.shortlist_id)
        for change in (
            matching.rename_shortlist(session, reader, item.shortlist_id, ShortlistName(name="x")),
            matching.drop_shortlist(session, reader, item.shortlist_id),
            matching.list_product(session, reader, slug, item.shortlist_id),
            matching.note_item(session, reader, item.shortlist_id, item.id, ItemNote(note="x")),
            matching.move_item(session, reader, item.shortlist_id, item.id, ItemMove(way="up")),
            matching.remove_item(session, reader, item.shortlist_id, item.id),
        ):
            with pytest.raises(NotFound):
                await change
    assert await matching.own_shortlists(session, stranger) == []
    with pytest.raises(NotAllowed):
        await matching.own_shortlists(session, officer)
    for change in (
        matching.rename_shortlist(session, viewer, item.shortlist_id, ShortlistName(name="x")),
        matching.list_product(session, viewer, slug),
        matching.remove_item(session, viewer, item.shortlist_id, item.id),
    ):
        with pytest.raises(NotAllowed):
            await change


async def test_an_item_of_another_list_is_not_reached_through_one_s_own(session: AsyncSession) -> None:
    owner, _viewer, stranger = await people(session)
    await market.supplier(session)
    slug = await market.product(session)
    theirs = await matching.list_product(session, owner, slug)
    own = await matching.make_shortlist(session, stranger, ShortlistName(name="Của tôi"))
    with pytest.raises(NotFound):
        await matching.note_item(session, stranger, own.id, theirs.id, ItemNote(note="x"))
    with pytest.raises(NotFound):
        await matching.move_item(session, stranger, own.id, theirs.id, ItemMove(way="up"))
    await matching.remove_item(session, stranger, own.id, theirs.id)
    assert await session.get(ShortlistItem, theirs.id) is not None


async def test_what_is_withdrawn_is_named_no_more(session: AsyncSession) -> None:
    owner, _viewer, _stranger = await people(session)
    await market.supplier(session)
    slug = await market.product(session)
    item = await matching.list_product(session, owner, slug, note=ItemNote(note="Giá tốt"))
    assert item.product_id is not None
    await catalogue.withdraw(session, SYSTEM, item.product_id)
    (shown,) = (await matching.own_shortlist(session, owner, item.shortlist_id)).items
    assert shown.shown is None
    assert shown.note == "Giá tốt"
    with pytest.raises(NotFound):
        await matching.list_product(session, owner, slug)


async def test_notes_names_and_order_are_changed_and_told(session: AsyncSession) -> None:
    owner, _viewer, _stranger = await people(session)
    await market.supplier(session)
    slugs = [await market.product(session, code=f"SP{n}") for n in range(3)]
    items = [await matching.list_product(session, owner, slug) for slug in slugs]
    list_id = items[0].shortlist_id
    await matching.note_item(session, owner, list_id, items[1].id, ItemNote(note="Ngon"))
    await matching.note_item(session, owner, list_id, items[1].id, ItemNote(note="Ngon"))
    await matching.move_item(session, owner, list_id, items[2].id, ItemMove(way="up"))
    await matching.move_item(session, owner, list_id, items[0].id, ItemMove(way="up"))
    shown = await matching.own_shortlist(session, owner, list_id)
    assert [each.id for each in shown.items] == [items[0].id, items[2].id, items[1].id]
    await matching.note_item(session, owner, list_id, items[1].id, ItemNote(note=" "))
    await matching.remove_item(session, owner, list_id, items[0].id)
    await matching.remove_item(session, owner, list_id, items[0].id)
    await matching.rename_shortlist(session, owner, list_id, ShortlistName(name="Tết"), version=shown.version)
    with pytest.raises(Conflict):
        await matching.rename_shortlist(session, owner, list_id, ShortlistName(name="Xuân"), version=shown.version)
    other = await matching.make_shortlist(session, owner, ShortlistName(name="Xuân"))
    with pytest.raises(Conflict):
        await matching.rename_shortlist(session, owner, other.id, ShortlistName(name="Tết"))
    await matching.drop_shortlist(session, owner, list_id)
    told = await session.execute(text("SELECT fact FROM core_journal WHERE subject = :id ORDER BY id"), {"id": list_id})
    assert list(told.scalars()) == [
        "ShortlistMade", "ItemListed", "ItemListed", "ItemListed", "ItemNoted", "ItemMoved", "ItemNoted", "ItemRemoved",
        "ShortlistRenamed", "ShortlistDropped",
    ]  # fmt: skip


async def test_a_long_list_is_paged(session: AsyncSession) -> None:
    owner, _viewer, _stranger = await people(session)
    await market.supplier(session)
    slug = await market.product(session)
    first = await matching.list_product(session, owner, slug)
    suppliers = [f"HTX{n}" for n in range(2, 55)]
    rows = [catalogue.SupplierRow(code=code, name=f"HTX {code}", legal_form="cooperative") for code in suppliers]
    await catalogue.put_suppliers(session, SYSTEM, rows)
    for makes in (
        await session.execute(text("SELECT slug FROM catalogue_supplier WHERE code = ANY(:c)"), {"c": suppliers})
    ).scalars():
        await matching.list_supplier(session, owner, makes, first.shortlist_id)
    one = await matching.own_shortlist(session, owner, first.shortlist_id)
    two = await matching.own_shortlist(session, owner, first.shortlist_id, one.next)
    assert (len(one.items), len(two.items), one.total, two.next) == (50, 4, 54, None)
    assert len({each.id for each in (*one.items, *two.items)}) == 54


@pytest.mark.parametrize("guarded", [True, False])
async def test_two_people_add_the_same_at_once(real_database: Database, monkeypatch: pytest.MonkeyPatch, guarded: bool) -> None:
    """With the lock both are content and there is one item; without it one of them is refused."""
    async with real_database.transaction() as session:
        await market.supplier(session, "HTXDUA")
        slug = await market.product(session, "HTXDUA")
        buyer = await market.buyer(session, f"Siêu thị đua {new_id().hex[-6:]}")
        owner = market.acting(Role.BUYER, buyer.organisation_id)
        made = await matching.make_shortlist(session, owner, ShortlistName(name="Đua"))
    if not guarded:

        async def unlocked(session: AsyncSession, _actor: Actor, list_id: UUID) -> matching.Shortlist:
            return await session.get_one(matching.Shortlist, list_id)

        monkeypatch.setattr(writes, "_locked", unlocked)

    async def add() -> None:
        async with real_database.transaction() as session:
            await writes.list_product(session, owner, slug, made.id)
            await asyncio.sleep(0.3)  # The other one looks before this one is kept.

    try:
        answers = await asyncio.gather(add(), add(), return_exceptions=True)
        async with real_database.transaction() as session:
            assert len((await matching.own_shortlist(session, owner, made.id)).items) == 1
        refused = [answer for answer in answers if answer is not None]
        assert len(refused) == (0 if guarded else 1)
        assert all(isinstance(answer, (IntegrityError, StaleDataError)) for answer in refused)
    finally:
        owners = Database(real_database.url, role=None)
        async with owners.transaction() as session:
            for statement in (
                "DELETE FROM matching_shortlist", "DELETE FROM catalogue_product", "DELETE FROM catalogue_supplier",
                "DELETE FROM matching_buyer", "DELETE FROM accounts_organisation", "DELETE FROM core_journal",
            ):  # fmt: skip
                await session.execute(text(statement))
        await owners.close()


actors = st.builds(
    Actor, st.none() | st.uuids(), st.just("x"), st.none() | st.sampled_from([UUID(int=1), UUID(int=2)]), st.just(""),
    st.sampled_from(Role), st.none() | st.sampled_from(MemberRole),
)  # fmt: skip


@given(actors, st.sampled_from([UUID(int=1), UUID(int=2)]))
def test_only_the_people_of_a_buyer_touch_its_lists(actor: Actor, owner: UUID) -> None:
    if list_rules.may_read_list(actor, owner):
        assert actor.role is Role.BUYER
        assert actor.organisation_id == owner
    if list_rules.may_write_list(actor, owner):
        assert list_rules.may_read_list(actor, owner)
        assert actor.may_write
    assert not list_rules.may_read_list(None, owner)
