"""What the worker does for matching: it holds new products against saved searches, and writes about what they found.

What each later part has to do stands in its own file.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from service import accounts, catalogue
from service.core.events import every, on
from service.matching.demand import tasks as _demand  # noqa: F401 - it registers its answers.
from service.matching.invitations import tasks as _invitations  # noqa: F401 - the same.
from service.matching.lists import saved_searches
from service.matching.lists.models import Frequency
from service.matching.pooling import tasks as _pooling  # noqa: F401 - the same.
from service.matching.quotes import tasks as _quotes  # noqa: F401 - the same.
from service.matching.rounds import tasks as _rounds  # noqa: F401 - the same.


@on(catalogue.ProductPublished)
async def note_new_product(session: AsyncSession, fact: catalogue.ProductPublished) -> None:
    """Write down which saved searches the product fits."""
    await saved_searches.note_new_products(session, [fact.subject])


@on(catalogue.ProductsPublished)
async def note_new_products(session: AsyncSession, fact: catalogue.ProductsPublished) -> None:
    """The same for what a sheet brought in, in one go."""
    await saved_searches.note_new_products(session, [UUID(product) for product in fact.product_ids])


@every("* * * * *")
async def tell_at_once(session: AsyncSession) -> None:
    """Write to those who want to hear at once: of all that came within the minute, in one mail for each search."""
    await saved_searches.tell_of_finds(session, Frequency.IMMEDIATE)


@every("*/10 * * * *")
async def tell_in_the_morning(session: AsyncSession) -> None:
    """Write to those who want to hear daily: from seven in the morning on, of what was found before. Later nothing is due."""
    await saved_searches.tell_of_finds(session, Frequency.DAILY)


@on(accounts.PersonErased)
async def forget_searches(session: AsyncSession, fact: accounts.PersonErased) -> None:
    """What somebody looked for goes with her."""
    await saved_searches.forget_person(session, fact.subject)
