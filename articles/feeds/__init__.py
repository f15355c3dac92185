"""Feeds: the newest stories of an edition, a section, a subject or an author, whole, for readers' programs."""
