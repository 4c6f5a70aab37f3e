"""Secrets that must be read again: sealed with the secret of the settings, each for one purpose only.

What is only compared (passwords, links, codes) is hashed instead. A seal for one purpose opens for no other, so a sealed value
copied into another row or column is worth nothing there. Changing CHOPHIEN_SECRET makes every seal unreadable.
"""

from __future__ import annotations

import os
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM, AESSIV
    from pydantic import SecretStr

VERSION = b"\x01"  # AES-256-GCM, key by HKDF-SHA-256: a later way of sealing gets another number.
NONCE = 12


def seal(secret: SecretStr, purpose: str, text: str) -> bytes:
    """The text so that only this market can read it, and only for this purpose (name a row in it: `totp:<person>`)."""
    nonce = os.urandom(NONCE)
    return VERSION + nonce + _cipher(secret.get_secret_value(), purpose).encrypt(nonce, text.encode(), purpose.encode())


def open_sealed(secret: SecretStr, purpose: str, sealed: bytes) -> str:
    """The text again. Raises ValueError when it was sealed elsewhere, for another purpose, or has been touched."""
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - 30 ms that only pages with a secret pay, once.

    if sealed[:1] != VERSION or len(sealed) < 1 + NONCE:
        raise ValueError("not sealed by this market")
    nonce, locked = sealed[1 : 1 + NONCE], sealed[1 + NONCE :]
    try:
        return _cipher(secret.get_secret_value(), purpose).decrypt(nonce, locked, purpose.encode()).decode()
    except InvalidTag as error:
        raise ValueError("sealed with another secret, for another purpose, or changed since") from error


@lru_cache(maxsize=256)
def _cipher(secret: str, purpose: str) -> AESGCM:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - see open_sealed().
    from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF  # noqa: PLC0415

    return AESGCM(HKDF(SHA256(), 32, salt=None, info=f"chophien {purpose}".encode()).derive(secret.encode()))


def seal_alike(secret: SecretStr, purpose: str, text: str) -> bytes:
    """The text sealed so that the same text has the same seal (AES-SIV): for numbers that must be compared without opening."""
    return _alike(secret.get_secret_value(), purpose).encrypt(text.encode(), [purpose.encode()])


def open_alike(secret: SecretStr, purpose: str, sealed: bytes) -> str:
    """The text of `seal_alike` again; ValueError when it was sealed elsewhere, for another purpose, or has been touched."""
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - see open_sealed().

    try:
        return _alike(secret.get_secret_value(), purpose).decrypt(sealed, [purpose.encode()]).decode()
    except InvalidTag as error:
        raise ValueError("sealed with another secret, for another purpose, or changed since") from error


@lru_cache(maxsize=16)
def _alike(secret: str, purpose: str) -> AESSIV:
    from cryptography.hazmat.primitives.ciphers.aead import AESSIV  # noqa: PLC0415 - see open_sealed().
    from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF  # noqa: PLC0415

    return AESSIV(HKDF(SHA256(), 64, salt=None, info=f"chophien alike {purpose}".encode()).derive(secret.encode()))
