"""Appointments that the diagrams fix, as another library reads them."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import vobject  # type: ignore[import-untyped]

from shared.documents.invitations import icalendar_of
from shared.documents.invitations.binding import Appointments, check_appointments
from shared.documents.invitations.making import when
from tests.diagrams.files import definition
from tests.diagrams.scenarios import ENTRY_FILE, FICHE, REFERENT, do
from tests.documents.world import CONSEILLER, STRANGER, Parcours, parcours
from tests.documents.world import REFERENT as KARIM
from tests.support.databases import MakeDatabase

AT = datetime(2026, 9, 7, 8, 0, tzinfo=UTC)


def invitation(**changed: Any) -> SimpleNamespace:
    usual: dict[str, Any] = {
        "id": "0199a0f2-0000-7000-8000-000000000001", "sequence": 0, "status": "request", "title": "Bilan du parcours",
        "first_name": "Zoé", "day": date(2026, 9, 10), "hour": "14:30", "minutes": 60,
        "place": "3, rue de l’Été ; salle 2, 1er étage", "changed_at": AT,
    }  # fmt: skip
    return SimpleNamespace(**(usual | changed))


def read(content: bytes) -> Any:
    return vobject.readOne(content.decode())


@pytest.mark.parametrize(
    ("day", "starts"),
    [
        (date(2026, 7, 6), datetime(2026, 7, 6, 12, 30, tzinfo=UTC)),  # summer time
        (date(2026, 12, 7), datetime(2026, 12, 7, 13, 30, tzinfo=UTC)),  # winter time
        (date(2026, 10, 25), datetime(2026, 10, 25, 13, 30, tzinfo=UTC)),  # the day summer time ends
        (date(2027, 3, 28), datetime(2027, 3, 28, 12, 30, tzinfo=UTC)),  # the day it begins
    ],
)
def test_an_hour_is_that_of_paris_summer_and_winter(day: date, starts: datetime) -> None:
    calendar = read(icalendar_of(invitation(day=day)))
    assert calendar.vevent.dtstart.value.astimezone(UTC) == starts
    assert calendar.vevent.dtend.value - calendar.vevent.dtstart.value == timedelta(hours=1)
    assert calendar.vtimezone.tzid.value == "Europe/Paris"
    assert "DTSTART;TZID=Europe/Paris:" in icalendar_of(invitation(day=day)).decode()


def test_it_carries_time_place_and_first_name_and_no_more() -> None:
    calendar = read(icalendar_of(invitation()))
    assert (calendar.method.value, calendar.vevent.status.value) == ("REQUEST", "CONFIRMED")
    assert calendar.vevent.summary.value == "Bilan du parcours – Zoé"
    assert calendar.vevent.location.value == "3, rue de l’Été ; salle 2, 1er étage"
    assert calendar.vevent.contents.keys() <= {
        "uid", "sequence", "dtstamp", "summary", "dtstart", "dtend", "location", "status", "organizer",
    }  # fmt: skip


def test_without_an_hour_it_is_the_whole_day() -> None:
    event = read(icalendar_of(invitation(hour=None))).vevent
    assert (event.dtstart.value, event.dtend.value) == (date(2026, 9, 10), date(2026, 9, 11))


def test_a_change_and_a_cancel_keep_the_uid_and_raise_the_sequence() -> None:
    first, changed, gone = (
        read(icalendar_of(invitation(sequence=number, status=status)))
        for number, status in enumerate(("request", "request", "cancel"))
    )
    assert first.vevent.uid.value == changed.vevent.uid.value == gone.vevent.uid.value
    assert [each.vevent.sequence.value for each in (first, changed, gone)] == ["0", "1", "2"]
    assert (gone.method.value, gone.vevent.status.value) == ("CANCEL", "CANCELLED")


def test_who_sends_it_by_e_mail_gives_the_addresses() -> None:
    sent = icalendar_of(
        invitation(), organiser="mailto:parcours@exemple.fr", attendee="mailto:zoe@exemple.fr"
    )
    event = read(sent).vevent
    assert (event.organizer.value, event.attendee.value) == (
        "mailto:parcours@exemple.fr",
        "mailto:zoe@exemple.fr",
    )


@pytest.mark.parametrize(
    ("hour", "said"),
    [("14h30", "14:30"), ("9 h", "09:00"), ("08:05", "08:05"), ("14", "14:00"), ("midi", None), (None, None)],
)
def test_an_hour_is_read_as_people_write_it(hour: str | None, said: str | None) -> None:
    assert when(date(2026, 9, 10), hour) == (date(2026, 9, 10), said)
    assert when(datetime(2026, 9, 10, 12, 30, tzinfo=UTC), None) == (date(2026, 9, 10), "14:30")


@pytest.fixture
def opened(make_database: MakeDatabase) -> Iterator[Parcours]:
    with parcours(make_database, eleve_prenom="Zoé", eleve_nom="Secret") as made:
        yield made.play((*ENTRY_FILE, *REFERENT, *FICHE))


def fixed(made: Parcours) -> list[dict[str, Any]]:
    answer = made.get("enrolment", f"/documents?parcours_id={made.id}", KARIM)
    return list(answer.get_json()["invitations"])


def test_the_entretien_that_is_fixed_moved_and_called_off_is_one_appointment(opened: Parcours) -> None:
    place = {"contact_resultat": "rendez_vous_pris", "entretien_lieu": "Mission Locale, 3 rue des Écoles"}
    place["entretien_heure"] = "14 h 30"
    opened.do("enrolment", "fixer_entretien", **place, entretien_prevu_le="2026-09-14")
    (first,) = fixed(opened)
    assert (first["day"], first["status"], first["sequence"]) == ("2026-09-14", "request", 0)
    opened.play(do("enrolment", "entretien_referent", "entretien_conseiller"))
    opened.do("enrolment", "valider_entretien", entretien_suite="a_refixer")
    opened.do("enrolment", "fixer_entretien", **place, entretien_prevu_le="2026-09-21")
    (moved,) = fixed(opened)
    assert (moved["id"], moved["day"], moved["sequence"]) == (first["id"], "2026-09-21", 1)

    answer = opened.get("enrolment", f"/invitations/{moved['id']}", CONSEILLER)
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8; method=REQUEST"
    assert answer.headers["Content-Disposition"] == "attachment; filename=entretien.ics"
    event = read(answer.data).vevent
    assert event.dtstart.value.astimezone(UTC) == datetime(2026, 9, 21, 12, 30, tzinfo=UTC)
    assert event.location.value == "Mission Locale, 3 rue des Écoles"
    assert b"Secret" not in answer.data
    assert opened.get("enrolment", f"/invitations/{moved['id']}", STRANGER).status_code == 404

    opened.do("enrolment", "retirer_volontariat")
    (gone,) = fixed(opened)
    assert (gone["id"], gone["status"], gone["sequence"]) == (first["id"], "cancel", 2)
    assert read(opened.get("enrolment", f"/invitations/{gone['id']}", KARIM).data).method.value == "CANCEL"


GOOD = 'titre = "Essai"\nelement = "rendez_vous_pris"\njour = "entretien_prevu_le"\nminutes = 60\n'


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("rendez_vous_pris", "rendez_vous", "aucun diagramme du service n’a cet élément"),
        ("entretien_prevu_le", "entretien_lieu", "doit être de type date, dateTime"),
        ("entretien_prevu_le", "entretien_jour", "ne déclare pas de variable « entretien_jour »"),
        ("60", "0", "« minutes » ne peut pas valoir « 0 »"),
        ("titre", "title", "la clé « title » n’est pas connue"),
    ],
)
def test_a_fault_of_an_appointment_is_told(tmp_path: Path, old: str, new: str, said: str) -> None:
    (tmp_path / "essai.toml").write_text(GOOD.replace(old, new), encoding="utf-8")
    (found, *_) = check_appointments(Appointments(tmp_path), [definition("enrolment")])
    assert found.sentence.startswith("invitations/essai.toml")
    assert said in found.sentence


def test_a_good_appointment_has_no_fault(tmp_path: Path) -> None:
    (tmp_path / "essai.toml").write_text(GOOD, encoding="utf-8")
    assert check_appointments(Appointments(tmp_path), [definition("enrolment")]) == []
