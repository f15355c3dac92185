"""What can be wrong with an act on a story. Every message is fit for an editor to read."""


class NewsroomError(Exception):
    """An act was refused; `str(error)` says why in the reader's language."""


class NotAllowed(NewsroomError):
    """The person may not do this."""


class WrongState(NewsroomError):
    """The story is not in a state from which this can be done."""


class BadByline(NewsroomError):
    """A byline code cannot be read."""
