"""Reading one cell of a sheet: what people write there, turned into a value, or one sentence that says what would be right.

A cell of an .xlsx may be a number or a date already; a number is then taken as it is, and only text goes through the readers
of what people type (`1.200` typed is 1200, but the number 1.2 in a cell is 1.2).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from difflib import get_close_matches

from service import accounts
from service.catalogue.gtin import checked_gtin
from service.catalogue.models import LegalForm
from service.catalogue.sheets.reading import LONGEST_CELL, Cell
from service.core import clock, formats
from service.core.i18n import _
from service.core.text import fold

SERIAL_ZERO = date(1899, 12, 30)  # Day 0 of a spreadsheet.
SERIALS = range(18_264, 73_051)  # 1950 to 2100: any other number is not meant as a day.
MOST_DONG = 2_000_000_000
MOST_KG = Decimal(10) ** 10
LONGEST_NAME = 300
LONGEST_CODE = 60

LEGAL_FORMS = {
    **{form.value: form for form in LegalForm},
    "hợp tác xã": LegalForm.COOPERATIVE, "htx": LegalForm.COOPERATIVE, "co-operative": LegalForm.COOPERATIVE,
    "coop": LegalForm.COOPERATIVE, "liên hiệp hợp tác xã": LegalForm.UNION, "liên hiệp htx": LegalForm.UNION,
    "liên hiệp": LegalForm.UNION, "lh htx": LegalForm.UNION, "cooperative union": LegalForm.UNION,
    "union of cooperatives": LegalForm.UNION, "tổ hợp tác": LegalForm.GROUP, "tht": LegalForm.GROUP,
    "cooperative group": LegalForm.GROUP, "hộ kinh doanh": LegalForm.HOUSEHOLD, "hộ": LegalForm.HOUSEHOLD,
    "hkd": LegalForm.HOUSEHOLD, "hộ sản xuất": LegalForm.HOUSEHOLD, "hộ gia đình": LegalForm.HOUSEHOLD,
    "cơ sở sản xuất": LegalForm.HOUSEHOLD, "household business": LegalForm.HOUSEHOLD, "doanh nghiệp": LegalForm.ENTERPRISE,
    "dn": LegalForm.ENTERPRISE, "công ty": LegalForm.ENTERPRISE, "công ty cổ phần": LegalForm.ENTERPRISE,
    "công ty tnhh": LegalForm.ENTERPRISE, "company": LegalForm.ENTERPRISE,
}  # fmt: skip
FOLDED_FORMS = {fold(name): form for name, form in LEGAL_FORMS.items()}


def text(cell: Cell, longest: int = LONGEST_CELL) -> str:
    """The cell as text; a whole number loses its point, a day is written as people do."""
    if isinstance(cell, bool):
        written = "1" if cell else "0"
    elif isinstance(cell, date):
        written = formats.day(cell)
    elif isinstance(cell, float):
        written = f"{cell:.6f}".rstrip("0").rstrip(".")
    else:
        written = str(cell)
    written = written.strip()
    if len(written) > longest:
        raise ValueError(_("dài quá: tối đa %(most)s ký tự", most=formats.number(longest)))
    return written


def name(cell: Cell) -> str:
    """A name: one line, not too long."""
    return " ".join(text(cell, LONGEST_NAME).split())


def code(cell: Cell) -> str:
    """A code of the sender's own: one line, not too long."""
    return " ".join(text(cell, LONGEST_CODE).split())


def decimal(cell: Cell) -> Decimal:
    """A number as typed or as stored."""
    if isinstance(cell, (bool, date)):
        raise ValueError(_("cần một con số, ví dụ 1.200 hoặc 1,5"))  # noqa: TRY004 - what is typed is wrong, not the program.
    if isinstance(cell, (int, float)):
        return Decimal(str(cell))
    return formats.parse_number(str(cell))


def whole(cell: Cell, least: int, most: int, words: str = "") -> int:
    """A whole number between two others; unit words behind it may stand (`5 ngày`)."""
    typed = re.sub(rf"\s*(?:{words})\s*$", "", text(cell), flags=re.IGNORECASE) if words and isinstance(cell, str) else cell
    value = decimal(typed)
    if value != value.to_integral_value():
        raise ValueError(_("cần một số nguyên"))
    if not least <= value <= most:
        # Years are written without thousands; from 10,000 upwards nothing is a year.
        bounds = [str(bound) if bound < 10_000 else formats.number(bound) for bound in (least, most)]
        raise ValueError(_("cần từ %(least)s đến %(most)s", least=bounds[0], most=bounds[1]))
    return int(value)


