"""The page behind a story's button “Breaking news…”: one step, which is asked for once."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.models import Article
from newsletter.alerting import alert, lists_for, may_alert, suggested_subject
from newsletter.models import NewsletterList
from newsletter.states import NewsletterError
from newsportal.core.text import whole_number


def alert_page(request: HttpRequest, article_id: int) -> HttpResponse:
    """Shows subject, newsletter and number of readers; POST sends."""
    if not may_alert(request.user):
        raise PermissionDenied
    article = get_object_or_404(Article.objects.select_related("section"), pk=article_id)
    now = timezone.now()
    error = ""
    if request.method == "POST":
        try:
            newsletter = get_object_or_404(NewsletterList, pk=whole_number(request.POST.get("newsletter", "")))
            subject = request.POST.get("subject", "")
            issue = alert(article, newsletter=newsletter, subject=subject, by=request.user, now=now)
        except NewsletterError as refused:
            error = str(refused)
        else:
            messages.success(request, _("“%(subject)s” is on its way.") % {"subject": issue.subject})
            return HttpResponseRedirect(reverse("admin:articles_article_change", args=[article.pk]))
    choices = lists_for(article, now)
    context = {
        **admin.site.each_context(request),
        "title": _("Breaking news"),
        "article": article,
        "is_live": article.is_live(now),
        "choices": choices,
        "open_choices": [choice for choice in choices if choice[2] is None],
        "subject": request.POST.get("subject") or suggested_subject(article),
        "error": error,
    }
    return TemplateResponse(request, "admin/newsletter/alert.html", context, status=409 if error else 200)
