"""People at one task's form by chance, through HTTP, and what each of them has been shown of it."""

import random
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from sqlalchemy import select

from shared.tasks.tables import task as task_table
from tests.inbox.people import Visitor
from tests.support.inbox_world import World

FIELDS = ("compte_rendu", "heures", "vers", "avis", "accord", "presents")
SAID = {
    "Favorable": "favorable", "Réorientation": "autre", "oui": "true", "non": "", "–": "",
    "L’élève": "eleve", "Un parent": "parent", "L’élève, Un parent": "eleve+parent",
    "Un parent, L’élève": "eleve+parent",
}  # fmt: skip
"""An answer as a dispute tells it → as ``plain`` does."""
STEPS = 10
FINE = {200, 409, 412, 422}
"""A page with its form, or with what a colleague was faster at; never one that only says that something is wrong."""


def plain(value: Any) -> str:
    """One text for an answer, however it is kept, shown or sent."""
    if value in (None, False):
        return ""
    if isinstance(value, list):
        return "+".join(sorted(map(str, value)))
    return "true" if value is True else str(value).replace("\r\n", "\n").replace(".", ",").strip()


@dataclass
class Editor:
    """Somebody at the page. ``seen``: field → the answers that her page has shown her, or that she has sent."""

    name: str
    visitor: Visitor
    path: str
    chance: random.Random
    numbers: "count[int]"
    typed: dict[str, Any] = field(default_factory=dict)
    seen: dict[str, set[str]] = field(default_factory=dict)

    def open(self) -> None:
        self.visitor.get(self.path)
        self._loaded()

    @property
    def can_type(self) -> bool:
        page = self.visitor.page
        return bool(page.xpath("//form[contains(@action, '/terminer')]/fieldset[not(@disabled)]"))

    def type(self) -> None:
        number = str(next(self.numbers))
        choices: dict[str, dict[str, Any]] = {
            "heures": {"champ-heures": number},
            "compte_rendu": {"champ-compte_rendu": f"Dit {number}"},
            "vers": {"champ-avis": "autre", "champ-vers": f"Vers {number}"},
            "avis": {"champ-avis": self.chance.choice(("favorable", "autre"))},
            "accord": {"champ-accord": self.chance.choice((["true"], []))},
            "presents": {
                "liste-presents": self.chance.sample(["eleve", "parent"], self.chance.randint(0, 2))
            },
        }
        self.typed |= choices[self.chance.choice(FIELDS)]

    def send(self, verb: str, **more: Any) -> None:
        if self.chance.random() < 0.7:
            names = self.visitor.page.xpath("//input[starts-with(@name, 'choix-')]/@name")
            more |= {name: self.chance.choice(("mien", "autre")) for name in names}
        sent = self._filled() | more
        self.visitor.post(f"{self.path}/{verb}", sent)
        self._sent(sent)
        self._loaded()

    def save_by_itself(self) -> None:
        """As the page's script does; this one is deaf to what it is answered."""
        sent = self._filled()
        answer = self.visitor.client.post(f"{self.path}/brouillon", data=sent, headers={"HX-Request": "true"})
        assert answer.status_code in FINE, answer.text
        if answer.status_code == 200 and not answer.get_json()["disputes"]:
            self._sent(sent)

    def press(self, verb: str) -> None:
        if self.visitor.page.xpath(f"//main//form[contains(@action, '/{verb}')]"):
            self.visitor.send(f"/{verb}", text="Bonjour")
            self._loaded()

    def _filled(self) -> dict[str, Any]:
        return self.visitor.filled("/terminer") | self.typed

    def _sent(self, sent: dict[str, Any]) -> None:
        for name in FIELDS:
            self._note(name, sent.get(f"champ-{name}", sent.get(f"liste-{name}")))

    def _loaded(self) -> None:
        """What the page shows now; what was typed and not kept by it is typed no more."""
        self.typed = {}
        if self.can_type:
            self._sent({name: values[-1] if name.startswith("champ") else values
                        for name, values in self.visitor.filled("/terminer").items() if values})  # fmt: skip
        for name in FIELDS:
            for shown in self.visitor.page.xpath(
                f"//fieldset[legend/a[@href='#champ-{name}']]//p[@class='said']"
            ):
                text = shown.text_content().strip()
                self._note(name, SAID.get(text, text))

    def _note(self, name: str, value: Any) -> None:
        self.seen.setdefault(name, set()).add(plain(value))


@dataclass
class Interleaving:
    """One task and its editors: a step of one of them, by chance, until it is done or the steps are over."""

    world: World
    task: str
    editors: list[Editor]
    chance: random.Random
    kept: dict[str, Any] = field(default_factory=dict)

    def run(self) -> None:
        for editor in self.editors:
            editor.open()
        for _ in range(STEPS):
            editor = self.chance.choice(self.editors)
            before = self.kept
            self._step(editor)
            page = editor.visitor
            assert page.status in FINE, (page.status, page.title)
            self.kept = self._draft()
            self._refuse_unseen(editor, before)

    def _step(self, editor: Editor) -> None:
        if not editor.can_type:
            editor.open()
            return
        steps = {
            "type": 9, "brouillon": 5, "itself": 4, "open": 1, "formulaire": 2, "prendre": 1, "rendre": 1,
            "commenter": 1, "terminer": 1,
        }  # fmt: skip
        (step,) = self.chance.choices(list(steps), list(steps.values()))
        if step in ("brouillon", "formulaire"):
            editor.send(step)
        elif step == "terminer":
            editor.send(step, **{"champ-entretien_le": "10/09/2026"})
        elif step in ("type", "open"):
            getattr(editor, step)()
        elif step == "itself":
            editor.save_by_itself()
        else:
            editor.press(step)

    def _draft(self) -> dict[str, Any]:
        with self.world.enrolment.database.read() as look:
            found = look.scalar(select(task_table.c.draft).where(task_table.c.id == self.task))
        return dict(found or {})

    def _refuse_unseen(self, by: Editor, before: dict[str, Any]) -> None:
        now = self.kept
        if not now and self.world.enrolment.process.completed:
            now = self.world.enrolment.process.completed[-1][1]
            if now.get("avis") != "autre":  # « vers » is not asked then
                before = {name: value for name, value in before.items() if name != "vers"}
        for name in FIELDS:
            old = plain(before.get(name))
            if old and plain(now.get(name)) != old:
                assert old in by.seen.get(name, ()), (
                    f"{by.name} replaced {name} unseen: {old!r} → {now.get(name)!r}"
                )
