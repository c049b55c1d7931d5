"""A person before the inbox's pages, who reads HTML and sends the forms that are on it, as a browser does."""

from dataclasses import dataclass, field
from typing import Any

from flask.testing import FlaskClient
from lxml import html

from services.inbox import demo


def of(name: str) -> tuple[str, str, str]:
    """(person id, name, organisation id) of one of the demonstration's people."""
    for place, people in demo.PEOPLE.items():
        for given, family, _ in people:
            if f"{given} {family}" == name:
                return demo.person_id(place, given, family), name, place
    raise LookupError(name)


@dataclass
class Visitor:
    """``status``, ``page`` and ``text`` are of the last answer, redirects followed."""

    client: FlaskClient
    status: int = 0
    page: Any = None
    headers: Any = field(default_factory=dict)
    path: str = ""

    @property
    def text(self) -> str:
        return self.text_of("/html")

    def text_of(self, where: str) -> str:
        return " ".join(" ".join(self.page.xpath(where)[0].itertext()).split())

    @property
    def title(self) -> str:
        return str(self.page.findtext(".//h1"))

    def get(self, path: str, **how: Any) -> "Visitor":
        return self.read(self.client.get(path, follow_redirects=True, **how))

    def post(self, path: str, data: Any = None, **how: Any) -> "Visitor":
        return self.read(self.client.post(path, data=data, follow_redirects=True, **how))

    def sign_in(self, name: str) -> "Visitor":
        person, _, place = of(name)
        self.get("/connexion")
        return self.send(0, person=f"{person}@{place}")

    def form(self, which: int | str) -> Any:
        """A form of the content: by position, or the first that posts to this end of an address."""
        forms = self.page.xpath("//main//form")
        if isinstance(which, int):
            return forms[which]
        posted = (form for form in forms if form.get("method") == "post")
        return next(form for form in posted if (form.get("action") or self.path).endswith(which))

    def filled(self, which: int | str, **answers: Any) -> dict[str, Any]:
        """What a browser would send of a form, with ``answers`` typed over (``champ_x`` for ``champ-x``)."""
        values: dict[str, Any] = {}
        for name, value in self.form(which).form_values():
            values.setdefault(name, []).append(value)
        typed = {
            name.replace("champ_", "champ-", 1).replace("liste_", "liste-", 1): value
            for name, value in answers.items()
        }
        return values | typed

    def send(self, which: int | str, to: str | None = None, **answers: Any) -> "Visitor":
        """Fill in and send a form of the page; ``to``: by the button that goes to this end of an address."""
        form = self.form(which)
        action = form.get("action") or self.path
        if to is not None:
            action = next(a for a in form.xpath(".//button/@formaction") if a.endswith(to))
        return self.post(action, self.filled(which, **answers))

    def open(self, words: str) -> "Visitor":
        """Follow the link of the page whose text has ``words``."""
        for link in self.page.xpath("//a[@href]"):
            if words in " ".join(link.text_content().split()):
                return self.get(link.get("href"))
        raise LookupError(words)

    def links(self, under: str = "//main") -> list[str]:
        return [" ".join(link.text_content().split()) for link in self.page.xpath(f"{under}//a[@href]")]

    def read(self, answer: Any) -> "Visitor":
        """Look at an answer of the application."""
        self.status, self.headers, self.path = answer.status_code, answer.headers, answer.request.path
        self.page = html.fromstring(answer.get_data()) if answer.mimetype == "text/html" else None
        return self
