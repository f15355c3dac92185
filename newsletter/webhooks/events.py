"""Our own webhook (newsletter.bouncing.pushed)."""

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.request import RawPostDataException
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from newsletter.bouncing.pushed import BadReport, BadSignature, note_events, verify


# Machines post here; the signature is the authority, and no cookie has any part in it.
@csrf_exempt
@never_cache
@require_http_methods(["POST", "HEAD"])
def events(request: HttpRequest) -> HttpResponse:
    """Verify, store, answer. 403 for a bad signature, 400 for a signed text that cannot be read, HEAD is a ping."""
    if not settings.BOUNCE_WEBHOOK_SECRETS:
        raise Http404
    if request.method == "HEAD":
        return HttpResponse()
    now = timezone.now()
    try:
        body = request.body
        verify(body, request.headers.get("X-Newsletter-Signature", ""), settings.BOUNCE_WEBHOOK_SECRETS, now=now)
        return JsonResponse({"stored": note_events(body, source="webhook", now=now)})
    except BadSignature:
        return JsonResponse({"error": "The signature does not fit, or is older than five minutes."}, status=403)
    except BadReport as error:
        return JsonResponse({"error": str(error)}, status=400)
    except (RequestDataTooBig, RawPostDataException):
        return JsonResponse({"error": "Send the events as JSON, at most 5 MB."}, status=413)
