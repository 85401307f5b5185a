"""Headers that every response carries: a strict Content-Security-Policy and its companions."""

from urllib.parse import urlsplit

from flask import Flask, Response

from supplyhub.config import Settings


def init_app(app: Flask) -> None:
    """Add the headers to every response."""
    policy = content_security_policy(app.config["SETTINGS"])

    def add_headers(response: Response) -> Response:
        headers = response.headers
        headers.setdefault("Content-Security-Policy", policy)
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("Referrer-Policy", "same-origin")
        headers.setdefault("Permissions-Policy", "camera=(self), geolocation=(self), microphone=()")
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        if response.mimetype == "text/html":
            headers.setdefault("Cache-Control", "no-store")
        return response

    app.after_request(add_headers)


def content_security_policy(settings: Settings) -> str:
    """Return the policy: everything from the application itself, map tiles from the configured host."""
    tiles = ""
    if settings.map_tile_url:
        parts = urlsplit(settings.map_tile_url)
        tiles = f" {parts.scheme}://{parts.netloc.replace('{s}', '*')}"
    return (
        "default-src 'self'; script-src 'self'; style-src 'self'; "
        f"img-src 'self' data:{tiles}; font-src 'self'; connect-src 'self'; object-src 'none'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
