"""Invitations at every stage with their messages, and requests of every way of asking. All of it is invented.

sent, seen, accepted, declined, withdrawn    on the Tết noodles of the supermarket, with a thread that is read and unread
silent                                       on the noodles of the kitchens
two versions; first three quotes; sealed and under a protected name; private; without a name; a copy
"""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service import matching
from service.accounts import SYSTEM, Actor, MemberRole, Role
from service.core import clock, exports, places
from service.core.files import FileStore
from service.demo import drawings
from service.demo.needs import wanted_months
from service.matching import RequestDraft, Visibility

_KEYS = uuid.UUID("9c1e51f6-6a0f-4f3a-8f0e-5a7d0a4b8f15")
TET_NOODLES, KITCHEN_NOODLES = "Miến dong cho kệ Tết", "Miến dong bao lớn cho bếp"
SAUSAGES, NAMELESS, LAST_SEASON = "Lạp sườn hun khói ngày Tết", "Miến, bún khô, mì gạo giá kệ", "Quýt có VietGAP cho siêu thị"
SEALED, THREE, PRIVATE = (
    "Miến dong nhãn riêng, báo giá kín",
    "Tinh bột nghệ, ba báo giá đầu",
    "Miến dong làm mẫu cho nhãn riêng",
)
_SUPPLIER = text("SELECT id, organisation_id, name FROM catalogue_supplier WHERE code = :code")
_REQUEST = text(
    "SELECT code, version, opened_at FROM matching_request WHERE title = :title AND illustrative ORDER BY id LIMIT 1"
)


async def add_asking(session: AsyncSession, organisations: dict[str, UUID], today: date) -> None:
    """Put it on the market; `organisations` are those of buyers, organisers and offices by their keys."""
    market = _Market(session, organisations, today)
    await _tet_noodles(market)
    await _silence(market)
    await _two_versions(market)
    await _ways_of_asking(market)
    await _nameless(market)
    with clock.freeze(_moment(today, 8)):
        await matching.copy_request(
            session, await market.buyer("PHOCHAM"), (await market.request(LAST_SEASON))[0], key=_key("copy")
        )


class _Market:
    """Who acts, and what stands where, looked up by what the tables of the demo call it."""

    def __init__(self, session: AsyncSession, organisations: dict[str, UUID], today: date) -> None:
        self.session, self.organisations, self.today = session, organisations, today
        store = session.info.get("files")
        self.files = store if isinstance(store, FileStore) else None

    async def buyer(self, key: str) -> Actor:
        """Somebody who buys for that organisation: the demo's own sign-in where it has one."""
        return await self._person(self.organisations[key], key, Role.BUYER)

    async def supplier(self, code: str) -> tuple[UUID, Actor]:
        """A supplier by its code, with somebody who acts for it."""
        supplier_id, organisation_id, name = (await self.session.execute(_SUPPLIER, {"code": code})).one()
        return supplier_id, await self._person(organisation_id, name, Role.SUPPLIER)

    async def request(self, title: str) -> tuple[str, int, datetime]:
        """The code, version and opening of a request of that title."""
        row = (await self.session.execute(_REQUEST, {"title": title})).one()
        return row.code, row.version, row.opened_at

    async def invite(self, asking: Actor, code: str, *suppliers: str, note: str | None = None) -> dict[str, UUID]:
        """Ask these suppliers; gives each one's invitation."""
        ids = {each: (await self.supplier(each))[0] for each in suppliers}
        asked = await matching.invitations.invite(self.session, asking, code, ids.values(), note=note)
        by_supplier = {one.supplier_id: one.id for one in asked}
        return {each: by_supplier[supplier_id] for each, supplier_id in ids.items()}

    async def answer(self, code: str, invitation_id: UUID, said: str, reason: str | None = None) -> None:
        """Let that supplier open the invitation and accept or decline it."""
        _id, maker = await self.supplier(code)
        one = await matching.invitations.open_thread(self.session, maker, invitation_id)
        answer = matching.invitations.Answer.model_validate({"answer": said, "reason": reason, "version": one.version})
        await matching.invitations.answer_invitation(self.session, maker, invitation_id, answer)

    async def write(self, who: Actor, invitation_id: UUID, words: str, *handed: matching.invitations.Handed) -> None:
        """Write to the other side; a database that was opened without a store of files gets the words alone."""
        files = self.files or FileStore("file:///nonexistent")
        given = handed if self.files is not None else ()
        said = matching.invitations.Words(text=words, key=_key(f"{invitation_id} {words}"))
        await matching.invitations.send_message(self.session, files, who, invitation_id, said, given)

    async def _person(self, organisation_id: UUID, name: str, role: Role) -> Actor:
        found = await self.session.scalar(
            text("SELECT person_id FROM accounts_member WHERE organisation_id = :id AND role <> 'viewer' ORDER BY person_id"),
            {"id": organisation_id},
        )
        return Actor(found, name, organisation_id, name, role, MemberRole.OWNER, verified=True)


