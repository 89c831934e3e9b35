"""Checking statements against the text they cite: citations, evidence for a sentence, yes or no to a question."""
