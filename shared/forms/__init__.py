"""Forms that analysts draw in form-js: read, compiled to validation, shown by the server.

`parse_form` gives a `Form`; its `components` are rendered by the pages, its `validate` judges the answers,
`form_facts` tells the check of a diagram which variables it writes and reads. Nothing here imports a process.
"""

from shared.forms.checks import FORM_JS_CHECKS, Check, Checks
from shared.forms.errors import ExpressionTooCostly, FormFinding, FormRefused, SampleImpossible
from shared.forms.form import Form, form_facts, parse_form
from shared.forms.model import (
    AttachedFile,
    Component,
    FormContext,
    FormFacts,
    Formula,
    Limits,
    Option,
    Rule,
    Source,
)
from shared.forms.sample import sample_values

__all__ = [
    "FORM_JS_CHECKS",
    "AttachedFile",
    "Check",
    "Checks",
    "Component",
    "ExpressionTooCostly",
    "Form",
    "FormContext",
    "FormFacts",
    "FormFinding",
    "FormRefused",
    "Formula",
    "Limits",
    "Option",
    "Rule",
    "SampleImpossible",
    "Source",
    "form_facts",
    "parse_form",
    "sample_values",
]
