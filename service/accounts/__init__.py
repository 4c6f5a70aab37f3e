"""Who is acting, and for whom.

A person signs in and acts for one organisation at a time; what the organisation does on the market (supply, buy, organise,
verify) is the person's role there. Sessions live in the database, so that they can be listed and ended.
"""

from service.accounts.actors import NOBODY, SYSTEM, Actor, Role
from service.accounts.consents import Purpose, agrees, give_consent, withdraw_consent
from service.accounts.grants import let_act, stop_acting
from service.accounts.inputs import Erasure, Founding, GrantDraft, InvitationDraft, PersonCorrection, RoleChange, TokenDraft
from service.accounts.invitations import Invited, Offered, accept_invitation, invite, offered, withdraw_invitation
from service.accounts.members import add_member, change_role, hand_over, leave, remove_member
from service.accounts.models import MemberRole, OrganisationKind
from service.accounts.organisation_models import SCOPES
from service.accounts.organisations import (
    choose_organisation,
    found_organisation,
    open_organisation,
    rename_organisation,
    verify_organisation,
)
from service.accounts.people import add_person
from service.accounts.queries import (
    Choice,
    GrantLine,
    InvitationLine,
    MemberLine,
    MemberPage,
    Recipient,
    TokenLine,
    choices,
    grants_of,
    members_of,
    offices,
    open_invitations,
    people_of,
    tokens_of,
)
from service.accounts.rules import may_issue_token, may_let_act, may_manage_members, may_see_organisation, may_use
from service.accounts.sessions import actor_of, end_session, sign_in
from service.accounts.tokens import Issued, actor_of_token, issue_token, revoke_token

__all__ = [
    "NOBODY",
    "SCOPES",
    "SYSTEM",
    "Actor",
    "Choice",
    "Erasure",
    "Founding",
    "GrantDraft",
    "GrantLine",
    "InvitationDraft",
    "InvitationLine",
    "Invited",
    "Issued",
    "MemberLine",
    "MemberPage",
    "MemberRole",
    "Offered",
    "OrganisationKind",
    "PersonCorrection",
    "Purpose",
    "Recipient",
    "Role",
    "RoleChange",
    "TokenDraft",
    "TokenLine",
    "accept_invitation",
    "actor_of",
    "actor_of_token",
    "add_member",
    "add_person",
    "agrees",
    "change_role",
    "choices",
    "choose_organisation",
    "end_session",
    "found_organisation",
    "give_consent",
    "grants_of",
    "hand_over",
    "invite",
    "issue_token",
    "leave",
    "let_act",
    "may_issue_token",
    "may_let_act",
    "may_manage_members",
    "may_see_organisation",
    "may_use",
    "members_of",
    "offered",
    "offices",
    "open_invitations",
    "open_organisation",
    "people_of",
    "remove_member",
    "rename_organisation",
    "revoke_token",
    "sign_in",
    "stop_acting",
    "tokens_of",
    "verify_organisation",
    "withdraw_consent",
    "withdraw_invitation",
]
