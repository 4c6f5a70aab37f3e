"""Many suppliers and products at once: rows brought in by COPY, compared, and written in a few statements."""
