"""What the worker does for the days of a fair."""
