"""``/operator``: what keeps parcours from going on, and how to put it right. For operators only."""

from functools import partial
from typing import Any
from uuid import UUID

from shared.database import Database
from shared.identity import Actor, TokenVerifier, require_operator
from shared.process import incidents
from shared.process.operators import log as repair_log
from shared.process.operators.log import Order
from shared.process.operators.repairs import Repairs
from shared.process.operators.schemas import (
    CancelSchema,
    EffectsSchema,
    IncidentPageSchema,
    IncidentsQuerySchema,
    InstanceSchema,
    MoveTokenSchema,
    OrderSchema,
    RepairPageSchema,
    RepairsQuerySchema,
    SetVariablesSchema,
    WholeIncidentSchema,
)
from shared.process.processes import Processes
from shared.tasks.model import Note, unnoted
from shared.web import ApiBlueprint
from shared.web.blueprint import Decorator

READING = (401, 403, 404, 503)
REPAIRING = (400, 401, 403, 404, 409, 413, 415, 422, 503)
INSTANCE = "/operator/instances/<uuid:instance_id>"
Body = dict[str, Any]


def operator_blueprint(
    database: Database, processes: Processes, verifier: TokenVerifier, note: Note = unnoted
) -> ApiBlueprint:
    """``note`` is told which parcours an operator has looked at (R41)."""
    blueprint = ApiBlueprint("operator", __name__, description="Incidents and repairs, for operators.")
    guard = require_operator(verifier)
    _reading_routes(blueprint, guard, database, processes, note)
    _repairing_routes(blueprint, guard, Repairs(database, processes))
    return blueprint


def _reading_routes(
    blueprint: ApiBlueprint, guard: Decorator, database: Database, processes: Processes, note: Note
) -> None:
    operation = partial(blueprint.operation, "GET", guard=guard)

    @operation(
        "/operator/incidents", query=IncidentsQuerySchema, answer=IncidentPageSchema,
        errors=(401, 403, 422, 503),
    )  # fmt: skip
    def list_incidents(actor: Actor, query: Body) -> Body:
        """Incidents, the oldest first, by keyset pages; those that are open unless another state is asked for."""
        with database.read() as look:
            items, following = incidents.page(look, processes, query["state"], query["limit"], _id(query))
        return {"items": items, "next": following}

    @operation("/operator/incidents/<uuid:incident_id>", answer=WholeIncidentSchema, errors=READING)
    def one_incident(actor: Actor, incident_id: UUID) -> Body:
        """One incident, with the instance as it is now and the repairs made to it."""
        with database.read() as look:
            told = incidents.one(look, processes, str(incident_id))
        note(actor, told["parcours_id"])
        return told

    @operation(INSTANCE, answer=InstanceSchema, errors=READING)
    def one_instance(actor: Actor, instance_id: UUID) -> Body:
        """An instance, held or not: its scopes, tokens and kinds of values, as a repair names them."""
        with database.read() as look:
            told = incidents.instance(look, processes, str(instance_id))
        note(actor, told["parcours_id"])
        return told

    @operation(
        "/operator/repairs", query=RepairsQuerySchema, answer=RepairPageSchema, errors=(401, 403, 422, 503)
    )
    def list_repairs(actor: Actor, query: Body) -> Body:
        """The record of repairs, the newest first, by keyset pages."""
        with database.read() as look:
            rows = repair_log.page(look, query["limit"] + 1, _id(query))
        page = rows[: query["limit"]]
        following = page[-1].id if len(rows) > len(page) else None
        return {"items": [incidents.repair_json(row) for row in page], "next": following}


def _repairing_routes(blueprint: ApiBlueprint, guard: Decorator, repairs: Repairs) -> None:
    operation = partial(blueprint.operation, "POST", guard=guard, answer=EffectsSchema, errors=REPAIRING)

    @operation(f"{INSTANCE}/retry", body=OrderSchema)
    def retry(actor: Actor, body: Body, instance_id: UUID) -> Body:
        """Try again what failed."""
        return repairs.retry(_order(actor, body, instance_id))

    @operation(f"{INSTANCE}/set-variables", body=SetVariablesSchema)
    def set_variables(actor: Actor, body: Body, instance_id: UUID) -> Body:
        """Write declared variables of one scope."""
        return repairs.set_variables(_order(actor, body, instance_id), body["scope"], body["values"])

    @operation(f"{INSTANCE}/move-token", body=MoveTokenSchema)
    def move_token(actor: Actor, body: Body, instance_id: UUID) -> Body:
        """Let a token wait elsewhere in its scope."""
        order = _order(actor, body, instance_id)
        return repairs.move_token(order, body["source"], body["target"], body["token"])

    @operation(f"{INSTANCE}/cancel", body=CancelSchema)
    def cancel(actor: Actor, body: Body, instance_id: UUID) -> Body:
        """End the instance where it is."""
        return repairs.cancel(_order(actor, body, instance_id), body["public_text"])


def _order(actor: Actor, body: Body, instance_id: UUID) -> Order:
    return Order(str(instance_id), actor, body["reason"], "api", body["dry_run"], body["moves"])


def _id(query: Body) -> str | None:
    return str(query["after"]) if query["after"] else None
