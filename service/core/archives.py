"""What the standard library raises for an archive (.zip, .xlsx) that cannot be read, told once for all who open one."""

from __future__ import annotations

import zipfile
import zlib

# One that is cut short, locked, packed in an unknown way, or lying about itself.
DAMAGED = (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, ValueError)
OPENING_FAILED = (*DAMAGED, OverflowError)
UNPACKING_FAILED = (*DAMAGED, RuntimeError)
