"""The API for a supplier's own goods, and for the officers who check them: one story through JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service.core.db import new_id
from tests import market
from tests.reviewing import approve_everything

if TYPE_CHECKING:
    from tests.web.conftest import SignedIn

API = "/api/v1"
GOODS: dict[str, Any] = {"name": "Trà shan tuyết", "category_code": "I.3.c", "ingredients": "Búp trà"}
PAPER = {"kind": "ATTP", "number": "API-1", "issued_on": "2026-08-01"}


async def test_goods_are_entered_handed_in_returned_and_published_by_programs(
    signed_in: SignedIn, client: httpx.AsyncClient, session: AsyncSession
) -> None:
    coop = await signed_in(organisation_id=await market.supplier(session))
    lan = await signed_in("office")
    body = {**GOODS, "key": str(new_id())}
    entered = await coop.post(f"{API}/products", json=body)
    assert entered.status_code == 201, entered.text
    assert (await coop.post(f"{API}/products", json=body)).json()["slug"] == entered.json()["slug"]
    one = f"{API}/products/{entered.json()['slug']}"
    assert entered.json()["state"] == "draft"
    lacking = await coop.post(f"{one}/submission")
    assert (lacking.status_code, set(lacking.json()["errors"])) == (422, {"packs", "certificates"})
    pack = "INSERT INTO catalogue_pack (id, product_id, position, name) SELECT gen_random_uuid(), id, 0, 'Gói' FROM "
    await session.execute(text(pack + "catalogue_product"))
    paper = await coop.post(f"{one}/certificates", json=PAPER)
    assert (paper.status_code, paper.json()["state"]) == (201, "submitted")
    corrected = await coop.put(f"{API}/certificates/{paper.json()['id']}", json={**PAPER, "number": "API-2"})
    assert corrected.json()["number"] == "API-2"
    assert (await coop.post(f"{one}/submission")).json()["waits"] is True
    assert (await coop.delete(f"{one}/submission")).json()["state"] == "draft"
    assert (await coop.post(f"{one}/submission")).json()["state"] == "submitted"

    queue = (await lan.get(f"{API}/reviews")).json()
    assert queue["counts"] == {"supplier": 0, "product": 1, "certificate": 1}
    by_kind = {each["kind"]: f"{API}/reviews/{each['id']}" for each in queue["items"]}
    goods = (await lan.get(by_kind["product"])).json()
    assert (goods["said"]["ingredients"], goods["may_decide"]) == ("Búp trà", True)
    mute = await lan.post(f"{by_kind['product']}/decision", json={"approve": False, "seen": goods["seen"]})
    assert mute.status_code == 422
    why = {"approve": False, "seen": goods["seen"], "reasons": {"ingredients": "Thiếu phụ gia."}}
    assert (await lan.post(f"{by_kind['product']}/decision", json=why)).json()["state"] == "returned"
    late = {**why, "approve": True, "reasons": {}}
    assert (await lan.post(f"{by_kind['product']}/decision", json=late)).status_code == 409
    standing = (await coop.get(f"{one}/submission")).json()
    assert (standing["state"], standing["reasons"]) == ("returned", {"ingredients": "Thiếu phụ gia."})
    assert (await coop.post(f"{one}/submission")).status_code == 200
    await approve_everything(session)
    assert (await client.get(one)).status_code == 200

    version = (await coop.get(f"{one}/submission")).json()["version"]
    changed = await coop.put(one, json={**GOODS, "ingredients": "Búp trà, nhài", "version": version})
    assert (changed.json()["waits"], changed.json()["proposed"]) == (True, {"ingredients": "Búp trà, nhài"})
    assert (await client.get(one)).json()["ingredients"] == "Búp trà"
    assert (await coop.put(one, json={**GOODS, "version": version})).status_code == 409
    assert (await coop.delete(f"{API}/certificates/{paper.json()['id']}")).status_code == 204
    assert (await client.get(one)).status_code == 404, "the last checked paper has gone, and the product with it"


@pytest.mark.parametrize("kind", ["supplier", "buyer", "organiser", "office"])
async def test_goods_are_written_by_their_own_supplier_only(signed_in: SignedIn, session: AsyncSession, kind: str) -> None:
    await market.supplier(session)
    slug = await market.product(session)
    paper = await session.scalar(text("SELECT id FROM catalogue_certificate LIMIT 1"))
    stranger = await signed_in(kind)
    refused = {403, 404}
    assert (await stranger.post(f"{API}/products", json=GOODS)).status_code in refused
    assert (await stranger.put(f"{API}/products/{slug}", json={**GOODS, "version": 1})).status_code in refused
    assert (await stranger.post(f"{API}/products/{slug}/submission")).status_code in refused
    assert (await stranger.get(f"{API}/products/{slug}/submission")).status_code in refused
    assert (await stranger.post(f"{API}/products/{slug}/certificates", json=PAPER)).status_code in refused
    assert (await stranger.put(f"{API}/certificates/{paper}", json=PAPER)).status_code in refused
    assert (await stranger.delete(f"{API}/certificates/{paper}")).status_code in refused
    queue = await stranger.get(f"{API}/reviews")
    assert queue.status_code == (200 if kind == "office" else 403)


async def test_no_field_of_the_market_can_be_smuggled_in(signed_in: SignedIn, session: AsyncSession) -> None:
    coop = await signed_in(organisation_id=await market.supplier(session))
    for extra in ({"state": "published"}, {"illustrative": True}, {"supplier_id": str(new_id())}, {"typed_by": None}):
        assert (await coop.post(f"{API}/products", json={**GOODS, **extra})).status_code == 422, extra


async def test_strange_letters_in_a_decision_are_refused_in_words(signed_in: SignedIn, session: AsyncSession) -> None:
    coop = await signed_in(organisation_id=await market.supplier(session))
    entered = (await coop.post(f"{API}/products", json=GOODS)).json()["slug"]
    await coop.post(f"{API}/products/{entered}/certificates", json=PAPER)
    lan = await signed_in("office")
    one = f"{API}/reviews/{(await lan.get(f'{API}/reviews')).json()['items'][0]['id']}"
    seen = (await lan.get(one)).json()["seen"]
    many = {f"{first}{second}": "x" for first in "ab" for second in "abcdefghijklmnopqrst"}
    for body in (
        {"reasons": {"a\x00b": "x"}}, {"reasons": {"number": "\x00"}}, {"note": "\x00"}, {"reasons": {"number": "\ud800"}},
        {"note": "\ud800"}, {"reasons": many},
    ):  # fmt: skip
        sent = json.dumps({"approve": False, "seen": seen, **body})
        answer = await lan.post(f"{one}/decision", content=sent, headers={"content-type": "application/json"})
        assert answer.status_code in (400, 422), (body, answer.text)
    rightly = {"approve": False, "seen": seen, "note": "Sửa giúp"}
    assert (await lan.post(f"{one}/decision", json=rightly)).status_code == 200
