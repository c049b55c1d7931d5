"""Routes on a person's data at enrolment, which owns the person: the DPO's, and the lycée's corrections."""

from collections.abc import Mapping
from dataclasses import asdict
from functools import partial
from typing import Any
from uuid import UUID

from services.enrolment.handlers import require_lycee_role
from services.enrolment.pupils import get_pupil
from services.enrolment.pupils.rows import FIELDS
from services.enrolment.rights import duplicates, erasures, handlers, persons, rectify, requests
from services.enrolment.rights.schemas import (
    AnswerRequestSchema,
    ApartSchema,
    AskedSchema,
    DataRequestListSchema,
    DoneSchema,
    EraseSchema,
    ErasureListSchema,
    FindPersonSchema,
    MergeSchema,
    PairListSchema,
    PersonListSchema,
    PersonSubjectSchema,
    PupilRecordSchema,
    ReceivedSchema,
    ReceiveRequestSchema,
    RectifiedSchema,
    RectifySchema,
)
from shared.identity import (
    IMPORTING_ROLES,
    RECTIFYING_ROLES,
    Actor,
    TokenVerifier,
    require_actor,
    require_dpo,
)
from shared.process.service import ProcessService
from shared.web import ApiBlueprint

WRITING = (400, 401, 403, 404, 409, 415, 422, 503)
MOST_LISTED = 200
Body = dict[str, Any]


def rights_blueprint(service: ProcessService, verifier: TokenVerifier) -> ApiBlueprint:
    blueprint = ApiBlueprint("rights", __name__, description="A person's rights over her or his data.")
    operation = partial(blueprint.operation, guard=require_dpo(verifier))

    @operation("POST", "/dpo/persons", body=FindPersonSchema, answer=PersonListSchema, errors=WRITING)
    def find_person(actor: Actor, body: Body) -> Body:
        """Pupils of any lycée by name or INE, and date of birth. By POST: names do not go into URLs."""
        with service.database.read() as look:
            return {"items": [_person(row) for row in persons.find(look, body["text"], body["born_on"])]}

    @operation("GET", "/dpo/persons/<uuid:pupil_id>", answer=PersonSubjectSchema, errors=(401, 403, 404, 503))
    def subject_of_person(actor: Actor, pupil_id: UUID) -> Body:
        """One person: the record, those that were merged into it, and the parcours opened for them."""
        with service.database.read() as look:
            return asdict(erasures.subject_of(look, str(pupil_id)))

    @operation(
        "POST", "/dpo/erasures", body=EraseSchema, answer=AskedSchema, status=202,
        also={200: "It is under way already."}, errors=WRITING,
    )  # fmt: skip
    def ask_erasure(actor: Actor, body: Body) -> tuple[Body, int]:
        """Erase one pupil in every service, unless a parcours still runs."""
        asked = handlers.erase_on_demand(service, body["pupil_id"], actor)
        return {"erasure_id": asked.erasure_id}, 202 if asked.is_new else 200

    @operation("GET", "/dpo/erasures", answer=ErasureListSchema, errors=(401, 403, 503))
    def list_erasures(actor: Actor) -> Body:
        """The erasures that were asked for, the newest first."""
        with service.database.read() as look:
            return {"items": [dict(row._mapping) for row in erasures.page(look, MOST_LISTED)]}

    _request_routes(blueprint, service, verifier)
    _lycee_routes(blueprint, service, verifier)
    return blueprint


