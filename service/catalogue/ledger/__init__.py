"""The capacity ledger: what of each month is promised, to whom, and what is still free (M15)."""