def _key(name: str) -> UUID:
    return uuid.uuid5(_KEYS, name)


def _moment(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=clock.ZONE)


async def _tet_noodles(market: _Market) -> None:
    """The supermarket asks six sources, and each stands where an invitation may stand."""
    code, _version, opened = await market.request(TET_NOODLES)
    buyer = await market.buyer("PHOCHAM")
    yesterday = opened + timedelta(hours=1)
    with clock.freeze(yesterday):
        note = "Mời bà con báo giá cho kệ Tết. Cần mẫu 2 gói trước khi chốt; giao kho Thanh Trì."
        asked = await market.invite(buyer, code, "NALENG", "LUNGVANG", "KIMHY", "VANHOC", "CHOBENH", note=note)
    _id, naleng = await market.supplier("NALENG")
    with clock.freeze(yesterday + timedelta(hours=2)):
        await market.answer("NALENG", asked["NALENG"], "accept")
        lines: list[list[exports.Cell]] = [["Gói 500 g", 100, 78_000], ["Gói 500 g", 300, 75_000], ["Túi 1 kg", 300, 73_000]]
        table = [exports.Table("Báo giá", ["Quy cách", "Từ (kg)", "Giá (đ/kg)"], lines)]
        await market.write(
            naleng, asked["NALENG"], "HTX nhận lời. Gửi anh chị bảng giá sỉ theo lượng; tuần sau báo giá chính thức.",
            matching.invitations.Handed("Bảng giá miến dong (minh họa).xlsx", exports.as_xlsx(table)),
        )  # fmt: skip
    with clock.freeze(yesterday + timedelta(hours=3)):
        await matching.invitations.open_thread(market.session, buyer, asked["NALENG"])
        await market.write(buyer, asked["NALENG"], "Cảm ơn HTX. Sợi miến có tẩy trắng không, và bao bì Tết gửi xem giúp ảnh?")
    with clock.freeze(yesterday + timedelta(hours=4)):
        await matching.invitations.open_thread(market.session, naleng, asked["NALENG"])
        await market.write(
            naleng, asked["NALENG"], "Không tẩy trắng, sợi màu xám tự nhiên. Ảnh gói 500 g để anh chị xem trước ạ.",
            matching.invitations.Handed("goi-500g-minh-hoa.jpg", drawings.draw(*_noodles(), seed=3)),
        )  # fmt: skip
    with clock.freeze(yesterday + timedelta(hours=5)):
        await market.answer("LUNGVANG", asked["LUNGVANG"], "decline", "Sản lượng đến Tết đã nhận đủ đơn, hẹn vụ sau.")
        _id, seen_by = await market.supplier("KIMHY")
        await matching.invitations.open_thread(market.session, seen_by, asked["KIMHY"])
        await matching.invitations.withdraw_invitation(market.session, buyer, asked["CHOBENH"])


def _noodles() -> tuple[drawings.Drawing, str]:
    return drawings.drawing_of("noodles") or (drawings.cakes, drawings.CREAM)


async def _silence(market: _Market) -> None:
    """The kitchens have asked two groups long ago; one answered within a day, the other never."""
    code, _version, opened = await market.request(KITCHEN_NOODLES)
    with clock.freeze(opened + timedelta(hours=2)):
        asked = await market.invite(SYSTEM, code, "HAONGHIA", "KHUOITAY", note="Bếp cần bao 10 kg, giao sáng thứ hai.")
    with clock.freeze(opened + timedelta(hours=20)):
        await market.answer("KHUOITAY", asked["KHUOITAY"], "accept")
    with clock.freeze(_moment(market.today, 7)):
        await matching.invitations.note_silence(market.session)


