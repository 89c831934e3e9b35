"""Tests of the command ``qa``."""
