"""An officer types a supplier for somebody, who agrees to it by a code and owns it from then on (C3).

    assist, assist_product, assist_certificate, correct_entry      the officer, until it is agreed to
    offer                                                          the same for a supplier that came in by a sheet
    give_code                                                      printed, mailed or read out; a new one replaces the old
    open_code                                                      whoever holds the code sees what it would agree to
    correct_by_code, correct_product_by_code, remove_paper_by_code the same person puts right what is wrong
    agree                                                          ownership passes, and the record waits for its check

Both names stay: who typed it, who agreed, when, and the digest of exactly what was shown. Whoever works on an entry locks it
first and the supplier after it. The officer acts on behalf of the supplier, so the journal names her and she never approves it.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from service import accounts
from service.accounts import Actor, MemberRole, Role
from service.catalogue import events, packs, products, rules, suppliers
from service.catalogue.assistance import codes
from service.catalogue.assistance.agreements import Shown, shown_record
from service.catalogue.assistance.inputs import AssistedProduct, EntryDraft, OfferDraft
from service.catalogue.assistance.models import AssistedEntry
from service.catalogue.bulk import staging
from service.catalogue.checks import rules as check_rules
from service.catalogue.inputs import CertificateInput, PackInput, ProductDraft, SupplierProfile
from service.catalogue.models import Certificate, Product, Supplier
from service.catalogue.papers import certificates
from service.catalogue.reviews import decisions as reviews
from service.core import clock, mail
from service.core.db import new_id
from service.core.errors import Conflict, Invalid, NotAllowed, NotFound
from service.core.events import announce
from service.core.i18n import _

CODE_HOLDS = timedelta(days=30)
MOST_TRIES = 10
_NOBODYS = codes.hashed("nobody's")  # Compared with where no entry is found, so that the answer takes as long.


async def assist(session: AsyncSession, actor: Actor, draft: EntryDraft, *, key: UUID | None = None) -> AssistedEntry:
    """Enter a supplier for somebody, as a draft that nobody owns yet. With a `key`, the same form sent twice enters one."""
    if not check_rules.may_assist(actor):
        raise NotAllowed(_("Chỉ cán bộ mới nhập hộ được."))
    # Two presses at once wait for each other here, and the second finds what the first has entered.
    await staging.one_at_a_time(await staging.connection(session))
    entered = await session.get(AssistedEntry, key) if key is not None else None
    if entered is not None:
        return entered
    kind = accounts.OrganisationKind.SUPPLIER
    organisation = await accounts.found_organisation(session, kind, draft.name, actor=actor)
    supplier = await suppliers.register_supplier(session, actor, organisation.id, draft.profile)
    entry = AssistedEntry(
        id=key or new_id(), supplier_id=supplier.id, source=draft.source, note=draft.note, typed_by=actor.person_id,
        office_id=actor.organisation_id, typed_at=clock.now(), tries=0,
    )  # fmt: skip
    session.add(entry)
    await session.flush()
    await announce(session, events.EntryTyped(supplier.id, entry.id), actor=actor, new={"entry_source": draft.source})
    return entry


async def offer(session: AsyncSession, actor: Actor, supplier: str, how: OfferDraft) -> AssistedEntry:
    """Let a supplier that came in by a sheet, and that nobody owns, be agreed to by a code as well. Once is enough."""
    if not check_rules.may_assist(actor):
        raise NotAllowed(_("Chỉ cán bộ mới nhập hộ được."))
    asked = or_(Supplier.code == supplier, Supplier.slug == supplier.rsplit("/", 1)[-1])
    found = await session.scalar(select(Supplier).where(asked).with_for_update())
    if found is None:
        message = _("Không có nhà cung cấp nào mang mã hay địa chỉ này.")
        raise Invalid(message, {"supplier": message})
    entered = await session.scalar(select(AssistedEntry).where(AssistedEntry.supplier_id == found.id))
    if entered is not None:
        return entered
    if await accounts.is_owned(session, found.organisation_id):
        message = _("Nhà cung cấp này đã có người quản lý; họ tự sửa hồ sơ của mình.")
        raise Invalid(message, {"supplier": message})
    entry = AssistedEntry(
        supplier_id=found.id, source=how.source, note=how.note, typed_by=actor.person_id, office_id=actor.organisation_id,
        typed_at=clock.now(), tries=0,
    )  # fmt: skip
    session.add(entry)
    await session.flush()
    await announce(session, events.EntryTyped(found.id, entry.id), actor=actor, new={"entry_source": how.source})
    return entry


async def correct_entry(
    session: AsyncSession, actor: Actor, entry_id: UUID, version: int, profile: SupplierProfile
) -> AssistedEntry:
    """Put right what was typed of the supplier, as long as nobody has agreed to it."""
    entry, supplier, acting = await _for_officer(session, actor, entry_id)
    await suppliers.revise_supplier(session, acting, supplier.id, version, profile)
    return entry


async def assist_product(
    session: AsyncSession, actor: Actor, entry_id: UUID, typed: AssistedProduct, *, key: UUID | None = None
) -> Product:
    """Enter a product for somebody, with its first pack; with a `key`, the same form sent twice enters one."""
    _entry, supplier, acting = await _for_officer(session, actor, entry_id)
    product = await products.draft(session, acting, supplier.id, typed.draft, key=key)
    if typed.pack_name is not None:
        pack = PackInput(
            name=typed.pack_name, net_weight_g=typed.net_weight_g, retail_price_vnd=typed.retail_price_vnd
        )  # fmt: skip
        await packs.set_packs(session, acting, product.id, product.version, [pack])
    return product


async def assist_certificate(
    session: AsyncSession, actor: Actor, entry_id: UUID, product_id: UUID | None, paper: CertificateInput,
    *, key: UUID | None = None,
) -> Certificate:  # fmt: skip
    """Enter a paper of the supplier, or of one of its products."""
    _entry, supplier, acting = await _for_officer(session, actor, entry_id)
    return await certificates.add_certificate(session, acting, supplier.id, product_id, paper, key=key)


async def give_code(session: AsyncSession, actor: Actor, entry_id: UUID, *, by_mail: bool = False) -> str:
    """A new code for the supplier, to be printed, read out or mailed; the old one opens nothing from now on.

    It is told here once and kept nowhere.
    """
    entry, supplier, _acting = await _for_officer(session, actor, entry_id)
    code = await _free_code(session)
    entry.locator, entry.code_hash = codes.locator_of(code), await asyncio.to_thread(codes.hashed, code)
    entry.code_until, entry.tries = clock.now() + CODE_HOLDS, 0
    await session.flush()
    sent = by_mail and supplier.email is not None
    if sent and supplier.email is not None:
        await mail.send(
            session, supplier.email, "assisted_entry", "vi", name=supplier.name, office=actor.organisation_name,
            code=codes.spoken(code), until=entry.code_until,
        )  # fmt: skip
    await announce(session, events.CodeGiven(supplier.id, entry.id), actor=actor, new={"mailed": sent})
    return code


@dataclass(frozen=True, slots=True)
class Opening:
    """What a code opens: the entry and its supplier, locked; or nothing, and why."""

    refusal: str
    entry: AssistedEntry | None = None
    supplier: Supplier | None = None

    @property
    def opened(self) -> tuple[AssistedEntry, Supplier]:
        """Both. Raises NotFound for a code that opens nothing."""
        if self.entry is None or self.supplier is None:
            raise NotFound(self.refusal)
        return self.entry, self.supplier

    @property
    def acting(self) -> Actor:
        """Whoever holds the code acts for the supplier, without a name until she agrees."""
        supplier = self.opened[1]
        return Actor(None, "", supplier.organisation_id, supplier.name, Role.SUPPLIER, MemberRole.OWNER)


async def open_code(session: AsyncSession, typed: str) -> Opening:
    """What this code opens. A wrong try is counted in this transaction, so nothing is raised: the caller tells the refusal."""
    code = codes.understood(typed)
    wrong = Opening(_("Mã này chưa đúng, đã hết hạn hoặc đã dùng rồi. Hãy xem lại từng chữ, hoặc xin cán bộ cấp mã mới."))
    if code is None:
        return Opening(_("Mã gồm 8 chữ và số, không có 0, 1, I, L, O. Hãy xem lại trên thư hoặc hỏi cán bộ."))
    entry = await session.scalar(
        select(AssistedEntry)
        .where(AssistedEntry.locator == codes.locator_of(code))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if entry is None or entry.code_hash is None or entry.code_until is None or entry.code_until < clock.now():
        await asyncio.to_thread(codes.fits, _NOBODYS, code)
        return wrong
    if entry.tries >= MOST_TRIES:
        await asyncio.to_thread(codes.fits, _NOBODYS, code)
        return Opening(_("Mã này đã bị khóa sau %(n)s lần gõ sai. Hãy xin cán bộ cấp mã mới.", n=MOST_TRIES))
    if not await asyncio.to_thread(codes.fits, entry.code_hash, code):
        entry.tries += 1
        await session.flush()
        return wrong
    supplier = await session.get_one(Supplier, entry.supplier_id, with_for_update=True, populate_existing=True)
    return Opening("", entry, supplier)


async def correct_by_code(session: AsyncSession, opening: Opening, version: int, profile: SupplierProfile) -> None:
    """Let whoever holds the code put right what was typed of the supplier."""
    await suppliers.revise_supplier(session, opening.acting, opening.opened[1].id, version, profile)


async def correct_product_by_code(
    session: AsyncSession, opening: Opening, product_id: UUID, version: int, draft: ProductDraft
) -> None:
    """Let whoever holds the code put right what was typed of a product."""
    await products.revise(session, opening.acting, product_id, version, draft)


async def remove_paper_by_code(session: AsyncSession, opening: Opening, certificate_id: UUID) -> None:
    """Let whoever holds the code take away a paper that is none of the supplier's."""
    await certificates.remove_certificate(session, opening.acting, certificate_id)


