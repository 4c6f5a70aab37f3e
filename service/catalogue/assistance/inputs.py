"""What an officer types for somebody else, in the order of the printed form."""

from __future__ import annotations

from typing import Annotated

from pydantic import model_validator

from service.catalogue.assistance.models import EntrySource
from service.catalogue.inputs import Dong, LongText, Name, ProductDraft, ShortText, SupplierProfile, reading
from service.catalogue.sheets import cells
from service.core.i18n import _
from service.core.inputs import Input


class EntryDraft(SupplierProfile):
    """A supplier as it stands on the printed form, and where the words came from."""

    source: EntrySource
    note: LongText = None

    @property
    def profile(self) -> SupplierProfile:
        """The supplier's own words."""
        return SupplierProfile.model_construct(**{name: getattr(self, name) for name in SupplierProfile.model_fields})


class OfferDraft(Input):
    """A supplier that is there already, and where its words came from."""

    supplier: Name
    source: EntrySource
    note: LongText = None


class AssistedProduct(ProductDraft):
    """A product as it stands on the printed form: with its first pack."""

    pack_name: ShortText = None
    net_weight_g: Annotated[int | None, reading(cells.grams)] = None
    retail_price_vnd: Dong = None

    @model_validator(mode="after")
    def _pack_has_a_name(self) -> AssistedProduct:
        if self.pack_name is None and (self.net_weight_g is not None or self.retail_price_vnd is not None):
            raise ValueError(_("Hãy ghi tên quy cách, ví dụ gói 500 g."))
        return self

    @property
    def draft(self) -> ProductDraft:
        """The product's own words."""
        return ProductDraft.model_construct(**{name: getattr(self, name) for name in ProductDraft.model_fields})
