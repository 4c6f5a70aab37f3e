"""The booths of a fair from accepted applications to a plan that everybody sees, and what happens when somebody leaves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

import httpx
import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from service import accounts
from service.core import clock, events
from service.core.db import Database, new_id
from service.fairs.plans.events import PlanAsked
from service.fairs.plans.tasks import give_out_booths
from tests.fairs.plans.stage import stage, withdraw
from tests.web.conftest import SignedIn, client, signed_in  # noqa: F401 - fixtures of the web tests.


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.freeze(date(2026, 11, 28)):
        yield


async def _work(database: Database) -> None:
    """What the worker does with the questions that wait for it."""
    async with database.transaction() as session:
        told = await session.scalars(select(events.JournalEntry).where(events.JournalEntry.fact == "PlanAsked"))
        facts = [events.revive(PlanAsked, each) for each in told]
    for fact in facts:
        await give_out_booths(database, fact)


async def _subjects(session: AsyncSession) -> list[str]:
    return list(await session.scalars(text("SELECT subject FROM core_mail WHERE template = 'booth_plan' ORDER BY id")))


def _version(page: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', page)
    assert found is not None
    return found.group(1)


async def test_from_accepted_applications_to_a_published_plan_and_on_after_a_withdrawal(
    signed_in: SignedIn,  # noqa: F811 - the fixture.
    client: httpx.AsyncClient,  # noqa: F811 - the fixture.
    session: AsyncSession,
    database: Database,
) -> None:
    organisation = await accounts.found_organisation(session, "organiser", "Ban tổ chức hội chợ")
    await accounts.verify_organisation(session, organisation.id, date(2026, 1, 1), actor=accounts.SYSTEM)
    there = await stage(session, length=2, exhibitors=5, on_market=5, organisation_id=organisation.id)
    for supplier in there.suppliers:
        email = f"{supplier}@chophien.example"
        person = await accounts.add_person(session, name="Người nhận thư", email=email, password="mật khẩu để thử")
        await accounts.add_member(session, person.id, supplier, "owner")
    await session.flush()
    browser = await signed_in(organisation_id=organisation.id)
    desk, public = f"/ban-to-chuc/hoi-cho/{there.slug}/xep-gian", f"/hoi-cho/{there.slug}"

    # The organiser says what matters and lets the computer work.
    assert "5 đơn đã nhận" in (await browser.get(desk)).text
    form = {"order": ["placed", "moved", "wishes"], "seconds": "10", "key": str(new_id())}
    first = (await browser.post(desk, data=form)).headers["location"]
    assert "Đang chờ máy" in (await browser.get(first)).text
    await _work(database)
    page = (await browser.get(first)).text
    assert "4 trên 5 đơn vị có gian" in page
    assert "tối ưu, đã chứng minh" in page
    assert "Đã hết gian hợp với đơn" in (await browser.get(f"{first}?xem=chua-co")).text

    # By hand: two swap, and one is locked.
    moved = await browser.get(f"{first}/tay", params={"chon": "A1", "den": "B2"})
    hand = moved.headers["location"]
    locked = (await browser.get(hand, params={"b": _steps(hand), "who": "A1", "what": "lock"})).headers["location"]
    kept = await browser.post(f"{first}/tay", data={"steps": _steps(locked), "newest": "1", "key": str(new_id())})
    second = kept.headers["location"]
    assert second == f"{desk}/2"

    # It is published; everybody sees it, and each exhibitor hears once.
    before = (await browser.get(f"{second}/cong-bo")).text
    assert (await browser.post(f"{second}/cong-bo", data={"version": _version(before)})).status_code == 303
    assert len(await _subjects(session)) == 5
    assert "4 đơn vị" in (await client.get(f"{public}/don-vi")).text

    # One withdraws; the plan says so, and one button finds the plan that moves fewest.
    await withdraw(session, there.applications[0])
    await session.flush()
    old = (await browser.get(desk)).text
    assert "1 đơn vị rút: HTX Số 0" in old
    again = {
        name: value
        for name, value in re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', _button(old))
        if name != "order"
    }
    order = re.findall(r'name="order" value="(\w+)"', _button(old))
    third = (await browser.post(desk, data={**again, "order": order, "seconds": "10"})).headers["location"]
    await _work(database)
    page = (await browser.get(third)).text
    assert "5" in page
    assert "Không đơn vị nào mất gian đã công bố" in page
    change = (await browser.get(f"{third}/cong-bo")).text
    assert "HTX Số 4" in change
    assert "đã rút" in change
    assert (await browser.post(f"{third}/cong-bo", data={"version": _version(change)})).status_code == 303
    told = await _subjects(session)
    assert len(told) == 6
    assert "gian của bạn là" in told[-1]
    shown = (await client.get(f"{public}/don-vi")).text
    assert "HTX Số 4" in shown
    assert "HTX Số 0" not in shown


def _steps(address: str) -> list[str]:
    return httpx.URL(address).params.get_list("b")


def _button(page: str) -> str:
    """The form of the one button."""
    return page[page.index("Phương án này đã cũ") : page.index("Xếp lại, chuyển ít nhất")]
