"""What suppliers offer: who they are, what they make, in which packs, at what price, in which months, with which papers.

A cooperative enters its profile, its products and its papers itself, or hands over a sheet; they are shown once an officer who
has not typed them has checked them. Everything shown as held (stars, certificates) has been checked and is asked for the day of
reading, so a paper that has run out stops counting by itself.
Words: a *supplier* makes *products* of a *commodity* in *packs*; its *capacity* is what a product can yield in a month.

Writing, one record at a time (each is allowed by `rules`, told to the journal, and refused with Conflict when the record has
moved on since it was read):
    register_supplier, revise_supplier, withdraw_supplier
    draft, revise, withdraw                                a product
    submit_supplier, submit_product, withdraw_submission   hand in to be checked; publish, publish_supplier: the system only
    decide, question_certificate                           approve or return what waits; doubt a paper that counts
    set_packs, set_prices, declare_capacity, keep_back, count_stock   its parts
    add_certificate, revise_certificate, remove_certificate, allow_mark, disallow_mark
    draw_checks, plan_check, record_check, note_complaint  field checks (drawing.py says how lots are drawn)
    assist…, offer, give_code, open_code, …_by_code, agree what an officer types for somebody who agrees by a code
Many at once (the same rows twice change nothing; None means "not said"):
    put_suppliers(session, actor, rows) -> Counts, put_products(session, actor, rows) -> Counts
    import_file(session, "products", data, filename, actor=…, dry_run=…) -> Report   a sheet, all of it or nothing
    read_sheet(data) -> the cells of any .xlsx or .csv, for parts of the house with sheets of their own
Reading (each for one reader; what is not hers to know is left out):
    product_page, supplier_page, suppliers, categories, commodities    for everyone
    photos_of, scans_of, photo_for, scan_for                           pictures and papers, each where the reader may see it
    desk, declared, record_history, records                            for the supplier's own people and for officers
"""

