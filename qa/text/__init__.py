"""Text: what is safe to show, sentences, words and their stems, and the English that other modules rely on."""
