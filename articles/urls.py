"""Public addresses of an edition; the roof puts them under each edition's prefix. And those of machines."""

from django.urls import path, register_converter

from articles import converters, sitemaps
from articles.feeds import views as feeds
from articles.views import (
    archives,
    authors,
    corrections,
    fronts,
    latest,
    live,
    readings,
    saved,
    search,
    sections,
    series,
    sharing,
    stories,
    tags,
)

register_converter(converters.SlugConverter, "unislug")
register_converter(converters.SectionPathConverter, "section")
register_converter(converters.StoryNumberConverter, "story_id")
register_converter(converters.EditionConverter, "edition")
register_converter(converters.FeedConverter, "feed")
register_converter(converters.DigestConverter, "digest")
register_converter(converters.YearConverter, "year")
register_converter(converters.MonthConverter, "month")
register_converter(converters.DayConverter, "day")

urlpatterns = [
    path("", fronts.front, name="front"),
    path("latest/", latest.latest, name="latest"),
    path("search/", search.search, name="search"),
    path("saved/", saved.saved, name="saved"),
    path("corrections/", corrections.corrections, name="corrections"),
    path("archive/", archives.archive, name="archive"),
    path("archive/<year:year>/", archives.year, name="archive_year"),
    path("archive/<year:year>/<month:month>/", archives.month, name="archive_month"),
    path("archive/<year:year>/<month:month>/<day:day>/", archives.day, name="archive_day"),
    path("feeds/<feed:form>", feeds.edition, name="feed"),
    path("feeds/sections/<section:section_path>/<feed:form>", feeds.section, name="section_feed"),
    path("feeds/tags/<unislug:slug>/<feed:form>", feeds.tag, name="tag_feed"),
    path("feeds/authors/<unislug:slug>/<feed:form>", feeds.author, name="author_feed"),
    path("tags/<unislug:slug>/", tags.tag, name="tag"),
    path("live/<story_id:pk>/", live.updates, name="live_updates"),
    path("live/<story_id:pk>/rss.xml", live.feed, name="live_feed"),
    path("series/<unislug:slug>/", series.series, name="series"),
    path("authors/<unislug:slug>/", authors.author, name="author"),
    path("<section:section_path>/<story_id:pk>/<unislug:slug>/", stories.story, name="story"),
    path("<section:section_path>/<story_id:pk>/", stories.story_without_slug, name="story_without_slug"),
    # Last: it takes whatever is left.
    path("<section:section_path>/", sections.section, name="section"),
]

# Outside the editions: what is of none, or of all of them.
machine_urlpatterns = [
    path("reads/", readings.reads, name="reads"),
    path("share/<story_id:pk>-<digest:digest>.png", sharing.card, name="story_card"),
    path("oembed/", sharing.oembed, name="oembed"),
    path("offline.js", saved.offline_worker, name="offline_worker"),
    path("sitemap.xml", sitemaps.index, name="sitemap"),
    path("sitemap-<edition:language>-pages.xml", sitemaps.pages, name="sitemap_pages"),
    path("sitemap-<edition:language>-<year:year>-<month:month>.xml", sitemaps.month, name="sitemap_month"),
    path("news-sitemap.xml", sitemaps.news, name="news_sitemap"),
]
