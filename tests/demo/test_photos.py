"""The drawn pictures of the demo: quickly made, alike every time, and taken like any upload."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service import catalogue
from service.core import pictures
from service.core.files import FileStore
from service.demo import drawings, photos, tables
from tests import market
from tests.catalogue.conftest import reader


@pytest.mark.parametrize(
    "kind", ["mien-dong", "quyt", "tra-bi", "tinh-bot-nghe", "mat-ong", "mien-hop", "bi-thom", "gung", "rau", "lap-suon"]
)
def test_goods_are_drawn_alike_every_time(kind: str) -> None:
    found = drawings.drawing_of(kind)
    assert found is not None
    picture = drawings.draw(*found, seed=3)
    assert picture == drawings.draw(*found, seed=3)
    made = pictures.sizes(picture)
    assert (made[1600].width, made[1600].height) == (640, 480)
    assert len(made[320].data) < 12_000


def test_more_than_half_of_the_kinds_have_a_drawing() -> None:
    kinds = [line["kind"] for line in tables.lines("kinds")]
    drawn = [kind for kind in kinds if drawings.drawing_of(kind)]
    assert len(drawn) > len(kinds) / 2
    assert drawings.drawing_of("homestay") is None


def test_the_page_for_papers_is_taken_as_a_pdf() -> None:
    assert pictures.read_upload(drawings.paper()) is pictures.Kind.PDF


async def test_invented_goods_get_pictures_that_say_what_they_are(session: AsyncSession, files: FileStore) -> None:
    line = next(each for each in tables.lines("products") if drawings.drawing_of(each["kind"]))
    await market.supplier(session, illustrative=True)
    slug = await market.product(session, name=line["name"], illustrative=True)
    for _again in range(2):
        await photos.add_photos(session)
    (shown,) = (await catalogue.product_page(await reader(session), slug)).photos
    assert shown.caption == f"{line['name']} (ảnh minh họa)"
    scans = await session.execute(
        text("SELECT f.name, count(*) FROM catalogue_scan c JOIN core_file f ON f.id = c.file_id GROUP BY 1")
    )
    assert [(name, number > 0) for name, number in scans] == [("ban-minh-hoa.pdf", True)]


async def test_without_a_store_there_are_no_pictures(session: AsyncSession) -> None:
    await market.supplier(session, illustrative=True)
    session.info.pop("files")
    await photos.add_photos(session)
    assert await session.scalar(text("SELECT count(*) FROM core_file")) == 0
