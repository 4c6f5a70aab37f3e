"""The house keeps its shape: borders, sizes, facts, languages and templates are looked at by machine."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from jinja2 import nodes

from service import worker
from service.core import events
from service.web.pages import render

ROOT = Path(__file__).parents[1]
TEMPLATES = sorted(str(path.relative_to(ROOT / "templates")) for path in (ROOT / "templates").rglob("*.html"))
MOST_LINES = 500


def _messages() -> ModuleType:
    spec = importlib.util.spec_from_file_location("messages", ROOT / "docs" / "messages.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


BREAKS = {
    "Imports point one way": ("service/catalogue/rules.py", "from service.matching import models as _broken"),
    "Modules know no HTTP": ("service/catalogue/rules.py", "import fastapi as _broken"),
    "Pages and JSON are strangers to each other": (
        "service/web/pages/home.py",
        "from service.web.api import problems as _broken",
    ),
    "The web process starts no worker and no demo": ("service/web/deps.py", "import procrastinate as _broken"),
    "Others use only the face of accounts": (
        "service/catalogue/rules.py",
        "from service.accounts.identity import people as _broken",
    ),
    "Others use only the face of catalogue": ("service/matching/rules.py", "from service.catalogue import rules as _broken"),
    "Others use only the face of matching": ("service/web/pages/home.py", "from service.matching import rules as _broken"),
    "Inside a module: tasks over queries over rules over inputs over models": (
        "service/matching/models.py",
        "from service.matching import rules as _broken",
    ),
    "The solver is loaded by the worker and the command line only": (
        "service/matching/queries.py",
        "def _broken() -> None:\n    import ortools",
    ),
    "Others use only the face of fairs": ("service/web/pages/home.py", "from service.fairs import models as _broken"),
}


def _lint(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, env={"PYTHONPATH": str(folder)})


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "service", tmp_path / "service", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_borders_are_kept(copied: Path) -> None:
    done = _lint(copied)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("contract", BREAKS)
def test_each_border_catches_a_breach(copied: Path, contract: str) -> None:
    file, line = BREAKS[contract]
    with (copied / file).open("a") as source:
        source.write(f"\n{line}\n")
    done = _lint(copied)
    assert done.returncode == 1
    assert f"{contract} BROKEN" in done.stdout


def test_every_contract_has_its_breach() -> None:
    contracts = re.findall(r'^name = "(.+)"\ntype = ', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    assert set(contracts) == set(BREAKS)


def test_no_file_outgrows_its_reader() -> None:
    long = [str(path) for path in (ROOT / "service").rglob("*.py") if len(path.read_text().splitlines()) > MOST_LINES]
    assert long == []


def test_every_fact_has_an_answer_or_says_why_not() -> None:
    worker.load_tasks()
    facts = [fact for fact in _facts(events.Event) if fact.__module__.startswith("service.")]
    assert len(facts) > 5
    for fact in facts:
        assert (fact in events.answers or fact in events.long_answers) != bool(fact.unanswered), fact


def _facts(fact: type[events.Event]) -> list[type[events.Event]]:
    return [kind for child in fact.__subclasses__() for kind in (child, *_facts(child))]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_template_compiles_in_every_language(language: str) -> None:
    assert len(TEMPLATES) > 10
    for template in TEMPLATES:
        render.environment(language).get_template(template)


def test_a_template_is_translated_when_it_is_compiled() -> None:
    tree = render.environment("en")._parse('<p title="{{ _("Sản phẩm") }}">{{ _("Có %(n)s", n=3) }}</p>', None, None)
    calls = [call.node.name for call in tree.find_all(nodes.Call) if isinstance(call.node, nodes.Name)]
    assert calls == ["_filled"]


@pytest.mark.parametrize("template", TEMPLATES)
def test_templates_carry_no_inline_script_or_style(template: str) -> None:
    source = (ROOT / "templates" / template).read_text()
    assert not re.search(r"\sstyle\s*=", source)
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", source)
    assert "<style" not in source
    assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*application/ld\+json)", source)


def test_everything_from_the_cdn_is_pinned_and_checked() -> None:
    base = (ROOT / "templates" / "base.html").read_text()
    tags = re.findall(r"<(?:script|link)[^>]+cdn\.jsdelivr\.net[^>]+>", base)
    assert tags
    for tag in tags:
        assert re.search(r"@\d+\.\d+\.\d+/", tag)
        assert 'integrity="sha384-' in tag
        assert 'crossorigin="anonymous"' in tag


def test_every_string_has_its_english() -> None:
    messages = _messages()
    catalog = messages.updated()
    assert messages.untranslated(catalog) == []
    for message in catalog:
        if message.id and isinstance(message.id, str) and message.string:
            places = set(re.findall(r"%\((\w+)\)", message.id))
            assert places == set(re.findall(r"%\((\w+)\)", message.string)), message.id
        elif message.id and isinstance(message.string, tuple):
            places = {place for form in message.id for place in re.findall(r"%\((\w+)\)", form)} - {"n", "num"}
            for form in message.string:  # "One booth" may leave the number out, and nothing else.
                assert places == set(re.findall(r"%\((\w+)\)", form)) - {"n", "num"}, message.id
                assert "%" not in re.sub(r"%\(\w+\)s|%%", "", form), message.id


def test_locks_and_settings_name_no_host() -> None:
    for name in ("requirements.lock", "requirements-dev.lock", "package-lock.json", ".npmrc"):
        assert "://" not in (ROOT / name).read_text(), name
