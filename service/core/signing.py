"""Signatures for what leaves the house and comes back by another's hand (cookies, links), with the secret of the settings."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydantic import SecretStr


def sign(secret: SecretStr, purpose: str, words: str) -> str:
    """The words with their signature, safe in a cookie or an address. A signature for one purpose is none for another."""
    body = base64.urlsafe_b64encode(words.encode()).decode().rstrip("=")
    return f"{body}.{_mark(secret, purpose, body)}"


def read_signed(secret: SecretStr, purpose: str, signed: str) -> str | None:
    """The words again, or None when they are not ours."""
    body, _, mark = signed.partition(".")
    if not hmac.compare_digest(mark.encode(), _mark(secret, purpose, body).encode()):
        return None
    try:
        return base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return None


def _mark(secret: SecretStr, purpose: str, body: str) -> str:
    key = f"{purpose}:{secret.get_secret_value()}".encode()
    return base64.urlsafe_b64encode(hmac.digest(key, body.encode(), hashlib.sha256)[:18]).decode()
