"""A saved search tells of what is new and fits: each product once, nothing that is not everybody's, until it is stopped."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service import accounts, catalogue, matching
from service.accounts import SYSTEM, Actor, MemberRole, Role
from service.catalogue.bulk import staging
from service.core import clock, events
from service.core.db import Database, new_id
from service.core.errors import Invalid, NotAllowed, NotFound
from service.matching import Frequency, SearchState, SearchWish, tasks
from service.matching.lists import rules as list_rules
from service.worker import load_tasks
from tests import market

MORNING = datetime(2026, 11, 23, 7, 0, tzinfo=clock.ZONE)
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=clock.ZONE)


async def reader(session: AsyncSession, email: str = "mai@sieuthi.example", language: str = "vi") -> Actor:
    """Somebody with an e-mail address that is hers."""
    person = await accounts.add_person(session, name="Mai", email=email, password="mật khẩu để thử")
    await session.execute(text("UPDATE accounts_person SET language = :l WHERE id = :id"), {"l": language, "id": person.id})
    return Actor(person.id, "Mai", None, "", Role.NOBODY, None)


async def keep(
    session: AsyncSession, who: Actor, query: str, frequency: Frequency = Frequency.IMMEDIATE
) -> matching.SavedSearch:
    """A saved search of that address."""
    standing = await catalogue.standing_search(await staging.connection(session), parse_qsl(query))
    return await matching.save_search(session, who, standing, SearchWish(title=query or "?", frequency=frequency))


async def told(session: AsyncSession) -> list[Any]:
    """The mails about finds, oldest first."""
    return list(
        await session.execute(
            text("SELECT to_address, subject, body, stop_address FROM core_mail WHERE template = 'saved_search' ORDER BY id")
        )
    )


async def publish(session: AsyncSession, slug: str) -> UUID:
    """Let what happens in the worker after a publication happen."""
    product = await session.scalar(text("SELECT id FROM catalogue_product WHERE slug = :s"), {"s": slug})
    assert isinstance(product, UUID)
    await tasks.note_new_product(session, catalogue.ProductPublished(product))
    return product


async def test_what_is_new_and_fits_is_told_once(session: AsyncSession) -> None:
    mai = await reader(session)
    await market.supplier(session)
    await keep(session, mai, "q=mien+dong&stars=4")
    slug = await market.product(session)
    await publish(session, slug)
    await publish(session, slug)  # A worker may do it twice.
    assert await matching.tell_of_finds(session, Frequency.IMMEDIATE) == 1
    assert await matching.tell_of_finds(session, Frequency.IMMEDIATE) == 0
    (mail,) = await told(session)
    assert mail.to_address == "mai@sieuthi.example"
    assert "1 sản phẩm mới" in mail.subject
    assert f"/san-pham/{slug}" in mail.body
    assert "80.000" not in mail.body  # The wholesale price is nobody's in a mail.
    product = await publish(session, slug)
    await catalogue.withdraw(session, SYSTEM, product)
    await catalogue.publish(session, SYSTEM, product)
    await publish(session, slug)
    assert await matching.tell_of_finds(session, Frequency.IMMEDIATE) == 0


@pytest.mark.parametrize(
    ("query", "fits"),
    [
        ("q=miến+dong", True),
        ("q=mieens+dong", True),
        ("q=mua+mien+dong+ngon", True),
        ("q=bún+tàu", True),  # The same goods, as the South calls them.
        ("q=mật+ong", False),
        ("category=I.3", True),
        ("category=I.1", False),
        ("commodity=mien-dong&stars=4", True),
        ("stars=5", False),
        ("certificate=ATTP&certificate=OCOP", True),
        ("certificate=HALAL", False),
        ("province=Bắc+Kạn", True),
        ("province=Hà+Nội", False),
        ("commune=02185", True),
        ("price_max=60000", True),
        ("price_max=50000", False),
        ("kg=500&month=12", True),
        ("kg=501&month=12", False),
        ("kg=400", True),
        ("month=12", True),
        ("month=6", False),
        ("supplier=htx-htx1", True),
        ("supplier=ai-khac", False),
        ("q=miến+dong&province=19&stars=4&price_max=55000&kg=500&month=1", True),
    ],
)
async def test_a_standing_search_finds_what_the_page_finds(session: AsyncSession, query: str, fits: bool) -> None:
    await market.supplier(session)
    conn = await staging.connection(session)
    standing = await catalogue.standing_search(conn, parse_qsl(query))
    slug = await market.product(session)
    product = await session.scalar(text("SELECT id FROM catalogue_product WHERE slug = :s"), {"s": slug})
    assert isinstance(product, UUID)
    search = new_id()
    with clock.freeze(market.TODAY):
        found = await catalogue.fitting(session, {search: standing.asked}, [product])
        listing = await catalogue.find(conn, parse_qsl(query))
    assert found == ([(search, product)] if fits else [])
    assert (listing.found.total == 1) is fits


async def test_many_new_products_stand_in_one_mail(session: AsyncSession) -> None:
    mai = await reader(session, language="en")
    await market.supplier(session)
    await keep(session, mai, "commodity=mien-dong")
    for n in range(23):
        await market.product(session, code=f"SP{n}")
    ids = [str(each) for each in await session.scalars(text("SELECT id FROM catalogue_product"))]
    await tasks.note_new_products(session, catalogue.ProductsPublished(new_id(), ids))
    await tasks.tell_at_once(session)
    (mail,) = await told(session)
    assert mail.body.count("/san-pham/mien-dong") == 20
    assert "3 more" in mail.body
    assert "23 new products" in mail.subject


async def test_nothing_is_told_that_not_everybody_may_see(session: AsyncSession) -> None:
    mai = await reader(session)
    await market.supplier(session)
    await keep(session, mai, "commodity=mien-dong")
    shown, gone = await market.product(session, code="A"), await market.product(session, code="B", name="Miến dong đã rút")
    draft = await market.product(session, code="C", name="Miến dong nháp", state="draft")
    for slug in (shown, gone, draft):
        await publish(session, slug)
    await catalogue.withdraw(session, SYSTEM, await publish(session, gone))
    await matching.tell_of_finds(session, Frequency.IMMEDIATE)
    (mail,) = await told(session)
    assert "/san-pham/mien-dong-htx1-a" in mail.body
    assert "đã rút" not in mail.body
    assert "nháp" not in mail.body


async def test_a_daily_search_writes_in_the_morning(session: AsyncSession) -> None:
    mai = await reader(session)
    await market.supplier(session)
    await keep(session, mai, "commodity=mien-dong", Frequency.DAILY)
    slug = await market.product(session)
    with clock.freeze(NOON):
        await publish(session, slug)
        await tasks.tell_in_the_morning(session)
        await tasks.tell_at_once(session)
    assert await told(session) == []
    with clock.freeze(MORNING):
        await tasks.tell_in_the_morning(session)
        await tasks.tell_in_the_morning(session)
    assert len(await told(session)) == 1


async def test_whoever_has_the_mail_stops_it(session: AsyncSession) -> None:
    mai = await reader(session)
    await market.supplier(session)
    saved = await keep(session, mai, "commodity=mien-dong")
    await publish(session, await market.product(session, code="A"))
    await matching.tell_of_finds(session, Frequency.IMMEDIATE)
    (mail,) = await told(session)
    token = mail.stop_address.removeprefix("/dung-nhan-tin/")
    assert token == saved.stop_token
    assert (await matching.search_to_stop(session, token)).title == saved.title
    for _twice in range(2):
        assert (await matching.stop_search(session, token)).state is SearchState.PAUSED
    await publish(session, await market.product(session, code="B"))
    assert await matching.tell_of_finds(session, Frequency.IMMEDIATE) == 0
    for wrong in ("", "x", token[:-1], "\x00"):
        with pytest.raises(NotFound):
            await matching.stop_search(session, wrong)


async def test_a_search_is_its_person_s_own(session: AsyncSession) -> None:
    mai, lan = await reader(session), await reader(session, "lan@sieuthi.example")
    saved = await keep(session, mai, "q=nghe&cursor=x&sort=price")
    assert saved.query == "q=nghe"
    assert (await keep(session, mai, "q=nghe")).id == saved.id
    assert (await keep(session, lan, "q=nghe")).id != saved.id
    wish = SearchWish(title="Nghệ", frequency=Frequency.DAILY, state=SearchState.PAUSED)
    with pytest.raises(NotFound):
        await matching.change_search(session, lan, saved.id, wish)
    with pytest.raises(NotFound):
        await matching.drop_search(session, lan, saved.id)
    with pytest.raises(NotFound):
        await matching.own_search(session, lan, saved.id)
    with pytest.raises(NotAllowed):
        await keep(session, accounts.NOBODY, "q=nghe")
    changed = await matching.change_search(session, mai, saved.id, wish)
    assert (changed.title, changed.frequency, changed.state) == ("Nghệ", "daily", "paused")
    assert [each.title for each in await matching.own_searches(session, mai)] == ["Nghệ"]
    await matching.drop_search(session, mai, saved.id)
    assert await matching.own_searches(session, mai) == []


@pytest.mark.parametrize("query", ["", "sort=price", "q=%2C%2C", "stars=9", "province=Nowhere", "category=ZZ"])
async def test_what_asks_nothing_or_wrongly_is_not_kept(session: AsyncSession, query: str) -> None:
    with pytest.raises(Invalid):
        await catalogue.standing_search(await staging.connection(session), parse_qsl(query))


async def test_nobody_is_written_to_who_cannot_be(session: AsyncSession) -> None:
    mai = await reader(session)
    await market.supplier(session)
    await keep(session, mai, "commodity=mien-dong")
    await session.execute(text("UPDATE accounts_person SET email_confirmed_at = NULL WHERE id = :id"), {"id": mai.person_id})
    await publish(session, await market.product(session))
    assert await matching.tell_of_finds(session, Frequency.IMMEDIATE) == 0
    assert await told(session) == []


async def test_searches_go_with_a_person_who_is_erased(session: AsyncSession) -> None:
    mai = await reader(session)
    assert mai.person_id is not None
    await keep(session, mai, "q=nghe")
    await tasks.forget_searches(session, accounts.PersonErased(mai.person_id))
    assert await matching.own_searches(session, mai) == []


def test_the_worker_answers_a_publication_and_asks_the_clock() -> None:
    load_tasks()
    assert tasks.note_new_product in events.answers[catalogue.ProductPublished]
    assert tasks.note_new_products in events.answers[catalogue.ProductsPublished]
    assert {tasks.tell_at_once, tasks.tell_in_the_morning} <= set(events.chores)


async def test_a_sheet_tells_of_all_its_products_in_one_job(session: AsyncSession) -> None:
    await market.supplier(session)
    before = await session.scalar(text("SELECT count(*) FROM procrastinate_jobs"))
    told = set(await session.scalars(text("SELECT id FROM core_journal")))
    rows = [catalogue.ProductRow(supplier_code="HTX1", code=f"S{n}", name=f"Chè {n}") for n in range(30)]
    await catalogue.put_products(session, SYSTEM, rows)
    assert await session.scalar(text("SELECT count(*) FROM procrastinate_jobs")) == (before or 0) + 1
    facts = await session.execute(text("SELECT id, data FROM core_journal WHERE fact = 'ProductsPublished'"))
    (data,) = [data for row_id, data in facts if row_id not in told]
    assert len(data["product_ids"]) == 30


async def test_nobody_keeps_more_than_fifty(session: AsyncSession, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(list_rules, "MOST_SEARCHES", 2)
    mai = await reader(session)
    await keep(session, mai, "q=a1")
    await keep(session, mai, "q=b1")
    with pytest.raises(Exception, match="2"):
        await keep(session, mai, "q=c1")


@pytest.mark.parametrize("guarded", [True, False])
async def test_two_workers_at_once_write_one_mail(
    real_database: Database, monkeypatch: pytest.MonkeyPatch, guarded: bool
) -> None:
    """The rows of the searches are locked while their mails are written; without that lock both write."""
    from service.matching.lists import saved_searches

    if not guarded:
        unlocked = saved_searches._DUE.text.replace("FOR UPDATE SKIP LOCKED", "")
        monkeypatch.setattr(saved_searches, "_DUE", text(unlocked))
        monkeypatch.setattr(saved_searches, "clock", _Unversioned())
    async with real_database.transaction() as session:
        await market.supplier(session, "HTXDUA")
        mai = await reader(session, f"mai{new_id().hex[-6:]}@sieuthi.example")
        await keep(session, mai, "commodity=mien-dong")
        await publish(session, await market.product(session, "HTXDUA"))

    async def tell() -> int:
        async with real_database.transaction() as session:
            sent = await saved_searches.tell_of_finds(session, Frequency.IMMEDIATE)
            await asyncio.sleep(0.3)
            return sent

    try:
        sent = await asyncio.gather(tell(), tell(), return_exceptions=True)
        assert (sorted(map(str, sent)) == ["0", "1"]) is guarded
    finally:
        owners = Database(real_database.url, role=None)
        async with owners.transaction() as session:
            for statement in (
                "DELETE FROM matching_saved_search", "DELETE FROM core_mail", "DELETE FROM catalogue_product",
                "DELETE FROM catalogue_supplier", "DELETE FROM accounts_person", "DELETE FROM accounts_organisation",
                "DELETE FROM core_journal", "DELETE FROM procrastinate_jobs",
            ):  # fmt: skip
                await session.execute(text(statement))
        await owners.close()


class _Unversioned:
    """The clock as it is; only there so that the control changes nothing else."""

    ZONE = clock.ZONE
    now = staticmethod(clock.now)
    today = staticmethod(clock.today)


def test_a_viewer_may_save_for_herself() -> None:
    viewer = market.acting(Role.BUYER, new_id(), MemberRole.VIEWER)
    assert matching.may_save_search(viewer)
    assert not matching.may_save_search(SYSTEM)
    assert not matching.may_save_search(None)
