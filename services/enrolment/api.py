"""Enrolment's own HTTP routes: pupils and the opening of a parcours, for the people of the lycée."""

from collections.abc import Mapping
from typing import Any

from flask import request

from services.enrolment import domain, handlers
from services.enrolment.pupils.opening import Known, parcours_told
from services.enrolment.pupils.rows import MAX_BYTES
from services.enrolment.schemas import (
    ImportResultSchema,
    OpenedParcoursSchema,
    OpenParcoursSchema,
    PupilPageSchema,
    PupilSearchSchema,
)
from shared.catalogue import sentence
from shared.errors import BadInput
from shared.identity import IMPORTING_ROLES, OPENING_ROLES, ROLES, Actor, TokenVerifier, require_actor
from shared.process.service import ProcessService
from shared.strict_json import read_json
from shared.web import ApiBlueprint

MULTIPART_OVERHEAD = 100_000  # bytes around the file


def pupils_blueprint(service: ProcessService, verifier: TokenVerifier) -> ApiBlueprint:
    """``/pupils/import``, ``/pupils/search`` and ``/parcours`` (POST)."""
    blueprint = ApiBlueprint("pupils", __name__, description="Pupils of one's lycée.")
    guard = require_actor(verifier)

    @blueprint.operation(
        "POST", "/pupils/import", guard=guard, answer=ImportResultSchema, errors=(401, 403, 413, 422, 503)
    )
    def import_file(actor: Actor) -> dict[str, Any]:
        """Import a SIECLE XML, a CSV or an XLSX (multipart part ``file``) into the actor's lycée.

        Part ``mapping``, if any: JSON, the name of a column in the file → field, beside the names that are known.
        """
        handlers.require_lycee_role(actor, IMPORTING_ROLES)
        content, mapping = _uploaded()
        return handlers.import_file(service, actor.organisation_id, content, mapping).as_dict()

    @blueprint.operation(
        "POST", "/pupils/search", guard=guard, body=PupilSearchSchema, answer=PupilPageSchema,
        errors=(400, 401, 403, 404, 415, 422, 503),
    )  # fmt: skip
    def search(actor: Actor, query: dict[str, Any]) -> dict[str, Any]:
        """Pupils whose names or INE contain the words of ``text``. By POST: names do not go into URLs."""
        handlers.require_lycee_role(actor, ROLES["lycee"])
        page, parcours = handlers.find_pupils(
            service, actor.organisation_id, query["text"], query["after"], query["limit"]
        )
        return {"items": [_pupil(row, parcours.get(row["id"])) for row in page.items], "next": page.next}

    @blueprint.operation(
        "POST", "/parcours", guard=guard, body=OpenParcoursSchema, answer=OpenedParcoursSchema, status=201,
        also={200: "It was open already."}, errors=(400, 401, 403, 404, 409, 415, 422, 503),
    )  # fmt: skip
    def open_parcours(actor: Actor, body: dict[str, Any]) -> tuple[dict[str, Any], int]:
        """Open the parcours of a pupil; asking again answers with the same parcours.

        One that was cancelled, or ended without an admission, leaves room for another.
        """
        handlers.require_lycee_role(actor, OPENING_ROLES)
        opened = handlers.open_parcours(service, actor, body["pupil_id"], on_paper=body["on_paper"])
        return {"parcours_id": opened.parcours_id}, 201 if opened.is_new else 200

    return blueprint


def _uploaded() -> tuple[bytes, Mapping[str, str]]:
    request.max_content_length = MAX_BYTES + MULTIPART_OVERHEAD
    if unknown := sorted({*request.files, *request.form} - {"file", "mapping"}):
        raise BadInput({name: [sentence("web.unknown_field")] for name in unknown})
    if "file" not in request.files:
        raise BadInput({"file": [sentence("pupils.no_file")]})
    return bytes(request.files["file"].read()), _mapping(request.form.get("mapping", "{}"))


def _mapping(text: str) -> Mapping[str, str]:
    try:
        read = read_json(text.encode())
    except ValueError:
        read = None
    if not isinstance(read, dict) or not all(isinstance(field, str) for field in read.values()):
        raise BadInput({"mapping": [sentence("pupils.bad_mapping")]})
    return read


def _pupil(row: Mapping[str, Any], known: Known | None) -> dict[str, Any]:
    return {
        "id": row["id"],
        "nom": row["usage_name"] or row["family_name"],
        "prenom": row["given_name"],
        "date_naissance": row["born_on"],
        "classe": row["class_code"],
        "mef": row["mef"],
        "formation": domain.course_label(row["mef"]),
        "ine": row["ine"],
        "sendable_from": row["sendable_from"],
        "exit_on": row["left_on"],
        **parcours_told(known),
    }
