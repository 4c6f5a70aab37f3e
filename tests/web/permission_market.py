"""The small market behind the permission table: one of everything, somebody of every kind, and words that must not get out.

An area adds its own things with a function under `@part`: it gets the open session and the market, makes what its addresses
need through the faces, and names it (`market["lot"] = lot.code`); `market.plant("word", "own owner", …)` returns a word that
only these kinds may ever read, to be put into a field that is not public.
"""

from __future__ import annotations

import io
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import httpx
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service import accounts, catalogue, fairs, matching
from service.accounts import SYSTEM, Actor, Role
from service.core import clock
from service.core.db import new_id
from service.core.files import FileStore
from service.core.settings import Settings
from tests import market as small
from tests.core.test_pictures import PDF, photo
from tests.fairs.bookings import grounds as booths_small
from tests.fairs.plans import stage as planned
from tests.market import TODAY
from tests.matching.rounds import round as rounds_small
from tests.web.permissions import KINDS

PASSWORD = "mật khẩu để thử"
OWN = ("own viewer", "own member", "own owner")

# Which organisation each kind acts for, and as what.
SEATS = {
    "other supplier": ("stranger", "owner"), "own viewer": ("own", "viewer"), "own member": ("own", "member"),
    "own owner": ("own", "owner"), "other buyer": ("rival", "owner"), "buyer": ("asker", "owner"),
    "organiser": ("organiser", "owner"), "officer": ("office", "owner"), "administrator": ("operator", "owner"),
}  # fmt: skip

ROLES = {
    "own": Role.SUPPLIER, "stranger": Role.SUPPLIER, "asker": Role.BUYER, "rival": Role.BUYER,
    "organiser": Role.ORGANISER, "office": Role.OFFICER, "operator": Role.ADMINISTRATOR,
}  # fmt: skip


@dataclass
class Market:
    """What stands on the market by the names that the table uses, and who may read which word."""

    names: dict[str, str] = field(default_factory=dict)
    words: dict[str, frozenset[str]] = field(default_factory=dict)
    people: dict[str, Actor] = field(default_factory=dict)
    browsers: dict[str, httpx.AsyncClient] = field(default_factory=dict)
    organisations: dict[str, Any] = field(default_factory=dict)

    def __setitem__(self, name: str, value: Any) -> None:
        self.names[name] = str(value)

    def __getitem__(self, name: str) -> str:
        return self.names[name]

    def actor(self, kind: str) -> Actor:
        """Somebody of that kind, to act while the market is made."""
        return self.people[kind]

    def plant(self, word: str, *readers: str) -> str:
        """A word that nobody but these kinds may read anywhere."""
        assert set(readers) <= set(KINDS)
        self.words[word] = frozenset(readers)
        return word


Part = Callable[[AsyncSession, Market], Awaitable[None]]
PARTS: list[Part] = []


def part(make: Part) -> Part:
    """Let the function add to the market, after those above it."""
    PARTS.append(make)
    return make


async def found(session: AsyncSession, market: Market) -> None:
    """Organisations and their people first, then every part in its order."""
    market["password"] = PASSWORD
    own = await small.supplier(session, "HTX1", wholesale_public=False)
    stranger = await small.supplier(session, "HTX2")
    asker, rival = (
        await small.buyer(session, "Siêu thị của mình"),
        await small.buyer(session, "Siêu thị khác", verified_on=None),
    )
    market.organisations = {
        "own": own, "stranger": stranger, "asker": asker.organisation_id, "rival": rival.organisation_id,
        **{name: (await accounts.found_organisation(session, kind, f"Tổ chức {name}")).id
           for name, kind in (("organiser", "organiser"), ("office", "office"), ("operator", "operator"))},
    }  # fmt: skip
    for name, organisation_id in market.organisations.items():
        market[f"{name}_organisation"] = organisation_id
    market["buyer_id"], market["rival_id"] = asker.id, rival.id
    for kind, (organisation, role) in SEATS.items():
        person = await accounts.add_person(
            session, name=market.plant(f"Tên{kind.replace(' ', '')}", *KINDS[1:]), email=email_of(kind), password=PASSWORD
        )
        await accounts.add_member(session, person.id, market.organisations[organisation], role)
        market[f"{kind.replace(' ', '_')}_person"] = person.id
        market.people[kind] = small.acting(ROLES[organisation], market.organisations[organisation], accounts.MemberRole(role))
        market.people[kind] = replace(market.people[kind], person_id=person.id)
    for make in PARTS:
        with clock.freeze(TODAY):
            await make(session, market)
    statement = text("SELECT p.version, s.version FROM catalogue_product p JOIN catalogue_supplier s ON s.id = p.supplier_id "
                     "WHERE p.code = 'SP1'")  # fmt: skip
    market["product_version"], market["supplier_version"] = (await session.execute(statement)).one()


def email_of(kind: str) -> str:
    """The address with which that kind signs in."""
    return f"{kind.replace(' ', '-')}@chophien.example"


