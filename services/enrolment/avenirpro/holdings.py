"""What the table of proposals holds about pupils (R40, R41)."""

from services.enrolment.avenirpro.tables import proposal
from shared.process.personal import Holding, by_pupil, deleted

PROPOSAL_HOLDINGS: tuple[Holding, ...] = (
    deleted(proposal, "Propositions d’AvenirPro", by_pupil(proposal.c.pupil_id)),
)
