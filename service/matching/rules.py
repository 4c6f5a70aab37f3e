"""Who may do what with buyers and requests. Pure: asks no database.

A request belongs to its buyer's organisation. A draft is seen by its owner only. A request to matched suppliers is seen
by its owner, by officers, and by suppliers of which some product fits it or nearly does, or that were invited. A private
one is seen by its owner and by the invited suppliers only. The buyer of an anonymous request is known to its owner only.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Protocol
from uuid import UUID

from service.accounts import Actor, Role
from service.core.i18n import _
from service.matching.models import BuyerState, RequestState, Visibility


class Asked(Protocol):
    """Whatever is a request: the table's row, or the page's."""

    @property
    def state(self) -> str:
        """Where it stands."""

    @property
    def visibility(self) -> str:
        """Who may see it."""

    @property
    def deadline(self) -> date | None:
        """The last day for answers."""

    @property
    def closes_at_quotes(self) -> int | None:
        """So many quotes end it before its last day."""


def owns(actor: Actor | None, organisation_id: UUID) -> bool:
    """Whether the actor acts for the buyer's own organisation."""
    return actor is not None and actor.organisation_id == organisation_id


def may_act_for(actor: Actor | None, organisation_id: UUID) -> bool:
    """Whether the actor may open, revise and close requests of that organisation, or change its profile."""
    if actor is None:
        return False
    return actor.role is Role.SYSTEM or (actor.role is Role.BUYER and actor.may_write and owns(actor, organisation_id))


def may_verify_at_once(actor: Actor | None) -> bool:
    """Whether the actor says by itself that a buyer is who it claims to be: the system, for what is known elsewhere."""
    return actor is not None and actor.role is Role.SYSTEM


def may_see_profiles(actor: Actor | None) -> bool:
    """Whether the actor may look at the profiles that wait to be verified."""
    return actor is not None and actor.role in (Role.OFFICER, Role.SYSTEM)


def may_verify(actor: Actor | None, organisation_id: UUID, typists: Collection[UUID | None]) -> bool:
    """Whether the actor may verify or return a buyer's profile, of which `typists` have typed something (V5, V6)."""
    if actor is None or actor.on_behalf_of is not None:
        return False
    if actor.role is Role.SYSTEM:
        return True
    if actor.person_id is None or actor.person_id in typists or actor.belongs_to(organisation_id):
        return False
    return actor.role is Role.OFFICER and actor.may_write


def why_not_verify(actor: Actor, organisation_id: UUID, typists: Collection[UUID | None]) -> str:
    """Why the actor may not decide about a buyer; empty when she may."""
    if may_verify(actor, organisation_id, typists):
        return ""
    if actor.belongs_to(organisation_id) or (actor.person_id is not None and actor.person_id in typists):
        return _("Hồ sơ này của tổ chức bạn hoặc do bạn nhập, nên người khác phải kiểm tra. Hãy để cán bộ khác quyết định.")
    return _("Chỉ cán bộ được giao quyền ghi mới xác minh được nhà phân phối.")


def asks_anew(state: str, changed: Collection[str]) -> bool:
    """Whether a changed profile has to be verified again: another name, or another kind of trade."""
    return state == BuyerState.VERIFIED and bool({"name", "kind"} & set(changed))


def may_ask_publicly(actor: Actor | None) -> bool:
    """Whether the actor may put a request on the market or invite suppliers: the system, and verified buyers (V6)."""
    return actor is not None and (actor.role is Role.SYSTEM or (actor.role is Role.BUYER and actor.verified))


def may_see(actor: Actor | None, request: Asked, organisation_id: UUID, *, fits: bool = False, invited: bool = False) -> bool:
    """Whether the actor may see a request; `fits`: a product of hers fits it or nearly does; `invited`: she was asked."""
    if owns(actor, organisation_id) or (actor is not None and actor.role is Role.SYSTEM):
        return True
    if request.state == RequestState.DRAFT:
        return False
    if request.visibility in (Visibility.PUBLIC, Visibility.ANONYMOUS):
        return True
    if actor is None:
        return False
    if actor.role is Role.SUPPLIER:
        return invited or (fits and request.visibility == Visibility.MATCHED)
    return actor.role is Role.OFFICER and request.visibility == Visibility.MATCHED


def may_see_buyer(actor: Actor | None, request: Asked, organisation_id: UUID) -> bool:
    """Whether the actor may know whose request it is."""
    if request.visibility != Visibility.ANONYMOUS:
        return True
    return owns(actor, organisation_id) or (actor is not None and actor.role is Role.SYSTEM)


def may_revise(actor: Actor | None, request: Asked, organisation_id: UUID) -> bool:
    """Whether the actor may change what a request asks for: its owner, until it is closed."""
    return request.state != RequestState.CLOSED and may_act_for(actor, organisation_id)


def may_close(actor: Actor | None, request: Asked, organisation_id: UUID) -> bool:
    """Whether the actor may end a request: its owner, once."""
    return may_revise(actor, request, organisation_id)


def answerable(request: Asked, today: date, quotes: int = 0) -> bool:
    """Whether a request still takes answers: open, its last day not over, and not as many quotes as it closes at (M3)."""
    full = request.closes_at_quotes is not None and quotes >= request.closes_at_quotes
    return request.state == RequestState.OPEN and (request.deadline is None or request.deadline >= today) and not full


def why_not_moved(
    deadline: date | None, sealed: bool, *, was_deadline: date | None, was_sealed: bool, quotes: int
) -> dict[str, str]:
    """What a changed request may not do to the sealed quotes that it holds already, by the field that would do it."""
    if not quotes:
        return {}
    wrong = {}
    if sealed != was_sealed:
        wrong["sealed"] = _("Đã có báo giá nên không đổi được việc niêm phong nữa.")
    if was_sealed and was_deadline is not None and (deadline is None or deadline < was_deadline):
        wrong["deadline"] = _("Đã có báo giá niêm phong: hạn chỉ được lùi muộn hơn, không được sớm hơn.")
    return wrong