@part
async def goods(session: AsyncSession, market: Market) -> None:
    """A supplier with a published product, whose wholesale price is for verified buyers, and a draft with every word filled."""
    statement = text("SELECT id, slug FROM catalogue_supplier WHERE code = 'HTX1'")
    supplier_id, market["supplier"] = (await session.execute(statement)).one()
    owner = market.actor("own owner")
    market["supplier_id"] = supplier_id
    # A price that no other figure looks like; whoever is a verified buyer may read it, and so may officers.
    for written in ("81.237", "81,237", "81237"):
        market.plant(written, *OWN, "buyer", "officer")
    market["product"] = await small.product(session, "HTX1", "SP1", tiers=((Decimal(100), 81_237),))
    market["stranger_product"] = await small.product(session, "HTX2", "SP9")
    published = await session.scalar(text("SELECT id FROM catalogue_product WHERE code = 'SP1'"))
    market["product_id"] = published
    readers = (*OWN, "officer", "administrator")
    hidden = {
        name: market.plant(f"zq{name.replace('_', '')}zq", *readers)
        for name in ("name_en", "description", "ingredients", "origin", "storage")
    }
    draft = catalogue.ProductDraft(
        # The word of the address is planted too; where the address was asked for, it may of course come back.
        name=f"Bản nháp {market.plant('zqTênNhápzq', *readers)} {market.plant('zqslugzq', *readers)}",
        code=market.plant("zqcodezq", *readers),
        commodity="mien-dong", category_code="I.3.c", **hidden,
    )  # fmt: skip
    product = await catalogue.draft(session, owner, supplier_id, draft)
    market["draft"], market["draft_id"] = product.slug, product.id
    paper = catalogue.CertificateInput(kind="ATTP", number="7/2026", issued_on=date(2026, 2, 1), valid_to=date(2029, 2, 1))
    hidden_paper = paper.model_copy(update={"number": market.plant("zqpaperzq", *readers)})
    for name, holder, shown in (
        ("supplier_paper", None, paper), ("product_paper", published, paper), ("draft_paper", product.id, hidden_paper),
    ):  # fmt: skip
        market[name] = (await catalogue.add_certificate(session, owner, supplier_id, holder, shown)).id


@part
async def household(session: AsyncSession, market: Market) -> None:
    """A household: its number, phone, mail and street are a person's, and nobody's to read but officers'."""
    said = {
        "tax_code": "001099123456", "phone": "0987612345", "email": "zqhousemailzq@chophien.example",
        "address": "Thôn zqhousestreetzq",
    }  # fmt: skip
    await small.supplier(session, "HKD1", legal_form="household", **said)
    for word in ("001099123456", "987612345", "987 612 345", "zqhousemailzq", "zqhousestreetzq"):
        market.plant(word, "officer")


@part
async def needs(session: AsyncSession, market: Market) -> None:
    """The buyer's requests: an open one, a draft, and one without a name."""
    statement = text("SELECT id FROM matching_buyer WHERE organisation_id = :id")
    buyer_id = await session.scalar(statement, {"id": market.organisations["asker"]})
    market["request"] = (await matching.open_request(session, SYSTEM, buyer_id, small.wanting())).code
    secret = small.wanting(title="Nháp", note=market.plant("zqneednotezq", "buyer"), words=market.plant("zqneedzq", "buyer"))
    market["draft_request"] = (await matching.open_request(session, SYSTEM, buyer_id, secret, keep_as_draft=True)).code
    shy = await small.buyer(session, market.plant("zqshybuyerzq"))
    hidden = small.wanting(visibility="anonymous")
    market["shy_request"] = (await matching.open_request(session, SYSTEM, shy.id, hidden)).code


@part
async def reviews(session: AsyncSession, market: Market) -> None:
    """What waits to be checked: a product, a paper, a buyer's profile and an organiser."""
    owner, supplier_id = market.actor("own owner"), market["supplier_id"]
    goods = catalogue.ProductDraft(name="Miến chờ duyệt", commodity="mien-dong")
    product = await catalogue.draft(session, owner, UUID(supplier_id), goods)
    await catalogue.set_packs(session, owner, product.id, product.version, [catalogue.PackInput(name="Túi")])
    await catalogue.submit_product(session, owner, product.id)
    waits = text("SELECT id FROM catalogue_review WHERE subject = :id AND state = 'waiting'")
    market["review"] = await session.scalar(waits, {"id": product.id})
    about = market.plant("zqbuyeraboutzq", "other buyer", "officer", "administrator")
    words = matching.BuyerWords(name="Siêu thị khác", kind="modern_trade", province_code="01", about=about)
    rival = await matching.found_buyer(session, market.actor("other buyer"), market.organisations["rival"], words.profile())
    market["waiting_buyer"] = (await matching.submit_buyer(session, market.actor("other buyer"), rival.id)).id
    market["waiting_organiser"] = (await accounts.found_organisation(session, "organiser", "Ban tổ chức mới")).id


@part
async def lists(session: AsyncSession, market: Market) -> None:
    """The buyer's shortlist with a note, and a search that she has saved."""
    buyer = market.actor("buyer")
    made = await matching.make_shortlist(session, buyer, matching.ShortlistName(name=market.plant("zqlistzq", "buyer")))
    note = matching.ItemNote(note=market.plant("zqlistnotezq", "buyer"))
    item = await matching.list_product(session, buyer, market["product"], made.id, note)
    market["shortlist"], market["shortlist_item"] = made.id, item.id
    standing = catalogue.StandingSearch("q=nghe", "nghe", (("q", "nghe"),), {"words": "'nghe'"})
    wish = matching.SearchWish(title="Nghệ mới")
    saved = await matching.save_search(session, buyer, standing, wish)
    market["saved_search"], market["stop_token"] = saved.id, saved.stop_token


