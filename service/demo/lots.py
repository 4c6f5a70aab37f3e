"""Three invented lots of Nà Lẹng (one open, one closed, one called back), and a file that its bookkeeper has brought in."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service import accounts, catalogue
from service.accounts import SYSTEM
from service.core import clock
from service.core.files import FileStore

OF = "NALENG"
KEEPER = "htx@chophien.example"
STOCKTAKING = "Kiểm kho cuối tháng.csv"


async def add_lots(session: AsyncSession, today: date) -> None:
    """Write down the lots, and let the finished import be found in the list."""
    found = await session.execute(
        text(
            "SELECT p.code, p.id FROM catalogue_product p JOIN catalogue_supplier s ON s.id = p.supplier_id WHERE s.code = :of"
        ),
        {"of": OF},
    )
    products: dict[str, UUID] = {code: product_id for code, product_id in found}  # noqa: C416 - rows are no pairs to mypy.
    for code, draft, end in _lots(today):
        lot = await catalogue.make_lot(
            session, SYSTEM, products[code], catalogue.LotDraft.model_validate(draft), illustrative=True
        )
        await catalogue.open_lot(session, SYSTEM, lot.id)
        if end == "closed":
            await catalogue.close_lot(session, SYSTEM, lot.id)
        elif end:
            await catalogue.recall_lot(session, SYSTEM, lot.id, catalogue.Recall(reason=end))
    await _bring_in(session)


def _lots(today: date) -> list[tuple[str, dict[str, Any], str]]:
    """Product, what is said of the lot, and how it ended: empty is still open, a sentence is why it was called back."""

    def ago(days: int) -> date:
        return today - timedelta(days=days)

    def code(days: int) -> str:
        return f"L{ago(days):%y%m%d}-1"

    return [
        (
            "SP01",
            {
                "code": code(20), "harvested_on": ago(34), "made_on": ago(20), "best_before": clock.add_months(ago(20), 12),
                "quantity_kg": 1200, "note": "Tráng tay, phơi giàn tre hai nắng.", "names_agreed": True,
                "sources": [
                    {"name": "Hộ bà Hoàng Thị Lụa (minh họa)", "commune_code": "02185", "area_ha": 0.6, "kg": 480},
                    {"name": "Hộ ông Nông Văn Chài (minh họa)", "commune_code": "02185", "area_ha": 0.4, "kg": 390},
                    {"name": "Thửa soi Nà Lẹng (minh họa)", "kind": "plot", "commune_code": "02185", "area_ha": 0.5, "kg": 330},
                ],
                "checks": [
                    {"words": "Độ ẩm 12,4 %, không mốc.", "checked_on": ago(19), "checked_by": "Tổ kiểm tra của HTX"},
                    {"words": "Mẫu gửi kiểm nghiệm: đạt các chỉ tiêu kim loại nặng.", "checked_on": ago(12),
                     "checked_by": "Phòng kiểm nghiệm (minh họa)"},
                ],
                "deliveries": [
                    {"place": "Siêu thị Phố Chàm, kho Hà Nội", "delivered_on": ago(9), "delivered_kg": 500},
                    {"place": "Tuần hàng vùng cao, gian của HTX", "delivered_on": ago(3), "delivered_kg": 120},
                ],
            },
            "",
        ),
        (
            "SP04",
            {
                "code": code(70), "harvested_on": ago(75), "made_on": ago(70), "best_before": clock.add_months(ago(70), 18),
                "quantity_kg": 900,
                "sources": [
                    {"name": f"Hộ thành viên {number} (minh họa)", "kind": "member", "commune_code": "02185", "kg": 300}
                    for number in (1, 2, 3)
                ],
                "checks": [{"words": "Độ trắng và độ ẩm đạt.", "checked_on": ago(69), "checked_by": "Tổ kiểm tra của HTX"}],
                "deliveries": [{"place": "Cơ sở bún miến ở Hà Nội (minh họa)", "delivered_on": ago(40), "delivered_kg": 900}],
            },
            "closed",
        ),
        (
            "SP03",
            {
                "code": code(45), "made_on": ago(45), "best_before": clock.add_months(ago(45), 12), "quantity_kg": 300,
                "sources": [{"name": "Xưởng của HTX (minh họa)", "kind": "plot", "commune_code": "02185", "kg": 300}],
                "checks": [{"words": "Soát nhãn: một số hộp in sai hạn dùng.", "checked_on": ago(15),
                            "checked_by": "Tổ kiểm tra của HTX"}],
                "deliveries": [{"place": "Siêu thị Phố Chàm, kho Hà Nội", "delivered_on": ago(30), "delivered_kg": 80}],
            },
            "Một số hộp in sai hạn dùng. Hàng không hỏng; hãy trả lại nơi mua để đổi hộp in đúng.",
        ),
    ]  # fmt: skip


async def _bring_in(session: AsyncSession) -> None:
    """A stocktaking by file, which finds that everything is as it was."""
    person_id = await session.scalar(text("SELECT id FROM accounts_person WHERE email = :email"), {"email": KEEPER})
    found = await session.execute(
        text(
            "SELECT s.organisation_id, p.code, p.name FROM catalogue_product p"
            "  JOIN catalogue_supplier s ON s.id = p.supplier_id WHERE s.code = :of ORDER BY p.code"
        ),
        {"of": OF},
    )
    rows = found.all()
    actor = await accounts.actor_for(session, person_id, rows[0].organisation_id) if person_id is not None else None
    if actor is None:
        return
    sheet = "code,name\n" + "".join(f'{row.code},"{row.name}"\n' for row in rows)
    # Nothing of it goes to the store: a sheet without photos is dealt with at once.
    nowhere = FileStore("file:///nonexistent")
    await catalogue.import_jobs.receive(
        session, nowhere, actor, io.BytesIO(sheet.encode()), STOCKTAKING, kind="products", straight=True
    )
