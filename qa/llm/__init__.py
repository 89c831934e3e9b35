"""Language models: opening one by name, building its prompt, and parsing its reply.

Off unless configured. Nothing here is imported to answer a question that needs no language model.
"""
