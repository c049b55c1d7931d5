"""Which message is handled by which use case. ``check`` holds this table against the diagrams."""

from services.bilan import handlers

HANDLERS = {
    "enrolment.bilan_a_preparer.v1": handlers.prepare_bilan,
    "accompaniment.bilan_a_preparer.v1": handlers.prepare_bilan,
    "accompaniment.depart_signale.v1": handlers.take_departure,
}
