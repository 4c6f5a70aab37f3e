"""Assisted entry: typed by an officer, agreed to by a code, owned by one, checked by another (C3)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service import accounts, catalogue
from service.accounts import SYSTEM, Actor, MemberRole, Role
from service.accounts.organisations import takeover as taking_over
from service.catalogue.assistance import codes
from service.catalogue.assistance import entries as assistance
from service.core import clock
from service.core.db import Database, new_id
from service.core.errors import Conflict, Invalid, NotAllowed, NotFound
from tests.catalogue.conftest import count, reader, supplier_row

TODAY = date(2026, 11, 24)
PASSWORD = "ruộng bậc thang tháng chín"


@pytest.fixture(autouse=True)
def today() -> Any:
    with clock.freeze(TODAY):
        yield


async def an_officer(session: AsyncSession) -> Actor:
    office = await accounts.found_organisation(session, "office", "Văn phòng Thử")
    return Actor(new_id(), "Cán bộ", office.id, "Văn phòng Thử", Role.OFFICER, MemberRole.MEMBER)


def typed(**said: Any) -> catalogue.EntryDraft:
    given = {"name": "Tổ hợp tác Thử", "legal_form": "group", "commune_code": "02185", "phone": "0912345678",
             "email": "to@vidu.vn", "source": "paper", "note": "Mẫu giấy số 3"}  # fmt: skip
    return catalogue.EntryDraft.model_validate({**given, **said})


def new_owner(**said: Any) -> accounts.NewOwner:
    given = {"name": "Nông Thị Thử", "phone": "0912345678", "password": PASSWORD, "agree": "on"}
    return accounts.NewOwner.model_validate({**given, **said})


async def entered(session: AsyncSession, officer: Actor, **said: Any) -> Any:
    entry = await catalogue.assist(session, officer, typed(**said))
    product = catalogue.AssistedProduct.model_validate(
        {"name": "Miến dong Thử", "commodity": "mien-dong", "pack_name": "gói 500 g", "net_weight_g": "500",
         "retail_price_vnd": "55000"}
    )  # fmt: skip
    await catalogue.assist_product(session, officer, entry.id, product)
    paper = catalogue.CertificateInput.model_validate({"kind": "ATTP", "issued_on": "1/1/2026", "valid_to": "1/1/2029"})
    await catalogue.assist_certificate(session, officer, entry.id, None, paper)
    return entry


@given(st.text(max_size=20))
def test_any_text_is_a_code_or_none(text: str) -> None:
    found = codes.understood(text)
    assert found is None or (len(found) == 8 and set(found) <= set(codes.LETTERS))


def test_codes_have_no_look_alikes_and_are_read_however_they_are_written() -> None:
    code = codes.new_code()
    assert not set(code) & set("01ILO")
    assert codes.understood(f" {codes.spoken(code).lower()} ") == codes.understood("-".join(code)) == code
    assert codes.fits(codes.hashed(code), code)
    assert not codes.fits(codes.hashed(code), code[::-1] if code[::-1] != code else "AAAAAAAA")
    assert not codes.fits("no hash", code)


async def test_from_the_paper_form_to_an_owner_and_a_check(session: AsyncSession) -> None:
    officer = await an_officer(session)
    entry = await entered(session, officer)
    code = await catalogue.give_code(session, officer, entry.id, by_mail=True)
    assert code not in str((await session.execute(text("SELECT code_hash, locator FROM catalogue_assisted_entry"))).all())
    assert await count(session, "core_mail WHERE template = 'assisted_entry'") == 1
    opening = await catalogue.open_code(session, codes.spoken(code))
    shown = await catalogue.record_by_code(session, opening)
    assert shown.said["name"] == "Tổ hợp tác Thử"
    assert [each.said["name"] for each in shown.products] == ["Miến dong Thử"]
    assert [each.said["kind"] for each in shown.papers] == ["ATTP"]
    owner = await catalogue.agree(session, opening, shown.digest, new_owner(), "vi")
    supplier, product = (
        await session.execute(
            text(
                "SELECT s.state, p.state FROM catalogue_supplier s JOIN catalogue_product p ON p.supplier_id = s.id"
                " WHERE s.id = :id"
            ),
            {"id": entry.supplier_id},
        )
    ).one()
    assert (supplier, product) == ("submitted", "submitted")
    assert (entry.agreed_by, entry.digest) == (owner.person_id, shown.digest)
    assert await count(session, "core_journal WHERE old::text LIKE '%Nông Thị%' OR new::text LIKE '%Nông Thị%'") == 0
    assert (entry.typed_by, entry.code_hash) == (officer.person_id, None)
    people = await accounts.people_of(session, [owner.organisation_id])  # type: ignore[list-item]
    assert [each.name for each in people[owner.organisation_id]] in ([], ["Nông Thị Thử"])  # type: ignore[index] # By mail, or none.
    # Both names stand in the history.
    _, lines = await catalogue.record_history(await reader(session), officer, "supplier", "to-hop-tac-thu")
    facts = {line.fact: line for line in lines}
    assert facts["EntryAgreed"].person == "Nông Thị Thử"
    assert "EntryTyped" in facts
    # The code opens nothing any more.
    again = await catalogue.open_code(session, code)
    assert again.entry is None


async def test_a_supplier_that_came_by_a_sheet_is_handed_over_and_stays_published(session: AsyncSession) -> None:
    officer = await an_officer(session)
    await catalogue.put_suppliers(session, SYSTEM, [supplier_row("BANG1", state="published")])
    how = catalogue.OfferDraft.model_validate({"supplier": "BANG1", "source": "visit"})
    entry = await catalogue.offer(session, officer, how.supplier, how)
    assert (await catalogue.offer(session, officer, "/nha-cung-cap/htx-so-bang1", how)).id == entry.id
    opening = await catalogue.open_code(session, await catalogue.give_code(session, officer, entry.id))
    shown = await catalogue.record_by_code(session, opening)
    await catalogue.agree(session, opening, shown.digest, new_owner(), "vi")
    assert await session.scalar(text("SELECT state FROM catalogue_supplier WHERE code = 'BANG1'")) == "published"
    person = await accounts.add_person(session, name="Chủ", email="chu@vidu.vn", password=PASSWORD)
    await catalogue.put_suppliers(session, SYSTEM, [supplier_row("BANG2")])
    with pytest.raises(Invalid):
        await catalogue.offer(session, officer, "KHONG-CO", how)
    with pytest.raises(NotAllowed):
        await catalogue.offer(session, replace(officer, role=Role.BUYER), "BANG2", how)
    second = await session.scalar(text("SELECT organisation_id FROM catalogue_supplier WHERE code = 'BANG2'"))
    await accounts.add_member(session, person.id, second, "owner")
    with pytest.raises(Invalid, match="đã có người quản lý"):
        await catalogue.offer(session, officer, "BANG2", how)


async def test_who_typed_it_never_approves_it(session: AsyncSession) -> None:
    officer = await an_officer(session)
    entry = await entered(session, officer)
    opening = await catalogue.open_code(session, await catalogue.give_code(session, officer, entry.id))
    shown = await catalogue.record_by_code(session, opening)
    with pytest.raises(NotAllowed):
        await catalogue.agree(session, opening, shown.digest, officer, "vi")
    await catalogue.agree(session, opening, shown.digest, new_owner(), "vi")
    reviews = (await session.execute(text("SELECT id, version FROM catalogue_review r, LATERAL (SELECT 1 AS version) x"))).all()
    assert len(reviews) == 3
    for review in reviews:
        assert await may(session, officer, review.id) is False
        assert await may(session, replace(officer, person_id=new_id()), review.id) is True


async def may(session: AsyncSession, actor: Actor, review_id: Any) -> bool:
    from service.catalogue import rules
    from service.catalogue.models import Certificate, Product, Supplier
    from service.catalogue.reviews import decisions as reviews
    from service.catalogue.reviews.models import Review

    review = await session.get_one(Review, review_id)
    kinds: dict[str, Any] = {"supplier": Supplier, "product": Product, "certificate": Certificate}
    record = await session.get_one(kinds[review.kind], review.subject)
    supplier = await session.get_one(Supplier, review.supplier_id)
    return rules.may_decide(actor, supplier.organisation_id, await reviews.typed_by(session, review, record))


async def test_what_was_not_shown_is_not_agreed_to(session: AsyncSession) -> None:
    officer = await an_officer(session)
    entry = await entered(session, officer)
    opening = await catalogue.open_code(session, await catalogue.give_code(session, officer, entry.id))
    shown = await catalogue.record_by_code(session, opening)
    changed = typed(name="Tổ hợp tác Khác").profile
    await catalogue.correct_entry(session, officer, entry.id, shown.version, changed)
    with pytest.raises(Conflict, match="Hồ sơ vừa đổi"):
        await catalogue.agree(session, opening, shown.digest, new_owner(), "vi")
    assert await count(session, "accounts_member") == 0
    new = await catalogue.record_by_code(session, opening)
    assert new.digest != shown.digest
    await catalogue.agree(session, opening, new.digest, new_owner(), "vi")
    with pytest.raises(Conflict):
        await catalogue.correct_entry(session, officer, entry.id, new.version, changed)
    with pytest.raises(Conflict):
        await catalogue.give_code(session, officer, entry.id)


async def test_whoever_holds_the_code_puts_it_right_first(session: AsyncSession) -> None:
    officer = await an_officer(session)
    entry = await entered(session, officer)
    opening = await catalogue.open_code(session, await catalogue.give_code(session, officer, entry.id))
    shown = await catalogue.record_by_code(session, opening)
    await catalogue.correct_by_code(session, opening, shown.version, typed(members="15").profile)
    (product,) = shown.products
    draft = catalogue.ProductDraft.model_validate({**product.said, "name": "Miến dong đúng tên"})
    await catalogue.correct_product_by_code(session, opening, product.id, product.version, draft)
    await catalogue.remove_paper_by_code(session, opening, shown.papers[0].id)
    after = await catalogue.record_by_code(session, opening)
    assert (after.said["members"], after.products[0].said["name"], after.papers) == (15, "Miến dong đúng tên", [])
    stranger = await entered(session, officer, name="Tổ khác")
    other = await session.scalar(text("SELECT id FROM catalogue_product WHERE supplier_id = :id"), {"id": stranger.supplier_id})
    with pytest.raises((NotFound, NotAllowed)):
        await catalogue.correct_product_by_code(session, opening, other, 1, draft)


async def test_ten_wrong_tries_lock_a_code_and_a_new_one_opens(session: AsyncSession) -> None:
    officer = await an_officer(session)
    entry = await catalogue.assist(session, officer, typed())
    code = await catalogue.give_code(session, officer, entry.id)
    wrong = code[:3] + ("22222" if code[3:] != "22222" else "33333")
    for _try in range(10):
        assert (await catalogue.open_code(session, wrong)).entry is None
    locked = await catalogue.open_code(session, code)
    assert locked.entry is None
    assert "bị khóa" in locked.refusal
    again = await catalogue.give_code(session, officer, entry.id)
    assert (await catalogue.open_code(session, code)).entry is None or code == again
    assert (await catalogue.open_code(session, again)).entry is not None


async def test_a_code_ends_after_thirty_days(session: AsyncSession) -> None:
    officer = await an_officer(session)
    entry = await catalogue.assist(session, officer, typed())
    code = await catalogue.give_code(session, officer, entry.id)
    with clock.freeze(TODAY + timedelta(days=30)):
        assert (await catalogue.open_code(session, code)).entry is not None
    with clock.freeze(TODAY + timedelta(days=31)):
        assert (await catalogue.open_code(session, code)).entry is None


async def test_the_same_form_twice_enters_one(session: AsyncSession) -> None:
    officer, key = await an_officer(session), new_id()
    for _twice in range(2):
        await catalogue.assist(session, officer, typed(), key=key)
    assert await count(session, "catalogue_supplier") == 1


async def test_only_officers_type_for_others(session: AsyncSession) -> None:
    officer = await an_officer(session)
    entry = await catalogue.assist(session, officer, typed())
    for actor in (replace(officer, role=Role.BUYER), replace(officer, role=Role.SUPPLIER),
                  replace(officer, member_role=MemberRole.VIEWER)):  # fmt: skip
        with pytest.raises(NotAllowed):
            await catalogue.assist(session, actor, typed())
        with pytest.raises(NotAllowed):
            await catalogue.give_code(session, actor, entry.id)
    with pytest.raises(NotAllowed):
        await catalogue.assisted_entries(await reader(session), replace(officer, role=Role.BUYER))
    ((waiting,), _none) = await catalogue.assisted_entries(await reader(session), officer)
    assert (waiting.standing, waiting.source_name) == ("none", "từ mẫu giấy")
    with pytest.raises(Invalid):
        await catalogue.assisted_entries(await reader(session), officer, cursor="%%")


async def test_a_weak_password_or_no_consent_agrees_to_nothing(session: AsyncSession) -> None:
    officer = await an_officer(session)
    entry = await catalogue.assist(session, officer, typed())
    opening = await catalogue.open_code(session, await catalogue.give_code(session, officer, entry.id))
    shown = await catalogue.record_by_code(session, opening)
    for said in ({"password": "matkhau123"}, {"agree": ""}):
        with pytest.raises(Invalid):
            await catalogue.agree(session, opening, shown.digest, new_owner(**said), "vi")
    assert entry.agreed_at is None


async def test_somebody_who_has_signed_in_owns_it_as_herself(session: AsyncSession) -> None:
    officer = await an_officer(session)
    entry = await catalogue.assist(session, officer, typed())
    opening = await catalogue.open_code(session, await catalogue.give_code(session, officer, entry.id))
    shown = await catalogue.record_by_code(session, opening)
    person = await accounts.add_person(session, name="Chủ nhiệm", email="chu@vidu.vn", password=PASSWORD)
    me = Actor(person.id, "Chủ nhiệm", None, "", Role.NOBODY)
    owner = await catalogue.agree(session, opening, shown.digest, me, "vi")
    assert (owner.role, owner.member_role, owner.person_id) == (Role.SUPPLIER, MemberRole.OWNER, person.id)


@pytest_asyncio.fixture(loop_scope="session")
async def waiting(real_database: Database) -> AsyncIterator[tuple[Database, str]]:
    """A code that is out, with real commits; everything is gone afterwards."""
    async with real_database.transaction() as session:
        officer = await an_officer(session)
        entry = await catalogue.assist(session, officer, typed())
        code = await catalogue.give_code(session, officer, entry.id)
    yield real_database, code
    owner = Database(real_database.url, role=None)
    async with owner.transaction() as session:
        await session.execute(text("TRUNCATE accounts_organisation, accounts_person, core_journal, core_mail CASCADE"))
    await owner.close()


async def _agree(database: Database, code: str, name: str) -> str:
    async with database.transaction() as session:
        opening = await catalogue.open_code(session, code)
        if opening.entry is None:
            return "refused"
        shown = await catalogue.record_by_code(session, opening)
        try:
            await catalogue.agree(
                session, opening, shown.digest, new_owner(name=name, phone=None, email=f"{name}@vidu.vn"), "vi"
            )
        except Conflict:
            return "refused"
        await asyncio.sleep(0.2)
        return "owns"


async def _owners(database: Database) -> int:
    async with database.transaction() as session:
        return await count(session, "accounts_member WHERE role = 'owner'")


async def _presses(database: Database) -> list[Any]:
    key = new_id()
    officer = Actor(new_id(), "Cán bộ", None, "Văn phòng Thử", Role.OFFICER, MemberRole.MEMBER)

    async def press() -> None:
        async with database.transaction() as session:
            await catalogue.assist(session, officer, typed(name="Tổ hai lần bấm"), key=key)
            await asyncio.sleep(0.1)

    return await asyncio.gather(press(), press(), press(), return_exceptions=True)


async def test_two_presses_at_once_enter_one(waiting: tuple[Database, str]) -> None:
    database, _code = waiting
    assert await _presses(database) == [None] * 3
    async with database.transaction() as session:
        assert await count(session, "catalogue_supplier WHERE name = 'Tổ hai lần bấm'") == 1


async def test_without_the_lock_two_presses_at_once_break(
    waiting: tuple[Database, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    database, _code = waiting

    async def no_lock(_conn: Any) -> None:
        await asyncio.sleep(0)

    monkeypatch.setattr(assistance.staging, "one_at_a_time", no_lock)
    assert any(isinstance(outcome, Exception) for outcome in await _presses(database))


async def test_two_who_agree_at_once_make_one_owner(waiting: tuple[Database, str]) -> None:
    database, code = waiting
    outcomes = await asyncio.gather(*(_agree(database, code, f"chu{n}") for n in range(3)))
    assert sorted(outcomes) == ["owns", "refused", "refused"]
    assert await _owners(database) == 1


async def test_without_its_locks_two_who_agree_at_once_both_own(
    waiting: tuple[Database, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    database, code = waiting
    found = assistance.select

    def unlocked(*asked: Any) -> Any:
        statement = found(*asked)
        monkeypatch.setattr(type(statement), "with_for_update", lambda self, **_how: self)
        return statement

    monkeypatch.setattr(assistance, "select", unlocked)
    get, get_one = AsyncSession.get, AsyncSession.get_one

    async def plainly(self: AsyncSession, *what: Any, with_for_update: Any = None, **how: Any) -> Any:
        return await get(self, *what, **how)

    async def plainly_one(self: AsyncSession, *what: Any, with_for_update: Any = None, **how: Any) -> Any:
        return await get_one(self, *what, **how)

    monkeypatch.setattr(AsyncSession, "get", plainly)
    monkeypatch.setattr(AsyncSession, "get_one", plainly_one)
    seen = taking_over.people_in

    async def slowly(session: AsyncSession, organisation_id: Any) -> Any:
        people = await seen(session, organisation_id)
        await asyncio.sleep(0.5)
        return people

    monkeypatch.setattr(taking_over, "people_in", slowly)
    outcomes = await asyncio.gather(*(_agree(database, code, f"chu{n}") for n in range(2)), return_exceptions=True)
    assert outcomes != ["owns", "refused"]
    assert "refused" not in outcomes
