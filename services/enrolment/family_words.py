"""What a family says by a personal link: « J’ai trouvé quelque chose », « Je veux arrêter ».

It becomes a task of who follows the parcours, in a process of its own (``mot_famille``): nothing ends by itself.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from marshmallow import fields
from sqlalchemy import Connection

from shared.bpmn import store
from shared.errors import Conflict
from shared.identity import Actor, FamilyMember, TokenVerifier, require_family
from shared.process.processes import Processes
from shared.process.service import ProcessService, family_door
from shared.web import ApiBlueprint, StrictSchema
from shared.web.schemas import AnswerSchema, choice, text, whole

PROCESS = "mot_famille"
WORDS = ("trouve", "arret")
"""Values of ``mot_objet``; ``workflows/enrolment/forms/repondre_mot_*.form`` says them in French."""
MOST = 500
FOLLOW_UP = 4
"""From this étape on the conseiller follows the parcours, and answers."""
_TOLD = (
    "eleve_nom", "eleve_prenom", "eleve_ne_le", "eleve_telephone", "lycee", "mission_locale", "referent", "conseiller",
    "delais", "regles",
)  # fmt: skip
_SAID = ("mot_objet", "mot_texte", "mot_auteur")
_ANSWERED = ("mot_objet", "mot_le", "mot_auteur", "mot_reponse")


class WordUnanswered(Conflict):
    """The one before, which says something else or is another's, has no answer yet."""

    code: ClassVar[str] = "family.word_unanswered"


class WordMeanwhile(Conflict):
    """Another was written and answered since the page was read that this one comes from."""

    code: ClassVar[str] = "family.word_meanwhile"


class ParcoursOver(Conflict):
    """Nobody follows it any longer."""

    code: ClassVar[str] = "family.word_over"


class WordSchema(StrictSchema):
    what = choice(WORDS, required=True)
    text = text(MOST, load_default=None, allow_none=True)
    after = whole(
        0, 2**31 - 1, load_default=None, allow_none=True,
        metadata={"description": "the ``turn`` that the writer has seen; null: not known"},
    )  # fmt: skip


class LastWordSchema(AnswerSchema):
    what = fields.String(allow_none=True, metadata={"description": "null: nothing was ever written"})
    on = fields.Date(allow_none=True)
    by = fields.String(allow_none=True)
    is_answered = fields.Boolean()
    turn = fields.Integer(metadata={"description": "another after each word and each answer; 0: none yet"})
    answer = fields.String(allow_none=True)


def family_words_blueprint(service: ProcessService, verifier: TokenVerifier) -> ApiBlueprint:
    blueprint = ApiBlueprint("family_words", __name__, description="What families say by a personal link.")
    guard, door = require_family(verifier), family_door(service)

    @blueprint.operation("GET", "/famille/mot", guard=guard, answer=LastWordSchema, errors=(401, 404, 503))
    def last(member: FamilyMember) -> dict[str, Any]:
        """The word that was written last, and what was answered."""
        with service.database.read() as look:
            door.admit(look, member)
            return _last(look, service.processes, member)

    @blueprint.operation(
        "POST", "/famille/mot", guard=guard, body=WordSchema, answer=LastWordSchema, status=201,
        errors=(400, 401, 404, 409, 415, 422, 503),
    )  # fmt: skip
    def write(member: FamilyMember, body: dict[str, Any]) -> dict[str, Any]:
        """A task for the référent, or from étape 4 on for the conseiller; 409 while another word is open.

        The same words of the same person are one word: a second click, or sent again as no answer came, even when
        who answers was quicker: ``after`` tells.
        """
        with service.database.begin() as tx:
            store.of_parcours(tx, member.parcours_id)  # locked: of two at once one comes second
            row, known = door.admit(tx, member)
            if row.status == "ended":
                raise ParcoursOver()
            said = {"mot_objet": body["what"], "mot_texte": body["text"], "mot_auteur": member.name}
            said |= {"mot_le": service.clock.today(), "mot_pour": _who_follows(row.etape, known)}
            told = {name: known.get(name) for name in _TOLD} | said
            _begin(tx, service.processes, member, told, body["after"])
            return _last(tx, service.processes, member)

    return blueprint


def _who_follows(etape: int | None, known: Mapping[str, Any]) -> str:
    return "conseiller" if (etape or 0) >= FOLLOW_UP and known.get("conseiller") else "referent"


def _last(look: Connection, processes: Processes, member: FamilyMember) -> dict[str, Any]:
    """The word that was written last, as LastWordSchema has it."""
    row = store.find(look, PROCESS, member.parcours_id)
    known = processes.variables(look, row) if row else {}
    told = dict(zip(("what", "on", "by", "answer"), map(known.get, _ANSWERED), strict=True))
    return told | {"is_answered": row is not None and row.status == "ended", "turn": row.moves if row else 0}


def _begin(
    tx: Connection,
    processes: Processes,
    member: FamilyMember,
    variables: Mapping[str, Any],
    after: int | None,
) -> None:
    actor = Actor(member.person_id, member.name, "famille", "system")
    earlier = store.find(tx, PROCESS, member.parcours_id)
    if earlier is None:
        processes.start(tx, PROCESS, member.parcours_id, variables, actor)
    elif earlier.status == "ended" and after in (None, earlier.moves):
        processes.start_again(tx, earlier, variables, actor)
    elif any(processes.variables(tx, earlier).get(name) != variables[name] for name in _SAID):
        raise WordMeanwhile() if earlier.status == "ended" else WordUnanswered()
