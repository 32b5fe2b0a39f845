"""What a monitoring system asks: the figures of Prometheus, and whether the service does its work."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST

from procurement.desk.gauges import metrics
from procurement.desk.readiness import Check, readiness

NO_STORE = {"Cache-Control": "no-store"}


@require_safe
def show_metrics(request: HttpRequest) -> HttpResponse:
    """The figures, for whoever has the token of METRICS_TOKEN; without that setting there is no such address."""
    if not settings.METRICS_TOKEN:
        raise Http404
    if not _has_token(request):
        answer = HttpResponse("send Authorization: Bearer and the METRICS_TOKEN of the service\n", status=401)
        answer["Content-Type"], answer["WWW-Authenticate"] = "text/plain", "Bearer"
        return answer
    return HttpResponse(metrics(), content_type=CONTENT_TYPE_LATEST, headers=NO_STORE)


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Answer 200 where the service can do its work, else 503; what is wrong, to who has the token alone.

    As JSON where it is asked for. `manage.py check_schedule` says what is wrong to who is on the machine.
    """
    found = readiness()
    status = 200 if all(check.is_good for check in found) else 503
    told = found if _has_token(request) else []
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse(_as_json(told, is_ready=status == 200), status=status, headers=NO_STORE)
    said = "".join(f"{check.name}: {fault}\n" for check in told for fault in check.faults)
    said = said or ("ready\n" if status == 200 else "not ready\n")
    return HttpResponse(said, status=status, content_type="text/plain", headers=NO_STORE)


def _has_token(request: HttpRequest) -> bool:
    wanted = f"Bearer {settings.METRICS_TOKEN}"
    return bool(settings.METRICS_TOKEN) and constant_time_compare(request.headers.get("Authorization", ""), wanted)


def _as_json(told: list[Check], *, is_ready: bool) -> dict[str, object]:
    checks = {check.name: {"good": check.is_good, "faults": list(check.faults)} for check in told}
    return {"ready": is_ready} | ({"checks": checks} if checks else {})
