"""What a browser may load and run for a page (Content-Security-Policy, CSP level 3)."""

from csp.constants import NONE, SELF

#: Nothing but what this service serves itself, and no script or style that stands in the page. The admin's theme and
#: the docs of the API cannot do without such.
POLICY = {
    "EXCLUDE_URL_PREFIXES": ["/admin", "/api/v1/docs"],
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    },
}
