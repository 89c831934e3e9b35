"""Thirty articles in every format that is read, made by real programs, and sixty questions with known answers.

``python -m tests.formats.produce`` makes the files, ``python -m tests.formats`` counts right answers by format.
"""