@part
async def days(session: AsyncSession, market: Market) -> None:
    """A fair."""
    fair = fairs.FairDraft(name="Tuần hàng thử", kind="product_week", starts_on=date(2026, 12, 10), province_code="01")
    market["fair"] = (await fairs.announce_fair(session, SYSTEM, fair)).slug


@part
async def people(session: AsyncSession, market: Market) -> None:
    """An open invitation that nobody by name has made, a grant to the office, and a token that only its owners may see."""
    own = market.organisations["own"]
    with clock.freeze(datetime.now(clock.ZONE)):  # What ends by the clock must not have ended when it is asked for.
        draft = accounts.InvitationDraft(role="viewer", phone="0933222111")
        invited = await accounts.invite(session, SYSTEM, own, draft, "/loi-moi")
        market["invitation"], market["invitation_code"] = invited.id, invited.code
        market.plant("933222111", "own owner")
        market.plant("933 222 111", "own owner")
        named = accounts.TokenDraft(name=market.plant("zqtokenzq", "own owner"), scopes=("lots:read",))
        market["token"] = (await accounts.issue_token(session, market.actor("own owner"), own, named)).id


@part
async def assistance(session: AsyncSession, market: Market) -> None:
    """A drawn round, a visit that waits and one that is done, a complaint, and a supplier typed for somebody."""
    officer = market.actor("officer")
    done = await catalogue.plan_check(session, officer, "HTX1")
    note = market.plant("zqfindingzq", *OWN, "officer")
    found = catalogue.FindingInput.model_validate({"visited_on": "20/11/2026", "finding": "to_mend", "note": note})
    await catalogue.record_check(session, officer, done.id, done.version, found)
    market["round"] = (await catalogue.draw_checks(session, officer, catalogue.RoundInput(wanted=1))).code
    market["check"] = (await catalogue.plan_check(session, officer, "HTX2")).id
    complaint = catalogue.ComplaintInput(text=f"Hàng giao ẩm {market.plant('zqcomplaintzq', 'officer', 'buyer')}")
    await catalogue.note_complaint(session, market.actor("buyer"), market["supplier"], complaint)
    hidden = {name: market.plant(f"zqentry{name}zq", "officer") for name in ("name", "note", "address")}
    draft = catalogue.EntryDraft.model_validate({**hidden, "legal_form": "group", "source": "paper"})
    market["entry"] = (await catalogue.assist(session, officer, draft)).id


@part
async def lots(session: AsyncSession, market: Market) -> None:
    """A lot that everybody reads, whose members have not agreed to be named; a draft; and a sheet that the owner has sent."""
    owner, member = market.actor("own owner"), market.plant("zqmemberzq", *OWN)
    packs = (catalogue.PackRow("gói 500 g", 500, 55_000, gtin="8936012345674"),)
    await small.product(session, "HTX1", "SP1", tiers=((Decimal(100), 81_237),), packs=packs)
    said = {"made_on": "2026-11-20", "quantity_kg": 10, "sources": [{"name": member}]}
    product_id = UUID(market["product_id"])
    lot = await catalogue.make_lot(session, owner, product_id, catalogue.LotDraft.model_validate({**said, "code": "LO-MO"}))
    market["lot"] = (await catalogue.open_lot(session, owner, lot.id)).id
    note = market.plant("zqlotnotezq", *OWN, "officer", "administrator")
    secret = catalogue.LotDraft.model_validate({**said, "code": "LO-NHAP", "note": note})
    draft = await catalogue.make_lot(session, owner, product_id, secret)
    market["draft_lot"], market["lot_version"] = draft.id, draft.version
    sheet = f"code,name\nSP1,{market.plant('zqsheetzq', *OWN)}\n".encode()
    nowhere = FileStore("file:///nonexistent")  # A sheet that is right is dealt with at once; nothing of it is put away.
    sent = await catalogue.import_jobs.receive(session, nowhere, owner, io.BytesIO(sheet), "zqfilezq.csv", straight=True)
    market.plant("zqfilezq", *OWN)
    market["import"] = sent.id


@part
async def papers(session: AsyncSession, market: Market) -> None:
    """A photo and a scan of the draft, the scan of a checked paper, and a paper that ends in two months."""
    files, owner = session.info["files"], market.actor("own owner")
    draft_id = UUID(market["draft_id"])
    added = await catalogue.add_photo(
        session, files, owner, "product", draft_id, photo(40, 30), market.plant("zqcaptionzq", *OWN, "officer", "administrator")
    )
    market["draft_photo"], market["draft_photo_key"] = added.id, added.key
    market["draft_scan"] = (await catalogue.add_scan(session, files, owner, UUID(market["draft_paper"]), PDF, "zq.pdf")).id
    with clock.freeze(datetime.now(clock.ZONE)):  # It must run out soon when it is asked for.
        ending = catalogue.CertificateInput(kind="HACCP", number="9/2024", valid_to=clock.today() + timedelta(days=60))
        checked = await catalogue.add_certificate(session, SYSTEM, UUID(market["supplier_id"]), None, ending)
    market["ending_paper"] = checked.id
    market["scan_key"] = (await catalogue.add_scan(session, files, SYSTEM, checked.id, PDF, "haccp.pdf")).key


