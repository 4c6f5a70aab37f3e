"""Two languages: Vietnamese is the source, every other language is a catalogue file under `service/locales/`.

A new language is a new file `service/locales/xx/LC_MESSAGES/chophien.po` and one entry in `LANGUAGES` (X1).
"""

from __future__ import annotations

import gettext as stdlib_gettext
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

LOCALES = Path(__file__).parent.parent / "locales"
SOURCE_LANGUAGE = "vi"
LANGUAGES = {"vi": "Tiếng Việt", "en": "English"}

_locale: ContextVar[str] = ContextVar("locale", default=SOURCE_LANGUAGE)


def locale() -> str:
    """The language of the present reader."""
    return _locale.get()


def set_locale(language: str) -> None:
    """Let the rest of this request speak that language; an unknown one leaves the source language."""
    _locale.set(language if language in LANGUAGES else SOURCE_LANGUAGE)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak that language inside the block."""
    token = _locale.set(language if language in LANGUAGES else SOURCE_LANGUAGE)
    try:
        yield
    finally:
        _locale.reset(token)


@cache
def translations(language: str) -> stdlib_gettext.NullTranslations:
    """The messages of a language, compiled in memory from its catalogue file on first use."""
    if language == SOURCE_LANGUAGE:
        return stdlib_gettext.NullTranslations()
    from babel.messages import mofile, pofile  # noqa: PLC0415 - Vietnamese readers never need Babel's 60 ms.

    with (LOCALES / language / "LC_MESSAGES" / "chophien.po").open("rb") as source:
        catalogue = pofile.read_po(source, locale=language, domain="chophien")
    compiled = BytesIO()
    mofile.write_mo(compiled, catalogue)
    compiled.seek(0)
    return stdlib_gettext.GNUTranslations(compiled)


def _(message: str, /, **values: Any) -> str:
    """The message in the reader's language, with its named places (`%(name)s`) filled."""
    translated = translations(locale()).gettext(message)
    return translated % values if values else translated


def gettext(message: str, /, **values: Any) -> str:
    """The same as `_`, by its full name."""
    return _(message, **values)


def ngettext(singular: str, plural: str, n: int, /, **values: Any) -> str:
    """The message for `n` things, which it may call `%(n)s` or, as Jinja does, `%(num)s`; Vietnamese has one form for all."""
    return translations(locale()).ngettext(singular, plural, n) % {"n": n, "num": n, **values}


def pgettext(context: str, message: str, /, **values: Any) -> str:
    """The message in a context, for words that English tells apart and Vietnamese does not."""
    translated = translations(locale()).pgettext(context, message)
    return translated % values if values else translated
