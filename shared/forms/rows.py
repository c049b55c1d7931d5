"""The rows of a dynamic list, as they were sent: which count, and whether there are enough of them."""

from collections.abc import Mapping
from typing import Any

from shared.catalogue import sentence
from shared.forms.french import clean_line
from shared.forms.model import Component
from shared.forms.profile import MOST_ROWS


def sent_rows(given: Any) -> list[Mapping[str, Any]]:
    """All of them, also those without an answer; none of what is no list of rows."""
    if not isinstance(given, list) or not all(isinstance(each, Mapping) for each in given):
        return []
    return list(given[: MOST_ROWS + 1])


def filled_rows(given: Any) -> list[tuple[int, Mapping[str, Any]]]:
    """Those with an answer, each with its number, from 1, among all: a row that was left empty is none."""
    return [(number, row) for number, row in enumerate(sent_rows(given), start=1) if not _is_blank(row)]


def wrong_number(part: Component, given: Any) -> str | None:
    """What is wrong with the list as a whole; None when its rows can be looked at one by one."""
    if given in (None, "", []):
        return sentence("forms.rows_few", min=part.least) if part.least else None
    if not isinstance(given, list) or not all(isinstance(each, Mapping) for each in given):
        return sentence("forms.not_rows")
    filled = len(filled_rows(given))
    if len(given) > MOST_ROWS or filled > part.most:
        return sentence("forms.rows_many", max=part.most)
    return sentence("forms.rows_few", min=part.least) if filled < part.least else None


def _is_blank(row: Mapping[str, Any]) -> bool:
    return all(
        value is None or value is False or value == [] or (isinstance(value, str) and not clean_line(value))
        for value in row.values()
    )
