"""The workshops' HTTP routes: cycles and sessions, for the lycée and its operators; nobody else finds them."""

from typing import Any
from uuid import UUID

from services.accompaniment.ateliers import handlers, schemas, views
from shared.identity import Actor, TokenVerifier, require_actor
from shared.process.personal.access_log import AccessLog
from shared.process.service import ProcessService
from shared.web import ApiBlueprint

WRITE_ERRORS = (400, 401, 403, 404, 409, 415, 422, 503)


def ateliers_blueprint(service: ProcessService, verifier: TokenVerifier) -> ApiBlueprint:
    """``/cycles…`` and ``/sessions…``."""
    blueprint = ApiBlueprint("ateliers", __name__, description="AvenirPro: cycles of workshops.")
    _reading(blueprint, service, verifier, AccessLog(service.database, service.clock, "lycee"))
    _cycles(blueprint, service, verifier)
    _sessions(blueprint, service, verifier)
    return blueprint


def _reading(
    blueprint: ApiBlueprint, service: ProcessService, verifier: TokenVerifier, log: AccessLog
) -> None:
    guard = require_actor(verifier)

    @blueprint.operation("GET", "/cycles", guard=guard, answer=schemas.ToldCycleSchema, errors=(401, 503))
    def list_cycles(actor: Actor) -> dict[str, Any]:
        """The cycles in which my organisation has a part, the newest first."""
        with service.database.read() as look:
            return views.cycle_list(look, actor)

    @blueprint.operation(
        "GET", "/cycles/<uuid:cycle_id>", guard=guard, answer=schemas.ToldCycleSchema, errors=(401, 404, 503)
    )
    def one_cycle(actor: Actor, cycle_id: UUID) -> dict[str, Any]:
        """One cycle: workshops, sessions, and by my part the journal and the pupils, whose reading is noted (R41)."""
        with service.database.read() as look:
            told = views.cycle_json(look, actor, str(cycle_id))
        if told.get("pupils"):
            log.cycle(actor, told["id"])
        return told

    @blueprint.operation(
        "GET",
        "/sessions/<uuid:session_id>",
        guard=guard,
        answer=schemas.ToldCycleSchema,
        errors=(401, 404, 503),
    )
    def one_session(actor: Actor, session_id: UUID) -> dict[str, Any]:
        """One session with its attendance sheet, whose reading is noted (R41)."""
        with service.database.read() as look:
            told = views.session_json(look, actor, str(session_id))
        log.cycle(actor, told["cycle_id"])
        return told


def _cycles(blueprint: ApiBlueprint, service: ProcessService, verifier: TokenVerifier) -> None:
    guard = require_actor(verifier)

    @blueprint.operation(
        "POST", "/cycles", guard=guard, body=schemas.OpenCycleSchema, answer=schemas.NewCycleSchema, status=201,
        errors=WRITE_ERRORS,
    )  # fmt: skip
    def open_cycle(actor: Actor, body: dict[str, Any]) -> tuple[dict[str, Any], int]:
        """Open my lycée's cycle of this campagne, with its operators (R31)."""
        made = handlers.open_cycle(service, actor, body["mission_locale"], body["france_travail"])
        return {"id": made}, 201

    @blueprint.operation(
        "POST", "/cycles/<uuid:cycle_id>/journal", guard=guard, body=schemas.ContactSchema,
        answer=schemas.ToldCycleSchema, errors=WRITE_ERRORS,
    )  # fmt: skip
    def write_journal(actor: Actor, body: dict[str, Any], cycle_id: UUID) -> dict[str, Any]:
        """Note a contact with the lycée (R31)."""
        handlers.write_journal(service, actor, str(cycle_id), body)
        return {}

    @blueprint.operation(
        "POST", "/cycles/<uuid:cycle_id>/pupils", guard=guard, body=schemas.GivenPupilsSchema,
        answer=schemas.ToldCycleSchema, errors=WRITE_ERRORS,
    )  # fmt: skip
    def enrol_pupils(actor: Actor, body: dict[str, Any], cycle_id: UUID) -> dict[str, Any]:
        """Give pupils of my lycée to the operators: name, first name and class."""
        return {"enrolled": handlers.enrol_pupils(service, actor, str(cycle_id), body["pupils"])}

    @blueprint.operation(
        "POST", "/cycles/<uuid:cycle_id>/sessions", guard=guard, body=schemas.NewSessionSchema,
        answer=schemas.NewCycleSchema, status=201, errors=WRITE_ERRORS,
    )  # fmt: skip
    def plan_session(actor: Actor, body: dict[str, Any], cycle_id: UUID) -> tuple[dict[str, Any], int]:
        """Plan a session of a workshop (R28, R29)."""
        return {"id": handlers.plan_session(service, actor, str(cycle_id), body)}, 201

    @blueprint.operation(
        "POST", "/cycles/<uuid:cycle_id>/give-up", guard=guard, body=schemas.GivenUpWorkshopSchema,
        answer=schemas.ToldCycleSchema, errors=WRITE_ERRORS,
    )  # fmt: skip
    def give_up(actor: Actor, body: dict[str, Any], cycle_id: UUID) -> dict[str, Any]:
        """A workshop will not take place in this cycle."""
        handlers.give_up_workshop(service, actor, str(cycle_id), body["workshop"], body["reason"])
        return {}

    @blueprint.operation(
        "POST", "/cycles/<uuid:cycle_id>/interviews", guard=guard, body=schemas.InterviewSchema,
        answer=schemas.ToldCycleSchema, errors=WRITE_ERRORS,
    )  # fmt: skip
    def note_interview(actor: Actor, body: dict[str, Any], cycle_id: UUID) -> dict[str, Any]:
        """A pupil's wish for an individual interview, and the interview (R30)."""
        handlers.note_interview(
            service, actor, str(cycle_id), body["pupil_id"], body["wished_on"], body["held_on"]
        )
        return {}

    @blueprint.operation(
        "POST", "/cycles/<uuid:cycle_id>/intentions", guard=guard, body=schemas.IntentionSchema,
        answer=schemas.ToldCycleSchema, errors=WRITE_ERRORS,
    )  # fmt: skip
    def note_intention(actor: Actor, body: dict[str, Any], cycle_id: UUID) -> dict[str, Any]:
        """What a pupil intends, with agreement (R33)."""
        pupil_id = body.pop("pupil_id")
        handlers.note_intention(service, actor, str(cycle_id), pupil_id, body)
        return {}


