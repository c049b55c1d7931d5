"""The local offer's HTTP routes: its Mission Locale keeps it, the lycées read what may be chosen."""

from contextlib import closing
from typing import Any
from uuid import UUID

from flask import request

from services.accompaniment.offre import handlers, importing, schemas
from services.accompaniment.offre.refusals import OfferVersionRequired
from shared.catalogue import sentence
from shared.errors import BadInput
from shared.identity import Actor, TokenVerifier, require_actor
from shared.process.service import ProcessService
from shared.web import ApiBlueprint

MULTIPART_OVERHEAD = 100_000  # bytes around the file
WRITE_ERRORS = (400, 401, 403, 404, 409, 415, 422, 503)


def offre_blueprint(service: ProcessService, verifier: TokenVerifier) -> ApiBlueprint:
    """``/offers…``."""
    blueprint = ApiBlueprint("offre", __name__, description="The local offer of a Mission Locale.")
    guard = require_actor(verifier)

    @blueprint.operation(
        "GET", "/offers", guard=guard, query=schemas.OfferQuerySchema, answer=schemas.OfferListSchema,
        errors=(401, 403, 404, 422, 503),
    )  # fmt: skip
    def list_offers(actor: Actor, query: dict[str, Any]) -> dict[str, Any]:
        """What may be chosen, with the seats left; for its Mission Locale the last past ones too."""
        return handlers.list_offers(service, actor, query["mission_locale"])

    @blueprint.operation(
        "GET", "/offers/<uuid:offer_id>", guard=guard, answer=schemas.OfferSchema, errors=(401, 403, 404, 503)
    )
    def one_offer(actor: Actor, offer_id: UUID) -> dict[str, Any]:
        """One offer of my Mission Locale; for a lycée, without its contact, one that a plan names."""
        return handlers.one_offer(service, actor, str(offer_id))

    @blueprint.operation(
        "POST", "/offers", guard=guard, body=schemas.NewOfferSchema, answer=schemas.OfferSchema, status=201,
        errors=WRITE_ERRORS,
    )  # fmt: skip
    def add_offer(actor: Actor, body: dict[str, Any]) -> tuple[dict[str, Any], int]:
        """Add an offer; with ``id``, sending it again adds nothing."""
        wanted = body.pop("id")
        return handlers.add_offer(service, actor, str(wanted) if wanted else None, body), 201

    @blueprint.operation(
        "POST",
        "/offers/import",
        guard=guard,
        answer=schemas.ImportedOffersSchema,
        errors=(401, 403, 413, 422, 503),
    )
    def import_offers(actor: Actor) -> dict[str, Any]:
        """Import a CSV (multipart part ``file``) into the offer of my Mission Locale."""
        handlers.keeper(actor)
        return importing.import_offers(service, actor, _uploaded()).as_dict()

    @blueprint.operation(
        "PUT", "/offers/<uuid:offer_id>", guard=guard, body=schemas.OfferTermsSchema, answer=schemas.OfferSchema,
        errors=(*WRITE_ERRORS, 412, 428), headers=("If-Match",),
    )  # fmt: skip
    def change_offer(actor: Actor, body: dict[str, Any], offer_id: UUID) -> dict[str, Any]:
        """Change an open offer. If-Match: the version that was read."""
        return handlers.change_offer(service, actor, str(offer_id), body, _version_read())

    @blueprint.operation(
        "POST", "/offers/<uuid:offer_id>/close", guard=guard, answer=schemas.OfferSchema,
        errors=(401, 403, 404, 409, 412, 428, 503), headers=("If-Match",),
    )  # fmt: skip
    def close_offer(actor: Actor, offer_id: UUID) -> dict[str, Any]:
        """Close an offer: nobody chooses it any more. If-Match: the version that was read."""
        return handlers.close_offer(service, actor, str(offer_id), _version_read())

    return blueprint


def _uploaded() -> bytes:
    request.max_content_length = importing.COLUMNS.most_bytes + MULTIPART_OVERHEAD
    if "file" not in request.files:
        raise BadInput({"file": [sentence("offre.file_missing")]})
    with closing(request.files["file"]) as sent:  # a large one is a temporary file
        return bytes(sent.read())


def _version_read() -> int:
    """Raises OfferVersionRequired without an If-Match header that names one version."""
    said = request.headers.get("If-Match", "").strip().strip('"')
    if not said.isascii() or not said.isdigit() or len(said) > 9:
        raise OfferVersionRequired()
    return int(said)
