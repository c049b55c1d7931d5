"""``/dpo``: what one service holds about a person, who looked, what was erased; who looked, for its people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from shared.clock import Clock
from shared.database import Database
from shared.identity import Actor, TokenVerifier, require_actor, require_dpo
from shared.process import views
from shared.process.personal import access_log, proof, users
from shared.process.personal.access_log import AccessLog
from shared.process.personal.export import export
from shared.process.personal.holdings import Holding, Neutral, Subject, listed
from shared.process.personal.schemas import (
    AccessListSchema,
    ExportSchema,
    ForgetSchema,
    ForgottenSchema,
    HoldingsSchema,
    ProofListSchema,
    ProofQuerySchema,
    SubjectSchema,
)
from shared.process.personal.tables import access
from shared.process.processes import Processes
from shared.web import ApiBlueprint

MOST_ACCESSES = 500
MOST_PROOFS = 200
WRITING = (400, 401, 403, 413, 415, 422, 503)
Body = dict[str, Any]


@dataclass(frozen=True)
class PersonalData:
    """One service's data about people: where it lies, and the log of who looked."""

    service: str
    database: Database
    processes: Processes
    clock: Clock
    holdings: Sequence[Holding]
    neutral: Sequence[Neutral]
    log: AccessLog


def personal_blueprint(data: PersonalData, verifier: TokenVerifier) -> ApiBlueprint:
    blueprint = ApiBlueprint("personal", __name__, description="Personal data: for the DPO.")
    _dpo_routes(blueprint, data, verifier)
    _own_routes(blueprint, data, verifier)
    return blueprint


def _dpo_routes(blueprint: ApiBlueprint, data: PersonalData, verifier: TokenVerifier) -> None:
    operation = partial(blueprint.operation, guard=require_dpo(verifier))

    @operation("POST", "/dpo/export", body=SubjectSchema, answer=ExportSchema, errors=WRITING)
    def export_person(actor: Actor, body: Body) -> Body:
        """Everything that this service holds about one person. The reading is logged."""
        subject = subject_of(body)
        with data.database.read() as look:
            tables = export(look, data.holdings, subject, data.processes)
        for parcours_id in subject.parcours:
            data.log.note(actor, parcours_id, "export")
        return {"service": data.service, "at": data.clock.now(), "tables": tables}

    @operation("POST", "/dpo/access", body=SubjectSchema, answer=AccessListSchema, errors=WRITING)
    def list_accesses(actor: Actor, body: Body) -> Body:
        """Who looked at a person's data in this service, the newest first."""
        (log,) = (holding for holding in data.holdings if holding.table is access)
        with data.database.read() as look:
            rows = access_log.matching(look, log.rows(subject_of(body)), MOST_ACCESSES)
        return {"items": [_access(row) for row in rows]}

    @operation("POST", "/dpo/users/forget", body=ForgetSchema, answer=ForgottenSchema, errors=WRITING)
    def forget_users(actor: Actor, body: Body) -> Body:
        """People who used the software and have long left: their names are taken away, in every table."""
        with data.database.begin() as tx:
            beside = [(each["person_id"], each["ending"]) for each in body["beside"]]
            return {"counts": users.forget(tx, data.holdings, body["people"], beside)}

    @operation(
        "GET", "/dpo/proofs", query=ProofQuerySchema, answer=ProofListSchema, errors=(401, 403, 422, 503)
    )
    def list_proofs(actor: Actor, query: Body) -> Body:
        """What was erased, the newest first, and whether the record is whole; as far as it is told, or all of it."""
        with data.database.read() as look:
            found = [dict(row._mapping) for row in proof.rows(look, MOST_PROOFS)]
            since = found[-1]["number"] if found and not query["whole"] else 1
            altered = proof.first_altered(look, since)
        return {"items": found, "first_altered": altered, "checked_from": since}

    @operation("GET", "/dpo/holdings", answer=HoldingsSchema, errors=(401, 403))
    def list_holdings(actor: Actor) -> Body:
        """Which tables hold data about people, and what becomes of their rows when somebody is erased."""
        return listed(data.holdings, data.neutral)


def _own_routes(blueprint: ApiBlueprint, data: PersonalData, verifier: TokenVerifier) -> None:
    @blueprint.operation(
        "GET", "/parcours/<uuid:parcours_id>/access", guard=require_actor(verifier), answer=AccessListSchema,
        errors=(401, 404, 503),
    )  # fmt: skip
    def accesses(actor: Actor, parcours_id: UUID) -> Body:
        """Who of another organisation looked at a parcours in which mine has a part, the newest first."""
        with data.database.read() as look:
            views.parcours_instance(look, actor, str(parcours_id))
            rows = access_log.of_parcours(look, [str(parcours_id)], MOST_ACCESSES)
        if (
            actor.is_support
        ):  # nothing of the file is in it; support leaves a trace all the same of whatever it opens
            data.log.parcours(actor, str(parcours_id))
        mine = (actor.organisation_kind, actor.organisation_id)
        others = [row for row in rows if (row.organisation_kind, row.organisation_id) != mine]
        return {"items": [_access(row) for row in others]}


def subject_of(body: Mapping[str, Any]) -> Subject:
    pupils, parcours = (tuple(str(id_) for id_ in body[name]) for name in ("pupils", "parcours"))
    return Subject(pupils, parcours)


def _access(row: Row[Any]) -> Body:
    return {
        "at": row.hour, "parcours_id": row.parcours_id, "person_name": row.person_name,
        "organisation": row.organisation_id, "organisation_kind": row.organisation_kind, "what": row.what,
    }  # fmt: skip
