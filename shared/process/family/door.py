"""Who of a family is let in, to what of a parcours, in one service."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, select

from shared.bpmn import store
from shared.clock import Clock, local_date
from shared.database import Database
from shared.documents import openings, sealing, signing
from shared.documents.family import of_family, one_of_family
from shared.documents.handlers import Documents
from shared.documents.library import Library
from shared.documents.reading import invitation_json
from shared.documents.signing import Asked
from shared.documents.store import SCREEN
from shared.documents.tables import invitation
from shared.errors import NotFound
from shared.identity import FamilyMember
from shared.parcours.age import is_minor
from shared.process.family.person import mark_of
from shared.process.personal.erasure import is_erased
from shared.process.processes import Processes
from shared.process.replacing.following import as_decided

BORN_ON = "eleve_ne_le"
TOLD = (
    "eleve_prenom", "eleve_nom", "responsable_nom", "responsable2_nom", "lycee", "mission_locale", "referent",
    "conseiller", "entree_le", "fin_de_statut_le", "objectif_professionnel", "issue", "sortie_le",
)  # fmt: skip
"""The variables that a family reads. Closed: what a diagram gains is told once it is named here."""
PLANS = ("plan_signe", "plan")
"""Which plan is told: the signed one of the follow-up, else the one that is being made."""
SOLUTION = {"label": "libelle", "place": "structure", "first": "du", "last": "au"}


@dataclass(frozen=True)
class FamilyDoor:
    """``service``: whose main process is the parcours's here. ``documents`` gives files, clocks and ids."""

    service: str
    database: Database
    processes: Processes
    documents: Documents
    library: Library

    @property
    def _clock(self) -> Clock:
        return self.documents.clock

    def parcours(self, member: FamilyMember) -> dict[str, Any]:
        """The parcours as a family reads it. Raises NotFound: none here, erased, or the pupil is of age (R39)."""
        today = local_date(self._clock.now())
        with self.database.read() as look:
            row, known = self.admit(look, member)
            told = select(invitation).where(
                invitation.c.parcours_id == member.parcours_id, invitation.c.day >= today
            )
            return {
                "status": row.status, "person": mark_of(member.parcours_id, member.signer, known), "etape": row.etape,
                "known": {name: _iso(known[name]) for name in TOLD if known.get(name) is not None},
                "plan": _plan(known),
                "appointments": [
                    invitation_json(each) for each in look.execute(told.order_by(invitation.c.day)).all()
                ],
                "documents": of_family(look, member, self.library, today),
            }  # fmt: skip

    def pdf(self, member: FamilyMember, document_id: str, names: Mapping[str, str]) -> tuple[Row[Any], bytes]:
        """A document's PDF, sealed at its first use; that this link opened it is kept. Raises NotFound."""
        with self.database.read() as look:
            self.admit(look, member)
            row = one_of_family(look, member, self.library, document_id)
        known = {id_: name for id_, name in names.items() if id_ in row.content["cites"].values()}
        now = self.documents.system_clock.now()
        row = sealing.seal(self.database, self.documents.files, row, known, now)
        content = self.documents.files.get(row.sha256)
        with self.database.begin() as tx:
            openings.note(tx, row, member, self._clock.now())
        return row, content

    def sign(self, member: FamilyMember, document_id: str) -> None:
        """Her or his own signature, on screen, today (R16). Raises what keeps it from being one."""
        now = self._clock.now()
        with self.database.begin() as tx:
            self.admit(tx, member)
            row = one_of_family(tx, member, self.library, document_id, lock=True)
            signing.sign(tx, row, Asked(member.signer, SCREEN), member, now, self.documents.ids)

    def admit(self, look: Connection, member: FamilyMember) -> tuple[Row[Any], Mapping[str, Any]]:
        """The parcours's instance here and its variables. Raises NotFound."""
        row = store.find(look, self.service, member.parcours_id)
        if row is None or is_erased(look, member.parcours_id):
            raise NotFound()
        known = as_decided(look, member.parcours_id, self.processes.variables(look, row))
        if member.is_parent and not is_open_to_parents(known, local_date(self._clock.now())):
            raise NotFound()
        return row, known


def is_open_to_parents(known: Mapping[str, Any], today: date) -> bool:
    """R39: until the day before the 18th birthday; never when the date of birth is not known."""
    born_on = known.get(BORN_ON)
    return isinstance(born_on, date) and is_minor(born_on, today)


def _plan(known: Mapping[str, Any]) -> list[dict[str, Any]]:
    plan: Sequence[Mapping[str, Any]] = next((known[name] for name in PLANS if known.get(name)), ())
    return [{name: _iso(each.get(part)) for name, part in SOLUTION.items()} for each in plan]


def _iso(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
