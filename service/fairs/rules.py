"""Who may do what with fairs. Pure: asks no database."""

from __future__ import annotations

from uuid import UUID

from service.accounts import Actor, Role
from service.core.i18n import _
from service.fairs.models import FairState


def may_announce(actor: Actor | None) -> bool:
    """Whether the actor may put a fair on the calendar: verified organisers, officers, and the system for known events."""
    if actor is None or not actor.may_write:
        return False
    return actor.role in (Role.OFFICER, Role.SYSTEM) or (actor.role is Role.ORGANISER and actor.verified)


def why_not_announce(actor: Actor | None) -> str:
    """Why the actor may not, and what to do about it."""
    if actor is not None and actor.role is Role.ORGANISER and not actor.verified:
        return _("Ban tổ chức của bạn chưa được xác minh nên chưa lập được hội chợ. Cán bộ sẽ xác minh tổ chức của bạn.")
    if actor is not None and actor.role is Role.ORGANISER:
        return _("Tài khoản của bạn chỉ được xem. Hãy nhờ người quản lý tổ chức lập hội chợ.")
    return _("Chỉ ban tổ chức mới công bố được hội chợ.")


def may_change(actor: Actor | None, organisation_id: UUID | None) -> bool:
    """Whether the actor may change a fair: its organiser; officers look after those that have none."""
    if actor is None or not may_announce(actor):
        return False
    if actor.role is Role.SYSTEM:
        return True
    return actor.organisation_id == organisation_id or (actor.role is Role.OFFICER and organisation_id is None)


def may_see(actor: Actor | None, state: str, organisation_id: UUID | None) -> bool:
    """Whether the actor may see a fair: everyone once it is announced, its organiser before."""
    return state != FairState.DRAFT or may_change(actor, organisation_id)
