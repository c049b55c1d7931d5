"""The HTTP doors of documents, mounted alike by every process service."""

import unicodedata
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from flask import Response, request

from shared.catalogue import sentence
from shared.documents.handlers import Documents
from shared.documents.schemas import (
    AttachmentSchema,
    DocumentSchema,
    DocumentsSchema,
    NamesSchema,
    NothingSchema,
    OfParcoursSchema,
    SignSchema,
    WaitingSchema,
)
from shared.documents.signing import Asked
from shared.errors import BadInput
from shared.files.upload import LARGEST
from shared.identity import Actor, TokenVerifier, require_actor
from shared.web import ApiBlueprint
from shared.web.blueprint import Decorator

MULTIPART_OVERHEAD = 100_000  # bytes around the file
READING = (401, 404, 422, 503)
WRITING = (400, 401, 403, 404, 409, 413, 415, 422, 503)


Read = Callable[[Actor, str], None]
"""Notes that an actor has read of a parcours (R41)."""


def documents_blueprint(documents: Documents, verifier: TokenVerifier, read: Read) -> ApiBlueprint:
    blueprint = ApiBlueprint("documents", __name__, description="Documents, signatures and attachments.")
    guard = require_actor(verifier)
    _document_routes(blueprint, guard, documents, read)
    _attachment_routes(blueprint, guard, documents, read)
    return blueprint


def _document_routes(blueprint: ApiBlueprint, guard: Decorator, documents: Documents, read: Read) -> None:
    @blueprint.operation(
        "GET", "/documents", guard=guard, query=OfParcoursSchema, answer=DocumentsSchema, errors=READING
    )
    def of_parcours(actor: Actor, query: dict[str, Any]) -> dict[str, Any]:
        """Documents, attachments and invitations of a parcours, as far as my side may see them."""
        found = documents.of_parcours(actor, str(query["parcours_id"]))
        read(actor, str(query["parcours_id"]))
        return found

    @blueprint.operation("GET", "/documents/waiting", guard=guard, answer=WaitingSchema, errors=(401, 503))
    def waiting(actor: Actor) -> dict[str, Any]:
        """The documents that I may sign on screen now, at most a hundred."""
        return {"items": documents.waiting(actor)}

    @blueprint.operation(
        "POST",
        "/documents/<document_id>/pdf",
        guard=guard,
        body=NamesSchema,
        answer=NothingSchema,
        errors=WRITING,
    )
    def pdf(actor: Actor, body: dict[str, Any], document_id: str) -> Response:
        """The PDF; the first time it is made, with the names that are given of those whom it cites."""
        row, content = documents.pdf(actor, document_id, body["names"])
        read(actor, row.parcours_id)
        return download(content, "application/pdf", f"{row.kind}-{row.number}.pdf")

    @blueprint.operation(
        "POST", "/documents/<document_id>/signatures", guard=guard, body=SignSchema, answer=DocumentSchema,
        status=201, errors=WRITING,
    )  # fmt: skip
    def sign(actor: Actor, body: dict[str, Any], document_id: str) -> dict[str, Any]:
        """Record a signature: made on paper, or mine on screen (R16)."""
        return documents.sign(actor, document_id, Asked(**body))


def _attachment_routes(blueprint: ApiBlueprint, guard: Decorator, documents: Documents, read: Read) -> None:
    @blueprint.operation(
        "POST", "/parcours/<uuid:parcours_id>/attachments", guard=guard, answer=AttachmentSchema, status=201,
        errors=WRITING,
    )  # fmt: skip
    def attach(actor: Actor, parcours_id: Any) -> dict[str, Any]:
        """Attach a file (multipart part ``file``; ``side`` both, or one's own) to a parcours."""
        name, content = _uploaded()
        return documents.attach(actor, str(parcours_id), name, content, request.form.get("side", "both"))

    @blueprint.operation(
        "GET", "/attachments/<attachment_id>", guard=guard, answer=NothingSchema, errors=READING
    )
    def attached(actor: Actor, attachment_id: str) -> Response:
        """The file, to be saved."""
        row, content = documents.attached(actor, attachment_id)
        read(actor, row.parcours_id)
        return download(content, row.media_type, row.name)

    @blueprint.operation(
        "GET", "/invitations/<invitation_id>", guard=guard, answer=NothingSchema, errors=READING
    )
    def invitation(actor: Actor, invitation_id: str) -> Response:
        """An appointment as an ICS file: fixed, changed or called off, with one UID."""
        row, content = documents.invitation(actor, invitation_id)
        method = "CANCEL" if row.status == "cancel" else "REQUEST"
        return download(content, f"text/calendar; charset=utf-8; method={method}", f"{row.kind}.ics")

    @blueprint.operation(
        "DELETE", "/attachments/<attachment_id>", guard=guard, answer=NothingSchema, status=204,
        errors=(401, 403, 404, 503),
    )  # fmt: skip
    def remove(actor: Actor, attachment_id: str) -> None:
        """Take back a file that I attached."""
        documents.remove(actor, attachment_id)


def download(content: bytes, media_type: str, name: str) -> Response:
    """A file that is saved, never shown within a page of ours."""
    answer = Response(content, content_type=media_type)
    answer.headers.set("Content-Disposition", "attachment", **_names(name))
    return answer


def _names(name: str) -> dict[str, str]:
    """A name beyond ASCII as RFC 8187 has it, with a plain one beside it for older programs."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return (
        {"filename": plain}
        if plain == name
        else {"filename": plain, "filename*": f"UTF-8''{quote(name, safe='')}"}
    )


def _uploaded() -> tuple[str, bytes]:
    request.max_content_length = LARGEST + MULTIPART_OVERHEAD
    if unknown := sorted({*request.files, *request.form} - {"file", "side"}):
        raise BadInput({name: [sentence("web.unknown_field")] for name in unknown})
    if "file" not in request.files:
        raise BadInput({"file": [sentence("documents.no_file")]})
    sent = request.files["file"]
    return sent.filename or "", bytes(sent.read())
