"""Shortlists that a buyer's people share, and searches that tell what is new."""
