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
ORGANISERS = "?x xxx xx oxx"
ADMINISTRATORS = "?x xxx xx xxo"
OFFICERS_AND_OWN = "?- ooo -- -o-"


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
    "POST /ban-hang/san-pham/{slug}/dang": row(loosely(OWN_WRITE), slug="draft"),
    "POST /ban-hang/san-pham/{slug}/rut": row(OWN_WRITE, slug="product"),
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
    "GET /ban-hang/san-pham/{slug}/lich-su": row(OFFICERS_AND_OWN, slug="draft"),
}

IMPORTS = {
    "GET /duyet": row(OFFICERS),
    "GET /duyet/lich-su/{what}/{slug}": row(OFFICERS_AND_OWN, what="san-pham", slug="draft"),
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
}

ORGANISATION: dict[str, Row] = {}  # Members, invitations, tokens, grants, personal data.
PAPERS: dict[str, Row] = {}  # Files, photos, scans.
REVIEW: dict[str, Row] = {}  # Queues, decisions, the write API of the catalogue.
ASSISTANCE: dict[str, Row] = {}  # Assisted entry, field checks, marks, printed forms.
LOTS: dict[str, Row] = {}  # Archives and lots.
LISTS: dict[str, Row] = {}  # Places, shortlists, saved searches.
ADMINISTRATION = {
    "GET /quan-tri": row(hidden(ADMINISTRATORS), query="q=a"),
    "GET /quan-tri/nguoi/{person_id}": row(hidden(ADMINISTRATORS), person_id="own_owner_person"),
    "POST /quan-tri/nguoi/{person_id}/{act}": row(hidden(ADMINISTRATORS), person_id="own_owner_person", act="khoa"),
    "GET /quan-tri/to-chuc": row(hidden(ADMINISTRATORS), query="kind=office"),
    "GET /quan-tri/to-chuc/moi": row(hidden(ADMINISTRATORS)),
    "POST /quan-tri/to-chuc/moi": row(hidden(ADMINISTRATORS), form={"kind": "office", "name": "Sở Công Thương", "key": "{key}"}),
    "GET /quan-tri/to-chuc/{organisation_id}": row(hidden(ADMINISTRATORS), organisation_id="own_organisation"),
    "POST /quan-tri/to-chuc/{organisation_id}/pham-vi": row(
        hidden(ADMINISTRATORS), organisation_id="office_organisation", form={"duty_codes": "Thái Nguyên"}
    ),
    "POST /quan-tri/to-chuc/{organisation_id}/moi-nguoi": row(
        hidden(ADMINISTRATORS), organisation_id="office_organisation", form={"role": "member", "key": "{key}"}
    ),
}

AREAS = {
    "Catalogue": CATALOGUE, "Desk": DESK, "Sheets": IMPORTS, "Matching": MATCHING, "Fairs": FAIRS, "Identity": IDENTITY,
    "Organisations and personal data": ORGANISATION, "Papers and photos": PAPERS, "Review": REVIEW,
    "Assistance, checks, marks": ASSISTANCE, "Archives and lots": LOTS, "Places and lists": LISTS,
    "Administration": ADMINISTRATION,
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
