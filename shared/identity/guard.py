"""The edge where a request becomes an actor: the only place that reads the Authorization header."""

from collections.abc import Callable
from functools import wraps
from typing import Any, ClassVar

from flask import request

from shared.errors import Forbidden
from shared.identity.actor import Actor
from shared.identity.family import FamilyMember
from shared.identity.tokens import TokenRefused, TokenVerifier

Guard = Callable[[Callable[..., Any]], Callable[..., Any]]
BEARER = "bearer "
READING = ("GET", "HEAD")


class OperatorOnly(Forbidden):
    """The operators' door, asked by somebody else. Says nothing about what is behind it."""

    code: ClassVar[str] = "identity.operator_only"


class DpoOnly(Forbidden):
    """The DPO's door, asked by somebody else."""

    code: ClassVar[str] = "identity.dpo_only"


class ReadingOnly(Forbidden):
    """Support looks with somebody's eyes: nothing is done as that person."""

    code: ClassVar[str] = "identity.reading_only"


def require_actor(verifier: TokenVerifier) -> Guard:
    """A decorator for views: the actor of the request's bearer token becomes the first argument.

    Raises TokenRefused (401) before anything else of the request is looked at, and ReadingOnly (403) for support that
    does more than read.
    """

    def guard(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def for_who_does(actor: Actor, *args: Any, **kwargs: Any) -> Any:
            if actor.is_support and request.method not in READING:
                raise ReadingOnly
            return view(actor, *args, **kwargs)

        return require_witness(verifier)(for_who_does)

    return guard


def require_witness(verifier: TokenVerifier) -> Guard:
    """As `require_actor`, also for support: only for what is written about who asks (R41), never for an act."""

    def guard(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            return view(actor_of(verifier, request.headers.get("Authorization", "")), *args, **kwargs)

        return guarded

    return guard


def require_operator(verifier: TokenVerifier) -> Guard:
    """As `require_actor`, for operators only: OperatorOnly (403) before anything else of the request is looked at."""
    return _require(verifier, lambda actor: actor.is_operator, OperatorOnly)


def require_dpo(verifier: TokenVerifier) -> Guard:
    """As `require_actor`, for the DPO only: DpoOnly (403) before anything else of the request is looked at."""
    return _require(verifier, lambda actor: actor.is_dpo, DpoOnly)


def require_family(verifier: TokenVerifier) -> Guard:
    """As `require_actor`, for who comes by a personal link: the FamilyMember becomes the first argument."""

    def guard(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            return view(_member_of(verifier, request.headers.get("Authorization", "")), *args, **kwargs)

        return guarded

    return guard


def _require(verifier: TokenVerifier, allows: Callable[[Actor], bool], refusal: type[Forbidden]) -> Guard:
    def guard(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def for_some(actor: Actor, *args: Any, **kwargs: Any) -> Any:
            if not allows(actor):
                raise refusal()
            return view(actor, *args, **kwargs)

        return require_actor(verifier)(for_some)

    return guard


def actor_of(verifier: TokenVerifier, authorization: str) -> Actor:
    """The actor of an `Authorization: Bearer …` header. Raises TokenRefused."""
    return verifier.verify(_token_of(authorization))


def _member_of(verifier: TokenVerifier, authorization: str) -> FamilyMember:
    return verifier.verify_family(_token_of(authorization))


def _token_of(authorization: str) -> str:
    if not authorization.lower().startswith(BEARER):
        raise TokenRefused("no bearer token")
    return authorization[len(BEARER) :].strip()
