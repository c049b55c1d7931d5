"""What the tables of the workshops hold about pupils (R40, R41)."""

from services.accompaniment.ateliers import tables
from shared.process.personal import Holding, Neutral, by_pupil, deleted

WORKSHOP_HOLDINGS: tuple[Holding, ...] = (
    deleted(tables.intention, "AvenirPro : intentions", by_pupil(tables.intention.c.pupil_id)),
    deleted(tables.interview, "AvenirPro : entretiens individuels", by_pupil(tables.interview.c.pupil_id)),
    deleted(tables.attendance, "AvenirPro : présences aux ateliers", by_pupil(tables.attendance.c.pupil_id)),
    deleted(tables.pupil, "AvenirPro : inscription au cycle d’ateliers", by_pupil(tables.pupil.c.pupil_id)),
)
WORKSHOP_NEUTRAL: tuple[Neutral, ...] = (
    Neutral(tables.cycle, "un lycée, une campagne et ses opérateurs"),
    Neutral(tables.convention, "ce dont le lycée et ses opérateurs sont convenus"),
    Neutral(tables.contact, "les contacts des opérateurs avec le personnel du lycée"),
    Neutral(tables.session, "quand et où se tient une séance, et qui l’anime"),
    Neutral(tables.given_up, "un atelier qui n’a pas lieu, et pourquoi"),
)
