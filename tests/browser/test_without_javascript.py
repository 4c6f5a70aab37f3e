"""Everything works without JavaScript: reading, filtering, signing in, editing, posting (X3)."""

from __future__ import annotations

import pytest

from tests.browser.conftest import OpenWindow


@pytest.mark.parametrize("width", [360, 1280])
def test_search_and_filter_by_hand(window: OpenWindow, width: int) -> None:
    page = window(width, javascript=False)
    page.goto("/")
    page.locator("main input[name=q]").fill("mien dong")
    page.locator("main form.find button").click()
    page.wait_for_url("**/san-pham?q=mien+dong")
    all_of_them = page.locator(".results .entries > li").count()
    assert all_of_them > 3
    assert page.locator(".results .entries h3").first.inner_text().startswith("Miến dong")
    if width < 960:  # On a phone the filters are folded.
        page.locator("details.fold > summary").click()
    page.locator("#filters input[name=stars][value='4']").check()
    page.locator("#filters button[type=submit]").click()
    page.wait_for_url("**stars=4**")
    assert 0 < page.locator(".results .entries > li").count() < all_of_them
    assert page.locator("#find").input_value() == "mien dong"


def test_wrong_password_then_in_and_out_again(window: OpenWindow, people: dict[str, str]) -> None:
    page = window(360, javascript=False)
    page.goto("/dang-nhap?next=/nha-cung-cap")
    page.locator("#f-email").fill(people["buyer"])
    page.locator("#f-password").fill("sai mật khẩu")
    page.locator("form.narrow button").click()
    assert page.locator("#errors").is_visible()
    assert page.locator("#f-email").input_value() == people["buyer"]
    page.locator("#f-password").fill("cho-phien-minh-hoa")
    page.locator("form.narrow button").click()
    page.wait_for_url("**/nha-cung-cap")
    page.locator("details.me > summary").click()
    page.locator("form[action='/dang-xuat'] button").click()
    assert page.locator("a.sign-in").is_visible()


def test_a_cooperative_changes_its_capacity(window: OpenWindow, people: dict[str, str]) -> None:
    page = window(360, javascript=False, who=people["supplier"])
    page.goto("/ban-hang")
    page.locator("#san-pham a[href^='/ban-hang/san-pham/']:not([href$='/moi'])").first.click()
    page.locator("a[href$='/nang-luc']").click()
    page.locator("input[name=capacity_03]").fill("một ít")
    page.locator("main form button[type=submit]").first.click()
    assert page.locator("#f-capacity_03-error").is_visible()
    assert page.locator("input[name=capacity_03]").input_value() == "một ít"
    page.locator("input[name=capacity_03]").fill("1,2 tấn")
    page.locator("main form button[type=submit]").first.click()
    assert page.locator("#flash .flash").is_visible()
    page.locator("a[href$='/nang-luc']").first.click()
    assert page.locator("input[name=capacity_03]").input_value().replace(".", "") in ("1200", "1,2 tấn")


def test_a_distributor_posts_a_request_and_sees_who_fits(window: OpenWindow, people: dict[str, str]) -> None:
    page = window(360, javascript=False, who=people["buyer"])
    page.goto("/tim-hang/moi")
    page.locator("main form button[value=open]").click()
    assert page.locator("#errors").is_visible()  # Nothing was said yet: the form says what is missing.
    page.locator("select[name=commodity]").select_option("mien-dong")
    for month, typed in (("12", "2 tạ"), ("01", "200")):
        page.locator(f"input[name=kg_{month}]").fill(typed)
    page.locator("input[name=ceiling_vnd_per_kg]").fill("95k")
    page.locator("main form button[value=open]").click()
    page.wait_for_url("**/tim-hang/YC-*")
    assert page.locator("#flash .flash").is_visible()
    assert page.locator(".candidates .candidate").count() > 0
    assert page.locator(".candidate .reasons li").count() > 3


def test_weights_are_answered_by_a_button(window: OpenWindow) -> None:
    page = window(360, javascript=False)
    page.goto("/tim-hang")
    page.locator("main .entries h3 a").first.click()
    page.locator("details.weights > summary").click()
    page.locator("details.weights button[type=submit]").click()
    page.wait_for_url("**weight_price=**")
    assert page.locator("#candidates").is_visible()
