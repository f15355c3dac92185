"""The archive on the web: every issue that readers were sent, made of its blocks as the stories stand now.

What a mail says cannot be taken back; its page can: a story that was withdrawn since is not on it any more.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import get_language

from articles import page_tags as story_tags
from articles.models import Article
from newsletter import page_tags
from newsletter.archiving import pieces_of
from newsletter.models import Issue, NewsletterList
from newsletter.wording import frequency_words
from newsportal.core.caching import public
from newsportal.core.editions import everywhere
from newsportal.core.page_cache.tags import note
from newsportal.core.shortcuts import page_of


@public("list", parameters=["page"])
def archive(request: HttpRequest, slug: str) -> HttpResponse:
    """A newsletter's issues, the newest first."""
    newsletter = get_object_or_404(NewsletterList.objects.in_edition(get_language()), slug=slug)
    note(page_tags.newsletter(newsletter.pk))
    page = page_of(Issue.objects.in_archive(newsletter), request)
    context = {"newsletter": newsletter, "page": page, "now": timezone.now(), "how_often": frequency_words(newsletter)}
    context["switches"] = everywhere("newsletter")
    return render(request, "newsletter/issue_list.html", context)


@public("story")
def issue(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One issue, as it reads today."""
    now = timezone.now()
    sent = Issue.objects.gone_out().with_blocks()
    row = get_object_or_404(sent, newsletter__language=get_language(), newsletter__slug=slug, pk=pk)
    pieces = pieces_of(row, now=now)
    stories = (story_tags.words(get_language()), story_tags.stories(get_language()))
    note(page_tags.newsletter(row.newsletter_id), *stories)
    others = Issue.objects.in_archive(row.newsletter).exclude(pk=row.pk)[:5]
    context = {"issue": row, "newsletter": row.newsletter, "pieces": pieces, "others": others, "now": now}
    context["switches"] = everywhere("newsletter")
    response = render(request, "newsletter/issue_detail.html", context)
    response.fresh_until = Article.objects.next_change(get_language(), now)
    return response