def _sessions(blueprint: ApiBlueprint, service: ProcessService, verifier: TokenVerifier) -> None:
    guard = require_actor(verifier)

    @blueprint.operation(
        "POST", "/sessions/<uuid:session_id>/pupils", guard=guard, body=schemas.MorePupilsSchema,
        answer=schemas.ToldCycleSchema, errors=WRITE_ERRORS,
    )  # fmt: skip
    def add_pupils(actor: Actor, body: dict[str, Any], session_id: UUID) -> dict[str, Any]:
        """More classes or pupils come to the session."""
        handlers.add_to_session(service, actor, str(session_id), body["classes"], body["pupils"])
        return {}

    @blueprint.operation(
        "POST", "/sessions/<uuid:session_id>/sheet", guard=guard, body=schemas.SheetSchema,
        answer=schemas.ToldCycleSchema, errors=WRITE_ERRORS,
    )  # fmt: skip
    def mark_sheet(actor: Actor, body: dict[str, Any], session_id: UUID) -> dict[str, Any]:
        """Mark pupils, and with ``close`` close the sheet (R32)."""
        handlers.mark_sheet(service, actor, str(session_id), **body)
        return {}

    @blueprint.operation(
        "POST", "/sessions/<uuid:session_id>/move", guard=guard, body=schemas.MovedPupilSchema,
        answer=schemas.ToldCycleSchema, errors=WRITE_ERRORS,
    )  # fmt: skip
    def move_pupil(actor: Actor, body: dict[str, Any], session_id: UUID) -> dict[str, Any]:
        """Reschedule one pupil to another session of the workshop (R32)."""
        handlers.move_pupil(service, actor, str(session_id), body["pupil_id"], body["session_id"])
        return {}

    @blueprint.operation(
        "POST", "/sessions/<uuid:session_id>/postpone", guard=guard, body=schemas.PostponedSessionSchema,
        answer=schemas.ToldCycleSchema, errors=WRITE_ERRORS,
    )  # fmt: skip
    def postpone(actor: Actor, body: dict[str, Any], session_id: UUID) -> dict[str, Any]:
        """Move the session to another day or hour (R29)."""
        handlers.postpone_session(service, actor, str(session_id), body)
        return {}

    @blueprint.operation(
        "POST", "/sessions/<uuid:session_id>/cancel", guard=guard, body=schemas.CancelledSessionSchema,
        answer=schemas.ToldCycleSchema, errors=WRITE_ERRORS,
    )  # fmt: skip
    def cancel(actor: Actor, body: dict[str, Any], session_id: UUID) -> dict[str, Any]:
        """The session will not take place."""
        handlers.cancel_session(service, actor, str(session_id), body["reason"])
        return {}
