"""What each buyer wants to see before it lists goods, and how ready a supplier's goods are for it (M19).

A buyer says for each kind of condition that it asks for it, or that it does not; what it does not speak of is unknown. Most
conditions are judged by the catalogue (barcodes, papers that hold today, lots, packs, lead times); the others are answered
by the supplier itself and shown as such, to that buyer only. Readiness is held of required; unknown is never held.

    save_checklist(session, actor, buyer_id, ChecklistDraft(...), version=n)     a buyer's conditions, all at once
    answer(session, actor, item_id, product_slug, SelfAnswer(...)) -> int        a supplier's word, for one product or all
    checklist_of(session, buyer_id), own_checklist(session, actor)               read them
    readiness(session, checklist, offers, actor), readiness_list(session, actor) what is missing, in words
    judge(wishes, goods, answers, today) -> Readiness                            pure
"""

from __future__ import annotations

from service.matching.checklists.desk import ReadinessList, readiness_list
from service.matching.checklists.inputs import (
    NUMBERS,
    PAPERS,
    AnswerForm,
    ChecklistDraft,
    ItemDraft,
    SelfAnswer,
)
from service.matching.checklists.judging import ANSWERED, Answer, Goods, Held, Readiness, Wish, judge
from service.matching.checklists.lists import answer, save_checklist
from service.matching.checklists.models import Checklist, ChecklistAnswer, ChecklistItem, Wanted
from service.matching.checklists.queries import (
    ChecklistView,
    GapView,
    ReadinessView,
    checklist_for,
    checklist_of,
    own_checklist,
    own_checklist_for,
    readiness,
    readiness_of,
    ready_page,
)
from service.matching.checklists.rules import may_answer, may_keep_checklist
from service.matching.checklists.words import condition, gap, kind_name, paper_name, unit_name

__all__ = [
    "ANSWERED",
    "NUMBERS",
    "PAPERS",
    "Answer",
    "AnswerForm",
    "Checklist",
    "ChecklistAnswer",
    "ChecklistDraft",
    "ChecklistItem",
    "ChecklistView",
    "GapView",
    "Goods",
    "Held",
    "ItemDraft",
    "Readiness",
    "ReadinessList",
    "ReadinessView",
    "SelfAnswer",
    "Wanted",
    "Wish",
    "answer",
    "checklist_for",
    "checklist_of",
    "condition",
    "gap",
    "judge",
    "kind_name",
    "may_answer",
    "may_keep_checklist",
    "own_checklist",
    "own_checklist_for",
    "paper_name",
    "readiness",
    "readiness_list",
    "readiness_of",
    "ready_page",
    "save_checklist",
    "unit_name",
]
