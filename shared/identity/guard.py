"""The edge where a request becomes an actor: the only place that reads the Authorization header."""

from collections.abc import Callable
from functools import wraps
from typing import Any, ClassVar

from flask import request

from shared.errors import Forbidden
from shared.identity.actor import Actor
from shared.identity.tokens import TokenRefused, TokenVerifier

BEARER = "bearer "


class OperatorOnly(Forbidden):
    """The operators' door, asked by somebody else. Says nothing about what is behind it."""

    code: ClassVar[str] = "identity.operator_only"


def require_actor(verifier: TokenVerifier) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A decorator for views: the actor of the request's bearer token becomes the first argument.

    Raises TokenRefused (401) before anything else of the request is looked at.
    """

    def guard(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            return view(actor_of(verifier, request.headers.get("Authorization", "")), *args, **kwargs)

        return guarded

    return guard


def require_operator(verifier: TokenVerifier) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """As `require_actor`, for operators only: OperatorOnly (403) before anything else of the request is looked at."""

    def guard(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def for_operators(actor: Actor, *args: Any, **kwargs: Any) -> Any:
            if not actor.is_operator:
                raise OperatorOnly()
            return view(actor, *args, **kwargs)

        return require_actor(verifier)(for_operators)

    return guard


def actor_of(verifier: TokenVerifier, authorization: str) -> Actor:
    """The actor of an `Authorization: Bearer …` header. Raises TokenRefused."""
    if not authorization.lower().startswith(BEARER):
        raise TokenRefused("no bearer token")
    return verifier.verify(authorization[len(BEARER) :].strip())
