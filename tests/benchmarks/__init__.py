"""Measurements against the figures in README: run by hand, on development data, never asserted."""
