"""HTML for people: one file per module, each a few lines around one call of a face."""
