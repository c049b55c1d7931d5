"""What holds at every moment of every parcours, whatever people answer; said anew, without the code's own rules."""

import calendar
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from tests.diagrams.world import World

PARCOURS = ("enrolment", "accompaniment", "bilan")
"""The services by étape: where several have a next action, the last one's counts."""
COUNTED = frozenset({"pfmp", "stage", "immersion"})


def broken(world: World) -> list[str]:
    """The invariants that do not hold now, each in a few words."""
    return [
        *_hand(world),
        *(fault for service in world.now_at for fault in broken_rules(_known(world, service))),
    ]


def _known(world: World, service: str) -> Mapping[str, Any]:
    return world.runtimes[service].variables(world.now_at[service].state)


def _hand(world: World) -> list[str]:
    """One organisation has the next action, until a day, as long as the parcours is open: enrolment closes it."""
    running = [name for name in PARCOURS if name in world.now_at and not world.now_at[name].ended]
    if PARCOURS[0] not in running:
        return []
    for service in reversed(running):
        due = [task for task in world.open[service] if task.due is not None]
        if due:
            missing = [task.element_id for task in due if not task.organisation_id]
            return [f"hand: {missing} of {service} is nobody's"] if missing else []
        if world.now_at[service].timers:
            return []
    return [f"hand: nobody has it in {running}"]


def broken_rules(known: Mapping[str, Any]) -> list[str]:
    """Those that a service's variables of a parcours break."""
    checks = (_volunteer, _admission, _age, _dates, _two_thirds, _exit)
    return [fault for check in checks for fault in check(known)]


def _volunteer(known: Mapping[str, Any]) -> list[str]:
    if known.get("fiche_envoyee_le") and known.get("volontariat_choix") != "oui":
        return ["R4: a fiche of somebody who is no volunteer"]
    return []


def _admission(known: Mapping[str, Any]) -> list[str]:
    is_withdrawn = known.get("refus_motif") == "retrait" and known.get("issue")
    if is_withdrawn and not known.get("volontariat_retire_le"):
        return ["R4: a withdrawal without its day"]
    entry = known.get("entree_le")
    if known.get("decision_admission") != "admis" or not entry or known.get("admission_anomalie"):
        return []
    before = [name for name in ("volontariat_le", "entretien_tenu_le") if (known.get(name) or entry) > entry]
    faults = [f"R5: entry on {entry}, {name} on {known[name]}" for name in before]
    return [*faults, *(["R5: admitted who withdrew"] if known.get("entretien_suite") == "retrait" else [])]


def _age(known: Mapping[str, Any]) -> list[str]:
    sent, born = known.get("fiche_envoyee_le"), known.get("eleve_ne_le")
    if sent and born and sent < _birthday(born, 16):
        return [f"R36: a fiche sent on {sent} of somebody born on {born}"]
    return []


def _dates(known: Mapping[str, Any]) -> list[str]:
    entry, end = known.get("entree_le"), known.get("fin_de_statut_le")
    if not entry or not end or known.get("admission_anomalie"):
        return []
    faults = [] if end <= _four_months(entry) else [f"R8: {entry} to {end}"]
    rentree = known.get("rentree_le")
    return [*faults, *([f"R7: entry on {entry}"] if rentree and entry < rentree else [])]


def _two_thirds(known: Mapping[str, Any]) -> list[str]:
    entry, end = known.get("entree_le"), known.get("fin_de_statut_le")
    if not known.get("plan_conforme") or not entry or not end:
        return []
    days = {
        each["du"] + timedelta(days=number)
        for each in known.get("periodes") or []
        if each["cadre"] in COUNTED
        for number in range((each["au"] - each["du"]).days + 1)
    }
    allowed = ((end - entry).days + 1) * 2 // 3
    return [f"R9: {len(days)} days of {allowed}"] if len(days) > allowed else []


def _exit(known: Mapping[str, Any]) -> list[str]:
    faults = []
    if known.get("attestation_le") and not (known.get("bilan_tenu_le") or known.get("absence_le")):
        faults.append("R13: an attestation without a bilan nor a dated absence")
    end, over = known.get("fin_de_statut_le"), known.get("statut_termine_le")
    if end and over and over > end:
        faults.append(f"R13: the status ended on {over}, after {end}")
    if known.get("issue") == "insertion" and known.get("statut_conserve"):
        faults.append("R15: still a pupil in a parcours d'insertion")
    return faults


def _birthday(born: date, years: int) -> date:
    """On 1 March when there is no 29 February: a year of age is complete then."""
    if born.month == 2 and born.day == 29 and not calendar.isleap(born.year + years):
        return date(born.year + years, 3, 1)
    return born.replace(year=born.year + years)


def _four_months(entry: date) -> date:
    """R8: the day before the same day number four months later, or that month's last day when it lacks it."""
    months = entry.month - 1 + 4
    year, month = entry.year + months // 12, months % 12 + 1
    last = calendar.monthrange(year, month)[1]
    return date(year, month, last) if entry.day > last else date(year, month, entry.day) - timedelta(days=1)
