"""Collect every string of the pages, and show which have no English yet.

    python docs/messages.py            writes service/locales/en/LC_MESSAGES/chophien.po anew, keeping every translation
    python docs/messages.py --check    changes nothing; fails when a string has no English

The Vietnamese string is the key, so nothing is generated for Vietnamese.
"""

from __future__ import annotations

import sys
from pathlib import Path

from babel.messages import Catalog, pofile
from babel.messages.extract import extract_from_dir

ROOT = Path(__file__).parent.parent
PO = ROOT / "service" / "locales" / "en" / "LC_MESSAGES" / "chophien.po"
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}
SOURCES = (("service", [("**.py", "python")], {}),
           ("templates", [("**.html", "jinja2"), ("**.txt", "jinja2")],
            {"**.html": {"trimmed": "false", "newstyle_gettext": "true", "silent": "false",
                          "extensions": "jinja2.ext.do,jinja2.ext.loopcontrols"}}))  # fmt: skip


def collected() -> Catalog:
    """Every string that the code and the templates say, without places in the code: the file changes only with words."""
    found = Catalog(locale="en", domain="chophien", fuzzy=False, charset="utf-8")
    for folder, methods, options in SOURCES:
        for _file, _line, message, comments, context in extract_from_dir(
            ROOT / folder, methods, options, keywords=KEYWORDS, comment_tags=("Translators:",)
        ):
            found.add(message, auto_comments=comments, context=context)
    return found


def updated() -> Catalog:
    """The collected strings with the translations that the file holds; what is said no more is left out."""
    with PO.open("rb") as source:
        known = pofile.read_po(source, locale="en", domain="chophien")
    catalog = collected()
    for message in catalog:
        if message.id:
            kept = known.get(message.id if isinstance(message.id, str) else message.id[0], message.context)
            # A string that counts by now has other words than when it did not: its one translation is none for two forms.
            if kept is not None and kept.string and isinstance(kept.id, str) == isinstance(message.id, str):
                message.string = kept.string
    return catalog


def untranslated(catalog: Catalog) -> list[str]:
    """The strings without English."""
    return [
        str(message.id) for message in catalog
        if message.id and not (all(message.string) if isinstance(message.string, tuple) else message.string)
    ]  # fmt: skip


def write(catalog: Catalog) -> None:
    """Write the file in one fixed order and without a header of dates."""
    with PO.open("wb") as target:
        pofile.write_po(target, catalog, sort_output=True, omit_header=True, no_location=True, width=128)


def main() -> int:
    """Write or check, and say what is missing."""
    catalog = updated()
    missing = untranslated(catalog)
    if "--check" not in sys.argv:
        write(catalog)
    for message in missing:
        print(message)
    print(f"{len(catalog)} chuỗi, {len(missing)} chưa có tiếng Anh / strings, without English", file=sys.stderr)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
