"""Colleagues' addresses, for those who answer for an organisation: who has none, edit, import."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from services.inbox.access import require_contacts_writer
from services.inbox.deps import Inbox
from services.inbox.notifications import contacts
from services.inbox.people import SignedIn, people_of
from shared.catalogue import sentence
from shared.errors import BadInput, NotFound


def pages(inbox: Inbox) -> Blueprint:
    blueprint = Blueprint("contacts", __name__, url_prefix="/coordonnees")

    def page(who: SignedIn, *, refused: BadInput | None = None, person: str = "") -> str:
        with inbox.database.read() as look:
            listed = contacts.of_organisation(look, who.organisation.id)
        return render_template(
            "contacts.html", listed=listed, without=sum(not each.contact.email for each in listed),
            errors=refused.errors if refused else {}, at_fault=person, typed=request.form,
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
            return page(who, refused=refused, person=id_), 422
        with inbox.database.begin() as tx:
            if not people_of(tx, who.organisation.id, person_id=id_):
                raise NotFound
            is_new = contacts.write(tx, id_, found, who.actor.person_id, inbox.clock.now())
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
                result = contacts.import_file(
                    tx, who.organisation.id, sent.read(), who.actor.person_id, inbox.clock.now()
                )
        except BadInput as refused:
            return page(who, refused=refused), 422
        return render_template("contacts_imported.html", result=result)

    return blueprint
