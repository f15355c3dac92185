"""The door to core's models: outsiders import from here."""

from newsportal.core.models.duties import DutyRecord
from newsportal.core.models.identity import SiteBanner, SiteIdentity, SiteText, SocialLink
from newsportal.core.models.purges import Purge

__all__ = ["DutyRecord", "Purge", "SiteBanner", "SiteIdentity", "SiteText", "SocialLink"]
