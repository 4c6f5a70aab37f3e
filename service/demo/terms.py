"""Net-price sheets, entry checklists with a few answers, and the weights that one buyer has kept. All of it is invented."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service import matching
from service.accounts import SYSTEM, Actor, MemberRole, Role
from service.demo.people import sign_ins

netprice = matching.netprice
MARK = "(dữ liệu minh họa)"
_KEYS = UUID("6f0f6a0e-6f0c-5d0e-9d7c-3f1f0a5f2020")  # The same sheets have the same keys every time.


@dataclass(frozen=True, slots=True)
class Sheet:
    """One way to sell, as a supplier sees it; `changed` is what it thought better of later."""

    email: str
    name: str
    said: dict[str, Any]
    changed: dict[str, Any] | None = None


SHEETS = (
    Sheet(
        "htx@chophien.example", "Miến sợi nhỏ vào siêu thị Hà Nội",
        {"price": 62_000, "discount": 18, "credit_days": 45, "packaging": 900, "listing_fee": 6_000_000, "kg": 600,
         "production": 38_500, "fixed": 2_400_000},
        {"discount": 15},
    ),
    Sheet(
        "htx@chophien.example", "Hộp quà Tết, không khuyến mãi",
        {"price": 74_000, "discount": 20, "promotion": 0, "promotion_share": 0, "returns": 0, "credit_days": 30,
         "packaging": 6_500, "kg": 400, "production": 39_000, "fixed": 2_400_000},
    ),
    Sheet(
        "lienhiep@chophien.example", "Xe năm tấn đi TP. Hồ Chí Minh",
        {"price": 61_000, "discount": 12, "promotion": 30, "promotion_share": 10, "credit_days": 60, "load": 95,
         "freight_hcm": 2_600, "kg": 2_000, "production": 41_000, "fixed": 9_000_000},
    ),
)  # fmt: skip
# What each buyer wants to see; the last one asks for little, and says what it does not ask for.
CHECKLISTS: dict[str, tuple[str, tuple[dict[str, Any], ...]]] = {
    "PHOCHAM": (
        "Hồ sơ gửi một lần trước khi mở mã; mỗi quý xem lại.",
        (
            {"kind": "barcode", "code": "gtin13"}, {"kind": "food_safety"}, {"kind": "declaration"}, {"kind": "invoice"},
            {"kind": "trace"}, {"kind": "test_report", "number": 12}, {"kind": "pack", "number": 500},
            {"kind": "shelf_percent", "number": 66}, {"kind": "lead_time", "number": 7}, {"kind": "photos", "number": 1},
            {"kind": "discount", "number": 15}, {"kind": "credit", "number": 45},
            {"kind": "words", "words": "Giao thứ ba và thứ năm tại kho Đông Anh"}, {"kind": "insurance", "required": False},
        ),
    ),
    "SONGSAI": (
        "Ưu tiên hàng có truy xuất; hàng đi kho Tân Thuận.",
        (
            {"kind": "stars", "number": 3}, {"kind": "barcode", "code": "gtin13"}, {"kind": "paper", "code": "TXTN"},
            {"kind": "food_safety"}, {"kind": "trace"}, {"kind": "invoice"}, {"kind": "shelf_days", "number": 180},
            {"kind": "discount", "number": 12}, {"kind": "credit", "number": 60}, {"kind": "insurance"},
            {"kind": "english", "required": False},
        ),
    ),
    "XKHP": (
        "Hàng gom đi Nhật Bản và Hàn Quốc.",
        (
            {"kind": "test_report", "number": 6}, {"kind": "paper", "code": "HACCP"}, {"kind": "english"},
            {"kind": "least_order", "number": 1000}, {"kind": "words", "words": "Cho xem xưởng trước khi đặt"},
            {"kind": "stars", "required": False},
        ),
    ),
    "DACSAN36": (
        "Cửa hàng nhỏ, mở mã trong ngày.",
        (
            {"kind": "food_safety"}, {"kind": "photos", "number": 1}, {"kind": "least_order", "number": 50},
            {"kind": "invoice", "required": False}, {"kind": "barcode", "required": False},
        ),
    ),
}  # fmt: skip
# What suppliers have answered for themselves: the buyer, the kind of condition, whether they take it, and their words.
ANSWERS = (
    ("htx@chophien.example", "PHOCHAM", "discount", True, "tới 15% nếu trả trong 30 ngày"),
    ("htx@chophien.example", "PHOCHAM", "words", True, None),
    ("htx@chophien.example", "SONGSAI", "credit", False, "nhiều nhất 45 ngày"),
    ("lienhiep@chophien.example", "SONGSAI", "discount", True, None),
    ("lienhiep@chophien.example", "SONGSAI", "credit", True, None),
)
FIRST = text(
    "SELECT p.slug, s.organisation_id, s.commune_code FROM catalogue_product p"
    " JOIN catalogue_supplier s ON s.id = p.supplier_id WHERE s.code = :code AND p.state = 'published' ORDER BY p.code LIMIT 1"
)
BUYER = text("SELECT id FROM matching_buyer WHERE organisation_id = :organisation")


async def add_terms(session: AsyncSession, organisations: dict[str, UUID], today: date) -> None:  # noqa: ARG001 - as the others.
    """Put it on the market; `organisations` are those of buyers, organisers and offices by their keys."""
    items: dict[tuple[str, str], UUID] = {}
    for key, (note, conditions) in CHECKLISTS.items():
        buyer_id = await session.scalar(BUYER, {"organisation": organisations[key]})
        draft = matching.checklists.ChecklistDraft.model_validate({"items": conditions, "note": f"{note} {MARK}"})
        await matching.checklists.save_checklist(session, SYSTEM, buyer_id, draft)
        view = await matching.checklists.checklist_of(session, buyer_id)
        items |= {(key, wish.kind.value): wish.id for wish in view.wishes} if view is not None else {}
    for sheet in SHEETS:
        actor, slug, commune = await _seller(session, sheet.email)
        said = {"name": f"{sheet.name} {MARK}", "product": slug, "place": commune, **sheet.said}
        kept = await netprice.save_sheet(
            session, actor, netprice.NetPriceKept.model_validate(said), key=uuid5(_KEYS, sheet.name)
        )
        if sheet.changed:
            await netprice.change_sheet(
                session, actor, kept.id, netprice.NetPriceKept.model_validate({**said, **sheet.changed})
            )
    for email, key, kind, accepts, words in ANSWERS:
        actor, slug, _commune = await _seller(session, email)
        if (key, kind) in items:
            what = matching.checklists.SelfAnswer(accepts=accepts, words=words, everywhere=True)
            await matching.checklists.answer(session, actor, items[key, kind], slug, what)
    buyer = await _actor(session, "sieuthi.nam@chophien.example", organisations["SONGSAI"], Role.BUYER)
    await matching.weights.save_weights(session, buyer, matching.Weights(coverage=8, price=5, distance=0, quality=4))


async def _seller(session: AsyncSession, email: str) -> tuple[Actor, str, str | None]:
    code = next(each.of for each in sign_ins() if each.email == email)
    slug, organisation_id, commune = (await session.execute(FIRST, {"code": code})).one()
    return await _actor(session, email, organisation_id, Role.SUPPLIER), slug, commune


async def _actor(session: AsyncSession, email: str, organisation_id: UUID, role: Role) -> Actor:
    account = next(each for each in sign_ins() if each.email == email)
    person_id = await session.scalar(text("SELECT id FROM accounts_person WHERE email = :email"), {"email": email})
    return Actor(person_id, account.name, organisation_id, account.of, role, MemberRole.OWNER, verified=True)
