"""Vietnamese text, folded and compared: bỏ dấu, đ, y/i, misplaced marks, raw Telex and VNI, joined words, dictionary order.

Everything here is pure. The database folds with the same rules (`core_fold` and `core_words` of the search migration);
tests/catalogue/test_search_fold.py holds the two together.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

# What may stand inside a word: ASCII letters and digits, and letters of other scripts.
_NOT_WORD = re.compile(r"[^0-9a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u1fff\u3040-\ud7ff]+")
_COMBINING = re.compile(r"[\u0300-\u036f]")
# y and i are one letter after a consonant or "qu", unless a vowel follows: quýt = quít, mỳ = mì, but not thuyền.
_Y = re.compile(r"(?<=[bcdghklmnpqrstvx])y(?![aeiouy])|(?<=qu)y(?![aeiouy])")
_TONE = re.compile("[\u0300\u0301\u0303\u0309\u0323]")
_SHAPES = {"\u0302": "6", "\u031b": "7", "\u0306": "8"}
_TONES = {"\u0301": "1", "\u0300": "2", "\u0309": "3", "\u0303": "4", "\u0323": "5"}
_Y_MARKED = re.compile(r"([bcdghklmnpqrstvx]9?|qu)y(?![aeiouy])")


def strip_marks(value: str) -> str:
    """The same text without Vietnamese marks, case and punctuation kept: "Đắk Lắk" becomes "Dak Lak"."""
    plain = unicodedata.normalize("NFD", value).replace("đ", "d").replace("Đ", "D")
    return unicodedata.normalize("NFC", _COMBINING.sub("", plain))


def fold(value: str) -> str:
    """What two spellings of the same words have in common: lower case, no marks, y as i, single spaces, no punctuation."""
    plain = _COMBINING.sub("", unicodedata.normalize("NFD", value.lower())).replace("đ", "d")
    return _Y.sub("i", _NOT_WORD.sub(" ", unicodedata.normalize("NFC", plain)).strip())


def slug(value: str) -> str:
    """A readable piece of an address: "Miến dong Tài Hoan" becomes "mien-dong-tai-hoan"; never empty."""
    plain = re.sub(r"[^0-9a-z]+", "-", strip_marks(value).lower()).strip("-")
    return plain[:80].rstrip("-") or "x"


def sort_key(value: str) -> str:
    """A key whose plain byte order is the order of a Vietnamese dictionary: am, àm, an, ăn, ân; d before đ."""
    text = unicodedata.normalize("NFD", value.lower())
    for mark, code in (("đ", "d~"), ("\u0306", "~"), ("\u0302", "~~"), ("\u031b", "~~~"), (" ", "!")):
        text = text.replace(mark, code)
    tones = "".join(_TONE_ORDER.get(letter, "!" if letter == "!" else ".") for letter in text)
    return f"{''.join(letter for letter in text if letter not in _TONE_ORDER)} {tones}"


_TONE_ORDER = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}


@dataclass(frozen=True, slots=True)
class Word:
    """One word: its folded letters, and the same letters with their marks as the digits of VNI (empty when it has none).

    The tone stands last wherever it was typed, so that hòa and hoà are one word and dứa and dừa are two.
    """

    folded: str
    marks: str = ""

    @property
    def marked(self) -> str:
        """The word with its marks as one plain lexeme: "miến" is `mie6n1z`, "dong" is `dongz`."""
        return f"{self.marks or self.folded}z"


def words(value: str) -> list[Word]:
    """The words of a text in order, with their marks."""
    found: list[Word] = []
    for raw in _WORD_NFD.findall(unicodedata.normalize("NFD", value.lower())):
        letters, coded, tone = [], [], ""
        for letter in raw:
            if letter == "đ":
                letters.append("d")
                coded.append("d9")
            elif letter in _SHAPES:
                coded.append(_SHAPES[letter])
            elif letter in _TONES:
                tone = _TONES[letter]
            elif not "\u0300" <= letter <= "\u036f":
                letters.append(letter)
                coded.append(letter)
        folded = _Y.sub("i", unicodedata.normalize("NFC", "".join(letters)))
        if folded:
            plain = len(coded) == len(letters) and not tone and "đ" not in raw
            found.append(Word(folded, "" if plain else _Y_MARKED.sub(r"\1i", "".join(coded)) + tone))
    return found


_WORD_NFD = re.compile(r"[0-9a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u1fff\u3040-\ud7ff]+")

# --- What a Vietnamese syllable can be -------------------------------------------------------------------------------

_INITIALS = frozenset(
    [
        "",
        "b",
        "c",
        "ch",
        "d",
        "đ",
        "g",
        "gh",
        "gi",
        "h",
        "k",
        "kh",
        "l",
        "m",
        "n",
        "ng",
        "ngh",
        "nh",
        "p",
        "ph",
        "qu",
        "r",
        "s",
        "t",
        "th",
        "tr",
        "v",
        "x",
    ]
)
_RIMES = frozenset(
    [
        "a",
        "ac",
        "ach",
        "ai",
        "am",
        "an",
        "ang",
        "anh",
        "ao",
        "ap",
        "at",
        "au",
        "ay",
        "ak",
        "ăc",
        "ăm",
        "ăn",
        "ăng",
        "ăp",
        "ăt",
        "ăk",
        "âc",
        "âm",
        "ân",
        "âng",
        "âp",
        "ât",
        "âu",
        "ây",
        "e",
        "ec",
        "em",
        "en",
        "eng",
        "eo",
        "ep",
        "et",
        "ê",
        "êch",
        "êm",
        "ên",
        "ênh",
        "êp",
        "êt",
        "êu",
        "i",
        "ia",
        "ich",
        "im",
        "in",
        "inh",
        "ip",
        "it",
        "iu",
        "iêc",
        "iêm",
        "iên",
        "iêng",
        "iêp",
        "iêt",
        "iêu",
        "y",
        "yt",
        "ynh",
        "ych",
        "yêm",
        "yên",
        "yêng",
        "yêt",
        "yêu",
        "o",
        "oc",
        "oi",
        "om",
        "on",
        "ong",
        "op",
        "ot",
        "oong",
        "ooc",
        "oa",
        "oac",
        "oach",
        "oai",
        "oam",
        "oan",
        "oang",
        "oanh",
        "oao",
        "oap",
        "oat",
        "oay",
        "oăc",
        "oăm",
        "oăn",
        "oăng",
        "oăt",
        "oe",
        "oen",
        "oeo",
        "oet",
        "ô",
        "ôc",
        "ôi",
        "ôm",
        "ôn",
        "ông",
        "ôp",
        "ôt",
        "ơ",
        "ơi",
        "ơm",
        "ơn",
        "ơp",
        "ơt",
        "u",
        "ua",
        "uc",
        "ui",
        "um",
        "un",
        "ung",
        "up",
        "ut",
        "uân",
        "uâng",
        "uât",
        "uây",
        "uê",
        "uêch",
        "uênh",
        "uô",
        "uôc",
        "uôi",
        "uôm",
        "uôn",
        "uông",
        "uôt",
        "uơ",
        "uy",
        "uych",
        "uynh",
        "uyt",
        "uyp",
        "uyu",
        "uya",
        "uyên",
        "uyêt",
        "ư",
        "ưa",
        "ưc",
        "ưi",
        "ưm",
        "ưn",
        "ưng",
        "ưt",
        "ưu",
        "ươ",
        "ươc",
        "ươi",
        "ươm",
        "ươn",
        "ương",
        "ươp",
        "ươt",
        "ươu",
    ]
)
_PLAIN_RIMES = frozenset(strip_marks(rime) for rime in _RIMES)
_PLAIN_INITIALS = frozenset(strip_marks(initial) for initial in _INITIALS)
_VOWELS = frozenset("aeiouy")


def _is_syllable(text: str, initials: frozenset[str], rimes: frozenset[str]) -> bool:
    for size in (3, 2, 1, 0):
        head, rest = text[:size], text[size:]
        if len(head) == size and head in initials and rest in rimes and (head or rest):
            return True
    # "gi" gives its i to the rime: gì, gìn, giếng. A rime after "qu" may hide its u.
    return text[:1] == "g" and text[1:] in rimes and text[1:2] in {"i", "iê"}


@lru_cache(maxsize=4096)
def is_syllable(folded: str) -> bool:
    """Whether unmarked letters can be one Vietnamese syllable: "mien" can, "mieens" and "chef" cannot."""
    return _is_syllable(folded, _PLAIN_INITIALS, _PLAIN_RIMES)


# --- Raw Telex and VNI -----------------------------------------------------------------------------------------------

_HORN = {"o": "ơ", "u": "ư", "a": "ă"}
_ROOF = {"a": "â", "e": "ê", "o": "ô"}
_TELEX_TONES = {"s": "\u0301", "f": "\u0300", "r": "\u0309", "x": "\u0303", "j": "\u0323"}
_VNI_TONES = {"1": "\u0301", "2": "\u0300", "3": "\u0309", "4": "\u0303", "5": "\u0323"}


def _finish(letters: list[str], tone: str, keys: int) -> str | None:
    bare = "".join(letters)
    if not keys or not _is_syllable(bare, _INITIALS, _RIMES):
        return None
    if not tone:
        return bare
    # Where the tone stands does not matter to a search; put it on the last marked vowel, else on the first.
    spots = [at for at, letter in enumerate(letters) if letter in "ăâêôơư"]
    if not spots:
        spots = [at for at, letter in enumerate(letters) if letter in _VOWELS][:1]
    letters[spots[-1]] += tone
    return unicodedata.normalize("NFC", "".join(letters))


@lru_cache(maxsize=4096)
def from_telex(typed: str) -> str | None:
    """The syllable that raw Telex keys stand for, or None: "mieens" is "miến", "nwowcs" is "nước"."""
    letters: list[str] = []
    tone, keys, seen = "", 0, False
    for key in typed:
        if seen and key in _TELEX_TONES:
            tone, keys = _TELEX_TONES[key], keys + 1
        elif key == "w":
            keys += 1
            if not _horn(letters):
                letters.append("ư")
                seen = True
        elif key in _ROOF and key in letters and seen:
            at = len(letters) - 1 - letters[::-1].index(key)
            letters[at], keys = _ROOF[key], keys + 1
        elif key == "d" and letters[:1] == ["d"]:
            letters[0], keys = "đ", keys + 1
        else:
            letters.append(key)
            seen = seen or key in _VOWELS
    return _finish(letters, tone, keys)


def _horn(letters: list[str]) -> bool:
    """Put the horn or breve that a Telex w or a VNI 7 means on the vowels typed so far."""
    for at in range(len(letters) - 1, -1, -1):
        letter = letters[at]
        if letter == "o" and at and letters[at - 1] in {"u", "ư"} and letters[:at] != ["q", "u"]:
            letters[at - 1], letters[at] = "ư", "ơ"
            return True
        if letter == "a" and at and letters[at - 1] == "u" and letters[at - 2 : at] != ["q", "u"]:
            letters[at - 1] = "ư"
            return True
        if letter in _HORN:
            letters[at] = _HORN[letter]
            return True
    return False


@lru_cache(maxsize=4096)
def from_vni(typed: str) -> str | None:
    """The syllable that raw VNI keys stand for, or None: "mie6n1" is "miến", "d9o6ng" is "đông"."""
    letters: list[str] = []
    tone, keys = "", 0
    for key in typed:
        if not key.isdigit():
            letters.append(key)
            continue
        keys += 1
        vowels = [at for at, letter in enumerate(letters) if letter in _VOWELS]
        if key in _VNI_TONES and (vowels or any(letter in "ăâêôơư" for letter in letters)):
            tone = _VNI_TONES[key]
        elif key == "6" and any(letters[at] in _ROOF for at in vowels):
            at = [at for at in vowels if letters[at] in _ROOF][-1]
            letters[at] = _ROOF[letters[at]]
        elif key == "7" and any(letters[at] in "uo" for at in vowels):
            _horn(letters)
        elif key == "8" and "a" in letters:
            letters[len(letters) - 1 - letters[::-1].index("a")] = "ă"
        elif key == "9" and letters[:1] == ["d"]:
            letters[0] = "đ"
        else:
            return None
    return _finish(letters, tone, keys)


def decode(typed: str) -> str | None:
    """The marked syllable behind raw Telex or VNI keys, or None when the letters are no such thing."""
    if not typed.isascii() or len(typed) > _LONGEST_KEYS or is_syllable(typed):
        return None
    if typed[:1].isdigit():
        return None
    if any(key.isdigit() for key in typed):
        return from_vni(typed)
    return from_telex(typed)


_LONGEST_KEYS = 11
_LONGEST_JOINED = 48
_LONGEST_KNOWN = 24
_KNOWN_COST = 9


def split_joined(typed: str, known: frozenset[str] = frozenset(), most: int = 6) -> list[list[str]]:
    """The ways to read letters typed without spaces as words, likeliest first: "miendong" is "mien dong".

    Pieces are syllables, raw Telex or VNI of a syllable, or one of the `known` folded words; they may carry marks.
    """
    typed = unicodedata.normalize("NFC", typed.lower())
    if not 3 < len(typed) <= _LONGEST_JOINED:
        return []
    ways: list[list[tuple[int, list[str]]]] = [[(0, [])], *([] for _ in typed)]
    for end in range(1, len(typed) + 1):
        found: list[tuple[int, list[str]]] = []
        for start in range(max(0, end - (_LONGEST_KNOWN if known else _LONGEST_KEYS)), end):
            if ways[start]:
                cost, piece = _piece(typed[start:end])
                if known and (raw := typed[start:end]) and len(raw) > 1 and fold(raw) in known:
                    cost, piece = _KNOWN_COST, raw
                if piece is not None:
                    found.extend((before + cost, [*head, piece]) for before, head in ways[start])
        found.sort(key=lambda way: way[0])
        ways[end] = found[:most]
    return [pieces for _, pieces in ways[-1] if len(pieces) > 1]


@lru_cache(maxsize=8192)
def _piece(raw: str) -> tuple[int, str | None]:
    plain = strip_marks(raw)
    toneless = unicodedata.normalize("NFC", _TONE.sub("", unicodedata.normalize("NFD", raw)))
    if is_syllable(plain) and (raw.isascii() or _is_syllable(toneless, _INITIALS, _RIMES)):
        # A syllable costs 10; one without a consonant in front is rarer and costs more.
        return (10 if plain[0] not in _VOWELS else 14), raw
    decoded = decode(raw)
    return (11, decoded) if decoded is not None else (0, None)


__all__ = [
    "Word",
    "decode",
    "fold",
    "from_telex",
    "from_vni",
    "is_syllable",
    "slug",
    "sort_key",
    "split_joined",
    "strip_marks",
    "words",
]
