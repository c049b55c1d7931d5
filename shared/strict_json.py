"""JSON from outside (RFC 8259), of which nothing is guessed: what two readers would take differently is refused."""

import json
from collections.abc import Sequence
from math import isfinite
from typing import Any, NoReturn


def read_json(content: bytes | str) -> Any:
    """Raises ValueError, which never quotes the content, for what is no JSON.

    Neither are NaN and infinite numbers, half of a surrogate pair, a name that comes twice in an object, and what is
    nested too deeply.
    """
    try:
        found = json.loads(
            content, parse_constant=_no_json, parse_float=_finite, object_pairs_hook=_each_name_once
        )
        json.dumps(found, ensure_ascii=False).encode()  # a lone surrogate could not be told again
    except (ValueError, RecursionError):
        raise ValueError("this is not JSON") from None
    return found


def _finite(digits: str) -> float:
    """1e400 is JSON; as a float it is infinite, which is none."""
    number = float(digits)
    return number if isfinite(number) else _no_json(digits)


def _no_json(word: str) -> NoReturn:
    """NaN and Infinity: Python reads them, PostgreSQL and others do not."""
    raise ValueError(f"{word} is not JSON")


def _each_name_once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """Python would take the last of two, another reader the first."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name comes twice")
    return found
