"""What somebody may do in another's place (ADR 30): never more than that person, of a delegation only its scope."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from shared.identity.actor import Actor

_FILE = Path(__file__).with_name("delegations.toml")


@dataclass(frozen=True)
class Scope:
    """What a role delegates under one name: ids of elements, kinds of documents."""

    role: str
    tasks: frozenset[str]
    documents: frozenset[str]


@cache
def scopes() -> Mapping[str, Scope]:
    """By name, as ``delegations.toml`` has them."""
    told = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return {
        name: Scope(each["role"], frozenset(each["tasks"]), frozenset(each["documents"]))
        for name, each in told.items()
    }


def scope_of(actor: Actor) -> Scope | None:
    """Of a delegation; None for who acts with roles of her or his own, or in the whole place of somebody."""
    return scopes()[actor.acts_for.scope] if actor.acts_for and actor.acts_for.scope else None


def may_do(actor: Actor, element_id: str, role: str | None, assignee: str | None) -> bool:
    """Whether a task of the actor's organisation is one that she or he may work on: held, or open to a role."""
    scope = scope_of(actor)
    if scope is not None:
        is_in_scope = element_id in scope.tasks and role == scope.role
        return is_in_scope and assignee in (None, actor.holder_id)
    return assignee == actor.holder_id or role is None or role in actor.roles


def signing_roles(actor: Actor, kind: str) -> frozenset[str]:
    """The roles in which an actor may sign a document of this kind."""
    scope = scope_of(actor)
    if scope is None:
        return actor.roles
    return frozenset((scope.role,)) if kind in scope.documents else frozenset()
