"""What a team's tables hold: people who use the software, and nothing about a pupil."""

from collections.abc import Sequence

from services.inbox.team.tables import mandate, team_act, team_invitation
from shared.process.personal import Neutral

TEAM_NEUTRAL: Sequence[Neutral] = (
    Neutral(
        team_invitation,
        "qui est invité dans une équipe, par son adresse professionnelle ; effacé 30 jours après sa date",
    ),
    Neutral(
        mandate,
        "qui agit à la place de qui et quand, et ce que l'assistance a regardé ; effacé avec l'une des deux personnes",
    ),
    Neutral(team_act, "ce qui a été fait d'une équipe : qui, quand, pour qui, par des numéros et des rôles"),
)
