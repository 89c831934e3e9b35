"""Attacks on everything that ``docs/reliability.md`` promises; the tests make a few of the same attempts."""
