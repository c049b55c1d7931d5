"""What enrolment's own tables hold about a pupil. Children before their parents: rows are erased in this order."""

from collections.abc import Sequence

from services.enrolment.pupils.tables import opened_parcours, pupil
from services.enrolment.rights.tables import data_request, erasure, merge, rectification, told_apart
from shared.process.personal import Holding, blanked, by_pupil, deleted
from shared.process.personal.holdings import by_any

PUPIL_HOLDINGS: Sequence[Holding] = (
    deleted(rectification, "Corrections de l'identité et des coordonnées", by_pupil(rectification.c.pupil_id),
            names=[("actor_id", "actor_name")]),
    deleted(told_apart, "Fiches dites différentes", by_any(told_apart.c.first_id, told_apart.c.second_id),
            names=[("actor_id", "actor_name")]),
    deleted(merge, "Fiches réunies", by_any(merge.c.kept_id, merge.c.gone_id),
            names=[("actor_id", "actor_name")]),
    blanked(
        data_request, "Demandes sur les données personnelles", by_pupil(data_request.c.pupil_id),
        {"note": "", "answer": None, "pupil_id": None},
        {"id", "kind", "received_on", "due_on", "written_by", "written_by_name", "answered_on"},
        names=[("written_by", "written_by_name")],
    ),
    blanked(
        erasure, "Effacements demandés", by_pupil(erasure.c.pupil_id),
        {"pupil_id": None, "pupils": [], "parcours": []},
        {"id", "cause", "asked_at", "asked_by", "asked_by_name", "status", "answers", "done_at"},
        names=[("asked_by", "asked_by_name")],
    ),
    deleted(opened_parcours, "Parcours ouverts", by_pupil(opened_parcours.c.pupil_id)),
    deleted(pupil, "Fiche de l'élève", by_pupil(pupil.c.id)),
)  # fmt: skip