@part
async def ledger(session: AsyncSession, market: Market) -> None:
    """A promise in a month of the own product: everybody reads what is free, few read to whom the rest goes."""
    readers = (*OWN, "officer")
    label, reason = market.plant("zqpromisedtozq", *readers), market.plant("zqpromisewhyzq", *readers)
    source = catalogue.ledger.Source("award", new_id(), label)
    wish = catalogue.ledger.Wish(UUID(market["product_id"]), date(2026, 12, 1), Decimal(120))
    await catalogue.ledger.promise(session, SYSTEM, [wish], source=source, reason=reason)


@part
async def answers(session: AsyncSession, market: Market) -> None:
    """An invitation with a message, a quote and an award."""
    buyer, owner = market.actor("buyer"), market.actor("own owner")
    inside = (*OWN, "buyer")
    note = market.plant("zqaskingnotezq", *inside)
    asking = await matching.open_request(
        session, SYSTEM, UUID(market["buyer_id"]), small.wanting(title="Mời riêng một yêu cầu")
    )
    market["asking_request"] = asking.code
    (one,) = await matching.invitations.invite(session, buyer, asking.code, [UUID(market["supplier_id"])], note=note)
    words = matching.invitations.Words(text=market.plant("zqmessagezq", *inside))
    handed = [matching.invitations.Handed(market.plant("zqthreadfilezq", *inside) + ".pdf", PDF)]
    files = session.info["files"]
    sent = await matching.invitations.send_message(session, files, owner, one.id, words, handed)
    key = text("SELECT key FROM matching_attachment WHERE message_id = :id")
    market["asked_supplier"], market["asked_version"] = one.id, one.version
    market["thread_file"] = await session.scalar(key, {"id": sent.id})


@part
async def quotes(session: AsyncSession, market: Market) -> None:
    """A quote that waits and one that is awarded, for its supplier and its buyer; and a sealed one, for its supplier."""
    buyer_id, seller, product = UUID(market["buyer_id"]), market.actor("own owner"), UUID(market["product_id"])

    async def answered(readers: tuple[str, ...], word: str, price: int, **said: Any) -> tuple[str, matching.quotes.Quote]:
        asked = small.wanting(deadline=TODAY + timedelta(days=10), **said)
        code = (await matching.open_request(session, SYSTEM, buyer_id, asked)).code
        line = matching.quotes.QuoteLine(product_id=product, month=date(2026, 12, 1), kg=Decimal(50), price_vnd_per_kg=price)
        for written in (f"{price:,}", f"{price:,}".replace(",", "."), str(price)):
            market.plant(written, *readers)
        note = market.plant(word, *readers)
        draft = matching.quotes.QuoteDraft(lines=(line,), valid_until=date(2027, 3, 1), note=note)
        return code, await matching.quotes.send(session, seller, code, draft, key=new_id())

    both = (*OWN, "buyer")
    market["quoted_request"], quote = await answered(both, "zqquotezq", 76_413)
    market["quote"] = quote.id
    code, taken = await answered(both, "zqtakenzq", 76_517)
    part_taken = matching.quotes.Part(quote_id=taken.id, product_id=product, month=date(2026, 12, 1), kg=Decimal(10))
    version = await session.scalar(text("SELECT version FROM matching_request WHERE code = :code"), {"code": code})
    (made,) = await matching.quotes.award(
        session, market.actor("buyer"), code, [part_taken], version=int(version or 0), key=new_id()
    )  # fmt: skip
    market["award"] = made.id
    await answered(OWN, "zqsealedzq", 76_619, sealed=True)


@part
async def pools(session: AsyncSession, market: Market) -> None:
    """A lot that was found, and one whose suppliers are asked: the own product's share is accepted and leads it."""
    # A product of its own, whose months nothing else in the table declares anew.
    buyer, pooling = market.actor("buyer"), matching.pooling
    slug = await small.product(session, "HTX1", "SPG", tiers=((Decimal(100), 81_237),))
    statement = text("SELECT id FROM catalogue_product WHERE slug = :slug")
    own: UUID = (await session.execute(statement, {"slug": slug})).scalar_one()
    market["pooled_product_id"] = own

    async def found() -> matching.pooling.Pool:
        wish = pooling.PoolWish(pinned={own: (400, 400, 400)}, ceiling_vnd_per_kg=95_000)
        pool = await pooling.ask_pool(session, buyer, market["request"], wish)
        frozen = await pooling.take_up(session, pool.id)
        if frozen is not None:
            other = next(each.id for each in frozen.candidates if each.supplier == "HTX HTX2")
            plan = pooling.Plan({str(own): (400,) * 3, other: (100,) * 3})
            await pooling.record(session, pool.id, frozen, pooling.Solution("optimal", plan))
        return pool

    market["pool"] = (await found()).id
    sent = await found()
    note = market.plant("Lờinhắngóplô", "buyer", "other supplier", *OWN)
    sending = pooling.PoolSending(answer_by=TODAY + timedelta(days=5), note=note, version=sent.version)
    await pooling.send_pool(session, buyer, sent.id, sending)
    # In development the outbox shows every mail to everybody; what is asked about here are the pages.
    await session.execute(text("DELETE FROM core_mail"))
    shares = await pooling.shares_for_supplier(session, market.actor("own owner"))
    await pooling.answer_share(session, market.actor("own owner"), shares.items[0].id, pooling.ShareAnswer(accept=True))
    market["sent_pool"], market["pool_share"] = sent.id, shares.items[0].id


