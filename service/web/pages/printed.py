"""Forms on paper (X3): each prints to one A4 page, blank, in the order in which an officer types it in later.

/bieu-mau            printed/forms.html       the list
/bieu-mau/{name}     printed/sheet.html       one sheet: dang-ky, san-pham, tim-hang, hoi-cho
"""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter, Request
from starlette.responses import Response

from service import accounts, catalogue, fairs
from service.core.errors import NotFound
from service.core.i18n import _
from service.web.deps import Page, settings
from service.web.pages.desk_forms import product_labels, profile_labels
from service.web.pages.labels import qr

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Blank:
    """One blank of a sheet: dotted lines (`lines`), boxes for so many characters (`boxes`), choices or months to tick."""

    label: str
    lines: int = 1
    boxes: int = 0
    choices: tuple[str, ...] = ()
    months: bool = False
    help: str = ""
    half: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """A form on paper."""

    name: str
    number: str
    title: str
    about: str
    blanks: tuple[Blank, ...]
    consent: str
    address: str  # What the QR code leads to.


@router.get("/bieu-mau")
async def forms(page: Page) -> Response:
    """Every form on paper."""
    return page.show("printed/forms.html", sheets=sheets())


@router.get("/bieu-mau/{name}")
async def sheet(name: str, request: Request, page: Page) -> Response:
    """One form, to be printed."""
    found = next((each for each in sheets() if each.name == name), None)
    if found is None:
        raise NotFound(_("Không có biểu mẫu này. Xem danh sách biểu mẫu."))
    return page.show("printed/sheet.html", sheet=found, picture=qr(f"{house(request)}{found.address}"), house=house(request))


def sheets() -> tuple[Sheet, ...]:
    """The forms on paper, in the reader's language."""
    return (
        Sheet(
            "dang-ky",
            "CP-01",
            _("Phiếu đăng ký nhà cung cấp"),
            _("Hợp tác xã, tổ, hộ hay doanh nghiệp điền phiếu này; cán bộ nhập vào chợ, bạn xem lại và đồng ý bằng mã."),
            _supplier_blanks(),
            accounts.consent_texts()[accounts.Purpose.ACCOUNT],
            "/duyet/nhap-ho/moi",
        ),
        Sheet(
            "san-pham",
            "CP-02",
            _("Phiếu sản phẩm"),
            _("Mỗi sản phẩm một phiếu. Phiếu đi cùng phiếu đăng ký, hoặc gửi sau."),
            _product_blanks(),
            _("Tôi xác nhận những điều trên là đúng và đồng ý để Chợ Phiên hiện sản phẩm sau khi cán bộ kiểm tra."),
            "/duyet/nhap-ho",
        ),
        Sheet(
            "tim-hang",
            "CP-03",
            _("Phiếu tìm hàng"),
            _("Nhà phân phối điền phiếu này khi không vào mạng được; cán bộ giúp đăng yêu cầu."),
            _request_blanks(),
            _("Tôi đồng ý để Chợ Phiên tìm nguồn hàng theo phiếu này và liên hệ lại theo địa chỉ đã ghi."),
            "/tim-hang/moi",
        ),
        Sheet(
            "hoi-cho",
            "CP-04",
            _("Phiếu đăng ký gian hàng hội chợ"),
            _("Điền khi không vào mạng được; ban tổ chức nhập hộ, kể cả đơn vị chưa có trên chợ."),
            _booth_blanks(),
            _("Tôi đồng ý để ban tổ chức hội chợ này giữ và dùng những điều trên để xếp gian và liên hệ với tôi."),
            "/ban-to-chuc/hoi-cho",
        ),
    )


def _supplier_blanks() -> tuple[Blank, ...]:
    """The blanks in the order of the officer's form (templates/assistance/_supplier_fields.html)."""
    label = profile_labels()
    forms = tuple(catalogue.legal_form_name(each).capitalize() for each in catalogue.LegalForm)
    return (
        Blank(label["name"], lines=2, help=_("như trong giấy đăng ký")),
        Blank(label["name_en"], help=_("nếu có")),
        Blank(label["legal_form"], choices=forms),
        Blank(label["tax_code"], boxes=13),
        Blank(label["commune_code"], half=True, help=_("tên nay hoặc tên cũ")),
        Blank(label["province_code"], half=True),
        Blank(label["address"], help=_("thôn, xóm, số nhà")),
        Blank(label["phone"], boxes=11),
        Blank(label["email"], half=True),
        Blank(label["website"], half=True),
        Blank(label["founded"], boxes=4, half=True),
        Blank(label["members"], half=True),
        Blank(label["people"], help=_("ai làm, bao nhiêu lao động")),
        Blank(label["area_ha"], half=True),
        Blank(label["capacity_note"], half=True, help=_("ví dụ 70 tấn mỗi năm")),
        Blank(label["min_order_kg"], half=True),
        Blank(label["wholesale_public"], choices=(_("có"), _("không")), half=True),
        Blank(label["story"], lines=3),
    )


