"""From passages to spans that answer: the trained network, and the calibration of its scores."""
