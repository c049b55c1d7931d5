"""The HTTP side that every JSON service has alike: app, problem+json, health, headers, strict schemas."""

from shared.web.app import make_app
from shared.web.blueprint import ApiBlueprint
from shared.web.headers import secure
from shared.web.problems import PROBLEM_JSON, problem_body, problem_response
from shared.web.schemas import AnswerSchema, ProblemSchema, StrictSchema

__all__ = [
    "PROBLEM_JSON",
    "AnswerSchema",
    "ApiBlueprint",
    "ProblemSchema",
    "StrictSchema",
    "make_app",
    "problem_body",
    "problem_response",
    "secure",
]
