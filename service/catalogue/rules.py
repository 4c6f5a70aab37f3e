"""Who may do what with suppliers and products, and what a product still lacks. Pure: no database, no clock of its own.

A supplier's owners and members edit what is theirs, its viewers only look. Officers see everything, bring in sheets and decide
what is published, but never about their own organisation's records nor about their own typing. Everybody else sees what is
published.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol
from uuid import UUID

from service.accounts import Actor, Role
from service.catalogue import kinds
from service.catalogue.models import CertificateState, State
from service.core.i18n import _

# What a check vouches for: on a published record these stay as they are until a change of them has been checked as well.
CERTIFIED: dict[str, tuple[str, ...]] = {
    "supplier": ("name", "legal_form", "tax_code", "province_code", "commune_code", "address"),
    "product": ("name", "commodity_id", "category_code", "ingredients", "origin", "shelf_life_days", "storage"),
    "certificate": ("kind", "stars", "number", "issuer", "level", "issued_on", "valid_to"),
}
REMINDED_AT = (180, 90, 30)  # Days before the last valid day of a paper (V3).
# The facts by which the journal knows who has typed something of a record.
TYPING = (
    "SupplierRegistered", "SupplierRevised", "ProductDrafted", "ProductRevised", "PacksChanged", "PricesChanged",
    "CapacityDeclared", "ReserveChanged", "StockCounted", "CertificateAdded", "CertificateRevised", "ScanAdded",
    "ChangeProposed", "HandedIn",
)  # fmt: skip


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


def sees_unchecked(actor: Actor | None, organisation_id: UUID) -> bool:
    """Whether the actor may see papers of that organisation that nobody has checked: its own people, and those who check."""
    return belongs(actor, organisation_id) or may_see_reviews(actor)


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


def may_publish(actor: Actor | None) -> bool:
    """Whether the actor may show a record without a check: only the system, which brings in what was public elsewhere."""
    return actor is not None and actor.role is Role.SYSTEM


def may_review(actor: Actor | None) -> bool:
    """Whether the actor checks records at all: officers who may write. Who runs the market looks after accounts, not goods."""
    if actor is None or actor.on_behalf_of is not None:
        return False
    return actor.role is Role.OFFICER and actor.may_write


def may_see_reviews(actor: Actor | None) -> bool:
    """Whether the actor may look at what waits to be checked."""
    return actor is not None and actor.role in (Role.OFFICER, Role.SYSTEM)


def may_decide(actor: Actor | None, organisation_id: UUID, typists: Collection[UUID | None]) -> bool:
    """Whether the actor may approve or return a record of that organisation, of which `typists` have typed something (V5)."""
    if actor is None:
        return False
    if actor.role is Role.SYSTEM:
        return True
    if actor.person_id is None or actor.person_id in typists or actor.belongs_to(organisation_id):
        return False
    return may_review(actor)


def why_not_decide(actor: Actor, organisation_id: UUID, typists: Collection[UUID | None]) -> str:
    """Why the actor may not decide about a record, and who can; empty when she may."""
    if may_decide(actor, organisation_id, typists):
        return ""
    if actor.belongs_to(organisation_id):
        return _("Đây là hồ sơ của tổ chức bạn thuộc về, nên người khác phải kiểm tra. Hãy để cán bộ khác quyết định.")
    if actor.person_id is not None and actor.person_id in typists:
        return _("Bạn đã nhập hoặc gửi hồ sơ này, nên người khác phải kiểm tra. Hãy để cán bộ khác quyết định.")
    return _("Chỉ cán bộ được giao quyền ghi mới duyệt hoặc trả lại được hồ sơ.")


def may_change(actor: Actor | None, organisation_id: UUID) -> bool:
    """Whether the actor may change a record of that organisation, hand it in, or take it back: its people, or the system."""
    return may_edit(actor, organisation_id) or may_publish(actor)


def held_back(kind: str, state: str, stored: Mapping[str, Any], wished: Mapping[str, Any]) -> dict[str, Any]:
    """The wished values that must wait for a check: certified fields of what is shown already (published, or checked)."""
    if state not in (State.PUBLISHED, CertificateState.CHECKED):
        return {}
    return {name: wished[name] for name in CERTIFIED[kind] if name in wished and wished[name] != stored[name]}


def shows_contact(legal_form: str) -> bool:
    """Whether phone, e-mail and street are those of an organisation. A household's are those of a person: not public."""
    return legal_form != "household"


@dataclass(frozen=True, slots=True)
class Ready:
    """What the rules need to know of a record that is to be handed in; a supplier has no goods, pack or papers to show."""

    kind: str
    has_place: bool = True
    has_contact: bool = True
    has_goods: bool = True
    has_pack: bool = True
    has_paper: bool = True  # One of its own or of its supplier's that has not been returned and has not run out.
    supplier_handed_in: bool = True


def missing_for_submission(record: Ready) -> list[Gap]:
    """What a record lacks before it can be handed in, in words."""
    asked = {
        "supplier": (
            (record.has_place, "profile", _("chưa chọn tỉnh hoặc xã")),
            (record.has_contact, "profile", _("chưa có điện thoại hoặc thư điện tử để liên hệ")),
        ),
        "product": (
            (record.supplier_handed_in, "profile", _("hồ sơ nhà cung cấp chưa gửi duyệt")),
            (record.has_goods, "product", _("chưa chọn mặt hàng hoặc nhóm OCOP")),
            (record.has_pack, "packs", _("chưa có quy cách đóng gói")),
            (record.has_paper, "certificates", _("chưa có giấy chứng nhận còn hạn, của sản phẩm hoặc của nhà cung cấp")),
        ),
    }
    return [Gap(part, 0, sentence) for there, part, sentence in asked.get(record.kind, ()) if not there]


@dataclass(frozen=True, slots=True)
class Paper:
    """What the rules need to know of a certificate."""

    kind: str
    issued_on: date | None
    valid_to: date | None
    renewal: str | None = None  # How far its renewal has come, where somebody has said so.


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
    state: str = State.PUBLISHED


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
            (product.state != State.DRAFT, "publish", 1, _("còn là bản nháp")),
            (product.state != State.RETURNED, "publish", 0, _("bị trả lại: xem lý do, sửa rồi gửi lại")),
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
        elif status in ("valid", "expiring") and paper.valid_to is not None:
            days = (paper.valid_to - today).days
            if days <= REMINDED_AT[0]:
                urgency = 0 if days <= REMINDED_AT[2] else 1 if days <= REMINDED_AT[1] else 3
                left = _("giấy %(name)s còn %(days)s ngày", name=name, days=days)
                gaps.append(Gap("certificates", urgency, left + _renewal(paper)))
    return gaps


def _renewal(paper: Paper) -> str:
    said = {"sent": _("đã gửi hồ sơ đánh giá lại"), "assessed": _("đã đánh giá lại, chờ quyết định mới")}
    return f" ({said[paper.renewal]})" if paper.renewal in said else ""
