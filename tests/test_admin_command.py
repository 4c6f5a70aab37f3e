"""The first administrator comes from the command line of the machine."""

from __future__ import annotations

import re
from typing import Any

import psycopg
import pytest
from typer.testing import CliRunner

from service.cli import app

pytestmark = pytest.mark.usefixtures("own_output")


def test_the_command_names_an_administrator_and_prints_her_link_once(
    make_database: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = make_database("admin")
    monkeypatch.setenv("CHOPHIEN_DATABASE_URL", url)
    monkeypatch.setenv("CHOPHIEN_BASE_URL", "https://cho.example.vn")
    done = CliRunner().invoke(app, ["admin", "add", "Chi.Huong@vidu.vn"])
    assert done.exit_code == 0, done.output
    link = re.search(r"https://cho\.example\.vn/dat-lai-mat-khau/([\w-]{40,})$", done.output, re.MULTILINE)
    assert link is not None
    with psycopg.connect(url) as connection:
        found = connection.execute(
            "SELECT p.email, o.kind, m.role, l.purpose, encode(l.token_hash, 'escape') FROM accounts_member m "
            "JOIN accounts_person p ON p.id = m.person_id JOIN accounts_organisation o ON o.id = m.organisation_id "
            "JOIN accounts_link l ON l.person_id = p.id"
        ).fetchall()
    assert [row[:4] for row in found] == [("chi.huong@vidu.vn", "operator", "owner", "reset_password")]
    assert link[1] not in found[0][4]
    refused = CliRunner().invoke(app, ["admin", "add", "không phải e-mail"])
    assert refused.exit_code == 1
