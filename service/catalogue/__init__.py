"""What suppliers offer: who they are, what they make, in which packs, at what price, in which months, with which papers.

A cooperative enters its profile and its products itself, or hands over a sheet; both are published straight away. Everything
shown as held (stars, certificates) is asked for the day of reading, so a paper that has run out stops counting by itself.
Words: a *supplier* makes *products* of a *commodity* in *packs*; its *capacity* is what a product can yield in a month.

Writing, one record at a time (each is allowed by `rules`, told to the journal, and refused with Conflict when the record has
moved on since it was read):
    register_supplier, revise_supplier, publish_supplier, withdraw_supplier
    draft, revise, publish, withdraw                       a product
    set_packs, set_prices, declare_capacity, count_stock   its parts
    add_certificate, revise_certificate, remove_certificate, allow_mark, disallow_mark
Many at once (the same rows twice change nothing; None means "not said"):
    put_suppliers(session, actor, rows) -> Counts, put_products(session, actor, rows) -> Counts
    import_file(session, "products", data, filename, actor=…, dry_run=…) -> Report   a sheet, all of it or nothing
Reading (each for one reader; what is not hers to know is left out):
    product_page, supplier_page, suppliers, categories, commodities    for everyone
    desk, declared, record_history, records                            for the supplier's own people and for officers
"""

from service.catalogue.bulk.products import put_products
from service.catalogue.bulk.rows import CertificateRow, Counts, PackRow, ProductRow, SupplierRow
from service.catalogue.bulk.suppliers import put_suppliers
from service.catalogue.certificates import add_certificate, remove_certificate, revise_certificate
from service.catalogue.commodity_terms import CommodityTerms, called, commodities_in, commodity_called, commodity_terms
from service.catalogue.desk_queries import (
    Desk,
    HistoryLine,
    declared,
    desk,
    latest_changes,
    own_supplier,
    record_history,
    records,
)
from service.catalogue.glances import Glance, Glances, Need, glances
from service.catalogue.inputs import (
    CapacityInput,
    CertificateInput,
    PackInput,
    ProductDraft,
    StockInput,
    SupplierProfile,
    TierInput,
)
from service.catalogue.kinds import KINDS, OCOP, Kind, legal_form_name, level_of, state_name
from service.catalogue.marks import allow_mark, disallow_mark
from service.catalogue.models import LegalForm, MarkKind, State
from service.catalogue.offers import OfferRow, free_in, offer_called, offers_around, offers_named, offers_of
from service.catalogue.overview import Overview, overview
from service.catalogue.packs import set_packs
from service.catalogue.prices import set_prices
from service.catalogue.products import draft, publish, revise, withdraw
from service.catalogue.queries import ProductRecord, product_page, product_record
from service.catalogue.reference import load_reference
from service.catalogue.reference_queries import categories, commodities
from service.catalogue.rules import (
    is_personal_tax_code,
    may_edit,
    may_import,
    may_import_products,
    may_see_wholesale,
    sees_all_wholesale,
)
from service.catalogue.search.engine import PAGE as PRODUCTS_A_PAGE
from service.catalogue.search.engine import Found, suggest
from service.catalogue.search.engine import seal as seal_search
from service.catalogue.search.facets import FacetGroup
from service.catalogue.search.inputs import Address
from service.catalogue.search.page import Listing, find
from service.catalogue.sheets import imports
from service.catalogue.sheets import templates as import_templates
from service.catalogue.sheets.columns import SheetKind
from service.catalogue.sheets.imports import Report, import_file
from service.catalogue.sheets.reading import MOST_BYTES
from service.catalogue.sheets.uploads import drop_upload, keep_upload, waiting_upload
from service.catalogue.supplier_queries import SupplierSearch, supplier_page, suppliers
from service.catalogue.suppliers import publish_supplier, register_supplier, revise_supplier, withdraw_supplier
from service.catalogue.supplies import count_stock, declare_capacity
from service.catalogue.views import ProductPage, SupplierCard, SupplierList, SupplierPage

__all__ = [
    "KINDS",
    "MOST_BYTES",
    "OCOP",
    "PRODUCTS_A_PAGE",
    "Address",
    "CapacityInput",
    "CertificateInput",
    "CertificateRow",
    "CommodityTerms",
    "Counts",
    "Desk",
    "FacetGroup",
    "Found",
    "Glance",
    "Glances",
    "HistoryLine",
    "Kind",
    "LegalForm",
    "Listing",
    "MarkKind",
    "Need",
    "OfferRow",
    "Overview",
    "PackInput",
    "PackRow",
    "ProductDraft",
    "ProductPage",
    "ProductRecord",
    "ProductRow",
    "Report",
    "SheetKind",
    "State",
    "StockInput",
    "SupplierCard",
    "SupplierList",
    "SupplierPage",
    "SupplierProfile",
    "SupplierRow",
    "SupplierSearch",
    "TierInput",
    "add_certificate",
    "allow_mark",
    "called",
    "categories",
    "commodities",
    "commodities_in",
    "commodity_called",
    "commodity_terms",
    "count_stock",
    "declare_capacity",
    "declared",
    "desk",
    "disallow_mark",
    "draft",
    "drop_upload",
    "find",
    "free_in",
    "glances",
    "import_file",
    "import_templates",
    "imports",
    "is_personal_tax_code",
    "keep_upload",
    "latest_changes",
    "legal_form_name",
    "level_of",
    "load_reference",
    "may_edit",
    "may_import",
    "may_import_products",
    "may_see_wholesale",
    "offer_called",
    "offers_around",
    "offers_named",
    "offers_of",
    "overview",
    "own_supplier",
    "product_page",
    "product_record",
    "publish",
    "publish_supplier",
    "put_products",
    "put_suppliers",
    "record_history",
    "records",
    "register_supplier",
    "remove_certificate",
    "revise",
    "revise_certificate",
    "revise_supplier",
    "seal_search",
    "sees_all_wholesale",
    "set_packs",
    "set_prices",
    "state_name",
    "suggest",
    "supplier_page",
    "suppliers",
    "waiting_upload",
    "withdraw",
    "withdraw_supplier",
]