@part
async def conference(session: AsyncSession, market: Market) -> None:
    """Matching rounds of the organiser: one being prepared, one that collects, one cleared, one told to both sides."""
    organiser, buyer, supplier = market.actor("organiser"), market.actor("buyer"), market.actor("own owner")
    await accounts.verify_organisation(session, market.organisations["organiser"], TODAY, actor=SYSTEM)
    word = market.plant("zqPhiênNhápzq", "organiser", "officer")
    draft = await rounds_small.rounds.open_round(session, organiser, rounds_small.draft(about=word), key=new_id())
    market["conference_draft"] = draft.code
    for name in ("conference", "conference_cleared", "conference_told"):
        held = await rounds_small.rounds.open_round(session, organiser, rounds_small.draft(name=f"Phiên {name}"), key=new_id())
        await rounds_small.rounds.move_round(session, organiser, held.code, rounds_small.rounds.RoundState.COLLECTING)
        request = await small.request(session, await session.get_one(matching.Buyer, UUID(market["buyer_id"])))
        await rounds_small.rounds.bring_request(session, buyer, held.code, request.code, {})
        await rounds_small.rounds.join(session, supplier, held.code, rounds_small.rounds.Joining(every=True))
        market[name], market[f"{name}_request"], market[f"{name}_version"] = held.code, request.code, held.version
        if name == "conference":
            asked = rounds_small.rounds.FieldDraft(label_vi="Nhận mẫu", kind="text")
            market["conference_field"] = (await rounds_small.rounds.add_field(session, organiser, held.code, asked)).name
            market["conference_version"] = held.version
            continue
        await rounds_small.cleared_here(session, organiser, held.code)
        if name == "conference_told":
            await rounds_small.rounds.publish_clearing(session, organiser, held.code, 1)
            view = await rounds_small.rounds.round_page(session, held.code, buyer)
            found = await rounds_small.rounds.proposal_list(session, view, buyer)
            market["proposal"] = found.items[0].id


@part
async def joined(session: AsyncSession, market: Market) -> None:
    """Buyers who put their needs together: an open order, one that waits to be confirmed, one that is agreed on."""
    statement = text("SELECT id FROM matching_buyer WHERE organisation_id = :id")
    asker = await session.scalar(statement, {"id": market.organisations["asker"]})
    quiet = await small.buyer(session, market.plant("zqquietbuyerzq"))
    quiet_place = market.plant("zqquietplacezq")
    own_place, december = market.plant("zqjointplacezq", "buyer"), date(2026, 12, 1)
    for name, target in (("joint", 3000), ("joint_waiting", 1000), ("joint_agreed", 1000)):
        draft = matching.demand.OrderDraft(
            commodity="mien-dong", delivery_province_code="01", target_kg=Decimal(target), join_by=date(2026, 12, 10),
            months=((december, Decimal(400)),), consent=True, place=own_place,
        )  # fmt: skip
        made = await matching.demand.open_order(session, SYSTEM, asker, draft)
        part_of = matching.demand.PartDraft(months=((december, Decimal(600)),), consent=True, place=quiet_place)
        await matching.demand.take_part(session, SYSTEM, made.code, quiet.id, part_of)
        if name == "joint_agreed":
            for buyer_id in (asker, quiet.id):
                yes = matching.demand.Answer(agree=True, round=1)
                await matching.demand.answer(session, SYSTEM, made.code, buyer_id, yes)
        await session.refresh(made)
        market[name], market[f"{name}_version"] = made.code, made.version


@part
async def terms(session: AsyncSession, market: Market) -> None:
    """A net-price sheet, an entry checklist of the buyer, and what the own supplier has answered to it."""
    owner = market.actor("own owner")
    said = {"name": market.plant("zqsheetnamezq", *OWN), "price": 80_000, "production": 43_219}
    for written in ("43.219", "43,219", "43219"):
        market.plant(written, *OWN)
    sheet = await matching.netprice.save_sheet(session, owner, matching.netprice.NetPriceKept.model_validate(said))
    market["sheet"] = sheet.id
    items = [{"kind": "invoice"}, {"kind": "discount", "number": 15}]
    draft = matching.checklists.ChecklistDraft.model_validate({"items": items})
    await matching.checklists.save_checklist(session, market.actor("buyer"), UUID(market["buyer_id"]), draft)
    view = await matching.checklists.own_checklist(session, market.actor("buyer"))
    assert view is not None
    market["condition"] = view.wishes[1].id
    answer = matching.checklists.SelfAnswer(accepts=False, words=market.plant("zqanswerzq", *OWN, "buyer"))
    await matching.checklists.answer(session, owner, view.wishes[1].id, market["product"], answer)


