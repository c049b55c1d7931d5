"""Who may ask another organisation of the same kind to take a parcours over, and with what the request begins."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from sqlalchemy import Connection, Row

from services.enrolment.territories.store import mission_locale_of
from shared.bpmn import store
from shared.catalogue import sentence
from shared.errors import BadInput, Conflict, Forbidden
from shared.identity import TRANSFERRING_ROLES, Actor
from shared.parcours.refusal import Refusal
from shared.parcours.uai import parse_uai
from shared.process import views
from shared.process.processes import Processes
from shared.process.replacing.following import FOLLOWERS, as_decided

PROCESS = "transfert"
_CODE = re.compile(r"[a-z0-9][a-z0-9-]{1,35}")
_TOLD = (
    "eleve_nom",
    "eleve_prenom",
    "eleve_ne_le",
    "eleve_commune",
    "formation_preparee",
    "delais",
    "regles",
)
"""What a transfer begins with. It tells the organisation that is asked less than the fiche de liaison does (R37)."""


class NothingToTransfer(Conflict):
    """The parcours has ended, or the organisation does not follow it yet."""

    code: ClassVar[str] = "transferts.nothing"


class TransferAsked(Conflict):
    """One was asked for and is not answered yet."""

    code: ClassVar[str] = "transferts.asked_already"


@dataclass(frozen=True)
class Wanted:
    """``target``: UAI, or code of a Mission Locale; ``names``: of the target and of who asks, as the directory says."""

    target: str
    target_name: str
    own_name: str
    reason: str


def ask(tx: Connection, processes: Processes, actor: Actor, parcours_id: str, wanted: Wanted) -> None:
    """Begin a transfer. Raises NotFound, Forbidden, BadInput, NothingToTransfer, TransferAsked."""
    views.parcours_instance(tx, actor, parcours_id)  # nobody else makes others wait
    store.of_parcours(
        tx, parcours_id
    )  # locked; what is read from here on is as another's request has left it
    known, earlier = _askable(tx, processes, actor, parcours_id)
    _check_target(actor, wanted.target)
    variables = _begun_with(actor, known, wanted)
    if earlier is None:
        processes.start(tx, PROCESS, parcours_id, variables, actor)
    else:
        processes.start_again(tx, earlier, variables, actor)


def proposed(tx: Connection, processes: Processes, actor: Actor, parcours_id: str) -> str | None:
    """Who serves the commune of residence, when that is another Mission Locale (R43). Raises as ``ask``.

    A look: nothing is locked.
    """
    known, _ = _askable(tx, processes, actor, parcours_id)
    if actor.organisation_kind != "mission_locale":
        return None
    found = mission_locale_of(tx, known.get("eleve_commune"))
    return found if found != actor.organisation_id else None


def _askable(
    tx: Connection, processes: Processes, actor: Actor, parcours_id: str
) -> tuple[Mapping[str, Any], Row[Any] | None]:
    """The variables of a parcours that the actor's organisation follows; the last transfer, if any, which is over."""
    views.parcours_instance(tx, actor, parcours_id)  # NotFound when the organisation has no part
    if not actor.roles & TRANSFERRING_ROLES:
        raise Forbidden()
    main, earlier = (store.find(tx, process, parcours_id) for process in ("enrolment", PROCESS))
    if main is None or main.status == "ended":
        raise NothingToTransfer()
    known = as_decided(tx, parcours_id, processes.variables(tx, main))
    follower = FOLLOWERS.get(actor.organisation_kind, "")
    if known.get(actor.organisation_kind) != actor.organisation_id or not known.get(follower):
        raise NothingToTransfer()
    if earlier is not None and earlier.status != "ended":
        raise TransferAsked()
    return known, earlier


def _check_target(actor: Actor, target: str) -> None:
    """R34, and another one than now."""
    is_one = _is_uai if actor.organisation_kind == "lycee" else _CODE.fullmatch
    if not is_one(target):
        raise BadInput({"target": [sentence(f"transferts.target_{actor.organisation_kind}")]})
    if target == actor.organisation_id:
        raise BadInput({"target": [sentence("transferts.same_organisation")]})


def _is_uai(text: str) -> bool:
    try:
        return parse_uai(text) == text
    except Refusal:
        return False


def _begun_with(actor: Actor, known: Mapping[str, Any], wanted: Wanted) -> dict[str, Any]:
    kind = actor.organisation_kind
    return {name: known.get(name) for name in _TOLD} | {
        "demandeur": actor.organisation_id, "demandeur_sorte": kind, "demandeur_nom": wanted.own_name,
        "demandeur_personne": actor.in_place_of, "destinataire": wanted.target, "destinataire_sorte": kind,
        "destinataire_nom": wanted.target_name, "suivi_avant": known[FOLLOWERS[kind]],
        "transfert_motif": wanted.reason,
    }  # fmt: skip
