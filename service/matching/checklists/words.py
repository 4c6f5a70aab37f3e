"""Conditions and gaps in whole words, in the reader's language. Decides nothing."""

from __future__ import annotations

from datetime import date

from service import catalogue
from service.core import formats
from service.core.i18n import _, locale
from service.matching.checklists.judging import Point, Readiness, Wish
from service.matching.checklists.models import Wanted
from service.matching.terms import Verdict

# Which part of the desk a gap is closed in; the pages know where that is.
PARTS: dict[Wanted, str] = {
    Wanted.BARCODE: "packs",
    Wanted.STARS: "certificates",
    Wanted.PAPER: "certificates",
    Wanted.FOOD_SAFETY: "certificates",
    Wanted.DECLARATION: "certificates",
    Wanted.TEST_REPORT: "certificates",
    Wanted.INVOICE: "profile",
    Wanted.TRACE: "lots",
    Wanted.PHOTOS: "photos",
    Wanted.ENGLISH: "product",
    Wanted.PACK: "packs",
    Wanted.LEAST_ORDER: "product",
    Wanted.LEAD_TIME: "product",
    Wanted.SHELF_PERCENT: "product",
    Wanted.SHELF_DAYS: "product",
}


def kind_name(kind: Wanted) -> str:
    """A kind of condition, as in a form."""
    return {
        Wanted.BARCODE: _("Mã vạch"),
        Wanted.STARS: _("Sao OCOP, từ"),
        Wanted.PAPER: _("Giấy tờ"),
        Wanted.FOOD_SAFETY: _("Giấy an toàn thực phẩm (ATTP, HACCP, ISO 22000 hoặc FSSC 22000)"),
        Wanted.DECLARATION: _("Hồ sơ công bố sản phẩm (tự công bố hoặc đăng ký)"),
        Wanted.TEST_REPORT: _("Phiếu kiểm nghiệm, không quá"),
        Wanted.INVOICE: _("Hóa đơn giá trị gia tăng"),
        Wanted.TRACE: _("Tem hoặc mã QR mở được trang truy xuất của lô"),
        Wanted.PHOTOS: _("Ảnh sản phẩm, ít nhất"),
        Wanted.ENGLISH: _("Tên sản phẩm bằng tiếng Anh"),
        Wanted.PACK: _("Có gói đúng"),
        Wanted.LEAST_ORDER: _("Đơn ít nhất không quá"),
        Wanted.LEAD_TIME: _("Chuẩn bị hàng không quá"),
        Wanted.SHELF_PERCENT: _("Hạn dùng còn lại khi nhận, ít nhất"),
        Wanted.SHELF_DAYS: _("Số ngày hạn dùng còn lại khi nhận, ít nhất"),
        Wanted.DISCOUNT: _("Chiết khấu cho người mua"),
        Wanted.CREDIT: _("Trả tiền sau"),
        Wanted.INSURANCE: _("Bảo hiểm trách nhiệm sản phẩm"),
        Wanted.WORDS: _("Điều kiện khác"),
    }[kind]


def unit_name(kind: Wanted) -> str:
    """What the number of a condition counts; empty where it has none."""
    return {
        Wanted.STARS: _("sao"),
        Wanted.TEST_REPORT: _("tháng"),
        Wanted.PHOTOS: _("ảnh"),
        Wanted.PACK: _("g"),
        Wanted.LEAST_ORDER: _("kg"),
        Wanted.LEAD_TIME: _("ngày"),
        Wanted.SHELF_PERCENT: "%",
        Wanted.SHELF_DAYS: _("ngày"),
        Wanted.DISCOUNT: "%",
        Wanted.CREDIT: _("ngày"),
    }.get(kind, "")


def condition(wish: Wish) -> str:
    """What the buyer asks for, in one phrase; or what it says not to ask for."""
    what = _condition(wish)
    return what if wish.required else _("không yêu cầu: %(what)s", what=what)


def _condition(wish: Wish) -> str:
    n = wish.number
    if n is None or not wish.required:
        return _without_number(wish)
    return {
        Wanted.STARS: _("OCOP từ %(n)s sao còn hạn", n=n),
        Wanted.TEST_REPORT: _("phiếu kiểm nghiệm không quá %(n)s tháng", n=n),
        Wanted.PHOTOS: _("ít nhất %(n)s ảnh sản phẩm", n=n),
        Wanted.PACK: _("có gói %(grams)s", grams=formats.grams(n)),
        Wanted.LEAST_ORDER: _("đơn ít nhất không quá %(kg)s", kg=formats.kg(n)),
        Wanted.LEAD_TIME: _("chuẩn bị hàng không quá %(n)s ngày", n=n),
        Wanted.SHELF_PERCENT: _("khi nhận còn ít nhất %(n)s%% hạn dùng", n=n),
        Wanted.SHELF_DAYS: _("khi nhận còn ít nhất %(n)s ngày hạn dùng", n=n),
        Wanted.DISCOUNT: _("chiết khấu %(n)s%%", n=n),
        Wanted.CREDIT: _("trả tiền sau %(n)s ngày", n=n),
    }[wish.kind]


