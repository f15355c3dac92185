"""The door to core's models: outsiders import from here."""

from newsportal.core.models.duties import DutyRecord
from newsportal.core.models.identity import SiteBanner, SiteIdentity, SiteText, SocialLink

__all__ = ["DutyRecord", "SiteBanner", "SiteIdentity", "SiteText", "SocialLink"]
