"""Geographical indications and marks: who may use them, and where they may be shown."""
