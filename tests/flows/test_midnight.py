"""At midnight a paper stops counting everywhere by itself: nothing runs, nothing is changed, only the day is another."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service import catalogue, fairs, matching
from service.accounts import SYSTEM, Role
from service.core import clock
from tests import market
from tests.catalogue.conftest import reader
from tests.market import TODAY

LAST = date(2026, 12, 31)  # The last valid day of both papers of the one product.
NEXT = LAST + timedelta(days=1)
SEALED = [False, True]


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.freeze(TODAY):
        yield


async def _market(session: AsyncSession) -> str:
    """Two products that differ in nothing but how long their papers hold; the slug of the one that runs out."""
    await market.supplier(session)
    papers = (
        catalogue.CertificateRow("OCOP", 4, "QĐ 1", issued_on=date(2023, 12, 31), valid_to=LAST),
        catalogue.CertificateRow("VG", None, "VG 1", issued_on=date(2024, 1, 1), valid_to=LAST),
    )
    slug = await market.product(session, code="SP1", name="Miến dong sắp hết hạn", certificates=papers)
    await market.product(session, code="SP2", name="Miến dong còn hạn lâu")
    return slug


@dataclass(frozen=True)
class Seen:
    """How many are found in each place on one day."""

    starred: int
    four_stars: int
    with_paper: int
    paper_count: int
    card_stars: Any
    glance_papers: str
    page_stars: int | None
    holding: list[str]


async def _seen(session: AsyncSession, slug: str) -> Seen:
    raw = await reader(session)

    async def found(*pairs: tuple[str, str]) -> catalogue.Found:
        return (await catalogue.find(raw, pairs)).found

    everything = await catalogue.find(raw, [])
    counts = {group.name: {one.value: one.count for one in group.options} for group in everything.groups}
    card = next(each for each in json.loads(str(everything.found.cards)) if each["slug"] == slug)
    need = catalogue.Need(
        today=clock.today(), last_day=clock.today(), largest_kg=100.0, latest_days=30, words="miến dong", unverified_too=True
    )
    terms = await catalogue.commodity_terms(session)
    glances = await catalogue.glances(session, need, terms, reader=SYSTEM)
    page = await catalogue.product_page(raw, slug)
    return Seen(
        starred=(await found(("stars", "4"))).total,
        four_stars=counts["stars"].get("4", 0),
        with_paper=(await found(("certificate", "VG"))).total,
        paper_count=counts["certificate"].get("VG", 0),
        card_stars=card["stars"],
        glance_papers=next(each.papers for each in glances.rows if each.slug == slug),
        page_stars=page.stars,
        holding=sorted(each.kind for each in page.certificates if each.holds),
    )


@pytest.mark.parametrize("sealed", SEALED)
async def test_stars_and_papers_leave_every_list_at_midnight(session: AsyncSession, sealed: bool) -> None:
    slug = await _market(session)
    if sealed:  # What is kept in bitmaps must not outlive the day either.
        await catalogue.seal_search(session)
    with clock.freeze(LAST):
        before = await _seen(session, slug)
    with clock.freeze(NEXT):
        after = await _seen(session, slug)
    assert (before.starred, before.four_stars, before.card_stars, before.page_stars) == (2, 2, 4, 4)
    assert (before.with_paper, before.paper_count, before.holding) == (1, 1, ["OCOP", "VG"])
    assert (after.starred, after.four_stars, after.card_stars, after.page_stars) == (1, 1, None, None)
    assert (after.with_paper, after.paper_count, after.holding) == (0, 0, [])
    assert f"OCOP,4,{LAST.isoformat()}" in before.glance_papers


@pytest.mark.parametrize("sealed", SEALED)
async def test_words_and_filters_together_find_it_no_more(session: AsyncSession, sealed: bool) -> None:
    await _market(session)
    if sealed:
        await catalogue.seal_search(session)
    asked = [("q", "miến dong"), ("stars", "4"), ("certificate", "VG")]
    for day, expected in ((LAST, 1), (NEXT, 0), (LAST, 1)):
        with clock.freeze(day):
            assert (await catalogue.find(await reader(session), asked)).found.total == expected, day


async def test_a_request_is_matched_only_while_the_paper_holds_through_the_delivery(session: AsyncSession) -> None:
    slug = await _market(session)
    buyer = await market.buyer(session)
    actor = market.acting(Role.BUYER, buyer.organisation_id)

    async def fits(*months: date) -> bool:
        asked = tuple((month, Decimal(100)) for month in months)
        request = await market.request(session, buyer, months=asked, min_stars=4, certificates=("VG",))
        ranked = await matching.ranked(session, request.code, actor=actor)
        return slug in [each.product_slug for each in ranked.matches]

    assert await fits(date(2026, 12, 1))
    assert not await fits(date(2026, 12, 1), date(2027, 1, 1))
    # The day after, it is not even looked at as one that holds papers.
    with clock.freeze(NEXT):
        assert not await fits(date(2027, 2, 1))


async def test_a_fair_counts_the_stars_that_hold_through_its_days(session: AsyncSession) -> None:
    slug = await _market(session)
    for name, last in (("Phiên đến ngày cuối", LAST), ("Phiên sang ngày sau", NEXT)):
        draft = fairs.FairDraft(
            name=name, kind="product_week", starts_on=LAST, ends_on=last, province_code="01", place="Quảng trường",
            hosts=("Sở Công Thương",),
        )  # fmt: skip
        await fairs.announce_fair(session, SYSTEM, draft)
    suits = {each.fair.name: each for each in await fairs.fairs_for_product(session, slug, None)}
    within, beyond = suits["Phiên đến ngày cuối"], suits["Phiên sang ngày sau"]
    assert ("4 sao", "good") in [(reason.text, str(reason.tone)) for reason in within.reasons]
    assert [str(reason.tone) for reason in beyond.reasons if "4 sao, hết hạn" in reason.text] == ["bad"]
    assert beyond.score < within.score


async def test_nothing_was_written_at_midnight(session: AsyncSession) -> None:
    slug = await _market(session)
    state = text("SELECT md5(string_agg(t::text, '' ORDER BY t.id)) FROM catalogue_certificate t")
    before = await session.scalar(state)
    with clock.freeze(NEXT):
        await _seen(session, slug)
    assert await session.scalar(state) == before
