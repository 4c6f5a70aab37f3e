"""Meetings at fairs."""
