"""Who may ask whom to come to a fair, and who may answer. Pure: asks no database."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from service.accounts import Actor, Role
from service.core.i18n import _
from service.fairs.models import Fair, FairState


def why_not_invite(fair: Fair, today: date) -> str | None:
    """Why nobody can be asked to this fair any more, in words; None where one can."""
    if fair.state == FairState.DRAFT:
        return _("Hội chợ chưa được công bố nên chưa mời được. Hãy công bố trước.")
    if fair.state == FairState.CANCELLED:
        return _("Hội chợ đã hủy nên không mời được nữa.")
    if fair.ends_on < today:
        return _("Hội chợ đã qua nên không mời được nữa.")
    return None


def may_answer(actor: Actor | None, organisation_id: UUID) -> bool:
    """Whether the actor may answer an invitation of that supplier: its own people, viewers excepted."""
    if actor is None or actor.role is not Role.SUPPLIER or not actor.may_write:
        return False
    return actor.organisation_id == organisation_id


def may_read(actor: Actor | None, organisation_id: UUID) -> bool:
    """Whether the actor may know of an invitation of that supplier."""
    return actor is not None and actor.role is Role.SUPPLIER and actor.organisation_id == organisation_id
