"""Papers and pictures: certificates with their clock, scans, photos."""
