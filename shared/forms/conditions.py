"""What hides what in a form."""

from collections.abc import Iterator

from shared.forms.model import Component, Formula


def conditions(
    components: tuple[Component, ...], above: tuple[Formula, ...] = ()
) -> Iterator[tuple[Component, tuple[Formula, ...]]]:
    """Each component with the conditions that hide it: its own and those of the groups around it."""
    for component in components:
        own = (*above, component.condition) if component.condition else above
        yield component, own
        yield from conditions(component.components, own)


def condition_graph(components: tuple[Component, ...]) -> dict[str, set[str]]:
    """Field key → keys of the fields that decide whether it is shown."""
    hiding = {
        part.key: formulas for part, formulas in conditions(components) if part.key and not part.readonly
    }
    return {
        key: {name for formula in formulas for name in formula.names if name in hiding}
        for key, formulas in hiding.items()
    }
