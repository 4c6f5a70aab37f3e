"""Searching products: words understood, levels of matching, exact counts, pages."""
