"""What decides about what in a form: conditions that hide, read-only for now, computed values, rows."""

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


def decision_graph(components: tuple[Component, ...]) -> dict[str, set[str]]:
    """Key → keys, of the same form or row, that must be known before it is known what its answer is worth."""
    deciding = {
        part.key: deciding_names(part, hiding)
        for part, hiding in conditions(components)
        if part.key and not part.readonly
    }
    return {key: {name for name in names if name in deciding} for key, names in deciding.items()}


def deciding_names(component: Component, hiding: tuple[Formula, ...]) -> frozenset[str]:
    """What is read to tell whether a component is shown, changeable, and what it computes or its rows do."""
    own = (*hiding, component.readonly_when, component.formula)
    named = (formula.names for formula in own if formula is not None)
    return frozenset().union(*named, row_names(component))


def row_names(component: Component) -> frozenset[str]:
    """What the rows of a list read of what is around them."""
    inside = [part for top in component.row_parts for part in top.walk()]
    named = (formula.names for part in inside for formula in formulas(part))
    return frozenset().union(*named) - {part.key for part in inside if part.key}


def formulas(component: Component) -> Iterator[Formula]:
    """The FEEL of one component, without what is in its rows."""
    bounds = (bound for bound in (component.min, component.max) if isinstance(bound, Formula))
    written = component.template.parts if component.template else ()
    holes = (part for part in written if isinstance(part, Formula))
    own = (component.condition, component.readonly_when, component.formula, *bounds, *holes)
    yield from (formula for formula in own if formula is not None)
