"""The command `chophien`. Heavy parts are imported by the commands that need them, so that `--help` answers at once."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable, Coroutine
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from service.core.settings import Settings

if TYPE_CHECKING:
    from service.core.db import Database

app = typer.Typer(
    help="Chợ Phiên: chợ của các hợp tác xã OCOP vùng cao Bắc Kạn. / The market of the OCOP cooperatives of upland Bắc Kạn.",
    no_args_is_help=True, add_completion=False, pretty_exceptions_show_locals=False,
)  # fmt: skip


admin = typer.Typer(help="Quản trị viên của chợ. / Who runs the market.", no_args_is_help=True)
app.add_typer(admin, name="admin")


matching_round = typer.Typer(help="Phiên kết nối cung cầu. / Matching rounds.", no_args_is_help=True)
app.add_typer(matching_round, name="round")


class Fairness(StrEnum):
    """How evenly a matching round is shared out."""

    FREE = "free"
    LIGHT = "light"
    BALANCED = "balanced"
    EVEN = "even"
    MOST_EVEN = "most_even"


class ImportKind(StrEnum):
    """What a sheet holds."""

    SUPPLIERS = "suppliers"
    PRODUCTS = "products"


@app.callback()
def _prepare(
    lang: Annotated[str, typer.Option("--lang", help="vi | en", envvar="CHOPHIEN_LANG")] = "vi",
) -> None:
    from service.core import i18n, logs  # noqa: PLC0415 - `--help` needs no log.

    i18n.set_locale(lang)
    settings = _settings()
    logs.set_up(settings.log_format, settings.log_level)


@app.command()
def serve() -> None:
    """Start everything: database, migrations, demo on first start, web and worker; stops on Ctrl-C."""
    from service import serving  # noqa: PLC0415 - see the module's docstring.

    raise typer.Exit(serving.serve(_settings()))


@app.command()
def web() -> None:
    """Start the web process only, on a database that `migrate` has prepared."""
    from service import server  # noqa: PLC0415 - the web process does without what `serve` needs.

    server.run(_with_database())


@app.command()
def worker() -> None:
    """Start the job process only."""
    from service import worker as jobs  # noqa: PLC0415

    _run(_with_database(), jobs.work)


@app.command()
def migrate() -> None:
    """Bring the database to the newest tables and reference data. Safe to repeat."""
    from service import serving  # noqa: PLC0415

    serving.prepare(_with_database())
    typer.echo("Cơ sở dữ liệu đã ở bản mới nhất. / The database is up to date.")


@app.command()
def demo(
    products: Annotated[
        int | None, typer.Option(min=1, max=2_000_000, help="Thêm N sản phẩm để thử tải. / Add N products for load.")
    ] = None,
) -> None:
    """Fill the database with a market to look at. Safe to repeat."""
    from service import demo as market  # noqa: PLC0415
    from service import serving  # noqa: PLC0415

    settings = _with_database()
    if not settings.development:
        _fail("Dữ liệu minh họa chỉ dành cho máy thử. / Demo data is refused outside development (CHOPHIEN_ENVIRONMENT).")
    serving.prepare(settings)
    with serving.progress() as told:
        summary = _run(settings, lambda database: market.stock_market(database, products=products, progress=told))
    typer.echo(str(summary))


@app.command("import")
def import_sheet(
    kind: Annotated[ImportKind, typer.Argument(help="suppliers | products")],
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help=".xlsx, .csv hoặc/or .zip")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Chỉ kiểm tra, không lưu. / Check only, save nothing.")] = False,
) -> None:
    """Read a sheet, or an archive with photos and papers: every error is shown, and nothing is saved unless all is right."""
    from service import terminal  # noqa: PLC0415
    from service.core.files import open_store  # noqa: PLC0415

    settings = _with_database()
    files = open_store(settings)
    if not _run(settings, lambda database: terminal.import_file(database, files, kind.value, file, dry_run=dry_run)):
        raise typer.Exit(1)


@app.command()
def match(request: Annotated[str, typer.Argument(help="Mã yêu cầu, ví dụ YC-7K2M9. / The request's code.")]) -> None:
    """Rank the offers for a sourcing request, with the reasons and the near misses."""
    from service import terminal  # noqa: PLC0415

    if not _run(_with_database(), lambda database: terminal.match(database, request)):
        raise typer.Exit(1)


@app.command()
def pool(
    request: Annotated[str | None, typer.Argument(help="Mã yêu cầu, ví dụ YC-7K2M9. / The request's code.")] = None,
    file: Annotated[
        Path | None, typer.Option("--file", exists=True, dir_okay=False, readable=True, help="Tệp JSON. / A JSON file.")
    ] = None,
    seconds: Annotated[
        float, typer.Option(min=0.1, max=86_400, help="Tìm nhiều nhất bao lâu. / How long to look at most.")
    ] = 60,
    seed: Annotated[int, typer.Option(min=0, max=2_000_000_000)] = 1,
    workers: Annotated[int, typer.Option(min=1, max=16, help="Số lõi máy. / Cores.")] = 2,
    as_json: Annotated[bool, typer.Option("--json", help="In JSON. / Print JSON.")] = False,
) -> None:
    """Put together the best lot for a request or a JSON file: as full, then as cheap as can be, with the proof or the gap."""
    if (request is None) == (file is None):
        raise typer.BadParameter("Cần mã yêu cầu hoặc --file, không cả hai. / Give a request's code or --file, not both.")
    from service import solving  # noqa: PLC0415 - only this command loads the solver.
    from service.core.errors import Invalid  # noqa: PLC0415

    if request is not None:
        asked: str = request
        said: dict[str, Any] = {"seconds": seconds, "seed": seed, "workers": workers, "as_json": as_json}
        if not _run(_with_database(), lambda database: solving.pool_request(database, asked, **said)):
            raise typer.Exit(1)
        return
    if file is None:
        return
    try:
        found = solving.pool_file(file, seconds=seconds, seed=seed, workers=workers, as_json=as_json)
    except Invalid as refusal:
        typer.secho(refusal.message, fg="red", err=True)
        raise typer.Exit(2) from refusal
    if not found:
        raise typer.Exit(1)


@app.command()
def timetable(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="Tệp JSON. / A JSON file.")],
    seconds: Annotated[
        float, typer.Option(min=0.1, max=86_400, help="Tìm nhiều nhất bao lâu. / How long to look at most.")
    ] = 60,
    seed: Annotated[int, typer.Option(min=0, max=2_000_000_000)] = 1,
    workers: Annotated[int, typer.Option(min=1, max=16, help="Số lõi máy. / Cores.")] = 2,
) -> None:
    """Find the timetable of one-to-one meetings with the fewest gaps, and the proof; prints one JSON object."""
    from service import solving  # noqa: PLC0415 - only this command loads the solver.
    from service.core.errors import Invalid  # noqa: PLC0415

    try:
        solving.timetable_file(file, seconds=seconds, seed=seed, workers=workers)
    except Invalid as refusal:
        typer.secho(refusal.message, fg="red", err=True)
        raise typer.Exit(2) from refusal


@app.command()
def redraw(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="danh-sach.txt")],
) -> None:
    """Draw field checks, or a fair's order of choice, again from the published list; needs no database and no network."""
    from service import terminal  # noqa: PLC0415

    if not terminal.redraw(file):
        raise typer.Exit(1)


