"""Putting an issue together: its blocks, how it looks as a mail, and what is looked at before it goes out."""
