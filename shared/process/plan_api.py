"""``GET /parcours/<id>/plan``: the plan of a parcours at a glance, as the services that have it tell it."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from marshmallow import fields

from shared.calendar_fr import is_school_holiday, public_holidays
from shared.identity import Actor, TokenVerifier, require_actor
from shared.parcours.academies import place_of
from shared.parcours.overview import days_of, gauge
from shared.parcours.period import Period
from shared.process import views
from shared.process.service import ProcessService
from shared.web import ApiBlueprint
from shared.web.schemas import AnswerSchema


class CompanyGaugeSchema(AnswerSchema):
    """R9, in calendar days."""

    allowed = fields.Integer()
    planned = fields.Integer()
    done = fields.Integer(metadata={"description": "of those planned, by today"})
    remaining = fields.Integer(metadata={"description": "may still be planned"})


class PlannedSolutionSchema(AnswerSchema):
    label = fields.String()
    place = fields.String(allow_none=True)
    first_on = fields.Date()
    last_on = fields.Date()
    company = fields.Boolean()


class HostedDaySchema(AnswerSchema):
    day = fields.Date()
    hosts = fields.List(fields.String(), metadata={"description": "entreprise | lycee | mission_locale | …"})


class PlanToldSchema(AnswerSchema):
    begins_on = fields.Date(allow_none=True, metadata={"description": "null: not admitted yet"})
    ends_on = fields.Date(allow_none=True)
    signed = fields.Boolean(metadata={"description": "false: a plan that is being composed"})
    gauge = fields.Nested(
        CompanyGaugeSchema, allow_none=True, metadata={"description": "null: no longer counted"}
    )
    solutions = fields.List(fields.Nested(PlannedSolutionSchema))
    days = fields.List(fields.Nested(HostedDaySchema))


def plan_blueprint(service: ProcessService, verifier: TokenVerifier) -> ApiBlueprint:
    """Of the parcours that this service runs by the process of its own name."""
    blueprint = ApiBlueprint("plan", __name__, description="The plan of a parcours at a glance.")

    @blueprint.operation(
        "GET", "/parcours/<uuid:parcours_id>/plan", guard=require_actor(verifier), answer=PlanToldSchema,
        errors=(401, 404, 503),
    )  # fmt: skip
    def plan(actor: Actor, parcours_id: UUID) -> dict[str, Any]:
        """Days in companies against R9, the solutions, and who hosts the pupil on each day of the parcours."""
        with service.database.read() as look:
            row = views.parcours_instance(look, actor, str(parcours_id))
            known = service.processes.variables(look, row) if row.process_id == service.name else {}
        service.accesses.parcours(actor, row.parcours_id)
        return _told(known, service.clock.today())

    return blueprint


def _told(known: Mapping[str, Any], today: date) -> dict[str, Any]:
    begins, ends = known.get("entree_le"), known.get("fin_de_statut_le")
    if begins is None or ends is None or ends < begins:
        return {
            "begins_on": None,
            "ends_on": None,
            "signed": False,
            "gauge": None,
            "solutions": [],
            "days": [],
        }
    signed = known.get("plan_signe")
    plan = [each for each in signed or known.get("plan") or [] if each["du"] <= each["au"]]
    parcours, place = Period(begins, ends), place_of(known["lycee"])
    counted = (known.get("regles") or {}).get("cadres_comptes")
    hosted = days_of(
        parcours, plan, is_public_holiday=public_holidays(place.territory or None),
        is_school_holiday=is_school_holiday(place),
    )  # fmt: skip
    return {
        "begins_on": begins, "ends_on": ends, "signed": signed is not None,
        "gauge": None if counted is None else gauge(parcours, plan, counted, today).as_json(),
        "solutions": [
            {"label": each["libelle"], "place": each["structure"], "first_on": each["du"], "last_on": each["au"],
             "company": each["cadre"] is not None}
            for each in plan
        ],
        "days": [{"day": each.day, "hosts": [str(host) for host in each.hosts]} for each in hosted],
    }  # fmt: skip
