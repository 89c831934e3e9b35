"""Tests: the real model, the real stores, no network."""
