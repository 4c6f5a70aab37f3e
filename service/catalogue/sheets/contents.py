"""What the files of an archive are, by where they lie: sheets, photos, papers. Pure.

    san-pham.xlsx, nha-cung-cap.csv               sheets: at the top, known by their headings, not by their names
    anh/SP01/1.jpg, anh/SP01-2.jpg                photos of the product (or supplier) SP01
    anh/HTX1/SP01/1.jpg                           … of supplier HTX1, where two suppliers have a product SP01
    giay/SP01/OCOP.pdf, giay/HTX1/ATTP-1.jpg      papers: the name begins with the code of their kind

One folder round it all is looked through. A line of a sheet may name its files itself, in the column “Tệp”.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from service.catalogue import kinds
from service.catalogue.sheets.archive import Entry
from service.core.text import fold

SHEET = re.compile(r"\.(?:xlsx|csv|tsv|txt|xls|ods)$", re.IGNORECASE)
READ_ME = re.compile(r"(?:^|/)(?:readme|doc|huong|hướng)[^/]*\.(?:txt|md)$", re.IGNORECASE)
NUMBERED = re.compile(r"[\s_.-]*[(\[]?\d{1,3}[)\]]?$")
PHOTO_FOLDERS = frozenset({"anh", "anh san pham", "hinh", "hinh anh", "photos", "photo", "images", "image", "pictures"})
PAPER_FOLDERS = frozenset(
    {"giai", "giai to", "giay", "giay to", "giay chung nhan", "chung nhan", "papers", "documents", "certificates", "scans"}
)


class Sort(StrEnum):
    """What a file is meant to be."""

    PHOTO = "photo"
    PAPER = "paper"


@dataclass(frozen=True, slots=True)
class Hint:
    """A photo or paper, and what its place tells of whose it is: the first of `codes` that is known is meant."""

    entry: Entry
    sort: Sort
    codes: tuple[str, ...]
    supplier: str | None = None
    kind: str | None = None  # Of a paper, by the first letters of its name.


@dataclass(slots=True)
class Contents:
    """The files of an archive, sorted out."""

    sheets: list[Entry] = field(default_factory=list)
    hints: list[Hint] = field(default_factory=list)
    loose: dict[str, Entry] = field(default_factory=dict)  # Elsewhere: only a line of a sheet can say whose they are.
    by_path: dict[str, Entry] = field(default_factory=dict)  # Folded path and folded name → entry, for the column “Tệp”.


def sort_out(entries: Sequence[Entry]) -> Contents:
    """What is what."""
    found = Contents()
    skipped = _wrapping(entries)
    for entry in entries:
        parts = entry.path.split("/")[skipped:]
        inner = "/".join(parts)
        found.by_path[path_key(inner)] = entry
        found.by_path.setdefault(path_key(parts[-1]), entry)
        folder = fold(parts[0]) if len(parts) > 1 else ""
        if folder in PHOTO_FOLDERS:
            found.hints.append(_photo(entry, parts[1:]))
        elif folder in PAPER_FOLDERS:
            found.hints.append(_paper(entry, parts[1:]))
        elif len(parts) == 1 and SHEET.search(inner) and not READ_ME.search(inner):
            found.sheets.append(entry)
        elif not READ_ME.search(inner):
            found.loose[inner] = entry
    return found


def path_key(path: str) -> str:
    """What two spellings of a path in a sheet have in common."""
    return "/".join(" ".join(part.casefold().split()) for part in path.replace("\\", "/").split("/") if part)


def code_key(code: str) -> str:
    """What two spellings of a code have in common: a file's name cannot hold every sign that a code may."""
    return re.sub(r"[^0-9a-z]+", "", fold(code)) or code


def kind_named(name: str) -> str | None:
    """The kind of paper that a file's name begins with: its code, or its short name; the longest that fits."""
    said = code_key(name.rsplit(".", 1)[0])
    known = {code_key(word): kind.code for kind in kinds.KINDS.values() for word in (kind.code, kind.short)}
    fits = [word for word in known if said.startswith(word)]
    return known[max(fits, key=len)] if fits else None


def _wrapping(entries: Sequence[Entry]) -> int:
    """How many folders lie round everything: people pack the folder rather than what is in it."""
    paths = [entry.path.split("/")[:-1] for entry in entries]
    depth = 0
    while depth < 3:
        names = {path[depth] if len(path) > depth else "" for path in paths}
        name = next(iter(names))
        if len(names) > 1 or not name or fold(name) in PHOTO_FOLDERS | PAPER_FOLDERS:
            break
        depth += 1
    return depth


def _photo(entry: Entry, parts: Sequence[str]) -> Hint:
    if len(parts) > 1:
        return Hint(entry, Sort.PHOTO, (parts[-2],), parts[-3] if len(parts) > 2 else None)
    stem = parts[0].rsplit(".", 1)[0].strip()
    bare = NUMBERED.sub("", stem)
    return Hint(entry, Sort.PHOTO, tuple(dict.fromkeys(code for code in (stem, bare) if code)))


def _paper(entry: Entry, parts: Sequence[str]) -> Hint:
    kind = kind_named(parts[-1])
    if len(parts) > 1:
        return Hint(entry, Sort.PAPER, (parts[-2],), parts[-3] if len(parts) > 2 else None, kind)
    return Hint(entry, Sort.PAPER, (), None, kind)
