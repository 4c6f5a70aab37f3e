"""What is printed for a fair (F18): badges with QR, names for fascias, signs of booths, the plan, the list of exhibitors.

    paper(session, actor, slug, Kind.BADGES) -> Paper      which template, filled with what; `core.pdf.made` makes it

Badges, fascias and signs are the organiser's; the plan and the list are everybody's, and say what the public pages say.
The statement of fees is `fairs.charges`, the agenda `fairs.meetings`, the report of results `fairs.onsite`.
"""

from __future__ import annotations

from service.fairs.papers.sheets import PUBLIC, Kind, Paper, kind_names, paper

__all__ = ["PUBLIC", "Kind", "Paper", "kind_names", "paper"]
