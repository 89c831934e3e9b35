"""Understanding questions: type, topic, articles meant, terms, spelling, and what a follow-up leaves out."""
