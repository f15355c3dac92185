"""What monitors and load balancers ask."""

import dataclasses

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from newsportal.core import health


@require_safe
@never_cache
def alive(request: HttpRequest) -> HttpResponse:
    """The process answers. Touches nothing, so that a broken database does not get web servers restarted."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@never_cache
def ready(request: HttpRequest) -> HttpResponse:
    """Whether this machine should be sent visitors: 503 when not."""
    report = health.report(timezone.now())
    body = {"status": report.status, **dataclasses.asdict(report)}
    return JsonResponse(body, status=200 if report.ready else 503)
