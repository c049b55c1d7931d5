"""``GET /parcours/facts``: by what people narrow a list of parcours that they have, as facts without names.

Whether a pupil is a minor is told, never the age nor the date of birth; what only one side may know, such as who is
boursier, is told to that side alone, as the diagram says (R38).
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from marshmallow import fields, validate
from sqlalchemy import Connection, Row, select
from webargs.fields import DelimitedList

from shared.bpmn.tables import instance
from shared.clock import local_date
from shared.database import Database
from shared.identity import Actor, TokenVerifier, require_actor
from shared.parcours.age import is_minor
from shared.process.processes import MoveFailed, Processes
from shared.process.tables import party
from shared.process.views import is_mine, is_visible
from shared.web import ApiBlueprint, StrictSchema
from shared.web.schemas import AnswerSchema

MOST = 100
BORN_ON, GRANT, PLACES = "eleve_ne_le", "boursier", ("lycee", "mission_locale")


class FactsQuerySchema(StrictSchema):
    ids = DelimitedList(fields.UUID(), required=True, validate=validate.Length(1, MOST))


class FactsSchema(AnswerSchema):
    parcours_id = fields.String()
    mineur = fields.Boolean(allow_none=True, metadata={"description": "today; null: no date of birth"})
    boursier = fields.Boolean(
        allow_none=True, metadata={"description": "null: not known, or not to this side"}
    )
    lycee = fields.String(allow_none=True)
    mission_locale = fields.String(allow_none=True)


class FactsListSchema(AnswerSchema):
    items = fields.List(fields.Nested(FactsSchema))


def facts_blueprint(database: Database, processes: Processes, verifier: TokenVerifier) -> ApiBlueprint:
    blueprint = ApiBlueprint("facts", __name__, description="By what lists of parcours are narrowed.")

    @blueprint.operation(
        "GET", "/parcours/facts", guard=require_actor(verifier), query=FactsQuerySchema, answer=FactsListSchema,
        errors=(401, 422, 503),
    )  # fmt: skip
    def facts(actor: Actor, query: dict[str, Any]) -> dict[str, Any]:
        """Of those of the named parcours in which my organisation has a part."""
        today = local_date(processes.clock.now())
        with database.read() as look:
            rows = first_instances(look, actor, [str(each) for each in query["ids"]])
            return {"items": [_facts(look, processes, row, actor, today) for row in rows]}

    return blueprint


def first_instances(look: Connection, actor: Actor, ids: Sequence[str]) -> Sequence[Row[Any]]:
    """Of each parcours of the actor's organisation the instance that began it in this service."""
    found = (
        select(instance.c.id, instance.c.parcours_id)
        .join(party, party.c.parcours_id == instance.c.parcours_id)
        .where(instance.c.parcours_id.in_(ids), is_mine(actor))
        .order_by(instance.c.started_at.desc(), instance.c.id.desc())
    )
    first = {row.parcours_id: row.id for row in look.execute(found)}
    return look.execute(select(instance).where(instance.c.id.in_(first.values()))).all()


def visible_values(look: Connection, processes: Processes, row: Row[Any], actor: Actor) -> Mapping[str, Any]:
    """The values that the actor's side may see; none of an instance whose bytes nobody can read: it is an incident."""
    try:
        values = processes.variables(look, row)
    except MoveFailed:
        return {}
    definition = processes.definition(look, row)
    return {name: value for name, value in values.items() if is_visible(definition, name, actor.side)}


def _facts(
    look: Connection, processes: Processes, row: Row[Any], actor: Actor, today: date
) -> dict[str, Any]:
    known = visible_values(look, processes, row, actor)
    born_on = known.get(BORN_ON)
    return {
        "parcours_id": row.parcours_id,
        "mineur": is_minor(born_on, today) if isinstance(born_on, date) else None,
        "boursier": known.get(GRANT),
        **{place: known.get(place) for place in PLACES},
    }
