"""Invented field checks, complaints and assisted entries, around today.

A drawn round with two visits done and one that waits; an entry that waits for its agreement (its code lies in the outbox), and
one that has been agreed to.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service import accounts, catalogue
from service.accounts import Actor, MemberRole, Role
from service.core import clock
from service.demo import people

# No real organisation lies in these communes: only invented ones may be drawn, and be found wanting.
AREA = ("01912", "01969", "02026", "01906", "01933", "02014")
SEED = "9f2c61d07be84a5386f1c0de2a7b4418"
FOUND = (
    ("passed", "Xưởng, kho khô ráo; nhãn và ngày đóng gói đúng như hồ sơ (dữ liệu minh họa).", None),
    ("to_mend", "Thiếu lưới chắn côn trùng ở cửa kho; sổ nhập nguyên liệu bỏ trống hai tuần (dữ liệu minh họa).", 30),
)
COMPLAINT = "Lô nhận tuần trước có ba túi hở miệng, đã chụp ảnh gửi nhà cung cấp (dữ liệu minh họa)."
LATE = "Giao chậm chín ngày so với hẹn, gọi không nghe máy (dữ liệu minh họa)."
EARLIER = text(
    "SELECT slug FROM catalogue_supplier WHERE illustrative AND state = 'published' AND commune_code = ANY(:communes)"
    " ORDER BY code LIMIT 1"
)
WAITING = {
    "name": "Tổ hợp tác Chè hoa vàng Khuổi Tát", "legal_form": "group", "commune_code": "02014", "address": "Thôn Khuổi Tát",
    "phone": "0912345678", "email": "khuoitat@chophien.example", "members": "9", "people": "9 hộ cùng hái và sấy",
    "area_ha": "3,5", "capacity_note": "120 kg chè khô mỗi năm", "source": "paper",
    "note": "Phiếu CP-01 nhận ở buổi họp thôn (dữ liệu minh họa).",
}  # fmt: skip
AGREED = {
    "name": "Hộ kinh doanh Mật ong Phja Đén", "legal_form": "household", "commune_code": "01906", "address": "Thôn Phja Đén",
    "phone": "0912345678", "members": "2", "capacity_note": "300 lít mỗi năm", "source": "call",
    "note": "Gọi điện chiều thứ Ba (dữ liệu minh họa).",
}  # fmt: skip
OWNER = people.SignIn(
    "matong@chophien.example", "Triệu Thị Mây", accounts.OrganisationKind.SUPPLIER, AGREED["name"], MemberRole.OWNER
)


async def add_assistance(session: AsyncSession, office_id: UUID, buyer_organisation_id: UUID, today: date) -> None:
    """Enter all of it as the demo's officer and buyer would; the market has been stocked just before."""
    officer = await _person(session, "canbo@chophien.example", office_id, people.OFFICE, Role.OFFICER)
    buyer = await _person(session, "sieuthi@chophien.example", buyer_organisation_id, "Siêu thị Phố Chàm", Role.BUYER)
    await _checks(session, replace(officer, duty=AREA), buyer, today)
    await _waiting(session, officer, today)
    await _agreed(session, officer, today)
    names = {"names": [WAITING["name"], AGREED["name"]]}
    invented = text("UPDATE catalogue_supplier SET illustrative = true WHERE name = ANY(:names) RETURNING id")
    makers = (await session.execute(invented, names)).scalars().all()
    goods = text("UPDATE catalogue_product SET illustrative = true WHERE supplier_id = ANY(:makers)")
    await session.execute(goods, {"makers": list(makers)})


async def _checks(session: AsyncSession, officer: Actor, buyer: Actor, today: date) -> None:
    earlier = await session.scalar(EARLIER, {"communes": list(AREA)})
    with clock.freeze(today - timedelta(days=50)):
        await catalogue.note_complaint(session, buyer, str(earlier), catalogue.ComplaintInput(text=LATE))
    with clock.freeze(today - timedelta(days=45)):
        drawn = await catalogue.draw_checks(session, officer, catalogue.RoundInput(wanted=3), seed=SEED)
    found = await session.execute(
        text("SELECT k.id, s.slug FROM catalogue_check k JOIN catalogue_supplier s ON s.id = k.supplier_id"
             " WHERE k.round_id = :round ORDER BY k.id"), {"round": drawn.id},
    )  # fmt: skip
    visits = found.all()
    for (check_id, _slug), (finding, note, days) in zip(visits, FOUND, strict=False):
        day = today - timedelta(days=20)
        with clock.freeze(day):
            again = day + timedelta(days=days) if days else None
            said = catalogue.FindingInput.model_validate(
                {"visited_on": day, "finding": finding, "note": note, "follow_up_on": again}
            )
            await catalogue.record_check(session, officer, check_id, 1, said)
    with clock.freeze(today - timedelta(days=3)):
        await catalogue.note_complaint(session, buyer, visits[-1].slug, catalogue.ComplaintInput(text=COMPLAINT))


async def _waiting(session: AsyncSession, officer: Actor, today: date) -> None:
    with clock.freeze(today - timedelta(days=2)):
        entry = await catalogue.assist(session, officer, catalogue.EntryDraft.model_validate(WAITING))
        tea = {"name": "Chè hoa vàng sấy Khuổi Tát", "description": "Hoa hái buổi sáng, sấy lạnh.", "season_months": [10, 11],
               "pack_name": "hộp 50 g", "net_weight_g": "50", "retail_price_vnd": "250000"}  # fmt: skip
        await catalogue.assist_product(session, officer, entry.id, catalogue.AssistedProduct.model_validate(tea))
        await catalogue.give_code(session, officer, entry.id, by_mail=True)


async def _agreed(session: AsyncSession, officer: Actor, today: date) -> None:
    with clock.freeze(today - timedelta(days=6)):
        entry = await catalogue.assist(session, officer, catalogue.EntryDraft.model_validate(AGREED))
        honey = {"name": "Mật ong rừng Phja Đén", "commodity": "mat-ong", "pack_name": "chai 500 ml", "net_weight_g": "700",
                 "retail_price_vnd": "220000", "season_months": [4, 5, 6]}  # fmt: skip
        await catalogue.assist_product(session, officer, entry.id, catalogue.AssistedProduct.model_validate(honey))
        code = await catalogue.give_code(session, officer, entry.id)
    with clock.freeze(today - timedelta(days=4)):
        person = await accounts.add_person(session, name=OWNER.name, email=OWNER.email, password=people.DEMO_PASSWORD)
        opening = await catalogue.open_code(session, code)
        shown = await catalogue.record_by_code(session, opening)
        me = Actor(person.id, OWNER.name, None, "", Role.NOBODY)
        await catalogue.agree(session, opening, shown.digest, me, "vi")


async def _person(session: AsyncSession, email: str, organisation_id: UUID, organisation: str, role: Role) -> Actor:
    found = await session.execute(text("SELECT id, name FROM accounts_person WHERE email = :email"), {"email": email})
    person_id, name = found.one()
    return Actor(person_id, name, organisation_id, organisation, role, MemberRole.OWNER, verified=True)
