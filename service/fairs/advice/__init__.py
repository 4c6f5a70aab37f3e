"""Which fair for which product, and for whom (M20): for suppliers the fairs to go to, for organisers the suppliers to ask.

    fair_page(session, slug, actor) -> FairPage                    a fair with its buyers and the products that suit it
    fairs_for_product(session, slug, actor) -> [SuitView]          the coming fairs for one product, best first
    fairs_to_go_to(session, actor) -> [Chance]                     for a supplier: each coming fair with its best products
    whom_to_invite(session, slug, actor, cursor) -> Candidates     for an organiser: who suits, best first, with the reasons
An organiser *invites* suppliers; who is invited is told by mail, finds it on its desk, and applies or says that it cannot come.
    expected_buyers(session, slug, actor) -> [ExpectedView]        who has said that they will be there
    invite_exhibitors(session, actor, slug, supplier_ids, words=…, key=UUID) -> [Invitation]    asked already: nothing happens
    decline(session, actor, invitation_id, Declining(reason=…)) -> Invitation
    own_invitations(session, actor) -> [InvitedView]; invited(session, slug, actor) -> [InvitationLine]
"""

from service.fairs.advice.inputs import Declining, Inviting
from service.fairs.advice.invitations import decline, invite_exhibitors
from service.fairs.advice.models import Invitation, InvitationState
from service.fairs.advice.queries import (
    Candidate,
    Candidates,
    Chance,
    expected_buyers,
    fair_page,
    fairs_for_product,
    fairs_to_go_to,
    whom_to_invite,
)
from service.fairs.advice.standing import InvitationLine, InvitedView, invited, own_invitations

__all__ = [
    "Candidate",
    "Candidates",
    "Chance",
    "Declining",
    "Invitation",
    "InvitationLine",
    "InvitationState",
    "InvitedView",
    "Inviting",
    "decline",
    "expected_buyers",
    "fair_page",
    "fairs_for_product",
    "fairs_to_go_to",
    "invite_exhibitors",
    "invited",
    "own_invitations",
    "whom_to_invite",
]
