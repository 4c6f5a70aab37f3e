"""The reference data is loaded again and again, changes only what differs, and everything in it holds together."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service import catalogue
from tests.catalogue.conftest import count


async def test_loading_it_again_changes_nothing_and_mends_what_was_changed(session: AsyncSession) -> None:
    assert await catalogue.load_reference(session) == 0
    await session.execute(text("UPDATE catalogue_commodity SET synonyms = '{}' WHERE slug = 'mien-dong'"))
    await session.execute(text("DELETE FROM catalogue_mark_user"))
    await session.execute(text("DELETE FROM catalogue_mark WHERE slug = 'quyt-bac-kan'"))
    assert await catalogue.load_reference(session) == 2
    assert await catalogue.load_reference(session) == 0


async def test_there_are_the_26_sub_groups_in_their_order(session: AsyncSession) -> None:
    assert await count(session, "catalogue_category") == 26
    found = await session.scalars(text("SELECT code FROM catalogue_category ORDER BY position"))
    codes = list(found)
    assert (codes[0], codes[12], codes[-1]) == ("I.1.a", "I.6", "VI.1")
