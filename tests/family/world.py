"""A référent who gives links, and who comes by them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flask import Flask
from sqlalchemy import select

from services.inbox.notifications.tables import mail
from shared.bpmn import store
from shared.database import Database
from tests.diagrams.scenarios import Do, Step
from tests.documents.world import REFERENT, Parcours
from tests.inbox.people import Visitor

ADDRESS = "https://ambition.example"
LINK = re.compile(rf"{re.escape(ADDRESS)}(/mon-parcours/\S+)")


BORN_ON = date(2008, 10, 1)
FICHE = {
    "responsable_nom": "Nadia Moreau", "responsable_courriel": "nadia@famille.example",
    "responsable_telephone": "06 11 22 33 44", "responsable2_nom": "", "eleve_courriel": "lina@famille.example",
    "eleve_telephone": "06 98 76 54 32",
}  # fmt: skip


def told(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """The same steps, with who the family is in the fiche de liaison."""
    return tuple(
        replace(step, answers={**step.answers, **FICHE})
        if isinstance(step, Do) and step.task == "enrolment/etablir_fiche"
        else step
        for step in steps
    )


@dataclass
class Family:
    """``opened``: the parcours in the services, which are at ``urls``; ``app``: the inbox."""

    opened: Parcours
    app: Flask
    database: Database
    urls: Mapping[str, str]

    @property
    def links_page(self) -> str:
        return f"/parcours/{self.opened.id}/liens"

    def sign_in(self, name: str) -> Visitor:
        return Visitor(self.app.test_client()).sign_in(name)

    def anybody(self) -> Visitor:
        """A browser that nobody has signed in from."""
        return Visitor(self.app.test_client())

    def gives(self, signer: str = "eleve", by: str = "papier", name: str = "Karim Benali") -> str:
        """The path of a new link, given by the référent."""
        giver = self.sign_in(name).get(self.links_page).send(f"/liens/{signer}", par=by)
        assert giver.status == 200, giver.text
        text = giver.text if by == "papier" else self.mails()[-1].body
        found = LINK.search(text)
        assert found is not None, text
        return found[1]

    def comes(self, signer: str = "eleve") -> Visitor:
        """Somebody of the family, by a new link."""
        return self.anybody().get(self.gives(signer))

    def is_corrected(self, **values: str) -> None:
        """Enrolment learns that facts about the family were wrong."""
        enrolment = self.opened.services["enrolment"]
        with enrolment.database.begin() as tx:
            row = store.find(tx, "enrolment", self.opened.id)
            assert row is not None
            enrolment.processes.correct(tx, row, values, REFERENT)

    def mails(self) -> list[Any]:
        with self.database.read() as look:
            return list(look.execute(select(mail).order_by(mail.c.id)))

    def rows(self) -> str:
        """All that the inbox's database holds, as text."""
        with self.database.read() as look:
            tables = (
                look.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").scalars().all()
            )
            return "\n".join(str(look.exec_driver_sql(f'SELECT * FROM "{each}"').all()) for each in tables)  # noqa: S608
