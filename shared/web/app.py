"""The Flask app of a JSON service."""

import http
import logging
from collections.abc import Callable, Sequence
from typing import Any

from flask import Flask, Response, jsonify
from flask_smorest import Api, Blueprint
from flask_smorest.utils import prepare_response
from werkzeug.exceptions import HTTPException

from shared.errors import Problem
from shared.ids import Ids, uuid7
from shared.web.characters import refuse_nul
from shared.web.encoding import Json
from shared.web.headers import secure
from shared.web.problems import PROBLEM_JSON, http_response, problem_response, unexpected_response
from shared.web.schemas import ProblemSchema

API_VERSION = "1"
MAX_BYTES = 1_000_000
Check = Callable[[], None]

log = logging.getLogger(__name__)


class ProblemApi(Api):  # type: ignore[misc]  # flask-smorest ships no types
    """flask-smorest's API with errors as problem+json, and said so in its OpenAPI document."""

    ERROR_SCHEMA = ProblemSchema

    def handle_http_exception(self, error: HTTPException) -> Response:
        return http_response(error)

    def _register_responses(self) -> None:
        statuses = {status.name: status.phrase for status in http.HTTPStatus}
        for name, phrase in {**statuses, "DEFAULT_ERROR": "Any other error"}.items():
            response: dict[str, Any] = {"description": phrase, "schema": self.ERROR_SCHEMA}
            prepare_response(response, self.spec, PROBLEM_JSON)
            self.spec.components.response(name, response, lazy=True)


def make_app(
    name: str,
    blueprints: Sequence[Blueprint],
    *,
    ready: Sequence[Check] = (),
    max_bytes: int = MAX_BYTES,
    ids: Ids = uuid7,
) -> Flask:
    """A JSON service: `blueprints` under OpenAPI 3.1 at /openapi.json, and /health/live, /health/ready.

    `ready`: each raises when the service cannot work now (its database does not answer). `max_bytes`: the
    largest request body; a view may raise its own limit by `request.max_content_length`. Every error is
    problem+json.
    """
    app = Flask(name, static_folder=None, template_folder=None)
    app.json = Json(app)
    app.config.update(
        API_TITLE=name, API_VERSION=API_VERSION, OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/", OPENAPI_JSON_PATH="openapi.json",
        MAX_CONTENT_LENGTH=max_bytes, MAX_FORM_MEMORY_SIZE=max_bytes,
    )  # fmt: skip
    api = ProblemApi(app)
    api.spec.components.security_scheme("bearer", {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"})
    for blueprint in blueprints:
        api.register_blueprint(blueprint)
    app.register_error_handler(Problem, problem_response)
    app.register_error_handler(Exception, lambda error: unexpected_response(error, ids))
    refuse_nul(app)
    _health(app, ready)
    secure(app)
    return app


def _health(app: Flask, ready: Sequence[Check]) -> None:
    @app.get("/health/live")
    def live() -> Response:
        return jsonify({"status": "alive"})

    @app.get("/health/ready")
    def is_ready() -> tuple[Response, int]:
        for check in ready:
            try:
                check()
            except Exception as error:  # whatever keeps it from working makes it not ready
                log.warning("not ready: %s", type(error).__qualname__)
                return jsonify({"status": "unavailable"}), 503
        return jsonify({"status": "ready"}), 200
