"""Photos: for whom, how many, once each, and what a list shows of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service import catalogue
from service.accounts import SYSTEM, Actor, MemberRole, Role
from service.catalogue import tasks
from service.catalogue.papers import photos, scans
from service.catalogue.papers import rules as paper_rules
from service.catalogue.papers.models import Holder, Photo
from service.core import files as core_files
from service.core.db import Database, new_id
from service.core.errors import Invalid, NotAllowed, NotFound
from service.core.files import FileMissing, FileStore
from tests import market
from tests.catalogue.conftest import count, reader
from tests.core.test_pictures import PDF, photo, photo_of_a_phone

BUYER = Actor(new_id(), "Người mua", new_id(), "Siêu thị", Role.BUYER, MemberRole.OWNER, verified=True)
STRANGER = Actor(new_id(), "Người lạ", new_id(), "HTX khác", Role.SUPPLIER, MemberRole.OWNER)
OFFICER = Actor(new_id(), "Cán bộ", new_id(), "Sở", Role.OFFICER, MemberRole.MEMBER)


class Shop:
    """A supplier with one published product and its people."""

    supplier_id: UUID
    product_id: UUID
    slug: str
    certificate_id: UUID
    owner: Actor
    viewer: Actor


async def shop_in(session: AsyncSession, code: str = "HTX1") -> Shop:
    shop = Shop()
    organisation_id = await market.supplier(session, code)
    shop.slug = await market.product(session, code)
    found = await session.execute(
        text("SELECT p.supplier_id, p.id, c.id FROM catalogue_product p JOIN catalogue_certificate c ON c.product_id = p.id"
             " WHERE p.slug = :slug ORDER BY c.kind DESC LIMIT 1"), {"slug": shop.slug},
    )  # fmt: skip
    shop.supplier_id, shop.product_id, shop.certificate_id = found.one()
    shop.owner = market.acting(Role.SUPPLIER, organisation_id)
    shop.viewer = market.acting(Role.SUPPLIER, organisation_id, MemberRole.VIEWER)
    return shop


@pytest_asyncio.fixture(loop_scope="session")
async def shop(session: AsyncSession) -> Shop:
    return await shop_in(session)


async def _shown(session: AsyncSession, slug: str, actor: Actor | None = None) -> catalogue.ProductPage:
    return await catalogue.product_page(await reader(session), slug, actor)


async def test_a_photo_is_shown_on_the_page_and_on_the_card(session: AsyncSession, files: FileStore, shop: Shop) -> None:
    added = await catalogue.add_photo(session, files, shop.owner, "product", shop.product_id, photo(), "Bó miến trên giàn")
    page = await _shown(session, shop.slug)
    assert [(each.id, each.width, each.height, each.caption) for each in page.photos] == [
        (added.id, 1200, 900, "Bó miến trên giàn")
    ]
    assert page.photos[0].srcset.split(", ")[-1] == f"/anh/{added.key}/1600.webp 1200w"
    listing = await catalogue.find(await reader(session), [("q", "miến")])
    assert f'"photo" : "/anh/{added.key}/320.webp"' in str(listing.found.cards)
    supplier = await catalogue.supplier_page(await reader(session), page.supplier.slug)
    assert supplier.products[0].photo == f"/anh/{added.key}/320.webp"
    for width in (320, 800, 1600):
        assert (await files.get(f"{added.key}/{width}.webp"))[8:12] == b"WEBP"


async def test_the_same_picture_or_the_same_form_adds_none(session: AsyncSession, files: FileStore, shop: Shop) -> None:
    key = new_id()
    first = await catalogue.add_photo(session, files, shop.owner, "product", shop.product_id, photo(), key=key)
    again = await catalogue.add_photo(session, files, shop.owner, "product", shop.product_id, photo(), key=key)
    other_key = await catalogue.add_photo(session, files, shop.owner, "product", shop.product_id, photo())
    same_key = await catalogue.add_photo(session, files, shop.owner, "product", shop.product_id, photo(640, 480), key=key)
    assert first.id == again.id == other_key.id == same_key.id == key
    assert await count(session, "catalogue_photo") == 1
    assert await count(session, "core_file WHERE dropped_at IS NULL") == 1
    # The same key of another thing is no reason to say that it was there.
    elsewhere = await catalogue.add_photo(session, files, shop.owner, "supplier", shop.supplier_id, photo(), key=key)
    assert elsewhere.id != key
    assert await count(session, "core_journal WHERE fact = 'PhotoAdded'") == 2


async def test_a_ninth_photo_is_refused_in_words(session: AsyncSession, files: FileStore, shop: Shop) -> None:
    for n in range(paper_rules.MOST_PHOTOS):
        await catalogue.add_photo(session, files, shop.owner, "product", shop.product_id, photo(40 + n, 30))
    with pytest.raises(Invalid, match="Đã đủ 8 ảnh"):
        await catalogue.add_photo(session, files, shop.owner, "product", shop.product_id, photo(100, 30))


async def test_order_and_captions_are_kept_and_told(session: AsyncSession, files: FileStore, shop: Shop) -> None:
    one, two, three = [
        await catalogue.add_photo(session, files, shop.owner, "product", shop.product_id, photo(50 + n, 40)) for n in range(3)
    ]
    wished = [(three.id, "Bao bì"), (one.id, ""), (new_id(), "của ai")]
    await catalogue.arrange_photos(session, shop.owner, "product", shop.product_id, wished)
    await catalogue.arrange_photos(session, shop.owner, "product", shop.product_id, wished)
    page = await _shown(session, shop.slug)
    assert [(each.id, each.caption) for each in page.photos] == [(three.id, "Bao bì"), (one.id, None), (two.id, None)]
    assert (
        await session.scalar(text("SELECT photo_key FROM catalogue_product WHERE id = :id"), {"id": shop.product_id})
        == three.key
    )
    assert await count(session, "core_journal WHERE fact = 'PhotosArranged'") == 1
    with pytest.raises(Invalid):
        await catalogue.arrange_photos(session, shop.owner, "product", shop.product_id, [(one.id, "x" * 301)])


async def test_a_removed_photo_is_gone_from_pages_and_then_from_the_store(database: Database, files: FileStore) -> None:
    async with database.transaction() as session:
        shop = await shop_in(session)
        one = await catalogue.add_photo(session, files, shop.owner, "product", shop.product_id, photo(50, 40))
        two = await catalogue.add_photo(session, files, shop.owner, "product", shop.product_id, photo(60, 40))
        await catalogue.remove_photo(session, shop.owner, one.id)
        await catalogue.remove_photo(session, shop.owner, one.id)
        assert [each.id for each in (await _shown(session, shop.slug)).photos] == [two.id]
        assert await count(session, f"catalogue_product WHERE photo_key = '{two.key}'") == 1
        assert await files.get(f"{one.key}/320.webp")
    async with database.transaction() as session:
        await tasks.delete_dropped_files(session)
    with pytest.raises(FileMissing):
        await files.get(f"{one.key}/320.webp")
    assert await files.get(f"{two.key}/320.webp")


@pytest.mark.parametrize(("who", "refusal"), [("viewer", NotAllowed), ("stranger", NotAllowed), ("buyer", NotAllowed)])
async def test_who_may_not_change_a_published_product_adds_no_photo(
    session: AsyncSession, files: FileStore, shop: Shop, who: str, refusal: type[Exception]
) -> None:
    actor = {"viewer": shop.viewer, "stranger": STRANGER, "buyer": BUYER}[who]
    added = await catalogue.add_photo(session, files, shop.owner, "product", shop.product_id, photo())
    with pytest.raises(refusal):
        await catalogue.add_photo(session, files, actor, "product", shop.product_id, photo(60, 60))
    with pytest.raises(refusal):
        await catalogue.remove_photo(session, actor, added.id)
    with pytest.raises(refusal):
        await catalogue.arrange_photos(session, actor, "product", shop.product_id, [])
    await catalogue.withdraw(session, shop.owner, shop.product_id)
    expected = NotAllowed if who == "viewer" else NotFound
    with pytest.raises(expected):
        await catalogue.add_photo(session, files, actor, "product", shop.product_id, photo(60, 60))


async def test_a_photo_of_a_draft_is_for_its_people_and_officers(session: AsyncSession, files: FileStore, shop: Shop) -> None:
    key = (await catalogue.add_photo(session, files, shop.owner, "product", shop.product_id, photo())).key
    raw = await reader(session)
    for anybody in (None, STRANGER, BUYER, shop.owner, shop.viewer, OFFICER):
        assert await catalogue.photo_for(raw, anybody, key) is True
    await catalogue.withdraw(session, shop.owner, shop.product_id)
    raw = await reader(session)
    for insider in (shop.owner, shop.viewer, OFFICER):
        assert await catalogue.photo_for(raw, insider, key) is False
    for outsider in (None, STRANGER, BUYER):
        with pytest.raises(NotFound):
            await catalogue.photo_for(raw, outsider, key)
    for wrong in ("", "x" * 26, "../../etc/passwd", key[:-1], key.upper(), key + "a"):
        with pytest.raises(NotFound):
            await catalogue.photo_for(raw, shop.owner, wrong)


async def test_photos_of_a_check_are_officers_and_never_public(session: AsyncSession, files: FileStore, shop: Shop) -> None:
    check_id = new_id()
    await session.execute(
        text("INSERT INTO catalogue_check (id, supplier_id, version) VALUES (:id, :supplier, 1)"),
        {"id": check_id, "supplier": shop.supplier_id},
    )
    with pytest.raises(NotAllowed):
        await catalogue.add_photo(session, files, shop.owner, "check", check_id, photo())
    with pytest.raises(NotFound):
        await catalogue.add_photo(session, files, STRANGER, "check", check_id, photo())
    key = (await catalogue.add_photo(session, files, OFFICER, "check", check_id, photo_of_a_phone())).key
    raw = await reader(session)
    assert await catalogue.photo_for(raw, shop.owner, key) is False
    for outsider in (None, BUYER, STRANGER):
        with pytest.raises(NotFound):
            await catalogue.photo_for(raw, outsider, key)


async def test_what_came_in_later_is_private_until_the_worker_has_made_it(
    session: AsyncSession, files: FileStore, shop: Shop
) -> None:
    data = photo_of_a_phone()
    came = await catalogue.add_photo(session, files, shop.owner, "product", shop.product_id, data, later=True)
    raw_key = came.key
    assert await files.get(f"{raw_key}/raw") == data
    assert (await _shown(session, shop.slug)).photos == []
    with pytest.raises(NotFound):
        await catalogue.photo_for(await reader(session), shop.owner, raw_key)
    assert await count(session, "core_journal WHERE fact = 'PhotoReceived'") == 1
    desk = await catalogue.photos_of(await reader(session), "product", [shop.product_id], unmade=True)
    assert [each.width for each in desk[shop.product_id]] == [None]
    for _again in range(2):
        await photos.make_sizes(session, files, came.id)
    made = (await _shown(session, shop.slug)).photos
    assert [(each.width, each.height) for each in made] == [(900, 1200)]
    assert made[0].key != raw_key
    await core_files.delete_dropped(session)
    with pytest.raises(FileMissing):
        await files.get(f"{raw_key}/raw")
    assert b"Hoan" not in await files.get(f"{made[0].key}/1600.webp")


async def test_what_came_in_later_and_is_no_picture_says_so(session: AsyncSession, files: FileStore, shop: Shop) -> None:
    came = await catalogue.add_photo(
        session, files, shop.owner, "product", shop.product_id, b"\xff\xd8\xff<script>", later=True
    )
    await photos.make_sizes(session, files, came.id)
    await session.flush()
    (shown,) = (await catalogue.photos_of(await reader(session), "product", [shop.product_id], unmade=True))[shop.product_id]
    assert "Không đọc được ảnh" in str(shown.trouble)
    await catalogue.remove_photo(session, shop.owner, came.id)


async def test_a_pdf_is_no_photo(session: AsyncSession, files: FileStore, shop: Shop) -> None:
    with pytest.raises(Invalid, match="PDF"):
        await catalogue.add_photo(session, files, shop.owner, "product", shop.product_id, PDF, later=True)


# ------------------------------------------------------------------------------------------------ scans
@pytest.mark.parametrize("checked", [True, False])
@pytest.mark.parametrize("published", [True, False])
@pytest.mark.parametrize(
    ("actor", "always"),
    [(None, False), (STRANGER, False), (OFFICER, True), (BUYER, None),
     (Actor(new_id(), "", new_id(), "", Role.BUYER, MemberRole.OWNER, verified=False), False),
     (Actor(new_id(), "", new_id(), "", Role.ORGANISER, MemberRole.OWNER, verified=True), False)],
)  # fmt: skip
def test_a_scan_is_for_its_people_officers_and_verified_buyers(
    actor: Actor | None, always: bool | None, checked: bool, published: bool
) -> None:
    scan = paper_rules.ScanHolder(new_id(), "checked" if checked else "submitted", published)
    expected = (checked and published) if always is None else always
    assert paper_rules.may_see_scan(actor, scan) is expected
    own = Actor(new_id(), "", scan.organisation_id, "", Role.SUPPLIER, MemberRole.VIEWER)
    assert paper_rules.may_see_scan(own, scan)


async def test_a_pdf_is_kept_as_it_is_and_a_picture_is_made_anew(session: AsyncSession, files: FileStore, shop: Shop) -> None:
    paper = await catalogue.add_scan(session, files, SYSTEM, shop.certificate_id, PDF, "C:\\Giấy OCOP.pdf")
    again = await catalogue.add_scan(session, files, SYSTEM, shop.certificate_id, PDF, "khác.pdf")
    picture = await catalogue.add_scan(session, files, SYSTEM, shop.certificate_id, photo_of_a_phone(), "trang-2.jpg")
    assert paper.id == again.id
    raw = await reader(session)
    served = await catalogue.scan_for(raw, BUYER, paper.key)
    assert (served.media_type, served.name) == ("application/pdf", "Giấy OCOP.pdf")
    assert await files.get(served.path) == PDF
    served = await catalogue.scan_for(raw, BUYER, picture.key)
    assert served.media_type == "image/webp"
    assert b"Hoan" not in await files.get(served.path)
    (held,) = (await catalogue.scans_of(raw, [shop.certificate_id])).values()
    assert [each.href for each in held] == [f"/tep/{paper.key}", f"/tep/{picture.key}"]


async def test_a_scan_that_comes_to_a_checked_paper_is_looked_at_before_buyers_see_it(
    session: AsyncSession, files: FileStore, shop: Shop
) -> None:
    first = await catalogue.add_scan(session, files, SYSTEM, shop.certificate_id, PDF)
    paper = next(each for each in (await _shown(session, shop.slug, BUYER)).certificates if each.id == shop.certificate_id)
    assert paper.scans == [first.key]
    assert all(not each.scans for each in (await _shown(session, shop.slug)).certificates)
    added = await catalogue.add_scan(session, files, shop.owner, shop.certificate_id, photo())
    paper = next(each for each in (await _shown(session, shop.slug, BUYER)).certificates if each.id == shop.certificate_id)
    assert paper.holds
    assert paper.scans == []
    for key in (first.key, added.key):
        with pytest.raises(NotFound):
            await catalogue.scan_for(await reader(session), BUYER, key)
        assert await catalogue.scan_for(await reader(session), shop.viewer, key)
        assert await catalogue.scan_for(await reader(session), OFFICER, key)
    waiting = "catalogue_review WHERE state = 'waiting' AND kind = 'certificate' AND subject = :id"
    assert await count(session, waiting, id=shop.certificate_id) == 1
    await catalogue.remove_scan(session, shop.owner, added.id)
    await catalogue.remove_scan(session, shop.owner, added.id)
    assert await count(session, waiting, id=shop.certificate_id) == 1


async def test_strangers_do_not_learn_of_a_paper_by_its_scan(session: AsyncSession, files: FileStore, shop: Shop) -> None:
    scan = await catalogue.add_scan(session, files, SYSTEM, shop.certificate_id, PDF)
    for actor in (STRANGER, BUYER):
        with pytest.raises(NotFound):
            await catalogue.add_scan(session, files, actor, shop.certificate_id, PDF)
        with pytest.raises(NotFound):
            await catalogue.remove_scan(session, actor, scan.id)
    with pytest.raises(NotAllowed):
        await catalogue.add_scan(session, files, shop.viewer, shop.certificate_id, PDF)
    with pytest.raises(NotFound):
        await catalogue.add_scan(session, files, shop.owner, new_id(), PDF)


async def test_a_scan_that_came_in_later_is_made_once(session: AsyncSession, files: FileStore, shop: Shop) -> None:
    came = await catalogue.add_scan(session, files, SYSTEM, shop.certificate_id, photo_of_a_phone(), "a.jpg", later=True)
    with pytest.raises(NotFound):
        await catalogue.scan_for(await reader(session), OFFICER, came.key)
    for _again in range(2):
        await scans.make_page(session, files, came.id)
    await session.flush()
    served = await catalogue.scan_for(await reader(session), OFFICER, came.key)
    assert b"Hoan" not in await files.get(served.path)


# ------------------------------------------------------------------------------------------------ two at once
@pytest_asyncio.fixture(loop_scope="session")
async def lasting(real_database: Database) -> AsyncIterator[Shop]:
    """A shop that stays between transactions, and is cleared away afterwards."""
    async with real_database.transaction() as session:
        shop = await shop_in(session, "HTX-ANH")
    yield shop
    owner = Database(real_database.url, pool_size=1, role=None)
    async with owner.transaction() as session:
        for statement in (
            "DELETE FROM catalogue_photo", "DELETE FROM core_file", "DELETE FROM catalogue_price_tier",
            "DELETE FROM catalogue_supply", "DELETE FROM catalogue_pack", "DELETE FROM catalogue_certificate",
            "DELETE FROM catalogue_review", "DELETE FROM catalogue_product", "DELETE FROM catalogue_supplier",
            "DELETE FROM procrastinate_jobs",
        ):  # fmt: skip
            await session.execute(text(statement))
    await owner.close()


async def _add_at_once(database: Database, files: FileStore, shop: Shop, first: int) -> list[Any]:
    """Two people send a photo at the same moment."""
    start = asyncio.Event()

    async def send(n: int) -> Any:
        async with database.transaction() as session:
            await session.execute(text("SELECT 1"))
            await start.wait()
            return await catalogue.add_photo(session, files, shop.owner, "product", shop.product_id, photo(first + n, 77))

    sending = [asyncio.create_task(send(n)) for n in range(2)]
    await asyncio.sleep(0.05)
    start.set()
    return await asyncio.gather(*sending, return_exceptions=True)


async def _fill(database: Database, files: FileStore, shop: Shop, most: int) -> None:
    async with database.transaction() as session:
        for n in range(most):
            await catalogue.add_photo(session, files, shop.owner, "product", shop.product_id, photo(40 + n, 30))


async def test_of_two_uploads_at_once_only_one_takes_the_last_place(
    real_database: Database, files: FileStore, lasting: Shop
) -> None:
    await _fill(real_database, files, lasting, paper_rules.MOST_PHOTOS - 1)
    done = await _add_at_once(real_database, files, lasting, 200)
    assert [type(each) for each in done].count(Photo) == 1
    assert [type(each) for each in done].count(Invalid) == 1
    async with real_database.transaction() as session:
        assert await count(session, "catalogue_photo") == paper_rules.MOST_PHOTOS


async def test_without_the_lock_both_would_have_taken_it(
    real_database: Database, files: FileStore, lasting: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _fill(real_database, files, lasting, paper_rules.MOST_PHOTOS - 1)
    both_have_counted = asyncio.Barrier(2)
    keep: Callable[..., Awaitable[Any]] = core_files.keep

    async def keep_when_both_have_counted(*given: Any, **named: Any) -> Any:
        await asyncio.wait_for(both_have_counted.wait(), 10)
        return await keep(*given, **named)

    monkeypatch.setattr(photos, "HELD", {Holder.PRODUCT: f"SELECT * FROM ({photos.HELD[Holder.PRODUCT]}) x -- "})
    monkeypatch.setattr(photos, "SHOW_FIRST", {})
    monkeypatch.setattr(core_files, "keep", keep_when_both_have_counted)
    done = await _add_at_once(real_database, files, lasting, 300)
    assert [type(each) for each in done] == [Photo, Photo], done
    async with real_database.transaction() as session:
        assert await count(session, "catalogue_photo") == paper_rules.MOST_PHOTOS + 1
