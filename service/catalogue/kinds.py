"""Words and terms that belong to the trade's papers: kinds of certificates, who grades OCOP stars since when, legal forms.

All of it is data. Months of validity are those of the decision for OCOP; for every other kind they are what is usual, shown
as a hint and never as law. An OCOP certificate holds for 36 months from its decision, whoever issued it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from service.catalogue.models import CertificateState, LegalForm, MarkKind, State
from service.core import clock
from service.core.i18n import _

OCOP = "OCOP"
OCOP_MONTHS = 36
WARNING_DAYS = 90


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of paper. `months` is None where it has no end or none is usual; `endless` papers never expire."""

    code: str
    name: str
    name_en: str
    short: str
    short_en: str
    months: int | None = None
    endless: bool = False

    def called(self, language: str = "vi") -> str:
        """The full name in a language."""
        return self.name_en if language == "en" else self.name

    def label(self, language: str = "vi") -> str:
        """The short name in a language, as on a badge."""
        return self.short_en if language == "en" else self.short


KINDS: dict[str, Kind] = {
    kind.code: kind
    for kind in (
        Kind(OCOP, "Giấy chứng nhận OCOP", "OCOP certificate", "OCOP", "OCOP", OCOP_MONTHS),
        Kind(
            "ATTP",
            "Giấy chứng nhận cơ sở đủ điều kiện an toàn thực phẩm",
            "Food safety eligibility certificate",
            "ATTP",
            "Food safety",
            36,
        ),
        Kind(
            "ATTP-CK",
            "Bản cam kết sản xuất thực phẩm an toàn",
            "Commitment to safe food production",
            "Cam kết ATTP",
            "Safety commitment",
            36,
        ),
        Kind("TCB", "Bản tự công bố sản phẩm", "Self-declaration of the product", "Tự công bố", "Self-declared", endless=True),
        Kind(
            "DKCB",
            "Giấy tiếp nhận đăng ký bản công bố sản phẩm",
            "Registered product declaration",
            "Đăng ký công bố",
            "Registered",
            endless=True,
        ),
        Kind("KN", "Phiếu kết quả kiểm nghiệm", "Laboratory test report", "Kiểm nghiệm", "Lab test", 12),
        Kind("VG", "VietGAP", "VietGAP", "VietGAP", "VietGAP", 36),
        Kind("GG", "GlobalG.A.P.", "GlobalG.A.P.", "GlobalG.A.P.", "GlobalG.A.P.", 12),
        Kind("HC", "Chứng nhận hữu cơ TCVN 11041", "Organic, TCVN 11041", "Hữu cơ", "Organic", 24),
        Kind("HACCP", "HACCP", "HACCP", "HACCP", "HACCP", 36),
        Kind("ISO22000", "ISO 22000", "ISO 22000", "ISO 22000", "ISO 22000", 36),
        Kind("FSSC22000", "FSSC 22000", "FSSC 22000", "FSSC 22000", "FSSC 22000", 36),
        Kind("HALAL", "Halal", "Halal", "Halal", "Halal", 12),
        Kind(
            "GI", "Quyền sử dụng chỉ dẫn địa lý", "Right to use a geographical indication", "Chỉ dẫn địa lý", "GI", endless=True
        ),
        Kind(
            "NHTT",
            "Quyền sử dụng nhãn hiệu tập thể",
            "Right to use a collective mark",
            "Nhãn hiệu tập thể",
            "Collective mark",
            120,
        ),
        Kind(
            "NHCN",
            "Quyền sử dụng nhãn hiệu chứng nhận",
            "Right to use a certification mark",
            "Nhãn hiệu chứng nhận",
            "Certification mark",
            120,
        ),
        Kind("PUC", "Mã số vùng trồng", "Growing-area code", "Vùng trồng", "Growing area", 12),
        Kind("PHC", "Mã số cơ sở đóng gói", "Packing-house code", "Cơ sở đóng gói", "Packing house", 12),
        Kind("GTIN", "Giấy chứng nhận sử dụng mã số mã vạch", "Right to use a GS1 barcode", "Mã vạch", "Barcode", 36),
        Kind(
            "DKKD",
            "Giấy chứng nhận đăng ký kinh doanh",
            "Business registration",
            "Đăng ký kinh doanh",
            "Registered business",
            endless=True,
        ),
        Kind("RUOU", "Giấy phép sản xuất rượu", "Licence to make spirits", "Giấy phép rượu", "Spirits licence", 60),
        Kind(
            "CNNT",
            "Sản phẩm công nghiệp nông thôn tiêu biểu",
            "Outstanding rural industrial product",
            "CNNT tiêu biểu",
            "Rural industry",
            24,
        ),
        Kind("TXTN", "Tick xanh trách nhiệm", "Responsible green tick", "Tick xanh", "Green tick"),
    )
}


