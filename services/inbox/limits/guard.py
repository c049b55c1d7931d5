"""Asks before each request whether it is one too many: then nothing of it is done."""

import logging
import math
from collections.abc import Iterator, Mapping
from typing import ClassVar

from flask import Flask, g, request

from services.inbox.deps import Inbox
from services.inbox.limits.counting import count, digest, forget
from services.inbox.limits.rules import Rule, kind_of, subscriber
from shared.errors import Problem

log = logging.getLogger(__name__)


class TooManyRequests(Problem):
    """``seconds``: after which one may ask again."""

    code: ClassVar[str] = "inbox.too_many"
    status: ClassVar[int] = 429

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds=seconds)
        self.seconds = seconds


def limit(app: Flask, inbox: Inbox, rules: Mapping[str, Rule], secret: str) -> None:
    """Count requests by ``rules``, after it is known who asks. ``secret``: keys the digests of who that is."""

    @app.before_request
    def refuse_too_many() -> None:
        kind = kind_of(request.endpoint, request.method, request.path)
        if kind is None:
            return
        rule, now = rules[kind], inbox.clock.now()
        with inbox.database.begin() as tx:
            asked = [
                (count(tx, subject, kind, rule.within, now), most)
                for subject, most in _subjects(rule, secret)
            ]
            if any(counted.is_first for counted, _ in asked):
                forget(tx, now)
        over = [counted for counted, most in asked if counted.count > most]
        if over:
            log.warning("too many requests: %s", kind)
            raise TooManyRequests(max(math.ceil((each.until - now).total_seconds()) for each in over))


def _subjects(rule: Rule, secret: str) -> Iterator[tuple[str, int]]:
    """Who asks, in an order that all keep, and how much is allowed."""
    if rule.per_address is not None:
        yield digest(secret, "address", subscriber(request.remote_addr)), rule.per_address
    if rule.per_person is not None and g.who is not None:
        yield digest(secret, "person", g.who.actor.person_id), rule.per_person