def kilograms(cell: Cell) -> Decimal:
    """A weight in kilograms; `1,5 tấn` and `2 tạ` are read."""
    value = formats.parse_kg(cell) if isinstance(cell, str) else decimal(cell)
    if value < 0:
        raise ValueError(_("không thể nhỏ hơn 0"))
    if value > MOST_KG:
        raise ValueError(_("lớn quá mức có thể"))
    return value


def grams(cell: Cell) -> int:
    """A net weight in whole grams; `0,5 kg` is read."""
    value = decimal(cell) if not isinstance(cell, str) else _typed_grams(cell)
    if value != value.to_integral_value() or not 0 < value <= 100_000_000:
        raise ValueError(_("cần số gam, ví dụ 500"))
    return int(value)


def _typed_grams(typed: str) -> Decimal:
    if re.search(r"[^\W\d_]", typed):
        return formats.parse_kg(typed) * 1000
    return formats.parse_number(typed)


def grams_in(pack: str) -> int | None:
    """The net weight that the words of a pack tell plainly: `Túi 500 g`, `hộp 12 x 30g`; None when they do not."""
    found = re.findall(
        r"(?:(\d{1,3})\s*(?:gói|túi|hũ|lọ|hộp|chai)?\s*[x×*]\s*)?(\d{1,5}(?:[.,]\d{1,3})?)\s*(kg|gr?|gam|gram)\b", pack.lower()
    )
    if len(found) != 1:
        return None
    times, amount, unit = found[0]
    value = Decimal(amount.replace(",", ".")) * (1000 if unit == "kg" else 1) * int(times or 1)
    return int(value) if value == value.to_integral_value() and value > 0 else None


def dong(cell: Cell) -> int:
    """A price in whole đồng; `85k` and `1tr2` are read."""
    value = formats.parse_vnd(cell) if isinstance(cell, str) else int(_whole_dong(decimal(cell)))
    if value <= 0:
        raise ValueError(_("giá phải lớn hơn 0"))
    if value > MOST_DONG:
        raise ValueError(_("giá lớn quá mức có thể"))
    return value


def _whole_dong(value: Decimal) -> Decimal:
    if value != value.to_integral_value():
        raise ValueError(_("tiền tính bằng đồng, không có số lẻ"))
    return value


def day(cell: Cell) -> date:
    """A day: 22/11/2026, 2026-11-22, or the number by which a spreadsheet keeps it."""
    if isinstance(cell, date):
        return cell
    if isinstance(cell, (int, float)) or (isinstance(cell, str) and re.fullmatch(r"\d{5}", cell)):
        number = int(cell)
        if number not in SERIALS:
            raise ValueError(_("cần một ngày, ví dụ 22/11/2026"))
        return SERIAL_ZERO + timedelta(days=number)
    found = formats.parse_day(re.sub(r"[T ]\d{1,2}:\d{2}(:\d{2})?$", "", str(cell)))
    if not 1950 <= found.year <= 2100:
        raise ValueError(_("năm %(year)s không hợp lý", year=found.year))
    return found


def past_day(cell: Cell) -> date:
    """A day that has come."""
    found = day(cell)
    if found > clock.today():
        raise ValueError(_("ngày này chưa tới"))
    return found


def months(cell: Cell) -> tuple[int, ...]:
    """Months of the year: `11,12,1`, `T10–T1`, `quanh năm`."""
    if isinstance(cell, (float, bool, date)):
        raise ValueError(_("hãy gõ dạng chữ, ví dụ 11,12,1"))  # noqa: TRY004 - what is typed is wrong, not the program.
    typed = fold_dashes(text(cell))
    if fold(typed) in ("quanh nam", "ca nam", "all year", "all iear", "year round", "iear round"):
        return tuple(range(1, 13))
    found: dict[int, None] = {}
    for piece in re.split(r"[,;/\s]+", re.sub(r"\s*-\s*", "-", re.sub(r"(?i)tháng|\bt(?=\d)|\bmonth", " ", typed)).strip()):
        if not piece:
            continue
        ends = piece.split("-")
        if len(ends) > 2 or not all(re.fullmatch(r"0?[1-9]|1[0-2]", end) for end in ends):
            raise ValueError(_("cần các tháng từ 1 đến 12, ví dụ 11,12,1"))
        first, last = int(ends[0]), int(ends[-1])
        found[first] = None
        while first != last:
            first = first % 12 + 1
            found[first] = None
    if not found:
        raise ValueError(_("cần các tháng từ 1 đến 12, ví dụ 11,12,1"))
    return tuple(found)


