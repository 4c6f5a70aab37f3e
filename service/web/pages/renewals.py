"""How far the renewal of a paper has come: the same form for its supplier's people and for officers."""

from __future__ import annotations

from typing import Any

from service import catalogue
from service.web.pages import forms
from service.web.pages.desk_forms import stored_text


def filled(paper: catalogue.Expiring | None) -> forms.Form[Any]:
    """The form as it is stored; an empty one for a paper of which nobody has said anything."""
    if paper is None:
        return forms.filled({})
    said = {"state": paper.renewal, "day": stored_text(paper.renewal_day), "note": paper.renewal_note}
    return forms.filled({**said, "version": paper.renewal_version})


def states() -> list[tuple[str, str]]:
    """What may be said, in words."""
    return [(state.value, catalogue.renewal_name(state)) for state in catalogue.RenewalState]
