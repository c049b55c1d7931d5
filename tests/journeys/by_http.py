"""People before pages without JavaScript: a journey by HTTP, told as in ``driver``."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import requests
from lxml import html

from services.simulate.clock import SimulationClock, morning
from tests.inbox.people import of
from tests.support.waiting import wait_until

Answers = Mapping[str, Any]
MOST_QUESTIONS = 4
"""How often a form without JavaScript may come back with the questions that the answers call for."""


class Somebody:
    """A person at a browser without JavaScript. ``page``, ``status``, ``path`` are of the last answer."""

    def __init__(self, address: str, name: str) -> None:
        self.address, self.path, self.status = address, "/", 0
        self.page: Any = None
        self.http = requests.Session()
        self.http.trust_env = False
        person, _, place = of(name)
        self.get("/connexion")
        self.send(0, person=f"{person}@{place}")

    @property
    def text(self) -> str:
        return _text(self.page)

    @property
    def told(self) -> str:
        """What has happened and is to be done: the page without the diagram, which names what may come, too."""
        drawn = " ".join(map(_text, self.page.xpath("//*[@aria-labelledby='schema']")))
        return self.text.replace(drawn, "") if drawn else self.text

    def get(self, path: str) -> "Somebody":
        return self._read(self.http.get(self.address + path))

    def file(self, words: str) -> bytes:
        """What a link leads to."""
        return self.http.get(self.address + self._link(words)).content

    def open(self, words: str) -> "Somebody":
        return self.get(self._link(words))

    def send(self, which: int | str, files: Any = None, **answers: Any) -> "Somebody":
        """Fill in a form of the page, by position or by the end of its address, and send it."""
        form = self.form(which)
        values: dict[str, Any] = {}
        for name, value in form.form_values():
            values.setdefault(name, []).append(value)
        target = self.address + (_action(form) or self.path)
        return self._read(self.http.post(target, data=values | answers, files=files))

    def form(self, which: int | str) -> Any:
        forms = self.page.xpath("//main//form[@method='post']")
        if isinstance(which, int):
            return forms[which]
        return next(form for form in forms if _action(form).endswith(which))

    def named(self, words: str) -> str:
        """Where a link of the page leads."""
        return self._link(words)

    def _link(self, words: str) -> str:
        return next(str(a.get("href")) for a in self.page.xpath("//a[@href]") if words in a.text_content())

    def _read(self, answer: requests.Response) -> "Somebody":
        self.status, self.page = answer.status_code, html.fromstring(answer.content)
        self.path = answer.url.removeprefix(self.address)
        return self


class HttpJourney:
    """One pupil's parcours, told by the same words as ``driver.Journey``."""

    def __init__(self, address: str, clock: SimulationClock) -> None:
        self._root, self._clock = address, clock
        self._people: dict[str, Somebody] = {}
        self.address = ""

    @property
    def today(self) -> date:
        return self._clock.today()

    def as_(self, name: str) -> Somebody:
        if name not in self._people:
            self._people[name] = Somebody(self._root, name)
        return self._people[name]

    def imports(self, name: str, csv: str) -> str:
        files = {"file": ("eleves.csv", csv.encode(), "text/csv")}
        return self.as_(name).get("/eleves/import").send(0, files=files).text

    def opens(self, name: str, pupil: str, *, on_paper: bool = False) -> None:
        """``on_paper``: it runs on paper already, and is taken on."""
        page = self.as_(name).get("/eleves")
        rows = page.page.xpath("//tbody/tr")
        row = next(row for row in rows if pupil in row.text_content())
        page.send(_action(row.xpath(".//form")[0]), **({"papier": "oui"} if on_paper else {}))
        assert "Le parcours est ouvert." in page.text
        self.address = page.path

    def does(self, name: str, task: str, answers: Answers) -> None:
        """Somebody finds an open task of the parcours, fills in its form and finishes it."""
        page = self._answered(name, task, answers)
        assert "La tâche est terminée." in page.text, f"{task} : {page.text}"

    def is_refused(self, name: str, task: str, answers: Answers) -> str:
        """The same, but the form comes back; its faults."""
        page = self._answered(name, task, answers)
        assert "La tâche est terminée." not in page.text
        return _text(page.page.xpath("//*[@role='alert']")[0])

    def finds(self, name: str, task: str) -> Somebody:
        """Somebody opens a task of the parcours, once it is there."""
        page = self.as_(name)

        def is_there() -> bool:
            page.get(self.address)
            return bool(_open_tasks(page.page, task))

        is_there.__qualname__ = task
        wait_until(is_there)
        return page.get(str(_open_tasks(page.page, task)[0].get("href")))

    def sees(self, name: str, *words: str) -> None:
        page = self.as_(name)

        def is_there() -> bool:
            told = page.get(self.address).told
            return all(each in told for each in words)

        is_there.__qualname__ = " | ".join(words)
        wait_until(is_there)

    def does_not_see(self, name: str, *words: str) -> None:
        text = self.as_(name).get(self.address).text
        assert not [each for each in words if each in text]

    def does_not_find(self, name: str) -> None:
        assert self.as_(name).get(self.address).status == 404

    def later(self, day: date) -> None:
        self._clock.jump_to(max(morning(day), self._clock.now()))

    def _answered(self, name: str, task: str, answers: Answers) -> Somebody:
        page, known = self.finds(name, task), -1
        for _ in range(MOST_QUESTIONS):
            filled = _fill_in(page.form("/terminer"), answers)
            if len(filled) == known:
                break
            known = len(filled)
            page.send("/terminer", **filled)
            if not page.page.xpath("//form[substring(@action, string-length(@action) - 8) = '/terminer']"):
                break
        return page


