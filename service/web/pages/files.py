"""Photos and papers leave the house here, each time asked again whether this reader may have them.

/anh/{key}/{width}.webp    a size of a photo: kept for a year by browsers where everyone may see it, else not at all
/tep/{key}                 a page of a paper: a PDF only ever as a download, and without a right to do anything
"""

from __future__ import annotations

from urllib.parse import quote

import structlog
from fastapi import APIRouter, Request
from starlette.responses import Response

from service import catalogue
from service.core.errors import NotFound
from service.core.files import FileMissing, FileStore
from service.core.i18n import _
from service.web.deps import Files, Me, Reader

router = APIRouter()
log = structlog.get_logger("files")
WIDTHS = {"320.webp", "800.webp", "1600.webp"}
FOR_EVERYONE = "public, max-age=31536000, immutable"
FOR_HER = "private, no-cache"
SANDBOX = "sandbox; default-src 'none'"


@router.get("/anh/{key}/{size}")
async def photo(key: str, size: str, request: Request, me: Me, reader: Reader, files: Files) -> Response:
    """One size of a photo, for whoever may see what it shows."""
    if size not in WIDTHS:
        raise NotFound(_("Không có ảnh này."))
    public = await catalogue.photo_for(reader, me, key)
    # What lies under a key never changes, so its address is its tag.
    tag = f'"{key}-{size}"'
    headers = {"ETag": tag, "Cache-Control": FOR_EVERYONE if public else FOR_HER}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    data = await _found(files, f"{key}/{size}", _("Không có ảnh này."))
    return Response(data, media_type="image/webp", headers=headers)


@router.get("/tep/{key}")
async def scan(key: str, me: Me, reader: Reader, files: Files) -> Response:
    """A page of a paper, for its people, for officers, and for verified buyers once it has been checked."""
    found = await catalogue.scan_for(reader, me, key)
    data = await _found(files, found.path, _("Không có tệp này."))
    is_picture = found.media_type == "image/webp"
    return Response(
        data,
        media_type=found.media_type,
        headers={
            "Content-Disposition": f"{'inline' if is_picture else 'attachment'}; {_named(found.name, is_picture)}",
            "Content-Security-Policy": SANDBOX,
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        },
    )


async def _found(files: FileStore, path: str, sentence: str) -> bytes:
    try:
        return await files.get(path)
    except FileMissing as missing:
        log.exception("a row names a file that the store does not have", path=path)
        raise NotFound(sentence) from missing


def _named(name: str, is_picture: bool) -> str:
    """The name for the download: in plain letters for old programs, and as it was."""
    stem = (name.rpartition(".")[0] or name) if is_picture else name
    whole = f"{stem or 'giay-to'}.webp" if is_picture else (name or "giay-to.pdf")
    plain = "".join(letter if (letter.isascii() and letter.isalnum()) or letter in ".-_ " else "_" for letter in whole)
    return f"filename=\"{plain}\"; filename*=UTF-8''{quote(whole, safe='')}"
