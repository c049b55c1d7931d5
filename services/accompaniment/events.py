"""Which message is handled by which use case. ``check`` holds this table against the diagrams."""

from services.accompaniment import handlers

HANDLERS = {
    "enrolment.parcours_confie.v1": handlers.take_over_parcours,
    "bilan.suivi_clos.v1": handlers.close_suivi,
    "enrolment.obligation_ouverte.v1": handlers.open_obligation,
    "bilan.obligation_ouverte.v1": handlers.open_obligation,
}
