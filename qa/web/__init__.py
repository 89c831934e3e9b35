"""Saving pages from the web as articles: the only part of qa, besides models and servers, that opens a connection."""
