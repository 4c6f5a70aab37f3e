"""What happens in the catalogue. The subject is the supplier or the product that it happened to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from service.core.events import Event

_KEPT = "The search rows follow by trigger and matches are computed when read: nothing is left to do."


@dataclass(frozen=True)
class _Told(Event):
    unanswered: ClassVar[str | None] = _KEPT


@dataclass(frozen=True)
class SupplierRegistered(_Told):
    """A supplier has entered its profile, or an import has."""


@dataclass(frozen=True)
class SupplierRevised(_Told):
    """A supplier's profile has changed."""


@dataclass(frozen=True)
class SupplierPublished(_Told):
    """A supplier can be found by everyone."""


@dataclass(frozen=True)
class SupplierWithdrawn(_Told):
    """A supplier has gone back to draft: it and its products are seen by its own people only."""


@dataclass(frozen=True)
class ProductDrafted(_Told):
    """A product has been entered."""


@dataclass(frozen=True)
class ProductRevised(_Told):
    """What a product says of itself has changed."""


@dataclass(frozen=True)
class ProductPublished(Event):
    """A product can be found by everyone."""


@dataclass(frozen=True)
class ProductsPublished(Event):
    """Many products can be found by everyone since one moment; each has its own fact as well, which nobody answers then."""

    product_ids: list[str]


@dataclass(frozen=True)
class ProductWithdrawn(_Told):
    """A product has gone back to draft."""


@dataclass(frozen=True)
class PacksChanged(_Told):
    """The sizes of a product, or their retail prices, have changed."""


@dataclass(frozen=True)
class PricesChanged(_Told):
    """The wholesale prices of a product have changed."""


@dataclass(frozen=True)
class CapacityDeclared(_Told):
    """A supplier has said what a product can yield, month by month."""

    year: int


@dataclass(frozen=True)
class StockCounted(_Told):
    """A supplier has said what lies in store."""


@dataclass(frozen=True)
class CertificateAdded(_Told):
    """A supplier has shown a paper."""

    certificate_id: UUID


@dataclass(frozen=True)
class CertificateRevised(_Told):
    """Something about a paper has been corrected."""

    certificate_id: UUID


@dataclass(frozen=True)
class CertificateRemoved(_Told):
    """A paper has been taken away."""

    certificate_id: UUID


@dataclass(frozen=True)
class _Reviewed(_Told):
    """`record` is what was handed in: the subject itself, or a certificate that stands on it."""

    record: UUID
    review_id: UUID


@dataclass(frozen=True)
class HandedIn(_Reviewed):
    """A record has been handed in to be checked."""


@dataclass(frozen=True)
class ChangeProposed(_Reviewed):
    """A change of what is published has been typed; it is shown once it has been checked."""


@dataclass(frozen=True)
class SubmissionWithdrawn(_Reviewed):
    """What waited to be checked has been taken back."""


@dataclass(frozen=True)
class Approved(_Reviewed):
    """A record, or a change of it, has been found right."""


@dataclass(frozen=True)
class Returned(_Reviewed):
    """A record, or a change of it, has been given back with the reasons."""


@dataclass(frozen=True)
class CertificateChecked(_Told):
    """A paper counts from now on."""

    certificate_id: UUID


@dataclass(frozen=True)
class CertificateQuestioned(_Told):
    """A paper that counted counts no longer, and why."""

    certificate_id: UUID


@dataclass(frozen=True)
class ChecksDrawn(_Told):
    """An officer has drawn by lot which suppliers are visited next; the subject is the round."""


@dataclass(frozen=True)
class CheckPlanned(_Told):
    """An officer has put a supplier on the list of visits outside a round; the subject is the visit."""


@dataclass(frozen=True)
class CheckRecorded(_Told):
    """An officer has been at a supplier's and has written down what she found."""

    check_id: UUID


@dataclass(frozen=True)
class ComplaintNoted(_Told):
    """Somebody has complained; the subject is the complaint, so that no history of the supplier names who it was."""


@dataclass(frozen=True)
class PhotoAdded(_Told):
    """A photo has been added; the subject is what it shows."""

    photo_id: UUID


@dataclass(frozen=True)
class PhotoReceived(Event):
    """A photo has come in of which no sizes have been made yet."""

    photo_id: UUID


@dataclass(frozen=True)
class PhotoRemoved(_Told):
    """A photo has been taken away."""

    photo_id: UUID


@dataclass(frozen=True)
class PhotosArranged(_Told):
    """Photos have been put in another order, or say something else of what they show."""


@dataclass(frozen=True)
class ScanAdded(_Told):
    """A page has been added to a paper."""

    certificate_id: UUID


@dataclass(frozen=True)
class ScanReceived(Event):
    """A picture of a paper has come in that has not been made anew yet."""

    scan_id: UUID


@dataclass(frozen=True)
class ScanRemoved(_Told):
    """A page has been taken from a paper."""

    certificate_id: UUID


@dataclass(frozen=True)
class RenewalMoved(_Told):
    """The renewal of a paper that runs out has come further."""

    certificate_id: UUID


@dataclass(frozen=True)
class EntryTyped(_Told):
    """An officer has typed a supplier for somebody who has yet to agree to it."""

    entry_id: UUID


@dataclass(frozen=True)
class CodeGiven(_Told):
    """A code by which a supplier can agree has been given out; the one before opens nothing any more."""

    entry_id: UUID


@dataclass(frozen=True)
class EntryAgreed(_Told):
    """A supplier has agreed to what was typed for it, and is its own from now on."""

    entry_id: UUID
