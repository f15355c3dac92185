"""The demo newsroom: two editions with stories, people, pictures and accounts of our own making, and its removal."""

from newsportal.demo.loading import Loaded, is_loaded, load, remove

__all__ = ["Loaded", "is_loaded", "load", "remove"]
