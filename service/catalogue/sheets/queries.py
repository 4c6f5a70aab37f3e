"""Reading imports: how far a file has come, what it would do or has done, and what came in before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts import Actor
from service.catalogue.bulk import staging
from service.catalogue.queries import Reader
from service.catalogue.sheets.models import ImportState
from service.core import cursors
from service.core.errors import Invalid, NotFound
from service.core.i18n import _

PAGE = 30
COLUMNS = (
    "id, person_id, organisation_id, kind, filename, size, state, stage, done, total, report, dry_run, created_at, saved_at"
)
# The names of the columns are ours; every value is a parameter.
OF = " FROM catalogue_import WHERE (person_id = %(person)s OR organisation_id = %(organisation)s)"
ONE = f"SELECT {COLUMNS}{OF} AND id = %(id)s"
LIST = f"SELECT {COLUMNS}{OF} AND (%(before)s::uuid IS NULL OR id < %(before)s) ORDER BY id DESC LIMIT %(most)s"
WORKING = (ImportState.WAITING, ImportState.APPROVED)


@dataclass(frozen=True, slots=True)
class ImportView:
    """A file that came in, as its sender sees it."""

    id: UUID
    person_id: UUID | None
    organisation_id: UUID | None
    kind: str
    filename: str
    size: int
    state: str
    stage: str | None
    done: int
    total: int
    report: dict[str, Any] | None
    dry_run: bool
    created_at: datetime
    saved_at: datetime | None

    @property
    def working(self) -> bool:
        """Whether something is being done with it just now."""
        return self.state in WORKING

    @property
    def counts(self) -> dict[str, tuple[int, int, int]]:
        """Of suppliers, products, photos and papers: how many new, changed and the same."""
        return {name: (each[0], each[1], each[2]) for name, each in (self.report or {}).get("counts", {}).items()}

    @property
    def errors(self) -> list[dict[str, Any]]:
        """What is wrong, as far as it is listed."""
        return list((self.report or {}).get("errors", []))

    @property
    def more_errors(self) -> int:
        """How many are not listed."""
        return int((self.report or {}).get("more_errors", 0))

    @property
    def notes(self) -> list[str]:
        """What is strange, but no error."""
        return list((self.report or {}).get("notes", []))

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The first lines, as they will be."""
        return list((self.report or {}).get("rows", []))


@dataclass(frozen=True, slots=True)
class ImportList:
    """A page of imports."""

    items: list[ImportView]
    next: str | None


def import_state_name(state: str) -> str:
    """The state of an import in words."""
    return {
        ImportState.WAITING: _("đang đọc"),
        ImportState.READY: _("chờ bạn đồng ý"),
        ImportState.WRONG: _("có chỗ cần sửa"),
        ImportState.APPROVED: _("đang lưu"),
        ImportState.SAVED: _("đã lưu"),
        ImportState.DROPPED: _("đã bỏ"),
        ImportState.FAILED: _("không đọc được"),
    }[ImportState(state)]


async def import_page(reader: Reader, actor: Actor, import_id: UUID) -> ImportView:
    """One of the reader's own imports, or of the organisation that she acts for."""
    row = await (await reader.execute(ONE, {**_whose(actor), "id": import_id})).fetchone()
    if row is None:
        raise NotFound(_("Không có lần nhập này, hoặc không phải của bạn."))
    return ImportView(*row)


async def import_written(session: AsyncSession, actor: Actor, import_id: UUID) -> ImportView:
    """An import as the present transaction has it, for who has just sent it."""
    return await import_page(await staging.connection(session), actor, import_id)


async def imports_of(reader: Reader, actor: Actor, *, cursor: str | None = None) -> ImportList:
    """What the reader and her organisation have brought in, the newest first."""
    before = None
    if cursor:
        try:
            (key,) = cursors.opened(cursor)
            before = UUID(key)
        except (ValueError, TypeError, AttributeError) as error:
            raise Invalid(_("Trang này không còn. Hãy quay lại đầu danh sách.")) from error
    found = await reader.execute(LIST, {**_whose(actor), "before": before, "most": PAGE + 1})
    items = [ImportView(*row) for row in await found.fetchall()]
    return ImportList(items[:PAGE], cursors.sealed([str(items[PAGE - 1].id)]) if len(items) > PAGE else None)


def _whose(actor: Actor) -> dict[str, Any]:
    return {"person": actor.person_id, "organisation": actor.organisation_id}
