"""Who may do what with suppliers and products, and what a product still lacks. Pure: no database, no clock of its own.

A supplier's owners and members edit what is theirs, its viewers only look. Officers see everything and bring in sheets;
they do not edit by hand what a supplier answers for. Everybody else sees what is published.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Protocol
from uuid import UUID

from service.accounts import Actor, Role
from service.catalogue import kinds
from service.catalogue.models import State
from service.core.i18n import _


class Owned(Protocol):
    """Whatever belongs to an organisation and has a state: a supplier, or a page about it."""

    @property
    def organisation_id(self) -> UUID:
        """Whose it is."""
        ...

    @property
    def state(self) -> str:
        """Where it stands on its way to the public."""
        ...


class Priced(Protocol):
    """Whatever has wholesale prices: its organisation, and whether it shows them to everyone."""

    @property
    def organisation_id(self) -> UUID:
        """Whose it is."""
        ...

    @property
    def wholesale_public(self) -> bool:
        """Whether everyone may see its wholesale prices."""
        ...


def is_officer(actor: Actor | None) -> bool:
    """Whether the actor looks after the whole market."""
    return actor is not None and actor.role is Role.OFFICER


def belongs(actor: Actor | None, organisation_id: UUID) -> bool:
    """Whether the actor acts for that organisation, in whatever role."""
    return actor is not None and actor.organisation_id == organisation_id


def may_edit(actor: Actor | None, organisation_id: UUID) -> bool:
    """Whether the actor may change the profile, products, prices and papers of that supplier."""
    return actor is not None and actor.role is Role.SUPPLIER and belongs(actor, organisation_id) and actor.may_write


def may_register(actor: Actor | None, organisation_id: UUID) -> bool:
    """Whether the actor may enter that organisation as a supplier: its own people, or an officer for it."""
    return may_import(actor) or may_edit(actor, organisation_id)


def may_see(actor: Actor | None, supplier: Owned, state: str | None = None) -> bool:
    """Whether the actor may see a supplier, or a product of it in the given state."""
    if is_officer(actor) or belongs(actor, supplier.organisation_id):
        return True
    return supplier.state == State.PUBLISHED and (state is None or state == State.PUBLISHED)


def may_see_wholesale(actor: Actor | None, supplier: Priced) -> bool:
    """Whether the actor may see wholesale prices: everyone where the supplier shows them, else verified buyers only (C6)."""
    return supplier.wholesale_public or belongs(actor, supplier.organisation_id) or sees_all_wholesale(actor)


def sees_all_wholesale(actor: Actor | None) -> bool:
    """Whether the actor may see every supplier's wholesale prices: verified buyers, officers, and the system itself."""
    if actor is None:
        return False
    return actor.role is Role.SYSTEM or is_officer(actor) or (actor.role is Role.BUYER and actor.verified)


def may_import(actor: Actor | None) -> bool:
    """Whether the actor may bring in whole sheets of suppliers and products of anyone."""
    return actor is not None and (actor.role is Role.SYSTEM or (actor.role is Role.OFFICER and actor.may_write))


def may_import_products(actor: Actor | None) -> bool:
    """Whether the actor may bring in a sheet of products: an officer any, a supplier's own people their own."""
    own = actor.organisation_id if actor is not None else None
    return may_import(actor) or (own is not None and may_edit(actor, own))


def is_personal_tax_code(tax_code: str | None) -> bool:
    """Whether a tax number is a person's identity number: 12 digits. Such a number is never shown to anyone else."""
    return tax_code is not None and sum(letter.isdigit() for letter in tax_code) == 12


def shows_contact(legal_form: str) -> bool:
    """Whether phone, e-mail and street are those of an organisation. A household's are those of a person: not public."""
    return legal_form != "household"


@dataclass(frozen=True, slots=True)
class Paper:
    """What the rules need to know of a certificate."""

    kind: str
    issued_on: date | None
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class Filled:
    """What the rules need to know of a product, to say what it lacks."""

    has_description: bool
    has_category: bool
    has_pack: bool
    has_price: bool
    has_wholesale: bool
    has_season: bool
    capacity_years: tuple[int, ...]
    papers: tuple[Paper, ...]
    is_published: bool = True


@dataclass(frozen=True, slots=True)
class Gap:
    """Something missing: where to put it, how urgent it is (0 first), and the sentence that says so."""

    part: str
    urgency: int
    sentence: str


def missing(product: Filled, today: date) -> list[Gap]:
    """What a product still lacks before a buyer can decide, most urgent first, in the reader's words."""
    gaps = [
        Gap(part, urgency, sentence)
        for filled, part, urgency, sentence in (
            (product.is_published, "publish", 1, _("còn là bản nháp")),
            (product.has_pack, "packs", 1, _("chưa có quy cách đóng gói")),
            (product.has_price, "packs", 2, _("chưa có giá bán lẻ")),
            (product.has_wholesale, "prices", 2, _("chưa có giá sỉ")),
            (product.has_category, "product", 3, _("chưa chọn nhóm OCOP")),
            (product.has_season, "product", 4, _("chưa nói mùa vụ")),
            (product.has_description, "product", 5, _("chưa có mô tả")),
        )
        if not filled
    ]
    if not product.capacity_years:
        gaps.append(Gap("capacity", 0, _("chưa khai năng lực cung ứng theo tháng")))
    elif max(product.capacity_years) < today.year:
        gaps.append(Gap("capacity", 1, _("năng lực mới khai đến năm %(year)s", year=max(product.capacity_years))))
    gaps.extend(papers_missing(product.papers, today))
    return sorted(gaps, key=lambda gap: gap.urgency)


def papers_missing(papers: Iterable[Paper], today: date) -> list[Gap]:
    """Which papers have run out, or soon will, unless a newer one of the same kind holds longer."""
    best: dict[str, Paper] = {}
    for paper in papers:
        held = best.get(paper.kind)
        if held is None or (paper.valid_to or date.max) > (held.valid_to or date.max):
            best[paper.kind] = paper
    gaps = []
    for paper in best.values():
        status = kinds.standing(paper.kind, paper.issued_on, paper.valid_to, today)
        known = kinds.KINDS.get(paper.kind)
        name = known.short if known else paper.kind
        if status == "expired" and paper.valid_to is not None:
            days = (today - paper.valid_to).days
            gaps.append(Gap("certificates", 0, _("giấy %(name)s đã hết hạn %(days)s ngày", name=name, days=days)))
        elif status == "expiring" and paper.valid_to is not None:
            days = (paper.valid_to - today).days
            gaps.append(Gap("certificates", 1, _("giấy %(name)s còn %(days)s ngày", name=name, days=days)))
    return gaps
