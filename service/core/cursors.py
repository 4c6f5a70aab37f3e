"""A place in a long list as an opaque string, so that the next page begins where this one ends (keyset paging)."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from typing import Any, TypeVar
from uuid import UUID

from service.core.errors import Invalid
from service.core.i18n import _

KeyT = TypeVar("KeyT")


def sealed(key: Sequence[Any]) -> str:
    """The key of the last row that was shown, as a cursor."""
    return base64.urlsafe_b64encode(json.dumps(list(key), ensure_ascii=False).encode()).decode().rstrip("=")


def opened(cursor: str) -> list[Any]:
    """The key again. Raises ValueError for whatever no page of ours has given out, text that no database holds included."""
    try:
        raw = base64.urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        key = json.loads(raw)
    except RecursionError as error:
        raise ValueError(cursor) from error
    if not isinstance(key, list):
        raise ValueError(cursor)  # noqa: TRY004 - it came from outside; to the caller it is a value that is wrong.
    for part in key:
        if isinstance(part, str):
            part.encode()  # A lone surrogate raises here, as UnicodeEncodeError, which is a ValueError.
            if "\x00" in part:
                raise ValueError(cursor)
    return key


def after(cursor: str | None) -> UUID | None:
    """The row that a list ordered by id goes on after; None at its beginning. Raises Invalid, as `place` does."""
    if not cursor:
        return None
    try:
        (row_id,) = opened(cursor)
        return UUID(row_id)
    except (ValueError, TypeError, AttributeError) as error:
        raise _unreadable() from error


def place(cursor: str, read: Callable[[Any], KeyT]) -> tuple[KeyT, UUID]:
    """Where a list ordered by a key and an id goes on; `read` makes the key, or raises. Raises Invalid with what to do next."""
    try:
        key, row_id = opened(cursor)
        return read(key), UUID(row_id)
    except (ValueError, TypeError, AttributeError, OverflowError) as error:
        raise _unreadable() from error


def _unreadable() -> Invalid:
    message = _("Địa chỉ trang tiếp theo không còn dùng được. Hãy xem lại từ đầu danh sách.")
    return Invalid(message, {"cursor": _("Không đọc được.")})
