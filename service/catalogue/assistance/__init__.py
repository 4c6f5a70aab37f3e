"""Assisted entry: an officer types for somebody, who reads it by a code, corrects it, agrees and owns it."""