def _product_blanks() -> tuple[Blank, ...]:
    """The blanks in the order of the officer's form (templates/assistance/product.html)."""
    label = product_labels()
    return (
        Blank(_("Nhà cung cấp"), help=_("tên hoặc mã")),
        Blank(label["name"], help=_("như trên nhãn")),
        Blank(label["name_en"], help=_("nếu có")),
        Blank(label["code"], half=True, help=_("của riêng bạn, nếu có")),
        Blank(label["commodity"], half=True, help=_("miến dong, quýt…")),
        Blank(label["category_code"], half=True),
        Blank(_("Sao OCOP"), choices=("3", "4", "5", _("chưa")), half=True),
        Blank(label["description"], lines=3),
        Blank(label["ingredients"], lines=2),
        Blank(label["origin"], half=True),
        Blank(label["storage"], half=True),
        Blank(label["season_months"], months=True),
        Blank(label["shelf_life_days"], half=True),
        Blank(label["lead_days"], half=True),
        Blank(label["min_order_kg"], half=True),
        Blank(_("Giá sỉ mỗi kg"), half=True, help=_("từ bao nhiêu kg")),
        Blank(_("Quy cách"), half=True, help=_("ví dụ gói 500 g")),
        Blank(_("Khối lượng tịnh (g)"), half=True),
        Blank(_("Giá bán lẻ (đ)"), half=True),
        Blank(_("Mã vạch"), boxes=13),
        Blank(_("Giấy tờ kèm theo"), lines=2, help=_("loại, số, nơi cấp, ngày cấp, ngày hết hạn")),
    )


def _request_blanks() -> tuple[Blank, ...]:
    return (
        Blank(_("Nhà phân phối"), help=_("tên đầy đủ")),
        Blank(_("Người liên hệ"), half=True),
        Blank(_("Điện thoại"), half=True),
        Blank(_("Thư điện tử")),
        Blank(_("Cần mặt hàng gì"), lines=2),
        Blank(_("Quy cách"), help=_("ví dụ gói 500 g")),
        Blank(_("Cần giao tháng nào"), months=True),
        Blank(_("Mỗi tháng bao nhiêu kg"), half=True),
        Blank(_("Giá trần mỗi kg (đ)"), half=True),
        Blank(_("Giao về đâu"), lines=2, help=_("tỉnh, thành phố; kho")),
        Blank(_("Sao OCOP ít nhất"), choices=("3", "4", "5", _("không cần")), half=True),
        Blank(_("Giấy phải có"), half=True, help=_("an toàn thực phẩm, VietGAP…")),
        Blank(_("Trả lời trước ngày"), half=True),
        Blank(_("Thanh toán"), half=True),
        Blank(_("Điều khác"), lines=4),
    )


def _booth_blanks() -> tuple[Blank, ...]:
    """The blanks in the order of the organiser's form (templates/applications/type_in.html)."""
    powers = tuple(fairs.applications.power_name(each) for each in fairs.applications.Power)
    return (
        Blank(_("Hội chợ"), help=_("tên và ngày")),
        Blank(_("Tên biển hiệu"), lines=2, help=_("in đúng như bạn viết")),
        Blank(_("Xã, phường"), half=True, help=_("tên nay hoặc tên cũ")),
        Blank(_("Tỉnh, thành phố"), half=True),
        Blank(_("Người và số điện thoại liên hệ")),
        Blank(_("Hàng hóa"), lines=3, help=_("sản phẩm mang đến, giấy chứng nhận còn hạn")),
        Blank(_("Loại hàng"), choices=tuple(fairs.applications.goods_name(each) for each in fairs.applications.Goods)),
        Blank(_("Mùi"), choices=(_("hàng có mùi mạnh"), _("hàng dễ bám mùi"), _("không"))),
        Blank(_("Điện"), choices=powers),
        Blank(_("Nước và lạnh"), choices=(_("nước"), _("tủ lạnh, tủ đông"), _("không"))),
        Blank(_("Số gian"), half=True),
        Blank(_("Diện tích ít nhất"), half=True, help=_("m²")),
        Blank(_("Hạng gian"), half=True),
        Blank(_("Ngày tham gia"), half=True, help=_("trống: suốt hội chợ")),
        Blank(_("Khu muốn đứng, theo thứ tự")),
        Blank(_("Muốn ở gần"), half=True),
        Blank(_("Không muốn ở gần"), half=True),
        Blank(_("Chung gian với"), half=True, help=_("tên đơn vị kia, ngày của mỗi bên")),
        Blank(_("Số người đứng gian"), half=True),
        Blank(_("Xe chở hàng"), half=True),
        Blank(_("Thiết bị mang theo"), half=True),
        Blank(_("Ghi chú"), lines=2),
    )


def house(request: Request) -> str:
    """How this market is reached from outside."""
    return (settings(request).base_url or str(request.base_url)).rstrip("/")
