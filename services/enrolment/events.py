"""Which message is handled by which use case. ``check`` holds this table against the diagrams."""

from services.enrolment import handlers

HANDLERS = {"bilan.inscription_close.v1": handlers.close_inscription}
