"""Requests as pages and as JSON: filters, forms that lose nothing, weights in the address, and no 500 for anything typed."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from service.core import clock
from tests import market
from tests.market import TODAY
from tests.web.conftest import SignedIn

FORM = {
    "commodity": "mien-dong", "kg_12": "1,5 tấn", "kg_01": "500", "ceiling_vnd_per_kg": "85k", "min_stars": "3",
    "certificates": ["ATTP", "VG"], "pack_net_g": "500 g", "delivery_province_code": "01", "deadline": "15/12/2026",
    "visibility": "public", "save": "open", "key": "",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.freeze(TODAY):
        yield


async def test_anybody_reads_requests_and_who_fits_them(client: httpx.AsyncClient, session: AsyncSession) -> None:
    await market.supplier(session)
    await market.product(session)
    code = (await market.request(session)).code
    await session.commit()
    listed = await client.get("/tim-hang")
    assert (listed.status_code, code in listed.text) == (200, True)
    page = await client.get(f"/tim-hang/{code.lower()}")
    assert page.status_code == 200
    assert "Miến dong HTX1 SP1" in page.text
    assert "giao đủ T12–T2" in page.text
    assert f'action="/tim-hang/{code}"' in page.text


async def test_weights_stand_in_the_address_and_htmx_gets_the_piece(client: httpx.AsyncClient, session: AsyncSession) -> None:
    code = (await market.request(session)).code
    await session.commit()
    page = await client.get(f"/tim-hang/{code}?weight_price=9")
    assert re.search(r'name="weight_price"[^>]*value="9"', page.text)
    piece = await client.get(f"/tim-hang/{code}?weight_price=9", headers={"hx-request": "true", "hx-request-type": "partial"})
    assert piece.text.lstrip().startswith('<div id="candidates"')
    assert piece.text.strip() in page.text


@pytest.mark.parametrize(
    "query",
    [
        "?weight_price=11",
        "?weight_price=-1",
        "?weight_price=nan",
        "?weight_price=inf",
        "?weight_price=x",
        "?show=0",
        "?show=1000",
    ],
)
async def test_weights_that_are_none_are_refused_in_words(client: httpx.AsyncClient, session: AsyncSession, query: str) -> None:
    code = (await market.request(session)).code
    await session.commit()
    assert (await client.get(f"/tim-hang/{code}{query}")).status_code == 422


@pytest.mark.parametrize(
    "address",
    [
        "/tim-hang?month=99&stars=9&city=nowhere&commodity=%00&buyer=%27",
        "/tim-hang?month=x",
        "/tim-hang/%00", "/tim-hang/YC-ABCDE", "/tim-hang/' OR 1=1", "/tim-hang?cursor=x", "/tim-hang?cursor=WzEsMl0",
        "/hoi-cho?kind=x&city=%00", "/hoi-cho?cursor=!!", "/hoi-cho/%00", "/hoi-cho?product=khong-co",
        "/api/v1/requests?cursor=x", "/api/v1/requests?month=13", "/api/v1/requests?nothing=1",
        "/api/v1/requests?commodity=%00",
        "/api/v1/requests/%00", "/api/v1/requests/YC-ABCDE/matches", "/api/v1/products/%00/requests", "/api/v1/fairs?cursor=x",
        "/api/v1/fairs/%00", "/api/v1/products/khong-co/fairs",
    ],
)  # fmt: skip
async def test_whatever_stands_in_an_address_is_answered(client: httpx.AsyncClient, address: str) -> None:
    answer = await client.get(address)
    assert answer.status_code in (200, 400, 404, 422)
    if address.startswith("/api/") and answer.status_code not in (200, 400):
        assert answer.headers["content-type"] == "application/problem+json"


async def test_a_buyer_posts_a_request_as_people_write(signed_in: SignedIn, session: AsyncSession) -> None:
    browser = await signed_in("buyer")
    form = await browser.get("/tim-hang/moi")
    assert form.status_code == 200
    key = re.search(r'name="key" value="([^"]+)"', form.text)
    assert key is not None
    typed = {**FORM, "key": key[1]}
    posted = await browser.post("/tim-hang/moi", data=typed)
    assert posted.status_code == 303, posted.text
    again = await browser.post("/tim-hang/moi", data=typed)
    assert again.headers["location"] == posted.headers["location"]
    page = await browser.get(posted.headers["location"])
    assert "2\u00a0tấn" in page.text
    assert "85.000\u00a0đ/kg" in page.text
    code = posted.headers["location"].rsplit("/", 1)[1]
    seen = (await browser.get(f"/api/v1/requests/{code}")).json()
    assert [(each["year"], each["month"], each["kg"]) for each in seen["months"]] == [(2026, 12, 1500), (2027, 1, 500)]
    assert (seen["certificates"], seen["min_stars"], seen["pack_net_g"], seen["deadline"]) == (
        ["ATTP", "VG"],
        3,
        500,
        "2026-12-15",
    )


async def test_errors_stand_beside_their_fields_and_nothing_typed_is_lost(signed_in: SignedIn) -> None:
    browser = await signed_in("buyer")
    typed = {
        **FORM,
        "ceiling_vnd_per_kg": "rẻ thôi",
        "kg_12": "-4",
        "deadline": "31/2/2027",
        "note": "Đừng mất <chữ> này",
        "commodity": "",
    }
    answer = await browser.post("/tim-hang/moi", data=typed)
    assert answer.status_code == 422
    for field in ("ceiling_vnd_per_kg", "kg_12", "deadline"):
        assert f'id="f-{field}-error"' in answer.text
    for kept in ("rẻ thôi", "-4", "31/2/2027", "Đừng mất &lt;chữ&gt; này"):
        assert kept in answer.text
    assert 'value="VG" checked' in answer.text
    no_goods = await browser.post("/tim-hang/moi", data={**FORM, "commodity": ""})
    assert no_goods.status_code == 422
    assert 'id="f-commodity-error"' in no_goods.text
    no_months = await browser.post("/tim-hang/moi", data={**FORM, "kg_12": "", "kg_01": ""})
    assert no_months.status_code == 422
    assert "ít nhất một tháng" in no_months.text


@pytest.mark.parametrize("kind", ["supplier", "organiser", "office"])
async def test_only_buyers_post(signed_in: SignedIn, kind: str) -> None:
    browser = await signed_in(kind)
    assert (await browser.get("/tim-hang/moi")).status_code == 403
    assert (await browser.post("/tim-hang/moi", data=FORM)).status_code == 403


async def test_the_form_asks_strangers_to_sign_in(client: httpx.AsyncClient) -> None:
    answer = await client.get("/tim-hang/moi")
    assert (answer.status_code, answer.headers["location"].startswith("/dang-nhap")) == (303, True)


async def test_a_draft_is_its_owners_own_until_it_is_published(signed_in: SignedIn, client: httpx.AsyncClient) -> None:
    browser = await signed_in("buyer")
    posted = await browser.post("/tim-hang/moi", data={**FORM, "save": "draft"})
    address = posted.headers["location"]
    assert (await client.get(address)).status_code == 404
    assert (await client.get(f"/api/v1/requests/{address.rsplit('/', 1)[1]}")).status_code == 404
    form = await browser.get(f"{address}/sua")
    assert 'value="1.500"' in form.text
    kept = await browser.post(f"{address}/sua", data={**FORM, "version": "1"})
    assert kept.status_code == 303, kept.text
    assert (await client.get(address)).status_code == 200


async def test_the_second_of_two_who_change_a_request_keeps_her_words(signed_in: SignedIn) -> None:
    browser = await signed_in("buyer")
    address = (await browser.post("/tim-hang/moi", data=FORM)).headers["location"]
    assert (await browser.post(f"{address}/sua", data={**FORM, "ceiling_vnd_per_kg": "90k", "version": "1"})).status_code == 303
    late = await browser.post(f"{address}/sua", data={**FORM, "ceiling_vnd_per_kg": "99k", "note": "của tôi", "version": "1"})
    assert late.status_code == 409
    assert "99k" in late.text
    assert "của tôi" in late.text
    assert 'name="version" value="2"' in late.text
    stranger = await signed_in("buyer")
    assert (await stranger.get(f"{address}/sua")).status_code == 403
    assert (await stranger.post(f"{address}/sua", data={**FORM, "version": "2"})).status_code == 403
    assert (await stranger.post(f"{address}/dong", data={"version": "2", "reason": "filled"})).status_code == 403


async def test_its_owner_closes_a_request(signed_in: SignedIn, client: httpx.AsyncClient) -> None:
    browser = await signed_in("buyer")
    address = (await browser.post("/tim-hang/moi", data=FORM)).headers["location"]
    assert (await browser.post(f"{address}/dong", data={"version": "1", "reason": "vì thế"})).status_code == 422
    assert (await browser.post(f"{address}/dong", data={"version": "1", "reason": "filled"})).status_code == 303
    assert "đã đóng" in (await client.get(address)).text
    assert address not in (await client.get("/tim-hang")).text


async def test_json_of_a_ranking_has_everything_that_the_page_says(client: httpx.AsyncClient, session: AsyncSession) -> None:
    await market.supplier(session)
    await market.product(session)
    await market.product(session, code="DEAR", tiers=(), packs=())
    await market.product(session, code="DEARER", tiers=((1, 95_000),))
    code = (await market.request(session)).code
    await session.commit()
    found = (await client.get(f"/api/v1/requests/{code}/matches?weight_price=9&limit=1")).json()
    assert found["weights"]["price"] == 9
    assert (found["total"], found["near_total"], len(found["items"])) == (2, 1, 1)
    first = found["items"][0]
    assert first["fits"]
    assert first["reasons"][0] == {"text": "4 sao", "tone": "good"}
    assert {each["name"] for each in first["factors"]} == {
        "coverage", "price", "quality", "certificates", "relevance", "distance", "reliability",
    }  # fmt: skip
    assert all(each["evidence"] for each in first["factors"])
    assert [(each["asked_kg"], each["given_kg"]) for each in first["months"]] == [(500, 500)] * 3
    assert found["near"][0]["change"].replace("\u00a0", " ") == "nâng trần giá 5.000 đ/kg"
    rest = (await client.get(f"/api/v1/requests/{code}/matches?weight_price=9&limit=1&cursor={found['next']}")).json()
    assert rest["items"][0]["product"]["slug"] != first["product"]["slug"]
    assert rest["next"] is None
    english = (await client.get(f"/api/v1/requests/{code}/matches", headers={"accept-language": "en"})).json()
    assert english["items"][0]["fits"]


async def test_an_anonymous_buyer_is_nowhere_in_page_or_json(client: httpx.AsyncClient, session: AsyncSession) -> None:
    await market.supplier(session)
    slug = await market.product(session)
    buyer = await market.buyer(session, "Siêu thị Kín Tiếng")
    code = (await market.request(session, buyer, visibility="anonymous", place="Kho Kín Tiếng")).code
    await session.commit()
    for address in (
        "/tim-hang", f"/tim-hang/{code}", f"/tim-hang?buyer={buyer.slug}", "/api/v1/requests", f"/api/v1/requests/{code}",
        f"/api/v1/requests/{code}/matches", f"/api/v1/products/{slug}/requests", f"/api/v1/requests?buyer={buyer.slug}",
    ):  # fmt: skip
        answer = await client.get(address)
        assert answer.status_code == 200
        assert "Kín Tiếng" not in answer.text
        if "buyer=" not in address:
            assert code in answer.text


async def test_a_supplier_reads_which_requests_fit(signed_in: SignedIn, session: AsyncSession) -> None:
    own = await market.supplier(session)
    await market.product(session)
    fits, dear = (await market.request(session)).code, (await market.request(session, ceiling_vnd_per_kg=70_000)).code
    await session.commit()
    browser = await signed_in(organisation_id=own)
    page = await browser.get("/ban-hang/yeu-cau")
    assert page.text.index(fits) < page.text.index(dear)
    assert "nâng trần giá 10.000\u00a0đ/kg" in page.text
    place = await browser.get(f"/tim-hang/{dear}")
    assert "vì sao chưa phù hợp" in place.text
    assert (await (await signed_in("buyer")).get("/ban-hang/yeu-cau")).status_code == 200


async def test_a_near_miss_leads_its_owner_to_the_filled_form(signed_in: SignedIn, session: AsyncSession) -> None:
    await market.supplier(session)
    await market.product(session, tiers=((1, 95_000),))
    await session.commit()
    browser = await signed_in("buyer")
    address = (
        await browser.post("/tim-hang/moi", data={**FORM, "certificates": ["ATTP"], "ceiling_vnd_per_kg": "90k"})
    ).headers["location"]
    page = await browser.get(address)
    change = re.search(r'href="(/tim-hang/[^"]+/sua\?[^"]+)"', page.text)
    assert change is not None
    form = await browser.get(change[1].replace("&amp;", "&"))
    assert 'value="95000"' in form.text
    assert "chưa có gì được lưu" in form.text


async def test_the_fair_pages_and_their_json(client: httpx.AsyncClient, session: AsyncSession) -> None:
    from datetime import date

    from service import fairs
    from service.accounts import SYSTEM

    await market.supplier(session)
    slug = await market.product(session)
    draft = fairs.FairDraft(
        name="Hội chợ Tết OCOP", kind="fair", starts_on=date(2026, 12, 10), ends_on=date(2026, 12, 13), province_code="01",
        halls=(fairs.HallDraft(name="Khu A"),), hosts=("Sở Công Thương",),
    )  # fmt: skip
    fair = await fairs.announce_fair(session, SYSTEM, draft)
    await session.commit()
    assert "10–13/12/2026" in (await client.get("/hoi-cho")).text
    page = await client.get(f"/hoi-cho/{fair.slug}")
    for said in ("Sở Công Thương", "Khu A", "Miến dong HTX1 SP1", "đúng mùa"):
        assert said in page.text
    assert "Hội chợ nên đi với" in (await client.get(f"/hoi-cho?product={slug}")).text
    assert (await client.get("/api/v1/fairs")).json()["items"][0]["slug"] == fair.slug
    one = (await client.get(f"/api/v1/fairs/{fair.slug}")).json()
    assert (one["name"], one["halls"][0]["name"], one["products"][0]["product"]["slug"]) == ("Hội chợ Tết OCOP", "Khu A", slug)
    for_product = (await client.get(f"/api/v1/products/{slug}/fairs")).json()
    assert for_product["items"][0]["fair"]["slug"] == fair.slug
