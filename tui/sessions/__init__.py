"""Sessions: the questions and answers of one run, saved and exported."""
