"""Security headers on every answer, and the limits on what a request may bring."""

from urllib.parse import urlsplit

from flask import Flask, Response, request
from werkzeug.exceptions import UnsupportedMediaType

MAX_BODY = 1_000_000
MAX_WEBHOOK_BODY = 64_000
MAX_FORM_PARTS = 500
MAX_FORM_MEMORY = 500_000

#: Everything is forbidden, then what our own pages need is allowed: no inline script, no inline style, no other origin.
_DIRECTIVES = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "frame-src": "'none'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
}
#: The demonstration shows the patient's page inside its phone.
_FRAMED = {"frame-src": "'self'", "frame-ancestors": "'self'"}
#: Swagger UI draws its icons from data: URLs and styles its own elements.
_DOCS = {"img-src": "'self' data:", "style-src": "'self' 'unsafe-inline'"}
#: Nothing of the device: the pages are forms.
_PERMISSIONS = ", ".join(
    f"{feature}=()"
    for feature in (
        *("accelerometer", "browsing-topics", "camera", "display-capture", "geolocation"),
        *("gyroscope", "hid", "magnetometer", "microphone", "midi", "payment", "serial", "usb"),
    )
)


def _policy(others: dict[str, str]) -> str:
    return "; ".join(f"{name} {allowed}" for name, allowed in (_DIRECTIVES | others).items())


#: Of the page that shows the API, which holds nobody's data.
DOCS_POLICY = _policy(_DOCS)
_FIXED = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": _PERMISSIONS,
}
_ONE_YEAR_WITH_SUBDOMAINS = "max-age=31536000; includeSubDomains"


def protect(app: Flask, *, base_url: str, demo: bool) -> None:
    """Limit bodies and add the headers of OWASP ASVS 5.0 chapter 3.4 to every answer of `app`."""
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    app.config["MAX_FORM_MEMORY_SIZE"] = MAX_FORM_MEMORY
    app.config["MAX_FORM_PARTS"] = MAX_FORM_PARTS
    if not demo:  # the demonstration is reached under whatever name its host has
        app.config["TRUSTED_HOSTS"] = [urlsplit(base_url).hostname]
    pages = _policy(_FRAMED if demo else {})
    secure = base_url.startswith("https://")

    @app.before_request
    def refuse_packed_bodies() -> None:
        # Nobody unpacks them here; a proxy or library that did could be made to fill the memory.
        if request.headers.get("Content-Encoding", "identity").lower() != "identity":
            raise UnsupportedMediaType

    @app.after_request
    def add_headers(response: Response) -> Response:
        policy = DOCS_POLICY if request.path.startswith("/api/v1/docs") else pages
        response.headers.setdefault("Content-Security-Policy", policy)
        for name, value in _FIXED.items():
            response.headers.setdefault(name, value)
        if not request.path.startswith("/static/"):
            response.headers.setdefault("Cache-Control", "no-store")
        if secure:
            response.headers.setdefault("Strict-Transport-Security", _ONE_YEAR_WITH_SUBDOMAINS)
        return response
