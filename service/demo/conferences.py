"""Matching rounds at every stage: one collects with questions of its own, one is cleared, one told to both sides. Invented."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID, uuid5

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import Text

from service import matching
from service.accounts import SYSTEM, Actor, MemberRole, Role
from service.demo import people
from service.matching.rounds import solver

rounds = matching.rounds
NAMES = UUID("5f0b7a34-6c1e-4e0a-9a52-6d1f0c3b8e21")  # The keys of the rounds follow from it and from their names.
COLLECTING, CLEARED, TOLD = "ket-noi-tp-ho-chi-minh", "qua-tet-ha-noi", "mien-dong-do-kho"
# Whose open requests are brought where; each request is in one round.
BUYERS = {
    COLLECTING: ("SONGSAI", "CAYDA", "BEPKCN", "XKSG", "VUONNHA"),
    CLEARED: ("QUATET", "KSHOGUOM", "SANNONGSAN", "DACSAN36", "NHSEN", "BACHMAI"),
    TOLD: ("PHOCHAM", "DAILYSG", "BEPTL", "XKHP", "OCOPTAY", "QUEHUONG"),
}
QUESTIONS = (
    rounds.FieldDraft(label_vi="Người đến gặp", label_en="Who will come", kind=rounds.FieldKind.TEXT, required=True,
                      help="Chức danh là đủ, ví dụ: trưởng phòng thu mua"),
    rounds.FieldDraft(label_vi="Cách thanh toán", label_en="Terms of payment", kind=rounds.FieldKind.CHOICE, required=True,
                      choices=("Chuyển khoản khi nhận hàng", "Công nợ 15 ngày", "Công nợ 30 ngày")),
    rounds.FieldDraft(label_vi="Số cuộc gặp muốn có", label_en="Meetings wanted", kind=rounds.FieldKind.NUMBER),
    rounds.FieldDraft(label_vi="Xem mẫu trước ngày gặp", label_en="Samples beforehand", kind=rounds.FieldKind.YES_NO),
    rounds.FieldDraft(label_vi="Cần mẫu trước ngày", label_en="Samples needed by", kind=rounds.FieldKind.DATE),
)  # fmt: skip
ANSWERS = (
    {"nguoi-den-gap": "Trưởng phòng thu mua", "cach-thanh-toan": "Công nợ 30 ngày", "so-cuoc-gap-muon-co": "8",
     "xem-mau-truoc-ngay-gap": "yes"},
    {"nguoi-den-gap": "Bếp trưởng", "cach-thanh-toan": "Chuyển khoản khi nhận hàng", "xem-mau-truoc-ngay-gap": "no"},
    {"nguoi-den-gap": "Phụ trách ngành hàng khô", "cach-thanh-toan": "Công nợ 15 ngày", "so-cuoc-gap-muon-co": "5"},
)  # fmt: skip
MOST_SUPPLIERS = 40
TET_FAIR, SOUTH_FAIR = "hoi-cho-qua-tet-vung-cao-ha-noi", "ket-noi-cung-cau-vung-cao-tp-ho-chi-minh"
NAMED = {
    TET_FAIR: ("Phiên kết nối quà Tết Hà Nội (minh họa)", "Hanoi Tet gifts matching round (illustrative)"),
    SOUTH_FAIR: (
        "Phiên kết nối vùng cao – TP. Hồ Chí Minh (minh họa)",
        "Upland – Ho Chi Minh City matching round (illustrative)",
    ),
}

_OPEN = text(
    "SELECT r.code FROM matching_request r JOIN matching_buyer b ON b.id = r.buyer_id"
    " WHERE b.organisation_id = ANY(:buyers) AND r.state = 'open' AND r.round_id IS NULL AND r.illustrative"
    " AND (r.deadline IS NULL OR r.deadline >= :today) ORDER BY r.code"
)
# Who sells the goods that are asked for there, the accounts that one may sign in with first.
_SELLERS = text(
    "SELECT s.organisation_id, s.name FROM catalogue_supplier s WHERE s.state = 'published' AND s.illustrative"
    " AND EXISTS (SELECT 1 FROM catalogue_product p JOIN matching_request r ON r.commodity_id = p.commodity_id"
    "              WHERE p.supplier_id = s.id AND p.state = 'published' AND r.round_id = :round)"
    " ORDER BY s.code <> ALL(:first), s.code LIMIT :most"
).bindparams(bindparam("first", type_=ARRAY(Text)))
_FAIR = text("SELECT id, starts_on, ends_on, place, province_code FROM fairs_fair WHERE slug LIKE :slug AND illustrative")
_PERSON = text("SELECT p.id FROM accounts_person p JOIN accounts_member m ON m.person_id = p.id WHERE m.organisation_id = :id")


async def add_conferences(session: AsyncSession, organisations: dict[str, UUID], today: date) -> None:
    """Put it on the market; `organisations` are those of buyers, organisers and offices by their keys."""
    person = await session.scalar(_PERSON, {"id": organisations[people.ORGANISER]})
    organiser = Actor(
        person, "Ban tổ chức hội chợ", organisations[people.ORGANISER], people.ORGANISER, Role.ORGANISER, MemberRole.OWNER,
        verified=True,
    )  # fmt: skip
    told = await _open(session, organiser, TOLD, _told(today))
    await _collect(session, told, [organisations[key] for key in BUYERS[TOLD] if key in organisations], today)
    await _clear(session, organiser, told, "balanced")
    await rounds.publish_clearing(session, organiser, told.code, 1)
    await _wish(session, organiser, told)

    cleared = await _open(session, organiser, CLEARED, await _at_fair(session, TET_FAIR, today))
    await _collect(session, cleared, [organisations[key] for key in BUYERS[CLEARED] if key in organisations], today)
    for fairness in ("free", "balanced"):
        await _clear(session, organiser, cleared, fairness)

    collecting = await _open(session, organiser, COLLECTING, await _at_fair(session, SOUTH_FAIR, today))
    for question in QUESTIONS:
        await rounds.add_field(session, organiser, collecting.code, question)
    await _collect(session, collecting, [organisations[key] for key in BUYERS[COLLECTING] if key in organisations],
                   today, answers=ANSWERS, most=6)  # fmt: skip
    await rounds.take_over(session, organiser, collecting.code, told.code)
    draft = _told(today).model_copy(
        update={
            "name": "Phiên kết nối rau quả vụ xuân (minh họa)", "name_en": "Spring produce matching round (illustrative)",
            "starts_on": today + timedelta(days=75), "ends_on": today + timedelta(days=75),
            "requests_until": today + timedelta(days=65), "suppliers_until": today + timedelta(days=68),
        }
    )  # fmt: skip
    await rounds.open_round(session, organiser, draft, key=uuid5(NAMES, "rau-qua-vu-xuan"))


def _told(today: date) -> rounds.RoundDraft:
    day = today + timedelta(days=9)
    return rounds.RoundDraft(
        name="Phiên kết nối miến dong và đồ khô đầu vụ (minh họa)", illustrative=True,
        name_en="New-season vermicelli and dried goods matching round (illustrative)",
        about="Người mua đặt trước lượng từng tháng tới Tết; mỗi hợp tác xã gặp những người mua mà chợ đã ghép, mỗi cuộc "
        "mười lăm phút, có mẫu hàng trên bàn.",
        place="Hội trường Trung tâm văn hóa phường Bắc Kạn", province_code="19", starts_on=day, ends_on=day,
        requests_until=today, suppliers_until=today,
    )  # fmt: skip


async def _at_fair(session: AsyncSession, slug: str, today: date) -> rounds.RoundDraft:
    """A round within one of the invented fairs: its days and its place."""
    fair = (await session.execute(_FAIR, {"slug": f"{slug}%"})).one()
    until = min(fair.starts_on - timedelta(days=7), fair.ends_on) if fair.starts_on > today + timedelta(days=7) else today
    name, name_en = NAMED[slug]
    return rounds.RoundDraft(
        name=name, name_en=name_en, illustrative=True, fair_id=fair.id, place=fair.place, province_code=fair.province_code,
        starts_on=fair.starts_on, ends_on=min(fair.ends_on, fair.starts_on + timedelta(days=4)), requests_until=until,
        suppliers_until=until,
    )  # fmt: skip


async def _open(session: AsyncSession, organiser: Actor, key: str, draft: rounds.RoundDraft) -> rounds.Round:
    made = await rounds.open_round(session, organiser, draft, key=uuid5(NAMES, key))
    return await rounds.move_round(session, organiser, made.code, rounds.RoundState.COLLECTING)


async def _collect(
    session: AsyncSession, held: rounds.Round, buyers: Sequence[UUID], today: date, *,
    answers: Sequence[dict[str, str]] = ({},), most: int = MOST_SUPPLIERS,
) -> None:  # fmt: skip
    """The open requests of these buyers, and suppliers of what they ask for with all of their products."""
    codes = list(await session.scalars(_OPEN, {"buyers": list(buyers), "today": today}))
    for place, code in enumerate(codes):
        await rounds.bring_request(session, SYSTEM, held.code, code, answers[place % len(answers)])
    first = [each.of for each in people.sign_ins() if each.kind == "supplier"]
    sellers = await session.execute(_SELLERS, {"round": held.id, "first": first, "most": most})
    for organisation_id, name in sellers.all():
        seller = Actor(None, name, organisation_id, name, Role.SUPPLIER, MemberRole.OWNER)
        await rounds.join(session, seller, held.code, rounds.Joining(every=True))


async def _clear(session: AsyncSession, organiser: Actor, held: rounds.Round, fairness: str) -> None:
    """What the organiser asks for and the worker does, in the one transaction of the demo."""
    asked = await rounds.ask_clearing(session, organiser, held.code, rounds.ClearingWish(fairness=fairness))
    await rounds.clear_here(session, asked.id, solver.solve_all)


async def _wish(session: AsyncSession, organiser: Actor, held: rounds.Round) -> None:
    """Of every three pairs two buyers want to meet and one has not answered; suppliers mostly do, a few do not."""
    view = await rounds.round_page(session, held.code, organiser)
    sides = text(
        "SELECT p.id, b.organisation_id, s.organisation_id FROM matching_proposal p"
        " JOIN matching_request r ON r.id = p.request_id JOIN matching_buyer b ON b.id = r.buyer_id"
        " JOIN catalogue_supplier s ON s.id = p.supplier_id JOIN matching_clearing c ON c.id = p.clearing_id"
        " WHERE c.round_id = :round ORDER BY r.code, s.code, p.product_id"
    )
    for place, (proposal, buyer, supplier) in enumerate((await session.execute(sides, {"round": view.id})).all()):
        for side, said in ((buyer, ("meet", "meet", None)[place % 3]), (supplier, ("meet", None, "meet", "no")[place % 4])):
            if said is not None:
                role = Role.BUYER if side == buyer else Role.SUPPLIER
                actor = Actor(None, "", side, "", role, MemberRole.OWNER, verified=True)
                await rounds.say_wish(session, actor, proposal, rounds.Wish(said))
