"""The order of choice: points by the organiser's rule, ties by a lot that anybody can draw again. PURE.

Before the draw its secret is fixed and the SHA-256 of it is told. At the draw somebody calls out a word; the seed is the
SHA-256 of secret and word. So the organiser cannot have chosen the seed to please somebody (it did not know the word), and
nobody in the room either (none of them knew the secret). The lots are those of the field checks (`catalogue.drawing`): the lot
of an applicant is read out of SHA-256(seed, its code), everybody as likely as everybody else, and of two with equal points the
smaller lot is first. The published list, seed and this recipe are enough to find the same order again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from service import catalogue
from service.core.text import slug

RECIPE = "order-of-choice-1"  # Named in every published drawing: a later recipe gets another name.
NOBODY_CALLED = "-"


@dataclass(frozen=True, slots=True)
class Claim:
    """Something that an applicant may say of itself: led by women, by an ethnic minority, in a programme."""

    code: str
    name: str
    points: int
    name_en: str | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """How points are counted. `most_years` bounds how many earlier years count."""

    per_star: int = 0
    per_year: int = 0
    most_years: int = 5
    first_time: int = 0
    claims: tuple[Claim, ...] = ()

    def plain(self) -> dict[str, Any]:
        """The rule as it is kept with a drawing."""
        claims = [
            {"code": each.code, "name": each.name, "name_en": each.name_en, "points": each.points} for each in self.claims
        ]
        return {"per_star": self.per_star, "per_year": self.per_year, "most_years": self.most_years,
                "first_time": self.first_time, "claims": claims}  # fmt: skip

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Self:
        """The rule again."""
        claims = tuple(
            Claim(each["code"], each["name"], each["points"], each.get("name_en")) for each in kept.get("claims", ())
        )
        return cls(kept["per_star"], kept["per_year"], kept["most_years"], kept["first_time"], claims)


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of an applicant on the day: stars of its best product, earlier years, and confirmed claims."""

    stars: int = 0
    years: int = 0
    claims: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Counted:
    """One part of somebody's points: what for (stars, years, first, or the code of a claim), how many of it, and the points."""

    what: str
    number: int
    points: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the published list."""

    code: str
    points: int


def counted(rule: Rule, standing: Standing) -> tuple[Counted, ...]:
    """The parts of an applicant's points; what brings nothing is left out."""
    years = min(standing.years, rule.most_years)
    parts = [
        Counted("stars", standing.stars, standing.stars * rule.per_star),
        Counted("years", years, years * rule.per_year),
        Counted("first", 1, rule.first_time if standing.years == 0 else 0),
        *(Counted(each.code, 1, each.points) for each in rule.claims if each.code in standing.claims),
    ]
    return tuple(part for part in parts if part.points)


def points(parts: Iterable[Counted]) -> int:
    """The sum of them."""
    return sum(part.points for part in parts)


def commitment(secret: str) -> str:
    """What is told before the draw: it binds to the secret and does not give it away."""
    return hashlib.sha256(secret.encode()).hexdigest()


def called_word(typed: str | None) -> str:
    """The word that was called out, as it goes into the seed: without accents and spaces, so that it is spelt one way only."""
    return slug(typed or "")[:80] or NOBODY_CALLED


def seed_of(secret: str, called: str) -> str:
    """The seed that follows from the secret and the word."""
    return hashlib.sha256(f"{secret} {called}".encode()).hexdigest()


def ordered(seed: str, entries: Iterable[Entry]) -> list[Entry]:
    """The order of choice: more points first, equal ones by lot. The order in which they are given does not matter."""
    unique = {each.code: each for each in entries}
    lots = {code: catalogue.drawing.lot(seed, catalogue.drawing.Candidate(code, 1)) for code in unique}
    return sorted(unique.values(), key=lambda each: (-each.points, lots[each.code], each.code))


def lines(entries: Iterable[Entry]) -> str:
    """The list as it is published and digested: a code and its points on each line, by code."""
    return "".join(f"{each.code} {each.points}\n" for each in sorted(entries, key=lambda each: each.code))


def digest(listed: str) -> str:
    """The SHA-256 of the published list: who kept it can prove later that it has not been changed."""
    return hashlib.sha256(listed.encode()).hexdigest()


def entries_in(listed: str) -> list[Entry]:
    """The entries of a published list."""
    pairs = (line.split() for line in listed.splitlines())
    return [Entry(code, int(number)) for code, number in pairs]


def document(secret: str, called: str, listed: str) -> str:
    """A drawing as a text file that `chophien redraw` reads."""
    return (
        f"# recipe {RECIPE}\n# commitment {commitment(secret)}\n# secret {secret}\n# called {called}\n"
        f"# seed {seed_of(secret, called)}\n# digest {digest(listed)}\n{listed}"
    )


def redrawn(text: str) -> list[Entry]:
    """The order that a published file gives. Raises ValueError for whatever is no such file, or does not hold together."""
    said: dict[str, str] = {}
    found: list[Entry] = []
    for line in text.splitlines():
        words = line.split()
        if line.startswith("#") and len(words) == 3:
            said[words[1]] = words[2]
        elif len(words) == 2:
            found.append(Entry(words[0], int(words[1])))
        elif words:
            raise ValueError(line)
    if said.get("recipe") != RECIPE:
        raise ValueError("recipe")
    secret, called = said.get("secret", ""), said.get("called", "")
    proofs: Sequence[tuple[str, str]] = (
        ("commitment", commitment(secret)), ("seed", seed_of(secret, called)), ("digest", digest(lines(found))),
    )  # fmt: skip
    for name, right in proofs:
        if said.get(name) != right:
            raise ValueError(name)
    return ordered(said["seed"], found)
