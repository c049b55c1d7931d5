"""What the inbox's tables hold: people who use the software, and nothing about a pupil."""

from collections.abc import Sequence

from services.inbox.habilitations.tables import ended
from services.inbox.presence.tables import present
from services.inbox.tables import (
    account,
    directory,
    directory_import,
    membership,
    organisation,
    people_act,
    person,
    preference,
    session,
)
from shared.process.personal import Neutral

_USERS = "les personnes qui utilisent le logiciel, effacées après la fin de leur habilitation"
USER_TABLES: Sequence[Neutral] = (
    Neutral(organisation, "les organisations"),
    Neutral(directory, "qui dessert quel lycée et quelle commune"),
    Neutral(directory_import, "quand l'annuaire a été rafraîchi, et par qui"),
    Neutral(
        people_act, "ce qui a changé aux personnes habilitées (import, lien) : qui l'a fait, quand, combien"
    ),
    Neutral(present, "qui a quelle tâche ouverte : des numéros, un quart d'heure"),
    *(Neutral(table, _USERS) for table in (person, account, membership, session, preference, ended)),
)
