"""Why a request is short and why a supplier got nothing: the limit that binds, in words."""

from __future__ import annotations

from typing import Any

from service.matching.rounds.words import need_reasons, supplier_reasons


def _month(**said: int) -> dict[str, Any]:
    return {"month": "2026-12-01", "asked": 500, "given": 200, "fitting": 200, **said}


def test_a_short_month_says_whether_goods_or_others_bind() -> None:
    report = {"fits": 2, "looked_at": 5, "every": {}, "alone": {}}
    (all_of_it,) = need_reasons(500, 200, {**report, "months": [_month()]})
    assert "mọi nguồn hợp cộng lại chỉ còn 200" in all_of_it
    assert "yêu cầu khác" not in all_of_it
    (shared,) = need_reasons(500, 200, {**report, "months": [_month(fitting=450)]})
    assert "250\u00a0kg chia cho yêu cầu khác" in shared
    (none,) = need_reasons(500, 0, {**report, "months": [_month(given=0, fitting=0)]})
    assert "không còn hàng" in none
    assert need_reasons(500, 500, {**report, "months": [_month(given=500, fitting=900)]}) == []


def test_the_rules_that_said_no_come_with_how_often_and_of_what() -> None:
    counts = {"price": 4, "stars": 2, "certificate:ATTP": 1, "lead_time": 1}
    report = {"fits": 0, "looked_at": 8, "every": counts, "alone": {}, "months": [_month(given=0)]}
    (of_products,) = need_reasons(500, 0, report)
    assert of_products.startswith("Không nguồn nào hợp: giá cao hơn trần (4 sản phẩm), chưa đủ sao OCOP (2 sản phẩm)")
    assert "chuẩn bị" not in of_products  # The three foremost.
    (of_requests,) = supplier_reasons(0, 900, report)
    assert "giá cao hơn trần (4 lượt so)" in of_requests
