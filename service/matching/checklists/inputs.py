"""What buyers want to see, and what suppliers answer for themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field, ValidationInfo, field_validator, model_validator

from service import catalogue
from service.core.i18n import _
from service.core.inputs import NO_NUL, Input, OptionalText, OptionalWhole
from service.matching.checklists.models import Wanted

MOST_ITEMS = 80
MOST_WORDS = 20
LONGEST = 300
BARCODES = ("gtin13", "gtin14")
# Papers that an officer checks and a shop may ask for by name; stars are a kind of their own.
PAPERS = tuple(kind for kind in catalogue.KINDS if kind != catalogue.OCOP)


@dataclass(frozen=True, slots=True)
class Range:
    """The numbers that a condition may name."""

    least: int
    most: int


NUMBERS: dict[Wanted, Range] = {
    Wanted.STARS: Range(3, 5),
    Wanted.TEST_REPORT: Range(1, 60),
    Wanted.PHOTOS: Range(1, catalogue.MOST_PHOTOS),
    Wanted.PACK: Range(1, 100_000),
    Wanted.LEAST_ORDER: Range(1, 1_000_000),
    Wanted.LEAD_TIME: Range(0, 365),
    Wanted.SHELF_PERCENT: Range(1, 100),
    Wanted.SHELF_DAYS: Range(1, 3_650),
    Wanted.DISCOUNT: Range(0, 100),
    Wanted.CREDIT: Range(0, 365),
}


def _short(value: str | None) -> str | None:
    if value is not None and len(value) > LONGEST:
        raise ValueError(_("Dài quá %(most)s ký tự.", most=LONGEST))
    return " ".join(value.split()) if value else value


Short = Annotated[OptionalText, AfterValidator(_short)]


class ItemDraft(Input):
    """One condition: asked for, or said not to be asked for. A number, a code or words where its kind has them."""

    kind: Wanted
    required: bool = True
    number: OptionalWhole = None
    code: Short = None
    words: Short = None

    @field_validator("number")
    @classmethod
    def _in_range(cls, value: int | None, info: ValidationInfo) -> int | None:
        allowed = NUMBERS.get(info.data.get("kind", Wanted.WORDS))
        if value is not None and allowed is not None and not allowed.least <= value <= allowed.most:
            raise ValueError(_("Từ %(least)s đến %(most)s.", least=allowed.least, most=allowed.most))
        return value

    @model_validator(mode="after")
    def _complete(self) -> ItemDraft:
        if self.kind in NUMBERS and self.required and self.number is None:
            raise ValueError(_("Cần một con số cho điều kiện này."))
        if self.kind is Wanted.BARCODE and self.required and self.code not in BARCODES:
            raise ValueError(_("Chọn mã vạch GTIN-13 trên túi hoặc GTIN-14 trên thùng."))
        if self.kind is Wanted.PAPER and self.code not in PAPERS:
            raise ValueError(_("Không có loại giấy “%(kind)s”.", kind=(self.code or "")[:40]))
        if self.kind is Wanted.WORDS and not self.words:
            raise ValueError(_("Viết điều kiện bằng lời."))
        return self

    @property
    def content(self) -> tuple[Wanted, bool, int | None, str | None, str | None]:
        """What it says, and nothing that its kind has no place for."""
        kind, asked = self.kind, self.required
        number = self.number if asked and kind in NUMBERS else None
        code = self.code if kind is Wanted.PAPER or (asked and kind is Wanted.BARCODE) else None
        return kind, asked, number, code, self.words if kind is Wanted.WORDS else None


class ChecklistDraft(Input):
    """All conditions of a buyer, in their order."""

    items: Annotated[tuple[ItemDraft, ...], Field(max_length=MOST_ITEMS)] = ()
    note: Short = None

    @field_validator("items")
    @classmethod
    def _few_words(cls, items: tuple[ItemDraft, ...]) -> tuple[ItemDraft, ...]:
        if sum(each.kind is Wanted.WORDS for each in items) > MOST_WORDS:
            raise ValueError(_("Nhiều nhất %(most)s điều kiện khác.", most=MOST_WORDS))
        return items

    @property
    def contents(self) -> list[tuple[Wanted, bool, int | None, str | None, str | None]]:
        """The conditions; of two of a kind the later one holds. Of papers and of words there may be several."""
        found = {}
        for each in self.items:
            kind, _required, _number, code, words = each.content
            found[kind, code if kind is Wanted.PAPER else words] = each.content
        return list(found.values())


class SelfAnswer(Input):
    """What a supplier says of its product where the catalogue cannot judge."""

    accepts: bool
    words: Short = None
    everywhere: bool = False  # The same for every product that it has published.


class AnswerForm(SelfAnswer):
    """The same by a form that says as well which condition of which product is answered."""

    item: UUID
    product: Annotated[str, Field(min_length=1, max_length=200), NO_NUL]

    def answer(self) -> SelfAnswer:
        """What is said."""
        return SelfAnswer(accepts=self.accepts, words=self.words, everywhere=self.everywhere)
