"""What a question asks for: its type, its words and their weight, and what a follow-up leaves out."""
