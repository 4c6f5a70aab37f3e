"""Whom a buyer asks, and what the two sides write to each other (M12, M13), with the time limits of both (M11).

An *invitation* stands for one supplier and one request, whoever brought the two together; its thread is open to the two
organisations and to nobody else. It is sent, seen, accepted or declined, answered (with a quote), silent when its last day
goes by, or withdrawn.

Writing (each is allowed by `rules`, told to the journal, and safe to repeat):
    invite(session, actor, code, supplier_ids, note=…, answer_by=…, origin="buyer") -> list[Invitation]
    answer_invitation(session, actor, invitation_id, Answer(...)), withdraw_invitation(session, actor, invitation_id)
    note_answer(session, actor, request_id, supplier_id)         the supplier has quoted; its thread is made where there is none
    take_back_answer(session, actor, request_id, supplier_id)    it has taken its quote back
    open_thread(session, actor, invitation_id)                   what the other side wrote has been read
    note_silence(session)                                        by the clock
Reading:
    responsiveness(session, supplier_ids | None) -> {supplier_id: Answers(asked, answered, silent, median_hours)}
"""

from service.matching.invitations.inputs import Answer, Asking, Words
from service.matching.invitations.invitations import (
    answer_invitation,
    invite,
    note_answer,
    note_silence,
    open_thread,
    take_back_answer,
    withdraw_invitation,
)
from service.matching.invitations.models import Attachment, Invitation, InvitationState, Message, Origin, Side
from service.matching.invitations.queries import Answers, responsiveness

__all__ = [
    "Answer",
    "Answers",
    "Asking",
    "Attachment",
    "Invitation",
    "InvitationState",
    "Message",
    "Origin",
    "Side",
    "Words",
    "answer_invitation",
    "invite",
    "note_answer",
    "note_silence",
    "open_thread",
    "responsiveness",
    "take_back_answer",
    "withdraw_invitation",
]
