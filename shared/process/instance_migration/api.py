"""``/operator/migrations``: running parcours go to another version of their diagram, a page of instances at a time."""

from itertools import islice
from typing import Any
from uuid import UUID

from marshmallow import fields, validate

from shared.bpmn.instance_migration.verdicts import IdMapping, Migration
from shared.catalogue import sentence
from shared.database import Database
from shared.errors import BadInput, NotFound
from shared.identity import Actor, TokenVerifier, require_operator
from shared.process.instance_migration.passes import Migrations, Wanted
from shared.process.instance_migration.report import Tally
from shared.process.processes import Processes
from shared.web import ApiBlueprint, StrictSchema
from shared.web.schemas import AnswerSchema, text, whole

VERSION = validate.Regexp(r"[0-9a-f]{0,64}\Z")


class PageSchema(StrictSchema):
    limit = whole(1, 200, load_default=100)
    after = fields.UUID(load_default=None, allow_none=True)


class PlanSchema(PageSchema):
    process_id = text(100, required=True)
    from_version = fields.String(required=True, validate=[validate.Length(min=1), VERSION])
    to_version = fields.String(load_default="", validate=VERSION)
    mapping = fields.Raw(load_default=dict)


class MoveSchema(PlanSchema):
    migration_id = fields.UUID(load_default=None, allow_none=True)


class UndoSchema(StrictSchema):
    limit = whole(1, 200, load_default=100)
    before = fields.UUID(load_default=None, allow_none=True)


class FindingSchema(AnswerSchema):
    kind = fields.String(metadata={"description": "reason (it stays) | note (it moves, and this happens)"})
    code = fields.String()
    element = fields.String()
    text = fields.String()
    sentence = fields.String()
    count = fields.Integer()
    examples = fields.List(fields.String())


class ReportSchema(AnswerSchema):
    process_id = fields.String()
    from_version = fields.String()
    to_version = fields.String()
    migration_id = fields.String(allow_none=True)
    counts = fields.Dict(keys=fields.String(), values=fields.Integer())
    goes_on = fields.Integer()
    changes = fields.Dict(keys=fields.String(), values=fields.List(fields.String()))
    findings = fields.List(fields.Nested(FindingSchema))
    next = fields.String(allow_none=True)


class UndoneSchema(AnswerSchema):
    counts = fields.Dict(keys=fields.String(), values=fields.Integer())
    next = fields.String(allow_none=True)


class RunSchema(AnswerSchema):
    id = fields.String()
    process_id = fields.String()
    from_version = fields.String()
    to_version = fields.String()
    mapping = fields.Raw()
    started_at = fields.DateTime()
    actor_name = fields.String()
    moved = fields.Integer()
    undone = fields.Integer()


class RunPageSchema(AnswerSchema):
    items = fields.List(fields.Nested(RunSchema))
    next = fields.String(allow_none=True)


def migration_blueprint(database: Database, processes: Processes, verifier: TokenVerifier) -> ApiBlueprint:
    blueprint = ApiBlueprint(
        "migrations", __name__, description="Versions of running parcours, for operators."
    )
    guard, migrations = require_operator(verifier), Migrations(database, processes)
    errors = (401, 403, 404, 422, 503)

    @blueprint.operation(
        "GET", "/operator/migrations", guard=guard, query=PageSchema, answer=RunPageSchema,
        errors=(401, 403, 422, 503),
    )  # fmt: skip
    def list_migrations(actor: Actor, query: dict[str, Any]) -> dict[str, Any]:
        """The migrations so far, the newest first, by keyset pages."""
        rows = migrations.list(query["limit"] + 1, str(query["after"] or ""))
        page = [dict(row._mapping) for row in rows[: query["limit"]]]
        return {"items": page, "next": page[-1]["id"] if len(rows) > len(page) else None}

    @blueprint.operation(
        "POST", "/operator/migrations/plan", body=PlanSchema, answer=ReportSchema, guard=guard, errors=errors
    )
    def plan(actor: Actor, body: dict[str, Any]) -> dict[str, Any]:
        """What would become of a page of running instances. Writes nothing."""
        route = _route(migrations, body)
        tally, last = Tally(route), None
        for row, verdict in islice(migrations.verdicts(route, str(body["after"] or "")), body["limit"]):
            tally.add(row.id, verdict.outcome, verdict)
            last = row.id
        return _report(tally, last, body["limit"])

    @blueprint.operation(
        "POST", "/operator/migrations", body=MoveSchema, answer=ReportSchema, guard=guard, errors=errors
    )
    def move(actor: Actor, body: dict[str, Any]) -> dict[str, Any]:
        """Move a page of running instances, one transaction each. ``migration_id``: to go on with one."""
        route = _route(migrations, body)
        tally, last = Tally(route), None
        tally.migration_id = _begun(migrations, route, body["migration_id"], actor)
        for instance_id in list(islice(migrations.waiting(route, str(body["after"] or "")), body["limit"])):
            tally.add(instance_id, *migrations.move(tally.migration_id, route, instance_id, actor))
            last = instance_id
        return _report(tally, last, body["limit"])

    @blueprint.operation(
        "POST",
        "/operator/migrations/<uuid:migration_id>/undo",
        body=UndoSchema,
        answer=UndoneSchema,
        guard=guard,
        errors=errors,
    )
    def undo(actor: Actor, body: dict[str, Any], migration_id: UUID) -> dict[str, Any]:
        """Put back a page of what a migration has moved, as far as it has not gone on since."""
        route = migrations.route_of(str(migration_id))
        counts: dict[str, int] = {}
        page = list(islice(migrations.moved(str(migration_id), str(body["before"] or "")), body["limit"]))
        for each in page:
            outcome = migrations.undo(str(migration_id), route, each, actor)
            counts[outcome] = counts.get(outcome, 0) + 1
        return {"counts": counts, "next": page[-1] if len(page) == body["limit"] else None}

    return blueprint


def _route(migrations: Migrations, body: dict[str, Any]) -> Migration:
    """The one route that a request means. Raises NotFound, BadInput, AmbiguousVersion, MappingRefused."""
    wanted = Wanted(
        body["process_id"], body["from_version"], body["to_version"], IdMapping.of(body["mapping"])
    )
    routes = migrations.routes(wanted)
    if not routes:
        raise NotFound(version=body["from_version"])
    return routes[0]


def _begun(migrations: Migrations, route: Migration, migration_id: UUID | None, actor: Actor) -> str:
    """A new migration, or the one that the request goes on with. Raises BadInput when that is another."""
    if migration_id is None:
        return migrations.begin(route, actor)
    begun = migrations.route_of(str(migration_id))
    versions = (route.old.version, route.new.version, route.ids)
    if (begun.old.version, begun.new.version, begun.ids) != versions:
        raise BadInput({"migration_id": [sentence("process.other_migration")]})
    return str(migration_id)


def _report(tally: Tally, last: str | None, limit: int) -> dict[str, Any]:
    report = tally.as_json()
    seen = sum(report["counts"].values())
    return report | {
        "from_version": report["from"], "to_version": report["to"], "next": last if seen == limit else None,
    }  # fmt: skip
