"""Field checks: whom to visit next is drawn by a public lot; what was found is kept."""
