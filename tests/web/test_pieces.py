"""The pieces of the face: the twelve-month strip says in words what it draws, forms keep what was typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncSession

from service.core.i18n import speaking
from service.web.pages import render, strips
from tests import market

if TYPE_CHECKING:
    from tests.web.conftest import SignedIn

MONTHS = st.sets(st.integers(1, 12))


def drawn(source: str, language: str = "vi", **values: Any) -> str:
    """A line of a template that uses pieces of ui.html."""
    with speaking(language):
        return render.environment(language).from_string(source).render(**values)


def months_of(words: str) -> set[int]:
    """Read a season back from its Vietnamese words."""
    if words == "chưa khai":
        return set()
    if words == "quanh năm":
        return set(range(1, 13))
    found: set[int] = set()
    for run in words.split(", "):
        first, _, last = run.replace("T", "").partition("–")
        month = int(first)
        found.add(month)
        while month != int(last or first):
            month = month % 12 + 1
            found.add(month)
    return found


@given(MONTHS)
def test_the_words_of_a_season_can_be_read_back(months: set[int]) -> None:
    assert months_of(strips.season_words(months)) == months


@pytest.mark.parametrize(
    ("months", "vi", "en"),
    [((11, 12, 1), "T11–T1", "Nov–Jan"), ((5, 7), "T5, T7", "May, Jul"), ((), "chưa khai", "not declared")],
)
def test_a_season_runs_across_the_turn_of_the_year(months: tuple[int, ...], vi: str, en: str) -> None:
    assert strips.season_words(months) == vi
    assert f'aria-label="Mùa vụ: {vi}"' in strips.season_picture(months)
    with speaking("en"):
        assert strips.season_words(months) == en
        assert f'aria-label="Season: {en}"' in strips.season_picture(months)
        assert f'aria-label="Wanted: {en}"' in strips.asked_picture(months)


def test_the_strip_says_what_is_missing() -> None:
    cells = [
        {"month": 12, "year": 2026, "asked": 500, "covered": 200, "season": True},
        {"month": 1, "year": 2027, "asked": 300, "covered": 300},
    ]
    said = drawn('{% from "ui.html" import strip %}{{ strip(cells, "Giao") }}', cells=cells)
    assert "Tháng 12 2026: đúng mùa; yêu cầu 500\u00a0kg; thiếu 300\u00a0kg" in said
    assert "Tháng 1 2027: yêu cầu 300\u00a0kg; đủ" in said
    assert "−300" in said


@given(st.lists(st.none() | st.integers(0, 10**6), min_size=12, max_size=12), st.integers(0, 10**6))
def test_the_strip_draws_any_quantities(capacities: list[int | None], asked: int) -> None:
    cells = [
        {"month": n + 1, "capacity": kg, "asked": asked, "covered": min(kg or 0, asked)} for n, kg in enumerate(capacities)
    ]
    said = drawn('{% from "ui.html" import strip %}{{ strip(cells, "Giao") }}', cells=cells)
    assert said.count("<li") == 12
    assert 'height="-' not in said


def test_a_field_keeps_what_was_typed_and_tells_what_is_wrong() -> None:
    said = drawn(
        '{% from "ui.html" import field, errors %}{{ errors({"price": "Giá chưa đúng."}) }}'
        '{{ field("price", "Giá", typed, error="Giá chưa đúng.", help="Ví dụ 85k.", unit="đ") }}',
        typed='8"<k',
    )
    assert 'value="8&#34;&lt;k"' in said
    assert 'aria-invalid="true"' in said
    assert 'aria-describedby="f-price-help f-price-error"' in said
    assert '<a href="#f-price">Giá chưa đúng.</a>' in said


def test_the_frame_loads_exactly_what_the_policy_and_the_tests_know() -> None:
    said = drawn(
        '{% extends "base.html" %}',
        me=None,
        flash=None,
        query="",
        path="/",
        development=True,
        language_address={"vi": "/", "en": "/"},
    )
    assert said.count("https://") == 2
    assert said.count('integrity="sha384-') == 2
    assert " style=" not in said
    assert said.count("<script") == said.count(" defer></script>") == 2


async def test_a_remembered_piece_is_drawn_anew_when_what_it_shows_has_changed(
    client: httpx.AsyncClient, session: AsyncSession
) -> None:
    await market.supplier(session, name="HTX Tên Cũ", wholesale_public=False)
    slug = await market.product(session, name="Miến dong một lần")
    for _ in range(2):  # Drawn, then remembered.
        assert "HTX Tên Cũ" in (await client.get(f"/san-pham/{slug}")).text
        assert "HTX Tên Cũ" in (await client.get("/san-pham?q=miến dong một lần")).text
    await market.supplier(session, name="HTX Tên Mới", wholesale_public=False)
    for address in (f"/san-pham/{slug}", "/san-pham?q=miến dong một lần"):
        shown = (await client.get(address)).text
        assert "HTX Tên Mới" in shown
        assert "HTX Tên Cũ" not in shown


async def test_readers_with_other_rights_see_pieces_of_their_own(
    client: httpx.AsyncClient, session: AsyncSession, signed_in: SignedIn
) -> None:
    organisation = await market.supplier(session, wholesale_public=False)
    slug = await market.product(session)
    owner = await signed_in(organisation_id=organisation)
    for _ in range(2):
        assert "80.000" in (await owner.get(f"/san-pham/{slug}")).text
        assert "80.000" not in (await client.get(f"/san-pham/{slug}")).text
    english = await client.get(f"/san-pham/{slug}?lang=en")
    assert "Packs and prices" in english.text or "Price" in english.text
