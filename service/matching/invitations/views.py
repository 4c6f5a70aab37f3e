"""What the two sides are shown of invitations and threads: plain values, without anything that is not theirs to know."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from service.core.i18n import _
from service.matching.invitations.models import WAITING, InvitationState, Origin, Side
from service.matching.versions import VersionView
from service.matching.views import RequestView


@dataclass(frozen=True, slots=True)
class FileView:
    """A file of a message; `size_bytes` is of what is kept."""

    key: str
    name: str
    media_type: str
    size_bytes: int

    @property
    def is_picture(self) -> bool:
        """Whether a browser may show it."""
        return self.media_type == "image/webp"


@dataclass(frozen=True, slots=True)
class MessageView:
    """One message. `who` is a person of the reader's own side, or the other organisation; `version` what the market tells."""

    id: UUID
    side: str
    mine: bool
    who: str
    text: str
    sent_at: datetime
    read_at: datetime | None
    files: list[FileView]
    version: VersionView | None


@dataclass(frozen=True, slots=True)
class InvitationView:
    """One invitation with its dates, as either side sees it. `other` is the other side: None where the buyer is not named."""

    id: UUID
    request: RequestView
    supplier_id: UUID
    supplier_slug: str | None
    supplier_name: str
    supplier_place: str
    other: str | None
    origin: str
    state: str
    note: str | None
    answer_by: date | None
    invited_at: datetime
    seen_at: datetime | None
    answered_at: datetime | None
    silent_at: datetime | None
    withdrawn_at: datetime | None
    reason: str | None
    version: int
    unread: int
    last_at: datetime | None

    @property
    def href(self) -> str:
        """Its thread."""
        return f"/trao-doi/{self.id}"

    @property
    def waits(self) -> bool:
        """Whether a first word of the supplier is still waited for."""
        return self.state in WAITING and self.request.answerable

    @property
    def state_name(self) -> str:
        """Where it stands, in words."""
        return state_name(self.state)

    @property
    def tone(self) -> str:
        """The tone of its badge."""
        return {"accepted": "good", "answered": "good", "declined": "bad", "silent": "warn", "withdrawn": ""}.get(
            self.state, "info"
        )


@dataclass(frozen=True, slots=True)
class ThreadView:
    """A thread with one page of its messages, the oldest of the page first; `older` goes on before it."""

    invitation: InvitationView
    side: str
    messages: list[MessageView]
    total: int
    older: str | None
    may_write: bool
    may_answer: bool
    may_withdraw: bool


@dataclass(frozen=True, slots=True)
class InvitationsView:
    """One page of invitations, with how many stand in each state."""

    items: list[InvitationView]
    counts: dict[str, int]
    next: str | None

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.counts.values())


def state_name(state: str) -> str:
    """A state of an invitation in words."""
    return {
        InvitationState.SENT.value: _("đã gửi, chưa xem"),
        InvitationState.SEEN.value: _("đã xem, chưa trả lời"),
        InvitationState.ACCEPTED.value: _("nhận lời báo giá"),
        InvitationState.DECLINED.value: _("không nhận lời"),
        InvitationState.ANSWERED.value: _("đã báo giá"),
        InvitationState.SILENT.value: _("không trả lời đúng hẹn"),
        InvitationState.WITHDRAWN.value: _("đã rút lời mời"),
    }[str(state)]


def origin_name(origin: str) -> str:
    """Who brought the two together, in words."""
    return {
        Origin.BUYER.value: _("người mua mời"),
        Origin.SUPPLIER.value: _("nhà cung cấp tự đến"),
        Origin.POOL.value: _("mời vào lô ghép"),
        Origin.ROUND.value: _("ghép ở phiên kết nối"),
    }[str(origin)]


def side_name(side: str) -> str:
    """A side of a thread in words."""
    return {
        Side.BUYER.value: _("người mua"),
        Side.SUPPLIER.value: _("nhà cung cấp"),
        Side.MARKET.value: _("Chợ Phiên"),
    }[str(side)]
