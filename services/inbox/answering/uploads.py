"""The files that a page of a task's form brings: each is kept with the parcours, the form gets its id."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from werkzeug.datastructures import FileStorage, MultiDict

from services.inbox.answering.forms import TaskForm
from services.inbox.answering.typed import FILE, SEVERAL
from services.inbox.identity.people import SignedIn
from services.inbox.sources import Reply, Sources
from shared.catalogue import sentence
from shared.forms import Component
from shared.forms.attached import MEGABYTE, refusal

Errors = dict[str, list[str]]


@dataclass(frozen=True)
class Uploads:
    """Takes the files of one page to the service that owns the task."""

    sources: Sources
    who: SignedIn
    service: str
    parcours_id: str
    form: TaskForm
    errors: Errors = field(default_factory=dict)

    def take(self, page: MultiDict[str, str], sent: MultiDict[str, FileStorage]) -> MultiDict[str, str]:
        """The page with the ids of its files in the place of them; ``errors`` says which were not taken, and why."""
        taken = MultiDict(page.items(multi=True))
        for key, files in _by_field(sent).items():
            part = self.form.parts.get(key)
            if part is None or part.kind != "filepicker" or not part.is_shown:
                self.errors[key] = [sentence("forms.unknown_field", field=key)]
                continue
            name = SEVERAL + key
            if part.most == 1:
                taken.setlist(name, [])
            if len(taken.getlist(name)) + len(files) > part.most:
                self.errors[key] = [sentence("forms.files_many", max=part.most)]
                continue
            for file in files:
                if (id_ := self._keep(key, part, file)) is not None:
                    taken.add(name, id_)
        return taken

    def _keep(self, key: str, part: Component, file: FileStorage) -> str | None:
        """Its id; None when it was not taken. Its type is what its service finds in it."""
        name, content = file.filename or "", file.stream.read()
        if len(content) > part.megabytes * MEGABYTE:
            self._refused(key, sentence("forms.file_too_large", name=name, limit=part.megabytes))
            return None
        side = self.who.actor.side if part.is_reserved else "both"
        reply = self.sources.ask(
            self.who.actor, self.service, "POST", f"/parcours/{self.parcours_id}/attachments", body={"side": side},
            files={"file": (name, content, "application/octet-stream")},
        )  # fmt: skip
        if not reply.is_ok:
            self._refused(key, _reason(reply))
            return None
        told, id_ = reply.body, str(reply.body["id"])
        if said := refusal(part, told["media_type"], told["size"], told["name"]):
            self.sources.ask(self.who.actor, self.service, "DELETE", f"/attachments/{id_}")
            self._refused(key, said)
            return None
        return id_

    def _refused(self, key: str, said: str) -> None:
        self.errors.setdefault(key, []).append(said)


def has_files(sent: MultiDict[str, FileStorage]) -> bool:
    """A form that could bring files brings parts without name when none was chosen."""
    return any(file.filename for _, file in sent.items(multi=True))


def _by_field(sent: MultiDict[str, FileStorage]) -> Mapping[str, list[FileStorage]]:
    return {
        key: files for key in _keys(sent) if (files := [f for f in sent.getlist(FILE + key) if f.filename])
    }


def _keys(sent: MultiDict[str, FileStorage]) -> Iterator[str]:
    return (name.removeprefix(FILE) for name in sent if name.startswith(FILE))


def _reason(reply: Reply) -> str:
    errors = [text for texts in (reply.body.get("errors") or {}).values() for text in texts]
    return " ".join(errors) or str(reply.body.get("detail") or sentence("inbox.error_400"))
