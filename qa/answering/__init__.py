"""Composing an answer: what to say and quote, from surveys, from the structure of an article, or from what was read."""
