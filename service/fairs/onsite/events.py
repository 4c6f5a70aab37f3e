"""What happens on the days of a fair. The subject is the fair; the facts of a lead name it by its id and tell nothing of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from service.core.events import Event

_SEEN = "It stands on the pages of the fair's organiser, or of the exhibitor whose it is, at once."


@dataclass(frozen=True)
class _Told(Event):
    unanswered: ClassVar[str | None] = _SEEN


@dataclass(frozen=True)
class RosterMade(_Told):
    """Who stands at the fair has been written down, and everybody has a pass."""


@dataclass(frozen=True)
class PassMade(_Told):
    """An exhibitor has one more pass."""

    pass_id: UUID


@dataclass(frozen=True)
class PassRevoked(_Told):
    """A pass opens nothing any more."""

    pass_id: UUID


@dataclass(frozen=True)
class CheckedInAtGate(_Told):
    """Somebody of an exhibitor has come."""

    exhibitor_id: UUID
    check_in_id: UUID


@dataclass(frozen=True)
class CheckInUndone(_Told):
    """A check-in was a mistake."""

    check_in_id: UUID


@dataclass(frozen=True)
class _OfLead(_Told):
    lead_id: UUID


@dataclass(frozen=True)
class LeadTaken(_OfLead):
    """Somebody at a booth wants something."""


@dataclass(frozen=True)
class LeadRevised(_OfLead):
    """What is known of a lead has changed."""


@dataclass(frozen=True)
class LeadErased(_OfLead):
    """Nothing of the person is left."""


@dataclass(frozen=True)
class _OfSale(_Told):
    sale_id: UUID


@dataclass(frozen=True)
class SaleRecorded(_OfSale):
    """A booth has said what it sold on a day, or that it sold nothing."""


@dataclass(frozen=True)
class SaleCorrected(_OfSale):
    """A sale was written wrong and is right now; the old and the new figures stand beside this fact."""


@dataclass(frozen=True)
class SaleWithdrawn(_OfSale):
    """A sale was none."""


@dataclass(frozen=True)
class _OfPaper(_Told):
    paper_id: UUID


@dataclass(frozen=True)
class PaperSigned(_OfPaper):
    """A memorandum or a contract was signed at a booth."""


@dataclass(frozen=True)
class PaperWithdrawn(_OfPaper):
    """It was none."""


@dataclass(frozen=True)
class OwnFactsSaid(_Told):
    """An exhibitor has said what it brought, took home and spent."""

    exhibitor_id: UUID


@dataclass(frozen=True)
class VisitorsSaid(_Told):
    """The organiser has said how many came on a day."""


@dataclass(frozen=True)
class MoneyLineKept(_Told):
    """A line of the fair's costs or sources was written or changed."""

    line_id: UUID


@dataclass(frozen=True)
class MoneyLineRemoved(_Told):
    """A line of the fair's costs or sources was taken away."""

    line_id: UUID


@dataclass(frozen=True)
class ComplaintNoted(_Told):
    """Somebody has complained."""

    complaint_id: UUID


@dataclass(frozen=True)
class ComplaintSettled(_Told):
    """It is known what became of a complaint."""

    complaint_id: UUID


@dataclass(frozen=True)
class FindingsSaid(_Told):
    """The organiser has written its words for the report."""
