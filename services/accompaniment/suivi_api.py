"""The follow-up's own HTTP routes: the week of a pupil."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from marshmallow import ValidationError, fields

from shared.calendar_fr import is_school_holiday, public_holidays
from shared.catalogue import sentence
from shared.identity import Actor, FamilyMember, TokenVerifier, require_actor, require_family
from shared.parcours.academies import place_of
from shared.parcours.week import week_of
from shared.process import views
from shared.process.service import ProcessService, family_door
from shared.web import ApiBlueprint, StrictSchema
from shared.web.schemas import AnswerSchema

FOLLOW_UP = "accompaniment"


EARLIEST, LATEST = date(2000, 1, 1), date(2099, 12, 31)
"""A day before or after is a slip of the pen."""


def _in_our_time(day: date | None) -> None:
    if day is not None and not EARLIEST <= day <= LATEST:
        raise ValidationError(sentence("suivi.week_outside", first=EARLIEST, last=LATEST))


class WeekQuerySchema(StrictSchema):
    day = fields.Date(load_default=None, allow_none=True, validate=_in_our_time)


class RunningSchema(AnswerSchema):
    label = fields.String()
    place = fields.String()


class DaySchema(AnswerSchema):
    day = fields.Date()
    hosts = fields.List(fields.String(), metadata={"description": "entreprise | lycee | mission_locale | …"})
    solutions = fields.List(fields.Nested(RunningSchema))


class WeekSchema(AnswerSchema):
    days = fields.List(fields.Nested(DaySchema))


def suivi_blueprint(service: ProcessService, verifier: TokenVerifier) -> ApiBlueprint:
    """``/parcours/<id>/week``."""
    blueprint = ApiBlueprint("suivi", __name__, description="The follow-up of a pupil.")

    @blueprint.operation(
        "GET", "/parcours/<uuid:parcours_id>/week", guard=require_actor(verifier), query=WeekQuerySchema,
        answer=WeekSchema, errors=(401, 404, 422, 503),
    )  # fmt: skip
    def week(actor: Actor, query: dict[str, Any], parcours_id: UUID) -> dict[str, Any]:
        """Who hosts the pupil on each day of a week, this one by default: from the signed plan and the holidays."""
        with service.database.read() as look:
            row = views.parcours_instance(look, actor, str(parcours_id))
            known = service.processes.variables(look, row) if row.process_id == FOLLOW_UP else {}
        service.accesses.parcours(actor, row.parcours_id)
        return {"days": _week(query["day"] or service.clock.today(), known)}

    @blueprint.operation(
        "GET", "/famille/semaine", guard=require_family(verifier), answer=WeekSchema, errors=(401, 404, 503)
    )
    def family_week(member: FamilyMember) -> dict[str, Any]:
        """This week, for who comes by a personal link; no day before there is a follow-up."""
        with service.database.read() as look:
            _, known = family_door(service).admit(look, member)
        return {"days": _week(service.clock.today(), known)}

    return blueprint


def _week(day: Any, known: Mapping[str, Any]) -> list[dict[str, Any]]:
    if known.get("plan_signe") is None:
        return []
    place = place_of(known["lycee"])
    days = week_of(
        day, known["plan_signe"], (known["entree_le"], known["fin_de_statut_le"]),
        is_public_holiday=public_holidays(place.territory or None), is_school_holiday=is_school_holiday(place),
    )  # fmt: skip
    return [each.as_json() for each in days]
