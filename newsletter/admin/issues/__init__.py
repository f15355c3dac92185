"""Issues in the admin: listed, put together, looked at, sent."""

from newsletter.admin.issues.admin import IssueAdmin

__all__ = ["IssueAdmin"]
