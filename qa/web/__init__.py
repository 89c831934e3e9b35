"""Saving pages from the web as articles: the only part of qa, besides language models, that opens a connection."""
