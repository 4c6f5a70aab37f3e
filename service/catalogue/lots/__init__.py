"""Lots: what was harvested or made when, from whose plots, and the address that its labels carry."""
