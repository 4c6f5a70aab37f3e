"""What is held about a person: consents, a copy, corrections, erasure."""
