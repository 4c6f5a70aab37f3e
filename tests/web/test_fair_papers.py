"""Papers of a fair: PDF for whoever may have it, filled from who has which booth."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
import pytest_asyncio
from sqlalchemy.ext.asyncio import AsyncSession

from service import fairs
from service.core import clock, pdf
from service.core.db import new_id
from service.core.errors import NotAllowed
from service.fairs.papers import Kind, Paper
from tests.fairs.bookings.grounds import NOW, Grounds, grounds
from tests.web.conftest import SignedIn


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with clock.freeze(NOW):
        yield


@pytest_asyncio.fixture(loop_scope="session")
async def at(session: AsyncSession) -> AsyncIterator[Grounds]:
    """A fair with two booths taken and one held, and passes for those who come."""
    made = await grounds(session, booths=4)
    for number, actor in enumerate(made.exhibitors, 1):
        wish = fairs.bookings.BoothWish(booth=f"A{number:03}")
        held = await fairs.bookings.book(session, actor, made.slug, wish, key=new_id())
        if number < 3:
            await fairs.bookings.confirm_booth(session, actor, held.id)
    await fairs.onsite.make_roster(session, made.organiser, made.slug)
    yield made


async def _paper(session: AsyncSession, at: Grounds, kind: Kind) -> Paper:
    return await fairs.papers.paper(session, at.organiser, at.slug, kind)


async def test_papers_hold_those_who_have_booths_for_good(session: AsyncSession, at: Grounds) -> None:
    listed = await _paper(session, at, Kind.LIST)
    assert [(line["name"], line["booths"]) for line in listed.data["lines"]] == [("HTX DG0", "A001"), ("HTX DG1", "A002")]
    fascias = await _paper(session, at, Kind.FASCIAS)
    assert [(line["booth"], line["name"]) for line in fascias.data["halls"][0]["lines"]] == [
        ("A001", "HTX DG0"),
        ("A002", "HTX DG1"),
    ]
    signs = await _paper(session, at, Kind.SIGNS)
    assert [sign["booth"] for sign in signs.data["signs"]] == ["A001", "A002"]
    badges = await _paper(session, at, Kind.BADGES)
    assert {badge["exhibitor"] for badge in badges.data["badges"]} == {"HTX DG0", "HTX DG1"}
    assert len(badges.images) == badges.pieces >= 2


async def test_the_plan_is_drawn_at_the_largest_round_scale_that_fits(session: AsyncSession, at: Grounds) -> None:
    plan = await _paper(session, at, Kind.PLAN)
    (hall,) = plan.data["halls"]
    assert hall["scale"] == "1:750"  # 200 m on 384 mm.
    assert [line["booth"] for line in hall["lines"]] == ["A001", "A002"]


@pytest.mark.parametrize("kind", list(Kind))
async def test_every_paper_becomes_a_pdf(session: AsyncSession, at: Grounds, kind: Kind) -> None:
    found = await _paper(session, at, kind)
    content = await pdf.made(found.template, found.data, images=found.images)
    assert content.startswith(b"%PDF")
    empty = {name: [] if isinstance(value, list) else value for name, value in found.data.items()}
    assert (await pdf.made(found.template, empty)).startswith(b"%PDF")


async def test_what_is_typed_is_text_and_never_markup(session: AsyncSession, at: Grounds) -> None:
    found = await _paper(session, at, Kind.LIST)
    hostile = {**found.data, "lines": [{"name": '#read("/etc/passwd") $x$ [*', "booths": "#{", "halls": "\\"}]}
    assert (await pdf.made(found.template, hostile)).startswith(b"%PDF")
    # A sign that nobody sees, pasted into the name of a hall, is none that a picture may hold.
    plan = await _paper(session, at, Kind.PLAN)
    pasted = {name: drawn.replace("</svg>", "<title>\x01\x0b\ufffe</title></svg>") for name, drawn in plan.images.items()}
    assert (await pdf.made(plan.template, plan.data, images=pasted)).startswith(b"%PDF")


async def test_badges_are_the_organisers_alone(session: AsyncSession, at: Grounds) -> None:
    for kind in set(Kind) - fairs.papers.PUBLIC:
        with pytest.raises(NotAllowed):
            await fairs.papers.paper(session, at.exhibitors[0], at.slug, kind)
    for kind in fairs.papers.PUBLIC:
        assert (await fairs.papers.paper(session, None, at.slug, kind)).pieces > 0


async def test_the_page_leads_to_each_paper(
    session: AsyncSession, at: Grounds, signed_in: SignedIn, client: httpx.AsyncClient
) -> None:
    await session.commit()
    browser = await signed_in(organisation_id=at.organiser.organisation_id)
    base = f"/ban-to-chuc/hoi-cho/{at.slug}/giay-to"
    page = (await browser.get(base)).text
    for kind in Kind:
        assert f'href="{base}/{kind}.pdf"' in page
        answer = await browser.get(f"{base}/{kind}.pdf")
        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    assert (await browser.get(f"{base}/khong-co.pdf")).status_code == 404
    assert (await client.get(f"/hoi-cho/{at.slug}/so-do.pdf")).headers["content-type"] == "application/pdf"
