"""Reading forms: a value, or the errors beside what was typed, so that nothing typed is ever lost.

`form = await forms.read(request, ProductDraft)`; where `form.value` is None, the same template is shown again with 422.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar
from uuid import UUID

from fastapi import Request
from pydantic import BaseModel, ValidationError
from starlette.datastructures import FormData, UploadFile

from service.core.i18n import _
from service.core.pictures import MOST_BYTES

InputT = TypeVar("InputT", bound=BaseModel)
MOST_FIELDS = 400


@dataclass
class Form(Generic[InputT]):
    """A form as it came in: the value when all is right, else what is wrong with which field, and always what was typed."""

    value: InputT | None = None
    errors: dict[str, str] = field(default_factory=dict)
    typed: dict[str, str] = field(default_factory=dict)
    chosen: dict[str, list[str]] = field(default_factory=dict)

    def add(self, errors: Mapping[str, str]) -> None:
        """Take over what a rule found wrong after the form itself was well formed."""
        self.errors.update(errors)
        self.value = None


def filled(values: Mapping[str, Any]) -> Form[Any]:
    """A form that shows what is stored, before anybody has typed."""
    typed = {key: "" if value is None else str(value) for key, value in values.items() if not isinstance(value, (list, tuple))}
    chosen = {key: [str(item) for item in value] for key, value in values.items() if isinstance(value, (list, tuple))}
    return Form(typed=typed, chosen=chosen)


def key_of(form: Form[Any]) -> UUID | None:
    """The key that the form was shown with, so that sending it twice does one thing; None where there is none."""
    try:
        return UUID(form.typed.get("key", ""))
    except ValueError:
        return None


async def read(request: Request, model: type[InputT], *, lists: Iterable[str] = ()) -> Form[InputT]:
    """Read the posted form into the model. Fields named in `lists` may come several times; others are taken once."""
    data = await request.form(max_fields=MOST_FIELDS, max_files=0)
    return understand(data, model, lists=lists)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was handed in: the name it had, which says nothing of what it is, and what is in it."""

    name: str
    data: bytes


async def read_with_files(
    request: Request, model: type[InputT], field_name: str, *, most: int
) -> tuple[Form[InputT], list[Upload]]:
    """Read a posted form that carries files in one field; a field in which none was chosen is as if it were not there.

    No file is read further than one byte beyond what may be kept, so that whoever looks at it can say that it is too large.
    """
    async with request.form(max_fields=MOST_FIELDS, max_files=most) as data:
        given = [each for each in data.getlist(field_name) if isinstance(each, UploadFile) and each.filename]
        uploads = [Upload(each.filename or "", await each.read(MOST_BYTES + 1)) for each in given]
        return understand(data, model), uploads


def understand(data: FormData, model: type[InputT], *, lists: Iterable[str] = ()) -> Form[InputT]:
    """The same for form data that has been read already."""
    many = set(lists)
    typed = {key: value for key, value in data.items() if not isinstance(value, UploadFile) and key not in many}
    chosen = {key: [item for item in data.getlist(key) if not isinstance(item, UploadFile)] for key in many}
    form: Form[InputT] = Form(typed=typed, chosen=chosen)
    known = {key: value for key, value in {**typed, **chosen}.items() if key in model.model_fields}
    try:
        form.value = model.model_validate(known)
    except ValidationError as error:
        form.errors = words_for(error)
    return form


def checked(values: Mapping[str, Any], model: type[InputT]) -> Form[InputT]:
    """The same for values that a page has put together itself."""
    form: Form[InputT] = Form()
    try:
        form.value = model.model_validate(values)
    except ValidationError as error:
        form.errors = words_for(error)
    return form


def words_for(error: ValidationError) -> dict[str, str]:
    """Each wrong field with one sentence in the reader's language that says what would be right."""
    return words_for_all(error.errors(include_url=False))


def words_for_all(problems: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """The same for a list of problems in pydantic's words."""
    errors: dict[str, str] = {}
    for problem in problems:
        name = ".".join(str(part) for part in problem["loc"] if not str(part).startswith("function-")) or "form"
        errors.setdefault(name, _words(problem["type"], problem.get("ctx") or {}, problem["msg"]))
    return errors


def _words(kind: str, context: Mapping[str, Any], message: str) -> str:
    least, most = context.get("ge", context.get("gt")), context.get("le", context.get("lt"))
    sentences = {
        "missing": _("Cần điền mục này."),
        "string_too_short": _("Cần điền mục này.") if context.get("min_length") == 1 else _("Quá ngắn."),
        "too_short": _("Cần điền mục này.") if context.get("min_length") == 1 else _("Quá ngắn."),
        "too_long": _("Dài quá: tối đa %(most)s ký tự.", most=context.get("max_length")),
        "string_too_long": _("Dài quá: tối đa %(most)s ký tự.", most=context.get("max_length")),
        "string_type": _("Cần điền mục này."),
        "int_parsing": _("Cần một số nguyên."),
        "int_type": _("Cần điền mục này."),
        "int_from_float": _("Cần một số nguyên."),
        "decimal_parsing": _("Cần một con số."),
        "decimal_type": _("Cần điền mục này."),
        "date_type": _("Cần một ngày, ví dụ 22/11/2026."),
        "enum": _("Hãy chọn một trong các mục có sẵn."),
        "literal_error": _("Hãy chọn một trong các mục có sẵn."),
        "greater_than_equal": _("Ít nhất là %(least)s.", least=least),
        "greater_than": _("Phải lớn hơn %(least)s.", least=least),
        "less_than_equal": _("Nhiều nhất là %(most)s.", most=most),
        "less_than": _("Phải nhỏ hơn %(most)s.", most=most),
        "extra_forbidden": _("Mục này không có trong biểu mẫu."),
    }
    if kind in ("value_error", "assertion_error"):  # Our own sentence, raised by a reader of typed values.
        return str(context.get("error") or message)
    return sentences.get(kind) or _("Giá trị này chưa đúng.")
