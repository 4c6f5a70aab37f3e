"""Passwords: how they are kept (argon2id with the second OWASP profile: 19 MiB, two passes), and which are too easy to guess.

No rule about kinds of letters and no end of validity: a password is long enough, not easily guessed (zxcvbn), and none that the
market itself has told the world.
"""

from __future__ import annotations

import asyncio
import re
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from service.accounts.models import Person
from service.core.errors import Invalid
from service.core.i18n import _
from service.core.text import strip_marks

SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 200  # Hashing is paid by the server; nobody types more than this.
LEAST_SCORE = 3  # Of zxcvbn's 0 to 4: beyond 10⁸ guesses.
JUDGED = 72  # The time of zxcvbn grows with the square of the length.
TRIAL_PASSWORD = "cho-phien-minh-hoa"  # noqa: S105 - that of the demo's accounts, told to everybody.
# What people here choose first, beside the names and numbers of their own that they are judged with.
COMMON = (
    "matkhau", "anhyeuem", "emyeuanh", "anhyeuemnhieulam", "iloveyou", "chophien", "cho phien", "ocop", "backan", "bac kan",
    "thainguyen", "thai nguyen", "vietnam", "hop tac xa", "hoptacxa", "htx", "sieuthi", "hanoi", "saigon", "khongbiet",
    "khongcomatkhau", "conyeume", "giadinh", "maimaiyeuem", "123456789a", "miendong", "mien dong",
)  # fmt: skip

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


@cache
def _nobodys_hash() -> str:
    # Compared with when the address is unknown, so that the answer takes as long as for a known one.
    return _hasher.hash("nobody's password")


async def hashed_password(password: str) -> str:
    """The password as it is kept."""
    return await asyncio.to_thread(_hasher.hash, password)


def check_length(password: str) -> None:
    """Raises Invalid for a password that is too short, or so long that nobody types it."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        message = _("Mật khẩu cần từ %(least)s đến %(most)s ký tự.", least=SHORTEST_PASSWORD, most=LONGEST_PASSWORD)
        raise Invalid(message, {"password": message})


async def check_strength(password: str, *own: str | None) -> None:
    """Raises Invalid for a password that is easily guessed; `own` is what others know of its owner: names and addresses."""
    check_length(password)
    if advice := await asyncio.to_thread(weakness, password, *own):
        raise Invalid(advice, {"password": advice})


def weakness(password: str, *own: str | None) -> str | None:
    """Why this password would be guessed and what to do about it, in one sentence; None for one that is good enough. PURE."""
    from zxcvbn import zxcvbn  # noqa: PLC0415 - 70 ms that only forms with a new password pay, once.

    folded = _letters(password)
    if folded == _letters(TRIAL_PASSWORD):
        return _("Mật khẩu này là của tài khoản dùng thử, ai cũng biết. Hãy đặt một mật khẩu của riêng bạn.")
    theirs = [
        word
        for value in own
        if value
        for word in (value, _letters(value), *re.split(r"[\s@.+_-]+", _bare(value)))
        if len(word) > 2
    ]
    # Vietnamese without its marks and spaces is what a guesser tries first, so the easiest reading counts.
    known = [*COMMON, *theirs]
    readings = [said[:JUDGED] for said in (password, _bare(password), folded) if said]
    score = min((zxcvbn(said, user_inputs=known)["score"] for said in readings), default=0)
    if score >= LEAST_SCORE:
        return None
    if any(_letters(word) in folded for word in theirs if len(_letters(word)) > 3):
        return _("Mật khẩu dựa vào tên, số điện thoại hoặc e-mail của bạn nên dễ đoán. Hãy ghép ba bốn từ không liên quan.")
    if len(set(password)) < 6 or re.search(r"0123|1234|2345|3456|4567|5678|6789|abcd|qwer|asdf", folded):
        return _("Mật khẩu có dãy số hoặc chữ lặp lại nên dễ đoán. Hãy ghép ba bốn từ không liên quan.")
    return _("Mật khẩu này dễ đoán. Hãy ghép ba bốn từ không liên quan, ví dụ tên một món ăn, một con vật và một nơi.")


def _bare(value: str) -> str:
    return strip_marks(value).lower()


def _letters(value: str) -> str:
    return re.sub(r"[^0-9a-z]+", "", _bare(value))


def is_told_to_everybody(password: str) -> bool:
    """Whether the password is that of the demo: in production nobody signs in with it."""
    return password == TRIAL_PASSWORD


async def password_fits(person: Person | None, password: str) -> bool:
    """Whether the password is this person's; as slow for nobody as for somebody. Renews an outdated hash in place."""
    stored = person.password_hash if person else await asyncio.to_thread(_nobodys_hash)
    try:
        await asyncio.to_thread(_hasher.verify, stored, password[:LONGEST_PASSWORD])
    except (Argon2Error, InvalidHashError):
        return False
    if person is not None and _hasher.check_needs_rehash(stored):
        person.password_hash = await hashed_password(password)
    return person is not None