@dataclass(frozen=True, slots=True)
class Grading:
    """Who certifies which stars, from one day until the next rule."""

    since: date
    level_of: dict[int, str]
    criteria: str


GRADINGS = (
    Grading(date(2019, 8, 21), {3: "province", 4: "province", 5: "ministry"}, "1048-2019"),
    Grading(date(2023, 2, 24), {3: "district", 4: "province", 5: "ministry"}, "148-2023"),
    Grading(date(2025, 7, 6), {3: "province", 4: "province", 5: "ministry"}, "1489-2025"),
)


def level_of(stars: int | None, decided_on: date | None) -> str | None:
    """The level that certified so many stars on that day; None when the day is unknown or before the first criteria."""
    if stars is None or decided_on is None:
        return None
    for grading in reversed(GRADINGS):
        if decided_on >= grading.since:
            return grading.level_of.get(stars)
    return None


def last_valid_day(kind: str, issued_on: date | None, stated: date | None) -> date | None:
    """The last day on which a paper holds. Only OCOP's term is counted from the decision; other papers state theirs."""
    if stated is not None or issued_on is None:
        return stated
    return clock.add_months(issued_on, OCOP_MONTHS) if kind == OCOP else None


def standing(kind: str, issued_on: date | None, valid_to: date | None, on: date) -> str:
    """Where a paper stands on a day: coming, valid, expiring, expired, endless, or unknown when it states no end."""
    if issued_on is not None and issued_on > on:
        return "coming"
    if valid_to is None:
        known = KINDS.get(kind)
        return "endless" if known is not None and known.endless else "unknown"
    if valid_to < on:
        return "expired"
    return "expiring" if valid_to <= on + timedelta(days=WARNING_DAYS) else "valid"


def counts(status: str) -> bool:
    """Whether a paper in this standing may be shown as held today."""
    return status not in ("expired", "coming")


def legal_form_name(form: str) -> str:
    """A legal form in the reader's language."""
    return {
        LegalForm.COOPERATIVE.value: _("hợp tác xã"),
        LegalForm.UNION.value: _("liên hiệp hợp tác xã"),
        LegalForm.GROUP.value: _("tổ hợp tác"),
        LegalForm.HOUSEHOLD.value: _("hộ kinh doanh"),
        LegalForm.ENTERPRISE.value: _("doanh nghiệp"),
    }[str(form)]


def state_name(state: str) -> str:
    """A state in the reader's language."""
    return {
        State.DRAFT.value: _("bản nháp"),
        State.SUBMITTED.value: _("đang chờ duyệt"),
        State.RETURNED.value: _("trả lại để sửa"),
        State.PUBLISHED.value: _("đang đăng"),
    }[str(state)]


def review_state_name(state: str) -> str:
    """What became of a submission, in the reader's language."""
    return {
        "waiting": _("đang chờ duyệt"),
        "approved": _("đã duyệt"),
        "returned": _("trả lại để sửa"),
        "withdrawn": _("bên gửi đã rút lại"),
    }[str(state)]


def checking_name(state: str) -> str:
    """Where a paper stands with those who check, in the reader's language."""
    return {
        CertificateState.SUBMITTED.value: _("chờ kiểm tra"),
        CertificateState.CHECKED.value: _("đã kiểm tra"),
        CertificateState.RETURNED.value: _("trả lại để sửa"),
    }[str(state)]


def standing_name(status: str) -> str:
    """A standing in the reader's language."""
    return {
        "valid": _("còn hạn"),
        "expiring": _("sắp hết hạn"),
        "expired": _("đã hết hạn"),
        "unknown": _("chưa rõ hạn"),
        "endless": _("không thời hạn"),
        "coming": _("chưa có hiệu lực"),
    }[status]


def level_name(level: str | None) -> str:
    """The issuing level in the reader's language; empty when unknown."""
    names = {"district": _("cấp huyện"), "province": _("cấp tỉnh"), "ministry": _("cấp bộ")}
    return names.get(level or "", "")


def mark_kind_name(kind: str) -> str:
    """A kind of protected name in the reader's language."""
    return {
        MarkKind.GEOGRAPHICAL_INDICATION.value: _("chỉ dẫn địa lý"),
        MarkKind.COLLECTIVE_MARK.value: _("nhãn hiệu tập thể"),
        MarkKind.CERTIFICATION_MARK.value: _("nhãn hiệu chứng nhận"),
    }[str(kind)]
