"""The page about security names only what is there."""

from __future__ import annotations

import re
from pathlib import Path

from service.core.settings import Settings

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "security.md").read_text()
TESTS = "\n".join(path.read_text() for path in (ROOT / "tests").rglob("test_*.py"))


def test_every_file_that_is_named_is_there() -> None:
    named = set(re.findall(r"`((?:tests|service|docs)/[\w/.]+)`", PAGE))
    assert len(named) > 25
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []


def test_every_test_that_is_named_is_there() -> None:
    named = set(re.findall(r"`(test_\w+)`", PAGE))
    assert len(named) > 8
    assert [name for name in sorted(named) if f"def {name}(" not in TESTS] == []


def test_every_setting_that_is_named_is_there() -> None:
    named = set(re.findall(r"CHOPHIEN_([A-Z_]+)", PAGE))
    assert named <= {name.upper() for name in Settings.model_fields}


def test_every_chapter_is_spoken_of() -> None:
    for chapter in range(1, 18):
        assert re.search(rf"\bV{chapter}\b", PAGE), chapter
