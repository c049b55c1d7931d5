"""Use cases on campagnes. Each opens its one transaction here, but for the look-up of today's campagne."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, ClassVar

from sqlalchemy import Connection

from shared import campagnes
from shared.campagnes import Version
from shared.campagnes.messages import publish
from shared.catalogue import sentence
from shared.errors import BadInput, Conflict, Forbidden, NotFound, StaleVersion
from shared.identity import CAMPAGNE_ROLES, Actor
from shared.parcours.campagne import Campagne, UnknownCampagne
from shared.parcours.campagne_data import Fault, check_data
from shared.parcours.refusal import Reason
from shared.process.service import ProcessService


class CampagneUnknown(Conflict):
    """No campagne is configured for that day."""

    code: ClassVar[str] = "enrolment.campagne_unknown"


class PilotOnly(Forbidden):
    """A campagne is published by who has the role for it."""

    code: ClassVar[str] = "campagnes.pilot_only"


def campagne_of_today(look: Connection, service: ProcessService) -> Campagne:
    """The campagne that covers today; CampagneUnknown when none is configured."""
    try:
        return campagnes.campagne_at(look, service.clock.today())
    except UnknownCampagne as error:
        raise CampagneUnknown() from error


def campagne_to_open(look: Connection, service: ProcessService) -> Campagne:
    """That of a parcours which is opened today: in July and August the coming one (R1, R7). CampagneUnknown."""
    try:
        return campagnes.campagne_opening_at(look, service.clock.today())
    except UnknownCampagne as error:
        raise CampagneUnknown() from error


def publish_campagne(
    service: ProcessService, actor: Actor, code: str, data: Mapping[str, Any], read: int
) -> Version:
    """Publish a campagne's next version, here and to the other services.

    ``read``: the version that the author has seen, 0 for a campagne that is new. Raises PilotOnly, BadInput with
    what is wrong by the path of its setting, StaleVersion when another version was published meanwhile.
    """
    require_pilot(actor)
    with service.database.begin() as tx:
        there = campagnes.current(tx)
        known = there.get(code)
        if read != (known.version if known else 0):
            raise StaleVersion()
        if faults := (check_data(data) or tuple(_neighbour_faults(code, data, there))):
            raise BadInput(_by_path(faults))
        now = service.clock.now()
        made = Version(code, read + 1, data, now, actor.name)
        campagnes.add_version(tx, code, made.version, data, actor, now)
        publish(tx, service.ids(), made, now, service.system_clock.now())
        return made


def all_campagnes(service: ProcessService) -> list[Version]:
    """The version that counts of every campagne, the newest school year first."""
    with service.database.read() as look:
        return sorted(campagnes.current(look).values(), key=lambda each: each.code, reverse=True)


def one_campagne(service: ProcessService, code: str, version: int | None = None) -> list[Version]:
    """That version of a campagne, or the one that counts, then all its versions, the newest first. NotFound."""
    with service.database.read() as look:
        found = list(campagnes.versions(look, code))
    wanted = [each for each in found if version in (None, each.version)]
    if not wanted:
        raise NotFound()
    return [wanted[0], *found]


def require_pilot(actor: Actor) -> None:
    """PilotOnly for whoever may not publish a campagne."""
    if actor.organisation_kind != "system" or not CAMPAGNE_ROLES & actor.roles:
        raise PilotOnly()


def _neighbour_faults(code: str, data: Mapping[str, Any], there: Mapping[str, Version]) -> Iterator[Fault]:
    """Whether the days of a campagne are its own, and its name is the one under which it is published."""
    if data["code"] != code:
        yield Fault("code", Reason("campagnes.other_code", {"campagne": code}))
        return
    for other in there.values():
        if other.code != code and _overlap(data, other.data):
            path = "fin" if other.code > code else "rentree"
            yield Fault(path, Reason("campagnes.overlap", {"campagne": other.code, **_days(other.data)}))


def _overlap(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return bool(one["rentree"] <= other["fin"] and other["rentree"] <= one["fin"])


def _days(data: Mapping[str, Any]) -> dict[str, date]:
    return {"first": data["rentree"], "last": data["fin"]}


def _by_path(faults: tuple[Fault, ...]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for fault in faults:
        found.setdefault(fault.path, []).append(sentence(fault.reason.code, **fault.reason.params))
    return found
