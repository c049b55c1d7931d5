"""Security headers of every answer."""

from flask import Flask, Response

API_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def secure(app: Flask, headers: dict[str, str] | None = None) -> None:
    """Add `headers` (an API's, unless given) to each answer of `app` that does not set its own."""
    chosen = API_HEADERS if headers is None else headers

    @app.after_request
    def _add(response: Response) -> Response:
        for name, value in chosen.items():
            response.headers.setdefault(name, value)
        return response
