"""What a browser may load, run and use for a page (Content-Security-Policy, CSP level 3; Permissions-Policy)."""

from collections.abc import Callable

from csp.constants import NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from tracker import single_sign_on

#: Nothing but what this service serves itself, and no script or style that stands in the page.
POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF, *single_sign_on.FORMS_LEAD_TO],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    },
}

#: What pages need beyond that, by the beginning of their address. The admin's theme reads expressions from attributes
#: (Alpine) and has styles in its pages, as the docs of the API have; scripts in pages are allowed nowhere.
BEYOND = {
    "/admin/": {"script-src": [SELF, UNSAFE_EVAL], "style-src": [SELF, UNSAFE_INLINE]},
    "/api/v1/docs/": {"style-src": [SELF, UNSAFE_INLINE]},
}

#: No page of this service uses any device or sensor, nor lets others do so.
DEVICES = (
    "accelerometer", "autoplay", "browsing-topics", "camera", "display-capture",
    "encrypted-media", "fullscreen", "gamepad", "geolocation", "gyroscope", "hid", "idle-detection", "local-fonts",
    "magnetometer", "microphone", "midi", "otp-credentials", "payment", "picture-in-picture",
    "publickey-credentials-get", "screen-wake-lock", "serial", "storage-access", "usb", "xr-spatial-tracking",
)  # fmt: skip
PERMISSIONS: dict[str, list[str]] = {device: [] for device in DEVICES}


def allowing_by_address(
    respond: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """The middleware inside that of the policy: tells it what the page of an address needs beyond."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = respond(request)
        for beginning, needed in BEYOND.items():
            if request.path_info.startswith(beginning):
                response._csp_replace = needed  # type: ignore[attr-defined]
        return response

    return answer
