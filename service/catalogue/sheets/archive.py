"""Opening an archive that somebody sends (C15): its names are looked over, its contents are counted while they are unpacked.

Nothing is ever written to a path that an archive names, and nothing that it says of itself is believed: sizes, ratio and
checksums are those of the bytes that come out. An archive that is not what it should be is refused with one sentence.
"""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from service.core.archives import OPENING_FAILED, UNPACKING_FAILED
from service.core.errors import Invalid
from service.core.i18n import _

MOST_PACKED = 200 * 1024 * 1024
MOST_UNPACKED = 500 * 1024 * 1024
MOST_ENTRIES = 20_000
MOST_LIST = 6 * 1024 * 1024  # Bytes of the list of contents, which is read in one piece: 300 for each entry.
MOST_FILE = 12 * 1024 * 1024  # Of one file; photos, papers and sheets have their own limit of 10 MB, which is told in words.
MOST_RATIO = 120  # Times; photos and papers are packed already, a large sheet shrinks to a tenth.
RATIO_FROM = 1024 * 1024  # Below a megabyte the ratio says nothing: a short sheet of one word shrinks far.
PIECE = 64 * 1024
LONGEST_PATH = 400
METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
UTF_8, ENCRYPTED = 0x800, 0x1
LINK, REGULAR, FOLDER = 0o120000, 0o100000, 0o040000
# What systems put beside people's files; nobody means to send it.
IGNORED = re.compile(r"(?:^|/)(?:__MACOSX/|\.[^/]*|Thumbs\.db$|desktop\.ini$|~\$[^/]*$)", re.IGNORECASE)
NESTED = re.compile(r"\.(?:zip|rar|7z|tar|tgz|gz|bz2|xz|cab|iso|jar)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of an archive: its path with `/` between folders, as people read it, and the archive's own note of it."""

    path: str
    info: zipfile.ZipInfo

    @property
    def name(self) -> str:
        """The file's own name."""
        return self.path.rsplit("/", 1)[-1]


class _Bounded(io.BufferedReader):
    """A file that hands out no piece beyond what a list of contents may have, whatever the archive says of its length."""

    def read(self, size: int | None = -1, /) -> bytes:
        asked = -1 if size is None else size
        if asked > MOST_LIST:
            raise _too_many()
        data = super().read(asked if asked >= 0 else MOST_LIST + 1)
        if len(data) > MOST_LIST:
            raise _too_many()
        return data


class Archive:
    """An open archive whose names have been looked over."""

    def __init__(self, packed: zipfile.ZipFile) -> None:
        self._packed = packed
        self._taken = 0
        self.entries = _entries(packed.infolist())

    def again(self) -> None:
        """Count from nothing again, for another pass over the same files."""
        self._taken = 0

    def read(self, entry: Entry) -> bytes:
        """A file's content. Raises Invalid when more comes out than may, or something else than was packed."""
        out = bytearray()
        packed = max(1, entry.info.compress_size)
        try:
            with self._packed.open(entry.info) as stream:
                while piece := stream.read(PIECE):
                    out += piece
                    self._taken += len(piece)
                    if self._taken > MOST_UNPACKED:
                        raise _too_large()
                    if len(out) > MOST_FILE:
                        raise Invalid(_("Tệp “%(path)s” trong tệp nén nặng quá 10 MB.", path=shown(entry.path)))
                    if len(out) > RATIO_FROM and len(out) > packed * MOST_RATIO:
                        raise _too_large()
        except UNPACKING_FAILED as error:
            raise Invalid(_("Tệp nén hỏng ở “%(path)s”. Hãy nén lại rồi gửi lại.", path=shown(entry.path))) from error
        return bytes(out)


@contextmanager
def opened(source: Path) -> Iterator[Archive]:
    """The archive at this place, which is our own. Raises Invalid with one sentence for what is no plain archive."""
    if source.stat().st_size > MOST_PACKED:
        raise Invalid(_("Tệp nén nặng quá 200 MB. Hãy chia thành nhiều tệp."))
    with _Bounded(source.open("rb", buffering=0)) as bounded, _zip(bounded) as packed:
        yield Archive(packed)


def is_archive(head: bytes) -> bool:
    """Whether a file begins like an archive; a workbook does so too."""
    return head.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def is_workbook(source: Path) -> bool:
    """Whether an archive is a workbook: a sheet by itself."""
    try:
        with opened(source) as archive:
            return any(entry.path in ("xl/workbook.xml", "content.xml") for entry in archive.entries)
    except Invalid:
        return False


def shown(path: str) -> str:
    """A path as it may stand in a sentence: no signs that turn a line round, not too long."""
    kept = "".join(sign if sign.isprintable() and unicodedata.category(sign) != "Cf" else "�" for sign in path)
    return kept if len(kept) <= 120 else f"…{kept[-119:]}"


def _zip(source: IO[bytes]) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(source)
    except OPENING_FAILED as error:
        raise Invalid(_("Đây không phải tệp .zip, hoặc tệp bị hỏng. Hãy nén lại rồi gửi lại.")) from error


def _entries(infos: list[zipfile.ZipInfo]) -> list[Entry]:
    if len(infos) > MOST_ENTRIES:
        raise _too_many()
    if sum(info.file_size for info in infos) > MOST_UNPACKED:
        raise _too_large()
    found = [Entry(path, info) for path, info in ((_path(info), info) for info in infos) if _is_meant(path, info)]
    seen: set[str] = set()
    for entry in found:
        same = unicodedata.normalize("NFKC", entry.path).casefold()
        if same in seen:
            raise Invalid(_("Trong tệp nén có hai tệp cùng tên: “%(path)s”.", path=shown(entry.path)))
        seen.add(same)
    if not found:
        raise Invalid(_("Tệp nén này trống."))
    return found


def _is_meant(path: str, info: zipfile.ZipInfo) -> bool:
    """Whether an entry is a file that somebody means to send. Raises Invalid for one that nobody should."""
    kind = info.external_attr >> 16 & 0o170000
    if info.is_dir() or (kind == FOLDER and info.file_size == 0):
        return False
    if kind == LINK or (kind and kind != REGULAR):
        raise Invalid(_("Tệp nén có lối tắt (“%(path)s”). Hãy bỏ ra, chỉ nén tệp thật.", path=shown(path)))
    if IGNORED.search(path):
        return False
    if info.flag_bits & ENCRYPTED:
        raise Invalid(_("Tệp nén có mật khẩu nên không đọc được. Hãy nén lại, không đặt mật khẩu."))
    if info.compress_type not in METHODS:
        raise Invalid(_("Tệp nén theo kiểu lạ. Hãy nén lại thành .zip thông thường."))
    if NESTED.search(path):
        raise Invalid(_("Trong tệp nén có tệp nén khác (“%(path)s”). Hãy giải nén nó ra rồi nén lại.", path=shown(path)))
    return True


def _path(info: zipfile.ZipInfo) -> str:
    """The path with `/` between folders. Raises Invalid for one that leads out of the archive, or hides what it is."""
    name = _named(info)
    path = unicodedata.normalize("NFC", name.replace("\\", "/"))
    parts = path.split("/")
    strange = any(unicodedata.category(sign) in ("Cc", "Cf", "Cs") for sign in path)
    if strange or not path or len(path) > LONGEST_PATH:
        raise Invalid(_("Tệp nén có tên tệp chứa ký tự lạ: “%(path)s”. Hãy đổi tên rồi nén lại.", path=shown(path)))
    if path.startswith("/") or re.match(r"[A-Za-z]:", path) or any(part.strip() in ("..", ".") for part in parts):
        raise Invalid(_("Tệp nén có đường dẫn lạ: “%(path)s”. Hãy nén lại từ thư mục.", path=shown(path)))
    return path


def _named(info: zipfile.ZipInfo) -> str:
    """The name; where its encoding is not told, UTF-8 is tried before the old one of DOS."""
    name = info.orig_filename
    if not info.flag_bits & UTF_8:
        try:
            return name.encode("cp437").decode("utf-8")
        except UnicodeError:
            return name
    return name


def _too_many() -> Invalid:
    return Invalid(_("Tệp nén có quá 20.000 tệp. Hãy chia thành nhiều tệp nén."))


def _too_large() -> Invalid:
    return Invalid(_("Tệp nén khi mở ra lớn quá mức cho phép (500 MB), nên không được đọc."))
