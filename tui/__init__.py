"""The terminal UI. It speaks to ``qa`` alone; the screens follow in the next release."""
