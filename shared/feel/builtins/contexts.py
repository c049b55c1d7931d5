"""Functions of contexts (10.3.4.8)."""

from typing import Any

from shared.feel.calls import builtin
from shared.feel.errors import NullResult
from shared.feel.run import Run


@builtin("get value(m: context, key: string)")
def get_value(run: Run, context: dict[str, Any], key: str) -> Any:
    """The entry of that name; null without one."""
    return context.get(key)


@builtin("get entries(m: context)")
def get_entries(run: Run, context: dict[str, Any]) -> list[dict[str, Any]]:
    """A list of {key, value}."""
    run.sized_list(len(context))
    return [{"key": key, "value": value} for key, value in context.items()]


@builtin("context(entries: list|context)")
def context_from(run: Run, entries: Any) -> dict[str, Any]:
    """The context of a list of {key, value}; a key may occur once."""
    made: dict[str, Any] = {}
    for entry in entries if isinstance(entries, list) else [entries]:
        key = entry.get("key") if isinstance(entry, dict) else None
        if not isinstance(key, str) or "value" not in entry or key in made:
            raise NullResult("the entries are not contexts with a key, each once, and a value")
        made[key] = entry["value"]
    run.sized_list(len(made))
    return made


@builtin("context put(context: context, key: string, value: any!)")
def context_put(run: Run, context: dict[str, Any], key: str, value: Any) -> dict[str, Any]:
    """The context with one more, or another, entry."""
    run.sized_list(len(context) + 1)
    return {**context, key: value}


@builtin("context put(context: context, keys: list, value: any!)")
def context_put_nested(run: Run, context: dict[str, Any], keys: list[Any], value: Any) -> dict[str, Any]:
    """The same, deeper: the keys lead to the entry."""
    if not keys or not isinstance(keys[0], str):
        raise NullResult("the keys are not a list of strings")
    if len(keys) > run.limits.depth:
        raise NullResult("the keys lead too deep")
    run.sized_list(len(context) + 1)
    if len(keys) == 1:
        return {**context, keys[0]: value}
    inner = context.get(keys[0], {})
    if not isinstance(inner, dict):
        raise NullResult("the keys lead through something that is not a context")
    return {**context, keys[0]: context_put_nested(run, inner, keys[1:], value)}


@builtin("context merge(contexts: list)")
def context_merge(run: Run, contexts: list[Any]) -> dict[str, Any]:
    """The entries of all; of one name, the last."""
    made: dict[str, Any] = {}
    for context in contexts:
        if not isinstance(context, dict):
            raise NullResult("an item is not a context")
        run.sized_list(len(context))
        made.update(context)
    return made
