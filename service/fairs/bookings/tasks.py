"""What the worker does for bookings."""