@part
async def fair_desk(session: AsyncSession, market: Market) -> None:
    """Fairs of the organiser: one that everybody may know of, one that is over, one that she prepares."""
    organiser = market.actor("organiser")
    said = {"kind": "fair", "starts_on": date(2026, 12, 10), "ends_on": date(2026, 12, 12), "province_code": "19"}
    for name, more in (("own_fair", {}), ("past_fair", {"starts_on": date(2026, 3, 1), "ends_on": date(2026, 3, 2)})):
        draft = fairs.FairDraft.model_validate({"name": f"Hội chợ {name}", **said, **more})
        market[name] = (await fairs.announce_fair(session, organiser, draft)).slug
    market["own_fair_version"] = 1
    secret = market.plant("zqfairdraftzq", "organiser")
    draft = fairs.FairDraft.model_validate({"name": "Hội chợ nháp", "description": secret, **said})
    market["fair_draft"] = (await fairs.draft_fair(session, organiser, draft, key=new_id())).slug


@part
async def charges(session: AsyncSession, market: Market) -> None:
    """Rates, services, and the own supplier's account with a payment whose receipt nobody else may read."""
    organiser, money, slug = market.actor("organiser"), fairs.charges, market["own_fair"]
    rate = money.RateDraft(kind="early", name="Sớm", percent_off=10, until_day=TODAY)
    market["fair_rate"] = (await money.add_rate(session, organiser, slug, rate, key=new_id())).id
    offer = money.ServiceDraft(kind="furniture", name="Bàn", unit="cái", price_vnd=50_000)
    market["fair_service"] = (await money.add_service(session, organiser, slug, offer)).id
    row = fairs.applications.TypedIn(
        key=new_id(), supplier_id=UUID(market["supplier_id"]), exhibitor="HTX1", state="accepted",
        note=market.plant("zqapplicationnotezq", *OWN, "organiser"),
    )  # fmt: skip
    (application_id,) = await fairs.applications.put_applications(session, organiser, slug, [row])
    found = text("SELECT code FROM fairs_application WHERE id = :id")
    market["fee_account"] = str(await session.scalar(found, {"id": application_id}))
    receipt = market.plant("zqreceiptzq", *OWN, "organiser")
    came = money.PaymentDraft(key=new_id(), amount_vnd=43_211, paid_on=TODAY, reference=receipt)
    market["fee_payment"] = (await money.note_payment(session, organiser, application_id, came)).id


@part
async def layouts(session: AsyncSession, market: Market) -> None:
    """A fair of the organiser's with a floor: one hall, two booths, a zone whose note nobody else reads yet, a door."""
    floor = fairs.layouts
    said = {"name": "Hội chợ có mặt bằng", "kind": "fair", "starts_on": date(2026, 12, 15), "province_code": "19"}
    held = await fairs.announce_fair(session, market.actor("organiser"), fairs.FairDraft.model_validate(said))
    market["floor_fair"] = held.slug
    zone = floor.ZoneDraft(code="TP", name="Thực phẩm", about=market.plant("zqzonezq", "organiser"))
    booths = tuple(floor.BoothDraft(code=f"A{n}", class_code="TC", x=3 * n, y=3) for n in (1, 2))
    door = floor.ThingDraft(kind="entrance", x=13, y=11, width=4, depth=1)
    draft = floor.FloorDraft(
        classes=(floor.ClassDraft(code="TC", name="Gian tiêu chuẩn", price_vnd=5_000_000),), zones=(zone,),
        halls=(floor.HallLayout(name="Sảnh A", width=30, depth=12, booths=booths, things=(door,)),),
    )  # fmt: skip
    await floor.lay_out(session, market.actor("organiser"), market["floor_fair"], draft)
    desk = await floor.desk(session, market["floor_fair"], market.actor("organiser"))
    market["own_hall"], market["own_zone"] = desk.draft.halls[0].id, desk.draft.zones[0].id
    market["own_thing"] = desk.draft.halls[0].things[0].id


@part
async def applications(session: AsyncSession, market: Market) -> None:
    """A fair whose call is open: the own supplier has applied, another one is typed in, a draw waits."""
    organiser, owner = market.actor("organiser"), market.actor("own owner")
    said = {"kind": "fair", "starts_on": date(2027, 2, 1), "ends_on": date(2027, 2, 5), "call_opens_on": date(2026, 11, 1)}
    draft = fairs.FairDraft.model_validate({"name": "Hội chợ nhận đơn", **said})
    fair = await fairs.announce_fair(session, organiser, draft)
    market["calling_fair"] = fair.slug
    contact, note = (market.plant(word, *OWN, "organiser") for word in ("zqboothcontactzq", "zqboothnotezq"))
    wishes = fairs.applications.ApplicationDraft(
        exhibitor="Gian HTX1", products=(market["product"],), contact=contact, note=note
    )
    sent = await fairs.applications.keep(session, owner, fair.slug, wishes, key=new_id(), submit=True)
    market["application"], market["application_version"] = sent.code, sent.version
    paper = fairs.applications.TypedIn(key=new_id(), exhibitor="HTX giấy", contact=market.plant("zqboothpaperzq", "organiser"))
    (typed,) = await fairs.applications.put_applications(session, organiser, fair.slug, [paper])
    market["paper_application"] = (await fairs.applications.applications_named(session, [typed]))[typed].code
    await fairs.applications.set_rule(session, organiser, fair.slug, fairs.applications.RuleDraft(per_star=10))
    promised = fairs.applications.PromiseDraft(key=new_id())
    secret = market.plant("zqsecretofthedrawzq")  # Nobody reads it before it is drawn.
    await fairs.applications.promise_draw(session, organiser, fair.slug, promised, secret=secret)


