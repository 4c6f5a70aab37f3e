"""Handing in and deciding: what waits for an officer, and what came of it."""
