"""The terminal UI: ask, see the answer, open the source at the sentence. It speaks to ``qa`` alone."""
