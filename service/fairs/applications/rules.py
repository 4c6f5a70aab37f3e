"""Who may apply, answer and share. Pure: asks no database."""

from __future__ import annotations

from datetime import date
from typing import Protocol

from service.accounts import Actor, Role
from service.core.i18n import _
from service.fairs.applications.models import ApplicationState
from service.fairs.models import DatePrecision, FairState

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


class Calling(Protocol):
    """A fair as far as its call goes: the row, or what a reader is shown of it."""

    @property
    def state(self) -> str:
        """Where it stands."""

    @property
    def date_precision(self) -> str:
        """How exactly its days are known."""

    @property
    def starts_on(self) -> date:
        """Its first day."""

    @property
    def call_opens_on(self) -> date | None:
        """The first day of the call."""

    @property
    def call_closes_on(self) -> date | None:
        """The last one."""


def is_supplier(actor: Actor | None) -> bool:
    """Whether the actor stands for a supplier, which alone has applications of its own."""
    return actor is not None and actor.role is Role.SUPPLIER and actor.organisation_id is not None


def may_apply(actor: Actor | None) -> bool:
    """Whether the actor may apply at all: a supplier's people who may write."""
    return actor is not None and is_supplier(actor) and actor.may_write


def call_is_open(fair: Calling, today: date) -> bool:
    """Whether exhibitors may apply today: the fair is on, its days are known, and the call runs."""
    return (
        fair.state == FairState.ANNOUNCED
        and fair.date_precision == DatePrecision.DAY
        and fair.starts_on > today
        and fair.call_opens_on is not None
        and fair.call_opens_on <= today
        and (fair.call_closes_on is None or today <= fair.call_closes_on)
    )


def why_closed(fair: Calling, today: date) -> str:
    """Why nobody may apply today, and what to do."""
    if fair.state == FairState.CANCELLED:
        return _("Hội chợ này đã hủy nên không nhận đăng ký.")
    if fair.starts_on <= today:
        return _("Hội chợ này đã bắt đầu hoặc đã qua nên không nhận đăng ký nữa.")
    if fair.call_opens_on is None or fair.date_precision != DatePrecision.DAY:
        return _("Ban tổ chức chưa mở đăng ký cho hội chợ này. Khi mở, hội chợ sẽ hiện ở trang Hội chợ của bạn.")
    if fair.call_opens_on > today:
        return _("Hội chợ này chưa tới ngày mở đăng ký.")
    return _("Đã hết hạn đăng ký. Nếu vẫn muốn dự, hãy gọi ban tổ chức: họ nhập được đơn nộp muộn.")


def may_answer(state: ApplicationState, to: ApplicationState) -> bool:
    """Whether an application in this state may be given this answer."""
    return to in ANSWERS.get(state, frozenset())


def may_revise(fair: Calling, state: ApplicationState, today: date) -> bool:
    """Whether the exhibitor may change what an application in this state says.

    One that was returned may be corrected after the call has closed, until the fair begins: the organiser asked for it.
    """
    if state is ApplicationState.RETURNED:
        return fair.state == FairState.ANNOUNCED and fair.starts_on > today
    return state in (ApplicationState.DRAFT, ApplicationState.SUBMITTED) and call_is_open(fair, today)
