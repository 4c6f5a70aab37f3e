"""Who may apply, answer and share. Pure: asks no database."""

from __future__ import annotations

from service.accounts import Actor, Role
from service.fairs.applications.models import ApplicationState

MOST_SHARERS = 6

OPEN = frozenset({ApplicationState.DRAFT, ApplicationState.RETURNED})  # The exhibitor may still change them.
ANSWERED = frozenset(
    {ApplicationState.ACCEPTED, ApplicationState.RETURNED, ApplicationState.REJECTED, ApplicationState.WAITING}
)
# What an organiser may say to an application in each state. A withdrawn one is the exhibitor's own; a draft is not handed in.
ANSWERS: dict[ApplicationState, frozenset[ApplicationState]] = {
    ApplicationState.SUBMITTED: ANSWERED,
    ApplicationState.WAITING: frozenset({ApplicationState.ACCEPTED, ApplicationState.REJECTED}),
    ApplicationState.ACCEPTED: frozenset({ApplicationState.WAITING, ApplicationState.REJECTED}),
    ApplicationState.REJECTED: frozenset({ApplicationState.ACCEPTED, ApplicationState.WAITING}),
}
WITHDRAWABLE = frozenset(
    {ApplicationState.DRAFT, ApplicationState.SUBMITTED, ApplicationState.RETURNED, ApplicationState.ACCEPTED,
     ApplicationState.WAITING}
)  # fmt: skip
SHARING = frozenset(
    {ApplicationState.DRAFT, ApplicationState.SUBMITTED, ApplicationState.RETURNED, ApplicationState.ACCEPTED,
     ApplicationState.WAITING}
)  # fmt: skip


def may_apply(actor: Actor | None) -> bool:
    """Whether the actor may apply at all: a supplier's people who may write."""
    return actor is not None and actor.role is Role.SUPPLIER and actor.organisation_id is not None and actor.may_write


def may_answer(state: ApplicationState, to: ApplicationState) -> bool:
    """Whether an application in this state may be given this answer."""
    return to in ANSWERS.get(state, frozenset())
