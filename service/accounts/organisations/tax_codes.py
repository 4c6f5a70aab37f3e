"""Tax numbers of Việt Nam: which are right, and how a household's is kept.

An organisation has 10 digits, the tenth following from the nine before it, or 13 with the number of a branch. A household or a
person has the owner's 12-digit personal number, which is nobody's business: it is sealed the moment it is read, only its last
three digits are ever shown, and only to its own people. The seal is the same for the same number, so that a sheet brought in
twice changes nothing.
"""

from __future__ import annotations

import base64
import re
from functools import cache
from typing import TYPE_CHECKING, overload

from service.core import encryption
from service.core.errors import Invalid
from service.core.i18n import _
from service.core.settings import Settings

if TYPE_CHECKING:
    from pydantic import SecretStr

WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)
PURPOSE = "tax code"
SEALED = re.compile(r"sealed:(\d{3}):([A-Za-z0-9_-]{20,80})")
WRITTEN = re.compile(r"(?P<own>[0-9]{12})|(?P<number>[0-9]{10})(?:-?(?P<branch>[0-9]{3}))?")
PERSONAL = re.compile(r"[0-9]{12}")
SHOWN = re.compile(r"•{9}\d{3}")
SPACES = re.compile(r"[\s.]")
DASHES = re.compile(r"[\u2010-\u2015\u2212]")


def read_tax_code(typed: str) -> str:
    """The number in its one spelling, 0100047516 or 0100047516-001, or a household's 12 digits, sealed. Raises ValueError.

    One as it is shown (`•••••••••456`) comes back from a form that nobody has touched: `same_tax_code` tells what it means.
    """
    if SHOWN.fullmatch(typed):
        return typed
    if SEALED.fullmatch(typed):
        opened_tax_code(typed)  # Only what this market has sealed is taken for sealed.
        return typed
    found = WRITTEN.fullmatch(DASHES.sub("-", SPACES.sub("", typed)))
    if found is None:
        raise ValueError(_("mã số thuế có 10 hoặc 13 chữ số (hộ kinh doanh: 12)"))
    return kept_tax_code(found["own"] or (f"{found['number']}-{found['branch']}" if found["branch"] else found["number"]))


def tax_code_adds_up(code: str) -> bool:
    """Whether the tenth digit fits the nine before it and the branch has a number; a personal number has no such digit."""
    if is_personal_tax_code(code):
        return True
    digits = [int(letter) for letter in code if letter.isdigit()]
    if len(digits) not in (10, 13) or not any(digits[2:9]) or (len(digits) == 13 and not any(digits[10:])):
        return False
    # Nine digits whose sum is divisible by eleven would need a tenth of 10: such a number is never issued.
    return 10 - sum(weight * digit for weight, digit in zip(WEIGHTS, digits, strict=False)) % 11 == digits[9]


def is_personal_tax_code(code: str | None) -> bool:
    """Whether it is a household's or a person's own number, sealed or not."""
    return code is not None and any(form.fullmatch(code) for form in (SEALED, SHOWN, PERSONAL))


@overload
def kept_tax_code(code: str) -> str: ...
@overload
def kept_tax_code(code: None) -> None: ...


def kept_tax_code(code: str | None) -> str | None:
    """The number as it is stored: a personal one sealed, with its last three digits beside the seal."""
    if code is None or PERSONAL.fullmatch(code) is None:
        return code
    sealed = encryption.seal_alike(_secret(), PURPOSE, code)
    return f"sealed:{code[-3:]}:{base64.urlsafe_b64encode(sealed).decode().rstrip('=')}"


def opened_tax_code(kept: str) -> str:
    """The number itself. Raises ValueError for a seal that is not ours. No page and no API calls this."""
    found = SEALED.fullmatch(kept)
    if found is None:
        return kept
    sealed = base64.urlsafe_b64decode(found[2] + "=" * (-len(found[2]) % 4))
    number = encryption.open_alike(_secret(), PURPOSE, sealed)
    if not number.endswith(found[1]):
        raise ValueError("the digits beside the seal are not those inside")
    return number


def shown_tax_code(kept: str | None) -> str | None:
    """The number as its own people see it: of a personal one the last three digits."""
    if kept is None or not is_personal_tax_code(kept):
        return kept
    found = SEALED.fullmatch(kept)
    return f"•••••••••{found[1] if found else kept[-3:]}"


def same_tax_code(read: str | None, stored: str | None) -> str | None:
    """What is to be stored for what was read: the stored number where it came back as it is shown.

    Raises Invalid for one that is shown so and is not the stored one: nobody can know the digits that it hides.
    """
    if read is None or not SHOWN.fullmatch(read):
        return read
    if stored is None or shown_tax_code(stored) != read:
        message = _("Hãy gõ đủ 12 chữ số của mã số thuế.")
        raise Invalid(message, {"tax_code": message})
    return stored


@cache
def _secret() -> SecretStr:
    # Read where a number is read or opened, deep in a form or a sheet; the same variable as everywhere else.
    return Settings().secret
