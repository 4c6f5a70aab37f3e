"""Searches that a person wants to hear of: saving them, what is new for them, and the mails about it."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from service import accounts, catalogue
from service.accounts import SYSTEM, Actor
from service.catalogue import StandingSearch
from service.core import clock, mail, places
from service.core.errors import Conflict, NotAllowed, NotFound
from service.core.events import announce
from service.core.i18n import _
from service.matching.lists import rules
from service.matching.lists.events import SavedSearchChanged, SavedSearchDropped, SavedSearchStopped, SearchSaved
from service.matching.lists.inputs import SearchWish
from service.matching.lists.models import Frequency, SavedSearch, SavedSearchFind, SearchState

MORNING = 7
STOP = "/dung-nhan-tin/"
MOST_LISTED = 20
MOST_AT_ONCE = 500  # Searches in one run; the next run goes on.
PAIRS_AT_ONCE = 5000


async def save_search(session: AsyncSession, actor: Actor, standing: StandingSearch, wish: SearchWish) -> SavedSearch:
    """Keep a search for its person; the same search again gives the one that she has."""
    if not rules.may_save_search(actor) or actor.person_id is None:
        raise NotAllowed(_("Hãy đăng nhập để lưu tìm kiếm."))
    there = await _same(session, actor.person_id, standing.query)
    if there is not None:
        return there
    count = await session.scalar(select(func.count()).where(SavedSearch.person_id == actor.person_id))
    if (count or 0) >= rules.MOST_SEARCHES:
        raise Conflict(_("Bạn đã lưu %(n)s tìm kiếm. Hãy xóa bớt trước khi lưu thêm.", n=rules.MOST_SEARCHES))
    saved = SavedSearch(
        person_id=actor.person_id, title=wish.title, query=standing.query, asked=standing.asked, frequency=wish.frequency,
        state=wish.state, stop_token=secrets.token_urlsafe(24), created_at=clock.now(),
    )  # fmt: skip
    try:
        async with session.begin_nested():
            session.add(saved)
    except IntegrityError:  # The other press of the same button was faster.
        there = await _same(session, actor.person_id, standing.query)
        if there is None:
            raise
        return there
    told = {"title": saved.title, "query": saved.query, "frequency": saved.frequency}
    await announce(session, SearchSaved(saved.id), actor=actor, new=told)
    return saved


async def change_search(
    session: AsyncSession, actor: Actor, search_id: UUID, wish: SearchWish, *, version: int | None = None
) -> SavedSearch:
    """Call it otherwise, hear more or less often, pause or go on. What came up while it paused is not told later."""
    saved = await _locked(session, actor, search_id)
    if version is not None and saved.version != version:
        raise Conflict(_("Tìm kiếm này vừa được sửa ở nơi khác. Hãy tải lại trang rồi sửa lại."))
    wished = {"title": wish.title, "frequency": wish.frequency, "state": wish.state}
    old = {name: getattr(saved, name) for name in wished}
    changed = {name: value for name, value in wished.items() if value != old[name]}
    for name, value in changed.items():
        setattr(saved, name, value)
    await session.flush()
    if changed:
        fact = SavedSearchChanged(saved.id)
        await announce(session, fact, actor=actor, old={name: old[name] for name in changed}, new=changed)
    return saved


async def drop_search(session: AsyncSession, actor: Actor, search_id: UUID) -> None:
    """Forget a saved search."""
    saved = await _locked(session, actor, search_id)
    await session.delete(saved)
    await session.flush()
    await announce(session, SavedSearchDropped(search_id), actor=actor, old={"title": saved.title, "query": saved.query})


async def stop_search(session: AsyncSession, token: str) -> SavedSearch:
    """Stop the mails of the search whose mail carried this word; stopped already, it stays so."""
    saved = await session.scalar(
        select(SavedSearch)
        .where(SavedSearch.stop_token == token.replace("\x00", "")[:64])
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if saved is None:
        raise NotFound(_("Liên kết này không còn dùng được: tìm kiếm đã được xóa."))
    if saved.state != SearchState.PAUSED:
        saved.state = SearchState.PAUSED
        await session.flush()
        await announce(session, SavedSearchStopped(saved.id), actor=SYSTEM)
    return saved


async def note_new_products(session: AsyncSession, products: Sequence[UUID]) -> int:
    """Write down which searches these new products fit: each product once for each search, however often this is asked.

    New is what came to the market after the search was saved; what was there before stood on the page when she saved it.
    """
    since = {product: fact for product, fact in await session.execute(_PUBLISHED, {"products": list(products)})}  # noqa: C416 - rows.
    active = select(SavedSearch.id, SavedSearch.asked).where(SavedSearch.state == SearchState.ACTIVE)
    searches: dict[UUID, dict[str, Any]] = {search: asked for search, asked in await session.execute(active)}  # noqa: C416
    fitting = await catalogue.fitting(session, searches, list(since))
    # Ids are made in the order of time: that of the fact tells whether the search was there before it.
    found = [(search, product) for search, product in fitting if search < since[product]]
    now = clock.now()
    for start in range(0, len(found), PAIRS_AT_ONCE):
        rows = [
            {"search_id": search, "product_id": product, "found_at": now}
            for search, product in found[start : start + PAIRS_AT_ONCE]
        ]
        await session.execute(insert(SavedSearchFind).values(rows).on_conflict_do_nothing())
    return len(found)


_PUBLISHED = text(
    "SELECT DISTINCT ON (j.subject) j.subject, j.id FROM core_journal j"
    " WHERE j.subject = ANY(:products) AND j.fact = 'ProductPublished' ORDER BY j.subject, j.id DESC"
)
_DUE = text(
    """
