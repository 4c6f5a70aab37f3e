"""Pictures for the demo: drawings of goods and one page for papers, each marked as an illustration."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service import catalogue
from service.accounts import SYSTEM
from service.core.files import FileStore
from service.demo import drawings, tables

MOST_SCANS = 12


async def add_photos(session: AsyncSession) -> None:
    """Draw a photo for goods of every look, and hand in a page for some of the papers that run out soonest.

    A database that was opened without a store of files gets none.
    """
    store = session.info.get("files")
    if not isinstance(store, FileStore):
        return
    ids = await _products(session)
    drawn: set[object] = set()  # Each drawing once: enough to see what a market with photos looks like.
    for line in tables.lines("products"):
        drawing, product_id = drawings.drawing_of(line["kind"]), ids.get(line["name"])
        if drawing is None or drawing in drawn or product_id is None:
            continue
        drawn.add(drawing)
        picture = drawings.draw(*drawing, seed=len(drawn))
        said = f"{line['name']} (ảnh minh họa)"
        await catalogue.add_photo(session, store, SYSTEM, "product", product_id, picture, said, name="minh-hoa.jpg")
    page = drawings.paper()
    for certificate_id in await _papers(session):
        await catalogue.add_scan(session, store, SYSTEM, certificate_id, page, "ban-minh-hoa.pdf")


async def _products(session: AsyncSession) -> dict[str, UUID]:
    found = await session.execute(text("SELECT name, id FROM catalogue_product WHERE illustrative AND state = 'published'"))
    return {str(name): product_id for name, product_id in found}


async def _papers(session: AsyncSession) -> list[UUID]:
    found = await session.scalars(
        text(
            "SELECT c.id FROM catalogue_certificate c JOIN catalogue_supplier s ON s.id = c.supplier_id"
            " WHERE s.illustrative AND c.state = 'checked' AND c.valid_to >= current_date ORDER BY c.valid_to, c.id LIMIT :most"
        ),
        {"most": MOST_SCANS},
    )
    return list(found)
