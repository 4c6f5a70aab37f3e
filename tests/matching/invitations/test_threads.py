"""What the two sides write: once however often it is sent, read when it is opened, told by mail once for a burst."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncSession

from service import matching
from service.accounts import SYSTEM, Actor, MemberRole, Role
from service.core import clock
from service.core.db import new_id
from service.core.errors import Invalid, NotAllowed, NotFound
from service.core.files import FileStore, holders
from service.matching.invitations import Handed, Words, tasks
from tests import market
from tests.core.test_pictures import PDF, photo
from tests.market import TODAY, acting
from tests.matching.invitations.test_invitations import letters, reachable, supplier_id

START = datetime(2026, 11, 22, 9, 0, tzinfo=clock.ZONE)


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.freeze(START):
        yield


@dataclass(frozen=True)
class Talk:
    """A thread with somebody on either side."""

    id: UUID
    buyer: Actor
    maker: Actor
    code: str


async def talk(session: AsyncSession, *, visibility: str = "public", name: str = "Siêu thị Kín Tiếng") -> Talk:
    organisation = await market.supplier(session)
    buyer = await market.buyer(session, name)
    request = await market.request(session, buyer, visibility=visibility)
    (one,) = await matching.invitations.invite(session, SYSTEM, request.code, [await supplier_id(session)])
    return Talk(one.id, acting(Role.BUYER, buyer.organisation_id), acting(Role.SUPPLIER, organisation), request.code)


def workbook(*more: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as parts:
        for name in ("[Content_Types].xml", "xl/workbook.xml", *more):
            parts.writestr(name, "<x/>")
    return out.getvalue()


async def test_the_same_form_twice_is_one_message(session: AsyncSession, files: FileStore) -> None:
    there = await talk(session)
    key = new_id()
    send = matching.invitations.send_message
    for _twice in range(2):
        await send(session, files, there.buyer, there.id, Words(text="Gửi mẫu giúp", key=key), [Handed("a.pdf", PDF)])
    found = await matching.invitations.thread(session, there.maker, there.id)
    assert [(each.text, len(each.files), each.mine) for each in found.messages] == [("Gửi mẫu giúp", 1, False)]
    with pytest.raises(Invalid):
        await send(session, files, there.buyer, there.id, Words())


async def test_read_marks_are_of_the_first_opening_and_only_of_the_other_side(session: AsyncSession, files: FileStore) -> None:
    there = await talk(session)
    opened, send = matching.invitations.open_thread, matching.invitations.send_message
    await send(session, files, there.buyer, there.id, Words(text="Một"))
    await opened(session, there.buyer, there.id)
    assert (await matching.invitations.thread(session, there.buyer, there.id)).messages[0].read_at is None
    first = START + timedelta(minutes=3)
    for moment in (first, first + timedelta(hours=1)):
        with clock.freeze(moment):
            await opened(session, there.maker, there.id)
    await send(session, files, there.maker, there.id, Words(text="Hai"))
    found = await matching.invitations.thread(session, there.buyer, there.id)
    assert [(each.text, each.read_at) for each in found.messages] == [("Một", first), ("Hai", None)]
    assert found.invitation.unread == 1
    assert (await matching.invitations.own_threads(session, there.maker)).items[0].unread == 0


async def test_one_mail_for_a_burst_and_none_for_what_has_been_read(session: AsyncSession, files: FileStore) -> None:
    there = await talk(session)
    assert there.maker.organisation_id is not None
    await reachable(session, there.maker.organisation_id, "ban@vidu.vn")
    send = matching.invitations.send_message
    for minutes in (0, 1, 2):
        with clock.freeze(START + timedelta(minutes=minutes)):
            await send(session, files, there.buyer, there.id, Words(text=f"Tin {minutes}"))
    counts = []
    for minutes in (9, 10, 11, 30, 60 * 25):
        with clock.freeze(START + timedelta(minutes=minutes)):
            await tasks.tell_unread(session)
            if minutes == 30:  # A fourth message while nobody has read: it waits for the next day's mail.
                await send(session, files, there.buyer, there.id, Words(text="Tin 4"))
        counts.append(len(await letters(session)))
    assert counts == [0, 1, 1, 1, 2]
    assert (await letters(session))[0][1] == "3 tin nhắn chưa đọc: Miến dong"
    await matching.invitations.open_thread(session, there.maker, there.id)
    with clock.freeze(START + timedelta(days=3)):
        await send(session, files, there.buyer, there.id, Words(text="Tin mới"))
    with clock.freeze(START + timedelta(days=3, minutes=5)):
        await matching.invitations.open_thread(session, there.maker, there.id)
    with clock.freeze(START + timedelta(days=3, minutes=30)):
        assert await matching.invitations.tell_unread(session) == 0


async def test_a_shy_buyer_has_no_name_in_threads_and_mails(session: AsyncSession, files: FileStore) -> None:
    there = await talk(session, visibility="anonymous")
    assert there.maker.organisation_id is not None
    await reachable(session, there.maker.organisation_id, "ban@vidu.vn")
    await matching.invitations.send_message(session, files, there.buyer, there.id, Words(text="Chào bạn"))
    with clock.freeze(START + timedelta(minutes=11)):
        await tasks.tell_unread(session)
    sent = await session.scalar(text("SELECT subject || body FROM core_mail"))
    found = await matching.invitations.thread(session, there.maker, there.id)
    assert "Kín" not in sent
    assert "Kín" not in repr(found)
    assert found.messages[0].who == "Người mua không nêu tên"


async def test_who_reads_and_writes_a_thread(session: AsyncSession, files: FileStore) -> None:
    there = await talk(session)
    send = matching.invitations.send_message
    sent = await send(session, files, there.maker, there.id, Words(text="Báo giá"), [Handed("gia.pdf", PDF)])
    key = await session.scalar(text("SELECT key FROM matching_attachment WHERE message_id = :id"), {"id": sent.id})
    assert there.buyer.organisation_id is not None
    viewer = acting(Role.BUYER, there.buyer.organisation_id, MemberRole.VIEWER)
    assert (await matching.invitations.attachment_for(session, viewer, there.id, key)).name == "gia.pdf"
    with pytest.raises(NotAllowed):
        await send(session, files, viewer, there.id, Words(text="Không được"))
    other = await market.supplier(session, "HTX2")
    strangers = [
        acting(Role.SUPPLIER, other), acting(Role.OFFICER, None), acting(Role.ADMINISTRATOR, None),
        # The organisation alone is not enough: whoever acts in another role is a stranger too.
        acting(Role.OFFICER, there.buyer.organisation_id),
    ]  # fmt: skip
    for nobody in strangers:
        for read in (
            matching.invitations.thread(session, nobody, there.id),
            matching.invitations.attachment_for(session, nobody, there.id, key),
            send(session, files, nobody, there.id, Words(text="Chào")),
        ):
            with pytest.raises(NotFound):
                await read
    for wrong in (key[:-1], "x" * 26, "../../etc", "\x00"):
        with pytest.raises(NotFound):
            await matching.invitations.attachment_for(session, there.buyer, there.id, wrong)


@pytest.mark.parametrize(
    ("name", "data", "kept"),
    [
        ("a.pdf", PDF, "application/pdf"),
        ("anh.jpg", photo(40, 30), "image/webp"),
        ("bang.xlsx", workbook(), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("bang.csv", "Tháng;kg\nT12;500\n".encode(), "text/csv"),
        ("bang.xlsm", workbook("xl/vbaProject.bin"), None),
        ("bang.docx", workbook().replace(b"xl/workbook.xml", b"xl/worddocu.xml"), None),
        ("virus.exe", b"MZ\x90\x00", None),
        ("trang.html", b"<script>alert(1)</script>", None),
        ("bang.csv", b"\xff\xfe\x00\x00", None),
        ("rong.csv", b"", None),
        ("gay.xlsx", b"PK\x03\x04 khong phai", None),
    ],
)
async def test_what_a_file_may_be(session: AsyncSession, files: FileStore, name: str, data: bytes, kept: str | None) -> None:
    there = await talk(session)
    handed = [Handed(name, data), Handed("lan hai " + name, data)]
    if kept is None:
        with pytest.raises(Invalid) as refused:
            await matching.invitations.send_message(session, files, there.maker, there.id, Words(), handed)
        assert set(refused.value.errors) == {"files"}
        return
    await matching.invitations.send_message(session, files, there.maker, there.id, Words(), handed)
    (message,) = (await matching.invitations.thread(session, there.buyer, there.id)).messages
    assert [(each.name, each.media_type) for each in message.files] == [(name, kept)]  # The same file twice is one.
    served = await matching.invitations.attachment_for(session, there.buyer, there.id, message.files[0].key)
    assert (await files.get(served.path) == data) == (kept != "image/webp")
    held = f"SELECT count(*) FROM core_file WHERE id IN ({' UNION ALL '.join(holders)}) AND dropped_at IS NULL"
    assert await session.scalar(text(held)) == 1  # The sweeper leaves it where it is.


async def test_a_long_thread_comes_in_pages_and_whole_on_paper(session: AsyncSession, files: FileStore) -> None:
    there = await talk(session)
    for number in range(35):
        await matching.invitations.send_message(session, files, there.buyer, there.id, Words(text=f"Tin {number}"))
    newest = await matching.invitations.thread(session, there.maker, there.id)
    assert [newest.messages[0].text, newest.messages[-1].text, newest.total] == ["Tin 5", "Tin 34", 35]
    older = await matching.invitations.thread(session, there.maker, there.id, newest.older)
    assert [each.text for each in older.messages] == [f"Tin {number}" for number in range(5)]
    assert older.older is None
    whole = await matching.invitations.thread(session, there.maker, there.id, whole=True)
    assert len(whole.messages) == 35
    with pytest.raises(Invalid):
        await matching.invitations.thread(session, there.maker, there.id, "không có")


async def test_lists_are_ordered_by_what_waits_and_cost_the_same_for_one_and_for_many(
    session: AsyncSession, files: FileStore
) -> None:
    organisation = await market.supplier(session)
    who = [await supplier_id(session)]
    buyer = await market.buyer(session)
    owner, maker = acting(Role.BUYER, buyer.organisation_id), acting(Role.SUPPLIER, organisation)
    counts = []
    made = []
    for days in (9, 2, 5):
        request = await market.request(session, buyer, title=f"Cần {days}")
        asked = await matching.invitations.invite(session, owner, request.code, who, answer_by=TODAY + timedelta(days=days))
        made.append(asked[0])
        await matching.invitations.send_message(session, files, owner, asked[0].id, Words(text="Chào"))
        for read in (matching.invitations.own_invitations(session, maker), matching.invitations.own_threads(session, owner)):
            said: list[str] = []
            connection = (await session.connection()).sync_connection
            assert connection is not None

            def note(*arguments: object, heard: list[str] = said) -> None:
                heard.append(str(arguments[2]))

            event.listen(connection, "before_cursor_execute", note)
            await read
            event.remove(connection, "before_cursor_execute", note)
            counts.append(len(said))
    assert len(set(counts[::2])) == 1
    assert len(set(counts[1::2])) == 1
    await matching.invitations.answer_invitation(
        session, maker, made[1].id, matching.invitations.Answer(answer="accept", version=made[1].version)
    )
    seen: list[str] = []
    cursor = None
    while True:
        page = await matching.invitations.own_invitations(session, maker, cursor, 1)
        seen += [each.request.title for each in page.items]
        cursor = page.next
        if cursor is None:
            break
    assert seen == ["Cần 5", "Cần 9", "Cần 2"]
    assert page.counts == {"sent": 2, "accepted": 1}
