"""Colleagues' addresses, for those who answer for an organisation: who has none, edit, import.

Of an address that is taken away the person is told there.
"""

from collections.abc import Mapping
from functools import partial
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from services.inbox.answering.drafts import marks_of, shown_again
from services.inbox.deps import Inbox
from services.inbox.identity.access import require_contacts_writer
from services.inbox.identity.people import SignedIn, people_of
from services.inbox.notifications import contacts
from services.inbox.notifications.contacts import Contact
from services.inbox.notifications.outgoing import EMAIL, Mail
from shared.catalogue import sentence
from shared.errors import BadInput, NotFound
from shared.merging import ChangedMeanwhile, merge_whole


def pages(inbox: Inbox) -> Blueprint:
    blueprint = Blueprint("contacts", __name__, url_prefix="/coordonnees")

    def page(
        who: SignedIn, *, errors: Mapping[str, list[str]] | None = None, said: str = "", person: str = ""
    ) -> str:
        with inbox.database.read() as look:
            listed = contacts.of_organisation(look, who.organisation.id)
        kept = next((contacts.as_typed(each.contact) for each in listed if each.person_id == person), {})
        return render_template(
            "contacts.html", listed=listed, without=sum(not each.contact.email for each in listed),
            errors=errors or {}, said=said, at_fault=person,
            typed={name: shown_again(name, now, request.form) for name, now in kept.items()},
        )  # fmt: skip

    @blueprint.get("")
    @require_contacts_writer
    def list_people(who: SignedIn) -> ResponseReturnValue:
        return page(who)

    @blueprint.post("/<uuid:person_id>")
    @require_contacts_writer
    def keep(who: SignedIn, person_id: UUID) -> ResponseReturnValue:
        id_ = str(person_id)
        try:
            found = contacts.read_contact(request.form)
        except BadInput as refused:
            return page(who, errors=refused.errors, person=id_), 422
        try:
            with inbox.database.begin() as tx:
                if not people_of(tx, who.organisation.id, person_id=id_):
                    raise NotFound
                known = contacts.as_typed(contacts.find(tx, id_))
                kept = merge_whole(known, contacts.as_typed(found), marks_of(request.form)).values
                found = Contact(kept["courriel"] or None, kept["telephone"] or None)
                is_new = _keep(inbox, tx, who, id_, found)
        except ChangedMeanwhile as late:
            return page(who, said=sentence(late.code), person=id_), 409
        flash(sentence("notifications.contacts_kept" if is_new else "notifications.contacts_same"))
        return redirect(url_for("contacts.list_people"), 303)

    @blueprint.post("/import")
    @require_contacts_writer
    def import_file(who: SignedIn) -> ResponseReturnValue:
        sent = request.files.get("fichier")
        try:
            if sent is None or not sent.filename:
                raise BadInput({"fichier": [sentence("notifications.no_file")]})  # noqa: TRY301 — one answer for both
            with inbox.database.begin() as tx:
                keep = partial(_keep, inbox, tx, who)
                result = contacts.import_file(tx, who.organisation.id, sent.read(), keep)
        except BadInput as refused:
            return page(who, errors=refused.errors), 422
        return render_template("contacts_imported.html", result=result)

    return blueprint


def _keep(inbox: Inbox, tx: Connection, who: SignedIn, person_id: str, found: Contact) -> bool:
    """False when nothing changes. With it leaves word to the address of before, if it was not the person's own doing:
    by another one, links that take in charge would go elsewhere unseen.
    """
    before = contacts.find(tx, person_id).email
    is_new = contacts.write(tx, person_id, found, who.actor.person_id, inbox.clock.now())
    is_by_another = is_new and person_id != who.actor.person_id
    if is_by_another and before and before.casefold() != (found.email or "").casefold():
        subject, body = inbox.letters.address_changed(
            who.actor.name, who.organisation.name, inbox.site.said.get("contact", ""),
            is_removed=found.email is None,
        )  # fmt: skip
        letter = Mail(EMAIL, before, subject, body, person_id=person_id)
        inbox.post.put(tx, letter, inbox.business_clock.now())
    return is_new
