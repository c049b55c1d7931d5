"""Which message is handled by which use case. ``check`` holds this table against the diagrams."""

from services.enrolment import handlers

HANDLERS = {
    "accompaniment.parcours_recu.v1": handlers.note_receipt,
    "bilan.bilan_recu.v1": handlers.note_receipt,
    "bilan.inscription_close.v1": handlers.close_inscription,
    "accompaniment.eleves_proposes.v1": handlers.take_proposals,
}
