"""The questions that a round asks of a request besides the usual ones, and how their answers are read. PURE (M2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from service.core import formats
from service.core.i18n import _, locale
from service.matching.rounds.models import FieldKind

PREFIX = "x_"  # Before the name of a question in a form, so that it cannot be taken for a field of the request.
LONGEST_ANSWER = 500
LARGEST_NUMBER = Decimal(10) ** 12


@dataclass(frozen=True, slots=True)
class Field:
    """One question."""

    name: str
    label_vi: str
    kind: FieldKind
    label_en: str | None = None
    required: bool = False
    choices: tuple[str, ...] = ()
    help: str | None = None

    @property
    def label(self) -> str:
        """The question in the reader's language."""
        return (self.label_en or self.label_vi) if locale() == "en" else self.label_vi

    @property
    def key(self) -> str:
        """The name of its input in a form."""
        return f"{PREFIX}{self.name}"


@dataclass(frozen=True, slots=True)
class Extra:
    """What was answered, in the words of JSON; and for each wrong answer what would be right, by the name of its input."""

    values: dict[str, Any]
    errors: dict[str, str]


def read_extra(fields: Sequence[Field], typed: Mapping[str, Any]) -> Extra:
    """The answers to the questions, from what was typed (`x_name`) or sent by a program (`name`); others are left alone."""
    found = Extra({}, {})
    for field in fields:
        given = typed.get(field.key, typed.get(field.name))
        given = given.replace("\x00", "").strip() if isinstance(given, str) else given
        if given is None or given == "":
            if field.required:
                found.errors[field.key] = _("Cần điền mục này.")
            continue
        try:
            found.values[field.name] = _READERS[field.kind](field, given)
        except (ValueError, ArithmeticError, TypeError) as wrong:
            found.errors[field.key] = str(wrong) if type(wrong) is ValueError and str(wrong) else _("Giá trị này chưa đúng.")
    return found


def typed_extra(fields: Sequence[Field], values: Mapping[str, Any]) -> dict[str, str]:
    """Stored answers as they would be typed."""
    typed = {}
    for field in fields:
        value = values.get(field.name)
        if value is None:
            continue
        if isinstance(value, bool):
            typed[field.key] = "yes" if value else "no"
        elif field.kind is FieldKind.DATE:
            typed[field.key] = formats.day(date.fromisoformat(value))
        elif field.kind is FieldKind.NUMBER:
            typed[field.key] = formats.number(Decimal(str(value)))
        else:
            typed[field.key] = str(value)
    return typed


def answers(fields: Sequence[Field], values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The questions that were answered, each with its answer in words."""
    return [(field.label, _words(field, values[field.name])) for field in fields if values.get(field.name) is not None]


def _words(field: Field, value: Any) -> str:
    if isinstance(value, bool):
        return _("có") if value else _("không")
    return typed_extra([field], {field.name: value})[field.key]


def _text(_field: Field, given: Any) -> str:
    if not isinstance(given, str):
        raise TypeError
    if len(given) > LONGEST_ANSWER:
        raise ValueError(_("Dài quá %(most)s ký tự.", most=LONGEST_ANSWER))
    return given


def _number(_field: Field, given: Any) -> int | float:
    if isinstance(given, bool):
        raise TypeError
    value = formats.parse_number(given) if isinstance(given, str) else Decimal(str(given))
    if not value.is_finite() or abs(value) > LARGEST_NUMBER:
        raise ValueError(_("Số này quá lớn."))
    value = round(value, 6)
    return int(value) if value == value.to_integral_value() else float(value)


def _choice(field: Field, given: Any) -> str:
    if given not in field.choices:
        raise ValueError(_("Hãy chọn một trong các mục có sẵn."))
    return str(given)


def _yes_no(_field: Field, given: Any) -> bool:
    known = {"yes": True, "true": True, "no": False, "false": False}
    if isinstance(given, bool):
        return given
    if not isinstance(given, str) or given.lower() not in known:
        raise ValueError(_("Hãy chọn có hoặc không."))
    return known[given.lower()]


def _date(_field: Field, given: Any) -> str:
    if not isinstance(given, str):
        raise TypeError
    return formats.parse_day(given).isoformat()


_READERS = {
    FieldKind.TEXT: _text,
    FieldKind.NUMBER: _number,
    FieldKind.CHOICE: _choice,
    FieldKind.YES_NO: _yes_no,
    FieldKind.DATE: _date,
}
