"""What a supplier's past says: bounded, monotone, one half where nothing is known, and the same in every look at it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service import catalogue, matching
from service.accounts import SYSTEM, Role
from service.core import clock
from service.core.db import new_id
from service.matching import ranking
from service.matching.candidates import candidates, offers_in_terms
from service.matching.queries import stored
from service.matching.ranking import Weights
from service.matching.record import Record, answers, deliveries, reliability
from service.matching.records import records_of
from tests import market
from tests.market import TODAY, acting

kilograms = st.integers(0, 5000).map(float)
counts = st.integers(0, 30)
records = st.builds(
    Record, promised=kilograms, on_time=kilograms, delivered=kilograms, answered=counts, silent=counts,
    hours=st.none() | st.floats(0, 1000),
)  # fmt: skip


@given(records)
def test_it_is_a_share_and_unknown_exactly_where_nothing_is_known(record: Record) -> None:
    found = reliability(record)
    assert (found is None) == (record.promised == 0 and record.asked == 0)
    assert found is None or 0 <= found <= 1
    assert reliability(None) is None


@given(records, st.integers(1, 500))
def test_more_on_time_and_more_answers_never_make_it_worse(record: Record, more: int) -> None:
    before = reliability(record)
    if before is None:
        return
    better = (
        replace(record, on_time=record.on_time + more), replace(record, delivered=record.delivered + more),
        replace(record, answered=record.answered + more), replace(record, hours=(record.hours or 0) / 2),
    )  # fmt: skip
    worse = (replace(record, silent=record.silent + more), replace(record, hours=(record.hours or 0) + more))
    known = [each for each in better if (each.asked > 0) == (record.asked > 0)]
    assert all((reliability(each) or 0) >= before - 1e-12 for each in known)
    spoiled = [each for each in worse if (each.asked > 0) == (record.asked > 0) and record.hours is not None]
    assert all((reliability(each) or 0) <= before + 1e-12 for each in spoiled)


def test_the_unknown_part_neither_wins_nor_loses() -> None:
    delivered = Record(promised=100, on_time=100, delivered=100)
    assert reliability(delivered) == pytest.approx((2 * 1 + 0.5) / 3)
    answered = Record(answered=1, hours=0)
    assert answers(answered) == pytest.approx(2 / 3)  # One invitation is no habit.
    assert deliveries(answered) is None
    assert answers(Record(silent=1)) == pytest.approx(1 / 6)
    late = Record(promised=100, on_time=0, delivered=100)
    assert deliveries(late) == pytest.approx(1 / 3)
    assert answers(Record(answered=8, hours=48)) == pytest.approx(0.9 * 0.75)


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.freeze(TODAY):
        yield


async def _product(session: AsyncSession, code: str) -> UUID:
    statement = "SELECT p.id FROM catalogue_product p JOIN catalogue_supplier s ON s.id = p.supplier_id WHERE s.code = :code"
    found = await session.scalar(text(statement), {"code": code})
    assert isinstance(found, UUID)
    return found


async def _suppliers(session: AsyncSession) -> dict[str, UUID]:
    found = await session.execute(text("SELECT code, id FROM catalogue_supplier"))
    return {row[0]: row[1] for row in found}


async def _past(session: AsyncSession, code: str, kg: int, delivered: int, on: date) -> None:
    """A promise for September 2026 of which so much came on that day."""
    product_id, order = await _product(session, code), new_id()
    source = catalogue.ledger.Source("order", order, "Đơn cũ")
    with clock.freeze(date(2026, 9, 1)):
        wish = catalogue.ledger.Wish(product_id, date(2026, 9, 1), Decimal(kg))
        await catalogue.ledger.promise(session, SYSTEM, [wish], source=source, reason="đơn cũ")
    with clock.freeze(on):
        await catalogue.ledger.consume(session, SYSTEM, "order", order, product_id, date(2026, 9, 1), Decimal(delivered), on=on)


async def test_both_looks_see_the_same_past_and_say_it_in_words(session: AsyncSession) -> None:
    for code in ("HTX1", "HTX2", "HTX3"):
        await market.supplier(session, code)
        await market.product(session, code, code)
    await _past(session, "HTX1", 400, 400, date(2026, 9, 20))
    await _past(session, "HTX2", 400, 100, date(2026, 10, 5))
    suppliers = await _suppliers(session)
    with clock.freeze(TODAY - timedelta(days=10)):
        old = await market.request(session)
        await matching.invitations.invite(session, SYSTEM, old.code, [suppliers["HTX1"], suppliers["HTX2"]])
    with clock.freeze(datetime(2026, 11, 12, 15, 0, tzinfo=clock.ZONE)):
        await matching.invitations.note_answer(session, SYSTEM, old.id, suppliers["HTX1"])
    assert await matching.invitations.note_silence(session) == 1
    request = await market.request(session)
    in_terms = (await stored(session, request.code)).in_terms(TODAY)
    terms = await catalogue.commodity_terms(session)
    found = await candidates(session, in_terms, Weights(), terms, reader=None)
    ids = (await session.scalars(text("SELECT id FROM catalogue_product"))).all()
    rows = await catalogue.offers_named(session, ids, reader=None)
    known = await records_of(session, suppliers.values())
    whole = ranking.rank(in_terms, offers_in_terms(in_terms, rows.values(), terms, known), Weights())
    said = [(match.offer.slug, round(match.score, 9), match.offer.reliability) for match in found.ranking.matches]
    assert said == [(match.offer.slug, round(match.score, 9), match.offer.reliability) for match in whole.matches]
    assert [slug.split("-")[2] for slug, _score, _trust in said] == ["htx1", "htx3", "htx2"]  # The unknown stands between.
    assert said[1][2] is None
    view = await matching.ranked(session, request.code)
    words = {
        each.supplier_name: next(
            factor.evidence.replace("\u00a0", " ") for factor in each.factors if factor.name == "reliability"
        )
        for each in view.matches
    }
    assert words["HTX HTX1"] == (
        "Giao đúng tháng 100% và giao đủ 100% của 400 kg đã hứa. Trả lời 1 trong 1 lời mời đúng hẹn, thường sau 6 giờ."
    )
    assert words["HTX HTX2"].startswith("Giao đúng tháng 0% và giao đủ 25%")
    assert "0 trong 1 lời mời" in words["HTX HTX2"]
    assert words["HTX HTX3"].startswith("Chưa giao hàng")
    # The supplier reads the same of itself, on its own list.
    own = await session.scalar(text("SELECT organisation_id FROM catalogue_supplier WHERE code = 'HTX2'"))
    mine = await matching.requests_for_supplier(session, acting(Role.SUPPLIER, own))
    here = next(fit.best.score for fit in mine.fits if fit.request.code == request.code)
    assert here == pytest.approx(next(each.score for each in view.matches if each.supplier_name == "HTX HTX2"))


async def test_only_users_of_a_name_fit_a_request_under_it_and_both_looks_say_so(session: AsyncSession) -> None:
    for code, commune in (("TRONG", "02185"), ("CHUA", "02185"), ("NGOAI", None)):
        await market.supplier(session, code, commune_code=commune)
        await market.product(session, code, code)
    suppliers = await _suppliers(session)
    slug = "mien-dong-bac-kan"
    await session.execute(text("UPDATE catalogue_mark SET commune_codes = '{02185}' WHERE slug = :slug"), {"slug": slug})
    listed = text(
        "INSERT INTO catalogue_mark_user (mark_id, supplier_id) SELECT m.id, :who FROM catalogue_mark m WHERE m.slug = :slug"
    )
    for code in ("TRONG", "NGOAI"):
        await session.execute(listed, {"who": suppliers[code], "slug": slug})
    request = await market.request(session, mark_slug=slug)
    in_terms = (await stored(session, request.code)).in_terms(TODAY)
    terms = await catalogue.commodity_terms(session)
    found = (await candidates(session, in_terms, Weights(), terms, reader=None)).ranking
    ids = (await session.scalars(text("SELECT id FROM catalogue_product"))).all()
    rows = await catalogue.offers_named(session, ids, reader=None)
    whole = ranking.rank(in_terms, offers_in_terms(in_terms, rows.values(), terms), Weights())
    for one in (found, whole):
        assert [match.offer.slug for match in one.matches] == ["mien-dong-trong-trong"]
        assert {match.offer.slug for match in one.near} == {"mien-dong-chua-chua", "mien-dong-ngoai-ngoai"}
    view = await matching.ranked(session, request.code)
    assert any("được dùng nhãn hiệu" in reason.text for reason in view.matches[0].reasons)
    assert {each.change for each in view.near} == {"không bán dưới nhãn hiệu"}
    assert {tuple(each.change_fields.items()) for each in view.near} == {(("mark_slug", ""),)}