@matching_round.command("clear")
def clear_round(
    code: Annotated[str, typer.Argument(metavar="ROUND", help="Mã phiên, ví dụ PK-7K2M9. / The round's code.")],
    fairness: Annotated[Fairness, typer.Option(help="Chia đều tới đâu. / How evenly to share.")] = Fairness.BALANCED,
    seed: Annotated[int, typer.Option(min=0, max=2**31 - 1, help="Số rút thăm. / Drawing number.")] = 1,
    keep: Annotated[bool, typer.Option("--keep", help="Lưu thành một lần xếp. / Keep it as a clearing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="In JSON. / Print JSON.")] = False,
) -> None:
    """Clear a matching round here and print what its page says: the proof, the trade-offs, who gets what and why not more."""
    from service import solving  # noqa: PLC0415 - only this command and `pool` load the solver.

    def run(database: Database) -> Coroutine[Any, Any, bool]:
        return solving.clear_round(database, code, fairness=fairness.value, seed=seed, keep=keep, as_json=as_json)

    if not _run(_with_database(), run):
        raise typer.Exit(1)


@admin.command("add")
def add_administrator(email: Annotated[str, typer.Argument(help="Địa chỉ e-mail. / The e-mail address.")]) -> None:
    """Make somebody an administrator; prints a link with which she sets her password, once, within a day."""
    from service import accounts  # noqa: PLC0415

    settings = _with_database()

    async def name(database: Database) -> str:
        async with database.transaction() as session:
            return await accounts.name_administrator(session, email)

    token = _run(settings, name)
    typer.echo(
        "Mở liên kết này để đặt mật khẩu, một lần, trong 24 giờ. / Open this link to set the password, once, within 24 hours:"
    )
    typer.echo(f"{settings.address}/dat-lai-mat-khau/{token}")


@app.command()
def stop() -> None:
    """Stop the embedded database server of this data folder, if it runs."""
    from service.core import provision  # noqa: PLC0415

    provision.embedded(_settings()).stop()


def _settings() -> Settings:
    from pydantic import ValidationError  # noqa: PLC0415

    try:
        return Settings()
    except ValidationError as error:
        for problem in error.errors(include_url=False):
            name = "CHOPHIEN_" + "_".join(str(part).upper() for part in problem["loc"])
            typer.secho(f"{name.rstrip('_')}: {problem['msg']}", fg="red", err=True)
        raise typer.Exit(2) from error


def _with_database() -> Settings:
    from service.core import provision  # noqa: PLC0415
    from service.core.embedded import EmbeddedFailed  # noqa: PLC0415

    try:
        settings = provision.with_database(_settings())
    except EmbeddedFailed as error:
        _fail(str(error))
    # Child processes (more web processes, the worker) find the same database.
    os.environ["CHOPHIEN_DATABASE_URL"] = settings.database_url or ""
    return settings


def _run(settings: Settings, what: Callable[[Database], Coroutine[Any, Any, Any]]) -> Any:
    from service.core.db import Database  # noqa: PLC0415
    from service.core.errors import Refused  # noqa: PLC0415
    from service.core.files import open_store  # noqa: PLC0415

    async def run() -> Any:
        database = Database(settings.database_url or "", pool_size=settings.database_pool)
        database.info["files"] = open_store(settings)
        try:
            return await what(database)
        finally:
            await database.close()

    try:
        return asyncio.run(run())
    except Refused as refusal:
        _fail(refusal.message)
    except KeyboardInterrupt:
        raise typer.Exit(130) from None


def _fail(message: str) -> Any:
    typer.secho(message, fg="red", err=True)
    sys.exit(1)


if __name__ == "__main__":
    app()
