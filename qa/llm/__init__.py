"""Language models: naming one, asking it, and holding what it wrote against the passages it was given.

Off unless configured. Nothing in here is imported on the way of a question that needs no model.
"""
