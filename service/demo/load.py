"""Stocking the market: real facts and invented rows, through the faces of the modules, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service import accounts, catalogue, fairs, matching
from service.accounts import SYSTEM, OrganisationKind
from service.core import clock
from service.core.db import Database
from service.core.i18n import _
from service.demo import (
    applying,
    asking,
    assistance,
    bookings,
    booth_plans,
    calendar,
    conferences,
    facts,
    fair_desks,
    floors,
    identity,
    joined,
    ledger,
    lists,
    lots,
    many,
    meetings,
    needs,
    onsite,
    people,
    photos,
    pooled,
    products,
    quoting,
    reviews,
    suppliers,
    terms,
)
from service.demo import organisations as demo_organisations
from service.demo.progress import Told, silent
from service.matching import BuyerProfile, Closing, RequestState


@dataclass(frozen=True, slots=True)
class Summary:
    """What was put on the market; all noughts when it was there already."""

    suppliers: int = 0
    products: int = 0
    buyers: int = 0
    requests: int = 0
    fairs: int = 0

    def __str__(self) -> str:
        if self == Summary():
            return _("Chợ đã có đủ dữ liệu minh họa, không thay đổi gì.")
        return _(
            "Đã bày: %(suppliers)s nhà cung cấp, %(products)s sản phẩm, %(buyers)s nhà phân phối, %(requests)s yêu cầu, "
            "%(fairs)s hội chợ.",
            suppliers=self.suppliers,
            products=self.products,
            buyers=self.buyers,
            requests=self.requests,
            fairs=self.fairs,
        )


def sign_ins() -> list[people.SignIn]:
    """Every account of the demo that anybody may try."""
    return [*people.sign_ins(), *identity.newcomers()]


async def is_empty(database: Database) -> bool:
    """Whether nobody supplies anything yet."""
    async with database.transaction() as session:
        return not await session.scalar(text("SELECT EXISTS (SELECT 1 FROM catalogue_supplier)"))


async def stock_market(database: Database, *, products: int | None = None, progress: Told = silent) -> Summary:
    """Put the demo on the market, all of it or nothing; with `products`, add so many more for load.

    A market that is stocked already is left as it is, with whatever people have changed since.
    """
    async with database.transaction() as session:
        summary = Summary() if await _is_stocked(session) else await _stock(session, clock.today(), progress)
    if products:
        added = await many.stock(database, products, clock.today(), progress)
        summary = Summary(
            summary.suppliers + added.suppliers, summary.products + added.products,
            summary.buyers, summary.requests, summary.fairs,
        )  # fmt: skip
    return summary


async def _is_stocked(session: AsyncSession) -> bool:
    first = people.sign_ins()[0].email
    # Two commands that start at once must not both find the market empty.
    await session.execute(text("SELECT pg_advisory_xact_lock(hashtext('demo market'))"))
    return bool(await session.scalar(text("SELECT EXISTS (SELECT 1 FROM accounts_person WHERE email = :e)"), {"e": first}))


async def _stock(session: AsyncSession, today: date, progress: Told) -> Summary:
    step = _("Nhà cung cấp và sản phẩm")
    progress(step, 0, 2)
    makers = [*facts.SUPPLIERS, *suppliers.rows(today)]
    await catalogue.put_suppliers(session, SYSTEM, makers)
    progress(step, 1, 2)
    goods = [*facts.PRODUCTS, *products.rows(today)]
    await catalogue.put_products(session, SYSTEM, goods)
    progress(step, 2, 2)
    buyers = await _buyers(session, today, progress)
    asked = await _needs(session, today, {key: buyer_id for key, (buyer_id, _org) in buyers.items()}, progress)
    organisations = {key: organisation_id for key, (_buyer, organisation_id) in buyers.items()}
    for kind, name in (
        (OrganisationKind.ORGANISER, people.ORGANISER), (OrganisationKind.OFFICE, people.OFFICE),
        (OrganisationKind.OPERATOR, people.OPERATOR),
    ):  # fmt: skip
        organisations[name] = (await accounts.found_organisation(session, kind, name)).id
    held = await _fairs(session, today, buyers, organisations[people.ORGANISER], progress)
    await accounts.verify_organisation(session, organisations[people.ORGANISER], today, actor=SYSTEM)
    await _people(session, organisations, progress)
    await identity.add_newcomers(session)
    await assistance.add_assistance(session, organisations[people.OFFICE], organisations["PHOCHAM"], today)
    await lots.add_lots(session, today)
    await photos.add_photos(session)
    await demo_organisations.add_organisations(session, organisations[people.OFFICE], today)
    await reviews.add_reviews(session, organisations[people.OFFICE])
    await lists.add_lists(session, organisations, today)
    await ledger.add_ledger(session, organisations, today)
    await asking.add_asking(session, organisations, today)
    await quoting.add_quoting(session, organisations, today)
    await pooled.add_pooled(session, organisations, today)
    await conferences.add_conferences(session, organisations, today)
    await joined.add_joined(session, organisations, today)
    await terms.add_terms(session, organisations, today)
    await fair_desks.add_fair_desks(session, organisations, today)
    await floors.add_floors(session, organisations, today)
    await applying.add_applying(session, organisations, today)
    await bookings.add_bookings(session, organisations, today)
    await booth_plans.add_booth_plans(session, organisations, today)
    await meetings.add_meetings(session, organisations, today)
    await onsite.add_onsite(session, organisations, today)
    await fair_desks.add_fair_money(session, organisations, today)
    return Summary(len(makers), len(goods), len(buyers), asked, held)


async def _buyers(session: AsyncSession, today: date, progress: Told) -> dict[str, tuple[UUID, UUID]]:
    step = _("Nhà phân phối")
    profiles: dict[str, BuyerProfile] = {profile.name: profile for profile in facts.BUYERS} | needs.buyers(today)
    found = {}
    for done, (key, profile) in enumerate(profiles.items(), 1):
        organisation = await accounts.found_organisation(session, OrganisationKind.BUYER, profile.name)
        buyer = await matching.found_buyer(session, SYSTEM, organisation.id, profile)
        found[key] = (buyer.id, organisation.id)
        progress(step, done, len(profiles))
    return found


async def _needs(session: AsyncSession, today: date, buyers: dict[str, UUID], progress: Told) -> int:
    step = _("Yêu cầu tìm hàng")
    every = needs.needs(today)
    for done, need in enumerate(every, 1):
        # It is the day of opening while a request is opened, so that a deadline may have passed since.
        with clock.freeze(need.opened_on):
            draft = need.state is RequestState.DRAFT
            request = await matching.open_request(
                session, SYSTEM, buyers[need.buyer], need.draft, key=need.key, keep_as_draft=draft
            )
        if need.state is RequestState.CLOSED:
            await matching.close_request(session, SYSTEM, request.code, Closing(reason=need.reason, version=request.version))
        progress(step, done, len(every))
    return len(every)


async def _fairs(
    session: AsyncSession, today: date, buyers: dict[str, tuple[UUID, UUID]], organiser: UUID, progress: Told
) -> int:
    step = _("Hội chợ")
    invented = calendar.fairs(today)
    total = len(facts.FAIRS) + len(invented)
    for done, real in enumerate(facts.FAIRS, 1):
        await fairs.announce_fair(session, SYSTEM, real)
        progress(step, done, total)
    for done, held in enumerate(invented, len(facts.FAIRS) + 1):
        fair = await fairs.announce_fair(session, SYSTEM, held.draft, organisation_id=organiser)
        for each in held.coming:
            expected = fairs.Expected(
                buyer_id=buyers[each.buyer][0], looking_for=each.looking_for, commodities=each.commodities
            )
            await fairs.expect_buyer(session, SYSTEM, fair.slug, expected)
        if held.cancelled:
            await fairs.cancel_fair(session, SYSTEM, fair.slug)
        progress(step, done, total)
    return total


async def _people(session: AsyncSession, organisations: dict[str, UUID], progress: Told) -> None:
    step = _("Tài khoản dùng thử")
    every = people.sign_ins()
    for done, account in enumerate(every, 1):
        if account.kind is OrganisationKind.SUPPLIER:
            organisation_id = await _organisation_of(session, account.of)
        else:
            organisation_id = organisations[account.of]
        person = await accounts.add_person(session, name=account.name, email=account.email, password=people.DEMO_PASSWORD)
        await accounts.add_member(session, person.id, organisation_id, account.member_role)
        progress(step, done, len(every))


async def _organisation_of(session: AsyncSession, supplier_code: str) -> UUID:
    found = await session.execute(
        text("SELECT organisation_id FROM catalogue_supplier WHERE code = :code"), {"code": supplier_code}
    )
    organisation_id: UUID = found.scalar_one()
    return organisation_id