async def record_by_code(session: AsyncSession, opening: Opening) -> Shown:
    """Exactly what the supplier would agree to."""
    return await shown_record(session, opening.opened[1])


async def agree(session: AsyncSession, opening: Opening, digest: str, who: accounts.NewOwner | Actor, language: str) -> Actor:
    """Let the one who holds the code own the supplier, as a new person or as one who has signed in; the record is handed in.

    Raises Conflict when what was shown is no longer what is stored, or when somebody else owns the supplier already.
    """
    entry, supplier = opening.opened
    if isinstance(who, Actor) and not check_rules.may_agree(who, entry.typed_by):
        raise NotAllowed(_("Bạn đã nhập hồ sơ này, nên người của nhà cung cấp phải đồng ý, không phải bạn."))
    shown = await shown_record(session, supplier)
    if shown.digest != digest:
        raise Conflict(_("Hồ sơ vừa đổi sau khi bạn mở. Hãy xem lại bản mới dưới đây rồi đồng ý."))
    if isinstance(who, Actor):
        owner = await accounts.take_over_as(session, who, supplier.organisation_id)
    else:
        owner = await accounts.take_over(session, supplier.organisation_id, who, language)
    entry.agreed_by, entry.agreed_at = owner.person_id, clock.now()
    entry.digest, entry.locator, entry.code_hash, entry.code_until = digest, None, None, None
    await session.flush()
    await announce(session, events.EntryAgreed(supplier.id, entry.id), actor=owner, new={"digest": digest})
    await _hand_in(session, owner, supplier)
    return owner


