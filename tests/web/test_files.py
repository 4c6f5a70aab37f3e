"""Photos and papers through the doors: forms, addresses, headers and JSON, as each kind of person."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import httpx
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service import catalogue
from service.accounts import SYSTEM
from service.core import clock
from service.core.files import FileStore
from tests import market
from tests.core.test_pictures import PDF, heic, photo, photo_of_a_phone
from tests.web.conftest import SignedIn


@dataclass
class Stall:
    """A supplier with a product, a draft and a checked paper, and browsers of its owner and its viewer."""

    organisation_id: UUID
    slug: str
    draft: str
    certificate_id: UUID
    owner: httpx.AsyncClient
    viewer: httpx.AsyncClient


@pytest_asyncio.fixture(loop_scope="session")
async def stall(session: AsyncSession, signed_in: SignedIn) -> Stall:
    organisation_id = await market.supplier(session)
    slug, draft = await market.product(session), await market.product(session, code="SP2")
    await session.execute(text("UPDATE catalogue_product SET state = 'draft' WHERE slug = :slug"), {"slug": draft})
    certificate_id = await session.scalar(
        text("SELECT c.id FROM catalogue_certificate c JOIN catalogue_product p ON p.id = c.product_id"
             " WHERE p.slug = :slug AND c.kind = 'OCOP'"), {"slug": slug},
    )  # fmt: skip
    await session.flush()
    owner = await signed_in(organisation_id=organisation_id)
    viewer = await signed_in(organisation_id=organisation_id, role="viewer")
    return Stall(organisation_id, slug, draft, certificate_id, owner, viewer)


async def _add(browser: httpx.AsyncClient, slug: str, *data: bytes, caption: str = "Bó miến") -> httpx.Response:
    files = [("photos", (f"anh-{n}.jpg", each, "image/jpeg")) for n, each in enumerate(data)]
    return await browser.post(f"/ban-hang/san-pham/{slug}/anh", data={"caption": caption}, files=files)


async def _sources(client: httpx.AsyncClient, address: str) -> list[str]:
    page = (await client.get(address)).text
    return re.findall(r'src="(/anh/[^"]+)"', page)


async def test_photos_are_added_arranged_and_removed_without_javascript(stall: Stall, client: httpx.AsyncClient) -> None:
    base = f"/ban-hang/san-pham/{stall.slug}/anh"
    assert "Chưa có ảnh nào" in (await stall.owner.get(base)).text
    assert (await _add(stall.owner, stall.slug, photo(), heic())).status_code == 303
    shown = (await stall.owner.get(base)).text
    ids = re.findall(r'name="caption_([0-9a-f-]{36})"', shown)
    assert len(ids) == 2
    arranged = {
        f"caption_{ids[0]}": "Phơi trên giàn",
        f"position_{ids[0]}": "2",
        f"caption_{ids[1]}": "Bao bì",
        f"position_{ids[1]}": "1",
    }
    assert (await stall.owner.post(f"{base}/sap-xep", data=arranged)).status_code == 303
    page = (await client.get(f"/san-pham/{stall.slug}")).text
    assert page.index('alt="Bao bì"') < page.index('alt="Phơi trên giàn"')
    assert (await stall.owner.post(f"{base}/{ids[1]}/xoa")).status_code == 303
    page = (await client.get(f"/san-pham/{stall.slug}")).text
    assert 'alt="Bao bì"' not in page
    assert re.search(r'srcset="/anh/[a-z2-7]{26}/320\.webp 320w, [^"]+" sizes="[^"]+" width="1200" height="900"', page)


async def test_a_list_shows_one_small_lazy_picture_and_loads_no_more(stall: Stall, client: httpx.AsyncClient) -> None:
    await _add(stall.owner, stall.slug, photo(), photo(900, 900))
    page = (await client.get("/san-pham?q=miến")).text
    pictures = re.findall(r"<img [^>]*>", page)
    assert len(pictures) == 1
    assert 'loading="lazy"' in pictures[0]
    assert 'width="320" height="240"' in pictures[0]
    assert "/320.webp" in pictures[0]


async def test_what_is_no_picture_is_refused_beside_the_field_and_nothing_is_kept(stall: Stall, session: AsyncSession) -> None:
    for data in (
        b"<html>",
        b"\xff\xd8\xff<script>",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        PDF,
        b"x" * (10 * 1024 * 1024 + 1),
    ):
        answer = await _add(stall.owner, stall.slug, photo(), data, caption="Một câu đã gõ")
        assert answer.status_code == 422
        assert "Một câu đã gõ" in answer.text
        assert 'id="f-photos-error"' in answer.text
    assert (await _add(stall.owner, stall.slug)).status_code == 422
    assert await session.scalar(text("SELECT count(*) FROM catalogue_photo")) == 0


async def test_a_public_photo_may_be_kept_and_carries_no_place(stall: Stall, client: httpx.AsyncClient) -> None:
    await _add(stall.owner, stall.slug, photo_of_a_phone())
    (address,) = {each for each in await _sources(client, f"/san-pham/{stall.slug}") if each.endswith("/320.webp")}
    answer = await client.get(address)
    assert answer.headers["content-type"] == "image/webp"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "content-encoding" not in answer.headers
    assert b"Hoan" not in answer.content
    again = await client.get(address, headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    for wrong in (address.replace("320", "321"), "/anh/x/320.webp", "/anh/" + "a" * 26 + "/320.webp", address + "/..%2f..%2fx"):
        assert (await client.get(wrong)).status_code == 404


async def test_a_photo_of_a_draft_is_seen_by_its_people_and_officers_only(
    stall: Stall, client: httpx.AsyncClient, signed_in: SignedIn
) -> None:
    await _add(stall.owner, stall.draft, photo())
    address = (await _sources(stall.owner, f"/ban-hang/san-pham/{stall.draft}/anh"))[0]
    for insider in (stall.owner, stall.viewer, await signed_in("office")):
        answer = await insider.get(address)
        assert (answer.status_code, answer.headers["cache-control"]) == (200, "private, no-cache")
    for outsider in (client, await signed_in("supplier"), await signed_in("buyer"), await signed_in("organiser")):
        assert (await outsider.get(address)).status_code == 404


async def test_others_and_viewers_add_nothing(stall: Stall, client: httpx.AsyncClient, signed_in: SignedIn) -> None:
    assert (await _add(stall.viewer, stall.slug, photo())).status_code == 403
    assert (await _add(await signed_in("supplier"), stall.slug, photo())).status_code == 404
    assert (await _add(await signed_in("buyer"), stall.slug, photo())).status_code == 403
    assert (await _add(client, stall.slug, photo())).headers["location"].startswith("/dang-nhap")


async def test_a_paper_is_handed_in_with_its_scan(stall: Stall, session: AsyncSession) -> None:
    base = f"/ban-hang/san-pham/{stall.slug}/giay-to"
    form = {"kind": "VG", "number": "VG 01", "issued_on": "01/02/2026", "valid_to": "01/02/2029",
            "key": "01a20ad8-d8bf-71d5-a607-5bc27e333529"}  # fmt: skip
    files = [("scans", ("../Giấy VietGAP.pdf", PDF, "application/pdf")), ("scans", ("trang 2.jpg", photo(), "image/jpeg"))]
    for _again in range(2):
        assert (await stall.owner.post(base, data=form, files=files)).status_code == 303
    names = await session.scalars(
        text("SELECT f.name FROM catalogue_scan c JOIN core_file f ON f.id = c.file_id ORDER BY c.id")
    )
    assert list(names) == ["Giấy VietGAP.pdf", "trang 2.jpg"]
    wrong = [("scans", ("giay.pdf", b"<html>", "application/pdf"))]
    answer = await stall.owner.post(base, data={**form, "number": "VG 02", "key": ""}, files=wrong)
    assert answer.status_code == 422
    assert 'value="VG 02"' in answer.text
    assert await session.scalar(text("SELECT count(*) FROM catalogue_certificate WHERE number = 'VG 02'")) == 0


@pytest_asyncio.fixture(loop_scope="session")
async def scanned(stall: Stall, session: AsyncSession, files: FileStore) -> str:
    """The address of the scan of a checked paper of published goods."""
    scan = await catalogue.add_scan(session, files, SYSTEM, stall.certificate_id, PDF, 'Quyết "định"; số 1\r\nX.pdf')
    await session.flush()
    return f"/tep/{scan.key}"


async def test_a_pdf_leaves_as_a_download_without_any_right(stall: Stall, scanned: str) -> None:
    answer = await stall.owner.get(scanned)
    assert answer.content == PDF
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers.get_list("content-security-policy") == ["sandbox; default-src 'none'"]
    assert answer.headers.get_list("x-content-type-options") == ["nosniff"]
    assert answer.headers["cache-control"] == "private, no-store"
    disposition = answer.headers["content-disposition"]
    assert disposition.startswith("attachment; filename=")
    assert disposition.count("filename=") == 1
    assert "\r" not in disposition
    assert "filename*=UTF-8''Quy%E1%BA%BFt%20%C4%91%E1%BB%8Bnh%3B%20s%E1%BB%91%201X.pdf" in disposition


async def test_a_scan_is_for_its_people_officers_and_verified_buyers(
    stall: Stall, scanned: str, client: httpx.AsyncClient, signed_in: SignedIn, session: AsyncSession
) -> None:
    buyer = await signed_in("buyer")
    await session.execute(text("UPDATE accounts_organisation SET verified_on = NULL WHERE kind = 'buyer'"))
    for insider in (stall.owner, stall.viewer, await signed_in("office")):
        assert (await insider.get(scanned)).status_code == 200
        assert scanned in (await insider.get(f"/san-pham/{stall.slug}")).text
    for outsider in (client, await signed_in("supplier"), buyer, await signed_in("organiser")):
        assert (await outsider.get(scanned)).status_code == 404
        assert scanned not in (await outsider.get(f"/san-pham/{stall.slug}")).text
    await session.execute(text("UPDATE accounts_organisation SET verified_on = current_date WHERE kind = 'buyer'"))
    await session.flush()
    assert (await buyer.get(scanned)).status_code == 200
    assert scanned in (await buyer.get(f"/san-pham/{stall.slug}")).text
    await session.execute(text("UPDATE catalogue_certificate SET state = 'submitted', checked_on = NULL"))
    await session.flush()
    assert (await buyer.get(scanned)).status_code == 404


async def test_a_file_that_the_store_has_lost_is_not_there(stall: Stall, scanned: str, files: FileStore) -> None:
    await files.delete_all(scanned.removeprefix("/tep/"))
    assert (await stall.owner.get(scanned)).status_code == 404


async def _ends_in(session: AsyncSession, stall: Stall, days: int) -> None:
    await session.execute(
        text("UPDATE catalogue_certificate SET issued_on = NULL, valid_to = :end WHERE id = :id"),
        {"end": clock.today() + timedelta(days=days), "id": stall.certificate_id},
    )
    await session.flush()


async def test_scans_are_removed_and_renewals_noted_on_the_page_of_a_paper(
    stall: Stall, scanned: str, session: AsyncSession
) -> None:
    await _ends_in(session, stall, 40)
    address = f"/ban-hang/san-pham/{stall.slug}/giay-to/{stall.certificate_id}"
    shown = (await stall.owner.get(address)).text
    assert "Đánh giá lại" in shown
    wrong = await stall.owner.post(f"{address}/danh-gia-lai", data={"state": "sent", "day": "", "version": "0"})
    assert wrong.status_code == 422
    assert "Hãy ghi ngày gửi hồ sơ" in wrong.text
    said = {"state": "sent", "day": "10/01/2026", "note": "Gửi xã", "version": "0"}
    assert (await stall.owner.post(f"{address}/danh-gia-lai", data=said)).status_code == 303
    assert "Gửi xã" in (await stall.owner.get(address)).text
    (scan_id,) = re.findall(r"/ban-quet/([0-9a-f-]{36})/xoa", shown)
    assert (await stall.owner.post(f"{address}/ban-quet/{scan_id}/xoa")).status_code == 303
    assert (await stall.owner.get(scanned)).status_code == 404


async def test_officers_see_what_runs_out_and_say_how_far_it_is(
    stall: Stall, signed_in: SignedIn, session: AsyncSession
) -> None:
    await _ends_in(session, stall, 40)
    officer = await signed_in("office")
    page = (await officer.get("/duyet/sap-het-han?vung=tat-ca")).text
    address = f"/duyet/sap-het-han/{stall.certificate_id}"
    assert address in page
    assert "còn 40 ngày" in page
    assert address not in (await officer.get("/duyet/sap-het-han?vung=tat-ca&han=30")).text
    assert (await officer.get("/duyet/sap-het-han?han=da-het")).status_code == 200
    assert (await officer.post(address, data={"state": "assessed", "day": "15/01/2026", "version": "0"})).status_code == 303
    assert "đã đánh giá lại" in (await officer.get("/duyet/sap-het-han?vung=tat-ca")).text
    late = await officer.post(address, data={"state": "sent", "day": "16/01/2026", "version": "0"})
    assert late.status_code == 422
    assert "người khác đã lưu" in late.text
    assert (await stall.owner.get("/duyet/sap-het-han")).status_code == 403
    assert (await officer.get(f"/duyet/sap-het-han/{stall.organisation_id}")).status_code == 404


async def test_programs_add_and_remove_photos_and_scans(stall: Stall, client: httpx.AsyncClient) -> None:
    base = f"/api/v1/products/{stall.slug}/photos"
    given = {"photo": ("a.jpg", photo(), "image/jpeg")}
    made = [await stall.owner.post(base, files=given, data={"caption": "Bó miến"}) for _again in range(2)]
    assert [each.status_code for each in made] == [200, 200]
    assert made[0].json() == made[1].json()
    shown = (await client.get(f"/api/v1/products/{stall.slug}")).json()
    assert shown["photos"] == [made[0].json()]
    assert shown["photos"][0]["small"].endswith("/320.webp")
    refused = await stall.owner.post(base, files={"photo": ("a.jpg", b"<html>", "image/jpeg")})
    assert (refused.status_code, refused.headers["content-type"]) == (422, "application/problem+json")
    assert "file" in refused.json()["errors"]
    photo_id = made[0].json()["id"]
    assert (await stall.viewer.delete(f"{base}/{photo_id}")).status_code == 403
    for _again in range(2):
        assert (await stall.owner.delete(f"{base}/{photo_id}")).status_code == 204
    assert (await client.get(f"/api/v1/products/{stall.slug}")).json()["photos"] == []
    paper = next(each for each in shown["certificates"] if each["kind"] == "OCOP")
    assert paper["scans"] == []
    scan = await stall.owner.post(f"/api/v1/certificates/{paper['id']}/scan", files={"scan": ("a.pdf", PDF, "application/pdf")})
    assert scan.status_code == 200
    assert (await stall.owner.get(scan.json()["href"])).content == PDF
    gone = await stall.owner.delete(f"/api/v1/certificates/{paper['id']}/scans/{scan.json()['id']}")
    assert gone.status_code == 204


async def test_programs_ask_what_runs_out(
    stall: Stall, client: httpx.AsyncClient, signed_in: SignedIn, session: AsyncSession
) -> None:
    await _ends_in(session, stall, 40)
    listed = (await stall.owner.get("/api/v1/certificates/expiring")).json()
    assert [(each["id"], each["days"], each["renewal"]["state"]) for each in listed["items"]] == [
        (str(stall.certificate_id), 40, "not_begun")
    ]
    address = f"/api/v1/certificates/{stall.certificate_id}/renewal"
    said = await stall.owner.put(address, json={"state": "sent", "day": "2026-01-19"})
    assert said.json() == {"state": "sent", "day": "2026-01-19", "note": None, "version": 1}
    assert (await stall.owner.get("/api/v1/certificates/expiring?days=10")).json()["items"] == []
    assert (await stall.owner.get("/api/v1/certificates/expiring?area=nowhere")).status_code == 404
    assert (await client.get("/api/v1/certificates/expiring")).status_code == 401
    assert (await (await signed_in("buyer")).get("/api/v1/certificates/expiring")).status_code == 403
