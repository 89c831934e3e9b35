"""An index on servers: the catalog and full text in PostgreSQL, the vectors on a Chroma server."""
