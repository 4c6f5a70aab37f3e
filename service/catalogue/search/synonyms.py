"""Other words for the same goods: northern and southern, old spellings, English (`data/synonyms.tsv`).

Three kinds of lines: `same` words find each other as if they were one word; `near` words find each other too, but lower
down the list; with `to` the first word finds the others, but they do not find it (thơm may be a pineapple, or fragrant).
Words are looked for as whole phrases, longest first, so that "bắp cải" is a cabbage before "bắp" is maize.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from service.catalogue.search.places import place_at
from service.core.text import Word, is_syllable, words

Phrase = tuple[Word, ...]
LONGEST = 6


@dataclass(frozen=True, slots=True)
class Rule:
    """What a phrase may also be called."""

    phrase: Phrase
    same: tuple[Phrase, ...]
    near: tuple[Phrase, ...]
    foreign: tuple[Phrase, ...]  # English names of a Vietnamese phrase: asked only when nothing else is found.


@cache
def _rules() -> dict[tuple[str, ...], list[Rule]]:
    """Every rule by the folded words of its phrase."""
    found: dict[Phrase, tuple[dict[Phrase, None], dict[Phrase, None], dict[Phrase, None]]] = {}
    path = Path(__file__).parent.parent / "data" / "synonyms.tsv"
    with path.open(encoding="utf-8", newline="") as source:
        for line in csv.DictReader(source, delimiter="\t", quoting=csv.QUOTE_NONE):
            # Goods with a place beside them ("miến Na Rì") are understood as goods and a place, not as another word.
            phrases = [
                phrase
                for phrase in dict.fromkeys(tuple(words(text)) for text in line["words"].split("|"))
                if not _placed(phrase)
            ]
            for phrase in phrases:
                same, near, foreign = found.setdefault(phrase, ({}, {}, {}))
                # Words that are only near find the first of their line, and are found by it, but not each other.
                others = (
                    phrases if line["kind"] == "same" or phrase == phrases[0] else phrases[:1] if line["kind"] == "near" else []
                )
                for other in others:
                    if other == phrase or _contains(phrase, other) or _contains(other, phrase):
                        continue
                    if is_foreign(other) and not is_foreign(phrase):
                        foreign[other] = None
                    else:
                        (same if line["kind"] == "same" else near)[other] = None
    by_key: dict[tuple[str, ...], list[Rule]] = {}
    for phrase, (same, near, foreign) in found.items():
        rule = Rule(phrase, tuple(same), tuple(other for other in near if other not in same), tuple(foreign))
        by_key.setdefault(tuple(word.folded for word in phrase), []).append(rule)
    return by_key


def _placed(phrase: Phrase) -> bool:
    folded = [word.folded for word in phrase]
    return len(folded) > 1 and any(0 < place_at(folded, at)[0] < len(folded) for at in range(len(folded)))


def _contains(whole: Phrase, part: Phrase) -> bool:
    """Whether every word of the part stands in the whole: such a part asks for more, or for nothing new."""
    return {word.folded for word in part} <= {word.folded for word in whole}


def is_foreign(phrase: Phrase) -> bool:
    """Whether the phrase is English rather than Vietnamese or an abbreviation such as HTX."""
    return any(not is_syllable(word.folded) and not word.marks and set(word.folded) & set("aeiou") for word in phrase)


def knows(word: str) -> bool:
    """Whether an unmarked word is one of ours by itself, so that it is not taken for raw Telex: "corn", "beef"."""
    return (word,) in _rules()


def rule_at(query: list[Word], start: int, carries_marks: bool) -> Rule | None:
    """The rule of the longest phrase that begins here. A query with marks means its marks; one without means any."""
    for size in range(min(LONGEST, len(query) - start), 0, -1):
        piece = query[start : start + size]
        rules = _rules().get(tuple(word.folded for word in piece))
        if not rules:
            continue
        exact = [rule for rule in rules if list(rule.phrase) == piece]
        if exact:
            return exact[0]
        if not carries_marks:
            return _merged(rules)
        loose = [
            rule for rule in rules if all(mine in (his, Word(his.folded)) for mine, his in zip(piece, rule.phrase, strict=True))
        ]
        if loose and size > 1:
            return _merged(loose)
    return None


def _merged(rules: list[Rule]) -> Rule:
    if len(rules) == 1:
        return rules[0]
    same = {phrase: None for rule in rules for phrase in rule.same}
    near = {phrase: None for rule in rules for phrase in rule.near if phrase not in same}
    foreign = {phrase: None for rule in rules for phrase in rule.foreign}
    return Rule(rules[0].phrase, tuple(same), tuple(near), tuple(foreign))


# Words that differ between North and South wherever they stand inside a longer name.
_REGIONS = [
    tuple(tuple(words(word)) for word in pair.split("/"))
    for pair in (
        "lợn/heo",
        "đỗ/đậu",
        "quả/trái",
        "lạc/đậu phộng",
        "vừng/mè",
        "ngô/bắp",
        "trứng/hột",
        "chè/trà",
        "dứa/khóm",
        "sườn/xưởng",
    )
]


@cache
def elsewhere(phrase: Phrase) -> tuple[Phrase, ...]:
    """The phrase as the other end of the country says it: "măng lưỡi heo" for "măng lưỡi lợn"."""
    if len(phrase) == 1:
        return ()
    found: list[Phrase] = []
    for north, south in _REGIONS:
        for here, there in ((north, south), (south, north)):
            found.extend(
                (*phrase[:at], *there, *phrase[at + len(here) :])
                for at in range(len(phrase) - len(here) + 1)
                if phrase[at : at + len(here)] == here
            )
    return tuple(found)


__all__ = ["Phrase", "Rule", "elsewhere", "is_foreign", "knows", "rule_at"]