async def _hand_in(session: AsyncSession, owner: Actor, supplier: Supplier) -> None:
    """What is complete waits for its check from now on; the rest stays a draft on the owner's desk, with what it lacks."""
    if await _complete(session, supplier):
        await reviews.submit_supplier(session, owner, supplier.id)
    found = select(Product).where(Product.supplier_id == supplier.id).order_by(Product.id)
    for product in (await session.scalars(found)).all():
        if await _complete(session, product):
            await reviews.submit_product(session, owner, product.id)


async def _complete(session: AsyncSession, record: Supplier | Product) -> bool:
    return not rules.missing_for_submission(await reviews.ready(session, record))


async def _for_officer(session: AsyncSession, actor: Actor, entry_id: UUID) -> tuple[AssistedEntry, Supplier, Actor]:
    """The entry, locked, its supplier, and the officer as she acts for it: as long as nobody has agreed."""
    if not check_rules.may_assist(actor):
        raise NotAllowed(_("Chỉ cán bộ mới nhập hộ được."))
    entry = await session.get(AssistedEntry, entry_id, with_for_update=True, populate_existing=True)
    if entry is None:
        raise NotFound(_("Không có lần nhập hộ này."))
    if entry.agreed_at is not None:
        raise Conflict(_("Nhà cung cấp đã đồng ý và nhận hồ sơ; từ nay chính họ sửa."))
    supplier = await session.get_one(Supplier, entry.supplier_id, with_for_update=True, populate_existing=True)
    acting = replace(
        actor, organisation_id=supplier.organisation_id, organisation_name=supplier.name, role=Role.SUPPLIER,
        member_role=MemberRole.MEMBER, on_behalf_of=actor.organisation_id,
    )  # fmt: skip
    return entry, supplier, acting


async def _free_code(session: AsyncSession) -> str:
    while True:
        code = codes.new_code()
        taken = select(AssistedEntry.id).where(AssistedEntry.locator == codes.locator_of(code))
        if await session.scalar(taken) is None:
            return code
