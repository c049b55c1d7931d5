"""Rendez-vous: invitations when one is fixed, moved or cancelled, and the day before a reminder to the pupil's side.

Nothing is sent twice for news that change nothing. Pupils and parents have no account: time, place and first name are
all that they are written, and only to addresses that the parcours gives.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from services.inbox.calendars import guests
from services.inbox.notifications import choices, contacts
from services.inbox.notifications.hours import NEVER, Hours
from services.inbox.notifications.letters import Letters
from services.inbox.notifications.outgoing import EMAIL, SMS, Mail, Post
from services.inbox.notifications.tables import appointment
from shared.clock import PARIS, Clock
from shared.database import Database
from shared.documents.invitations import icalendar_of
from shared.notifications import AppointmentNews, News, as_moment

BATCH = 100
MINUTE = timedelta(minutes=1)
REQUEST, CANCEL = "request", "cancel"
SAID = ("title", "starts", "ends", "place", "people", "emails", "phones")


@dataclass(frozen=True)
class Appointments:
    """``organiser``: the address that invitations come from. ``clock``: the business clock."""

    database: Database
    hours: Hours
    post: Post
    letters: Letters
    clock: Clock
    organiser: str

    def announce(self, tx: Connection, news: News, said: AppointmentNews, now: datetime) -> None:
        """Keep a rendez-vous as it now is, and write to everybody invited; who is no longer hears that it is off."""
        known = tx.execute(select(appointment).where(appointment.c.key == said.key).with_for_update()).first()
        row = _row(news, said)
        if known is None and said.starts is None:
            return  # cancelled before anybody heard of it
        if known is not None and all(getattr(known, name) == row[name] for name in SAID):
            return
        row |= {
            "sequence": 0 if known is None else known.sequence + 1, "remind_at": self._remind_at(said, now),
            "updated_at": now,
        }  # fmt: skip
        if known is not None and said.starts is None:
            row |= {name: getattr(known, name) for name in ("people", "emails", "phones", "title", "place")}
        tx.execute(delete(appointment).where(appointment.c.key == said.key))
        tx.execute(insert(appointment).values(row))
        guests.invite(tx, row["key"], json.loads(row["people"]))
        kind = "fixe" if known is None or known.starts is None else "deplace"
        if said.starts is None:
            self._write_to_all(tx, row, known, "annule", now)
            return
        self._write_to_all(tx, row, None, kind, now)
        if known is not None and known.starts is not None:
            self._call_off(tx, row, known, now)

    def remind_due(self) -> int:
        """Remind the pupil's side of what is due; how many rendez-vous. Each in a transaction of its own."""
        now = self.clock.now()
        if not self.hours.is_open(now):
            return 0
        due = select(appointment.c.key).where(
            appointment.c.remind_at.is_not(None), appointment.c.remind_at <= now
        )
        with self.database.read() as look:
            keys = list(look.execute(due.order_by(appointment.c.remind_at).limit(BATCH)).scalars())
        return sum(self._remind(key, now) for key in keys)

    def _remind(self, key: str, now: datetime) -> bool:
        with self.database.begin() as tx:
            taken = update(appointment).where(appointment.c.key == key, appointment.c.remind_at.is_not(None))
            row = tx.execute(taken.values(remind_at=None).returning(appointment)).first()
            if row is None:
                return False
            self._write_to_family(tx, row._asdict(), row._asdict(), "rappel", now, is_urgent=False)
            return True

    def _remind_at(self, said: AppointmentNews, now: datetime) -> datetime | None:
        """None also when it is so near that the invitation is the reminder."""
        starts = as_moment(said.starts)
        if starts is None or not (said.emails or said.phones):
            return None
        at = self.hours.appointment_reminder_at(starts)
        return at if at > now else None

    def _write_to_all(
        self, tx: Connection, row: Mapping[str, Any], known: Row[Any] | None, kind: str, now: datetime
    ) -> None:
        """``known``: as it was before it was cancelled; else the row itself is what is written of."""
        shown = row if known is None else known._asdict()
        urgent = self.hours.is_urgent(as_moment(shown["starts"]), now)
        for person_id in json.loads(row["people"]):
            self._write_to_person(tx, person_id, row, shown, kind, now, is_urgent=urgent)
        self._write_to_family(tx, row, shown, kind, now, is_urgent=urgent)

    def _call_off(self, tx: Connection, row: Mapping[str, Any], known: Row[Any], now: datetime) -> None:
        """Whoever was invited before and is no longer."""
        urgent = self.hours.is_urgent(as_moment(known.starts), now)
        for person_id in sorted(set(json.loads(known.people)) - set(json.loads(row["people"]))):
            self._write_to_person(tx, person_id, row, known._asdict(), "annule", now, is_urgent=urgent)
        gone = {
            name: json.dumps(sorted(set(json.loads(getattr(known, name))) - set(json.loads(row[name]))))
            for name in ("emails", "phones")
        }
        self._write_to_family(tx, row, known._asdict() | gone, "annule", now, is_urgent=urgent)

    def _write_to_person(
        self, tx: Connection, person_id: str, row: Mapping[str, Any], shown: Mapping[str, Any], kind: str,
        now: datetime, *, is_urgent: bool,
    ) -> None:  # fmt: skip
        """At once unless never: an invitation that waits for a digest comes too late to be one."""
        chosen = choices.chosen(tx, person_id)
        found = contacts.find(tx, person_id)
        if chosen[choices.name_of(choices.APPOINTMENT)] == NEVER:
            return
        if found.email:
            self._email(tx, found.email, person_id, row, shown, kind, now, is_urgent=is_urgent)
        if found.phone and chosen[choices.SMS] == choices.YES and not row["is_sms_off"]:
            self._sms(tx, found.phone, person_id, row, shown, kind, now, is_urgent=is_urgent)

    def _write_to_family(
        self, tx: Connection, row: Mapping[str, Any], shown: Mapping[str, Any], kind: str, now: datetime, *,
        is_urgent: bool,
    ) -> None:  # fmt: skip
        for email in json.loads(shown["emails"]):
            self._email(tx, email, None, row, shown, kind, now, is_urgent=is_urgent)
        for phone in [] if row["is_sms_off"] else json.loads(shown["phones"]):
            self._sms(tx, phone, None, row, shown, kind, now, is_urgent=is_urgent)

    def _email(
        self, tx: Connection, to: str, person_id: str | None, row: Mapping[str, Any],
        shown: Mapping[str, Any], kind: str, now: datetime, *, is_urgent: bool,
    ) -> None:  # fmt: skip
        subject, body = self.letters.appointment(kind, shown, row["first_name"])
        mail = Mail(
            EMAIL, to, subject, body, person_id=person_id, parcours_id=row["parcours_id"], is_urgent=is_urgent,
            invitation=self._calendar(row, shown, kind, to if person_id is None else None, now),
            invitation_method="CANCEL" if kind == "annule" else "REQUEST",
        )  # fmt: skip
        self.post.put(tx, mail, now)

    def _sms(
        self, tx: Connection, to: str, person_id: str | None, row: Mapping[str, Any],
        shown: Mapping[str, Any], kind: str, now: datetime, *, is_urgent: bool,
    ) -> None:  # fmt: skip
        text = self.letters.appointment_sms(kind, shown, row["first_name"])
        mail = Mail(
            SMS, to, "", text, person_id=person_id, parcours_id=row["parcours_id"], is_urgent=is_urgent
        )
        self.post.put(tx, mail, now)

    def _calendar(
        self, row: Mapping[str, Any], shown: Mapping[str, Any], kind: str, guest: str | None, now: datetime
    ) -> bytes:
        starts, ends = as_moment(shown["starts"]), as_moment(shown["ends"])
        local = starts.astimezone(PARIS) if isinstance(starts, datetime) else None
        minutes = (
            (ends - starts) // MINUTE if isinstance(starts, datetime) and isinstance(ends, datetime) else 60
        )
        announced = SimpleNamespace(
            id=row["key"], sequence=row["sequence"], status=CANCEL if kind == "annule" else REQUEST,
            title=shown["title"], first_name=row["first_name"] or "", day=local.date() if local else starts,
            hour=f"{local:%H:%M}" if local else None, minutes=minutes, place=shown["place"], changed_at=now,
        )  # fmt: skip
        attendee = f"mailto:{guest}" if guest else None
        return icalendar_of(announced, f"mailto:{self.organiser}", attendee)


def forget(tx: Connection, before: datetime) -> None:
    """Drop rendez-vous that nothing was said of since."""
    tx.execute(
        delete(appointment).where(appointment.c.updated_at < before, appointment.c.remind_at.is_(None))
    )


def _row(news: News, said: AppointmentNews) -> dict[str, Any]:
    phones = [phone for each in said.phones if (phone := contacts.normal_phone(each))]
    emails = [email for email in said.emails if contacts.EMAIL.fullmatch(email)]
    return {
        "key": said.key, "parcours_id": news.parcours_id, "first_name": news.first_name, "title": said.title,
        "starts": said.starts, "ends": said.ends, "place": said.place, "people": json.dumps(sorted(said.people)),
        "emails": json.dumps(sorted(emails)), "phones": json.dumps(sorted(phones)),
        "is_sms_off": news.is_sms_off,
    }  # fmt: skip
