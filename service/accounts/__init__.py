"""Who is acting, and for whom.

A person signs in and acts for one organisation at a time; what the organisation does on the market (supply, buy, organise,
verify) is the person's role there. Sessions live in the database, so that they can be listed and ended.
"""

from service.accounts.actors import NOBODY, ROLES, SYSTEM, Actor, Choice, Role
from service.accounts.administration import (
    end_all_sessions,
    enter_organisation,
    invite_to,
    lock_person,
    name_administrator,
    set_duty,
    unlock_person,
)
from service.accounts.administration_inputs import DutyArea, OfficeDraft
from service.accounts.administration_queries import (
    Account,
    AccountLine,
    OrganisationAccount,
    OrganisationLine,
    account,
    accounts_found,
    organisation_account,
    organisations_found,
)
from service.accounts.administration_rules import may_administer, may_lock
from service.accounts.consents import Purpose, agrees, give_consent, withdraw_consent
from service.accounts.consents import texts as consent_texts
from service.accounts.grants import let_act, stop_acting
from service.accounts.identity_inputs import EmailChange, NewPassword, Registration, unreachable
from service.accounts.identity_queries import Confirmed, Security, SignInLine, confirmed, security_of
from service.accounts.identity_rules import lacks_second_factor, must_have_second_factor
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
from service.accounts.passwords import SHORTEST_PASSWORD, TRIAL_PASSWORD
from service.accounts.people import add_person, choose_language, plain_identifier
from service.accounts.queries import (
    GrantLine,
    InvitationLine,
    MemberLine,
    MemberPage,
    Recipient,
    TokenLine,
    grants_of,
    members_of,
    offices,
    open_invitations,
    people_of,
    tokens_of,
)
from service.accounts.registration import Registered, change_email, confirm_again, confirm_email, confirmation, register
from service.accounts.resets import (
    ask_reset,
    change_password,
    confirm_phone,
    issue_reset_code,
    reset_opens,
    reset_password,
    reset_with_code,
)
from service.accounts.rules import may_issue_token, may_let_act, may_manage_members, may_see_organisation, may_use
from service.accounts.second_factor import (
    Enrolment,
    begin_second_factor,
    confirm_second_factor,
    has_second_factor,
    remove_second_factor,
    renew_recovery_codes,
)
from service.accounts.sessions import SessionLine, actor_of, end_other_sessions, end_session, end_session_of, sessions_of
from service.accounts.signing_in import HalfWay, SecondStepNeeded, note_failed_step, open_session_of, sign_in, sign_in_further
from service.accounts.takeover import NewOwner, take_over, take_over_as
from service.accounts.tokens import Issued, actor_of_token, issue_token, revoke_token
from service.accounts.verification import verify_organiser, waiting_organisers

__all__ = [
    "NOBODY",
    "ROLES",
    "SCOPES",
    "SHORTEST_PASSWORD",
    "SYSTEM",
    "TRIAL_PASSWORD",
    "Account",
    "AccountLine",
    "Actor",
    "Choice",
    "Confirmed",
    "DutyArea",
    "EmailChange",
    "Enrolment",
    "Erasure",
    "Founding",
    "GrantDraft",
    "GrantLine",
    "HalfWay",
    "InvitationDraft",
    "InvitationLine",
    "Invited",
    "Issued",
    "MemberLine",
    "MemberPage",
    "MemberRole",
    "NewOwner",
    "NewPassword",
    "Offered",
    "OfficeDraft",
    "OrganisationAccount",
    "OrganisationKind",
    "OrganisationLine",
    "PersonCorrection",
    "Purpose",
    "Recipient",
    "Registered",
    "Registration",
    "Role",
    "RoleChange",
    "SecondStepNeeded",
    "Security",
    "SessionLine",
    "SignInLine",
    "TokenDraft",
    "TokenLine",
    "accept_invitation",
    "account",
    "accounts_found",
    "actor_of",
    "actor_of_token",
    "add_member",
    "add_person",
    "agrees",
    "ask_reset",
    "begin_second_factor",
    "change_email",
    "change_password",
    "change_role",
    "choose_organisation",
    "confirm_again",
    "confirm_email",
    "confirm_phone",
    "confirm_second_factor",
    "confirmation",
    "confirmed",
    "consent_texts",
    "end_all_sessions",
    "end_other_sessions",
    "end_session",
    "end_session_of",
    "enter_organisation",
    "found_organisation",
    "give_consent",
    "grants_of",
    "hand_over",
    "has_second_factor",
    "invite",
    "invite_to",
    "issue_reset_code",
    "issue_token",
    "lacks_second_factor",
    "leave",
    "let_act",
    "lock_person",
    "may_administer",
    "may_issue_token",
    "may_let_act",
    "may_lock",
    "may_manage_members",
    "may_see_organisation",
    "may_use",
    "members_of",
    "must_have_second_factor",
    "name_administrator",
    "note_failed_step",
    "offered",
    "offices",
    "open_invitations",
    "open_organisation",
    "open_session_of",
    "organisation_account",
    "organisations_found",
    "people_of",
    "plain_identifier",
    "register",
    "remove_member",
    "remove_second_factor",
    "rename_organisation",
    "renew_recovery_codes",
    "reset_opens",
    "reset_password",
    "reset_with_code",
    "revoke_token",
    "security_of",
    "sessions_of",
    "set_duty",
    "sign_in",
    "sign_in_further",
    "stop_acting",
    "take_over",
    "take_over_as",
    "tokens_of",
    "unlock_person",
    "unreachable",
    "verify_organisation",
    "verify_organiser",
    "waiting_organisers",
    "withdraw_consent",
    "withdraw_invitation",
]
