"""What people fill in: valid answers drawn by chance, but for the decisions, which are the pupil's fate."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from random import Random
from typing import Any

from services.simulate.decisions import Question, decisions
from services.simulate.fates import Fate
from shared.forms import Form, FormContext, Source, parse_form, sample_values
from shared.forms.sample import Directory

ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def fill_in(
    form: Mapping[str, Any],
    question: Question,
    fate: Fate,
    random: Random,
    directory: Directory,
    now: datetime,
) -> dict[str, Any]:
    """Answers to a form-js ``form``, as a page would send them. Raises SampleImpossible."""
    return fill_in_form(form, question.values, decisions(question, fate), random, directory, now)


def fill_in_form(
    form: Mapping[str, Any],
    values: Mapping[str, Any],
    decided: Mapping[str, Any],
    random: Random,
    directory: Directory,
    now: datetime,
) -> dict[str, Any]:
    """The same with what is ``decided``, where the form asks for it. ``values``: as a service's JSON has them."""
    parsed = _parsed(json.dumps(form).encode())
    context = FormContext({name: typed(value) for name, value in values.items()}, now)
    fixed = {name: answer for name, answer in decided.items() if name in parsed.fields}
    return sample_values(parsed, random, context, directory=directory, fixed=fixed)


@lru_cache(maxsize=256)
def _parsed(content: bytes) -> Form:
    return parse_form(content)


def one_each_time(directory: Directory, turn: int) -> Directory:
    """One choice at a time, the next one at each ``turn``: whoever refused is not asked again."""

    def ids(source: Source) -> Sequence[str]:
        found = directory(source)
        return [found[turn % len(found)]] if found else []

    return ids


def typed(value: Any) -> Any:
    """A JSON value as FEEL's: ISO dates as dates, numbers as decimals."""
    if isinstance(value, str) and ISO_DATE.fullmatch(value):
        return date.fromisoformat(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Decimal(str(value))
    if isinstance(value, dict):
        return {name: typed(each) for name, each in value.items()}
    return [typed(each) for each in value] if isinstance(value, list) else value