def _open_tasks(page: Any, task: str) -> list[Any]:
    links = page.xpath("//tbody/tr[not(contains(@class, 'past'))]//a[@href]")
    return [link for link in links if _text(link) == task]


def _fill_in(form: Any, answers: Answers) -> dict[str, Any]:
    """The names of the fields that the page has with their values, from the labels that people read."""
    filled: dict[str, Any] = {}
    for label, answer in answers.items():
        filled |= _field(form, label.split(" > ")[-1], answer)
    return filled


def _field(form: Any, label: str, answer: Any) -> dict[str, Any]:
    for choice in form.xpath(".//fieldset[contains(@class, 'field')]"):
        if _said(choice.xpath("./legend")) == label:
            return _chosen(choice, answer)
    for tick in form.xpath(".//label[@class='tick'][input[@type='checkbox']]"):
        if _said([tick]) == label:
            return {tick.xpath("./input/@name")[0]: "true"} if answer else {}
    for named in form.xpath(".//label[@for]"):
        if _said([named]) == label:
            return _written(form.xpath(f".//*[@id='{named.get('for')}']")[0], answer)
    return {}


def _chosen(choice: Any, answer: Any) -> dict[str, Any]:
    wanted = answer if isinstance(answer, list) else [answer]
    inputs = [tick for tick in choice.xpath(".//label[@class='tick']") if _text(tick) in wanted]
    assert len(inputs) == len(wanted), f"{_text(choice)} : {answer}"
    return {inputs[0].xpath("./input/@name")[0]: [tick.xpath("./input/@value")[0] for tick in inputs]}


def _written(field: Any, answer: Any) -> dict[str, Any]:
    if field.tag == "select":
        return {field.get("name"): next(o.get("value") for o in field.iter("option") if _text(o) == answer)}
    return {field.get("name"): answer.isoformat() if isinstance(answer, date) else str(answer)}


def _said(found: list[Any]) -> str:
    return _text(found[0]).removesuffix(" (facultatif)") if found else ""


def _text(element: Any) -> str:
    return " ".join(element.text_content().split())


def _action(form: Any) -> str:
    return str(form.get("action") or "")
