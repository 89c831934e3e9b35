"""Analysing questions: their type, their terms with weights, and what a follow-up question leaves out."""
