"""From passages to spans that answer: the trained network, and what turns its scores into probabilities."""
