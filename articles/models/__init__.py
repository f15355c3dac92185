"""The door to the models of all that is written and shown: outsiders import from here."""

from articles.models.articles import Article, ArticleQuerySet
from articles.models.beats import SectionBeat
from articles.models.corrections import Correction
from articles.models.fronts import FrontArrangement, FrontRow, FrontSlot, Place
from articles.models.images import ArticlePicture, Image, Rendition, RetiredFile
from articles.models.lines import Line
from articles.models.live import LiveUpdate
from articles.models.log import LogEntry
from articles.models.notes import EditorialNote
from articles.models.people import GUEST_LENGTH, Byline, Contributor, ContributorText, Outlet
from articles.models.presence import Presence
from articles.models.previews import PreviewLink, PreviewOpening
from articles.models.readings import DayReading, HourReading, ReadingBatch
from articles.models.redirects import MissingPage, Redirect
from articles.models.related import RelatedStory, StoryTerms, Term
from articles.models.revisions import Revision
from articles.models.search import SearchDocument, SearchWord
from articles.models.sections import Section
from articles.models.series import Series, SeriesPart
from articles.models.story_templates import StoryTemplate
from articles.models.tags import Tag, TaggedArticle
from articles.models.translations import Translation

__all__ = [
    "GUEST_LENGTH",
    "Article",
    "ArticlePicture",
    "ArticleQuerySet",
    "Byline",
    "Contributor",
    "ContributorText",
    "Correction",
    "DayReading",
    "EditorialNote",
    "FrontArrangement",
    "FrontRow",
    "FrontSlot",
    "HourReading",
    "Image",
    "Line",
    "LiveUpdate",
    "LogEntry",
    "MissingPage",
    "Outlet",
    "Place",
    "Presence",
    "PreviewLink",
    "PreviewOpening",
    "ReadingBatch",
    "Redirect",
    "RelatedStory",
    "Rendition",
    "RetiredFile",
    "Revision",
    "SearchDocument",
    "SearchWord",
    "Section",
    "SectionBeat",
    "Series",
    "SeriesPart",
    "StoryTemplate",
    "StoryTerms",
    "Tag",
    "TaggedArticle",
    "Term",
    "Translation",
]
