"""The terminal UI: ask a question, read the answer, open a source at the cited sentence. Depends only on ``qa``."""