SELECT s.id FROM matching_saved_search s
 WHERE s.state = 'active' AND s.frequency = :frequency
   AND EXISTS (SELECT 1 FROM matching_saved_search_find f
                WHERE f.search_id = s.id AND f.told_at IS NULL AND f.found_at <= :until)
 ORDER BY s.id LIMIT :most FOR UPDATE SKIP LOCKED
"""
)


async def tell_of_finds(session: AsyncSession, frequency: Frequency) -> int:
    """Write one mail for each search of this frequency that has found something since its last one; gives their number.

    A daily search is told of what was found before seven in the morning of the day, so that it may be asked again and again.
    """
    until = clock.now() if frequency is Frequency.IMMEDIATE else _last_morning()
    due = (await session.scalars(_DUE, {"frequency": frequency.value, "most": MOST_AT_ONCE, "until": until})).all()
    if not due:
        return 0
    searches = (await session.scalars(select(SavedSearch).where(SavedSearch.id.in_(due)))).all()
    finds: dict[UUID, list[UUID]] = {}
    untold = (
        select(SavedSearchFind.search_id, SavedSearchFind.product_id)
        .where(SavedSearchFind.search_id.in_(due), SavedSearchFind.told_at.is_(None), SavedSearchFind.found_at <= until)
        .order_by(SavedSearchFind.found_at, SavedSearchFind.product_id)
    )
    for search, product in await session.execute(untold):
        finds.setdefault(search, []).append(product)
    # Of what was found, only what everybody can see at this moment.
    shown = await catalogue.glimpses(session, {product for each in finds.values() for product in each})
    readers = await accounts.recipients(session, {each.person_id for each in searches})
    sent = 0
    for saved in searches:
        goods = [shown[product] for product in finds.get(saved.id, []) if product in shown]
        reader = readers.get(saved.person_id)
        if goods and reader is not None:
            await mail.send(
                session, reader.email, "saved_search", reader.language, stop_address=f"{STOP}{saved.stop_token}",
                title=saved.title, query=saved.query, more=max(0, len(goods) - MOST_LISTED), count=len(goods),
                goods=[(each, places.where(each.province_code, each.commune_code)) for each in goods[:MOST_LISTED]],
            )  # fmt: skip
            saved.last_sent_at = clock.now()
            sent += 1
    told = (SavedSearchFind.search_id.in_(due), SavedSearchFind.told_at.is_(None), SavedSearchFind.found_at <= until)
    await session.execute(update(SavedSearchFind).where(*told).values(told_at=clock.now()))
    await session.flush()
    return sent


def _last_morning() -> datetime:
    """Seven o'clock of today, or of yesterday while it is earlier."""
    now = clock.now().astimezone(clock.ZONE)
    seven = now.replace(hour=MORNING, minute=0, second=0, microsecond=0)
    return seven if now >= seven else seven - timedelta(days=1)


async def forget_person(session: AsyncSession, person_id: UUID) -> None:
    """Take away the searches of somebody who is erased: what one looks for is hers."""
    for saved in await session.scalars(select(SavedSearch).where(SavedSearch.person_id == person_id)):
        await session.delete(saved)
    await session.flush()


async def _same(session: AsyncSession, person_id: UUID, query: str) -> SavedSearch | None:
    found: SavedSearch | None = await session.scalar(
        select(SavedSearch).where(SavedSearch.person_id == person_id, SavedSearch.query == query)
    )
    return found


async def _locked(session: AsyncSession, actor: Actor, search_id: UUID) -> SavedSearch:
    saved = await session.scalar(
        select(SavedSearch).where(SavedSearch.id == search_id).with_for_update().execution_options(populate_existing=True)
    )
    if saved is None or not rules.may_touch_search(actor, saved.person_id):
        raise NotFound(_("Không có tìm kiếm đã lưu này."))
    return saved
