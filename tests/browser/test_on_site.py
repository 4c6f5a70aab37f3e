"""The gate and a booth on a phone whose line comes and goes: what waits is sent once, not lost and not doubled."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import segno
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.browser.conftest import Market, OpenChromium, fulfil, sign_in

FAIR = "tuan-hang-dac-san-vung-cao-ha-noi-%"
_PLACED = """
INSERT INTO fairs_occupancy (id, fair_id, booth_id, days, origin, state, name, supplier_id, key)
SELECT gen_random_uuid(), f.id, b.id, daterange(f.starts_on, f.ends_on, '[]'), 'plan', 'taken', s.name, s.id, gen_random_uuid()
  FROM fairs_fair f, catalogue_supplier s,
       LATERAL (SELECT b.id FROM fairs_booth b WHERE b.fair_id = f.id AND b.part_of IS NULL AND NOT EXISTS (
                  SELECT 1 FROM fairs_occupancy o WHERE o.booth_id = b.id AND o.state <> 'released') ORDER BY b.code LIMIT 1) b
 WHERE f.slug LIKE %s AND s.code = 'NALENG' AND NOT EXISTS (
       SELECT 1 FROM fairs_occupancy o WHERE o.fair_id = f.id AND o.supplier_id = s.id AND o.state = 'taken')
