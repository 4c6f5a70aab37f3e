"""For whom somebody acts: members, invitations, grants to an office, tokens."""
