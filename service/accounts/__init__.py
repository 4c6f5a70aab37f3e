"""Who is acting, and for whom.

A person signs in and acts for one organisation at a time; what the organisation does on the market (supply, buy, organise,
verify) is the person's role there. Sessions live in the database, so that they can be listed and ended.
"""

from service.accounts.actors import NOBODY, SYSTEM, Actor, Role
from service.accounts.members import add_member
from service.accounts.models import MemberRole, OrganisationKind
from service.accounts.organisations import found_organisation, rename_organisation, verify_organisation
from service.accounts.people import add_person
from service.accounts.queries import Recipient, people_of
from service.accounts.sessions import actor_of, end_session, sign_in

__all__ = [
    "NOBODY",
    "SYSTEM",
    "Actor",
    "MemberRole",
    "OrganisationKind",
    "Recipient",
    "Role",
    "actor_of",
    "add_member",
    "add_person",
    "end_session",
    "found_organisation",
    "people_of",
    "rename_organisation",
    "sign_in",
    "verify_organisation",
]