def fold_dashes(typed: str) -> str:
    """The same text with every kind of dash as a hyphen."""
    return re.sub(r"[‐-―−]", "-", typed)


def shelf_life(cell: Cell) -> int:
    """Days; `12 tháng` and `2 năm` are read."""
    found = re.fullmatch(r"\s*(\d{1,3})\s*(tháng|thang|months?|năm|nam|years?)\s*", str(cell).lower())
    if found:
        count = int(found[1])
        days = round(count * 30.4375) if found[2].startswith(("th", "m")) else count * 365
        return whole(days, 1, 36_500)
    return whole(cell, 1, 36_500, "ngày|ngay|days?")


def lead_days(cell: Cell) -> int:
    """Days from the order until the goods are ready."""
    return whole(cell, 0, 3_650, "ngày|ngay|days?")


def stars(cell: Cell) -> int | None:
    """OCOP stars, 3 to 5; 0 or a dash says that there are none."""
    typed = text(cell)
    marks = re.fullmatch(r"[★⭐*]+", typed)
    if marks is None and fold(typed) in ("0", "", "khong", "chua", "none", "no"):
        return None
    found = re.fullmatch(r"(?:ocop)?\s*([1-9]\d*)\s*(?:sao|stars?|★|⭐|\*)?", typed.lower())
    count = len(marks[0]) if marks else int(found[1]) if found else 0
    if count not in (3, 4, 5):
        raise ValueError(_("OCOP chỉ có 3, 4 hoặc 5 sao; để trống nếu chưa có"))
    return count


def legal_form(cell: Cell) -> str:
    """A legal form in Vietnamese or in English words."""
    typed = text(cell)
    form = FOLDED_FORMS.get(fold(typed))
    if form is None:
        known = (_("hợp tác xã"), _("liên hiệp hợp tác xã"), _("tổ hợp tác"), _("hộ kinh doanh"), _("doanh nghiệp"))
        raise ValueError(_("cần một trong: %(forms)s", forms=", ".join(known)))
    return form.value


def tax_code(cell: Cell) -> str:
    """A tax number: 10 digits, 13 with the branch, or a household's 12, which are sealed here and never seen again."""
    typed = text(cell)
    if isinstance(cell, int) and len(typed) == 9:
        typed = f"0{typed}"
    return accounts.read_tax_code(typed)


def phone(cell: Cell) -> str:
    """A phone number in E.164; a number cell that lost its zero is understood."""
    typed = text(cell)
    if isinstance(cell, int) and not typed.startswith("84"):
        typed = f"0{typed}"
    try:
        return formats.parse_phone(typed)
    except ValueError as error:
        raise ValueError(_("số điện thoại chưa đúng, ví dụ 0912 345 678")) from error


def email(cell: Cell) -> str:
    """An e-mail address."""
    typed = text(cell, 254)
    if not re.fullmatch(r"[^\s@<>\"',;]+@[^\s@<>\"',;]+\.[^\s@<>\"',;.]{2,}", typed):
        raise ValueError(_("địa chỉ thư điện tử chưa đúng, ví dụ htx@vidu.vn"))
    return typed


def website(cell: Cell) -> str:
    """The address of a site; http or https, which may be left out."""
    typed = text(cell, 500)
    if not re.match(r"(?i)https?://", typed):
        typed = f"https://{typed}"
    if not re.fullmatch(r"(?i)https?://[^\s/?#@:<>\"']+\.[^\s/?#@:<>\"']{2,}(?::\d{2,5})?(?:[/?#][^\s<>\"']*)?", typed):
        raise ValueError(_("địa chỉ trang web chưa đúng, ví dụ https://htx.vn"))
    return typed


def gtin(cell: Cell) -> str:
    """A barcode number whose last digit adds up."""
    return checked_gtin(text(cell))


def file_names(cell: Cell) -> tuple[str, ...]:
    """Names of files in the archive beside the sheet, parted by semicolons or lines."""
    names = tuple(dict.fromkeys(name.strip() for name in re.split(r"[;|\n\r]", text(cell, 4_000)) if name.strip()))
    if len(names) > 40:
        raise ValueError(_("nhiều nhất %(most)s tệp", most=40))
    return names


def nearest(typed: str, known: Mapping[str, str], cutoff: float = 0.7) -> str | None:
    """The known name that is most like what was typed; `known` maps folded names to names."""
    found = get_close_matches(fold(typed), known, n=1, cutoff=cutoff)
    return known[found[0]] if found else None
