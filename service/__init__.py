"""Chợ Phiên: a market for the OCOP cooperatives of upland Bắc Kạn."""
