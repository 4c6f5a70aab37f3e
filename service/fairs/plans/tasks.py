"""What the worker does for the allocation of booths."""
