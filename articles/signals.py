"""What the newsroom announces. Sent once, after the commit; connected in receivers.py of whoever listens."""

from django.dispatch import Signal

# Arguments: article (Article), action (a key of articles.states.MOVES, or "edit"), by (user or None), now (datetime).
article_changed = Signal()
