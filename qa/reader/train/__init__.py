"""Training of the shipped reader: ``python -m qa.reader.train --help``."""