from service.catalogue import holdings as _holdings  # noqa: F401 - it tells accounts what names a person here.
from service.catalogue import ledger
from service.catalogue.assistance.agreements import Shown, ShownPaper, ShownProduct
from service.catalogue.assistance.codes import spoken
from service.catalogue.assistance.entries import (
    CODE_HOLDS,
    Opening,
    agree,
    assist,
    assist_certificate,
    assist_product,
    correct_by_code,
    correct_entry,
    correct_product_by_code,
    give_code,
    offer,
    open_code,
    record_by_code,
    remove_paper_by_code,
)
from service.catalogue.assistance.inputs import AssistedProduct, EntryDraft, OfferDraft
from service.catalogue.assistance.models import EntrySource
from service.catalogue.assistance.queries import EntryView, assisted_entries, assisted_entry, entry_in, source_name
from service.catalogue.bulk.products import put_products
from service.catalogue.bulk.rows import CertificateRow, Counts, PackRow, ProductRow, SupplierRow
from service.catalogue.bulk.suppliers import put_suppliers
from service.catalogue.checks import drawing
from service.catalogue.checks.inputs import ComplaintInput, FindingInput, RoundInput, VisitWish
from service.catalogue.checks.models import Finding
from service.catalogue.checks.queries import (
    CandidateView,
    RoundView,
    VisitView,
    check_round,
    check_rounds,
    complaints,
    finding_name,
    findings,
    round_document,
    round_in,
    visit,
    visits,
)
from service.catalogue.checks.rules import may_assist, may_complain, may_draw, may_list_mark_users, may_read_findings, may_visit
from service.catalogue.checks.visits import draw_checks, note_complaint, plan_check, record_check
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
from service.catalogue.events import ProductPublished, ProductsPublished
from service.catalogue.glances import Glance, Glances, Need, glances
from service.catalogue.inputs import (
    CapacityInput,
    CertificateInput,
    Decision,
    PackInput,
    ProductDraft,
    ReserveInput,
    StockInput,
    SupplierProfile,
    TierInput,
)
from service.catalogue.kinds import KINDS, OCOP, Kind, legal_form_name, level_of, review_state_name, state_name
from service.catalogue.ledger.rules import free_in
from service.catalogue.lots import gs1
from service.catalogue.lots.inputs import MOST_LINES as MOST_LOT_LINES
from service.catalogue.lots.inputs import DeliveryInput, LotCheckInput, LotDraft, LotHead, Recall, SourceInput
from service.catalogue.lots.keeping import close_lot, correct_lot, make_lot, open_lot, recall_lot
from service.catalogue.lots.models import LotState
from service.catalogue.lots.queries import (
    LotLine,
    LotList,
    LotPage,
    article_linked,
    lot_by_id,
    lot_history,
    lot_linked,
    lot_page,
    lot_written,
    own_lot,
    own_lots,
    public_lots,
)
from service.catalogue.lots.queries import state_name as lot_state_name
from service.catalogue.lots.rules import may_correct as may_correct_lot
from service.catalogue.lots.rules import may_keep_lots, may_recall
from service.catalogue.marks.inputs import MarkUserInput
from service.catalogue.marks.queries import (
    mark_makers,
    mark_users,
    own_marks,
    products_under_mark,
    protected_name,
    protected_names,
)
from service.catalogue.marks.users import allow_mark, allow_mark_by_name, disallow_mark
from service.catalogue.models import LegalForm, MarkKind, State
from service.catalogue.offers import OfferRow, offer_called, offers_around, offers_named, offers_of
from service.catalogue.overview import Overview, overview
from service.catalogue.packs import set_packs
from service.catalogue.papers.certificates import add_certificate, remove_certificate, revise_certificate
from service.catalogue.papers.expiring import Expiring, ExpiringList, expiring, renewal_name
from service.catalogue.papers.models import RenewalState
from service.catalogue.papers.photo_views import PhotoView, ScanFile, ScanView
from service.catalogue.papers.photos import add_photo, arrange_photos, photo_for, photos_of, remove_photo
from service.catalogue.papers.renewals import RenewalInput, set_renewal
from service.catalogue.papers.rules import MOST_PHOTOS, MOST_SCANS, may_keep_photos
from service.catalogue.papers.scans import add_scan, remove_scan, scan_for, scans_of
from service.catalogue.prices import set_prices
from service.catalogue.products import draft, publish, revise, withdraw
from service.catalogue.queries import ProductRecord, product_page, product_pages, product_record
from service.catalogue.reference.load import load_reference
from service.catalogue.reference.queries import categories, commodities
from service.catalogue.reference.terms import CommodityTerms, called, commodities_in, commodity_called, commodity_terms
from service.catalogue.reviews.decisions import (
    decide,
    lacks,
    question_certificate,
    seen_of,
    submit_product,
    submit_supplier,
    withdraw_submission,
)
from service.catalogue.reviews.models import ReviewKind, ReviewState
from service.catalogue.reviews.queries import (
    Earlier,
    Queue,
    ReviewPage,
    Standing,
    Waiting,
    review_page,
    review_queue,
    standings,
    waiting_for,
)
from service.catalogue.rules import (
    CERTIFIED,
    may_edit,
    may_import,
    may_import_products,
    may_review,
    may_see_reviews,
    may_see_wholesale,
    sees_all_wholesale,
)
from service.catalogue.search.engine import PAGE as PRODUCTS_A_PAGE
from service.catalogue.search.engine import Found, suggest
from service.catalogue.search.engine import seal as seal_search
from service.catalogue.search.facets import FacetGroup
from service.catalogue.search.inputs import Address
from service.catalogue.search.page import Listing, find
from service.catalogue.search.standing import (
    Glimpse,
    StandingSearch,
    fitting,
    glimpses,
    reader_of,
    shown_product,
    shown_supplier,
    standing_search,
)
from service.catalogue.sheets import imports
from service.catalogue.sheets import jobs as import_jobs
from service.catalogue.sheets import templates as import_templates
from service.catalogue.sheets.archive import MOST_PACKED, is_archive, is_workbook
from service.catalogue.sheets.archives import ArchiveReport, import_archive
from service.catalogue.sheets.columns import SheetKind
from service.catalogue.sheets.imports import Report, import_file
from service.catalogue.sheets.models import ImportState
from service.catalogue.sheets.queries import ImportList, ImportView, import_page, import_state_name, import_written, imports_of
from service.catalogue.sheets.reading import MOST_BYTES, Cell
from service.catalogue.sheets.reading import read as read_sheet
from service.catalogue.sheets.uploads import drop_upload, keep_upload, waiting_upload
from service.catalogue.shelf_facts import ShelfFacts, shelf_facts
from service.catalogue.supplier_queries import SupplierSearch, supplier_page, suppliers
from service.catalogue.suppliers import publish_supplier, register_supplier, revise_supplier, withdraw_supplier
from service.catalogue.supplies import count_stock, declare_capacity, keep_back
from service.catalogue.views import ProductPage, SupplierCard, SupplierList, SupplierPage

