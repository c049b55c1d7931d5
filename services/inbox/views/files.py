"""A file as an answer."""

from flask import Response


def as_file(content: bytes, kind: str, name: str) -> Response:
    """``name``: under which it is saved; ASCII, without quotes."""
    return Response(
        content, headers={"Content-Type": kind, "Content-Disposition": f'attachment; filename="{name}"'}
    )
