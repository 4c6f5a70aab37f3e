"""What a distributor keeps for itself: a shortlist with notes, two saved searches, one mail about something new. Invented."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service import catalogue, matching
from service.accounts import SYSTEM, Actor, MemberRole, Role
from service.demo.people import sign_ins
from service.matching import Frequency, ItemNote, SearchWish, ShortlistName

BUYER = "sieuthi@chophien.example"
NOTES = (
    "Hỏi mẫu trước rằm tháng Chạp; cần tem truy xuất.",
    "Giá hợp kệ hàng Tết. Đợi giấy ATTP mới.",
    None,
    "Để dành cho tuần hàng tháng sau.",
)
SEARCHES = (
    ("Miến dong từ 3 sao", (("commodity", "mien-dong"), ("stars", "3"), ("stars", "4"), ("stars", "5")), Frequency.IMMEDIATE),
    ("Tinh bột nghệ Bắc Kạn", (("q", "tinh bột nghệ"), ("province", "Bắc Kạn")), Frequency.DAILY),
)
PICKED = text(
    "SELECT p.id, p.slug FROM catalogue_product p JOIN catalogue_supplier s ON s.id = p.supplier_id"
    " WHERE p.illustrative AND p.state = 'published' AND s.state = 'published' ORDER BY p.code, p.slug LIMIT :n"
)
NEWEST = text(
    "SELECT p.id FROM catalogue_product p JOIN catalogue_commodity c ON c.id = p.commodity_id"
    " JOIN catalogue_search s ON s.product_id = p.id AND s.live"
    " WHERE p.illustrative AND c.slug = 'mien-dong' AND s.facets && ARRAY['s3', 's4', 's5'] ORDER BY p.code DESC LIMIT 1"
)


async def add_lists(session: AsyncSession, buyers: dict[str, UUID], _today: date) -> None:
    """Let the supermarket's buyer pick, note and save; then let one product come to the market anew."""
    account = next(each for each in sign_ins() if each.email == BUYER)
    person_id = await session.scalar(text("SELECT id FROM accounts_person WHERE email = :email"), {"email": BUYER})
    actor = Actor(person_id, account.name, buyers[account.of], account.of, Role.BUYER, MemberRole.OWNER, verified=True)
    made = await matching.make_shortlist(session, actor, ShortlistName(name="Kệ hàng Tết (dữ liệu minh họa)"))
    for (_id, slug), note in zip((await session.execute(PICKED, {"n": len(NOTES)})).all(), NOTES, strict=False):
        await matching.list_product(session, actor, slug, made.id, ItemNote(note=note) if note else None)
    conn = await catalogue.reader_of(session)
    for title, pairs, frequency in SEARCHES:
        standing = await catalogue.standing_search(conn, pairs)
        await matching.save_search(session, actor, standing, SearchWish(title=title, frequency=frequency))
    product_id = await session.scalar(NEWEST)
    if product_id is not None:
        await catalogue.withdraw(session, SYSTEM, product_id)
        await catalogue.publish(session, SYSTEM, product_id)
        await matching.note_new_products(session, [product_id])
        await matching.tell_of_finds(session, Frequency.IMMEDIATE)
