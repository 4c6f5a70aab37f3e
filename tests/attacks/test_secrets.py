"""What is not the reader's to know is not told by a search, a count, a suggestion, an id guessed, or the words of a refusal."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

import httpx
import pytest

from tests.web.asking import address, leaks, letter
from tests.web.permissions import KINDS, TABLE

if TYPE_CHECKING:
    from tests.conftest import OneConnection
    from tests.web.permission_market import Market

# Where words are looked for, with the place of the word.
SEARCHED = (
    "/san-pham?q={}", "/san-pham/goi-y?q={}", "/nha-cung-cap?q={}", "/tim-hang?buyer={}", "/tim-hang?commodity={}",
    "/api/v1/products?q={}", "/api/v1/suggest?q={}", "/api/v1/suppliers?q={}", "/api/v1/requests?buyer={}",
    "/api/v1/requests?commodity={}", "/nhan-hieu?q={}",
)  # fmt: skip
STRANGERS = ("nobody", "other supplier", "other buyer", "organiser")
ECHO = re.compile(r'"?(request_id|x-request-id|date|etag)"?\s*:\s*"[^"]*"')
# Everybody may read that these are there, so who is refused one of their parts may be told so in other words.
DRAFTS = {"fair_draft"}
PUBLISHED = {"product", "supplier", "request", "quoted_request", "conference_cleared", "conference_told", "joint_agreed"}


def _without(answer: httpx.Response, word: str) -> str:
    """The answer without the word that was asked for, in whatever writing it comes back."""
    said = answer.text
    for written in {word, quote(word), quote(word, safe=""), word.replace(" ", "+"), word.replace("@", "%40")}:
        said = said.replace(written, "…")
    return ECHO.sub("", said)


@pytest.mark.parametrize("place", SEARCHED)
async def test_a_hidden_word_finds_no_more_than_nonsense(place: str, market: Market) -> None:
    """The page, the totals, the facets and the suggestions for a word that is hidden are those for a word that is nowhere."""
    for word, readers in market.words.items():
        if word.startswith("Tên"):  # The names of people; the pages of the reader name herself.
            continue
        nonsense = re.sub(r"[a-z]", lambda found: "qxjwk"[ord(found[0]) % 5], word.lower()).translate(
            str.maketrans("12345678", "90909090")
        )
        for kind in STRANGERS:
            if kind not in readers:
                browser = market.browsers[kind]
                asked = await browser.get(place.format(quote(word)))
                other = await browser.get(place.format(quote(nonsense)))
                assert asked.status_code == other.status_code
                if asked.headers["content-type"].startswith("application/json"):
                    assert asked.json().get("total") == other.json().get("total"), word
                    assert len(asked.json().get("items", [])) == len(other.json().get("items", [])), word
                assert leaks(asked, kind, market, word) == []


async def test_a_hidden_word_is_found_by_those_who_may(market: Market) -> None:
    """The control: the very words are there, and their own people read them."""
    shown = await market.browsers["own owner"].get(f"/ban-hang/san-pham/{market['draft']}")
    assert "zqTênNhápzq" in shown.text
    price = await market.browsers["buyer"].get(f"/api/v1/products/{market['product']}")
    assert price.json()["wholesale"][0]["price_vnd_per_kg"] == 81237
    hidden = await market.browsers["other buyer"].get(f"/api/v1/products/{market['product']}")
    assert hidden.json()["wholesale"] is None


# The parts of a supplier's product: whatever hangs under it in an address of its own.
PAIRED = [
    key for key, each in TABLE.items()
    if key.count("{") >= 2 and each.path.get("slug") == "product" and each.expected("own owner") in "o~"
    and "draft" not in each.path.values() and "own_" not in str(each.path)
]  # fmt: skip


@pytest.mark.parametrize("key", PAIRED)
async def test_ones_own_name_in_front_opens_nothing_of_anothers(key: str, market: Market, one: OneConnection) -> None:
    """A stranger puts her own product in front of another's paper, photo or part: the pair is not there."""
    each = TABLE[key]
    names = {**market.names, "product": market["stranger_product"], "key": market["product_id"]}
    method, path = address(key, each, names)
    undone = await one.connection.begin_nested()
    browser = market.browsers["other supplier"]
    kept = dict(browser.cookies)
    before = (await one.connection.exec_driver_sql("SELECT count(*) FROM core_journal")).scalar_one()
    answer = await browser.request(method, path, data=each.form, files=each.files)
    after = (await one.connection.exec_driver_sql("SELECT count(*) FROM core_journal")).scalar_one()
    await undone.rollback()
    browser.cookies = httpx.Cookies(kept)
    if set(re.findall(r"\{(\w+)", key)) - {"slug", "move", "what"}:
        assert letter(answer) in "-x~", answer.status_code
        assert after == before


def _of_fair(key: str) -> bool:
    return re.search(r"/(hoi-cho|fairs)/\{slug\}", key) is not None


def _takes_away(key: str) -> bool:
    """Taking away what has gone already is done, so that it may be sent twice; a chance id of 74 bits tells nobody anything."""
    return key.startswith("DELETE ") or key.endswith("/xoa")


@pytest.mark.parametrize("key", [key for key in TABLE if "{" in key and not _takes_away(key)])
async def test_a_guessed_id_is_told_from_a_hidden_one_by_nobody(key: str, market: Market, one: OneConnection) -> None:
    """Where a stranger is told that a thing is not there, a thing that is not there gives the same answer, word for word."""
    each = TABLE[key]
    for kind in STRANGERS[1:]:
        if each.expected(kind) != "-" or PUBLISHED & set(each.path.values()):
            continue  # Everybody knows that a published thing is there.
        guessed = {name: "0199d3a2-0000-7000-8000-00000000dead" for name in each.path if name.endswith("_id")}
        guessed |= {name: "khong-co-dau" for name in each.path if name in ("slug", "code", "key", "lot", "token")}
        if _of_fair(key) and each.path["slug"] not in DRAFTS:
            del guessed["slug"]  # Everybody knows which fairs are announced; what is hidden is what somebody has there.
        if not guessed:
            continue
        method, there = address(key, each, {**market.names, "key": "0199d3a2-0000-7000-8000-00000000beef"})
        _method, nowhere = address(key, type(each)(each.policy, {**each.path, **guessed}), market.names)
        answers = []
        for path in (there, nowhere):
            browser = market.browsers[kind]
            kept = dict(browser.cookies)
            undone = await one.connection.begin_nested()
            answer = await browser.request(method, path, headers={"x-request-id": "0199d3a2-0000"})
            await undone.rollback()
            browser.cookies = httpx.Cookies(kept)
            said = answer.text
            for part in (path, quote(path), path.partition("?")[0]):
                said = said.replace(part, "…")
            # A form that is shown again has keys of its own; only a refusal is compared word for word.
            answers.append((answer.status_code, said if answer.status_code == 404 else ""))
        assert answers[0] == answers[1], (kind, there)


def test_every_kind_is_asked() -> None:
    assert set(STRANGERS) < set(KINDS)
