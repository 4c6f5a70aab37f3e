"""The permission table: every address of the market × every kind of person, with the expected answer.

`tests/web/test_permissions.py` compares it with the application (a route without a row fails, a row without a route fails),
then really asks each address as each kind and undoes what that did. `python -m tests.web.permissions` writes the document
docs/permissions.md.

**To add a row for a new route**, put one line into the section of your area (or start a section, see `TABLE` at the end):

    "GET /lo-hang": row(SIGNED),
    "GET /lo-hang/{code}": row(OWN_READ, code="lot"),
    "POST /lo-hang/{code}/dong": row(OWN_WRITE, code="lot", form={"reason": "sold", "key": "{key}"}),
    "POST /api/v1/lots": row(OWN_WRITE, json={"product": "{product}", "kg": 5}),

- The key is the method, a space, and the path exactly as the route has it (with `/api/v1` for the API).
- The first argument is the policy: ten letters, one for each of `KINDS` (spaces as you like), or one of the names below:
      o  done: any 2xx, or a 303 that does not lead to the sign-in page
      ~  let in: like `o`, or the input is not good enough (400, 409, 422); `loosely(POLICY)` makes every o a ~
      -  there is no such thing for this reader: 404
      x  not allowed: 403
      ?  sign in first: 303 to the sign-in page, or 401 from the API
- Every other keyword names a path parameter and says which thing of the small market stands there. The things are made in
  tests/web/permission_market.py, where your area adds its own with three lines; a name unknown there is taken as it is.
- `form=`, `json=`, `files=`, `query=` are what is sent; `{names}` in their texts are filled from the same market. `{key}` is a
  new UUID. Where a good body is tedious, `loosely(POLICY)` needs none.
- Things a stranger must never read are planted as words in permission_market.py (`market.plant`); every answer to every kind
  is looked through for them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

# "own" is the supplier whose things stand in the addresses; "buyer" is the one whose requests and lists do.
KINDS = (
    "nobody", "other supplier", "own viewer", "own member", "own owner",
    "other buyer", "buyer", "organiser", "officer", "administrator",
)  # fmt: skip
LETTERS = frozenset("o~-x?")

# ------------------------------------------------------------------------------------------------ the policies
# In the order: nobody, other supplier | own viewer, member, owner | other buyer, buyer | organiser, officer, administrator.
PUBLIC = "oo ooo oo ooo"
SIGNED = "?o ooo oo ooo"
NOT_THERE = "-- --- -- ---"
SUPPLIERS = "?o ooo xx xxx"  # any supplier's people, each for her own.
SUPPLIERS_WRITE = "?o xoo xx xxx"  # the same, viewers excepted.
OWN_READ = "?- ooo xx xxx"  # a thing of the own supplier, on the suppliers' desk.
OWN_WRITE = "?- xoo xx xxx"
OWN_WRITE_KNOWN = "?x xoo xx xxx"  # the same where strangers may know that it is there.
OWN_OWNER = "?- xxo xx xxx"
BUYERS = "?x xxx oo xxx"  # any buyer's people, each for her own.
BUYER_OWN = "?x xxx xo xxx"  # a thing of the buyer that everybody may know to be there.
BUYER_OWN_HIDDEN = "?- --- -o ---"  # a thing of the buyer that nobody else may know of.
OFFICERS = "?x xxx xx xox"
CHECKERS = "?x xxx xx xox"  # officers: nobody else knows what waits to be checked, who runs the market included.
ORGANISERS = "?x xxx xx oxx"
ADMINISTRATORS = "?x xxx xx xxo"
OFFICERS_AND_OWN = "?- ooo -- -o-"
CHECKERS_AND_OWN = "?- ooo -- -o-"


def loosely(policy: str) -> str:
    """The same policy where the body that is sent may be refused as not good enough."""
    return policy.replace("o", "~")


def hidden(policy: str) -> str:
    """The same policy for things that are not there for those who are refused."""
    return policy.replace("x", "-")


@dataclass(frozen=True)
class Row:
    """What is asked of one address, and how each kind is to be answered."""

    policy: str
    path: dict[str, str] = field(default_factory=dict)
    form: dict[str, Any] | None = None
    json: Any = None
    files: dict[str, tuple[str, bytes, str]] | None = None
    query: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    def expected(self, kind: str) -> str:
        """The letter for that kind."""
        return self.policy[KINDS.index(kind)]


def row(
    policy: str, *, form: dict[str, Any] | None = None, json: Any = None, query: str = "",
    files: dict[str, tuple[str, bytes, str]] | None = None, headers: dict[str, str] | None = None, **path: str,
) -> Row:  # fmt: skip
    """One line of the table."""
    policy = policy.replace(" ", "")
    assert len(policy) == len(KINDS), policy
    assert set(policy) <= LETTERS, policy
    return Row(policy, path, form, json, files, query, headers or {})


# ------------------------------------------------------------------------------------------------ the first house: catalogue
PRODUCT_FORM = {"name": "Miến dong sửa", "commodity": "mien-dong", "category_code": "I.3.c", "version": "{product_version}"}
PAPER_FORM = {"kind": "ATTP", "number": "1/2026", "issued_on": "01/02/2026", "valid_to": "01/02/2029", "version": "1"}
PROFILE_FORM = {"name": "HTX của mình", "legal_form": "cooperative", "province_code": "19", "version": "{supplier_version}"}

CATALOGUE = {
    "GET /": row(PUBLIC),
    "GET /san-pham": row(PUBLIC, query="q=miến"),
    "GET /san-pham/goi-y": row(PUBLIC, query="q=mie"),
    "GET /san-pham/{slug}": row(PUBLIC, slug="product"),
    "GET /nha-cung-cap": row(PUBLIC),
    "GET /nha-cung-cap/{slug}": row(PUBLIC, slug="supplier"),
    "GET /api/v1/openapi.json": row(PUBLIC),
    "GET /api/v1/products": row(PUBLIC, query="q=miến"),
    "GET /api/v1/products/{slug}": row(PUBLIC, slug="product"),
    "GET /api/v1/suggest": row(PUBLIC, query="q=mie"),
    "GET /api/v1/suppliers": row(PUBLIC),
    "GET /api/v1/suppliers/{slug}": row(PUBLIC, slug="supplier"),
    "GET /api/v1/categories": row(PUBLIC),
    "GET /api/v1/commodities": row(PUBLIC),
    "GET /static/{path}": row(PUBLIC, path="favicon.svg"),
    "GET /healthz": row(PUBLIC),
    "GET /readyz": row(PUBLIC),
}

DESK = {
    "GET /ban-hang": row(SIGNED),
    "GET /ban-hang/ho-so": row(SUPPLIERS_WRITE),
    "POST /ban-hang/ho-so": row(loosely(SUPPLIERS_WRITE), form=PROFILE_FORM),
    "POST /ban-hang/ho-so/{move}": row(SUPPLIERS_WRITE, move="rut"),
    "GET /ban-hang/ho-so/lich-su": row(hidden(SUPPLIERS)),
    "GET /ban-hang/san-pham": row(SUPPLIERS),
    "GET /ban-hang/san-pham/moi": row(SUPPLIERS_WRITE),
    "POST /ban-hang/san-pham/moi": row(SUPPLIERS_WRITE, form={**PRODUCT_FORM, "key": "{key}"}),
    "GET /ban-hang/san-pham/{slug}": row(OWN_READ, slug="draft"),
    "GET /ban-hang/san-pham/{slug}/thong-tin": row(OWN_WRITE, slug="draft"),
    "POST /ban-hang/san-pham/{slug}/thong-tin": row(OWN_WRITE, slug="product", form=PRODUCT_FORM),
    "POST /ban-hang/san-pham/{slug}/{move}": row(OWN_WRITE, slug="product", move="rut"),
    "GET /ban-hang/san-pham/{slug}/quy-cach": row(OWN_WRITE, slug="draft"),
    "POST /ban-hang/san-pham/{slug}/quy-cach": row(
        OWN_WRITE, slug="product", form={"version": "{product_version}", "name_0": "gói 1 kg", "net_weight_g_0": "1000"}
    ),
    "GET /ban-hang/san-pham/{slug}/gia-si": row(OWN_WRITE, slug="draft"),
    "POST /ban-hang/san-pham/{slug}/gia-si": row(
        OWN_WRITE, slug="product", form={"version": "{product_version}", "from_kg_0": "100", "price_vnd_per_kg_0": "80000"}
    ),
    "GET /ban-hang/san-pham/{slug}/nang-luc": row(OWN_WRITE, slug="draft"),
    "POST /ban-hang/san-pham/{slug}/nang-luc": row(
        OWN_WRITE, slug="product", form={"version": "{product_version}", "year": "2026", "capacity_12": "700"}
    ),
    "GET /ban-hang/san-pham/{slug}/ton-kho": row(OWN_WRITE, slug="draft"),
    "POST /ban-hang/san-pham/{slug}/ton-kho": row(
        OWN_WRITE, slug="product", form={"version": "{product_version}", "stock_kg": "12", "stock_on": "01/11/2026"}
    ),
    "GET /ban-hang/giay-to": row(SUPPLIERS),
    "POST /ban-hang/giay-to": row(SUPPLIERS_WRITE, form=PAPER_FORM),
    "GET /ban-hang/giay-to/{paper_id}": row(OWN_WRITE, paper_id="supplier_paper"),
    "POST /ban-hang/giay-to/{paper_id}": row(OWN_WRITE, paper_id="supplier_paper", form=PAPER_FORM),
    "POST /ban-hang/giay-to/{paper_id}/xoa": row(OWN_WRITE_KNOWN, paper_id="supplier_paper"),
    "GET /ban-hang/san-pham/{slug}/giay-to": row(OWN_READ, slug="product"),
    "POST /ban-hang/san-pham/{slug}/giay-to": row(OWN_WRITE, slug="product", form=PAPER_FORM),
    "GET /ban-hang/san-pham/{slug}/giay-to/{paper_id}": row(OWN_WRITE, slug="product", paper_id="product_paper"),
    "POST /ban-hang/san-pham/{slug}/giay-to/{paper_id}": row(
        OWN_WRITE, slug="product", paper_id="product_paper", form=PAPER_FORM
    ),
    "POST /ban-hang/san-pham/{slug}/giay-to/{paper_id}/xoa": row(OWN_WRITE_KNOWN, slug="product", paper_id="product_paper"),
    "GET /ban-hang/san-pham/{slug}/lich-su": row(CHECKERS_AND_OWN, slug="draft"),
}

DECIDED = {"decision": "return", "seen": "0", "note": "Xem lại"}
WORDS_OF_PRODUCT = {"name": "Miến dong sửa", "commodity": "mien-dong", "category_code": "I.3.c"}
WORDS_OF_PAPER = {"kind": "ATTP", "number": "1/2026", "issued_on": "2026-02-01", "valid_to": "2029-02-01"}

REVIEW = {
    "GET /duyet": row(CHECKERS),
    "GET /duyet/lich-su/{what}/{slug}": row(CHECKERS_AND_OWN, what="san-pham", slug="draft"),
    "GET /duyet/ho-so/{review_id}": row(hidden(CHECKERS), review_id="review"),
    "POST /duyet/ho-so/{review_id}": row(loosely(hidden(CHECKERS)), review_id="review", form=DECIDED),
    "POST /duyet/giay-to/{certificate_id}/ngung-tinh": row(
        hidden(CHECKERS), certificate_id="product_paper", form={"note": "Xem lại"}
    ),
    "GET /duyet/nha-phan-phoi/{buyer_id}": row(hidden(CHECKERS), buyer_id="waiting_buyer"),
    "POST /duyet/nha-phan-phoi/{buyer_id}": row(loosely(hidden(CHECKERS)), buyer_id="waiting_buyer", form=DECIDED),
    "POST /duyet/ban-to-chuc/{organisation_id}": row(CHECKERS, organisation_id="waiting_organiser"),
    "GET /mua-hang/ho-so": row(BUYERS),
    "POST /mua-hang/ho-so": row(BUYERS, form={"name": "Siêu thị khác", "kind": "hotel", "province_code": "01", "then": "keep"}),
    "GET /api/v1/reviews": row(CHECKERS),
    "GET /api/v1/reviews/{review_id}": row(hidden(CHECKERS), review_id="review"),
    "POST /api/v1/reviews/{review_id}/decision": row(
        loosely(hidden(CHECKERS)), review_id="review", json={"approve": False, "seen": "0", "note": "Xem lại"}
    ),
    "POST /api/v1/products": row(SUPPLIERS_WRITE, json={**WORDS_OF_PRODUCT, "key": "{key}"}),
    "PUT /api/v1/products/{slug}": row(OWN_WRITE, slug="product", json={**WORDS_OF_PRODUCT, "version": "{product_version}"}),
    "GET /api/v1/products/{slug}/submission": row(OWN_READ, slug="draft"),
    "POST /api/v1/products/{slug}/submission": row(loosely(OWN_WRITE), slug="draft"),
    "DELETE /api/v1/products/{slug}/submission": row(OWN_WRITE, slug="product"),
    "POST /api/v1/products/{slug}/certificates": row(OWN_WRITE, slug="product", json=WORDS_OF_PAPER),
    "PUT /api/v1/certificates/{certificate_id}": row(OWN_WRITE_KNOWN, certificate_id="product_paper", json=WORDS_OF_PAPER),
    "DELETE /api/v1/certificates/{certificate_id}": row(OWN_WRITE_KNOWN, certificate_id="product_paper"),
}

IMPORTS = {
    "GET /nhap/mau/{name}": row(PUBLIC, name="products.csv"),
    "GET /duyet/nhap": row(OFFICERS),
    "POST /duyet/nhap": row(
        loosely(OFFICERS), form={"kind": "products"}, files={"file": ("sheet.csv", "Mã;Tên\n".encode(), "text/csv")}
    ),
    "POST /duyet/nhap/{upload_id}": row("?xxxxxxx-x", upload_id="{key}"),
    "GET /ban-hang/nhap": row(SUPPLIERS_WRITE),
    "POST /ban-hang/nhap": row(
        loosely(SUPPLIERS_WRITE), form={"kind": "products"}, files={"file": ("sheet.csv", "Mã;Tên\n".encode(), "text/csv")}
    ),
    "POST /ban-hang/nhap/{upload_id}": row("?-x--xxxxx", upload_id="{key}"),
}

MATCHING = {
    "GET /tim-hang": row(PUBLIC),
    "GET /tim-hang/moi": row(BUYERS),
    "POST /tim-hang/moi": row(
        BUYERS,
        form={"commodity": "mien-dong", "kg_12": "500", "delivery_province_code": "01", "visibility": "public", "key": "{key}"},
    ),
    "GET /tim-hang/{code}": row(PUBLIC, code="request"),
    "GET /tim-hang/{code}/sua": row(hidden(BUYER_OWN), code="draft_request"),
    "POST /tim-hang/{code}/sua": row(
        BUYER_OWN,
        code="request",
        form={"commodity": "mien-dong", "kg_12": "600", "delivery_province_code": "01", "version": "1"},
    ),
    "POST /tim-hang/{code}/dong": row(BUYER_OWN, code="request", form={"reason": "filled", "version": "1"}),
    "GET /ban-hang/yeu-cau": row(SIGNED),
    "GET /api/v1/requests": row(PUBLIC),
    "GET /api/v1/requests/{code}": row(PUBLIC, code="request"),
    "GET /api/v1/requests/{code}/matches": row(PUBLIC, code="request"),
    "GET /api/v1/products/{slug}/requests": row(PUBLIC, slug="product"),
}

FAIRS = {
    "GET /hoi-cho": row(PUBLIC),
    "GET /hoi-cho/{slug}": row(PUBLIC, slug="fair"),
    "GET /api/v1/fairs": row(PUBLIC),
    "GET /api/v1/fairs/{slug}": row(PUBLIC, slug="fair"),
    "GET /api/v1/products/{slug}/fairs": row(PUBLIC, slug="product"),
}

# ------------------------------------------------------------------------------------------------ people and trust
IDENTITY = {  # Registration, the account, second factor.
    "GET /dang-nhap": row(PUBLIC),
    "POST /dang-nhap": row(PUBLIC, form={"email": "own-owner@chophien.example", "password": "{password}", "next": "/"}),
    "POST /dang-xuat": row(PUBLIC),
    "GET /dang-nhap/buoc-hai": row("?? ??? ?? ???"),  # Only for who has just shown a password.
    "POST /dang-nhap/buoc-hai": row(PUBLIC, form={"code": "123456"}),  # Leads back to the door.
    "GET /dang-ky": row(PUBLIC),
    "POST /dang-ky": row(loosely(PUBLIC), form={"kind": "supplier", "key": "{key}"}),
    "GET /xac-nhan/{token}": row(NOT_THERE, token="{key}"),
    "POST /xac-nhan/{token}": row(NOT_THERE, token="{key}"),
    "GET /quen-mat-khau": row(PUBLIC),
    "POST /quen-mat-khau": row(loosely(PUBLIC), form={"email": ""}),
    "GET /quen-mat-khau/ma": row(PUBLIC),
    "POST /quen-mat-khau/ma": row(loosely(PUBLIC), form={"email": "ai@chophien.example", "code": "x", "password": "x"}),
    "GET /dat-lai-mat-khau/{token}": row(NOT_THERE, token="{key}"),
    "POST /dat-lai-mat-khau/{token}": row(NOT_THERE, token="{key}", form={"password": "{password}"}),
    "GET /toi/bao-mat": row(SIGNED),
    "POST /toi/bao-mat/xac-nhan-email": row(SIGNED),
    "POST /toi/bao-mat/ngon-ngu": row(SIGNED, form={"language": "en"}),
    "GET /toi/bao-mat/mat-khau": row(SIGNED),
    "POST /toi/bao-mat/mat-khau": row(loosely(SIGNED), form={"current": "x", "password": "x"}),
    "GET /toi/bao-mat/email": row(SIGNED),
    "POST /toi/bao-mat/email": row(loosely(SIGNED), form={"email": "moi@chophien.example", "password": "x"}),
    "GET /toi/bao-mat/hai-buoc": row(SIGNED),
    "POST /toi/bao-mat/hai-buoc": row(loosely(SIGNED), form={"code": "1"}),
    "POST /toi/bao-mat/hai-buoc/ma-du-phong": row(SIGNED, form={"code": "1"}),
    "POST /toi/bao-mat/hai-buoc/go": row(SIGNED, form={"password": "x"}),
    "POST /toi/bao-mat/phien/khac": row(SIGNED),
    "POST /toi/bao-mat/phien/{session_id}/ket-thuc": row(SIGNED, session_id="{key}"),
    "GET /duyet/nguoi-dung": row("?- --- -- -oo"),
    "POST /duyet/nguoi-dung/{person_id}/xac-nhan-so": row(loosely("?- --- -- -oo"), person_id="own_owner_person"),
    "POST /duyet/nguoi-dung/{person_id}/ma": row("?- --- -- -oo", person_id="own_owner_person"),
    "GET /hop-thu-di": row(PUBLIC),  # In development only.
    "GET /api/v1/me": row(SIGNED),
    "GET /api/v1/me/sessions": row(SIGNED),
    "DELETE /api/v1/me/sessions": row(SIGNED),
    "DELETE /api/v1/me/sessions/{session_id}": row(SIGNED, session_id="{key}"),
}

ORGANISATION = {  # Members, invitations, tokens, grants, personal data. Every kind but two owns an organisation of its own.
    "GET /to-chuc": row(SIGNED),
    "GET /to-chuc/moi": row(SIGNED),
    "POST /to-chuc/moi": row(SIGNED, form={"name": "HTX Mới", "kind": "supplier", "key": "{key}"}),
    "POST /to-chuc/doi": row("?- ooo -- ---", form={"organisation_id": "{own_organisation}"}),
    "POST /to-chuc/roi": row("?~ oo~ ~~ ~~~"),  # The last owner is told to hand over first.
    "POST /to-chuc/loi-moi": row("?o xxo oo ooo", form={"role": "viewer", "email": "", "phone": "", "key": "{key}"}),
    "POST /to-chuc/loi-moi/{invitation_id}/huy": row("?- xxo -- ---", invitation_id="invitation"),
    "POST /to-chuc/thanh-vien/{person_id}/vai": row("?- xxo -- ---", person_id="own_member_person", form={"role": "viewer"}),
    "POST /to-chuc/thanh-vien/{person_id}/bo": row("?o xxo oo ooo", person_id="own_member_person"),
    "POST /to-chuc/thanh-vien/{person_id}/ban-giao": row("?- x-o -- ---", person_id="own_member_person"),
    "POST /to-chuc/lam-thay": row(
        loosely("?o xxo oo xxx"), form={"office_id": "{office_organisation}", "valid_to": "01/01/2027"}
    ),
    "POST /to-chuc/lam-thay/{office_id}/dung": row("?o xxo oo xxx", office_id="office_organisation"),
    "GET /loi-moi": row(PUBLIC, query="ma=K7QM-2XPA-9RST"),
    "GET /loi-moi/{code}": row(PUBLIC, code="invitation_code"),
    "POST /loi-moi/{code}": row(SIGNED, code="invitation_code"),
    "GET /loi-moi/{code}/dang-ky": row(PUBLIC, code="invitation_code"),
    "POST /loi-moi/{code}/dang-ky": row(loosely(PUBLIC), code="invitation_code", form={"name": "Ai đó"}),
    "GET /to-chuc/khoa-api": row("?o --o oo ooo"),
    "POST /to-chuc/khoa-api": row("?o xxo oo ooo", form={"name": "Kho", "scopes": "lots:read", "key": "{key}"}),
    "POST /to-chuc/khoa-api/{token_id}/thu-hoi": row("?- xxo -- ---", token_id="token"),
    "GET /toi/du-lieu": row(SIGNED),
    "GET /toi/du-lieu.json": row(SIGNED),
    "POST /toi/du-lieu/sua": row(SIGNED, form={"name": "Tên khác", "phone": ""}),
    "POST /toi/du-lieu/dong-y/{purpose}": row(SIGNED, purpose="news"),
    "POST /toi/du-lieu/dong-y/{purpose}/rut": row(SIGNED, purpose="news"),
    "POST /toi/du-lieu/xoa": row(loosely(SIGNED), form={"password": "sai", "sure": "1"}),
    "GET /api/v1/organisation": row(SIGNED),
    "GET /api/v1/organisation/members": row(SIGNED),
    "PUT /api/v1/organisation/members/{person_id}": row(
        "?- xxo -- ---", person_id="own_member_person", json={"role": "viewer"}
    ),
    "DELETE /api/v1/organisation/members/{person_id}": row("?o xxo oo ooo", person_id="own_member_person"),
    "POST /api/v1/organisation/owner/{person_id}": row("?- x-o -- ---", person_id="own_member_person"),
    "GET /api/v1/organisation/invitations": row(SIGNED),
    "POST /api/v1/organisation/invitations": row("?o xxo oo ooo", json={"role": "viewer"}),
    "DELETE /api/v1/organisation/invitations/{invitation_id}": row("?- xxo -- ---", invitation_id="invitation"),
    "GET /api/v1/organisation/grants": row(SIGNED),
    "PUT /api/v1/organisation/grants/{office_id}": row(
        loosely("?o xxo oo xxx"), office_id="office_organisation", json={"valid_to": "2027-01-01"}
    ),
    "DELETE /api/v1/organisation/grants/{office_id}": row("?o xxo oo xxx", office_id="office_organisation"),
    "GET /api/v1/me/data": row(SIGNED),
    "PUT /api/v1/me/data": row(SIGNED, json={"name": "Tên khác"}),
    "POST /api/v1/me/data/erasure": row(loosely(SIGNED), json={"password": "sai"}),
    "PUT /api/v1/me/consents/{purpose}": row(SIGNED, purpose="news"),
    "DELETE /api/v1/me/consents/{purpose}": row(SIGNED, purpose="news"),
}
JPEG = {"photos": ("anh.jpg", b"\xff\xd8\xff", "image/jpeg")}
RENEWAL_FORM = {"state": "sent", "day": "01/11/2026", "version": "0"}
INSIDE = "-- ooo -- -o-"  # What is not public of a supplier: its own people, and those who check.
OWN_OR_OFFICER = "?- xoo -- -o-"  # A thing of the supplier that officers may move too.

PAPERS = {  # Files, photos, scans, and what runs out.
    "GET /anh/{key}/{size}": row(INSIDE, key="draft_photo_key", size="320.webp"),
    "GET /tep/{key}": row("-- ooo -o -o-", key="scan_key"),
    "GET /ban-hang/san-pham/{slug}/anh": row(OWN_WRITE, slug="draft"),
    "POST /ban-hang/san-pham/{slug}/anh": row(loosely(OWN_WRITE), slug="draft", files=JPEG),
    "POST /ban-hang/san-pham/{slug}/anh/sap-xep": row(OWN_WRITE, slug="draft", form={}),
    "POST /ban-hang/san-pham/{slug}/anh/{photo_id}/xoa": row(OWN_WRITE, slug="draft", photo_id="draft_photo"),
    "GET /ban-hang/ho-so/anh": row(SUPPLIERS_WRITE),
    "POST /ban-hang/ho-so/anh": row(loosely(SUPPLIERS_WRITE), files=JPEG),
    "POST /ban-hang/ho-so/anh/sap-xep": row(SUPPLIERS_WRITE, form={}),
    "POST /ban-hang/ho-so/anh/{photo_id}/xoa": row(OWN_WRITE, photo_id="draft_photo"),
    "POST /ban-hang/giay-to/{paper_id}/ban-quet/{scan_id}/xoa": row(OWN_WRITE, paper_id="supplier_paper", scan_id="draft_scan"),
    "POST /ban-hang/giay-to/{paper_id}/danh-gia-lai": row(OWN_WRITE, paper_id="supplier_paper", form=RENEWAL_FORM),
    "POST /ban-hang/san-pham/{slug}/giay-to/{paper_id}/ban-quet/{scan_id}/xoa": row(
        OWN_WRITE, slug="draft", paper_id="draft_paper", scan_id="draft_scan"
    ),
    "POST /ban-hang/san-pham/{slug}/giay-to/{paper_id}/danh-gia-lai": row(
        OWN_WRITE, slug="draft", paper_id="draft_paper", form=RENEWAL_FORM
    ),
    "GET /duyet/sap-het-han": row(OFFICERS),
    "GET /duyet/sap-het-han/{certificate_id}": row(OFFICERS, certificate_id="ending_paper"),
    "POST /duyet/sap-het-han/{certificate_id}": row(OFFICERS, certificate_id="ending_paper", form=RENEWAL_FORM),
    "POST /api/v1/products/{slug}/photos": row(loosely("?- xoo -- -o-"), slug="draft", files={"photo": JPEG["photos"]}),
    "DELETE /api/v1/products/{slug}/photos/{photo_id}": row("?- xoo -- -o-", slug="draft", photo_id="draft_photo"),
    "POST /api/v1/certificates/{certificate_id}/scan": row(
        loosely(OWN_OR_OFFICER), certificate_id="draft_paper", files={"scan": JPEG["photos"]}
    ),
    "DELETE /api/v1/certificates/{certificate_id}/scans/{scan_id}": row(
        OWN_OR_OFFICER, certificate_id="draft_paper", scan_id="draft_scan"
    ),
    "GET /api/v1/certificates/expiring": row("?o ooo xx xox"),
    "PUT /api/v1/certificates/{certificate_id}/renewal": row(
        OWN_OR_OFFICER, certificate_id="draft_paper", json={"state": "sent", "day": "2026-11-01"}
    ),
}
COMPLAINERS = "?x xxx oo xox"  # buyers and officers, about others.
ENTRY_FORM = {"name": "Tổ hợp tác Khác", "legal_form": "group", "source": "paper", "key": "{key}", "version": "1"}
CODED = loosely(PUBLIC)  # Whoever holds the code; here it is a wrong one.
ASSISTANCE = {
    "GET /kiem-tra": row(PUBLIC),
    "GET /kiem-tra/{code}": row(PUBLIC, code="round"),
    "GET /kiem-tra/{code}/danh-sach.txt": row(PUBLIC, code="round"),
    "GET /duyet/kiem-tra": row(OFFICERS),
    "POST /duyet/kiem-tra": row(OFFICERS, form={"wanted": "50", "key": "{key}"}),
    "POST /duyet/kiem-tra/them": row(OFFICERS, form={"supplier": "HTX1"}),
    "GET /duyet/kiem-tra/da-xong": row(OFFICERS),
    "GET /duyet/kiem-tra/{check_id}": row(OFFICERS, check_id="check"),
    "POST /duyet/kiem-tra/{check_id}": row(
        OFFICERS, check_id="check", form={"visited_on": "20/11/2026", "finding": "passed", "version": "1"}
    ),
    "POST /duyet/kiem-tra/{check_id}/anh": row(loosely(OFFICERS), check_id="check"),
    "POST /duyet/kiem-tra/{check_id}/anh/{photo_id}/bo": row(OFFICERS, check_id="check", photo_id="{key}"),
    "GET /nha-cung-cap/{slug}/phan-anh": row(COMPLAINERS, slug="supplier"),
    "POST /nha-cung-cap/{slug}/phan-anh": row(
        COMPLAINERS, slug="supplier", form={"text": "Hàng giao hai lần đều ẩm mốc.", "key": "{key}"}
    ),
    "GET /nhan-hieu": row(PUBLIC),
    "GET /nhan-hieu/{slug}": row(PUBLIC, slug="mien-dong-bac-kan"),
    "GET /duyet/nhan-hieu/{slug}": row(OFFICERS, slug="mien-dong-bac-kan"),
    "POST /duyet/nhan-hieu/{slug}": row(OFFICERS, slug="mien-dong-bac-kan", form={"supplier": "HTX1"}),
    "POST /duyet/nhan-hieu/{slug}/bo/{supplier_id}": row(OFFICERS, slug="mien-dong-bac-kan", supplier_id="supplier_id"),
    "GET /ban-hang/nhan-hieu": row(SUPPLIERS),
    "GET /bieu-mau": row(PUBLIC),
    "GET /bieu-mau/{name}": row(PUBLIC, name="dang-ky"),
    "GET /duyet/nhap-ho": row(OFFICERS),
    "POST /duyet/nhap-ho": row(OFFICERS, form=ENTRY_FORM),
    "POST /duyet/nhap-ho/ban-giao": row(loosely(OFFICERS), form={"supplier": "HKD1", "source": "visit"}),
    "GET /duyet/nhap-ho/da-dong-y": row(OFFICERS),
    "GET /duyet/nhap-ho/moi": row(OFFICERS),
    "GET /duyet/nhap-ho/{entry_id}": row(OFFICERS, entry_id="entry"),
    "GET /duyet/nhap-ho/{entry_id}/sua": row(OFFICERS, entry_id="entry"),
    "POST /duyet/nhap-ho/{entry_id}/sua": row(OFFICERS, entry_id="entry", form=ENTRY_FORM),
    "GET /duyet/nhap-ho/{entry_id}/san-pham": row(OFFICERS, entry_id="entry"),
    "POST /duyet/nhap-ho/{entry_id}/san-pham": row(OFFICERS, entry_id="entry", form={"name": "Miến", "key": "{key}"}),
    "GET /duyet/nhap-ho/{entry_id}/giay-to": row(OFFICERS, entry_id="entry"),
    "POST /duyet/nhap-ho/{entry_id}/giay-to": row(OFFICERS, entry_id="entry", form={"kind": "ATTP", "key": "{key}"}),
    "POST /duyet/nhap-ho/{entry_id}/ma": row(OFFICERS, entry_id="entry"),
    "GET /xac-nhan": row(PUBLIC),
    "POST /xac-nhan": row(CODED, form={"code": "2222 2222"}),
    "POST /xac-nhan-ho-so/sua": row(CODED, form={"code": "2222 2222"}),
    "POST /xac-nhan-ho-so/luu": row(CODED, form={"code": "2222 2222"}),
    "POST /xac-nhan-ho-so/san-pham/{product_id}/sua": row(CODED, product_id="{key}", form={"code": "2222 2222"}),
    "POST /xac-nhan-ho-so/san-pham/{product_id}/luu": row(CODED, product_id="{key}", form={"code_": "2222 2222"}),
    "POST /xac-nhan-ho-so/bo-giay/{paper_id}": row(CODED, paper_id="{key}", form={"code": "2222 2222"}),
    "POST /xac-nhan-ho-so/dong-y": row(CODED, form={"code": "2222 2222"}),
    "GET /api/v1/checks": row(PUBLIC),
    "GET /api/v1/checks/{code}": row(PUBLIC, code="round"),
    "POST /api/v1/checks": row(OFFICERS, json={"wanted": 50}),
    "GET /api/v1/marks": row(PUBLIC),
    "GET /api/v1/marks/{slug}": row(PUBLIC, slug="mien-dong-bac-kan"),
    "GET /api/v1/marks/{slug}/users": row(PUBLIC, slug="mien-dong-bac-kan"),
    "POST /api/v1/marks/{slug}/users": row(OFFICERS, slug="mien-dong-bac-kan", json={"supplier": "HTX1"}),
    "GET /api/v1/assisted-entries": row(OFFICERS),
    "POST /api/v1/assisted-entries": row(OFFICERS, json={"name": "Tổ Khác", "legal_form": "group", "source": "call"}),
    "POST /api/v1/assisted-entries/{entry_id}/code": row(OFFICERS, entry_id="entry"),
}
ARCHIVE = {"file": ("sheet.csv", b"code,name\nSP7,Tra\n", "text/csv")}
LOT_FORM = {
    "product": "{product}", "made_on": "20/11/2026", "quantity_kg": "10", "kind_0": "member", "version": "{lot_version}",
    "key": "{key}",
}  # fmt: skip
LOT = {"made_on": "2026-11-20", "quantity_kg": 10}
WHY = "Phát hiện mốc ở một số túi."

LOTS = {  # Archives and lots.
    "GET /lo/{supplier:path}/{lot}": row(PUBLIC, supplier="HTX1", lot="LO-MO"),
    "GET /01/{gtin}": row(PUBLIC, gtin="08936012345674"),
    "GET /01/{gtin}/10/{lot:path}": row(PUBLIC, gtin="08936012345674", lot="LO-MO"),
    "GET /ban-hang/lo": row(SUPPLIERS),
    "GET /ban-hang/lo/moi": row(SUPPLIERS_WRITE),
    "POST /ban-hang/lo/moi": row("?~ xoo xx xxx", form=LOT_FORM),
    "GET /ban-hang/lo/{code}": row(OWN_READ, code="LO-NHAP"),
    "GET /ban-hang/lo/{code}/sua": row(OWN_WRITE, code="LO-NHAP"),
    "POST /ban-hang/lo/{code}/sua": row(OWN_WRITE, code="LO-NHAP", form=LOT_FORM),
    "GET /ban-hang/lo/{code}/nhan": row(OWN_READ, code="LO-MO"),
    "POST /ban-hang/lo/{code}/anh": row(loosely(OWN_WRITE), code="LO-NHAP", files={"photo": ("a.jpg", b"x", "image/jpeg")}),
    "GET /ban-hang/lo/{code}/thu-hoi": row(OWN_WRITE, code="LO-MO"),
    "POST /ban-hang/lo/{code}/thu-hoi": row(OWN_WRITE, code="LO-MO", form={"reason": WHY}),
    "POST /ban-hang/lo/{code}/{move}": row(OWN_WRITE, code="LO-NHAP", move="mo"),
    "GET /duyet/lo/{lot_id}/thu-hoi": row(OFFICERS, lot_id="lot"),
    "POST /duyet/lo/{lot_id}/thu-hoi": row(OFFICERS, lot_id="lot", form={"reason": WHY}),
    "GET /api/v1/lots": row(PUBLIC),
    "GET /api/v1/lots/{lot_id}": row("-- ooo -- -o-", lot_id="draft_lot"),
    "POST /api/v1/lots": row("?- -oo -- ---", json={"product": "{product}", "lot": LOT}),
    "PUT /api/v1/lots/{lot_id}": row("?- xoo -- -x-", lot_id="draft_lot", json={"version": "{lot_version}", "lot": LOT}),
    "POST /api/v1/lots/{lot_id}/open": row("?- xoo -- -x-", lot_id="draft_lot"),
    "POST /api/v1/lots/{lot_id}/close": row("?x xoo xx xxx", lot_id="lot"),
    "POST /api/v1/lots/{lot_id}/recall": row("?x xoo xx xox", lot_id="lot", json={"reason": WHY}),
    "GET /nhap": row("?o ooo xx xox"),
    "GET /nhap/{import_id}": row("?- ooo -- ---", import_id="import"),
    "POST /nhap/{import_id}/luu": row("?- --o -- ---", import_id="import"),
    "POST /nhap/{import_id}/bo": row("?- --~ -- ---", import_id="import"),
    "GET /api/v1/imports": row(SIGNED),
    "POST /api/v1/imports": row("?o xoo xx xox", files=ARCHIVE),
    "GET /api/v1/imports/{import_id}": row("?- ooo -- ---", import_id="import"),
    "POST /api/v1/imports/{import_id}/approve": row("?- --o -- ---", import_id="import"),
}
LISTS = {
    "GET /dia-phuong": row(PUBLIC, query="q=Bằng Phúc, Chợ Đồn"),
    "GET /dia-phuong/{code}": row(PUBLIC, code="02185"),
    "GET /api/v1/places": row(PUBLIC, query="q=Bằng Phúc, Chợ Đồn"),
    "GET /api/v1/places/{code}": row(PUBLIC, code="02185"),
    "GET /danh-sach": row(BUYERS),
    "POST /danh-sach": row(BUYERS, form={"name": "Hàng Tết"}),
    "POST /danh-sach/them": row(BUYERS, form={"product": "{product}"}),
    "GET /danh-sach/{list_id}": row(BUYER_OWN_HIDDEN, list_id="shortlist"),
    "POST /danh-sach/{list_id}/ten": row(BUYER_OWN_HIDDEN, list_id="shortlist", form={"name": "Tên khác"}),
    "POST /danh-sach/{list_id}/xoa": row(BUYER_OWN_HIDDEN, list_id="shortlist"),
    "POST /danh-sach/{list_id}/muc/{item_id}/{move}": row(
        BUYER_OWN_HIDDEN, list_id="shortlist", item_id="shortlist_item", move="ghi-chu", form={"note": "Ngon"}
    ),
    "GET /danh-sach/{list_id}/bang.{kind}": row(BUYER_OWN_HIDDEN, list_id="shortlist", kind="csv"),
    "GET /api/v1/shortlists": row(BUYERS),
    "POST /api/v1/shortlists": row(BUYERS, json={"name": "Hàng Tết"}),
    "GET /api/v1/shortlists/{list_id}": row(BUYER_OWN_HIDDEN, list_id="shortlist"),
    "PUT /api/v1/shortlists/{list_id}": row(BUYER_OWN_HIDDEN, list_id="shortlist", json={"name": "Tên khác"}),
    "DELETE /api/v1/shortlists/{list_id}": row(BUYER_OWN_HIDDEN, list_id="shortlist"),
    "POST /api/v1/shortlists/{list_id}/items": row(BUYER_OWN_HIDDEN, list_id="shortlist", json={"product": "{product}"}),
    "PUT /api/v1/shortlists/{list_id}/items/{item_id}/note": row(
        BUYER_OWN_HIDDEN, list_id="shortlist", item_id="shortlist_item", json={"note": "Ngon"}
    ),
    "DELETE /api/v1/shortlists/{list_id}/items/{item_id}": row(BUYER_OWN_HIDDEN, list_id="shortlist", item_id="shortlist_item"),
    "GET /tim-kiem-da-luu": row(SIGNED),
    "POST /tim-kiem-da-luu": row(SIGNED, form={"query": "q=miến"}),
    "POST /tim-kiem-da-luu/{search_id}": row(
        BUYER_OWN_HIDDEN, search_id="saved_search", form={"title": "Miến", "frequency": "daily", "state": "paused"}
    ),
    "POST /tim-kiem-da-luu/{search_id}/xoa": row(BUYER_OWN_HIDDEN, search_id="saved_search"),
    "GET /dung-nhan-tin/{token}": row(PUBLIC, token="stop_token"),
    "POST /dung-nhan-tin/{token}": row(PUBLIC, token="stop_token"),
    "GET /api/v1/saved-searches": row(SIGNED),
    "POST /api/v1/saved-searches": row(SIGNED, json={"query": "q=miến"}),
    "PUT /api/v1/saved-searches/{search_id}": row(
        BUYER_OWN_HIDDEN, search_id="saved_search", json={"title": "Miến", "frequency": "daily", "state": "paused"}
    ),
    "DELETE /api/v1/saved-searches/{search_id}": row(BUYER_OWN_HIDDEN, search_id="saved_search"),
}
ADMINISTRATION = {
    "GET /quan-tri": row(hidden(ADMINISTRATORS), query="q=a"),
    "GET /quan-tri/nguoi/{person_id}": row(hidden(ADMINISTRATORS), person_id="own_owner_person"),
    "POST /quan-tri/nguoi/{person_id}/{act}": row(hidden(ADMINISTRATORS), person_id="own_owner_person", act="khoa"),
    "GET /quan-tri/to-chuc": row(hidden(ADMINISTRATORS), query="kind=office"),
    "GET /quan-tri/to-chuc/moi": row(hidden(ADMINISTRATORS)),
    "POST /quan-tri/to-chuc/moi": row(
        hidden(ADMINISTRATORS), form={"kind": "office", "name": "Sở Công Thương", "key": "{key}"}
    ),
    "GET /quan-tri/to-chuc/{organisation_id}": row(hidden(ADMINISTRATORS), organisation_id="own_organisation"),
    "POST /quan-tri/to-chuc/{organisation_id}/pham-vi": row(
        hidden(ADMINISTRATORS), organisation_id="office_organisation", form={"duty_codes": "Thái Nguyên"}
    ),
    "POST /quan-tri/to-chuc/{organisation_id}/moi-nguoi": row(
        hidden(ADMINISTRATORS), organisation_id="office_organisation", form={"role": "member", "key": "{key}"}
    ),
}

# ------------------------------------------------------------------------------------------------ filling the order
# Capacity ledger.
LEDGER: dict[str, Row] = {
    "GET /ban-hang/nang-luc": row(SUPPLIERS),
    "POST /ban-hang/san-pham/{slug}/giu-lai": row(
        OWN_WRITE, slug="product", form={"reserve_kg": "10", "version": "{product_version}"}
    ),
    "GET /api/v1/supplies": row(SUPPLIERS),
    "GET /api/v1/products/{slug}/supply": row(PUBLIC, slug="product"),
    "PUT /api/v1/products/{slug}/supply": row(loosely(OWN_WRITE), slug="product", json={"year": 2027, "version": 1}),
    "PUT /api/v1/products/{slug}/reserve": row(loosely(OWN_WRITE), slug="product", json={"reserve_kg": 10, "version": 1}),
}

# Invitations and messages.
BOTH_SIDES = "?- ooo -o ---"  # A thread: the own supplier's people, viewers too, and the buyer; nobody else knows of it.
BOTH_WRITE = "?- xoo -o ---"
REQUEST_JSON = {
    "commodity": "mien-dong", "months": [{"year": 2026, "month": 12, "kg": 500}], "delivery_province_code": "01",
}  # fmt: skip
INVITATIONS: dict[str, Row] = {
    "GET /tim-hang/{code}/loi-moi": row(BUYER_OWN, code="asking_request"),
    "POST /tim-hang/{code}/loi-moi": row(BUYER_OWN, code="asking_request", form={"suppliers": "{supplier_id}"}),
    "POST /tim-hang/{code}/loi-moi/{invitation_id}/rut": row(
        "?- xxx -o ---", code="asking_request", invitation_id="asked_supplier"
    ),
    "GET /tim-hang/{code}/thay-doi": row(PUBLIC, code="request"),
    "POST /tim-hang/{code}/sao-chep": row(BUYER_OWN, code="request", form={"key": "{key}"}),
    "GET /ban-hang/loi-moi": row(SUPPLIERS),
    "GET /trao-doi": row("?o ooo oo xxx"),
    "GET /trao-doi/{invitation_id}": row(BOTH_SIDES, invitation_id="asked_supplier"),
    "POST /trao-doi/{invitation_id}": row(BOTH_WRITE, invitation_id="asked_supplier", form={"text": "Mẫu", "key": "{key}"}),
    "POST /trao-doi/{invitation_id}/tra-loi": row(
        "?- xoo -x ---", invitation_id="asked_supplier", form={"answer": "accept", "version": "{asked_version}"}
    ),
    "GET /trao-doi/{invitation_id}/in": row(BOTH_SIDES, invitation_id="asked_supplier"),
    "GET /trao-doi/{invitation_id}/tep/{key}": row(BOTH_SIDES, invitation_id="asked_supplier", key="thread_file"),
    "GET /api/v1/requests/{code}/versions": row(PUBLIC, code="request"),
    "POST /api/v1/requests": row("?x xxx ~o xxx", json={**REQUEST_JSON, "key": "{key}", "draft": True}),
    "PUT /api/v1/requests/{code}": row(BUYER_OWN, code="request", json={**REQUEST_JSON, "version": 1}),
    "POST /api/v1/requests/{code}/closing": row(BUYER_OWN, code="request", json={"version": 1}),
    "POST /api/v1/requests/{code}/copies": row(BUYER_OWN, code="request", json={"key": "{key}"}),
    "GET /api/v1/requests/{code}/invitations": row(BUYER_OWN, code="request"),
    "POST /api/v1/requests/{code}/invitations": row(BUYER_OWN, code="request", json={"suppliers": ["{supplier_id}"]}),
    "GET /api/v1/invitations": row(SUPPLIERS),
    "DELETE /api/v1/invitations/{invitation_id}": row("?- xxx -o ---", invitation_id="asked_supplier"),
    "PUT /api/v1/invitations/{invitation_id}/answer": row(
        loosely("?- xoo -x ---"), invitation_id="asked_supplier", json={"answer": "accept", "version": 1}
    ),
    "GET /api/v1/invitations/{invitation_id}/messages": row(BOTH_SIDES, invitation_id="asked_supplier"),
    "POST /api/v1/invitations/{invitation_id}/messages": row(
        BOTH_WRITE, invitation_id="asked_supplier", form={"text": "Mẫu", "key": "{key}"}
    ),
    "PUT /api/v1/invitations/{invitation_id}/read": row(BOTH_SIDES, invitation_id="asked_supplier"),
    "GET /api/v1/invitations/{invitation_id}/files/{key}": row(BOTH_SIDES, invitation_id="asked_supplier", key="thread_file"),
}

# Quotes and awards. A quote is its supplier's and its buyer's alone: not the officers', not the administrators'.
QUOTE_JSON = {
    "lines": [{"product": "{product}", "year": 2026, "month": 12, "kg": 20, "price_vnd_per_kg": 80000}],
    "valid_until": "2027-03-01",
}
QUOTE_FORM = {"product": "{product_id}", "price": "80000", "kg_12": "20", "valid_until": "01/03/2027", "key": "{key}"}
PART_JSON = {"quote_id": "{quote}", "product": "{product}", "year": 2026, "month": 12, "kg": 10}
AWARD_JSON = {"parts": [PART_JSON], "version": 1, "key": "{key}"}
SIDES = "?- ooo -o ---"  # Both sides of an award; for everybody else there is none.
QUOTES: dict[str, Row] = {
    "GET /tim-hang/{code}/bao-gia": row(BUYER_OWN, code="quoted_request"),
    "GET /tim-hang/{code}/bao-gia/bang.{kind}": row(BUYER_OWN, code="quoted_request", kind="csv"),
    "POST /tim-hang/{code}/bao-gia/ngay": row(BUYER_OWN, code="quoted_request", form={"decide_by": "20/12/2026"}),
    "POST /tim-hang/{code}/chon": row(loosely(BUYER_OWN), code="quoted_request"),
    "GET /tim-hang/{code}/chao-gia": row("?o xoo xx xxx", code="quoted_request"),
    "POST /tim-hang/{code}/chao-gia": row("?~ xoo xx xxx", code="quoted_request", form=QUOTE_FORM),
    "POST /tim-hang/{code}/chao-gia/rut": row("?- xoo xx xxx", code="quoted_request"),
    "GET /ban-hang/bao-gia": row(SUPPLIERS),
    "GET /ban-hang/bao-gia/{quote_id}": row("?- ooo -- ---", quote_id="quote"),
    "GET /lan-chon/{award_id}": row(SIDES, award_id="award"),
    "POST /lan-chon/{award_id}/huy": row("?x xxx xo xxx", award_id="award", form={"reason": "Bếp ăn tạm dừng"}),
    "GET /api/v1/quotes": row(SUPPLIERS),
    "GET /api/v1/quotes/{quote_id}": row("?- ooo -- ---", quote_id="quote"),
    "PUT /api/v1/requests/{code}/quote": row("?~ xoo xx xxx", code="quoted_request", json=QUOTE_JSON),
    "DELETE /api/v1/requests/{code}/quote": row("?- xoo xx xxx", code="quoted_request"),
    "GET /api/v1/requests/{code}/quotes": row(BUYER_OWN, code="quoted_request"),
    "PUT /api/v1/requests/{code}/decision": row(BUYER_OWN, code="quoted_request", json={"decide_by": "2026-12-20"}),
    "POST /api/v1/requests/{code}/awards": row(loosely(BUYER_OWN), code="quoted_request", json=AWARD_JSON),
    "GET /api/v1/awards/{award_id}": row(SIDES, award_id="award"),
    "POST /api/v1/awards/{award_id}/undo": row("?x xxx xo xxx", award_id="award", json={"reason": "Bếp ăn tạm dừng"}),
}

# Pooled lots: nobody but the buyer knows of a lot, and of a share nobody but its supplier.
OWN_SHARE = "?- ooo -- ---"
OWN_SHARE_WRITE = "?- xoo -- ---"
POOLING: dict[str, Row] = {
    "GET /tim-hang/{code}/lo-ghep": row(BUYER_OWN_HIDDEN, code="request"),
    "POST /tim-hang/{code}/lo-ghep": row(
        BUYER_OWN_HIDDEN, code="request", form={"most_suppliers": "8", "key": "{key}", "ceiling_vnd_per_kg": "95k"}
    ),
    "GET /tim-hang/{code}/lo-ghep/{pool_id}": row(BUYER_OWN_HIDDEN, code="request", pool_id="pool"),
    "POST /tim-hang/{code}/lo-ghep/{pool_id}/lai": row(
        BUYER_OWN_HIDDEN, code="request", pool_id="pool", form={"steer": "1", "key": "{key}"}
    ),
    "POST /tim-hang/{code}/lo-ghep/{pool_id}/huy": row(BUYER_OWN_HIDDEN, code="request", pool_id="pool"),
    "POST /tim-hang/{code}/lo-ghep/{pool_id}/gui": row(loosely(BUYER_OWN_HIDDEN), code="request", pool_id="pool"),
    "GET /tim-hang/{code}/lo-ghep/{pool_id}/tay": row(BUYER_OWN_HIDDEN, code="request", pool_id="pool"),
    "POST /tim-hang/{code}/lo-ghep/{pool_id}/tay": row(
        BUYER_OWN_HIDDEN, code="request", pool_id="pool",
        form={"name": "{pooled_product_id}", "do": "judge", "key": "{key}"},
    ),
    "POST /tim-hang/{code}/lo-ghep/{pool_id}/chot": row(loosely(BUYER_OWN_HIDDEN), code="request", pool_id="sent_pool"),
    "POST /tim-hang/{code}/lo-ghep/{pool_id}/giai-tan": row(
        loosely(BUYER_OWN_HIDDEN), code="request", pool_id="sent_pool", form={"reason": "Đổi kế hoạch", "version": "1"}
    ),
    "GET /ban-hang/lo-ghep": row(SUPPLIERS),
    "GET /ban-hang/lo-ghep/{share_id}": row(OWN_SHARE, share_id="pool_share"),
    "POST /ban-hang/lo-ghep/{share_id}": row(OWN_SHARE_WRITE, share_id="pool_share", form={"accept": "true"}),
    "POST /ban-hang/lo-ghep/{share_id}/bao-gia": row(
        loosely(OWN_SHARE_WRITE), share_id="pool_share",
        form={"price_vnd_per_kg": "82k", "valid_until": "01/01/2027", "key": "{key}"},
    ),
    "GET /api/v1/requests/{code}/pools": row(BUYER_OWN_HIDDEN, code="request"),
    "POST /api/v1/requests/{code}/pools": row(BUYER_OWN_HIDDEN, code="request", json={"most_suppliers": 9}),
    "GET /api/v1/pools/{pool_id}": row(BUYER_OWN_HIDDEN, pool_id="sent_pool"),
    "POST /api/v1/pools/{pool_id}/by-hand": row(
        BUYER_OWN_HIDDEN, pool_id="pool", json={"shares": [{"product_id": "{pooled_product_id}", "kg": [100, None, 0]}]}
    ),
    "POST /api/v1/pools/{pool_id}/cancel": row(BUYER_OWN_HIDDEN, pool_id="pool"),
    "POST /api/v1/pools/{pool_id}/send": row(
        loosely(BUYER_OWN_HIDDEN), pool_id="pool", json={"answer_by": "2026-11-25", "version": 1}
    ),
    "POST /api/v1/pools/{pool_id}/settle": row(loosely(BUYER_OWN_HIDDEN), pool_id="sent_pool", json={"version": 1}),
    "POST /api/v1/pools/{pool_id}/dissolve": row(
        loosely(BUYER_OWN_HIDDEN), pool_id="sent_pool", json={"reason": "Đổi kế hoạch", "version": 1}
    ),
    "GET /api/v1/pool-shares": row(SUPPLIERS),
    "POST /api/v1/pool-shares/{share_id}/answer": row(OWN_SHARE_WRITE, share_id="pool_share", json={"answer": "accept"}),
    "POST /api/v1/pool-shares/{share_id}/quote": row(
        loosely(OWN_SHARE_WRITE), share_id="pool_share",
        json={"price_vnd_per_kg": 82000, "valid_until": "2027-01-01", "key": "{key}"},
    ),
}  # fmt: skip

# Matching rounds.
ROUND_READERS = "?x xxx xx oox"  # both sides of a round: its organiser, and officers.
ROUND_FORM = {
    "name": "Phiên mới", "starts_on": "10/12/2026", "ends_on": "11/12/2026", "requests_until": "05/12/2026",
    "suppliers_until": "06/12/2026",
}  # fmt: skip
ROUND_JSON = {
    "name": "Phiên mới", "starts_on": "2026-12-10", "ends_on": "2026-12-11", "requests_until": "2026-12-05",
    "suppliers_until": "2026-12-06",
}  # fmt: skip
PROPOSAL_SIDES = "?- xoo -o ---"
ROUNDS: dict[str, Row] = {
    "GET /phien-ket-noi": row(PUBLIC),
    "GET /phien-ket-noi/moi": row(ORGANISERS),
    "POST /phien-ket-noi/moi": row(ORGANISERS, form={**ROUND_FORM, "key": "{key}"}),
    "GET /phien-ket-noi/{code}": row(PUBLIC, code="conference"),
    "GET /phien-ket-noi/{code}/sua": row("?- --- -- ox-", code="conference_draft"),
    "POST /phien-ket-noi/{code}/sua": row(
        ORGANISERS, code="conference", form={**ROUND_FORM, "version": "{conference_version}"}
    ),
    "POST /phien-ket-noi/{code}/chuyen": row(ORGANISERS, code="conference", form={"to": "collecting"}),
    "GET /phien-ket-noi/{code}/truong": row(ORGANISERS, code="conference"),
    "POST /phien-ket-noi/{code}/truong": row(ORGANISERS, code="conference", form={"label_vi": "Số gian", "kind": "number"}),
    "POST /phien-ket-noi/{code}/truong/{name}/bo": row(ORGANISERS, code="conference", name="conference_field"),
    "GET /phien-ket-noi/{code}/yeu-cau": row("?x xxx oo oox", code="conference"),
    "POST /phien-ket-noi/{code}/yeu-cau": row(BUYER_OWN, code="conference", form={"request": "{conference_request}"}),
    "POST /phien-ket-noi/{code}/yeu-cau/rut": row(BUYER_OWN, code="conference", form={"request": "{conference_request}"}),
    "GET /phien-ket-noi/{code}/tham-gia": row(SUPPLIERS, code="conference"),
    "POST /phien-ket-noi/{code}/tham-gia": row(SUPPLIERS_WRITE, code="conference", form={"every": "true"}),
    "POST /phien-ket-noi/{code}/roi": row(SUPPLIERS_WRITE, code="conference"),
    "GET /phien-ket-noi/{code}/nha-cung-cap": row(ROUND_READERS, code="conference"),
    "POST /phien-ket-noi/{code}/lay-lai": row(ORGANISERS, code="conference", form={"earlier": "{conference_told}"}),
    "GET /phien-ket-noi/{code}/xep": row(ROUND_READERS, code="conference_cleared"),
    "POST /phien-ket-noi/{code}/xep": row(ORGANISERS, code="conference", form={"fairness": "even"}),
    "GET /phien-ket-noi/{code}/xep/{number}": row(ROUND_READERS, code="conference_cleared", number="1"),
    "POST /phien-ket-noi/{code}/xep/{number}/dung": row(ORGANISERS, code="conference_cleared", number="1"),
    "POST /phien-ket-noi/{code}/xep/{number}/cong-bo": row(
        "?- --- -- ox-", code="conference_cleared", number="1", form={"although_old": "true"}
    ),
    "GET /phien-ket-noi/{code}/ket-qua": row(SIGNED, code="conference_told"),
    "POST /phien-ket-noi/{code}/ket-qua/{proposal_id}": row(
        PROPOSAL_SIDES, code="conference_told", proposal_id="proposal", form={"wish": "meet"}
    ),
    "GET /phien-ket-noi/{code}/ket-qua/bang.{kind}": row(SIGNED, code="conference_told", kind="csv"),
    "POST /phien-ket-noi/{code}/moi-gap": row(ORGANISERS, code="conference_told"),
    "GET /api/v1/rounds": row(PUBLIC),
    "POST /api/v1/rounds": row(ORGANISERS, json=ROUND_JSON),
    "GET /api/v1/rounds/{code}": row(PUBLIC, code="conference"),
    "PUT /api/v1/rounds/{code}": row(loosely(ORGANISERS), code="conference", json={**ROUND_JSON, "version": 1}),
    "PUT /api/v1/rounds/{code}/state": row(ORGANISERS, code="conference", json={"state": "collecting"}),
    "POST /api/v1/rounds/{code}/fields": row(ORGANISERS, code="conference", json={"label_vi": "Số gian", "kind": "number"}),
    "DELETE /api/v1/rounds/{code}/fields/{name}": row(ORGANISERS, code="conference", name="conference_field"),
    "PUT /api/v1/rounds/{code}/requests": row(BUYER_OWN, code="conference", json={"request": "{conference_request}"}),
    "DELETE /api/v1/rounds/{code}/requests/{request}": row(BUYER_OWN, code="conference", request="conference_request"),
    "PUT /api/v1/rounds/{code}/supplier": row(SUPPLIERS_WRITE, code="conference", json={"every": True}),
    "DELETE /api/v1/rounds/{code}/supplier": row(SUPPLIERS_WRITE, code="conference"),
    "POST /api/v1/rounds/{code}/taken-over": row(ORGANISERS, code="conference", json={"earlier": "{conference_told}"}),
    "GET /api/v1/rounds/{code}/clearings": row(ROUND_READERS, code="conference_cleared"),
    "POST /api/v1/rounds/{code}/clearings": row(ORGANISERS, code="conference", json={"fairness": "even"}),
    "GET /api/v1/rounds/{code}/clearings/{number}": row(ROUND_READERS, code="conference_cleared", number="1"),
    "GET /api/v1/rounds/{code}/clearings/{number}/requests": row(ROUND_READERS, code="conference_cleared", number="1"),
    "GET /api/v1/rounds/{code}/clearings/{number}/suppliers": row(ROUND_READERS, code="conference_cleared", number="1"),
    "DELETE /api/v1/rounds/{code}/clearings/{number}": row(ORGANISERS, code="conference_cleared", number="1"),
    "PUT /api/v1/rounds/{code}/published": row(
        "?- --- -- ox-", code="conference_cleared", json={"number": 1, "although_old": True}
    ),
    "GET /api/v1/rounds/{code}/proposals": row(SIGNED, code="conference_told"),
    "PUT /api/v1/rounds/{code}/proposals/{proposal_id}/wish": row(
        PROPOSAL_SIDES, code="conference_told", proposal_id="proposal", json={"wish": "meet"}
    ),
    "POST /api/v1/rounds/{code}/invitations": row(ORGANISERS, code="conference_told"),
}

# Buyers' pools.
JOINT_FORM = {
    "commodity": "mien-dong", "target_kg": "2000", "kg_12": "300", "delivery_province_code": "01", "join_by": "15/12/2026",
    "confirm_days": "3", "consent": "true", "key": "{key}",
}  # fmt: skip
JOINT_BODY = {
    "commodity": "mien-dong", "target_kg": 2000, "delivery_province_code": "01", "join_by": "2026-12-15", "consent": True,
    "months": [{"year": 2026, "month": 12, "kg": 300}], "key": "{key}",
}  # fmt: skip
JOINT_MONTHS = [{"year": 2026, "month": 12, "kg": 450}]
MEMBER = "?x xxx -o xxx"  # Only who takes part: another buyer is told that it has nothing there.
DEMAND: dict[str, Row] = {
    "GET /gom-don": row(PUBLIC),
    "GET /gom-don/moi": row(BUYERS, query="commodity=mien-dong"),
    "POST /gom-don/moi": row(BUYER_OWN, form=JOINT_FORM),
    "GET /gom-don/{code}": row(PUBLIC, code="joint"),
    "POST /gom-don/{code}/tham-gia": row(BUYER_OWN, code="joint", form={"kg_12": "450", "consent": "true"}),
    "POST /gom-don/{code}/roi": row(loosely(MEMBER), code="joint"),  # The lead calls it off instead.
    "POST /gom-don/{code}/xac-nhan": row(MEMBER, code="joint_waiting", form={"agree": "true", "round": "1"}),
    "POST /gom-don/{code}/gia-han": row(BUYER_OWN, code="joint", form={"join_by": "20/12/2026", "version": "{joint_version}"}),
    "POST /gom-don/{code}/hoi-xac-nhan": row(loosely(BUYER_OWN), code="joint", form={"version": "{joint_version}"}),
    "POST /gom-don/{code}/bo": row(BUYER_OWN, code="joint", form={"version": "{joint_version}"}),
    "POST /gom-don/{code}/dang": row(
        MEMBER, code="joint_agreed", form={"version": "{joint_agreed_version}", "visibility": "public"}
    ),
    "GET /api/v1/joint-orders": row(PUBLIC),
    "POST /api/v1/joint-orders": row(BUYER_OWN, json=JOINT_BODY),
    "GET /api/v1/joint-orders/{code}": row(PUBLIC, code="joint"),
    "PUT /api/v1/joint-orders/{code}/part": row(BUYER_OWN, code="joint", json={"consent": True, "months": JOINT_MONTHS}),
    "DELETE /api/v1/joint-orders/{code}/part": row(loosely(MEMBER), code="joint"),
    "PUT /api/v1/joint-orders/{code}/answer": row(MEMBER, code="joint_waiting", json={"agree": True, "round": 1}),
    "POST /api/v1/joint-orders/{code}/{step}": row(
        BUYER_OWN, code="joint", step="extension", json={"version": "{joint_version}", "join_by": "2026-12-20"}
    ),
    "PUT /api/v1/joint-orders/{code}/request": row(MEMBER, code="joint_agreed", json={"version": "{joint_agreed_version}"}),
}

# Gap sheet.
GAPS: dict[str, Row] = {
    "GET /cung-cau": row(PUBLIC, query="commodity=mien-dong"),
    "GET /cung-cau/yeu-cau": row(PUBLIC, query="commodity=mien-dong&what=missed"),
    "GET /cung-cau/bang.{kind}": row(PUBLIC, kind="csv"),
    "GET /api/v1/gaps": row(PUBLIC),
    "GET /api/v1/gaps/requests": row(PUBLIC, query="measure=awarded"),
}

# Net-price simulator.
NET_PRICE_FORM = {"name": "Phiếu khác", "price": "80000", "key": "{key}"}
NET_PRICE: dict[str, Row] = {
    "GET /ban-hang/gia-thuc-nhan": row(PUBLIC, query="price=80000&production=40000"),
    "POST /ban-hang/gia-thuc-nhan": row(SUPPLIERS_WRITE, form=NET_PRICE_FORM),
    "GET /ban-hang/gia-thuc-nhan/{sheet_id}": row(hidden(OWN_READ), sheet_id="sheet"),
    "POST /ban-hang/gia-thuc-nhan/{sheet_id}": row("?- xoo -- ---", sheet_id="sheet", form={**NET_PRICE_FORM, "version": "1"}),
    "POST /ban-hang/gia-thuc-nhan/{sheet_id}/xoa": row("?- xoo -- ---", sheet_id="sheet"),
    "POST /api/v1/net-price": row(PUBLIC, json={"price": 80000}),
    "GET /api/v1/net-price-sheets": row(SUPPLIERS),
    "POST /api/v1/net-price-sheets": row(SUPPLIERS_WRITE, json={"name": "Phiếu khác", "price": 80000, "key": "{key}"}),
    "GET /api/v1/net-price-sheets/{sheet_id}": row(hidden(OWN_READ), sheet_id="sheet"),
    "PUT /api/v1/net-price-sheets/{sheet_id}": row("?- xoo -- ---", sheet_id="sheet", json={"name": "Khác", "price": 80000}),
    "DELETE /api/v1/net-price-sheets/{sheet_id}": row("?- xoo -- ---", sheet_id="sheet"),
}

# Entry checklists.
ANSWERED = {"item": "{condition}", "product": "{product}", "accepts": "true"}
WEIGHTS = dict.fromkeys(("coverage", "price", "quality", "certificates", "relevance", "distance", "reliability"), 3)
CHECKLISTS: dict[str, Row] = {
    "GET /mua-hang/dieu-kien": row(BUYERS),
    "POST /mua-hang/dieu-kien": row(loosely(BUYERS), form={"stance_invoice": "yes", "version": "0"}),
    "GET /ban-hang/san-sang": row(SUPPLIERS),
    "POST /ban-hang/san-sang/tra-loi": row(OWN_WRITE, form=ANSWERED),
    "POST /mua-hang/trong-so": row(BUYERS, form={f"weight_{name}": value for name, value in WEIGHTS.items()}),
    "POST /mua-hang/trong-so/xoa": row(BUYERS),
    "GET /api/v1/checklist": row("?x xxx -o xxx"),
    "PUT /api/v1/checklist": row(BUYERS, json={"items": [{"kind": "invoice"}]}),
    "GET /api/v1/requests/{code}/checklist": row(PUBLIC, code="request"),
    "GET /api/v1/readiness": row(SUPPLIERS),
    "PUT /api/v1/checklist-items/{item_id}/answer": row(
        OWN_WRITE, item_id="condition", json={"product": "{product}", "accepts": True}
    ),
    "GET /api/v1/weights": row(BUYERS),
    "PUT /api/v1/weights": row(BUYERS, json=WEIGHTS),
    "DELETE /api/v1/weights": row(BUYERS),
}

# Side by side.
COMPARE: dict[str, Row] = {
    "GET /so-sanh": row(PUBLIC, query="sp={product}&sp={stranger_product}"),
    "GET /api/v1/compare": row(PUBLIC, query="product={product}&product={stranger_product}"),
}

# Fairs of the organiser.
KEEPS = "?x xxx xx oxx"  # a fair of the organiser's that everybody may know of.
KEEPS_DRAFT = "?- --- -- o--"  # one that she prepares.
DESK_OF_FAIRS = "?x xxx xx oox"  # organisers, and officers for fairs without one.
A_FAIR = {"name": "Hội chợ mới", "kind": "fair", "starts_on": "10/12/2026", "key": "{key}"}
A_FAIR_OUT = {"name": "Hội chợ mới", "kind": "fair", "starts_on": "2026-12-10", "key": "{key}"}
FAIR_DESK: dict[str, Row] = {
    "GET /ban-to-chuc/hoi-cho": row(DESK_OF_FAIRS),
    "GET /ban-to-chuc/hoi-cho/moi": row(DESK_OF_FAIRS),
    "POST /ban-to-chuc/hoi-cho/moi": row(DESK_OF_FAIRS, form=A_FAIR),
    "GET /ban-to-chuc/hoi-cho/{slug}": row(KEEPS_DRAFT, slug="fair_draft"),
    "GET /ban-to-chuc/hoi-cho/{slug}/sua": row(KEEPS, slug="own_fair"),
    "POST /ban-to-chuc/hoi-cho/{slug}/sua": row(KEEPS, slug="own_fair", form=A_FAIR),
    "GET /ban-to-chuc/hoi-cho/{slug}/gio-mo-cua": row(KEEPS, slug="own_fair"),
    "POST /ban-to-chuc/hoi-cho/{slug}/gio-mo-cua": row(KEEPS, slug="own_fair", form={"opens.2026-12-10": "8:00",
                                                                                    "closes.2026-12-10": "21:00"}),
    "POST /ban-to-chuc/hoi-cho/{slug}/cong-bo": row(loosely(KEEPS_DRAFT), slug="fair_draft"),
    "POST /ban-to-chuc/hoi-cho/{slug}/huy": row(KEEPS, slug="own_fair", form={"sure": "yes"}),
    "GET /ban-to-chuc/hoi-cho/{slug}/chep": row(KEEPS, slug="own_fair"),
    "POST /ban-to-chuc/hoi-cho/{slug}/chep": row(KEEPS, slug="own_fair", form=A_FAIR),
    "GET /ban-to-chuc/hoi-cho/{slug}/moi-lai": row(KEEPS, slug="own_fair"),
    "GET /api/v1/organiser/fairs": row(DESK_OF_FAIRS),
    "POST /api/v1/organiser/fairs": row(DESK_OF_FAIRS, json=A_FAIR_OUT),
    "GET /api/v1/organiser/fairs/{slug}": row(KEEPS_DRAFT, slug="fair_draft"),
    "PUT /api/v1/organiser/fairs/{slug}": row(
        KEEPS, slug="own_fair", json={"name": "Hội chợ", "kind": "fair", "starts_on": "2026-12-10", "version": 1}
    ),
    "PUT /api/v1/organiser/fairs/{slug}/hours": row(KEEPS, slug="own_fair", json={"days": []}),
    "POST /api/v1/organiser/fairs/{slug}/announcement": row(KEEPS, slug="own_fair", json={}),
    "POST /api/v1/organiser/fairs/{slug}/cancellation": row(KEEPS, slug="own_fair", json={}),
    "POST /api/v1/organiser/fairs/{slug}/copies": row(
        KEEPS, slug="own_fair", json={"key": "{key}", "name": "Hội chợ sau", "starts_on": "2027-12-10"}
    ),
    "GET /api/v1/organiser/fairs/{slug}/earlier-participants": row(KEEPS, slug="own_fair", query="called={past_fair}"),
    "POST /api/v1/organiser/fairs/{slug}/earlier-participants": row(
        KEEPS, slug="own_fair", json={"key": "{key}", "called": "{past_fair}", "every": True}
    ),
    "POST /ban-to-chuc/hoi-cho/{slug}/moi-lai": row(
        loosely(KEEPS), slug="own_fair", form={"kind": "fair", "called": "{past_fair}", "every": "true", "key": "{key}"}
    ),
}  # fmt: skip

# Rates, services and fees.
A_RATE = {"kind": "subsidised", "name": "Gian hỗ trợ", "percent_off": "50", "source": "Ngân sách tỉnh", "key": "{key}"}
A_SERVICE = {"kind": "furniture", "name": "Ghế", "unit": "cái", "price_vnd": "20000"}
PAYMENT = {"key": "{key}", "amount_vnd": "1000000", "paid_on": "20/11/2026"}
EXHIBITS = "?- ooo xx xxx"  # the own supplier's application; others of its kind have none there.
EXHIBITS_WRITE = "?- xoo xx xxx"
RATE_OUT = {"kind": "subsidised", "name": "Gian hỗ trợ", "percent_off": 50, "source": "Ngân sách tỉnh", "key": "{key}"}
EARLY_OUT = {"kind": "early", "name": "Sớm", "percent_off": 5, "until_day": "2026-12-01", "seen": "x"}
SERVICE_OUT = {"kind": "furniture", "name": "Ghế", "unit": "cái", "price_vnd": 20000}
CHARGES: dict[str, Row] = {
    "GET /ban-to-chuc/hoi-cho/{slug}/bang-gia": row(KEEPS, slug="own_fair"),
    "POST /ban-to-chuc/hoi-cho/{slug}/bang-gia": row(KEEPS, slug="own_fair", form=A_RATE),
    "POST /ban-to-chuc/hoi-cho/{slug}/bang-gia/dieu-kien": row(KEEPS, slug="own_fair", form={"version": "0"}),
    "GET /ban-to-chuc/hoi-cho/{slug}/bang-gia/{rate_id}": row(KEEPS, slug="own_fair", rate_id="fair_rate"),
    "POST /ban-to-chuc/hoi-cho/{slug}/bang-gia/{rate_id}": row(KEEPS, slug="own_fair", rate_id="fair_rate", form=A_RATE),
    "POST /ban-to-chuc/hoi-cho/{slug}/bang-gia/{rate_id}/bo": row(KEEPS, slug="own_fair", rate_id="fair_rate"),
    "GET /ban-to-chuc/hoi-cho/{slug}/dich-vu": row(KEEPS, slug="own_fair"),
    "POST /ban-to-chuc/hoi-cho/{slug}/dich-vu": row(KEEPS, slug="own_fair", form=A_SERVICE),
    "GET /ban-to-chuc/hoi-cho/{slug}/dich-vu/tong-hop": row(KEEPS, slug="own_fair"),
    "GET /ban-to-chuc/hoi-cho/{slug}/dich-vu/tong-hop/bang.{kind}": row(KEEPS, slug="own_fair", kind="csv"),
    "GET /ban-to-chuc/hoi-cho/{slug}/dich-vu/{service_id}": row(KEEPS, slug="own_fair", service_id="fair_service"),
    "POST /ban-to-chuc/hoi-cho/{slug}/dich-vu/{service_id}": row(
        KEEPS, slug="own_fair", service_id="fair_service", form=A_SERVICE
    ),
    "GET /ban-to-chuc/hoi-cho/{slug}/phi": row(KEEPS, slug="own_fair"),
    "GET /ban-to-chuc/hoi-cho/{slug}/phi/bang.{kind}": row(KEEPS, slug="own_fair", kind="xlsx"),
    "GET /ban-to-chuc/hoi-cho/{slug}/phi/{code}": row(KEEPS, slug="own_fair", code="fee_account"),
    "POST /ban-to-chuc/hoi-cho/{slug}/phi/{code}": row(KEEPS, slug="own_fair", code="fee_account", form=PAYMENT),
    "POST /ban-to-chuc/hoi-cho/{slug}/phi/{code}/tien/{payment_id}/bo": row(
        KEEPS, slug="own_fair", code="fee_account", payment_id="fee_payment", form={"why": "Ghi nhầm"}
    ),
    "GET /ban-to-chuc/hoi-cho/{slug}/phi/{code}/phieu.pdf": row(KEEPS, slug="own_fair", code="fee_account"),
    "GET /ban-to-chuc/hoi-cho/{slug}/phi/{code}/dich-vu": row(KEEPS, slug="own_fair", code="fee_account"),
    "POST /ban-to-chuc/hoi-cho/{slug}/phi/{code}/dich-vu": row(
        KEEPS, slug="own_fair", code="fee_account", form={"seen": ""}
    ),
    "GET /api/v1/fairs/{slug}/rates": row(PUBLIC, slug="own_fair"),
    "POST /api/v1/fairs/{slug}/rates": row(KEEPS, slug="own_fair", json=RATE_OUT),
    "PUT /api/v1/fairs/{slug}/rates/{rate_id}": row(
        loosely(KEEPS), slug="own_fair", rate_id="fair_rate", json=EARLY_OUT
    ),
    "DELETE /api/v1/fairs/{slug}/rates/{rate_id}": row(KEEPS, slug="own_fair", rate_id="fair_rate"),
    "PUT /api/v1/fairs/{slug}/payment-terms": row(KEEPS, slug="own_fair", json={"vat_percent": 8}),
    "GET /api/v1/fairs/{slug}/services": row(PUBLIC, slug="own_fair"),
    "POST /api/v1/fairs/{slug}/services": row(KEEPS, slug="own_fair", json=SERVICE_OUT),
    "PUT /api/v1/fairs/{slug}/services/{service_id}": row(
        loosely(KEEPS), slug="own_fair", service_id="fair_service", json={**SERVICE_OUT, "seen": "x"}
    ),
    "GET /api/v1/fairs/{slug}/service-totals": row(KEEPS, slug="own_fair"),
    "GET /api/v1/fairs/{slug}/statements": row(KEEPS, slug="own_fair"),
    "GET /api/v1/fairs/{slug}/statements/{code}": row(KEEPS, slug="own_fair", code="fee_account"),
    "POST /api/v1/fairs/{slug}/statements/{code}/payments": row(
        KEEPS, slug="own_fair", code="fee_account", json={"key": "{key}", "amount_vnd": 1000, "paid_on": "2026-11-20"}
    ),
    "POST /api/v1/fairs/{slug}/statements/{code}/payments/{payment_id}/strike": row(
        KEEPS, slug="own_fair", code="fee_account", payment_id="fee_payment", json={"why": "Ghi nhầm"}
    ),
    "PUT /api/v1/fairs/{slug}/statements/{code}/services": row(
        KEEPS, slug="own_fair", code="fee_account", json={"services": [{"service_id": "{fair_service}", "quantity": 1}]}
    ),
    "GET /api/v1/fairs/{slug}/own-statement": row(EXHIBITS, slug="own_fair"),
    "PUT /api/v1/fairs/{slug}/own-services": row(
        EXHIBITS_WRITE, slug="own_fair", json={"services": [{"service_id": "{fair_service}", "quantity": 1}]}
    ),
    "GET /ban-hang/hoi-cho/{slug}/phi": row(EXHIBITS, slug="own_fair"),
    "GET /ban-hang/hoi-cho/{slug}/phi/phieu.pdf": row(EXHIBITS, slug="own_fair"),
    "GET /ban-hang/hoi-cho/{slug}/dich-vu": row(EXHIBITS, slug="own_fair"),
    "POST /ban-hang/hoi-cho/{slug}/dich-vu": row(EXHIBITS_WRITE, slug="own_fair", form={"seen": ""}),
}  # fmt: skip

# Floors.
FLOOR_SHEET = ("floor.csv", "Dòng này là,Sảnh,Mã,Ngang (m),Dọc (m)\nsảnh,Sảnh A,,30,12\n".encode(), "text/csv")
A_ROW = {"day_class_code": "TC", "day_x": "18", "day_y": "3", "day_count": "2", "day_prefix": "C", "version": "1"}
A_HALL = {"slug": "floor_fair", "hall_id": "own_hall"}
LAYOUTS: dict[str, Row] = {
    "GET /ban-to-chuc/hoi-cho/{slug}/mat-bang": row(KEEPS, slug="floor_fair"),
    "POST /ban-to-chuc/hoi-cho/{slug}/mat-bang/sanh": row(
        KEEPS, slug="floor_fair", form={"name": "Sảnh mới", "width": "20", "depth": "10", "version": "1"}
    ),
    "POST /ban-to-chuc/hoi-cho/{slug}/mat-bang/loai-gian": row(
        KEEPS, slug="floor_fair", form={"code": "MOI", "name": "Loại mới", "price_vnd": "5tr", "version": "1"}
    ),
    "POST /ban-to-chuc/hoi-cho/{slug}/mat-bang/khu": row(
        KEEPS, slug="floor_fair", form={"code": "MOI", "name": "Khu mới", "version": "1"}
    ),
    "POST /ban-to-chuc/hoi-cho/{slug}/mat-bang/{part}/{thing_id}/bo": row(
        KEEPS, slug="floor_fair", part="khu", thing_id="own_zone", form={"version": "1"}
    ),
    "POST /ban-to-chuc/hoi-cho/{slug}/mat-bang/hoan-tac": row(KEEPS, slug="floor_fair", form={"version": "1"}),
    "POST /ban-to-chuc/hoi-cho/{slug}/mat-bang/lam-lai": row(KEEPS, slug="floor_fair", form={"version": "1"}),
    "GET /ban-to-chuc/hoi-cho/{slug}/mat-bang/bang.{kind}": row(KEEPS, slug="floor_fair", kind="csv"),
    "GET /ban-to-chuc/hoi-cho/{slug}/mat-bang/bang": row(KEEPS, slug="floor_fair"),
    "POST /ban-to-chuc/hoi-cho/{slug}/mat-bang/bang": row(KEEPS, slug="floor_fair", files={"file": FLOOR_SHEET}),
    "POST /ban-to-chuc/hoi-cho/{slug}/mat-bang/bang/{sheet_id}": row(
        loosely(KEEPS), slug="floor_fair", sheet_id="00000000-0000-7000-8000-000000000000"
    ),
    "GET /ban-to-chuc/hoi-cho/{slug}/mat-bang/sanh/{hall_id}": row(KEEPS, **A_HALL),
    "GET /ban-to-chuc/hoi-cho/{slug}/mat-bang/sanh/{hall_id}/in": row(KEEPS, **A_HALL),
    "POST /ban-to-chuc/hoi-cho/{slug}/mat-bang/sanh/{hall_id}/day": row(KEEPS, form=A_ROW, **A_HALL),
    "POST /ban-to-chuc/hoi-cho/{slug}/mat-bang/sanh/{hall_id}/vat": row(
        KEEPS,
        form={"vat_kind": "pillar", "vat_x": "1", "vat_y": "1", "vat_width": "1", "vat_depth": "1", "version": "1"},
        **A_HALL,
    ),
    "POST /ban-to-chuc/hoi-cho/{slug}/mat-bang/sanh/{hall_id}/vat/{thing_id}/bo": row(
        KEEPS, thing_id="own_thing", form={"version": "1"}, **A_HALL
    ),
    "POST /ban-to-chuc/hoi-cho/{slug}/mat-bang/sanh/{hall_id}/{move}": row(
        KEEPS, move="doi-cho", form={"codes": "A1-A2", "doi_dy": "4", "version": "1"}, **A_HALL
    ),
    "GET /api/v1/fairs/{slug}/floor": row(KEEPS, slug="floor_fair"),
    "PUT /api/v1/fairs/{slug}/floor": row(
        KEEPS, slug="floor_fair", json={"halls": [{"name": "Sảnh A", "width": 30, "depth": 12}]}
    ),
}

# Applications for fairs.
BOOTH_FORM = {"exhibitor": "Gian HTX1", "products": "{product}", "save": "submit", "version": "{application_version}"}
BOOTH_JSON = {"exhibitor": "Gian HTX1", "products": ["{product}"], "version": 2}
APPLICATION = {"slug": "calling_fair", "code": "application"}
PAPER = {"slug": "calling_fair", "code": "paper_application"}
APPLICATIONS: dict[str, Row] = {
    "GET /ban-hang/hoi-cho": row(SUPPLIERS),
    "GET /ban-hang/hoi-cho/{slug}": row(OWN_READ, slug="calling_fair"),
    "GET /hoi-cho/{slug}/dang-ky": row(SUPPLIERS, slug="calling_fair"),
    "POST /hoi-cho/{slug}/dang-ky": row("?~ xoo xx xxx", slug="calling_fair", form=BOOTH_FORM),
    "POST /hoi-cho/{slug}/dang-ky/rut": row(OWN_WRITE, slug="calling_fair"),
    "GET /ban-hang/hoi-cho/{slug}/gian-chung": row(OWN_READ, slug="calling_fair"),
    "POST /ban-hang/hoi-cho/{slug}/gian-chung": row(OWN_WRITE, slug="calling_fair", form={"kind": "side_by_side"}),
    "POST /ban-hang/hoi-cho/{slug}/gian-chung/moi": row(
        loosely(OWN_WRITE), slug="calling_fair", form={"code": "{paper_application}"}
    ),
    "POST /ban-hang/hoi-cho/{slug}/gian-chung/vao": row(loosely(OWN_WRITE), slug="calling_fair", form={"code": "CG-AAAAA"}),
    "POST /ban-hang/hoi-cho/{slug}/gian-chung/tra-loi/{code}": row(
        "?- x-- xx xxx", slug="calling_fair", code="paper_application", form={"agree": "true"}
    ),
    "POST /ban-hang/hoi-cho/{slug}/gian-chung/roi": row("?~ xoo xx xxx", slug="calling_fair"),
    "GET /ban-to-chuc/hoi-cho/{slug}/don-dang-ky": row(ORGANISERS, slug="calling_fair"),
    "POST /ban-to-chuc/hoi-cho/{slug}/don-dang-ky/tra-loi": row(
        ORGANISERS, slug="calling_fair", form={"chosen": "{application}:{application_version}", "to": "accepted"}
    ),
    "GET /ban-to-chuc/hoi-cho/{slug}/don-dang-ky/bang.{kind}": row(ORGANISERS, slug="calling_fair", kind="csv"),
    "GET /ban-to-chuc/hoi-cho/{slug}/don-dang-ky/nhap": row(ORGANISERS, slug="calling_fair"),
    "POST /ban-to-chuc/hoi-cho/{slug}/don-dang-ky/nhap": row(
        ORGANISERS, slug="calling_fair", form={"exhibitor": "HTX khác", "key": "{key}"}
    ),
    "POST /ban-to-chuc/hoi-cho/{slug}/don-dang-ky/nhap/bang": row(
        ORGANISERS, slug="calling_fair", files={"file": ("don.csv", "exhibitor\nHTX trong bảng\n".encode(), "text/csv")}
    ),
    "GET /ban-to-chuc/hoi-cho/{slug}/don-dang-ky/{code}": row(ORGANISERS, **APPLICATION),
    "POST /ban-to-chuc/hoi-cho/{slug}/don-dang-ky/{code}/tra-loi": row(
        ORGANISERS, **APPLICATION, form={"to": "waiting", "version": "{application_version}"}
    ),
    "POST /ban-to-chuc/hoi-cho/{slug}/don-dang-ky/{code}/uu-tien": row(ORGANISERS, **APPLICATION, form={}),
    "GET /ban-to-chuc/hoi-cho/{slug}/don-dang-ky/{code}/sua": row(ORGANISERS, **PAPER),
    "POST /ban-to-chuc/hoi-cho/{slug}/don-dang-ky/{code}/sua": row(ORGANISERS, **PAPER, form={"exhibitor": "HTX giấy mới"}),
    "GET /ban-to-chuc/hoi-cho/{slug}/don-dang-ky/thu-tu": row(ORGANISERS, slug="calling_fair"),
    "POST /ban-to-chuc/hoi-cho/{slug}/don-dang-ky/thu-tu": row(ORGANISERS, slug="calling_fair", form={"per_star": "5"}),
    "POST /ban-to-chuc/hoi-cho/{slug}/don-dang-ky/thu-tu/chot": row(ORGANISERS, slug="calling_fair", form={"key": "{key}"}),
    "POST /ban-to-chuc/hoi-cho/{slug}/don-dang-ky/thu-tu/{number}/boc": row(
        loosely(ORGANISERS), slug="calling_fair", number="1", form={"called": "hoa đào"}
    ),
    "GET /hoi-cho/{slug}/thu-tu": row(PUBLIC, slug="calling_fair"),
    "GET /hoi-cho/{slug}/thu-tu/{number}/danh-sach.txt": row(NOT_THERE, slug="calling_fair", number="1"),
    "GET /api/v1/fair-applications": row(SUPPLIERS),
    "GET /api/v1/fairs/{slug}/application": row(OWN_READ, slug="calling_fair"),
    "PUT /api/v1/fairs/{slug}/application": row("?~ xoo xx xxx", slug="calling_fair", json=BOOTH_JSON),
    "DELETE /api/v1/fairs/{slug}/application": row(OWN_WRITE, slug="calling_fair"),
    "POST /api/v1/fairs/{slug}/application/share": row("?~ xoo xx xxx", slug="calling_fair", json={"kind": "side_by_side"}),
    "POST /api/v1/fairs/{slug}/application/share/invitations": row(
        "?~ x~~ xx xxx", slug="calling_fair", json={"code": "{paper_application}"}
    ),
    "PUT /api/v1/fairs/{slug}/application/share": row("?~ x~~ xx xxx", slug="calling_fair", json={"code": "CG-AAAAA"}),
    "PUT /api/v1/fairs/{slug}/application/share/{code}": row(
        "?~ x-- xx xxx", slug="calling_fair", code="paper_application", json={"agree": True}
    ),
    "DELETE /api/v1/fairs/{slug}/application/share": row("?~ xoo xx xxx", slug="calling_fair"),
    "GET /api/v1/fairs/{slug}/applications": row(ORGANISERS, slug="calling_fair"),
    "POST /api/v1/fairs/{slug}/applications": row(
        ORGANISERS, slug="calling_fair", json={"items": [{"key": "{key}", "exhibitor": "HTX khác"}]}
    ),
    "GET /api/v1/fairs/{slug}/applications/{code}": row(ORGANISERS, **APPLICATION),
    "PUT /api/v1/fairs/{slug}/applications/{code}/answer": row(ORGANISERS, **APPLICATION, json={"to": "waiting"}),
    "PUT /api/v1/fairs/{slug}/applications/{code}/claims": row(ORGANISERS, **APPLICATION, json={"claims": []}),
    "GET /api/v1/fairs/{slug}/choice": row(PUBLIC, slug="calling_fair"),
    "PUT /api/v1/fairs/{slug}/choice/rule": row(ORGANISERS, slug="calling_fair", json={"per_star": 5}),
    "POST /api/v1/fairs/{slug}/choice/drawings": row(ORGANISERS, slug="calling_fair", json={"key": "{key}"}),
    "PUT /api/v1/fairs/{slug}/choice/drawings/{number}": row(
        loosely(ORGANISERS), slug="calling_fair", number="1", json={"called": "hoa đào"}
    ),
    "GET /api/v1/fairs/{slug}/choice/drawings/{number}/document": row(NOT_THERE, slug="calling_fair", number="1"),
}

# Allocation of booths.
_PLANNED = {"slug": "planned_fair", "number": "2"}
BOOTH_PLANS: dict[str, Row] = {
    "GET /ban-to-chuc/hoi-cho/{slug}/xep-gian": row(ORGANISERS, slug="planned_fair"),
    "POST /ban-to-chuc/hoi-cho/{slug}/xep-gian": row(ORGANISERS, slug="planned_fair", form={"order": "placed", "key": "{key}"}),
    "GET /ban-to-chuc/hoi-cho/{slug}/xep-gian/{number}": row(ORGANISERS, **_PLANNED),
    "GET /ban-to-chuc/hoi-cho/{slug}/xep-gian/{number}/tien-do": row(ORGANISERS, **_PLANNED),
    "POST /ban-to-chuc/hoi-cho/{slug}/xep-gian/{number}/dung": row(ORGANISERS, **_PLANNED),
    "GET /ban-to-chuc/hoi-cho/{slug}/xep-gian/{number}/cong-bo": row(ORGANISERS, **_PLANNED),
    "POST /ban-to-chuc/hoi-cho/{slug}/xep-gian/{number}/cong-bo": row(
        ORGANISERS, **_PLANNED, form={"version": "{plan_version}"}
    ),
    "GET /ban-to-chuc/hoi-cho/{slug}/xep-gian/{number}/tay": row(ORGANISERS, **_PLANNED),
    "POST /ban-to-chuc/hoi-cho/{slug}/xep-gian/{number}/tay": row(
        ORGANISERS, **_PLANNED, form={"steps": "out|{planned_application}", "newest": "2", "key": "{key}"}
    ),
    "GET /ban-to-chuc/hoi-cho/{slug}/xep-gian/{number}/bang.{kind}": row(ORGANISERS, **_PLANNED, kind="csv"),
    "GET /hoi-cho/{slug}/so-do": row(PUBLIC, slug="planned_fair"),
    "GET /hoi-cho/{slug}/gian/{code}": row(PUBLIC, slug="planned_fair", code="A1"),
    "GET /hoi-cho/{slug}/don-vi": row(PUBLIC, slug="planned_fair"),
    "GET /hoi-cho/{slug}/don-vi/bang.{kind}": row(PUBLIC, slug="planned_fair", kind="csv"),
    "GET /api/v1/fairs/{slug}/plans": row(ORGANISERS, slug="planned_fair"),
    "POST /api/v1/fairs/{slug}/plans": row(ORGANISERS, slug="planned_fair", json={"key": "{key}"}),
    "GET /api/v1/fairs/{slug}/plans/{number}": row(ORGANISERS, **_PLANNED),
    "POST /api/v1/fairs/{slug}/plans/{number}/stop": row(ORGANISERS, **_PLANNED),
    "POST /api/v1/fairs/{slug}/plans/{number}/judged": row(ORGANISERS, **_PLANNED, json={"steps": []}),
    "POST /api/v1/fairs/{slug}/plans/{number}/changed": row(
        ORGANISERS, **_PLANNED, json={"steps": ["out|{planned_application}"], "newest": 2, "key": "{key}"}
    ),
    "PUT /api/v1/fairs/{slug}/plans/{number}/published": row(loosely(ORGANISERS), **_PLANNED, json={"version": 1}),
    "GET /api/v1/fairs/{slug}/exhibitors": row(PUBLIC, slug="planned_fair"),
    "GET /api/v1/fairs/{slug}/floor-plan": row(PUBLIC, slug="planned_fair"),
}

# Papers of a fair as PDF.
FAIR_PAPERS: dict[str, Row] = {
    "GET /ban-to-chuc/hoi-cho/{slug}/giay-to": row(ORGANISERS, slug="booking_fair"),
    "GET /ban-to-chuc/hoi-cho/{slug}/giay-to/{kind}.pdf": row(ORGANISERS, slug="booking_fair", kind="the"),
    "GET /hoi-cho/{slug}/so-do.pdf": row(PUBLIC, slug="booking_fair"),
    "GET /hoi-cho/{slug}/don-vi.pdf": row(PUBLIC, slug="booking_fair"),
}

# Bookings of booths.
BOOKING = {"slug": "booking_fair", "booking_id": "booking"}
HOLD = {"slug": "booking_fair", "hold_id": "hold"}
KEPT = {"booth": "A003", "name": "Đơn vị hẹn trước", "until": "{hold_day}"}
ONCE = {"idempotency-key": "{key}"}
BOOKINGS: dict[str, Row] = {
    "GET /hoi-cho/{slug}/dat-gian": row(SIGNED, slug="booking_fair"),
    "POST /hoi-cho/{slug}/dat-gian": row(OWN_WRITE_KNOWN, slug="booking_fair", form={"booth": "A002", "key": "{key}"}),
    "POST /hoi-cho/{slug}/dat-gian/{booking_id}/xac-nhan": row(OWN_WRITE, form={}, **BOOKING),
    "POST /hoi-cho/{slug}/dat-gian/{booking_id}/tra": row(OWN_WRITE, form={}, **BOOKING),
    "GET /ban-to-chuc/hoi-cho/{slug}/dat-gian": row(ORGANISERS, slug="booking_fair"),
    "POST /ban-to-chuc/hoi-cho/{slug}/dat-gian/gio": row(
        ORGANISERS, slug="booking_fair", form={"opens_on": "01/12/2026", "hold_minutes": "20", "version": "1"}
    ),
    "POST /ban-to-chuc/hoi-cho/{slug}/dat-gian/giu": row(ORGANISERS, slug="booking_fair", form={**KEPT, "key": "{key}"}),
    "POST /ban-to-chuc/hoi-cho/{slug}/dat-gian/{occupancy_id}/gia-han": row(
        ORGANISERS, slug="booking_fair", occupancy_id="hold", form={"until": "{hold_day}"}
    ),
    "POST /ban-to-chuc/hoi-cho/{slug}/dat-gian/{occupancy_id}/giao": row(
        ORGANISERS, slug="booking_fair", occupancy_id="hold", form={}
    ),
    "POST /ban-to-chuc/hoi-cho/{slug}/dat-gian/{occupancy_id}/bo": row(
        ORGANISERS, slug="booking_fair", occupancy_id="hold", form={}
    ),
    "GET /api/v1/fairs/{slug}/bookable-booths": row(PUBLIC, slug="booking_fair"),
    "GET /api/v1/fairs/{slug}/bookings": row("?o ooo xx oxx", slug="booking_fair"),
    "POST /api/v1/fairs/{slug}/bookings": row(OWN_WRITE_KNOWN, slug="booking_fair", json={"booth": "A002"}, headers=ONCE),
    "POST /api/v1/fairs/{slug}/bookings/{booking_id}/confirm": row(OWN_WRITE, **BOOKING),
    "DELETE /api/v1/fairs/{slug}/bookings/{booking_id}": row(OWN_WRITE, **BOOKING),
    "POST /api/v1/fairs/{slug}/holds": row(ORGANISERS, slug="booking_fair", json=KEPT, headers=ONCE),
    "PATCH /api/v1/fairs/{slug}/holds/{hold_id}": row(ORGANISERS, json={"until": "{hold_day}"}, **HOLD),
    "POST /api/v1/fairs/{slug}/holds/{hold_id}/give": row(ORGANISERS, **HOLD),
    "DELETE /api/v1/fairs/{slug}/holds/{hold_id}": row(ORGANISERS, **HOLD),
}

TERMS_FORM = {"seats": "tables", "tables": "3", "answer_days": "3"}
SITTING = {
    "name": "Buổi chiều",
    "day": "{today}",
    "starts": "14:00",
    "ends": "15:00",
    "slot_minutes": "20",
    "pause_minutes": "5",
}
SITTING_JSON = {**SITTING, "slot_minutes": 20, "pause_minutes": 5}
BOTH_SIDES = "?- ooo -o ---"  # A meeting of the own supplier with the buyer: nobody else knows of it.
BOTH_SIDES_WRITE = "?- xoo -o ---"
TAKING_PART = "?x xoo xo xxx"  # Who takes part in the meetings of the fair.

# Meetings at fairs.
MEETINGS: dict[str, Row] = {
    "GET /ban-to-chuc/hoi-cho/{slug}/cuoc-gap": row(ORGANISERS, slug="meeting_fair"),
    "POST /ban-to-chuc/hoi-cho/{slug}/cuoc-gap/dieu-kien": row(ORGANISERS, slug="meeting_fair", form=TERMS_FORM),
    "POST /ban-to-chuc/hoi-cho/{slug}/cuoc-gap/buoi": row(ORGANISERS, slug="meeting_fair", form=SITTING),
    "GET /ban-to-chuc/hoi-cho/{slug}/cuoc-gap/buoi/{session_id}": row(ORGANISERS, slug="meeting_fair", session_id="sitting"),
    "POST /ban-to-chuc/hoi-cho/{slug}/cuoc-gap/buoi/{session_id}": row(
        ORGANISERS, slug="meeting_fair", session_id="sitting", form={**SITTING, "version": "1"}
    ),
    "POST /ban-to-chuc/hoi-cho/{slug}/cuoc-gap/buoi/{session_id}/bo": row(
        ORGANISERS, slug="meeting_fair", session_id="sitting"
    ),
    "GET /ban-to-chuc/hoi-cho/{slug}/cuoc-gap/ben": row(ORGANISERS, slug="meeting_fair"),
    "POST /ban-to-chuc/hoi-cho/{slug}/cuoc-gap/ben": row(
        ORGANISERS, slug="meeting_fair", form={"side": "supplier", "slug": "{supplier}"}
    ),
    "POST /ban-to-chuc/hoi-cho/{slug}/cuoc-gap/ben/tat-ca": row(ORGANISERS, slug="meeting_fair"),
    "POST /ban-to-chuc/hoi-cho/{slug}/cuoc-gap/ben/nhac": row(ORGANISERS, slug="meeting_fair"),
    "POST /ban-to-chuc/hoi-cho/{slug}/cuoc-gap/ben/{participant_id}/bo": row(
        ORGANISERS, slug="meeting_fair", participant_id="own_part"
    ),
    "GET /ban-to-chuc/hoi-cho/{slug}/cuoc-gap/lich": row(ORGANISERS, slug="meeting_fair"),
    "POST /ban-to-chuc/hoi-cho/{slug}/cuoc-gap/lich": row(ORGANISERS, slug="meeting_fair", form={"key": "{key}"}),
    "GET /ban-to-chuc/hoi-cho/{slug}/cuoc-gap/lich/{number}": row(ORGANISERS, slug="meeting_fair", number="1"),
    "POST /ban-to-chuc/hoi-cho/{slug}/cuoc-gap/lich/{number}/dung": row(ORGANISERS, slug="meeting_fair", number="1"),
    "POST /ban-to-chuc/hoi-cho/{slug}/cuoc-gap/lich/{number}/sua": row(
        ORGANISERS, slug="meeting_fair", number="1", form={"kind": "drop", "meeting": "{meeting_name}"}
    ),
    "POST /ban-to-chuc/hoi-cho/{slug}/cuoc-gap/lich/{number}/cong-bo": row(ORGANISERS, slug="meeting_fair", number="1"),
    "GET /ban-to-chuc/hoi-cho/{slug}/cuoc-gap/ngay": row(ORGANISERS, slug="meeting_fair"),
    "GET /ban-to-chuc/hoi-cho/{slug}/cuoc-gap/lich-gap.pdf": row(ORGANISERS, slug="meeting_fair"),
    "POST /ban-to-chuc/hoi-cho/{slug}/cuoc-gap/gap/{meeting_id}/huy": row(
        loosely(ORGANISERS), slug="meeting_fair", meeting_id="meeting"
    ),
    "GET /cuoc-gap": row(SIGNED),
    "POST /cuoc-gap/lich": row("?o xoo oo xxx"),
    "POST /cuoc-gap/lich/thu-hoi": row("?o xoo oo xxx"),
    "GET /lich-gap/{token}.ics": row(PUBLIC, token="feed_token"),
    "GET /cuoc-gap/{meeting_id}": row(BOTH_SIDES, meeting_id="meeting"),
    "POST /cuoc-gap/{meeting_id}/diem-danh": row(BOTH_SIDES_WRITE, meeting_id="meeting", form={"said": "held"}),
    "POST /cuoc-gap/{meeting_id}/ket-qua": row(BOTH_SIDES_WRITE, meeting_id="meeting", form={"result": "talks"}),
    "POST /cuoc-gap/{meeting_id}/huy": row("?- x~~ -~ ~--", meeting_id="meeting"),
    "GET /hoi-cho/{slug}/cuoc-gap": row(SIGNED, slug="meeting_fair"),
    "POST /hoi-cho/{slug}/cuoc-gap/ghi-ten": row(TAKING_PART, slug="meeting_fair", form={"most": "3"}),
    "POST /hoi-cho/{slug}/cuoc-gap/rut": row(SIGNED, slug="meeting_fair"),
    "POST /hoi-cho/{slug}/cuoc-gap/muon-gap": row(
        "?x xoo x- xxx", slug="meeting_fair", form={"other": "{buyer_part}", "value": "2"}
    ),
    "POST /hoi-cho/{slug}/cuoc-gap/muon-gap/bo": row(TAKING_PART, slug="meeting_fair", form={"other": "{buyer_part}"}),
    "POST /hoi-cho/{slug}/cuoc-gap/goi-y": row(TAKING_PART, slug="meeting_fair", form={"others": "{buyer_part}"}),
    "POST /hoi-cho/{slug}/cuoc-gap/hen": row("?x xoo x- xxx", slug="meeting_fair", form={"other": "{buyer_part}"}),
    "POST /hoi-cho/{slug}/cuoc-gap/hen/{ask_id}": row(
        "?x xoo xx xxx", slug="meeting_fair", ask_id="meeting_ask", form={"answer": "withdraw"}
    ),
    "GET /hoi-cho/{slug}/lich-gap": row(SIGNED, slug="meeting_fair"),
    "GET /hoi-cho/{slug}/lich-gap.pdf": row(SIGNED, slug="meeting_fair"),
    "GET /api/v1/fairs/{slug}/meetings/sessions": row(PUBLIC, slug="meeting_fair"),
    "PUT /api/v1/fairs/{slug}/meetings/terms": row(ORGANISERS, slug="meeting_fair", json={"seats": "tables", "tables": 3}),
    "POST /api/v1/fairs/{slug}/meetings/sessions": row(ORGANISERS, slug="meeting_fair", json=SITTING_JSON),
    "PUT /api/v1/fairs/{slug}/meetings/sessions/{session_id}": row(
        ORGANISERS, slug="meeting_fair", session_id="sitting", query="version=1", json=SITTING_JSON
    ),
    "DELETE /api/v1/fairs/{slug}/meetings/sessions/{session_id}": row(ORGANISERS, slug="meeting_fair", session_id="sitting"),
    "GET /api/v1/fairs/{slug}/meetings/participants": row(ORGANISERS, slug="meeting_fair"),
    "POST /api/v1/fairs/{slug}/meetings/participants": row(ORGANISERS, slug="meeting_fair", json={}),
    "DELETE /api/v1/fairs/{slug}/meetings/participants/{participant_id}": row(
        ORGANISERS, slug="meeting_fair", participant_id="own_part"
    ),
    "POST /api/v1/fairs/{slug}/meetings/reminders": row(ORGANISERS, slug="meeting_fair"),
    "GET /api/v1/fairs/{slug}/meetings/timetables": row(ORGANISERS, slug="meeting_fair"),
    "POST /api/v1/fairs/{slug}/meetings/timetables": row(ORGANISERS, slug="meeting_fair", json={"key": "{key}"}),
    "GET /api/v1/fairs/{slug}/meetings/timetables/{number}": row(ORGANISERS, slug="meeting_fair", number="1"),
    "DELETE /api/v1/fairs/{slug}/meetings/timetables/{number}/search": row(ORGANISERS, slug="meeting_fair", number="1"),
    "POST /api/v1/fairs/{slug}/meetings/timetables/{number}/changes": row(
        ORGANISERS, slug="meeting_fair", number="1", json={"kind": "drop", "meeting": "{meeting_name}"}
    ),
    "PUT /api/v1/fairs/{slug}/meetings/timetables/{number}/published": row(
        ORGANISERS, slug="meeting_fair", number="1", json={}
    ),
    "GET /api/v1/fairs/{slug}/meetings": row(ORGANISERS, slug="meeting_fair"),
    "GET /api/v1/fairs/{slug}/meetings/mine": row(SIGNED, slug="meeting_fair"),
    "PUT /api/v1/fairs/{slug}/meetings/mine": row(TAKING_PART, slug="meeting_fair", json={"most": 3}),
    "DELETE /api/v1/fairs/{slug}/meetings/mine": row(SIGNED, slug="meeting_fair"),
    "PUT /api/v1/fairs/{slug}/meetings/wishes/{other}": row(
        "?x xoo x- xxx", slug="meeting_fair", other="buyer_part", json={"value": 2}
    ),
    "DELETE /api/v1/fairs/{slug}/meetings/wishes/{other}": row(TAKING_PART, slug="meeting_fair", other="buyer_part"),
    "POST /api/v1/fairs/{slug}/meetings/asks": row("?x xoo x- xxx", slug="meeting_fair", json={"other": "{buyer_part}"}),
    "PUT /api/v1/fairs/{slug}/meetings/asks/{ask_id}": row(
        "?x xoo xx xxx", slug="meeting_fair", ask_id="meeting_ask", json={"answer": "withdraw"}
    ),
    "GET /api/v1/meetings": row(SIGNED),
    "GET /api/v1/meetings/{meeting_id}": row(BOTH_SIDES, meeting_id="meeting"),
    "PUT /api/v1/meetings/{meeting_id}/attendance": row(BOTH_SIDES_WRITE, meeting_id="meeting", json={"said": "held"}),
    "PUT /api/v1/meetings/{meeting_id}/result": row(BOTH_SIDES_WRITE, meeting_id="meeting", json={"result": "talks"}),
    "DELETE /api/v1/meetings/{meeting_id}": row("?- x~~ -~ ~--", meeting_id="meeting"),
    "POST /api/v1/meeting-feed": row("?o xoo oo xxx"),
    "DELETE /api/v1/meeting-feed": row("?o xoo oo xxx"),
}

# The days of a fair.
GATE, BOOTH, RESULT = (
    "/ban-to-chuc/hoi-cho/{slug}/tai-cho",
    "/ban-hang/hoi-cho/{slug}/tai-cho",
    "/ban-to-chuc/hoi-cho/{slug}/ket-qua",
)
FAIRS_API = "/api/v1/fairs/{slug}"
DAYS = {"slug": "days_fair"}  # A fair of the organiser that is being held; the own supplier has a booth there.
OWN_ANSWER = "?- x~~ -- ---"  # The own supplier's people, viewers excepted; nobody else knows that there is anything.
SALE = {"what": "Miến", "vnd": "2tr", "key": "{key}"}
LEAD = {"person": "Chị Lan", "rating": 3, "key": "{key}"}
ONSITE: dict[str, Row] = {
    f"GET {GATE}": row(ORGANISERS, **DAYS),
    f"POST {GATE}": row(loosely(ORGANISERS), **DAYS, form={"exhibitor": "{exhibitor}", "how": "listed", "key": "{key}"}),
    f"POST {GATE}/danh-sach": row(ORGANISERS, **DAYS),
    f"POST {GATE}/luot/{{check_in_id}}/huy": row(ORGANISERS, **DAYS, check_in_id="check_in"),
    f"GET {GATE}/ban-hang": row(ORGANISERS, **DAYS),
    f"GET {GATE}/don-vi/{{exhibitor_id}}": row(ORGANISERS, **DAYS, exhibitor_id="exhibitor"),
    f"POST {GATE}/don-vi/{{exhibitor_id}}/the": row(ORGANISERS, **DAYS, exhibitor_id="exhibitor", form={"holder": ""}),
    f"POST {GATE}/the/{{pass_id}}/thu-hoi": row(ORGANISERS, **DAYS, pass_id="pass"),
    f"POST {GATE}/don-vi/{{exhibitor_id}}/ban-hang": row(loosely(ORGANISERS), **DAYS, exhibitor_id="exhibitor", form=SALE),
    f"POST {GATE}/don-vi/{{exhibitor_id}}/ban-hang/{{sale_id}}/bo": row(
        loosely(ORGANISERS), **DAYS, exhibitor_id="exhibitor", sale_id="days_sale"
    ),
    f"GET {BOOTH}": row(OWN_READ, **DAYS),
    f"POST {BOOTH}/ban-hang": row(loosely(OWN_WRITE), **DAYS, form=SALE),
    f"GET {BOOTH}/ban-hang/{{sale_id}}": row(OWN_READ, **DAYS, sale_id="days_sale"),
    f"POST {BOOTH}/ban-hang/{{sale_id}}": row(loosely(OWN_WRITE), **DAYS, sale_id="days_sale", form=SALE),
    f"POST {BOOTH}/ban-hang/{{sale_id}}/bo": row(loosely(OWN_WRITE), **DAYS, sale_id="days_sale"),
    f"GET {BOOTH}/khach": row(OWN_READ, **DAYS),
    f"POST {BOOTH}/khach": row(loosely(OWN_WRITE), **DAYS, form=LEAD),
    f"GET {BOOTH}/khach.{{kind}}": row(SUPPLIERS, **DAYS, kind="csv"),  # Each for her own: a stranger's is empty.
    f"GET {BOOTH}/khach/{{lead_id}}": row(OWN_READ, **DAYS, lead_id="lead"),
    f"POST {BOOTH}/khach/{{lead_id}}": row(loosely(OWN_WRITE), **DAYS, lead_id="lead", form=LEAD),
    f"POST {BOOTH}/khach/{{lead_id}}/xoa": row(OWN_WRITE, **DAYS, lead_id="lead"),
    f"POST {BOOTH}/bien-ban": row(
        loosely(OWN_WRITE), **DAYS, form={"kind": "memorandum", "partner": "Siêu thị", "key": "{key}"}
    ),
    f"POST {BOOTH}/bien-ban/{{paper_id}}/bo": row(loosely(OWN_WRITE), **DAYS, paper_id="signed_paper"),
    f"POST {BOOTH}/hang-mang": row(loosely(OWN_WRITE), **DAYS, form={"brought_kg": "200"}),
    f"GET {RESULT}": row(ORGANISERS, **DAYS),
    f"GET {RESULT}/don-vi/{{exhibitor_id}}": row(ORGANISERS, **DAYS, exhibitor_id="exhibitor"),
    f"GET {RESULT}/so-sach": row(ORGANISERS, **DAYS),
    f"POST {RESULT}/so-sach/khach": row(loosely(ORGANISERS), **DAYS, form={"day": "{days_day}", "people": "5"}),
    f"POST {RESULT}/so-sach/thu-chi": row(
        loosely(ORGANISERS), **DAYS, form={"side": "cost", "label": "Bạt", "vnd": "2tr", "key": "{key}"}
    ),
    f"POST {RESULT}/so-sach/thu-chi/{{line_id}}/bo": row(ORGANISERS, **DAYS, line_id="money_line"),
    f"POST {RESULT}/so-sach/phan-anh": row(loosely(ORGANISERS), **DAYS, form={"about": "Ồn", "key": "{key}"}),
    f"POST {RESULT}/so-sach/phan-anh/{{complaint_id}}": row(
        loosely(ORGANISERS), **DAYS, complaint_id="fair_complaint", form={"outcome": "Đã nhắc"}
    ),
    f"POST {RESULT}/so-sach/nhan-xet": row(loosely(ORGANISERS), **DAYS, form={"theme": "Tết"}),
    f"GET {RESULT}/bao-cao": row(ORGANISERS, **DAYS),
    f"GET {RESULT}/bao-cao.{{kind}}": row(ORGANISERS, **DAYS, kind="xlsx"),
    "GET /ban-hang/hoi-cho/ket-qua": row(SUPPLIERS),
    "GET /ban-hang/hoi-cho/nen-di": row(SUPPLIERS),
    "POST /ban-hang/hoi-cho/loi-moi/{invitation_id}/tu-choi": row(
        OWN_ANSWER, invitation_id="fair_invitation", form={"reason": "bận"}
    ),
    "GET /ban-to-chuc/hoi-cho/{slug}/nen-moi": row(ORGANISERS, **DAYS),
    "POST /ban-to-chuc/hoi-cho/{slug}/nen-moi": row(loosely(ORGANISERS), **DAYS, form={"key": "{key}"}),
    f"GET {FAIRS_API}/check-ins": row(ORGANISERS, **DAYS),
    f"POST {FAIRS_API}/check-ins": row(loosely(ORGANISERS), **DAYS, json={"exhibitor": "{exhibitor}", "key": "{key}"}),
    f"POST {FAIRS_API}/check-ins/{{check_in_id}}/undo": row(ORGANISERS, **DAYS, check_in_id="check_in"),
    f"POST {FAIRS_API}/roster": row(ORGANISERS, **DAYS),
    f"GET {FAIRS_API}/passes": row(ORGANISERS, **DAYS),
    f"POST {FAIRS_API}/passes": row(loosely(ORGANISERS), **DAYS, json={"exhibitor": "{exhibitor}"}),
    f"POST {FAIRS_API}/passes/{{pass_id}}/revoke": row(ORGANISERS, **DAYS, pass_id="pass"),
    f"GET {FAIRS_API}/stand": row(OWN_READ, **DAYS),
    f"PUT {FAIRS_API}/stand": row(loosely(OWN_WRITE), **DAYS, json={"brought_kg": 200}),
    f"POST {FAIRS_API}/sales": row(loosely(OWN_WRITE), **DAYS, json=SALE),
    f"PUT {FAIRS_API}/sales/{{sale_id}}": row(loosely(OWN_WRITE), **DAYS, sale_id="days_sale", json=SALE),
    f"DELETE {FAIRS_API}/sales/{{sale_id}}": row(loosely(OWN_WRITE), **DAYS, sale_id="days_sale"),
    f"GET {FAIRS_API}/exhibitors/{{exhibitor_id}}/sales": row(ORGANISERS, **DAYS, exhibitor_id="exhibitor"),
    f"GET {FAIRS_API}/leads": row(SUPPLIERS, **DAYS),
    f"POST {FAIRS_API}/leads": row(loosely(OWN_WRITE), **DAYS, json=LEAD),
    f"PUT {FAIRS_API}/leads/{{lead_id}}": row(loosely(OWN_WRITE), **DAYS, lead_id="lead", json=LEAD),
    f"DELETE {FAIRS_API}/leads/{{lead_id}}": row(OWN_WRITE, **DAYS, lead_id="lead"),
    f"POST {FAIRS_API}/signed-papers": row(
        loosely(OWN_WRITE), **DAYS, json={"kind": "memorandum", "partner": "Siêu thị", "key": "{key}"}
    ),
    f"DELETE {FAIRS_API}/signed-papers/{{paper_id}}": row(loosely(OWN_WRITE), **DAYS, paper_id="signed_paper"),
    f"GET {FAIRS_API}/returns": row(ORGANISERS, **DAYS),
    "GET /api/v1/fair-returns": row(SIGNED),
    f"GET {FAIRS_API}/report": row(ORGANISERS, **DAYS),
    f"PUT {FAIRS_API}/visitors": row(loosely(ORGANISERS), **DAYS, json={"day": "{days_day}", "people": 5}),
    f"POST {FAIRS_API}/money-lines": row(
        loosely(ORGANISERS), **DAYS, json={"side": "cost", "label": "Bạt", "vnd": 2_000_000, "key": "{key}"}
    ),
    f"DELETE {FAIRS_API}/money-lines/{{line_id}}": row(ORGANISERS, **DAYS, line_id="money_line"),
    f"POST {FAIRS_API}/complaints": row(loosely(ORGANISERS), **DAYS, json={"about": "Ồn", "key": "{key}"}),
    f"PUT {FAIRS_API}/complaints/{{complaint_id}}": row(
        loosely(ORGANISERS), **DAYS, complaint_id="fair_complaint", json={"outcome": "Đã nhắc"}
    ),
    f"PUT {FAIRS_API}/findings": row(loosely(ORGANISERS), **DAYS, json={"theme": "Tết"}),
    "GET /api/v1/suggested-fairs": row(SUPPLIERS),
    f"GET {FAIRS_API}/suggested-suppliers": row(ORGANISERS, **DAYS),
    f"GET {FAIRS_API}/invitations": row(ORGANISERS, **DAYS),
    f"POST {FAIRS_API}/invitations": row(loosely(ORGANISERS), **DAYS, json={"suppliers": [], "key": "{key}"}),
    "POST /api/v1/fair-invitations/{invitation_id}/decline": row(
        OWN_ANSWER, invitation_id="fair_invitation", json={"reason": "bận"}
    ),
}

AREAS = {
    "Catalogue": CATALOGUE, "Desk": DESK, "Sheets": IMPORTS, "Matching": MATCHING, "Fairs": FAIRS, "Identity": IDENTITY,
    "Organisations and personal data": ORGANISATION, "Papers and photos": PAPERS, "Review": REVIEW,
    "Assistance, checks, marks": ASSISTANCE, "Archives and lots": LOTS, "Places and lists": LISTS,
    "Administration": ADMINISTRATION,
    "Capacity ledger": LEDGER,
    "Invitations and messages": INVITATIONS,
    "Quotes and awards": QUOTES,
    "Pooled lots": POOLING,
    "Matching rounds": ROUNDS,
    "Buyers' pools": DEMAND,
    "Gap sheet": GAPS,
    "Net-price simulator": NET_PRICE,
    "Entry checklists": CHECKLISTS,
    "Side by side": COMPARE,
    "Fairs of the organiser": FAIR_DESK,
    "Rates, services and fees": CHARGES,
    "Floors": LAYOUTS,
    "Applications for fairs": APPLICATIONS,
    "Allocation of booths": BOOTH_PLANS,
    "Papers of a fair": FAIR_PAPERS,
    "Bookings of booths": BOOKINGS,
    "Meetings at fairs": MEETINGS,
    "The days of a fair": ONSITE,
}  # fmt: skip
TABLE: dict[str, Row] = {key: each for rows in AREAS.values() for key, each in rows.items()}
assert len(TABLE) == sum(len(rows) for rows in AREAS.values()), "a route stands in two areas"

WORDS = {"o": "✓", "~": "✓", "-": "404", "x": "403", "?": "sign in"}
DOCUMENT = Path(__file__).parents[2] / "docs" / "permissions.md"


def document() -> str:
    """The table as people read it."""
    lines = [
        "# Who may do what",
        "",
        f"{len(TABLE)} addresses × {len(KINDS)} kinds of person, each asked by `tests/web/test_permissions.py`. Written by",
        "`python -m tests.web.permissions`; a test says when it is not current.",
        "",
        "“Own” is the supplier whose things stand in the address; “buyer” is the one whose requests and lists do.",
        "✓ let in, 404 not there for this reader, 403 not allowed.",
    ]
    for area, rows in AREAS.items():
        if not rows:
            continue
        lines += ["", f"## {area}", "", "| |" + "|".join(f" {kind} " for kind in KINDS) + "|", "|---" * (len(KINDS) + 1) + "|"]
        lines += [
            f"| `{key}` | " + " | ".join(WORDS[each.expected(kind)] for kind in KINDS) + " |" for key, each in rows.items()
        ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    DOCUMENT.write_text(document())
