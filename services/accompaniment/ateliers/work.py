"""The operations of ``avenirpro.bpmn``. They read the tables of the workshops on the move's own transaction."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from services.accompaniment.ateliers import cycles, state, wishes
from shared.bpmn import Operation, OperationCall
from shared.catalogue import sentence

DAYS = {"lundi": "1", "mardi": "2", "mercredi": "3", "jeudi": "4", "vendredi": "5", "samedi": "6"}


def record_convention(call: OperationCall) -> Mapping[str, Any]:
    """R31: the one lead operator, and what the lycée agrees to; writes the table of conventions."""
    told = call.variables
    lead_kind = told["operateur_sorte"]
    lead = told[lead_kind]
    cycles.record_convention(
        call.context, call.parcours_id,
        {
            "lead_kind": lead_kind, "lead": lead, "is_co_animated": told["co_animation"] == "oui",
            "signed_on": told["convention_le"], "opens_at": told["horaires_debut"],
            "closes_at": told["horaires_fin"], "days": "".join(sorted(DAYS[day] for day in told["jours_ouverts"])),
        },
    )  # fmt: skip
    return {"operateur": lead}


def read_enrolment(call: OperationCall) -> Mapping[str, Any]:
    """How many pupils the lycée has given; reads the table of pupils."""
    return {"inscrits_nombre": Decimal(cycles.count_pupils(call.context, call.parcours_id))}


def read_workshop(call: OperationCall) -> Mapping[str, Any]:
    """R32: where the workshop stands; reads the tables of sessions and sheets."""
    found = state.workshop_state(call.context, call.parcours_id, int(call.variables["atelier_numero"]))
    return {"atelier_etat": found.state, "atelier_message": found.message, "atelier_avant_le": found.until}


def read_intentions(call: OperationCall) -> Mapping[str, Any]:
    """R33: of how many pupils nothing is noted yet; reads the tables of pupils and intentions."""
    missing = state.missing_intentions(call.context, call.parcours_id)
    message = sentence("ateliers.todo_intentions", count=missing) if missing else None
    return {"intentions_manquantes": Decimal(missing), "intentions_message": message}


def prepare_proposals(call: OperationCall) -> Mapping[str, Any]:
    """R33: who is proposed to the lycée for the parcours, with what they agreed to pass on; reads the intentions."""
    found = wishes.to_propose(call.context, call.parcours_id)
    return {
        "eleves_proposes": [
            {
                "eleve_id": row.pupil_id, "intention": row.intention, "accord_le": row.agreed_on,
                "telephone": row.phone, "courriel": row.email,
            }
            for row in found
        ]
    }  # fmt: skip


OPERATIONS: Mapping[str, Operation] = {
    "record_convention": Operation(
        reads=frozenset(
            {
                "mission_locale", "france_travail", "operateur_sorte", "co_animation", "convention_le",
                "horaires_debut", "horaires_fin", "jours_ouverts",
            }
        ),
        writes=frozenset({"operateur"}),
        call=record_convention,
    ),
    "read_enrolment": Operation(frozenset(), frozenset({"inscrits_nombre"}), read_enrolment),
    "read_workshop": Operation(
        frozenset({"atelier_numero"}),
        frozenset({"atelier_etat", "atelier_message", "atelier_avant_le"}),
        read_workshop,
    ),
    "read_intentions": Operation(
        frozenset(), frozenset({"intentions_manquantes", "intentions_message"}), read_intentions
    ),
    "prepare_proposals": Operation(frozenset(), frozenset({"eleves_proposes"}), prepare_proposals),
}  # fmt: skip
