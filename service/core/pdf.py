"""Papers as PDF: a typst template of ours, filled with plain data. Text that people typed goes in as data, never as markup.

    await made("badges", {"people": [...]}, images={"qr-1.svg": svg}) -> bytes

The template `templates/pdf/badges.typ` begins with `#import "house.typ": *`, which reads the data as `data` and sets page, font
and language; pictures are read by the name they were given, `image("/given/qr-1.svg")`.
"""

from __future__ import annotations

import asyncio
import importlib.resources
import json
import re
import shutil
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from service.core.events import plain
from service.core.i18n import locale

TEMPLATES = Path(__file__).parents[2] / "templates" / "pdf"
GIVEN = "given"
# Signs that nobody sees and that no XML may hold: one of them pasted into a name would keep the whole paper from being printed.
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


async def made(template: str, data: Mapping[str, Any], *, images: Mapping[str, bytes | str] | None = None) -> bytes:
    """The paper as PDF, made in a thread: typst lets others work meanwhile.

    Raises KeyError for a template that is not there; the values of `data` are what JSON can say, dates and decimals too.
    """
    if not (TEMPLATES / f"{template}.typ").is_file():
        raise KeyError(template)
    said = json.dumps({"lang": locale(), **plain(dict(data))}, ensure_ascii=False)
    return await asyncio.to_thread(_made, template, said, dict(images or {}))


def _made(template: str, said: str, images: Mapping[str, bytes | str]) -> bytes:
    # Typst reads pictures from below one root only, so the templates are copied beside them for the moment.
    import typst  # noqa: PLC0415 - 80 MB that pages without papers never need.

    with tempfile.TemporaryDirectory(prefix="cho-phien-") as folder:
        root = Path(folder)
        for each in TEMPLATES.glob("*.typ"):
            shutil.copy(each, root / each.name)
        (root / GIVEN).mkdir()
        for name, content in images.items():
            drawn = NOT_XML.sub("", content).encode() if isinstance(content, str) else content
            (root / GIVEN / Path(name).name).write_bytes(drawn)
        paper: bytes = typst.compile(
            str(root / f"{template}.typ"), root=folder, font_paths=_fonts(), ignore_system_fonts=True, sys_inputs={"data": said}
        )
    return paper


@cache
def _fonts() -> Any:
    import typst  # noqa: PLC0415 - see above.

    folder = importlib.resources.files("fontpkg_be_vietnam_pro") / "files"
    return typst.Fonts(font_paths=[str(folder)], include_system_fonts=False)
