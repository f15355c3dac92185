"""A section's front."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import get_language

from articles import page_tags
from articles.models import Article, Section
from articles.views.lists import story_list
from newsportal.core.caching import public
from newsportal.core.page_cache.tags import note


@public("list", parameters=["page"])
def section(request: HttpRequest, section_path: str) -> HttpResponse:
    sections = Section.objects.in_edition(get_language()).for_page()
    section = get_object_or_404(sections, path=section_path.lower())
    note(page_tags.section(section.pk))
    stories = Article.objects.published(timezone.now()).in_section(section)
    both = [section, section.elsewhere] if section.elsewhere else [section]
    context = {"section": section, "alternates": {one.language: one.get_absolute_url() for one in both}}
    return story_list(
        request, "articles/section_detail.html", stories, context, belongs=lambda story: story.section.is_in(section)
    )
