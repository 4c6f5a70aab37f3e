"""What waits on the officers' desk of the demo, and what they have given back: believable cases, all of them invented."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service import accounts, catalogue, matching
from service.accounts import SYSTEM, Actor, MemberRole, OrganisationKind, Role
from service.core import clock
from service.demo import people

FIRST, SECOND = "canbo@chophien.example", "canbo2@chophien.example"
TYPED = catalogue.SupplierRow(
    code="NAPHAC", name="Tổ hợp tác Rau bò khai Nà Phặc (minh họa)", legal_form="group", province_code="19",
    commune_code="02185", email="lienhe@naphac.example", story="Mười hộ hái và trồng bò khai ven rừng, bán rau tươi mỗi sáng.",
    certificates=(catalogue.CertificateRow("DKKD", number="DKKD-NAPHAC"),),
)  # fmt: skip
BUYERS = (
    (8, {"name": "Cửa hàng đặc sản Dốc Vắng (minh họa)", "kind": "speciality_shop", "province_code": "01",
         "about": "Hai cửa hàng ở quận Ba Đình, mỗi tháng lấy 200 kg miến và 50 kg trà.", "illustrative": True}),
    (2, {"name": "Bếp ăn Hoa Ban (minh họa)", "kind": "industrial_catering", "province_code": "79",
         "website": "https://bepanhoaban.example", "illustrative": True}),
)  # fmt: skip


async def add_reviews(session: AsyncSession, office: UUID) -> None:
    """Hand in, return and propose as people would have done in the last days."""
    lan, second = await _officer(session, FIRST, office), await _officer(session, SECOND, office)
    await _profiles(session, second)
    await _goods(session, second)
    await _papers(session)
    await _buyers(session)
    # Typed by the first officer, who therefore cannot approve it himself.
    with _days_ago(1):
        await catalogue.put_suppliers(session, lan, [TYPED])
    marked = catalogue.SupplierRow(code=TYPED.code, name=TYPED.name, illustrative=True)
    await catalogue.put_suppliers(session, SYSTEM, [marked])


async def _profiles(session: AsyncSession, officer: Actor) -> None:
    waits, own = await _supplier(session, "XUANLAC")
    await catalogue.withdraw_supplier(session, own, waits)
    eggs = await _product(session, "XUANLAC", "Trứng vịt Bản Tưn")
    await catalogue.withdraw(session, own, eggs)
    with _days_ago(6):
        await catalogue.submit_supplier(session, own, waits)
    back, own = await _supplier(session, "LUONGBANG")
    with _days_ago(5):
        await catalogue.submit_supplier(session, own, back)
    with _days_ago(4):
        await _return(
            session, officer, back, {"address": "Địa chỉ chưa có số thửa hoặc tên xóm như trong giấy đăng ký."},
            "Giấy phép rượu đã hết hạn; gia hạn xong xin gửi lại.",
        )  # fmt: skip


async def _goods(session: AsyncSession, officer: Actor) -> None:
    oil = await _product(session, "CAOSON", "Tinh dầu hương nhu Khau Cưởm")
    _supplier_id, own = await _supplier(session, "CAOSON")
    with _days_ago(3):
        await catalogue.submit_product(session, own, oil)
    with _days_ago(2):
        reasons = {"ingredients": "Nhãn ghi 100% hương nhu, hồ sơ ghi thêm cồn: xin ghi đúng như nhãn.",
                   "shelf_life_days": "Phiếu kiểm nghiệm ghi 18 tháng."}  # fmt: skip
        await _return(session, officer, oil, reasons, None)
    _naleng, own = await _supplier(session, "NALENG")
    vegetable = await _product(session, "NALENG", "Miến dong rau củ Nà Lẹng")
    with _days_ago(3):
        await catalogue.submit_product(session, own, vegetable)
    gift = await _product(session, "NALENG", "Miến dong Nà Lẹng hộp quà")
    stored = await session.execute(
        text("SELECT p.*, c.slug AS commodity FROM catalogue_product p LEFT JOIN catalogue_commodity c ON c.id = p.commodity_id"
             " WHERE p.id = :id"), {"id": gift},
    )  # fmt: skip
    row = stored.mappings().one()
    said: dict[str, Any] = {name: row[name] for name in catalogue.ProductDraft.model_fields}
    said["ingredients"] = "Tinh bột dong riềng 95%, bột đao 5%, nước."
    with _days_ago(4):
        await catalogue.revise(session, own, gift, row["version"], catalogue.ProductDraft.model_validate(said))


async def _papers(session: AsyncSession) -> None:
    today = clock.today()
    for days, code, kind in ((5, "CAOSON", "VG"), (2, "NALENG", "ISO22000"), (0, "SONGNANG", "HACCP")):
        supplier_id, own = await _supplier(session, code)
        issued = today - timedelta(days=20)
        paper = catalogue.CertificateInput(
            kind=kind, number=f"{kind}-{code}-MOI", issuer="Tổ chức chứng nhận (minh họa)", issued_on=issued,
            valid_to=clock.add_months(issued, 36),
        )  # fmt: skip
        with _days_ago(days):
            await catalogue.add_certificate(session, own, supplier_id, None, paper)


async def _buyers(session: AsyncSession) -> None:
    for days, profile in BUYERS:
        organisation = await accounts.found_organisation(session, OrganisationKind.BUYER, str(profile["name"]))
        buyer = await matching.found_buyer(session, SYSTEM, organisation.id, matching.BuyerProfile.model_validate(profile))
        own = Actor(None, "", organisation.id, organisation.name, Role.BUYER, MemberRole.OWNER)
        with _days_ago(days):
            await matching.submit_buyer(session, own, buyer.id)


async def _return(session: AsyncSession, officer: Actor, subject: UUID, reasons: dict[str, str], note: str | None) -> None:
    found = await session.execute(
        text("SELECT id FROM catalogue_review WHERE subject = :id AND state = 'waiting'"), {"id": subject}
    )
    review_id: UUID = found.scalar_one()
    seen = await catalogue.seen_of(session, review_id)
    decision = catalogue.Decision(approve=False, seen=seen, reasons=reasons, note=note)
    await catalogue.decide(session, officer, review_id, decision)


async def _officer(session: AsyncSession, email: str, office: UUID) -> Actor:
    found = await session.execute(text("SELECT id, name FROM accounts_person WHERE email = :email"), {"email": email})
    person_id, name = found.one()
    return Actor(person_id, name, office, people.OFFICE, Role.OFFICER, MemberRole.MEMBER)


async def _supplier(session: AsyncSession, code: str) -> tuple[UUID, Actor]:
    """A supplier, and somebody of its people whom the demo does not name."""
    found = await session.execute(
        text("SELECT id, organisation_id, name FROM catalogue_supplier WHERE code = :code"), {"code": code}
    )
    supplier_id, organisation_id, name = found.one()
    return supplier_id, Actor(None, "", organisation_id, name, Role.SUPPLIER, MemberRole.OWNER)


async def _product(session: AsyncSession, code: str, name: str) -> UUID:
    found = await session.execute(
        text("SELECT p.id FROM catalogue_product p JOIN catalogue_supplier s ON s.id = p.supplier_id"
             " WHERE s.code = :code AND p.name = :name"), {"code": code, "name": name},
    )  # fmt: skip
    product_id: UUID = found.scalar_one()
    return product_id


@contextmanager
def _days_ago(days: int) -> Iterator[None]:
    """Let it be so many days earlier."""
    with clock.freeze(clock.now() - timedelta(days=days)):
        yield
