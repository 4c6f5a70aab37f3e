"""Reference data: categories, commodities and their words."""
