"""Which records are checked next is drawn by lot, heavier where more could be wrong, and anybody can draw it again.

The lot of a record is -ln(u) / weight, where u is a fraction read out of SHA-256(seed, id); the smallest lots are drawn
(Efraimidis and Spirakis: a sample without replacement in which a record of double weight is as likely as two records).
Weights are whole numbers and the logarithm is taken in decimal arithmetic, which rounds alike on every machine, so that the
seed and the published list are enough to find the same records again: no trust in us is needed, only a hash function.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Context, Decimal

RECIPE = "sha256-es-1"  # Named in every published round: a later recipe gets another name.
_DIGITS = Context(prec=40)
_ONE = Decimal(2**256 + 1)

# How much each sign of risk adds to the weight of 1 that every record has.
NEVER_CHECKED = 4
EXPIRING = 2
CHANGED = 3
COMPLAINT = 5
MOST_COMPLAINTS = 3  # A crowd that complains about one record must not make the draw a formality.
DAYS_A_POINT = 180
MOST_AGE = 4


@dataclass(frozen=True, slots=True)
class Risk:
    """What is known of a record on the day of the draw."""

    last_check: date | None = None
    expiring: bool = False  # A certificate runs out within 90 days.
    complaints: int = 0  # Noted since, and not looked into yet.
    changed: bool = False  # A certified field has changed since the last check.


@dataclass(frozen=True, slots=True)
class Candidate:
    """A record that could be drawn: the word it is drawn by (its id), and its weight."""

    id: str
    weight: int


def reasons(risk: Risk, today: date) -> dict[str, int]:
    """What makes a record worth looking at, and how many points each adds."""
    points: dict[str, int] = {}
    if risk.last_check is None:
        points["never"] = NEVER_CHECKED
    elif age := min(max((today - risk.last_check).days, 0) // DAYS_A_POINT, MOST_AGE):
        points["age"] = age
    if risk.expiring:
        points["expiring"] = EXPIRING
    if risk.complaints > 0:
        points["complaint"] = COMPLAINT * min(risk.complaints, MOST_COMPLAINTS)
    if risk.changed:
        points["changed"] = CHANGED
    return points


def weight(points: Mapping[str, int]) -> int:
    """The weight of a record with these points: never nothing, so that nobody is safe from a visit."""
    return 1 + sum(points.values())


def lot(seed: str, candidate: Candidate) -> Decimal:
    """The number drawn for a record: the smaller, the sooner it is checked."""
    hashed = hashlib.sha256(f"{seed} {candidate.id}".encode()).digest()
    fraction = _DIGITS.divide(Decimal(int.from_bytes(hashed, "big") + 1), _ONE)
    return _DIGITS.divide(_DIGITS.minus(_DIGITS.ln(fraction)), Decimal(candidate.weight))


def draw(seed: str, candidates: Iterable[Candidate], wanted: int) -> list[Candidate]:
    """So many of the candidates, the first drawn first. Their order does not matter; nobody is drawn twice."""
    unique = {candidate.id: candidate for candidate in candidates}
    return sorted(unique.values(), key=lambda each: (lot(seed, each), each.id))[: max(wanted, 0)]


def lines(candidates: Iterable[Candidate]) -> str:
    """The list as it is published and digested: one record a line, its id and its weight, in the order of ids."""
    return "".join(f"{each.id} {each.weight}\n" for each in sorted(candidates, key=lambda each: each.id))


def digest(candidates: Iterable[Candidate]) -> str:
    """The SHA-256 of the published list: who kept it can prove later that the list has not been changed."""
    return hashlib.sha256(lines(candidates).encode()).hexdigest()


def document(seed: str, wanted: int, candidates: Sequence[Candidate]) -> str:
    """A round as a text file that `chophien redraw` reads: the seed, how many are wanted, and the list."""
    return f"# recipe {RECIPE}\n# seed {seed}\n# wanted {wanted}\n# digest {digest(candidates)}\n{lines(candidates)}"


def read_document(text: str) -> tuple[str, int, list[Candidate]]:
    """The seed, how many are wanted, and the candidates again. Raises ValueError for whatever is no such file."""
    said: dict[str, str] = {}
    candidates = []
    for line in text.splitlines():
        words = line.split()
        if line.startswith("#") and len(words) == 3:
            said[words[1]] = words[2]
        elif len(words) == 2:
            candidates.append(Candidate(words[0], int(words[1])))
        elif words:
            raise ValueError(line)
    if said.get("recipe") != RECIPE or any(each.weight < 1 for each in candidates):
        raise ValueError("recipe")
    if said.get("digest") != digest(candidates):
        raise ValueError("digest")
    return said["seed"], int(said["wanted"]), candidates
