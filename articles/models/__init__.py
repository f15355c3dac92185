"""The door to the models of all that is written and shown: outsiders import from here."""

from articles.models.articles import Article, ArticleQuerySet
from articles.models.beats import SectionBeat
from articles.models.images import Image
from articles.models.log import LogEntry
from articles.models.people import Byline, Contributor, ContributorText, Outlet
from articles.models.revisions import Revision
from articles.models.sections import Section
from articles.models.tags import Tag, TaggedArticle

__all__ = [
    "Article",
    "ArticleQuerySet",
    "Byline",
    "Contributor",
    "ContributorText",
    "Image",
    "LogEntry",
    "Outlet",
    "Revision",
    "Section",
    "SectionBeat",
    "Tag",
    "TaggedArticle",
]
