"""``/figures/parcours`` and ``/figures/waiting``: counts, for organisations and for who reads aggregates."""

from dataclasses import asdict
from datetime import date, datetime, time, timedelta
from typing import Any

from marshmallow import fields, validate

from shared.campagnes import campagne_by_code
from shared.catalogue import sentence
from shared.clock import PARIS
from shared.database import Database
from shared.errors import BadInput
from shared.identity import Actor, TokenVerifier, require_actor
from shared.parcours.campagne import UnknownCampagne
from shared.process.figures import scope
from shared.process.figures.funnel import FIGURES, SUMS, funnel
from shared.process.figures.small_counts import LEAST, suppressed
from shared.process.figures.waiting import Waiting, waiting
from shared.web import ApiBlueprint, StrictSchema
from shared.web.schemas import AnswerSchema

GROUPS = ("lycee", "mission_locale", "academie")


class FunnelQuerySchema(StrictSchema):
    campagne = fields.String(required=True, validate=validate.Length(max=9))
    group = fields.String(required=True, validate=validate.OneOf(GROUPS))


class TaskWaitQuerySchema(StrictSchema):
    campagne = fields.String(required=True, validate=validate.Length(max=9))


class FunnelSchema(AnswerSchema):
    figures = fields.List(fields.String())
    rows = fields.Dict(
        metadata={"description": "group → figure → count; null: from 1 to 4, or hidden with one"}
    )
    total = fields.Dict()
    groups = fields.List(fields.String(), metadata={"description": "by what the actor may ask"})


class TaskWaitSchema(AnswerSchema):
    element_id = fields.String()
    name = fields.String()
    organisation_kind = fields.String()
    done = fields.Integer(allow_none=True)
    days = fields.Float(allow_none=True)
    late = fields.Integer(allow_none=True)


class TaskWaitListSchema(AnswerSchema):
    items = fields.List(fields.Nested(TaskWaitSchema))


def figures_blueprint(database: Database, verifier: TokenVerifier) -> ApiBlueprint:
    blueprint = ApiBlueprint("figures", __name__, url_prefix="/figures", description="Counts, never names.")
    guard = require_actor(verifier)

    @blueprint.operation(
        "GET",
        "/parcours",
        guard=guard,
        query=FunnelQuerySchema,
        answer=FunnelSchema,
        errors=(401, 403, 422, 503),
    )
    def parcours(actor: Actor, query: dict[str, Any]) -> dict[str, Any]:
        """How many parcours of a campagne reached each milestone, by group and in all."""
        groups = scope.groups_of(actor)
        if query["group"] not in groups:
            raise BadInput({"group": [sentence("figures.other_group")]})
        with database.read() as look:
            found = funnel(look, actor, query["campagne"], query["group"])
        rows: Any = found.rows
        total: Any = found.total
        if scope.reads_aggregates(actor):
            rows, total = suppressed(found.rows, found.total, SUMS)
        return {"figures": list(FIGURES), "rows": rows, "total": total, "groups": list(groups)}

    @blueprint.operation(
        "GET", "/waiting", guard=guard, query=TaskWaitQuerySchema, answer=TaskWaitListSchema,
        errors=(401, 403, 422, 503),
    )  # fmt: skip
    def waits(actor: Actor, query: dict[str, Any]) -> dict[str, Any]:
        """How long the tasks of a campagne's school year waited for those who did them."""
        with database.read() as look:
            since, until = _school_year(look, query["campagne"])
            found = waiting(look, actor, since, until)
        hides = scope.reads_aggregates(actor)
        return {"items": [_told(each, hides) for each in found]}

    return blueprint


def _told(each: Waiting, hides: bool) -> dict[str, Any]:
    hidden = {"done": None, "days": None, "late": None} if hides and each.done < LEAST else {}
    return asdict(each) | hidden


def _school_year(look: Any, code: str) -> tuple[datetime, datetime]:
    try:
        campagne = campagne_by_code(look, code)
    except UnknownCampagne as error:
        raise BadInput({"campagne": [sentence("figures.unknown_campagne")]}) from error
    return _midnight(campagne.rentree_on), _midnight(campagne.ends_on + timedelta(days=1))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), PARIS)
