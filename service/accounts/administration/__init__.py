"""Running the market: offices, accounts that need help, accounts that are locked."""