@part
async def booth_plans(session: AsyncSession, market: Market) -> None:
    """A fair with one version that is published, and one that only its organiser may know of."""
    organiser = market.actor("organiser")
    await accounts.verify_organisation(session, market.organisations["organiser"], TODAY, actor=SYSTEM)
    secret = market.plant("zqkhôngcógianzq", "organiser")
    there = await planned.stage(
        session, length=1, exhibitors=3, name="Hội chợ Quyền", organiser=organiser,
        organisation_id=market.organisations["organiser"], rows=({}, {}, {"exhibitor": secret}),
    )  # fmt: skip
    await planned.publish(session, there, await planned.found(session, there))
    second = await planned.found(session, there)
    market["planned_fair"], market["plan_version"] = there.slug, second.version
    asked = text("SELECT code FROM fairs_application WHERE id = :id")
    market["planned_application"] = await session.scalar(asked, {"id": there.applications[0]})


@part
async def bookings(session: AsyncSession, market: Market) -> None:
    """A fair whose booths are booked, one held by the own supplier and one kept for a name that only its organiser reads."""
    slug = await booths_small.booking_fair(session, market.organisations["organiser"], UUID(market["supplier_id"]))
    market["booking_fair"] = slug
    wish = fairs.bookings.BoothWish(booth="A001")
    market["booking"] = (await fairs.bookings.book(session, market.actor("own owner"), slug, wish, key=new_id())).id
    name = market.plant("zqheldnamezq", "organiser")
    market["hold_day"] = (clock.today() + timedelta(days=3)).isoformat()
    note = market.plant("zqheldnotezq", "organiser")
    kept = fairs.bookings.Keep(booth="A004", name=name, until=clock.today() + timedelta(days=2), note=note)
    market["hold"] = (await fairs.bookings.keep_booth(session, market.actor("organiser"), slug, kept, key=new_id())).id


@part
async def meetings(session: AsyncSession, market: Market) -> None:
    """A conference of today: the own supplier and the buyer, their meeting that has just been held, a request to meet."""
    face = fairs.meetings
    organiser, supplier, buyer = market.actor("organiser"), market.actor("own owner"), market.actor("buyer")
    draft = fairs.FairDraft(name="Hội nghị có cuộc gặp", kind="conference", starts_on=TODAY, ends_on=TODAY, province_code="01")
    fair = await fairs.announce_fair(session, organiser, draft)
    market["meeting_fair"] = fair.slug
    market["today"] = f"{TODAY:%d/%m/%Y}"
    sitting = face.SessionDraft(name="Buổi sáng", day=TODAY, starts="8:00", ends="11:00", slot_minutes=20)
    market["sitting"] = (await face.add_session(session, organiser, fair.slug, sitting)).id
    supplier_part = await face.invite_one(
        session, organiser, fair.slug, face.Inviting(side="supplier", slug=market["supplier"])
    )
    expected = fairs.Expected(buyer_id=UUID(market["buyer_id"]), looking_for=None, commodities=())
    await fairs.expect_buyer(session, organiser, fair.slug, expected)
    await face.invite_all(session, organiser, fair.slug)
    buyer_part = await face.part_of(session, fair.id, buyer.organisation_id)
    assert buyer_part is not None
    market["own_part"], market["buyer_part"] = supplier_part.id, buyer_part.id
    contact = market.plant("zqcontactzq", *OWN, "organiser")
    await face.save_part(session, supplier, fair.slug, face.ParticipantDraft(contact=contact))
    words = market.plant("zqwishwordzq", *OWN)
    wish = face.WishDraft(other=buyer_part.id, value=3, words=words)
    await face.wish(session, supplier, fair.slug, wish)
    # Its words go out by mail, and in development everybody may open the box of outgoing mail.
    asked = face.AskDraft(other=buyer_part.id, words="Xin gặp 15 phút")
    market["meeting_ask"] = (await face.ask(session, supplier, fair.slug, asked)).id
    with clock.freeze(TODAY - timedelta(days=1)):
        frozen = await face.freeze(session, fair.id, face.TimetableWish(), {})
        market["meeting_name"] = frozen.pairs[0].id
        found = face.Timetable({frozen.pairs[0].id: (1, 1)})
        row = await face.keep_whole(session, organiser, fair.slug, frozen, found, key=new_id())
        await face.publish(session, organiser, fair.slug, row.number)
    meeting = (await face.own_meetings(session, supplier, fair.id))[0]
    market["meeting"] = meeting.id
    said = face.ResultSaid(result="talks", words=market.plant("zqresultzq", *OWN, "buyer"))
    await face.say_result(session, supplier, meeting.id, said)
    market["feed_token"] = face.feed_token(Settings().secret, await face.make_feed(session, supplier))
    market.plant(market["feed_token"], *OWN)


