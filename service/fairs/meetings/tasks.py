"""What the worker does for meetings."""
