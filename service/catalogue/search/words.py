"""What somebody who types into the search box means: goods, a place, a quantity, a month, and words that only say "I want".

Pure. A query is read in a few ways (as typed, with raw Telex or VNI decoded, with joined words taken apart); every way is a
list of groups, and a product is found when each group finds one of its words in it.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

from service.catalogue.search.places import place_at
from service.catalogue.search.synonyms import LONGEST, Phrase, elsewhere, is_foreign, knows, rule_at
from service.core.text import Word, decode, is_syllable, split_joined, words

LONGEST_QUERY = 200
MOST_WORDS = 16
MOST_READINGS = 4

# Phrases that say what somebody wants to do, never what they look for. A word in marks is taken by its marks.
INTENT = (
    "mua ở đâu", "bán ở đâu", "mua đâu", "ở đâu bán", "ở đâu có", "ở đâu", "chỗ nào bán", "nơi nào bán", "nơi bán",
    "chỗ bán", "bán tại", "cho hỏi", "giá bao nhiêu", "bao nhiêu tiền", "bao nhiêu", "giá sỉ", "giá lẻ", "giá buôn",
    "giá rẻ", "giá tốt", "giá mềm", "giá gốc", "báo giá", "bảng giá", "bán sỉ", "bán buôn", "bán lẻ", "bỏ sỉ", "mua sỉ",
    "mua buôn", "sỉ lẻ", "lấy sỉ", "nhập sỉ", "cần mua", "cần tìm", "cần nhập", "cần lấy", "cần bán", "tìm mua",
    "muốn mua", "muốn tìm", "muốn nhập", "đặt mua", "đặt hàng", "thu mua", "nhập hàng", "lấy hàng", "mua hàng",
    "tìm nguồn hàng", "tìm nguồn", "nguồn hàng", "nguồn cung", "nhà cung cấp", "cung cấp", "nhà sản xuất", "tôi muốn",
    "tôi cần", "mình cần", "mình muốn", "em cần", "ai bán", "ai có", "loại nào ngon", "loại nào tốt", "cái nào ngon",
    "hãng nào ngon", "nào ngon", "nào tốt", "loại ngon", "loại tốt", "loại một", "loại 1", "có ngon không",
    "chất lượng cao", "chất lượng", "uy tín", "chính hãng", "chính gốc", "tận gốc", "tận vườn", "giao hàng",
    "giao tận nơi", "số lượng lớn", "làm quà", "tìm kiếm", "ocop", "where to buy", "looking for", "for sale", "i want to buy",
    "want to buy", "buy",
)  # fmt: skip
# One word that means it only when it carries these marks, or when nothing is found with it.
ALONE = (
    "mua", "bán", "giá", "rẻ", "đắt", "ngon", "tốt", "sỉ", "lẻ", "buôn", "cần", "tìm", "muốn", "đâu", "nào", "gì", "ở",
    "tại", "cho", "và", "với", "của", "từ", "là", "có", "được", "không", "nhé", "ạ", "ơi", "tôi", "mình", "em", "loại",
    "hàng", "nơi", "chỗ", "shop", "online", "xịn", "chuẩn", "thật", "nhất", "ocop", "sao", "sản", "phẩm", "đặc",
)  # fmt: skip
# Words of packing, quantity and legal form: they narrow nothing when the rest is right.
LOOSE = (
    "kg", "kí", "ký", "cân", "gam", "gram", "lít", "ml", "túi", "bịch", "gói", "hộp", "lọ", "hũ", "chai", "thùng",
    "bao", "lon", "keo", "kiện", "két", "quả", "trái", "củ", "cây", "con", "cái", "hạt", "loại", "htx", "hkd", "tht",
    "cty", "tnhh", "in", "of", "the", "from", "and", "with", "best",
    "cheap", "wholesale", "price", "supplier", "suppliers", "vietnam", "vietnamese", "fresh", "a",
)  # fmt: skip
_MASS = r"(?:kg|kgs|kí|ký|ki|cân|kilô|kilo|tấn|tan|tạ|yến|lạng|gam|gram|gr|g|ml|lít|lit|l)"
_QUANTITY = re.compile(rf"(?<![\w.,])(\d+(?:[.,]\d+)*)\s*({_MASS})\b(?!\s*\d)", re.IGNORECASE)
_MONTH = re.compile(r"\b(?:tháng|thang)\s*(1[0-2]|0?[1-9])\b|\b[tT](1[0-2]|0?[1-9])\b(?!\w)")
_PRICE = re.compile(
    r"(?:(?:dưới|duoi|tầm|khoảng|giá|under)\s*)(\d+(?:[.,]\d+)*)\s*(k|nghìn|ngàn|nghin|ngan|đồng|đ|vnd|tr|triệu)?\b",
    re.IGNORECASE,
)
_STARS = re.compile(r"\b([345])\s*(?:sao|\*|stars?)(?!\w)", re.IGNORECASE)
_MASS_KG = {
    "tấn": 1000.0,
    "tan": 1000.0,
    "tạ": 100.0,
    "yến": 10.0,
    "lạng": 0.1,
    "g": 0.001,
    "gr": 0.001,
    "gam": 0.001,
    "gram": 0.001,
}
_VOLUME = frozenset({"ml", "l", "lít", "lit"})
_WHOLESALE_KG = 5.0  # A quantity from here on is what somebody needs, not the size of a pack.


@dataclass(frozen=True, slots=True)
class Group:
    """Words of the query that belong together, and what else may stand for them."""

    words: Phrase
    same: tuple[Phrase, ...] = ()
    near: tuple[Phrase, ...] = ()
    foreign: tuple[Phrase, ...] = ()
    places: frozenset[str] = frozenset()


Reading = tuple[Group, ...]


@dataclass(slots=True)
class Meaning:
    """A query understood. `full` keeps every word that may name goods; `core` leaves out those that may only be noise."""

    typed: str
    marked: bool = False
    full: list[Reading] = field(default_factory=list)
    core: list[Reading] = field(default_factory=list)
    whole: list[Word] = field(default_factory=list)  # Every word, decoded but not taken apart: where slips are looked for.
    open_end: bool = False  # The last word may still be being typed.
    month: int | None = None
    kg: float | None = None
    price_max: int | None = None
    stars: int | None = None

    @property
    def figures(self) -> bool:
        """Whether a quantity, a month, a price or stars were named."""
        return any(one is not None for one in (self.month, self.kg, self.price_max, self.stars))

    @property
    def words(self) -> list[Word]:
        """The words without noise, decoded but not taken apart."""
        return _core(self.whole) or self.whole


def understand(query: str) -> Meaning:
    """What a query means; never fails, whatever is typed."""
    typed = unicodedata.normalize("NFC", query[:LONGEST_QUERY].replace("\x00", " "))
    meaning = Meaning(" ".join(typed.split()))
    meaning.open_end = bool(typed) and not typed[-1].isspace()
    rest = _figures(meaning.typed, meaning)
    asked = words(rest)[:MOST_WORDS]
    if not asked:  # Only figures: they are offered as filters beside everything there is.
        return meaning
    said = _without_intent(asked)
    if not said and meaning.figures:
        return meaning
    kept = said or asked
    if not kept:
        return meaning
    meaning.open_end = (
        meaning.open_end and kept[-1:] == asked[-1:] and rest == meaning.typed and (len(kept) > 1 or len(kept[-1].folded) > 1)
    )
    ways, meaning.whole = _ways(kept, {words(raw)[0]: raw for raw in _RAW.findall(meaning.typed.lower()) if words(raw)})
    meaning.marked = any(word.marks for way in ways[:1] for word in way)
    if ways and ways[0]:
        meaning.full = [groups(way) for way in ways]
        cores = [_core(way) for way in ways]
        meaning.core = [groups(way) for way in cores if way] if cores != ways else meaning.full
        meaning.core = meaning.core or meaning.full
    return meaning


def _figures(typed: str, meaning: Meaning) -> str:
    """Take out quantities, months, prices and stars; what remains are words."""

    def month(found: re.Match[str]) -> str:
        meaning.month = int(found[1] or found[2])
        return " "

    def quantity(found: re.Match[str]) -> str:
        unit = found[2].lower()
        number = _number(found[1])
        kg = number * _MASS_KG.get(unit, 1.0)
        if unit in _VOLUME or kg < _WHOLESALE_KG:
            return found[0]
        meaning.kg = kg
        return " "

    def price(found: re.Match[str]) -> str:
        unit = (found[2] or "").lower()
        factor = {"k": 1000, "tr": 1_000_000, "triệu": 1_000_000}.get(unit, 1000 if unit.startswith("ng") else 1)
        amount = int(_number(found[1]) * factor)
        if amount < 1000:
            return found[0]
        meaning.price_max = amount
        return " "

    def stars(found: re.Match[str]) -> str:
        meaning.stars = int(found[1])
        return " "

    rest = _MONTH.sub(month, typed)
    rest = _PRICE.sub(price, rest)
    rest = _QUANTITY.sub(quantity, rest)
    return " ".join(_STARS.sub(stars, rest).split())


def _number(text: str) -> float:
    thousands = re.fullmatch(r"\d{1,3}([.,]\d{3})+", text)
    plain = re.sub("[.,]", "", text) if thousands else text.replace(",", ".")
    try:
        return min(float(plain), 1e9)
    except ValueError:
        return 0.0


_INTENT = {tuple(words(phrase)) for phrase in INTENT}
_INTENT_FOLDED = {tuple(word.folded for word in phrase) for phrase in _INTENT if len(phrase) > 1}
_ALONE_MARKED = {words(word)[0] for word in ("mua", "bán", "sỉ", "lẻ", "đâu", "nào", "gì", "rẻ", "đắt")}
_LOOSE_MARKED = {words(word)[0] for word in (*LOOSE, *ALONE)}
_LOOSE = {word.folded for word in _LOOSE_MARKED}
_SIZE = re.compile(r"\d+(g|gr|kg|ml|l|gam|lit)?")


def _without_intent(asked: list[Word]) -> list[Word]:
    """The words without the phrases of intent, longest first; single words only where their marks leave no doubt."""
    kept: list[Word] = []
    at = 0
    marked = any(word.marks for word in asked)
    while at < len(asked):
        for size in range(min(5, len(asked) - at), 0, -1):
            piece = tuple(asked[at : at + size])
            if piece in _INTENT or (size > 1 and not marked and tuple(word.folded for word in piece) in _INTENT_FOLDED):
                at += size
                break
        else:
            word = asked[at]
            if not (word in _ALONE_MARKED and marked and _may_go(asked, at)):
                kept.append(word)
            at += 1
    return kept


def _may_go(asked: list[Word], at: int) -> bool:
    """A marked word of intent goes unless a phrase of goods holds it: the giá of "giá đỗ" stays."""
    for start in range(max(0, at - LONGEST + 1), at + 1):
        rule = rule_at(asked, start, carries_marks=True)
        if rule is not None and len(rule.phrase) > 1 and start <= at < start + len(rule.phrase):
            return False
    return True


def _core(way: list[Word]) -> list[Word]:
    """The words that must be there even if nothing else is."""
    marked = any(word.marks for word in way)
    return [
        word for word in way
        if not (word in _LOOSE_MARKED if marked else word.folded in _LOOSE) and not _SIZE.fullmatch(word.folded)
    ]  # fmt: skip


_RAW = re.compile(r"[^\W_]+")


def _ways(asked: list[Word], raws: dict[Word, str]) -> tuple[list[list[Word]], list[Word]]:
    """The ways to read the words: decoded and taken apart, then decoded only, then as typed; and the second by itself."""
    decoded: list[Word] = []
    apart: list[list[Word]] = [[], []]
    for word in asked:
        keys, pieces = _readings(word, raws.get(word, word.folded))
        decoded.extend(keys)
        for way, choice in zip(apart, (pieces[:1] or [keys], pieces[1:2] or pieces[:1] or [keys]), strict=True):
            way.extend(choice[0])
    ways: list[list[Word]] = []
    for way in (apart[0], decoded, apart[1], asked):
        if way not in ways:
            ways.append(way[: 2 * MOST_WORDS])
    return ways[:MOST_READINGS], decoded


def _readings(word: Word, typed: str) -> tuple[list[Word], list[list[Word]]]:
    """One word decoded from raw keys, and the ways to take it apart into syllables; a plain syllable stays as it is."""
    if is_syllable(word.folded) or knows(word.folded):
        return [word], []
    decoded = decode(word.folded) if not word.marks else None
    if decoded is not None:
        return words(decoded), []
    return [word], [words(" ".join(pieces)) for pieces in split_joined(typed)[:2]]


def groups(way: list[Word]) -> Reading:
    """Words as groups: places and known phrases, longest first, and single words."""
    found: list[Group] = []
    marked = any(word.marks for word in way)
    folded = [word.folded for word in way]
    at = 0
    while at < len(way):
        size, places = place_at(folded, at)
        rule = rule_at(way, at, marked)
        if places and (rule is None or size > len(rule.phrase)):
            found.append(Group(tuple(way[at : at + size]), places=places))
            at += size
        elif rule is not None:
            piece = tuple(way[at : at + len(rule.phrase)])
            foreign = () if is_foreign(piece) else rule.foreign
            found.append(Group(piece, (*rule.same, *elsewhere(rule.phrase)), rule.near, foreign))
            at += len(rule.phrase)
        else:
            found.append(Group((way[at],)))
            at += 1
    return tuple(found)


__all__ = ["Group", "Meaning", "Reading", "groups", "understand"]
