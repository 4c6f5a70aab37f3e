"""Handing in, deciding, returning: who may, what stays up meanwhile, and two officers at the same moment."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from service import accounts, catalogue
from service.accounts import SYSTEM, Actor, MemberRole, Role
from service.catalogue.models import Certificate, Product
from service.catalogue.reviews import decisions as reviews
from service.catalogue.reviews.models import Review
from service.core import clock
from service.core.db import Database, new_id
from service.core.errors import Conflict, Invalid, NotAllowed, NotFound
from service.core.mail import Mail
from tests.catalogue.conftest import Coop, count, product_row, profile, reader, supplier_row
from tests.reviewing import approve_everything, decide, officer, seen, waiting

MakeCoop = Callable[..., Awaitable[Coop]]


def draft(**said: Any) -> catalogue.ProductDraft:
    given = {"name": "Miến dong", "commodity": "mien-dong", "ingredients": "Củ dong riềng", **said}
    return catalogue.ProductDraft.model_validate(given)


def paper(**said: Any) -> catalogue.CertificateInput:
    return catalogue.CertificateInput.model_validate({"kind": "ATTP", "number": "A-1", "issued_on": "1/8/2026", **said})


async def complete(session: AsyncSession, htx: Coop, **said: Any) -> Product:
    """A product that can be handed in: a pack, and a paper that waits."""
    product = await catalogue.draft(session, htx.owner, htx.id, draft(**said))
    packs = [catalogue.PackInput(name="Túi 500 g")]
    await catalogue.set_packs(session, htx.owner, product.id, product.version, packs)
    await catalogue.add_certificate(session, htx.owner, htx.id, product.id, paper())
    return product


async def published(session: AsyncSession, htx: Coop, **said: Any) -> Product:
    """A product that an officer has published."""
    product = await complete(session, htx, **said)
    await catalogue.submit_product(session, htx.owner, product.id)
    await approve_everything(session)
    return product


async def test_what_is_missing_is_told_before_anybody_has_to_look(session: AsyncSession, coop: MakeCoop) -> None:
    htx = await coop()
    product = await catalogue.draft(session, htx.owner, htx.id, catalogue.ProductDraft(name="Miến dong"))
    with pytest.raises(Invalid) as refusal:
        await catalogue.submit_product(session, htx.owner, product.id)
    assert set(refusal.value.errors) == {"product", "packs", "certificates"}
    with clock.freeze(date(2030, 1, 1)):  # The only paper has run out by then.
        other = await complete(session, htx)
        await catalogue.revise_certificate(session, htx.owner, (await _papers(session))[0].id, paper(valid_to="1/9/2029"))
        with pytest.raises(Invalid) as refusal:
            await catalogue.submit_product(session, htx.owner, other.id)
        assert set(refusal.value.errors) == {"certificates"}


async def test_a_product_is_shown_once_its_papers_and_it_have_been_checked(session: AsyncSession, coop: MakeCoop) -> None:
    htx = await coop()
    product = await complete(session, htx)
    await catalogue.submit_product(session, htx.owner, product.id)
    await catalogue.submit_product(session, htx.owner, product.id)
    certificate, submission = await waiting(session)
    assert (certificate.kind, submission.kind) == ("certificate", "product")
    with pytest.raises(Conflict, match="giấy chứng nhận"):
        await decide(session, submission)
    await decide(session, certificate)
    await decide(session, submission)
    page = await catalogue.product_page(await reader(session), product.slug)
    assert [(each.number, each.holds) for each in page.certificates] == [("A-1", True)]


async def test_only_a_checked_paper_counts_or_is_shown(session: AsyncSession, coop: MakeCoop) -> None:
    htx = await coop()
    product = await published(session, htx)
    stars = catalogue.CertificateInput.model_validate({"kind": "OCOP", "stars": "4", "issued_on": "1/8/2026"})
    await catalogue.add_certificate(session, htx.owner, htx.id, product.id, stars)
    own = await catalogue.product_page(await reader(session), product.slug, htx.owner)
    assert {each.kind: each.state for each in own.certificates} == {"ATTP": "checked", "OCOP": "submitted"}
    for actor in (None, officer(role=Role.BUYER), SYSTEM):
        page = await catalogue.product_page(await reader(session), product.slug, actor)
        assert page.stars is None
    facets = text("SELECT facets FROM catalogue_search WHERE product_id = :id")
    assert "s4" not in await session.scalar(facets, {"id": product.id})
    offer = (await catalogue.offers_named(session, [product.id], reader=None))[product.id]
    assert list(offer.paper_kind) == ["ATTP"]
    await approve_everything(session)
    assert (await catalogue.product_page(await reader(session), product.slug)).stars == 4
    assert "s4" in await session.scalar(facets, {"id": product.id})


async def test_nobody_decides_about_her_own(session: AsyncSession, coop: MakeCoop) -> None:
    htx = await coop()
    product = await complete(session, htx)
    await catalogue.submit_product(session, htx.owner, product.id)
    (certificate, _submission) = await waiting(session)
    belongs = officer(memberships=frozenset({htx.organisation_id}))
    typed = officer(person_id=htx.owner.person_id)
    for actor in (
        belongs,
        typed,
        officer(member_role=MemberRole.VIEWER),
        officer(on_behalf_of=new_id()),
        officer(person_id=None),
    ):
        with pytest.raises(NotAllowed):
            await decide(session, certificate, actor)
    strangers = [officer(role=role) for role in (Role.BUYER, Role.ORGANISER, Role.ADMINISTRATOR)]
    for actor in (htx.owner, *strangers, accounts.NOBODY):
        with pytest.raises(NotFound):
            await decide(session, certificate, actor)
    await decide(session, certificate, officer())


async def test_whoever_has_typed_anything_of_a_record_is_its_typist(session: AsyncSession, coop: MakeCoop) -> None:
    htx = await coop()
    product = await complete(session, htx)
    colleague = officer()
    helping = replace(htx.owner, person_id=colleague.person_id, on_behalf_of=new_id())  # She acts for the cooperative.
    await catalogue.set_packs(session, helping, product.id, product.version, [catalogue.PackInput(name="Túi 1 kg")])
    await catalogue.submit_product(session, htx.owner, product.id)
    certificate, submission = await waiting(session)
    await decide(session, certificate, colleague)  # Of the paper she has typed nothing.
    with pytest.raises(NotAllowed, match="Bạn đã nhập"):
        await decide(session, submission, colleague)
    await decide(session, submission)


async def test_a_return_says_why_field_by_field(session: AsyncSession, coop: MakeCoop) -> None:
    htx = await coop()
    person = await accounts.add_person(session, name="Mai", email="mai@vidu.vn", password="mật khẩu để thử")
    await accounts.add_member(session, person.id, htx.organisation_id, "owner")
    product = await complete(session, htx)
    await catalogue.submit_product(session, htx.owner, product.id)
    submission = (await waiting(session))[-1]
    with pytest.raises(ValueError, match="vì sao"):
        await decide(session, submission, approve=False)
    reasons = {"ingredients": "Nhãn ghi thêm bột sắn.", "origin": "  "}
    await decide(session, submission, approve=False, reasons=reasons, note="Gửi lại ảnh nhãn giúp.")
    assert product.state == "returned"
    standing = (await catalogue.standings(await reader(session), htx.owner, htx.id, htx.organisation_id))[product.id]
    assert (standing.returned, standing.reasons) == (True, {"ingredients": "Nhãn ghi thêm bột sắn."})
    mail = (await session.scalars(select(Mail).where(Mail.to_address == "mai@vidu.vn"))).one()
    for words in ("Nhãn ghi thêm bột sắn.", "Gửi lại ảnh nhãn giúp.", f"/ban-hang/san-pham/{product.slug}"):
        assert words in (mail.body or "")
    other = await coop(name="Hợp tác xã Khác")
    assert await catalogue.standings(await reader(session), other.owner, htx.id, htx.organisation_id) == {}
    await catalogue.submit_product(session, htx.owner, product.id)
    assert (await waiting(session))[-1].id != submission.id


async def test_a_certified_change_waits_while_the_published_version_stays(session: AsyncSession, coop: MakeCoop) -> None:
    htx = await coop()
    product = await published(session, htx)
    version = product.version
    await catalogue.revise(session, htx.owner, product.id, version, draft(ingredients="Củ dong, bột sắn", lead_days=9))
    assert (product.ingredients, product.lead_days, product.state) == ("Củ dong riềng", 9, "published")
    assert product.version > version
    (submission,) = await waiting(session)
    assert (submission.is_revision, submission.proposed) == (True, {"ingredients": "Củ dong, bột sắn"})
    unmoved = product.version
    await catalogue.revise(session, htx.owner, product.id, unmoved, draft(ingredients="Củ dong, bột sắn", lead_days=9))
    assert product.version == unmoved, "the same wish again changes nothing"
    await decide(session, submission)
    assert product.ingredients == "Củ dong, bột sắn"
    fresh = await catalogue.product_page(await reader(session), product.slug)
    assert fresh.ingredients == "Củ dong, bột sắn"
    await catalogue.revise(session, htx.owner, product.id, product.version, draft(name="Tên khác"))
    await catalogue.revise(session, htx.owner, product.id, product.version, draft(ingredients="Củ dong, bột sắn"))
    assert await waiting(session) == [], "saying what is published takes the wish back"


async def test_a_returned_change_leaves_what_is_published(session: AsyncSession, coop: MakeCoop) -> None:
    htx = await coop()
    product = await published(session, htx)
    await catalogue.revise(session, htx.owner, product.id, product.version, draft(name="Miến ngon nhất"))
    (submission,) = await waiting(session)
    await decide(session, submission, approve=False, note="Tên quá lời.")
    assert (product.name, product.state) == ("Miến dong", "published")


async def test_a_change_of_what_has_moved_meanwhile_is_not_applied_blindly(session: AsyncSession, coop: MakeCoop) -> None:
    htx = await coop()
    product = await published(session, htx)
    await catalogue.revise(session, htx.owner, product.id, product.version, draft(ingredients="Khác"))
    (submission,) = await waiting(session)
    old = await seen(session, submission)
    await catalogue.revise(session, htx.owner, product.id, product.version, draft(ingredients="Khác nữa"))
    with pytest.raises(Conflict, match="vừa được sửa"):
        await decide(session, submission, seen=old)
    code = await session.scalar(text("SELECT code FROM catalogue_supplier WHERE id = :id"), {"id": htx.id})
    row = product_row(product.code, supplier_code=code, name="Miến dong", ingredients="Của hệ thống", certificates=())
    await catalogue.put_products(session, SYSTEM, [row])
    await session.refresh(product)
    with pytest.raises(Conflict, match="Bản đang đăng đã đổi"):
        await decide(session, submission)


async def test_a_profile_waits_and_its_certified_changes_too(session: AsyncSession) -> None:
    organisation = await accounts.found_organisation(session, "supplier", "HTX Mới")
    owner = Actor(new_id(), "Chủ", organisation.id, "HTX", Role.SUPPLIER, MemberRole.OWNER)
    supplier = await catalogue.register_supplier(session, owner, organisation.id, profile())
    with pytest.raises(Invalid):
        await catalogue.submit_supplier(session, owner, supplier.id)
    said = {"phone": "0912 345 678", "commune_code": "02185"}
    await catalogue.revise_supplier(session, owner, supplier.id, supplier.version, profile(**said))
    await catalogue.submit_supplier(session, owner, supplier.id)
    await approve_everything(session)
    assert (supplier.state, supplier.verified_on) == ("published", clock.today())
    changed = profile(**said, name="Hợp tác xã Tên Mới", story="Chuyện mới")
    await catalogue.revise_supplier(session, owner, supplier.id, supplier.version, changed)
    assert (supplier.name, supplier.story) == ("Hợp tác xã Thử", "Chuyện mới")
    await approve_everything(session)
    assert supplier.name == "Hợp tác xã Tên Mới"
    assert "ten moi" in supplier.search_words
    assert (
        await session.scalar(text("SELECT name FROM accounts_organisation WHERE id = :id"), {"id": organisation.id})
        == supplier.name
    )


async def test_without_its_last_checked_paper_a_product_goes_back_to_draft(session: AsyncSession, coop: MakeCoop) -> None:
    htx = await coop()
    person = await accounts.add_person(session, name="Mai", email="mai2@vidu.vn", password="mật khẩu để thử")
    await accounts.add_member(session, person.id, htx.organisation_id, "owner")
    product = await published(session, htx)
    general = await catalogue.add_certificate(session, htx.owner, htx.id, None, paper(number="CHUNG"))
    own = next(each for each in await _papers(session) if each.product_id == product.id)
    await catalogue.remove_certificate(session, htx.owner, general.id)
    assert product.state == "published", "nobody had checked that one, and the other still stands"
    await catalogue.revise(session, htx.owner, product.id, product.version, draft(ingredients="Chờ duyệt"))
    hidden = await catalogue.question_certificate(session, officer(), own.id, "Số giấy không có trong danh sách.")
    assert [each.id for each in hidden] == [product.id]
    assert (product.state, product.ingredients) == ("draft", "Chờ duyệt"), "what waited is the draft's own now"
    with pytest.raises(NotFound):
        await catalogue.product_page(await reader(session), product.slug)
    bodies = " ".join(
        (mail.body or "") for mail in await session.scalars(select(Mail).where(Mail.to_address == "mai2@vidu.vn"))
    )
    assert "Số giấy không có trong danh sách." in bodies
    assert "trở lại bản nháp" in bodies


async def test_removing_the_last_paper_hides_the_product_at_once(session: AsyncSession, coop: MakeCoop) -> None:
    htx = await coop()
    product = await published(session, htx)
    (own,) = await _papers(session)
    hidden = await catalogue.remove_certificate(session, htx.owner, own.id)
    assert ([each.id for each in hidden], product.state) == ([product.id], "draft")


async def test_a_checked_paper_is_corrected_beside_itself(session: AsyncSession, coop: MakeCoop) -> None:
    htx = await coop()
    await published(session, htx)
    (own,) = await _papers(session)
    await catalogue.revise_certificate(session, htx.owner, own.id, paper(number="A-2"))
    assert (own.number, own.state) == ("A-1", "checked")
    await approve_everything(session)
    assert (own.number, own.state) == ("A-2", "checked")


async def test_what_each_kind_of_sheet_may_do(session: AsyncSession, coop: MakeCoop) -> None:
    lan = officer()
    await catalogue.put_suppliers(session, lan, [supplier_row(verified_on=date(2026, 1, 1), state="published")])
    await catalogue.put_products(session, lan, [product_row(state="published")])
    kinds = sorted(review.kind for review in await waiting(session))
    assert kinds == ["certificate", "product", "supplier"]
    tables = "catalogue_supplier s, catalogue_product p, catalogue_certificate c"
    states = f"SELECT s.state, s.verified_on, p.state, c.state FROM {tables}"
    assert (await session.execute(text(states))).one() == ("submitted", None, "submitted", "submitted")
    with pytest.raises(NotAllowed):
        await decide(session, (await waiting(session))[0], lan)
    await approve_everything(session)
    again = await catalogue.put_products(session, lan, [product_row()])
    assert (again.same, await waiting(session)) == (1, [])
    changed = await catalogue.put_products(session, lan, [product_row(name="Tên từ bảng", lead_days=9)])
    assert changed.changed == 1
    assert (await session.execute(text("SELECT name, lead_days FROM catalogue_product"))).one() == ("Miến dong SP1", 9)
    (revision,) = await waiting(session)
    assert revision.proposed == {"name": "Tên từ bảng"}
    same = await catalogue.put_products(session, lan, [product_row(name="Tên từ bảng", lead_days=9)])
    assert same.same == 1
    own = await session.scalar(text("SELECT organisation_id FROM catalogue_supplier"))
    owner = Actor(new_id(), "Chủ", own, "HTX", Role.SUPPLIER, MemberRole.OWNER)
    await catalogue.put_products(session, owner, [product_row("SP2")])
    assert await session.scalar(text("SELECT state FROM catalogue_product WHERE code = 'SP2'")) == "draft"


async def test_the_queue_is_for_officers_and_the_longest_wait_comes_first(session: AsyncSession, coop: MakeCoop) -> None:
    htx = await coop(commune_code="02185")
    for day in (3, 1, 2):
        with clock.freeze(date(2026, 11, day)):
            await catalogue.add_certificate(session, htx.owner, htx.id, None, paper(number=f"N-{day}"))
    conn, lan = await reader(session), officer()
    queue = await catalogue.review_queue(conn, lan, limit=2)
    assert [each.paper_number for each in queue.items] == ["N-1", "N-2"]
    rest = await catalogue.review_queue(conn, lan, cursor=queue.next, limit=2)
    assert ([each.paper_number for each in rest.items], rest.next) == (["N-3"], None)
    assert queue.counts == {"supplier": 0, "product": 0, "certificate": 3}
    assert (await catalogue.review_queue(conn, lan, kind="product")).items == []
    assert len((await catalogue.review_queue(conn, lan, area=["02185"])).items) == 3
    assert len((await catalogue.review_queue(conn, lan, area=["19"])).items) == 3
    assert (await catalogue.review_queue(conn, lan, area=["01"])).counts["certificate"] == 0
    mine = officer(person_id=htx.owner.person_id)
    assert (await catalogue.review_queue(conn, mine, others_only=True)).items == []
    for stranger in (htx.owner, officer(role=Role.BUYER), accounts.NOBODY):
        with pytest.raises(NotAllowed):
            await catalogue.review_queue(conn, stranger)
        with pytest.raises(NotFound):
            await catalogue.review_page(session, conn, stranger, queue.items[0].id)
    with pytest.raises(Invalid):
        await catalogue.review_queue(conn, lan, cursor="xyz")


async def _papers(session: AsyncSession) -> list[Certificate]:
    return list(await session.scalars(select(Certificate).order_by(Certificate.id)))


@dataclass(frozen=True)
class Race:
    """A submission that waits in a database with real commits."""

    review_id: UUID
    seen: str


@pytest_asyncio.fixture(loop_scope="session")
async def market(real_database: Database) -> AsyncIterator[Database]:
    """The database with real commits, and nothing of this test afterwards."""
    yield real_database
    owner = Database(real_database.url, role=None)
    async with owner.transaction() as session:
        for table in ("core_mail", "catalogue_review", "catalogue_product", "catalogue_supplier", "accounts_member",
                      "accounts_person", "accounts_organisation", "core_journal"):  # fmt: skip
            await session.execute(text(f"DELETE FROM {table}"))
    await owner.close()


async def _handed_in(market: Database) -> Race:
    async with market.transaction() as session:
        organisation = await accounts.found_organisation(session, "supplier", "HTX")
        owner = Actor(new_id(), "Chủ", organisation.id, "HTX", Role.SUPPLIER, MemberRole.OWNER)
        said = {"phone": "0912 345 678", "commune_code": "02185"}
        supplier = await catalogue.register_supplier(session, owner, organisation.id, profile(**said))
        await catalogue.submit_supplier(session, owner, supplier.id)
        (review,) = await waiting(session)
        return Race(review.id, await seen(session, review))


async def _decide_at_once(market: Database, race: Race, *, approve: bool) -> str:
    async with market.transaction() as session:
        decision = catalogue.Decision(approve=approve, seen=race.seen, note="Nhận xét")
        try:
            await catalogue.decide(session, officer(), race.review_id, decision)
        except Conflict as refusal:
            return refusal.message
        await asyncio.sleep(0.1)
        return "decided"


async def test_two_officers_at_once_make_one_decision_and_one_clear_refusal(market: Database) -> None:
    race = await _handed_in(market)
    outcomes = await asyncio.gather(*(_decide_at_once(market, race, approve=bool(n % 2)) for n in range(4)))
    assert outcomes.count("decided") == 1
    assert all("người khác vừa quyết định" in each for each in outcomes if each != "decided")
    async with market.transaction() as session:
        assert await count(session, "core_journal WHERE fact IN ('Approved', 'Returned')") == 1


async def test_without_the_locks_both_would_decide(market: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    race = await _handed_in(market)
    plainly = AsyncSession.get

    async def unlocked(session: AsyncSession, *arguments: Any, **options: Any) -> Any:
        options.pop("with_for_update", None)
        return await plainly(session, *arguments, **options)

    async def unlocked_supplier(session: AsyncSession, supplier_id: UUID) -> Any:
        found = await plainly(session, reviews.Supplier, supplier_id)
        await asyncio.sleep(0.2)  # Both have looked before either writes.
        return found

    monkeypatch.setattr(AsyncSession, "get", unlocked)
    monkeypatch.setattr(reviews.certificates, "lock_supplier", unlocked_supplier)
    seen_by_both = reviews.typed_by

    async def slowly(*arguments: Any) -> Any:
        found = await seen_by_both(*arguments)
        await asyncio.sleep(0.3)
        return found

    monkeypatch.setattr(reviews, "typed_by", slowly)
    outcomes = await asyncio.gather(*(_decide_at_once(market, race, approve=False) for _ in range(2)), return_exceptions=True)
    # Without the locks both go on to decide: two decisions, or the version of the supplier breaks the second without a word.
    assert not any("người khác vừa quyết định" in str(each) for each in outcomes)


async def test_two_papers_that_go_at_once_do_not_leave_a_product_standing(market: Database) -> None:
    async with market.transaction() as session:
        organisation = await accounts.found_organisation(session, "supplier", "HTX")
        owner = Actor(new_id(), "Chủ", organisation.id, "HTX", Role.SUPPLIER, MemberRole.OWNER)
        await catalogue.put_suppliers(
            session, SYSTEM, [supplier_row(certificates=(catalogue.CertificateRow("ATTP", number="B"),))]
        )
        await catalogue.put_products(session, SYSTEM, [product_row()])
        own = await session.scalar(text("SELECT organisation_id FROM catalogue_supplier"))
        owner = replace(owner, organisation_id=own)
        papers = [each.id for each in await _papers(session)]

    async def remove(certificate_id: UUID) -> None:
        async with market.transaction() as session:
            await catalogue.remove_certificate(session, owner, certificate_id)
            await asyncio.sleep(0.1)

    await asyncio.gather(*(remove(each) for each in papers))
    async with market.transaction() as session:
        assert await session.scalar(text("SELECT state FROM catalogue_product")) == "draft"
        assert await session.scalar(select(Review.id).where(Review.state == "waiting")) is None
