"""How numbers, money, weights, dates and phone numbers are written and read (X5): 1.234.567 đ, 1,5 tấn, 22/11/2026.

Writing follows the reader's language; reading takes what people type in Việt Nam: `85k`, `1tr2`, `1.200.000`, `1,5 tấn`.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from service.core.i18n import _, locale, ngettext

NO_BREAK = "\u00a0"

# Spoken and typed units of weight, in kilograms (domain rules 8.1).
KILOGRAMS = {
    "": Decimal(1), "kg": Decimal(1), "kí": Decimal(1), "ký": Decimal(1), "ki": Decimal(1), "cân": Decimal(1),
    "can": Decimal(1), "kilo": Decimal(1),
    "g": Decimal("0.001"), "gam": Decimal("0.001"), "gram": Decimal("0.001"), "lạng": Decimal("0.1"),
    "lang": Decimal("0.1"), "yến": Decimal(10), "yen": Decimal(10), "tạ": Decimal(100), "ta": Decimal(100),
    "tấn": Decimal(1000), "tan": Decimal(1000), "t": Decimal(1000),
    "tonne": Decimal(1000), "tonnes": Decimal(1000),
}  # fmt: skip
DONG = {
    "": 1, "đ": 1, "d": 1, "đồng": 1, "dong": 1, "vnd": 1, "vnđ": 1, "k": 1_000, "ngàn": 1_000, "nghìn": 1_000, "ngan": 1_000,
    "nghin": 1_000, "tr": 1_000_000, "triệu": 1_000_000, "trieu": 1_000_000, "tỷ": 1_000_000_000, "tỉ": 1_000_000_000,
    "ty": 1_000_000_000, "ti": 1_000_000_000,
}  # fmt: skip
CURRENCY_WORDS = re.compile(r"\s*(?:đồng|dong|vnđ|vnd|đ|₫)?\s*(?:/\s*kg)?\s*$")
# A đồng has no parts, so 85.000 and 85,000 are the same money in every language.
GROUPED = re.compile(r"[+-]?[0-9]{1,3}(?:(?:\.[0-9]{3})+|(?:,[0-9]{3})+)")
LARGEST = Decimal(10) ** 12


def number(value: Decimal | float, digits: int | None = None) -> str:
    """A number with its thousands set apart: 1.234,5 in Vietnamese, 1,234.5 in English. Trailing zeros are dropped."""
    exact = value if isinstance(value, Decimal) else Decimal(str(value))
    if digits is not None:
        exact = round(exact, digits)
    written = f"{exact:,f}"
    if "." in written:
        written = written.rstrip("0").rstrip(".")
    return written if locale() == "en" else written.translate({ord(","): ".", ord("."): ","})


def plain_number(value: Decimal | float) -> str:
    """The same number as one would type it: with its decimal mark and without thousands."""
    written = number(value)
    return written.replace("," if locale() == "en" else ".", "")


def vnd(value: int | Decimal | None) -> str:
    """Money in whole đồng: 1.234.567 đ. Nothing is known: an en dash."""
    return "–" if value is None else f"{number(Decimal(round(value)))}{NO_BREAK}đ"


def kg(value: Decimal | float | None) -> str:
    """A quantity in kilograms, from one tonne upwards in tonnes: 850 kg, 1,5 tấn."""
    if value is None:
        return "–"
    exact = Decimal(str(value))
    if abs(exact) >= 1000:
        unit = ngettext("tấn", "tấn", 1 if exact == 1000 else 2)
        return f"{number(exact / 1000, 3)}{NO_BREAK}{unit}"
    return f"{number(exact, 3)}{NO_BREAK}kg"


def grams(value: int | None) -> str:
    """A net weight: 500 g, 1,5 kg."""
    if value is None:
        return "–"
    return f"{number(value)}{NO_BREAK}g" if value < 1000 else f"{number(Decimal(value) / 1000)}{NO_BREAK}kg"


def day(value: date | datetime | None) -> str:
    """A date as 22/11/2026."""
    return "–" if value is None else f"{value:%d/%m/%Y}"


def month(value: date) -> str:
    """A month of a year as T12/2026 (Dec 2026 in English)."""
    return f"{value:%b %Y}" if locale() == "en" else f"T{value.month}/{value.year}"


def moment(value: datetime) -> str:
    """A moment as 22/11/2026 14:05, in the zone it carries."""
    return f"{value:%d/%m/%Y %H:%M}"


def percent(share: float) -> str:
    """A share between 0 and 1 as a whole per cent."""
    return f"{round(share * 100)}%"


def phone(e164: str | None) -> str:
    """A phone number as people here write it: 0912 345 678."""
    if not e164:
        return "–"
    import phonenumbers  # noqa: PLC0415 - 60 ms that only pages with a phone number pay, once.

    try:
        return phonenumbers.format_number(phonenumbers.parse(e164, "VN"), phonenumbers.PhoneNumberFormat.NATIONAL)
    except phonenumbers.NumberParseException:
        return e164


def parse_phone(typed: str) -> str:
    """A phone number as typed in Việt Nam, in E.164. Raises ValueError when it is not one."""
    import phonenumbers  # noqa: PLC0415 - see phone().

    try:
        parsed = phonenumbers.parse(typed, "VN")
    except phonenumbers.NumberParseException as error:
        raise ValueError(_("Số điện thoại chưa đúng, ví dụ: 0912 345 678.")) from error
    if not phonenumbers.is_valid_number(parsed):
        raise ValueError(_("Số điện thoại chưa đúng, ví dụ: 0912 345 678."))
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


# Thousands are set apart by one mark and decimals by the other; which is which depends on the language of the page.
THOUSANDS = r"[+-]?[1-9][0-9]{0,2}(?:%(apart)s[0-9]{3})+(?:%(decimal)s[0-9]+)?"
SEVERAL = r"[+-]?[1-9][0-9]{0,2}(?:%(apart)s[0-9]{3}){2,}(?:%(decimal)s[0-9]+)?"
VIETNAMESE, ENGLISH = {"apart": r"\.", "decimal": ","}, {"apart": ",", "decimal": r"\."}
PLAIN = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?")


def parse_number(typed: str) -> Decimal:
    """A number as people type it on a page of their language.

    `1.200` is a thousand and two hundred on a Vietnamese page and 1.2 on an English one, `1,200` the other way round; what is
    clear by itself (`1.200.000`, `1,200,000.5`, `0.500`, `1,5`, `1500`) is read the same on both. So every number that a page
    writes is read back as the same number. Raises ValueError for anything else and for what is beyond 10¹².
    """
    plain = re.sub(r"[\s\u00a0]", "", typed)
    own, other = (ENGLISH, VIETNAMESE) if locale() == "en" else (VIETNAMESE, ENGLISH)
    if re.fullmatch(THOUSANDS % own, plain):
        plain = plain.replace(own["apart"][-1], "").replace(",", ".")
    elif re.fullmatch(SEVERAL % other, plain) or ("." in plain and "," in plain and re.fullmatch(THOUSANDS % other, plain)):
        plain = plain.replace(other["apart"][-1], "").replace(",", ".")
    elif PLAIN.fullmatch(plain):
        plain = plain.replace(",", ".")
    else:
        raise ValueError(_("“%(typed)s” không phải là số. Ví dụ: 1.200 hoặc 1,5.", typed=typed.strip()[:40]))
    try:
        value = Decimal(plain)
    except InvalidOperation as error:  # pragma: no cover - the patterns above let only numbers through.
        raise ValueError(typed) from error
    if abs(value) > LARGEST:
        raise ValueError(_("Số quá lớn."))
    return value


def parse_kg(typed: str) -> Decimal:
    """A weight as people type it, in kilograms: `500`, `1,5 tấn`, `2 tạ`, `85kg`, `300 g`. Raises ValueError."""
    found = re.fullmatch(r"\s*([+-]?[0-9.,\s\u00a0]+?)\s*([^\W\d_]*)\s*", typed.lower())
    if not found or found[2] not in KILOGRAMS:
        raise ValueError(_("“%(typed)s” chưa rõ là bao nhiêu. Ví dụ: 500, 500 kg hoặc 1,5 tấn.", typed=typed.strip()[:40]))
    value = parse_number(found[1]) * KILOGRAMS[found[2]]
    if value > LARGEST:
        raise ValueError(_("Số quá lớn."))
    return value


def parse_vnd(typed: str) -> int:
    """Money as people type it, in whole đồng: `85000`, `85.000 đ`, `85k`, `8k5`, `1tr2`, `1,5 triệu`. Raises ValueError."""
    plain = CURRENCY_WORDS.sub("", typed.lower().strip())
    short = re.fullmatch(r"([0-9]+)\s*(k|tr|triệu|trieu|tỷ|tỉ|ty|ti)\s*([0-9])", plain)
    if short:  # 8k5 is 8,500 and 1tr2 is 1,200,000: the last digit is a tenth of the unit.
        return int(short[1]) * DONG[short[2]] + int(short[3]) * DONG[short[2]] // 10
    found = re.fullmatch(r"([+-]?[0-9.,\s\u00a0]+?)\s*([^\W\d_]*)", plain)
    if not found or found[2] not in DONG:
        raise ValueError(_("“%(typed)s” chưa rõ là bao nhiêu tiền. Ví dụ: 85.000 hoặc 85k.", typed=typed.strip()[:40]))
    written = found[1].strip()
    if DONG[found[2]] == 1 and GROUPED.fullmatch(written):
        written = re.sub("[.,]", "", written)
    value = parse_number(written) * DONG[found[2]]
    if value != value.to_integral_value():
        raise ValueError(_("Tiền tính bằng đồng, không có số lẻ."))
    if abs(value) > LARGEST:
        raise ValueError(_("Số quá lớn."))
    return int(value)


def parse_day(typed: str) -> date:
    """A date as people type it: 22/11/2026, 22-11-2026, 22.11.2026 or 2026-11-22. Raises ValueError."""
    plain = typed.strip()
    found = re.fullmatch(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})", plain)
    iso = re.fullmatch(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})", plain)
    try:
        if found:
            return date(int(found[3]), int(found[2]), int(found[1]))
        if iso:
            return date(int(iso[1]), int(iso[2]), int(iso[3]))
    except ValueError as error:
        raise ValueError(_("Ngày “%(typed)s” không có trong lịch.", typed=plain[:40])) from error
    raise ValueError(_("“%(typed)s” không phải là ngày. Ví dụ: 22/11/2026.", typed=plain[:40]))
