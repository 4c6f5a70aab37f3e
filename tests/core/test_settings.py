"""Settings refuse what is unsafe, in words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from service.core.settings import Settings

SECRET = "một bí mật dài hơn ba mươi hai ký tự"
README = Path(__file__).parents[2] / "README.md"


@pytest.mark.parametrize("secret", [None, "ngắn quá"])
def test_production_refuses_a_default_or_short_secret(secret: str | None) -> None:
    values = {"environment": "production"} | ({"secret": secret} if secret else {})
    with pytest.raises(ValidationError, match="CHOPHIEN_SECRET"):
        Settings(**values)


@pytest.mark.parametrize("address", [None, "", "cho.example.vn"])
def test_production_needs_its_public_address(address: str | None) -> None:
    with pytest.raises(ValidationError, match="CHOPHIEN_BASE_URL"):
        Settings(environment="production", secret=SECRET, base_url=address)


def test_production_refuses_demo_data() -> None:
    with pytest.raises(ValidationError, match="CHOPHIEN_DEMO"):
        Settings(environment="production", secret=SECRET, base_url="https://cho.example.vn", demo=True)


def test_production_takes_a_secret_of_its_own_and_answers_to_its_name_only() -> None:
    live = Settings(environment="production", secret=SECRET, base_url="https://Cho.example.vn/")
    assert not live.development
    assert live.hosts == {b"cho.example.vn"}
    assert Settings(base_url="https://cho.example.vn").hosts == frozenset()


def test_the_environment_is_read_when_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHOPHIEN_PORT", "8123")
    assert Settings().port == 8123
    monkeypatch.setenv("CHOPHIEN_PORT", "nhà")
    with pytest.raises(ValidationError, match="port"):
        Settings()


def test_the_readme_lists_every_setting_and_no_other() -> None:
    listed = set(re.findall(r"^\| `(CHOPHIEN_[A-Z_]+)` \|", README.read_text(), re.MULTILINE))
    assert listed == {f"CHOPHIEN_{name.upper()}" for name in Settings.model_fields}
