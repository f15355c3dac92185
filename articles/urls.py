"""Public addresses of an edition; the roof puts them under each edition's prefix. And those of machines."""

from django.urls import path, register_converter

from articles import converters, feeds
from articles.views import authors, corrections, fronts, latest, readings, search, sections, stories, tags

register_converter(converters.SlugConverter, "unislug")
register_converter(converters.SectionPathConverter, "section")
register_converter(converters.StoryNumberConverter, "story_id")

urlpatterns = [
    path("", fronts.front, name="front"),
    path("latest/", latest.latest, name="latest"),
    path("search/", search.search, name="search"),
    path("corrections/", corrections.corrections, name="corrections"),
    path("feeds/rss.xml", feeds.rss, name="rss"),
    path("tags/<unislug:slug>/", tags.tag, name="tag"),
    path("authors/<unislug:slug>/", authors.author, name="author"),
    path("<section:section_path>/<story_id:pk>/<unislug:slug>/", stories.story, name="story"),
    path("<section:section_path>/<story_id:pk>/", stories.story_without_slug, name="story_without_slug"),
    # Last: it takes whatever is left.
    path("<section:section_path>/", sections.section, name="section"),
]

# Outside the editions: an id says which story it is.
machine_urlpatterns = [path("reads/", readings.reads, name="reads")]