"""


@pytest.fixture
def phone(browser: Browser, market: Market) -> Iterator[BrowserContext]:
    """A phone of its own: it complains about its line, and that is what is tested here."""
    context = browser.new_context(viewport={"width": 360, "height": 800}, base_url=market.address, locale="vi-VN",
                                  reduced_motion="reduce")  # fmt: skip
    context.route(lambda url: not url.startswith(market.address), fulfil)
    yield context
    context.close()


@pytest.fixture
def slug(market: Market) -> str:
    """The fair that is running; the co-operative that signs in has a booth there."""
    with psycopg.connect(market.database_url) as connection:
        connection.execute(_PLACED, (FAIR,))
    return str(market.one("SELECT slug FROM fairs_fair WHERE slug LIKE 'tuan-hang-dac-san-vung-cao-ha-noi-%'"))


def _gate(phone: BrowserContext, slug: str) -> Page:
    page = phone.new_page()
    sign_in(page, "bantochuc@chophien.example")
    page.goto(f"/ban-to-chuc/hoi-cho/{slug}/tai-cho")
    button = page.get_by_role("button", name="Lập danh sách và thẻ")
    if button.count():
        button.click()
        page.wait_for_load_state()
    return page


def _fresh_pass(market: Market, slug: str) -> tuple[str, str]:
    """A pass with which nobody has come today, made for it: its code and its id."""
    with psycopg.connect(market.database_url) as connection:
        row = connection.execute(
            "INSERT INTO fairs_pass (id, fair_id, exhibitor_id, number, code) SELECT gen_random_uuid(), e.fair_id, e.id, 1 + ("
            " SELECT max(number) FROM fairs_pass p WHERE p.exhibitor_id = e.id), %s FROM fairs_exhibitor e"
            " JOIN fairs_fair f ON f.id = e.fair_id WHERE f.slug = %s ORDER BY e.name LIMIT 1 RETURNING code, id",
            (_code(), slug),
        ).fetchone()
    assert row is not None
    return str(row[0]), str(row[1])


def _code() -> str:
    from service.fairs.onsite import codes

    return codes.drawn()


def _count(market: Market, pass_id: str) -> int:
    return int(market.one(f"SELECT count(*) FROM fairs_check_in WHERE pass_id = '{pass_id}'"))


def _arrived(page: Page, market: Market, sql: str) -> int:
    """How many there are once the first is there: an empty list on the page may be one that has not been shown yet."""
    for _look in range(150):
        if found := int(market.one(sql)):
            return found
        page.wait_for_timeout(100)  # Not a sleep: the page's own requests are answered meanwhile.
    return 0


def _say(page: Page, code: str) -> None:
    page.locator("#f-code").fill(code)
    page.locator("#f-code").press("Enter")


def test_a_check_in_without_a_line_waits_and_goes_once(phone: BrowserContext, market: Market, slug: str) -> None:
    page = _gate(phone, slug)
    code, pass_id = _fresh_pass(market, slug)
    phone.set_offline(True)
    _say(page, code)
    waiting = page.locator("#queue")
    expect(waiting).to_be_visible()
    expect(waiting).to_contain_text(code)
    expect(waiting.locator(".said")).to_contain_text("Chưa có mạng")
    assert _count(market, pass_id) == 0
    phone.set_offline(False)
    expect(waiting.locator("li")).to_have_count(0)
    assert _count(market, pass_id) == 1


def test_an_answer_that_is_lost_after_the_commit_makes_no_second_row(phone: BrowserContext, market: Market, slug: str) -> None:
    page = _gate(phone, slug)
    code, pass_id = _fresh_pass(market, slug)
    lost: list[str] = []

    def lose(route: Route) -> None:
        route.fetch()  # The market has kept it; its answer never comes back.
        lost.append(route.request.post_data or "")
        route.abort("connectionreset")

    page.route("**/api/v1/fairs/*/check-ins", lose, times=1)
    _say(page, code)
    waiting = page.locator("#queue")
    expect(waiting.locator("li")).to_have_count(1)
    expect(waiting.locator(".said")).to_contain_text("Chưa có mạng")
    assert len(lost) == 1
    assert _count(market, pass_id) == 1
    with page.expect_response("**/api/v1/fairs/*/check-ins") as answered:
        waiting.locator(".retry").click()
    assert answered.value.ok
    assert answered.value.request.post_data == lost[0]
    expect(waiting.locator("li")).to_have_count(0)
    assert _count(market, pass_id) == 1


def test_what_is_refused_stays_with_the_reason_and_holds_up_nobody(phone: BrowserContext, market: Market, slug: str) -> None:
    page = _gate(phone, slug)
    code, pass_id = _fresh_pass(market, slug)
    phone.set_offline(True)
    _say(page, "KHONG-CO-THE")
    _say(page, code)
    expect(page.locator("#queue li")).to_have_count(2)
    phone.set_offline(False)
    expect(page.locator("#queue li")).to_have_count(1)
    expect(page.locator("#queue li")).to_contain_text("Mã thẻ chưa đúng")
    assert _count(market, pass_id) == 1
    page.locator("#queue li").get_by_role("button", name="Bỏ").click()
    expect(page.locator("#queue")).to_be_hidden()


def test_what_is_kept_outlives_the_page_and_the_phone(phone: BrowserContext, market: Market, slug: str) -> None:
    page = _gate(phone, slug)
    code, pass_id = _fresh_pass(market, slug)
    phone.set_offline(True)
    _say(page, code)
    expect(page.locator("#queue li")).to_have_count(1)
    page.close()
    assert _count(market, pass_id) == 0
    phone.set_offline(False)
    other = phone.new_page()  # Anywhere else a line says that something has not gone yet, and leads there.
    other.goto("/ban-to-chuc/hoi-cho")
    other.locator("#unsent a").click()
    assert _arrived(other, market, f"SELECT count(*) FROM fairs_check_in WHERE pass_id = '{pass_id}'") == 1
    expect(other.locator("#queue li")).to_have_count(0)
    other.goto("/ban-to-chuc/hoi-cho")
    expect(other.locator("#unsent")).to_be_hidden()


def test_nobody_sends_what_another_organisation_has_typed(phone: BrowserContext, market: Market, slug: str) -> None:
    page = phone.new_page()
    sign_in(page, "htx@chophien.example")
    page.goto(f"/ban-hang/hoi-cho/{slug}/tai-cho")
    phone.set_offline(True)
    page.locator("form[data-queue] [name=what]").fill("Miến của người trước")
    page.locator("form[data-queue] [name=vnd]").fill("120k")
    page.get_by_role("button", name="Ghi bán hàng").click()
    expect(page.locator("#queue li")).to_have_count(1)
    phone.set_offline(False)
    phone.route("**/api/v1/fairs/*/**", lambda route: route.abort())  # It does not go before the phone is handed on.
    phone.clear_cookies()
    sign_in(page, "lienhiep@chophien.example")
    phone.unroute("**/api/v1/fairs/*/**")
    page.goto(f"/ban-hang/hoi-cho/{slug}/tai-cho")
    expect(page.locator("#queue .said")).to_contain_text("Của đơn vị khác trên máy này: 1")
    expect(page.locator("#queue li")).to_have_count(0)
    sold = "SELECT count(*) FROM fairs_sale WHERE what = 'Miến của người trước'"
    assert market.one(sold) == 0
    phone.clear_cookies()
    sign_in(page, "htx@chophien.example")
    page.goto(f"/ban-hang/hoi-cho/{slug}/tai-cho")
    assert _arrived(page, market, sold) == 1
    expect(page.locator("#queue .said")).not_to_contain_text("đơn vị khác")
    expect(page.locator("#queue li")).to_have_count(0)


def test_what_was_refused_goes_back_into_its_form(phone: BrowserContext, market: Market, slug: str) -> None:
    page = phone.new_page()
    sign_in(page, "htx@chophien.example")
    page.goto(f"/ban-hang/hoi-cho/{slug}/tai-cho")
    form = page.locator("form[data-queue]").first
    form.locator("[name=what]").fill("Miến gõ sai")
    form.locator("[name=vnd]").fill("tám trăm")
    form.get_by_role("button", name="Ghi bán hàng").click()
    line = page.locator("#queue li")
    expect(line).to_contain_text("Không ghi được")
    line.get_by_role("button", name="Sửa").click()
    expect(form.locator("[name=what]")).to_have_value("Miến gõ sai")
    expect(line).to_have_count(0)
    form.locator("[name=vnd]").fill("800k")
    form.get_by_role("button", name="Ghi bán hàng").dblclick()  # A finger that comes down twice.
    expect(page.locator("#queue .said")).to_contain_text("Đã gửi xong")
    assert market.one("SELECT count(*) FROM fairs_sale WHERE what = 'Miến gõ sai' AND vnd = 800000") == 1


# The camera is real for the page: a picture of a pass, frame by frame, from Chromium's own test device. What Chromium on this
# system lacks is a reader of codes, so the reader here looks at each square of the picture and says the code if all are right.
READER = """
window.BarcodeDetector = class {
  static async getSupportedFormats() { return ["qr_code"]; }
  async detect(video) {
    const {rows, text} = window.expected, size = video.videoHeight, canvas = document.createElement("canvas");
    canvas.width = video.videoWidth; canvas.height = size;
    const pen = canvas.getContext("2d");
    pen.drawImage(video, 0, 0);
    const side = size / (rows.length + 8), left = (canvas.width - size) / 2;
    const same = rows.every((row, y) => [...row].every((dark, x) => {
      const [red] = pen.getImageData(Math.floor(left + (x + 4.5) * side), Math.floor((y + 4.5) * side), 1, 1).data;
      return (red < 128) === (dark === "1");
    }));
    return same ? [{rawValue: text}] : [];
  }
};
"""


def _filmed(code: str, file: Path) -> list[str]:
    """A film of a pass as the camera sees it, and the rows of its picture: black squares are 1."""
    rows = ["".join("1" if dark else "0" for dark in row) for row in segno.make(code, error="m").matrix]
    side = 480 // (len(rows) + 8) // 2 * 2
    height = side * (len(rows) + 8)
    width = height + 160
    frame = bytearray(b"\xeb" * (width * height))
    for y, row in enumerate(rows):
        for x, dark in enumerate(row):
            if dark == "1":
                for line in range((y + 4) * side, (y + 5) * side):
                    start = line * width + 80 + (x + 4) * side
                    frame[start : start + side] = b"\x10" * side
    grey = b"\x80" * (width * height // 2)
    with file.open("wb") as film:
        film.write(f"YUV4MPEG2 W{width} H{height} F10:1 Ip A1:1 C420jpeg\n".encode())
        for _frame in range(20):
            film.write(b"FRAME\n" + frame + grey)
    return rows


def test_a_pass_is_scanned_by_the_camera(chromium: OpenChromium, market: Market, slug: str, tmp_path: Path) -> None:
    code, pass_id = _fresh_pass(market, slug)
    rows = _filmed(code, tmp_path / "pass.y4m")
    filming = chromium(
        "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-video-capture={tmp_path / 'pass.y4m'}",
    )  # fmt: skip
    context = filming.new_context(viewport={"width": 360, "height": 800}, base_url=market.address, locale="vi-VN")
    context.route(lambda url: not url.startswith(market.address), fulfil)
    plain = _gate(context, slug)
    if not plain.evaluate("'BarcodeDetector' in window"):
        expect(plain.locator("#scan p")).to_contain_text("không đọc được mã bằng máy ảnh")
        expect(plain.locator("#scan button")).to_be_hidden()
    plain.close()
    context.add_init_script(f"window.expected = {json.dumps({'rows': rows, 'text': code})};{READER}")
    page = context.new_page()
    page.goto(f"/ban-to-chuc/hoi-cho/{slug}/tai-cho")
    page.get_by_role("button", name="Quét bằng máy ảnh").click()
    expect(page.locator("#queue .said")).to_contain_text("Đã ghi:", timeout=15000)
    how = f"SELECT how FROM fairs_check_in WHERE pass_id = '{pass_id}'"
    assert market.one(how) == "scanned"
    expect(page.locator("#scan video")).to_be_visible()  # It stays open for the next one.
    page.get_by_role("button", name="Tắt máy ảnh").click()
    expect(page.locator("#scan video")).to_be_hidden()
    filming.close()


def test_a_booth_keeps_a_sale_and_a_lead_while_the_line_is_down(phone: BrowserContext, market: Market, slug: str) -> None:
    page = phone.new_page()
    sign_in(page, "htx@chophien.example")
    page.goto(f"/ban-hang/hoi-cho/{slug}/tai-cho")
    phone.set_offline(True)
    page.locator("form[data-queue] [name=what]").fill("Miến thử mất mạng")
    page.locator("form[data-queue] [name=vnd]").fill("850k")
    page.get_by_role("button", name="Ghi bán hàng").click()
    expect(page.locator("#queue li")).to_have_count(1)
    phone.set_offline(False)
    expect(page.locator("#queue li")).to_have_count(0)
    sold = "SELECT count(*) FROM fairs_sale WHERE what = 'Miến thử mất mạng' AND vnd = 850000"
    assert _arrived(page, market, sold) == 1
    page.goto(f"/ban-hang/hoi-cho/{slug}/tai-cho/khach")
    phone.set_offline(True)
    page.locator("[name=person]").fill("Khách mất mạng")
    page.get_by_role("button", name="Ghi khách").click()
    expect(page.locator("#queue li")).to_have_count(1)
    phone.set_offline(False)
    expect(page.locator("#queue li")).to_have_count(0)
    assert _arrived(page, market, "SELECT count(*) FROM fairs_lead WHERE person = 'Khách mất mạng'") == 1