@part
async def onsite(session: AsyncSession, market: Market) -> None:
    """A fair that is being held today: the own supplier's booth, its leads, sales and figures."""
    onsite, organiser, owner = fairs.onsite, market.actor("organiser"), market.actor("own owner")
    today = TODAY
    draft = fairs.FairDraft(
        name="Hội chợ của những ngày", kind=fairs.FairKind.FAIR, starts_on=today, ends_on=today + timedelta(days=2),
        halls=(fairs.HallDraft(name="Nhà ngày"),),
    )  # fmt: skip
    with clock.freeze(today):
        fair = await fairs.announce_fair(session, SYSTEM, draft, organisation_id=organiser.organisation_id)
        market["days_fair"], market["days_day"] = fair.slug, today.isoformat()
        await booth_of(session, fair.id, market)
        await onsite.make_roster(session, organiser, fair.slug)
        lead = {"key": new_id(), "person": market.plant("zqleadzq", *OWN), "phone": "0987650432", "consent": True,
                "wants": market.plant("zqwantszq", *OWN), "notes": market.plant("zqnoteszq", *OWN), "rating": 3}  # fmt: skip
        for written in ("0987 650 432", "+84987650432"):
            market.plant(written, *OWN)
        market["lead"] = (await onsite.take_lead(session, owner, fair.slug, onsite.LeadDraft.model_validate(lead))).id
        readers = (*OWN, "organiser")
        sold = {"key": new_id(), "what": market.plant("zqsoldzq", *readers), "vnd": 1_234_567}
        sale = await onsite.record_sale(session, owner, fair.slug, onsite.SaleDraft.model_validate(sold))
        signed = {"key": new_id(), "kind": "contract", "partner": market.plant("zqpartnerzq", *OWN)}
        paper = await onsite.sign_paper(session, owner, fair.slug, onsite.PaperDraft.model_validate(signed))
        market["days_sale"], market["exhibitor"], market["signed_paper"] = sale.id, sale.exhibitor_id, paper.id
        [badge] = await onsite.all_passes(session, fair.slug, organiser)
        market["pass"] = badge.id
        market.plant(badge.code, *readers)
        came = await onsite.check_in(session, organiser, fair.slug, onsite.CheckInDraft(code=badge.code))
        line = {"key": new_id(), "side": "cost", "label": market.plant("zqmoneyzq", "organiser"), "vnd": 5_000_000}
        money = await onsite.keep_money(session, organiser, fair.slug, onsite.MoneyDraft.model_validate(line))
        about = market.plant("zqfaircomplaintzq", "organiser")
        heard = onsite.ComplaintDraft(key=new_id(), about=about)
        complaint = await onsite.note_complaint(session, organiser, fair.slug, heard)
        words = onsite.FindingsDraft(lessons=market.plant("zqlessonszq", "organiser"))
        await onsite.say_findings(session, organiser, fair.slug, words)
        market["check_in"], market["money_line"], market["fair_complaint"] = came.id, money.id, complaint.id
        said = market.plant("zqfairaskedzq", *OWN, "organiser")
        later = draft.model_copy(update={"name": "Hội chợ được mời", "starts_on": today + timedelta(days=30), "ends_on": None})
        asking = await fairs.announce_fair(session, SYSTEM, later, organisation_id=organiser.organisation_id)
        supplier_id = await session.scalar(
            text("SELECT id FROM catalogue_supplier WHERE organisation_id = :own"), {"own": owner.organisation_id}
        )
        [asked] = await fairs.advice.invite_exhibitors(
            session, organiser, asking.slug, [supplier_id], words=said, key=new_id()
        )  # fmt: skip
        market["fair_invitation"] = asked.id


async def booth_of(session: AsyncSession, fair_id: UUID, market: Market) -> None:
    """One booth of the fair, taken by the own supplier for all its days."""
    values = {"fair": fair_id, "own": market["own_organisation"], "class": new_id(), "booth": new_id(), "id": new_id(),
              "key": new_id()}  # fmt: skip
    for statement in (
        (
            "INSERT INTO fairs_booth_class (id, fair_id, position, code, name, kind, width_m, depth_m, price_vnd, price_by)"
            " VALUES (:class, :fair, 0, 'C', 'Gian', 'standard', 3, 3, 0, 'booth')"
        ),
        (
            "INSERT INTO fairs_booth (id, fair_id, hall_id, class_id, code, x_m, y_m, width_m, depth_m, power, water, cold,"
            " first_come) SELECT :booth, :fair, h.id, :class, 'N01', 0, 0, 3, 3, 'none', false, false, false"
            " FROM fairs_hall h WHERE h.fair_id = :fair"
        ),
        (
            "INSERT INTO fairs_occupancy (id, fair_id, booth_id, days, origin, state, name, supplier_id, key)"
            " SELECT :id, f.id, :booth, daterange(f.starts_on, f.ends_on, '[]'), 'plan', 'taken', s.name, s.id, :key"
            " FROM fairs_fair f, catalogue_supplier s WHERE f.id = :fair AND s.organisation_id = CAST(:own AS uuid)"
        ),
    ):
        await session.execute(text(statement), values)
