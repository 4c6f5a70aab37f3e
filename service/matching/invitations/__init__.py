"""Whom a buyer asks, and what the two sides write to each other (M12, M13), with the time limits of both (M11).

An *invitation* stands for one supplier and one request, whoever brought the two together; its thread is open to the two
organisations and to nobody else. It is sent, seen, accepted or declined, answered (with a quote), silent when its last day
goes by, or withdrawn.

Writing (each is allowed by `rules`, told to the journal, and safe to repeat):
    invite(session, actor, code, supplier_ids, note=…, answer_by=…, origin="buyer") -> list[Invitation]
    answer_invitation(session, actor, invitation_id, Answer(...)), withdraw_invitation(session, actor, invitation_id)
    note_answer(session, actor, request_id, supplier_id)         the supplier has quoted; its thread is made where there is none
    take_back_answer(session, actor, request_id, supplier_id)    it has taken its quote back
    open_thread(session, actor, invitation_id)                   seen, and what the other side wrote has been read
    send_message(session, files, actor, invitation_id, Words(...), [Handed(name, data)]) -> Message
    note_silence(session), tell_unread(session)                  by the clock
Reading:
    invitations_of(session, actor, code, cursor) -> (RequestView, InvitationsView)      for the request's owner
    own_invitations(session, actor, cursor), own_threads(session, actor, cursor) -> InvitationsView
    thread(session, actor, invitation_id, cursor) -> ThreadView; attachment_for(session, actor, invitation_id, key) -> Served
    responsiveness(session, supplier_ids | None) -> {supplier_id: Answers(asked, answered, silent, median_hours)}
"""

from service.matching.habits import Answers, responsiveness
from service.matching.invitations.attachments import Handed, Served, attachment_for
from service.matching.invitations.inputs import MOST_AT_ONCE, Answer, Asking, Words
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
from service.matching.invitations.queries import (
    invitations_of,
    invited_suppliers,
    own_invitations,
    own_threads,
    thread,
)
from service.matching.invitations.rules import ANSWER_DAYS, MOST_FILES, answer_by, may_invite
from service.matching.invitations.threads import send_message, tell_unread
from service.matching.invitations.views import (
    FileView,
    InvitationsView,
    InvitationView,
    MessageView,
    ThreadView,
    origin_name,
    side_name,
    state_name,
)

__all__ = [
    "ANSWER_DAYS",
    "MOST_AT_ONCE",
    "MOST_FILES",
    "Answer",
    "Answers",
    "Asking",
    "Attachment",
    "FileView",
    "Handed",
    "Invitation",
    "InvitationState",
    "InvitationView",
    "InvitationsView",
    "Message",
    "MessageView",
    "Origin",
    "Served",
    "Side",
    "ThreadView",
    "Words",
    "answer_by",
    "answer_invitation",
    "attachment_for",
    "invitations_of",
    "invite",
    "invited_suppliers",
    "may_invite",
    "note_answer",
    "note_silence",
    "open_thread",
    "origin_name",
    "own_invitations",
    "own_threads",
    "responsiveness",
    "send_message",
    "side_name",
    "state_name",
    "take_back_answer",
    "tell_unread",
    "thread",
    "withdraw_invitation",
]
