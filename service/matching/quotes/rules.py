"""Who may do what with quotes and awards, and from which state to which. Pure: asks no database.

A quote is its supplier's own until it is sent; from then on the buyer reads it too, and nobody else does: no other supplier, no
officer, no administrator. A sealed one is its supplier's alone until the last day for answers is over.

    draft → sent → withdrawn → sent …      while answers are taken
            sent → awarded → sent          a buyer awards; and undoes it
            sent → lost | expired          a buyer answers with no; or not at all, or too late
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from typing import Protocol
from uuid import UUID

from service.accounts import Actor, Role
from service.core import clock
from service.core.i18n import _
from service.matching import rules as requests
from service.matching.models import CloseReason, RequestState
from service.matching.quotes.models import QuoteState

MOST_OPEN = 20  # So many quotes of one supplier may wait for buyers at once (M4).
MOST_REVISIONS = 10  # So often may one quote be sent within an hour (M4).
REVISIONS_WITHIN = timedelta(hours=1)
DAYS_TO_DECIDE = 14
OPEN_STATES = (QuoteState.SENT,)
HOLDS = (QuoteState.SENT, QuoteState.AWARDED)  # What counts towards the number at which a request is full.


class Asked(requests.Asked, Protocol):
    """A request, as far as its quotes are concerned."""

    @property
    def sealed(self) -> bool:
        """Whether no quote is read before the deadline."""

    @property
    def closes_at_quotes(self) -> int | None:
        """So many quotes end it before its deadline."""


class Quoted(Protocol):
    """Whatever is a quote."""

    @property
    def state(self) -> str:
        """Where it stands."""

    @property
    def organisation_id(self) -> UUID:
        """Whose it is."""

    @property
    def valid_until(self) -> date | None:
        """The last day on which it holds."""

    @property
    def sealed_until(self) -> date | None:
        """The last day on which nobody else may read it."""


def may_quote(actor: Actor | None, buyer_id: UUID) -> bool:
    """Whether the actor may quote at all on a request of that buyer's organisation: suppliers' people who may write, and
    nobody who belongs to the buyer as well.
    """
    if actor is None or actor.organisation_id is None or actor.role is not Role.SUPPLIER:
        return False
    return actor.may_write and not actor.belongs_to(buyer_id)


def why_not_quote(actor: Actor | None, buyer_id: UUID) -> str:
    """Why the actor may not quote on it; empty when she may."""
    if may_quote(actor, buyer_id):
        return ""
    if actor is not None and actor.belongs_to(buyer_id):
        return _("Đây là yêu cầu của tổ chức bạn; không ai báo giá cho chính mình.")
    if actor is not None and actor.role is Role.SUPPLIER:
        return _("Bạn chỉ có quyền xem trong tổ chức này. Hãy nhờ chủ tổ chức cấp quyền thành viên.")
    return _("Chỉ nhà cung cấp mới báo giá được.")


def why_not_taken(request: Asked, today: date, others: int) -> str:
    """Why a request takes no quotes now; empty when it does. `others`: how many other suppliers' quotes it holds (M3)."""
    if request.state != RequestState.OPEN:
        return _("Yêu cầu này đã đóng, không nhận báo giá nữa.")
    if request.deadline is not None and request.deadline < today:
        return _("Đã hết hạn báo giá cho yêu cầu này.")
    if request.closes_at_quotes is not None and others >= request.closes_at_quotes:
        return _("Yêu cầu này đã nhận đủ %(n)s báo giá nên không nhận thêm.", n=request.closes_at_quotes)
    return ""


def may_revise(quote: Quoted) -> bool:
    """Whether what a quote says may still change, as far as the quote goes. One that has lost may try again: its request takes
    answers only where it was opened anew.
    """
    return quote.state in (QuoteState.DRAFT, QuoteState.SENT, QuoteState.WITHDRAWN, QuoteState.LOST)


def may_withdraw(actor: Actor | None, quote: Quoted, request: Asked, today: date) -> bool:
    """Whether the actor may take a quote back: its own supplier, while answers are taken; after that it holds."""
    return owns(actor, quote) and actor is not None and actor.may_write and quote.state == QuoteState.SENT and (
        requests.answerable(request, today)
    )  # fmt: skip


