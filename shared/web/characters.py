"""The character that no text of ours has and PostgreSQL keeps none of: NUL, in an address."""

from flask import Flask, request

from shared.catalogue import sentence
from shared.errors import BadInput, NotFound

NUL = "\0"


def refuse_nul(app: Flask) -> None:
    """Nothing has NUL in its path (404), and no query asks for it (422, by name)."""

    @app.before_request
    def _refuse() -> None:
        if NUL in request.path:
            raise NotFound()
        told = [name for name, value in request.args.items(multi=True) if NUL in name + value]
        if told:
            raise BadInput({name.replace(NUL, ""): [sentence("web.nul")] for name in told})
