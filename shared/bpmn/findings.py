"""One thing that is wrong in a definition: where it is, what it is, and what would be allowed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from shared.bpmn.phrases import ENGLISH
from shared.catalogue import sentence

MOST_SHOWN = 15
MOST_FOUND = 1_000  # about one file: nobody reads more, and a hostile file would have millions
MOST_SAID = 20_000  # each of them counted as often as it is found
LONGEST = 120  # characters of a part of the file in a sentence
NOTICES = (
    "not_decided",
    "choices_not_decided",
    "writing_not_decided",
)  # what could not be checked to the end: said, but refuses nothing


@dataclass(frozen=True)
class Finding:
    """``code`` is a stable word, a key of ``phrases.ENGLISH`` and, in French, of the catalogue (``bpmn.toml``).

    ``run``: the shortest run that shows it, element by element, in French.
    """

    file: str
    element_id: str
    element_name: str
    code: str
    params: Mapping[str, Any] = field(default_factory=dict)
    allowed: tuple[str, ...] = ()
    run: tuple[str, ...] = ()

    def __str__(self) -> str:
        """A clear English line: file, element, fault, what is allowed, and the run."""
        said = ENGLISH[self.code].format(**self._told())
        return f"{self.file}, {self.place}: {said}{self._allowed('allowed')}{self._run('run')}"

    @property
    def is_notice(self) -> bool:
        """It is worth knowing, and keeps nothing from being deployed."""
        return self.code in NOTICES

    @property
    def sentence(self) -> str:
        """The same in French, for screens."""
        return f"{self.file}, {self.place} : {self.message}"

    @property
    def message(self) -> str:
        """What is wrong, what is allowed and the run that shows it, in French, without the place."""
        told = sentence(f"bpmn.{self.code}", **self._told())
        return told + self._allowed("permis ") + self._run("par ")

    @property
    def place(self) -> str:
        """The element, by its id and name."""
        name = " ".join(self.element_name.split())  # drawn on several lines, told on one
        return f"{self.element_id or '-'}" + (f" « {name} »" if name else "")

    @property
    def key(self) -> tuple[str, str, str]:
        """The same for findings that say the same of the same element of a file."""
        return self.element_id, self.code, repr((self.params, self.run))

    def _told(self) -> dict[str, Any]:
        """The parameters, none of them a whole page, nor on several lines."""
        return {name: _cut(value) if isinstance(value, str) else value for name, value in self.params.items()}

    def _run(self, word: str) -> str:
        return f" ({word}: {' → '.join(self.run)})" if self.run else ""

    def _allowed(self, word: str) -> str:
        return f" ({word}: {', '.join(self._nearest())})" if self.allowed else ""

    def _nearest(self) -> list[str]:
        """What is allowed; of many names, those that look most like the one that was found."""
        meant = next(
            (str(self.params[key]) for key in ("variable", "value", "attribute") if key in self.params), ""
        )
        if len(self.allowed) <= MOST_SHOWN:
            return list(self.allowed)
        return [*get_close_matches(meant, self.allowed, MOST_SHOWN, cutoff=0), "…"]


def _cut(text: str) -> str:
    text, half = " ".join(text.split()), LONGEST // 2
    return text if len(text) <= LONGEST else f"{text[:half]} … {text[-half:]}"


class TooManyFindings(Exception):
    """There is more to find in a file than anybody would read: what was found is enough."""


class Findings:
    """Collects findings about one file, each of them once. Raises TooManyFindings when they are enough."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.found: list[Finding] = []
        self._known: set[tuple[str, str, str]] = set()
        self._said = 0

    def add(
        self,
        code: str,
        element_id: str,
        element_name: str = "",
        *,
        allowed: Iterable[str] = (),
        run: Iterable[str] = (),
        **params: Any,
    ) -> None:
        finding = Finding(self.file, element_id, element_name, code, params, tuple(allowed), tuple(run))
        self._said += 1
        if finding.key not in self._known:
            self._known.add(finding.key)
            self.found.append(finding)
        if len(self.found) == MOST_FOUND or self._said == MOST_SAID:
            self.found.append(Finding(self.file, "", "", "more_findings", {"limit": MOST_FOUND}))
            raise TooManyFindings


class Unheard(Findings):
    """Keeps nothing: for files that were accepted once."""

    def add(
        self,
        code: str,
        element_id: str,
        element_name: str = "",
        *,
        allowed: Iterable[str] = (),
        **params: Any,
    ) -> None:
        """It was no fault then."""