def _without_number(wish: Wish) -> str:
    if wish.kind is Wanted.BARCODE:
        return {"gtin13": _("mã vạch GTIN-13 trên túi"), "gtin14": _("mã vạch GTIN-14 trên thùng")}.get(
            wish.code or "", _("mã vạch")
        )
    if wish.kind is Wanted.PAPER:
        return paper_name(wish.code)
    if wish.kind is Wanted.WORDS:
        return wish.words or ""
    return {
        Wanted.STARS: _("sao OCOP"),
        Wanted.FOOD_SAFETY: _("giấy an toàn thực phẩm"),
        Wanted.DECLARATION: _("hồ sơ công bố sản phẩm"),
        Wanted.TEST_REPORT: _("phiếu kiểm nghiệm"),
        Wanted.INVOICE: _("hóa đơn giá trị gia tăng"),
        Wanted.TRACE: _("trang truy xuất của lô"),
        Wanted.PHOTOS: _("ảnh sản phẩm"),
        Wanted.ENGLISH: _("tên sản phẩm bằng tiếng Anh"),
        Wanted.PACK: _("quy cách gói"),
        Wanted.LEAST_ORDER: _("đơn ít nhất"),
        Wanted.LEAD_TIME: _("thời gian chuẩn bị hàng"),
        Wanted.SHELF_PERCENT: _("hạn dùng còn lại khi nhận"),
        Wanted.SHELF_DAYS: _("hạn dùng còn lại khi nhận"),
        Wanted.DISCOUNT: _("chiết khấu"),
        Wanted.CREDIT: _("bán chịu"),
        Wanted.INSURANCE: _("bảo hiểm trách nhiệm sản phẩm"),
    }[wish.kind]


def gap(point: Point) -> str:
    """What is missing for one condition, and what stands against it where that is known."""
    wish = point.wish
    what = _condition(wish)
    if wish.answered:
        if point.answer is None:
            return _("chưa trả lời: %(what)s", what=what)
        said = f" ({point.answer.words})" if point.answer.words else ""
        return _("không nhận: %(what)s", what=what) + said
    if point.verdict is Verdict.UNKNOWN:
        return _unknown(wish, what)
    if isinstance(point.found, date):
        if wish.kind is Wanted.TEST_REPORT:
            return _("cần %(what)s, phiếu mới nhất ngày %(day)s", what=what, day=formats.day(point.found))
        return _("%(what)s: đã hết hạn ngày %(day)s", what=_without_number(wish), day=formats.day(point.found))
    return _figure(point, what) if point.found is not None else _missing(wish, what)


def _unknown(wish: Wish, what: str) -> str:
    if PARTS[wish.kind] == "certificates":
        return _("chưa rõ hạn: %(what)s", what=_without_number(wish))
    return _("chưa khai: %(what)s", what=what)


def _missing(wish: Wish, what: str) -> str:
    if wish.kind is Wanted.INVOICE:
        return _("hộ kinh doanh và tổ hợp tác thường không xuất được hóa đơn giá trị gia tăng")
    return _("thiếu %(what)s", what=what)


def _figure(point: Point, what: str) -> str:
    n = int(point.found) if isinstance(point.found, int) else 0
    now = {
        Wanted.STARS: _("đang có %(n)s sao", n=n),
        Wanted.PHOTOS: _("đang có %(n)s ảnh", n=n),
        Wanted.LEAST_ORDER: _("đang là %(kg)s", kg=formats.kg(n)),
        Wanted.LEAD_TIME: _("đang là %(n)s ngày", n=n),
        Wanted.SHELF_PERCENT: _("ước còn %(n)s%%", n=n),
        Wanted.SHELF_DAYS: _("ước còn %(n)s ngày", n=n),
    }[point.wish.kind]
    return _("cần %(what)s, %(now)s", what=what, now=now)


def line(readiness: Readiness) -> str:
    """How ready the goods are, in one sentence: so many of so many, and what is missing."""
    if not readiness.required:
        return _("Người mua không đòi điều kiện nào xét được ở đây.")
    share = _("Đạt %(held)s trên %(all)s điều kiện vào hàng", held=readiness.held, all=readiness.required)
    if readiness.ready:
        return f"{share}."
    return f"{share}: {'; '.join(gap(each) for each in readiness.gaps)}."


def paper_name(kind: str | None) -> str:
    """A kind of paper by its name in the reader's language."""
    known = catalogue.KINDS.get(kind or "")
    return known.called(locale()) if known else kind or ""
