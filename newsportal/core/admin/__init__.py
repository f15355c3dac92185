"""What the admin shows of the site itself."""

from newsportal.core.admin import duties, identity

__all__ = ["duties", "identity"]