async def _two_versions(market: _Market) -> None:
    """The supermarket needs more sausages than it first said, and then pays more: two versions, told to whom it has asked."""
    code, _version, opened = await market.request(SAUSAGES)
    buyer = await market.buyer("PHOCHAM")
    with clock.freeze(opened + timedelta(hours=1)):
        asked = await market.invite(buyer, code, "YENLAC", "DUCXUAN", note="Hàng treo kệ Tết, cần tem truy xuất.")
    with clock.freeze(opened + timedelta(hours=6)):
        await market.answer("YENLAC", asked["YENLAC"], "accept")
    view = await matching.request_page(market.session, code, buyer)
    months = tuple((month, kg * 3 / 2) for month, kg in view.months)
    first = _as_it_is(view, months=months)
    with clock.freeze(opened + timedelta(hours=20)):
        revised = await matching.revise_request(market.session, buyer, code, first, version=view.version)
    second = first.model_copy(update={"ceiling_vnd_per_kg": (view.ceiling or 200_000) + 15_000})
    with clock.freeze(opened + timedelta(hours=26)):
        await matching.revise_request(market.session, buyer, code, second, version=revised.version)


def _as_it_is(view: matching.RequestView, **changed: object) -> RequestDraft:
    said: dict[str, object] = {
        "title": view.title, "commodity": view.commodity.slug if view.commodity else None, "words": view.words,
        "ceiling_vnd_per_kg": view.ceiling, "certificates": view.certificates, "min_stars": view.min_stars,
        "pack_net_g": view.pack_g, "delivery_province_code": view.province_code, "place": view.place,
        "deadline": view.deadline, "note": view.note, "visibility": view.visibility, "months": view.months,
        "illustrative": True, **changed,
    }  # fmt: skip
    return RequestDraft.model_validate(said)


async def _ways_of_asking(market: _Market) -> None:
    """A sealed request under a protected name, one that takes three quotes, and a private one."""
    session, today = market.session, market.today
    supermarket, southern = await market.buyer("PHOCHAM"), await market.buyer("SONGSAI")
    south = {"delivery_province_code": places.HO_CHI_MINH_CITY, "illustrative": True}
    north = {"delivery_province_code": places.HANOI, "illustrative": True}
    sealed = RequestDraft(
        title=SEALED, commodity="mien-dong", ceiling_vnd_per_kg=95_000, min_stars=3, certificates=("ATTP",), sealed=True,
        mark_slug="mien-dong-bac-kan", deadline=today + timedelta(days=15), months=wanted_months("+1:500,500,300", today),
        note="Bán dưới tên Miến dong Bắc Kạn. Mọi báo giá mở cùng lúc khi hết hạn.", **north,
    )  # fmt: skip
    three = RequestDraft(
        title=THREE, commodity="tinh-bot-nghe", ceiling_vnd_per_kg=420_000, closes_at_quotes=3,
        deadline=today + timedelta(days=20), months=wanted_months("+1:25,25,25", today),
        note="Quầy sức khỏe cần sớm: đủ ba báo giá là chọn.", **north,
    )  # fmt: skip
    private = RequestDraft(
        title=PRIVATE, commodity="mien-dong", months=wanted_months("+1:50", today), visibility=Visibility.INVITED,
        deadline=today + timedelta(days=18), note="Thử công thức sợi nhỏ; xin đừng chia sẻ ra ngoài.", **south,
    )  # fmt: skip
    with clock.freeze(_moment(today - timedelta(days=1), 9)):
        for draft, buyer in ((sealed, supermarket), (three, supermarket), (private, southern)):
            profile = await matching.buyer_of(session, buyer.organisation_id)
            if profile is None:
                continue
            opened = await matching.open_request(session, buyer, profile.id, draft, key=_key(draft.title or ""))
            if draft is private:
                asked = await market.invite(southern, opened.code, "NALENG", "SONGNANG", note="Mời riêng hai nơi làm mẫu.")
                await market.write(southern, asked["SONGNANG"], "Liên hiệp làm được sợi dưới 1 mm không ạ?")


async def _nameless(market: _Market) -> None:
    """A chain that does not say who it is asks the noodle makers; they read a thread without a name."""
    code, _version, _opened = await market.request(NAMELESS)
    buyer = await market.buyer("CAYDA")
    with clock.freeze(_moment(market.today - timedelta(days=1), 14)):
        asked = await market.invite(buyer, code, "NALENG", note="Chuỗi cửa hàng nhỏ, hàng giá kệ, giao hai tuần một lần.")
        await market.write(buyer, asked["NALENG"], "HTX có gói 200 g không? Kệ nhỏ nên cần gói nhỏ.")