def _request_routes(blueprint: ApiBlueprint, service: ProcessService, verifier: TokenVerifier) -> None:
    operation = partial(blueprint.operation, guard=require_dpo(verifier))

    @operation("GET", "/dpo/requests", answer=DataRequestListSchema, errors=(401, 403, 503))
    def list_requests(actor: Actor) -> Body:
        """What people asked about their data: what is due first."""
        with service.database.read() as look:
            return {"items": [dict(row._mapping) for row in requests.page(look, MOST_LISTED)]}

    @operation(
        "POST", "/dpo/requests", body=ReceiveRequestSchema, answer=ReceivedSchema, status=201, errors=WRITING
    )
    def receive_request(actor: Actor, body: Body) -> Body:
        """Note that somebody has asked. The same id again, a second click, notes nothing more."""
        request_id = str(body.pop("id") or service.ids())
        handlers.receive_request(service, actor, request_id, **body)
        return {"id": request_id}

    @operation(
        "POST", "/dpo/requests/<uuid:request_id>/answer", body=AnswerRequestSchema, answer=DoneSchema,
        errors=WRITING,
    )  # fmt: skip
    def answer_request(actor: Actor, body: Body, request_id: UUID) -> Body:
        """Note what was answered."""
        handlers.answer_request(service, str(request_id), body["answer"])
        return {"done": True}


def _lycee_routes(blueprint: ApiBlueprint, service: ProcessService, verifier: TokenVerifier) -> None:
    operation = partial(blueprint.operation, guard=require_actor(verifier))

    @operation("GET", "/pupils/<uuid:pupil_id>", answer=PupilRecordSchema, errors=(401, 403, 404, 503))
    def pupil_record(actor: Actor, pupil_id: UUID) -> Body:
        """One pupil of the actor's lycée, to be corrected, and which fields were corrected before."""
        require_lycee_role(actor, RECTIFYING_ROLES)
        with service.database.read() as look:
            found = get_pupil(look, actor.organisation_id, str(pupil_id))
            return {
                **found,
                "corrections": [_correction(row) for row in rectify.of_pupil(look, str(pupil_id))],
            }

    @operation(
        "POST", "/pupils/<uuid:pupil_id>/rectify", body=RectifySchema, answer=RectifiedSchema, errors=WRITING
    )
    def rectify_pupil(actor: Actor, body: Body, pupil_id: UUID) -> Body:
        """Correct a name, the date of birth or contact data, in every parcours and service of the pupil."""
        require_lycee_role(actor, RECTIFYING_ROLES)
        told = body["corrected"], body["reason"], body["read"]
        return asdict(handlers.rectify_pupil(service, actor, str(pupil_id), *told))

    @operation("GET", "/pupils/duplicates", answer=PairListSchema, errors=(401, 403, 503))
    def list_duplicates(actor: Actor) -> Body:
        """Records of the actor's lycée that may be one person's (R42)."""
        require_lycee_role(actor, IMPORTING_ROLES)
        with service.database.read() as look:
            pairs = duplicates.likely(look, actor.organisation_id)
        return {"items": [{"first": first, "second": second} for first, second in pairs]}

    @operation("POST", "/pupils/duplicates/merge", body=MergeSchema, answer=DoneSchema, errors=WRITING)
    def merge_pupils(actor: Actor, body: Body) -> Body:
        """Two records are one pupil's: the first stays, the second goes into the history."""
        require_lycee_role(actor, IMPORTING_ROLES)
        handlers.merge_pupils(service, actor, body["kept"], body["gone"])
        return {"done": True}

    @operation("POST", "/pupils/duplicates/apart", body=ApartSchema, answer=DoneSchema, errors=WRITING)
    def tell_apart(actor: Actor, body: Body) -> Body:
        """Two records are different people's: they are proposed no more."""
        require_lycee_role(actor, IMPORTING_ROLES)
        handlers.tell_apart(service, actor, (body["first"], body["second"]))
        return {"done": True}


def _correction(row: Any) -> Body:
    fields = ", ".join(FIELDS[name] for name in row.after)
    return {"at": row.at.isoformat(), "by": row.actor_name, "fields": fields, "reason": row.reason}


def _person(row: Mapping[str, Any]) -> Body:
    return {
        "id": row["id"], "uai": row["uai"], "nom": row["usage_name"] or row["family_name"],
        "prenom": row["given_name"], "date_naissance": row["born_on"], "ine": row["ine"],
        "parcours": row["parcours"],
    }  # fmt: skip
