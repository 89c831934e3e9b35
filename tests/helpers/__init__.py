"""Fakes, drivers and sample data shared by several tests."""
