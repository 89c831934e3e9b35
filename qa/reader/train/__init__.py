"""The recipe of the reader that comes with qa: ``python -m qa.reader.train --help``."""
