"""What the five source articles say of real organisations and events, as far as the tables can hold it.

Every sentence keeps the wording of its article. What an article does not say stays empty.
"""

from __future__ import annotations

from datetime import date

from service.catalogue import ProductRow, SupplierRow
from service.fairs import DatePrecision, FairDraft, FairKind
from service.matching import BuyerKind, BuyerProfile

_FIVE = (
    "Bài 000 nêu là một trong “05 doanh nghiệp, HTX” của Bắc Kạn có “hệ thống đại lý, cộng tác viên tiêu thụ hàng hóa” tại "
    "TP. Hồ Chí Minh. Sản phẩm được nêu chung cho cả năm đơn vị: tinh bột nghệ, curcumin nghệ, miến dong “và các sản phẩm "
    "nông sản khác”."
)
_SOURCE_FIVE = "Bài 000: “05 doanh nghiệp, HTX” có “hệ thống đại lý, cộng tác viên tiêu thụ hàng hóa” tại TP. Hồ Chí Minh"
_SOURCE_MIEN = "Bài 003: “sản phẩm Miến dong của HTX Tài Hoan (Na Rì) xuất khẩu vào thị trường Châu Âu”"
_SOURCE_MISAKI = (
    "Bài 003: mơ vàng được chế biến tại Công ty TNHH Việt Nam Misaki (Khu Công nghiệp Thanh Bình, huyện Chợ Mới), "
    "xuất khẩu sang Nhật Bản"
)
_SOURCE_CON_MINH = (
    "Bài 001: “01 lớp đào tạo nghề sản xuất miến dong cho 35 lao động nông thôn tại Hợp tác xã sản xuất chế biến dong riềng "
    "Côn Minh, xã Côn Minh, huyện Na Rì (năm 2013)”"
)
_SOURCE_STORES = "Bài 003: hợp đồng đưa hàng vào hệ thống siêu thị “như Big C, Vinmart…” (không nêu số lượng)"

# Bắc Kạn of the articles is Thái Nguyên (19) today.
SUPPLIERS = (
    SupplierRow(
        code="BK-TANTHANH", name="HTX Nông nghiệp Tân Thành", legal_form="cooperative", province_code="19",
        story=_FIVE, source=_SOURCE_FIVE,
    ),
    SupplierRow(
        code="BK-TAIHOAN", name="HTX Tài Hoan", legal_form="cooperative", province_code="19", address="Na Rì",
        story=f"{_FIVE} Bài 003: “sản phẩm Miến dong của HTX Tài Hoan (Na Rì) xuất khẩu vào thị trường Châu Âu”.",
        source=f"{_SOURCE_FIVE}; {_SOURCE_MIEN}",
    ),
    SupplierRow(
        code="BK-NHUNGLUY", name="HTX Nhung Lũy", legal_form="cooperative", province_code="19",
        story=_FIVE, source=_SOURCE_FIVE,
    ),
    SupplierRow(
        code="BK-NONGSAN", name="Công ty cổ phần Nông sản Bắc Kạn", legal_form="enterprise", province_code="19",
        story=_FIVE, source=_SOURCE_FIVE,
    ),
    SupplierRow(
        code="BK-BACHA", name="Công ty cổ phần Curcumin Bắc Hà", legal_form="enterprise", province_code="19",
        story=_FIVE, source=_SOURCE_FIVE,
    ),
    SupplierRow(
        code="BK-CONMINH", name="Hợp tác xã sản xuất chế biến dong riềng Côn Minh", legal_form="cooperative",
        province_code="19", commune_code="02185", address="xã Côn Minh, huyện Na Rì",
        story="Bài 001: “01 lớp đào tạo nghề sản xuất miến dong cho 35 lao động nông thôn” tổ chức tại hợp tác xã năm 2013.",
        source=_SOURCE_CON_MINH,
    ),
    SupplierRow(
        code="BK-MISAKI", name="Công ty TNHH Việt Nam Misaki", legal_form="enterprise", province_code="19",
        commune_code="02107", address="Khu Công nghiệp Thanh Bình, huyện Chợ Mới",
        story="Bài 003: mơ vàng được chế biến tại công ty và xuất khẩu sang Nhật Bản.", source=_SOURCE_MISAKI,
    ),
)  # fmt: skip

