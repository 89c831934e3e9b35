"""Benchmarks for the figures in docs/benchmarks.md: run manually, on development data, without assertions."""
