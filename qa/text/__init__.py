"""Text: sanitizing, sentences, words and their stems, and the English patterns that other modules share."""