PRODUCTS = (
    ProductRow(
        supplier_code="BK-TAIHOAN", code="SP01", name="Miến dong", commodity="mien-dong",
        description="Bài 003: “xuất khẩu vào thị trường Châu Âu”.", source=_SOURCE_MIEN,
    ),
    ProductRow(
        supplier_code="BK-MISAKI", code="SP01", name="Mơ vàng",
        description="Bài 003: mơ vàng chế biến tại công ty, xuất khẩu sang Nhật Bản.", source=_SOURCE_MISAKI,
    ),
)  # fmt: skip

BUYERS = (
    BuyerProfile(
        name="Big C", kind=BuyerKind.MODERN_TRADE, source=_SOURCE_STORES,
        about="Bài 003 nêu là một hệ thống siêu thị mà hàng Bắc Kạn đã có hợp đồng đưa vào.",
    ),
    BuyerProfile(
        name="Vinmart", kind=BuyerKind.MODERN_TRADE, source=_SOURCE_STORES,
        about="Bài 003 nêu là một hệ thống siêu thị mà hàng Bắc Kạn đã có hợp đồng đưa vào.",
    ),
)  # fmt: skip

FAIRS = (
    FairDraft(
        slug="tuan-le-cam-quyt-bac-kan-2018",
        name="Tuần lễ cam, quýt và các sản phẩm OCOP tỉnh Bắc Kạn",
        name_en="Week of oranges, mandarins and OCOP products of Bắc Kạn province",
        kind=FairKind.PRODUCT_WEEK,
        place="Trung tâm Xúc tiến thương mại nông nghiệp thành phố Hà Nội",
        province_code="01",
        starts_on=date(2018, 1, 1),
        date_precision=DatePrecision.YEAR,
        description="“Trong khuôn khổ hội chợ vùng miền năm 2018”. Để các cơ sở, HTX, doanh nghiệp đầu mối gặp gỡ, "
        "tìm đối tác, “ký kết giao thương, tiêu thụ sản phẩm”. Chú thích ảnh: “Tuần lễ cam, quýt và các sản phẩm tỉnh "
        "Bắc Kạn được tổ chức tại Hà Nội năm 2018”.",
        source="Bài 001: “tuần lễ cam, quýt và các sản phẩm OCOP tỉnh Bắc Kạn trong khuôn khổ hội chợ vùng miền năm 2018 tại "
        "Trung tâm Xúc tiến thương mại nông nghiệp thành phố Hà Nội”",
    ),
    FairDraft(
        slug="hoi-cho-vung-mien-2018",
        name="Hội chợ vùng miền năm 2018",
        name_en="Regional fair of 2018",
        kind=FairKind.FAIR,
        place="Trung tâm Xúc tiến thương mại nông nghiệp thành phố Hà Nội",
        province_code="01",
        starts_on=date(2018, 1, 1),
        date_precision=DatePrecision.YEAR,
        description="Trong khuôn khổ hội chợ có tuần lễ cam, quýt và các sản phẩm OCOP tỉnh Bắc Kạn.",
        source="Bài 001: “trong khuôn khổ hội chợ vùng miền năm 2018”",
    ),
    FairDraft(
        slug="hoi-nghi-tong-ket-hop-tac-nghe-an-2023",
        name="Hội nghị tổng kết Chương trình hợp tác phát triển kinh tế - xã hội giữa TP. Hồ Chí Minh với các tỉnh",
        name_en="Summary conference of the co-operation programme between Ho Chi Minh City and the provinces",
        kind=FairKind.CONFERENCE,
        place="Tỉnh Nghệ An",
        province_code="40",
        starts_on=date(2023, 3, 25),
        description="Tên đầy đủ: “Hội nghị tổng kết Chương trình hợp tác phát triển kinh tế - xã hội giữa TP. Hồ Chí Minh với "
        "các tỉnh vùng Bắc Trung Bộ - Duyên hải Trung Bộ, vùng Trung du - miền núi Bắc Bộ và vùng Đồng bằng sông Hồng”. "
        "Ký kết: Bắc Kạn, Cao Bằng, Hà Nam, Hà Tĩnh, Nghệ An, Quảng Bình, Quảng Trị, Thanh Hóa, Thừa Thiên Huế và Thành phố "
        "Hồ Chí Minh; thỏa thuận “đến năm 2025”. Bài 000 gọi là “Lễ ký kết Chương trình hợp tác giai đoạn 2023 - 2025 giữa "
        "TP. Hồ Chí Minh và 09 tỉnh phía Bắc, Bắc Trung Bộ”.",
        source="Bài 002: “sáng nay (25/3) tại tỉnh Nghệ An”; Bài 000: “được ký kết ngày 25/3/2023”; Bài 004: “pada bulan Maret "
        "2023”",
    ),
)
