"""One supplier and its products by hand: who may what, what is told, and two people at one record."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service import accounts, catalogue
from service.accounts import SYSTEM, MemberRole
from service.core import clock, events
from service.core.errors import Conflict, Invalid, NotAllowed, NotFound
from tests.catalogue.conftest import OFFICER, Coop, profile, reader

MakeCoop = Callable[..., Awaitable[Coop]]
PAPER = {"kind": "OCOP", "stars": "4", "number": "12/QĐ", "issued_on": "1/8/2025"}


def draft(**said: Any) -> catalogue.ProductDraft:
    return catalogue.ProductDraft.model_validate({"name": "Miến dong", **said})


def packs(*rows: dict[str, Any]) -> list[catalogue.PackInput]:
    return [catalogue.PackInput.model_validate(row) for row in rows]


def tiers(*rows: tuple[Any, Any]) -> list[catalogue.TierInput]:
    return [catalogue.TierInput.model_validate({"from_kg": kg, "price_vnd_per_kg": price}) for kg, price in rows]


async def test_a_product_goes_from_draft_to_everyone_and_back(session: AsyncSession, coop: MakeCoop) -> None:
    htx = await coop()
    product = await catalogue.draft(session, htx.owner, htx.id, draft(commodity="mien-dong", category_code="I.3.c"))
    conn = await reader(session)
    with pytest.raises(NotFound):
        await catalogue.product_page(conn, product.slug)
    assert (await catalogue.product_page(conn, product.slug, htx.owner)).state == "draft"
    assert (await catalogue.product_page(conn, product.slug, OFFICER)).state == "draft"
    await catalogue.publish(session, SYSTEM, product.id)
    await catalogue.publish(session, SYSTEM, product.id)
    assert (await catalogue.product_page(await reader(session), product.slug)).state == "published"
    await catalogue.withdraw(session, htx.owner, product.id)
    with pytest.raises(NotFound):
        await catalogue.product_page(await reader(session), product.slug)
    told = [entry.fact for entry in await events.history(session, product.id)]
    assert told == ["ProductWithdrawn", "ProductPublished", "ProductDrafted"]


async def test_a_withdrawn_supplier_takes_its_products_along(session: AsyncSession, coop: MakeCoop) -> None:
    htx = await coop()
    product = await catalogue.draft(session, htx.owner, htx.id, draft())
    await catalogue.publish(session, SYSTEM, product.id)
    await catalogue.withdraw_supplier(session, htx.owner, htx.id)
    for slug, read in ((product.slug, catalogue.product_page), (htx.slug, catalogue.supplier_page)):
        with pytest.raises(NotFound):
            await read(await reader(session), slug)


async def test_only_owners_and_members_of_the_supplier_change_it(session: AsyncSession, coop: MakeCoop) -> None:
    htx, other = await coop(), await coop(name="Hợp tác xã Khác")
    product = await catalogue.draft(session, htx.owner, htx.id, draft())
    await catalogue.publish(session, SYSTEM, product.id)
    paper = catalogue.CertificateInput.model_validate(PAPER)
    certificate = await catalogue.add_certificate(session, htx.owner, htx.id, product.id, paper)
    for actor in (htx.as_(MemberRole.VIEWER), other.owner, OFFICER, accounts.NOBODY):
        for change in (
            catalogue.draft(session, actor, htx.id, draft()),
            catalogue.revise(session, actor, product.id, product.version, draft(name="Khác")),
            catalogue.publish(session, actor, product.id),
            catalogue.withdraw(session, actor, product.id),
            catalogue.set_packs(session, actor, product.id, product.version, packs({"name": "Túi"})),
            catalogue.set_prices(session, actor, product.id, product.version, tiers((0, 1000))),
            catalogue.declare_capacity(session, actor, product.id, product.version, catalogue.CapacityInput(year=2026)),
            catalogue.count_stock(session, actor, product.id, product.version, catalogue.StockInput()),
            catalogue.add_certificate(session, actor, htx.id, product.id, paper),
            catalogue.revise_certificate(session, actor, certificate.id, paper),
            catalogue.remove_certificate(session, actor, certificate.id),
            catalogue.revise_supplier(session, actor, htx.id, 1, profile()),
            catalogue.publish_supplier(session, actor, htx.id),
            catalogue.withdraw_supplier(session, actor, htx.id),
            catalogue.register_supplier(session, other.as_(MemberRole.VIEWER), other.organisation_id, profile()),
        ):
            with pytest.raises(NotAllowed):
                await change
    member = htx.as_(MemberRole.MEMBER)
    await catalogue.revise(session, member, product.id, product.version, draft(name="Miến dong khác"))
    with pytest.raises(NotAllowed):  # Its own people hand it in; somebody else publishes it.
        await catalogue.publish(session, htx.owner, product.id)
    await catalogue.withdraw(session, htx.owner, product.id)
    with pytest.raises(NotFound):  # A draft of somebody else's is not even there.
        await catalogue.publish(session, other.owner, product.id)


async def test_the_second_of_two_people_is_refused_whichever_part_she_changes(session: AsyncSession, coop: MakeCoop) -> None:
    htx = await coop()
    product = await catalogue.draft(session, htx.owner, htx.id, draft())
    seen = product.version
    await catalogue.set_packs(session, htx.owner, product.id, seen, packs({"name": "Túi 500 g", "net_weight_g": "500"}))
    for change in (
        catalogue.revise(session, htx.owner, product.id, seen, draft(name="Khác")),
        catalogue.set_packs(session, htx.owner, product.id, seen, packs({"name": "Hộp"})),
        catalogue.set_prices(session, htx.owner, product.id, seen, tiers((0, 1000))),
        catalogue.declare_capacity(
            session, htx.owner, product.id, seen, catalogue.CapacityInput(year=2026, capacity_01=Decimal(1))
        ),
        catalogue.count_stock(session, htx.owner, product.id, seen, catalogue.StockInput(stock_kg=Decimal(1))),
    ):
        with pytest.raises(Conflict):
            await change
    assert product.version == seen + 1


async def test_the_same_words_change_nothing_and_tell_nothing(session: AsyncSession, coop: MakeCoop) -> None:
    htx = await coop()
    product = await catalogue.draft(session, htx.owner, htx.id, draft(lead_days="5 ngày"))
    given = packs({"name": "Túi 500 g", "net_weight_g": "0,5 kg", "retail_price_vnd": "45k", "gtin": "8934563138165"})
    await catalogue.set_packs(session, htx.owner, product.id, product.version, given)
    await catalogue.set_prices(session, htx.owner, product.id, product.version, tiers(("0", "80k"), ("1 tạ", "75.000")))
    year = catalogue.CapacityInput.model_validate({"year": "2026", "capacity_12": "1,5 tấn", "capacity_01": "0"})
    await catalogue.declare_capacity(session, htx.owner, product.id, product.version, year)
    version, told = product.version, len(await events.history(session, product.id))
    await catalogue.revise(session, htx.owner, product.id, version, draft(lead_days=5))
    await catalogue.set_packs(session, htx.owner, product.id, version, given)
    await catalogue.set_prices(session, htx.owner, product.id, version, tiers((100, 75_000), (0, 80_000)))
    await catalogue.declare_capacity(session, htx.owner, product.id, version, year)
    assert (product.version, len(await events.history(session, product.id))) == (version, told)
    assert await catalogue.declared(await reader(session), product.id) == {2026: {1: Decimal(0), 12: Decimal(1500)}}


async def test_history_keeps_old_and_new_values_and_the_person(session: AsyncSession, coop: MakeCoop) -> None:
    htx = await coop()
    product = await catalogue.draft(session, htx.owner, htx.id, draft())
    await catalogue.revise(session, htx.owner, product.id, product.version, draft(lead_days=9))
    _name, lines = await catalogue.record_history(await reader(session), htx.owner, "product", product.slug)
    assert (lines[0].fact, lines[0].old, lines[0].new) == ("ProductRevised", {"lead_days": None}, {"lead_days": 9})
    assert lines[0].organisation == "Hợp tác xã Thử"
    await catalogue.record_history(await reader(session), OFFICER, "product", product.slug)
    other = await coop(name="Hợp tác xã Khác")
    with pytest.raises(NotFound):
        await catalogue.record_history(await reader(session), other.owner, "product", product.slug)


@pytest.mark.parametrize(
    ("rows", "field"), [([(0, 80_000), (0, 70_000)], "from_kg_1"), ([(0, 80_000), (100, 90_000)], "price_vnd_per_kg_1")]
)
async def test_prices_must_make_sense(session: AsyncSession, coop: MakeCoop, rows: list[tuple[int, int]], field: str) -> None:
    htx = await coop()
    product = await catalogue.draft(session, htx.owner, htx.id, draft())
    with pytest.raises(Invalid) as refusal:
        await catalogue.set_prices(session, htx.owner, product.id, product.version, tiers(*rows))
    assert list(refusal.value.errors) == [field]


async def test_codes_are_given_and_never_twice(session: AsyncSession, coop: MakeCoop) -> None:
    htx = await coop()
    first = await catalogue.draft(session, htx.owner, htx.id, draft())
    second = await catalogue.draft(session, htx.owner, htx.id, draft())
    assert (first.code, second.code) == ("SP-001", "SP-002")
    assert first.slug != second.slug
    with pytest.raises(Invalid) as refusal:
        await catalogue.draft(session, htx.owner, htx.id, draft(code="SP-001"))
    assert "code" in refusal.value.errors


async def test_an_organisation_has_one_profile(session: AsyncSession, coop: MakeCoop) -> None:
    htx = await coop()
    with pytest.raises(Conflict):
        await catalogue.register_supplier(session, htx.owner, htx.organisation_id, profile())


async def test_a_paper_that_ran_out_stops_counting_by_itself(session: AsyncSession, coop: MakeCoop) -> None:
    htx = await coop()
    product = await catalogue.draft(session, htx.owner, htx.id, draft())
    await catalogue.publish(session, SYSTEM, product.id)
    paper = catalogue.CertificateInput.model_validate(PAPER)
    await catalogue.add_certificate(session, SYSTEM, htx.id, product.id, paper)
    for day, stars, status in (
        (date(2026, 11, 22), 4, "valid"), (date(2028, 6, 1), 4, "expiring"), (date(2028, 8, 1), 4, "expiring"),
        (date(2028, 8, 2), None, "expired"), (date(2025, 7, 31), None, "coming"),
    ):  # fmt: skip
        with clock.freeze(day):
            page = await catalogue.product_page(await reader(session), product.slug)
            assert (page.stars, page.certificates[0].status) == (stars, status)


async def test_stars_belong_to_products(session: AsyncSession, coop: MakeCoop) -> None:
    htx = await coop()
    with pytest.raises(Invalid):
        await catalogue.add_certificate(session, htx.owner, htx.id, None, catalogue.CertificateInput.model_validate(PAPER))
    general = catalogue.CertificateInput.model_validate({"kind": "ATTP", "number": "A-1"})
    await catalogue.add_certificate(session, htx.owner, htx.id, None, general)
    assert (await catalogue.supplier_page(await reader(session), htx.slug)).certificates == []
    page = await catalogue.supplier_page(await reader(session), htx.slug, htx.owner)
    assert [(paper.kind, paper.status, paper.state) for paper in page.certificates] == [("ATTP", "unknown", "submitted")]


@pytest.mark.parametrize(
    ("model", "given", "field"),
    [
        (catalogue.PackInput, {"name": "Túi", "gtin": "8934563138166"}, "gtin"),
        (catalogue.PackInput, {"name": "Túi", "retail_price_vnd": "-5"}, "retail_price_vnd"),
        (catalogue.ProductDraft, {"name": "", "season_months": ["13"]}, "name"),
        (catalogue.SupplierProfile, {"name": "A", "legal_form": "cooperative", "tax_code": "0100047510"}, "tax_code"),
        (catalogue.SupplierProfile, {"name": "A", "legal_form": "cooperative", "website": "javascript:alert(1)"}, "website"),
        (catalogue.CertificateInput, {"kind": "OCOP"}, None),
        (catalogue.CertificateInput, {"kind": "ATTP", "issued_on": "2/1/2026", "valid_to": "1/1/2026"}, "valid_to"),
        (catalogue.StockInput, {"stock_on": "1/1/2999"}, "stock_on"),
    ],
)
def test_what_is_typed_wrong_is_told_beside_its_field(model: Any, given: dict[str, Any], field: str | None) -> None:
    with pytest.raises(ValidationError) as refusal:
        model.model_validate(given)
    if field is not None:
        assert field in {str(error["loc"][0]) for error in refusal.value.errors()}


async def test_a_households_person_is_never_public(session: AsyncSession, coop: MakeCoop) -> None:
    said = {"legal_form": "household", "tax_code": "012345678901", "phone": "0912 345 678", "email": "lan@vidu.vn",
            "address": "Thôn Nà Bưa", "people": "Bà Lan"}  # fmt: skip
    htx = await coop(name="Hộ kinh doanh Lan", **said)
    for actor in (None, accounts.NOBODY, OFFICER):
        page = await catalogue.supplier_page(await reader(session), htx.slug, actor)
        assert (page.tax_code, page.phone, page.email, page.address, page.people) == (None,) * 5
    own = await catalogue.supplier_page(await reader(session), htx.slug, htx.owner)
    assert own.phone == "+84912345678"
    words = await session.scalar(text("SELECT search_words FROM catalogue_supplier WHERE id = :id"), {"id": htx.id})
    assert "bua" not in words
    assert "012345678901" not in words


async def test_wholesale_prices_are_for_buyers_unless_the_supplier_shows_them(session: AsyncSession, coop: MakeCoop) -> None:
    for public, seen_by_all in ((False, False), (True, True)):
        htx = await coop(name=f"Hợp tác xã {public}", wholesale_public=public)
        product = await catalogue.draft(session, htx.owner, htx.id, draft())
        await catalogue.publish(session, SYSTEM, product.id)
        await catalogue.set_prices(session, htx.owner, product.id, product.version, tiers((0, 80_000)))
        stranger = accounts.Actor(None, "Mua", None, "Siêu thị", accounts.Role.BUYER, MemberRole.MEMBER)
        buyer = replace(stranger, verified=True)
        for actor, sees in (
            (None, seen_by_all),
            (accounts.NOBODY, seen_by_all),
            (stranger, seen_by_all),
            (buyer, True),
            (htx.owner, True),
            (OFFICER, True),
        ):
            page = await catalogue.product_page(await reader(session), product.slug, actor)
            assert (bool(page.tiers), page.wholesale_hidden) == (sees, not sees)


async def test_an_officer_writes_down_who_may_use_a_mark(session: AsyncSession, coop: MakeCoop) -> None:
    htx = await coop(commune_code="02185")
    with pytest.raises(NotAllowed):
        await catalogue.allow_mark(session, htx.owner, "mien-dong-bac-kan", htx.id)
    await catalogue.allow_mark(session, OFFICER, "mien-dong-bac-kan", htx.id)
    await catalogue.allow_mark(session, OFFICER, "mien-dong-bac-kan", htx.id)
    page = await catalogue.supplier_page(await reader(session), htx.slug)
    assert [mark.slug for mark in page.marks] == ["mien-dong-bac-kan"]
    await catalogue.disallow_mark(session, OFFICER, "mien-dong-bac-kan", htx.id)
    assert (await catalogue.supplier_page(await reader(session), htx.slug)).marks == []


@pytest.mark.parametrize("model", [catalogue.ProductDraft, catalogue.SupplierProfile])
def test_a_browser_posts_every_box_and_most_are_empty(model: Any) -> None:
    boxes = {name: "" for name in model.model_fields if name not in ("season_months", "wholesale_public")}
    read = model.model_validate(
        {**boxes, "name": "Miến dong", **({"legal_form": "cooperative"} if "legal_form" in boxes else {})}
    )
    assert {name for name in boxes if getattr(read, name) is not None} <= {"name", "legal_form"}