__all__ = [
    "CERTIFIED",
    "CODE_HOLDS",
    "KINDS",
    "MOST_BYTES",
    "MOST_LOT_LINES",
    "MOST_PACKED",
    "MOST_PHOTOS",
    "MOST_SCANS",
    "OCOP",
    "PRODUCTS_A_PAGE",
    "Address",
    "ArchiveReport",
    "AssistedProduct",
    "CandidateView",
    "CapacityInput",
    "Cell",
    "CertificateInput",
    "CertificateRow",
    "CommodityTerms",
    "ComplaintInput",
    "Counts",
    "Decision",
    "DeliveryInput",
    "Desk",
    "Earlier",
    "EntryDraft",
    "EntrySource",
    "EntryView",
    "Expiring",
    "ExpiringList",
    "FacetGroup",
    "Finding",
    "FindingInput",
    "Found",
    "Glance",
    "Glances",
    "Glimpse",
    "HistoryLine",
    "ImportList",
    "ImportState",
    "ImportView",
    "Kind",
    "LegalForm",
    "Listing",
    "LotCheckInput",
    "LotDraft",
    "LotHead",
    "LotLine",
    "LotList",
    "LotPage",
    "LotState",
    "MarkKind",
    "MarkUserInput",
    "Need",
    "OfferDraft",
    "OfferRow",
    "Opening",
    "Overview",
    "PackInput",
    "PackRow",
    "PhotoView",
    "ProductDraft",
    "ProductPage",
    "ProductPublished",
    "ProductRecord",
    "ProductRow",
    "ProductsPublished",
    "Queue",
    "Recall",
    "RenewalInput",
    "RenewalState",
    "Report",
    "ReserveInput",
    "ReviewKind",
    "ReviewPage",
    "ReviewState",
    "RoundInput",
    "RoundView",
    "ScanFile",
    "ScanView",
    "SheetKind",
    "ShelfFacts",
    "Shown",
    "ShownPaper",
    "ShownProduct",
    "SourceInput",
    "Standing",
    "StandingSearch",
    "State",
    "StockInput",
    "SupplierCard",
    "SupplierList",
    "SupplierPage",
    "SupplierProfile",
    "SupplierRow",
    "SupplierSearch",
    "TierInput",
    "VisitView",
    "VisitWish",
    "Waiting",
    "add_certificate",
    "add_photo",
    "add_scan",
    "agree",
    "allow_mark",
    "allow_mark_by_name",
    "arrange_photos",
    "article_linked",
    "assist",
    "assist_certificate",
    "assist_product",
    "assisted_entries",
    "assisted_entry",
    "called",
    "categories",
    "check_round",
    "check_rounds",
    "close_lot",
    "commodities",
    "commodities_in",
    "commodity_called",
    "commodity_terms",
    "complaints",
    "correct_by_code",
    "correct_entry",
    "correct_lot",
    "correct_product_by_code",
    "count_stock",
    "decide",
    "declare_capacity",
    "declared",
    "desk",
    "disallow_mark",
    "draft",
    "draw_checks",
    "drawing",
    "drop_upload",
    "entry_in",
    "expiring",
    "find",
    "finding_name",
    "findings",
    "fitting",
    "free_in",
    "give_code",
    "glances",
    "glimpses",
    "gs1",
    "import_archive",
    "import_file",
    "import_jobs",
    "import_page",
    "import_state_name",
    "import_templates",
    "import_written",
    "imports",
    "imports_of",
    "is_archive",
    "is_workbook",
    "keep_back",
    "keep_upload",
    "lacks",
    "latest_changes",
    "ledger",
    "legal_form_name",
    "level_of",
    "load_reference",
    "lot_by_id",
    "lot_history",
    "lot_linked",
    "lot_page",
    "lot_state_name",
    "lot_written",
    "make_lot",
    "mark_makers",
    "mark_users",
    "may_assist",
    "may_complain",
    "may_correct_lot",
    "may_draw",
    "may_edit",
    "may_import",
    "may_import_products",
    "may_keep_lots",
    "may_keep_photos",
    "may_list_mark_users",
    "may_read_findings",
    "may_recall",
    "may_review",
    "may_see_reviews",
    "may_see_wholesale",
    "may_visit",
    "note_complaint",
    "offer",
    "offer_called",
    "offers_around",
    "offers_named",
    "offers_of",
    "open_code",
    "open_lot",
    "overview",
    "own_lot",
    "own_lots",
    "own_marks",
    "own_supplier",
    "photo_for",
    "photos_of",
    "plan_check",
    "product_page",
    "product_pages",
    "product_record",
    "products_under_mark",
    "protected_name",
    "protected_names",
    "public_lots",
    "publish",
    "publish_supplier",
    "put_products",
    "put_suppliers",
    "question_certificate",
    "read_sheet",
    "reader_of",
    "recall_lot",
    "record_by_code",
    "record_check",
    "record_history",
    "records",
    "register_supplier",
    "remove_certificate",
    "remove_paper_by_code",
    "remove_photo",
    "remove_scan",
    "renewal_name",
    "review_page",
    "review_queue",
    "review_state_name",
    "revise",
    "revise_certificate",
    "revise_supplier",
    "round_document",
    "round_in",
    "scan_for",
    "scans_of",
    "seal_search",
    "seen_of",
    "sees_all_wholesale",
    "set_packs",
    "set_prices",
    "set_renewal",
    "shelf_facts",
    "shown_product",
    "shown_supplier",
    "source_name",
    "spoken",
    "standing_search",
    "standings",
    "state_name",
    "submit_product",
    "submit_supplier",
    "suggest",
    "supplier_page",
    "suppliers",
    "visit",
    "visits",
    "waiting_for",
    "waiting_upload",
    "withdraw",
    "withdraw_submission",
    "withdraw_supplier",
]