def owns(actor: Actor | None, quote: Quoted) -> bool:
    """Whether the actor acts for the quote's supplier."""
    return actor is not None and actor.organisation_id == quote.organisation_id and actor.role is Role.SUPPLIER


def may_keep_quotes(actor: Actor | None) -> bool:
    """Whether the actor has a desk of quotes: suppliers' people, viewers included."""
    return actor is not None and actor.role is Role.SUPPLIER and actor.organisation_id is not None


def may_read(actor: Actor | None, quote: Quoted, buyer_id: UUID, *, opened: bool) -> bool:
    """Whether the actor may read what a quote says. `opened`: it is not sealed any more."""
    if owns(actor, quote):
        return True
    return opened and quote.state not in (QuoteState.DRAFT, QuoteState.WITHDRAWN) and may_compare(actor, buyer_id)


def may_compare(actor: Actor | None, buyer_id: UUID) -> bool:
    """Whether the actor may read the quotes on a request: its buyer's people only."""
    return actor is not None and (actor.role is Role.SYSTEM or (actor.role is Role.BUYER and requests.owns(actor, buyer_id)))


def may_award(actor: Actor | None, request: Asked, buyer_id: UUID) -> bool:
    """Whether the actor may take quotes: the buyer's people who may write, also once the request was closed because it was
    filled, so that what was undone can be given to another.
    """
    return requests.may_act_for(actor, buyer_id) and request.state != RequestState.DRAFT


def why_no_award(request: Asked, close_reason: str | None, today: date) -> str:
    """Why nothing of a request can be awarded now; empty when it can."""
    if request.state == RequestState.CLOSED and close_reason != CloseReason.FILLED:
        return _("Yêu cầu đã đóng nên không chọn được báo giá nữa.")
    if sealed_now(request, today):
        return _("Báo giá còn niêm phong đến hết ngày hạn; sau đó mới chọn được.")
    return ""


def why_not_awarded(quote: Quoted, today: date) -> str:
    """Why nothing of this quote can be taken; empty when something can."""
    if quote.state not in (QuoteState.SENT, QuoteState.AWARDED):
        return {
            QuoteState.WITHDRAWN.value: _("Báo giá này đã được rút lại."),
            QuoteState.LOST.value: _("Báo giá này đã được trả lời là không chọn."),
            QuoteState.EXPIRED.value: _("Báo giá này đã hết hiệu lực."),
        }.get(str(quote.state), _("Báo giá này chưa được gửi."))
    if quote.valid_until is not None and quote.valid_until < today:
        return _("Báo giá này đã hết hiệu lực.")
    return ""


def sealed_now(request: Asked, today: date) -> bool:
    """Whether the quotes of a request are sealed today: until the last day for answers is over."""
    return request.sealed and request.deadline is not None and today <= request.deadline


def may_open(deadline: date | None, sealed_until: Collection[date], today: date) -> bool:
    """Whether sealed quotes may be opened: the deadline is over, and so is the day until which each was promised to be sealed.

    The second is written into the seal itself, so that a deadline moved forward opens nothing early.
    """
    return all(today > each for each in sealed_until) and (deadline is None or today > deadline)


def opens_at(deadline: date) -> datetime:
    """The moment from which sealed quotes are open: the first of the day after the last day for answers."""
    return datetime.combine(deadline + timedelta(days=1), time(), clock.ZONE)


def decide_by(chosen: date | None, deadline: date | None, last_at: datetime | None) -> date | None:
    """The day by which the buyer decides (M11): its own; else two weeks after the deadline, or after the newest quote where
    there is no deadline. None while there is nothing to decide about.
    """
    if chosen is not None:
        return chosen
    if deadline is not None:
        return deadline + timedelta(days=DAYS_TO_DECIDE)
    return last_at.astimezone(clock.ZONE).date() + timedelta(days=DAYS_TO_DECIDE) if last_at is not None else None
