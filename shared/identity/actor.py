"""A person (or a service's worker) who acts, for one organisation, with roles."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

OrganisationKind = Literal["lycee", "mission_locale", "france_travail", "academie", "system"]
Side = Literal["lycee", "ml", "system"]

SIDES: Mapping[str, Side] = {
    "lycee": "lycee", "mission_locale": "ml", "france_travail": "ml", "academie": "system",
    "system": "system",
}  # fmt: skip
"""``ml`` is the side of the lycée's partners: of the workshops (phase 1) France Travail may be one."""
ROLES: Mapping[str, frozenset[str]] = {
    "lycee": frozenset(
        (
            "chef_etablissement",
            "referent",
            "referent_decrochage",
            "secretariat",
            "professeur_principal",
            "administrateur_equipe",
        )
    ),
    "mission_locale": frozenset(("conseiller", "responsable_ml", "directeur_ml", "administrateur_equipe")),
    "france_travail": frozenset(("conseiller_ft", "administrateur_equipe")),
    "academie": frozenset(("rectorat", "arml", "administrateur_equipe")),
    "system": frozenset(("operator", "analyst", "dpo", "pilote_campagne", "administrateur")),
}
"""The roles that people of an organisation may have; operators, analysts and the DPO are on neither side."""
HEAD_ROLES = frozenset(("chef_etablissement", "directeur_ml", "responsable_ml"))
"""Who answers for an organisation: who holds one of these gives it and takes it away, nobody else but an operator."""
ADMINISTERING_ROLES = HEAD_ROLES | {"administrateur_equipe", "administrateur"}
"""Who keeps the members and roles of the organisation (ADR 30); each organisation that has one keeps one."""
ASSIGNING_ROLES = frozenset(("chef_etablissement", "responsable_ml"))
"""Who may give a task of their organisation to somebody else."""
REPLACING_ROLES: Mapping[str, str] = {"chef_etablissement": "referent", "responsable_ml": "conseiller"}
"""Who may replace whom for a whole parcours (R11)."""
TRANSFERRING_ROLES = frozenset(("chef_etablissement", "referent", "responsable_ml", "conseiller"))
"""Who may ask another lycée or Mission Locale to take a parcours of theirs over; its responsible person answers."""
IMPORTING_ROLES = frozenset(("chef_etablissement", "secretariat", "referent_decrochage"))
"""Who may bring the pupils' file of their lycée."""
RECTIFYING_ROLES = frozenset(("chef_etablissement", "secretariat", "referent", "referent_decrochage"))
"""Who may correct the name, the date of birth or the contact data of a pupil of their lycée."""
OPENING_ROLES = frozenset(("chef_etablissement", "referent_decrochage"))
"""Who may open a pupil's parcours. Enrolment decides; the inbox only offers what it would let through."""

CAMPAGNE_ROLES = frozenset(("pilote_campagne",))
"""Who may publish a version of a campagne, which holds for all organisations: people of the platform."""
DIRECTORY_ROLES = frozenset(("administrateur",))
"""Who may import organisations and territories into the directory."""
OFFER_ROLES = frozenset(("conseiller", "responsable_ml"))
"""Who keeps the local offer of their Mission Locale."""

NATIONAL_FIGURES_ROLES = frozenset(("pilote_campagne", "analyst"))
"""Who reads the figures of all académies; those of one are for the people of an organisation that has its name."""

_SAME_WORK: Mapping[tuple[str, str], str] = {
    ("france_travail", "conseiller"): "conseiller_ft",
    ("lycee", "responsable_ml"): "chef_etablissement",
}
WORKSHOP_ROLES: Mapping[str, frozenset[str]] = {
    "lycee": frozenset(("chef_etablissement", "professeur_principal")),
    "mission_locale": frozenset(("conseiller", "responsable_ml")),
    "france_travail": frozenset(("conseiller_ft",)),
}
"""Who may have a part in a cycle of workshops, by kind of organisation (R31)."""

LONGEST_OPERATOR_NAME = 50


def role_at(kind: str, role: str) -> str:
    """Who does, in an organisation of ``kind``, what a diagram asks of ``role``: a part that either kind may play."""
    return _SAME_WORK.get((kind, role), role)


ActingKind = Literal["absence", "delegation", "support"]
ACTING: tuple[ActingKind, ...] = ("absence", "delegation", "support")


@dataclass(frozen=True, slots=True)
class ActsFor:
    """In whose place somebody acts (ADR 30): ``person_id`` and ``name`` of that person.

    ``scope``: of a delegation, its name. Support only reads what that person sees.
    """

    kind: ActingKind
    person_id: str
    name: str
    scope: str | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """`person_id`: UUID, `system:<service>` for a worker, `operator:<name>`.

    `organisation_id`: UAI, or the code of a Mission Locale or of an agence France Travail.
    `acts_for`: in whose place; the roles are then that person's, and `name` says both.
    """

    person_id: str
    name: str
    organisation_id: str
    organisation_kind: OrganisationKind
    roles: frozenset[str] = field(default_factory=frozenset)
    acts_for: ActsFor | None = None

    @property
    def holder_id(self) -> str:
        """Whose tasks are the actor's: her or his own, or those of the person in whose place.

        No right by itself: a delegation has of these tasks its scope only, so this stands beside ``may_do``.
        """
        return self.acts_for.person_id if self.acts_for else self.person_id

    @property
    def in_place_of(self) -> str | None:
        """Who has the rights that a person has by name (it follows a parcours, it did a task), and so the actor.

        Her- or himself, or the person in whose whole place; None by a delegation, which gives a scope and nothing
        that is the person's.
        """
        if self.acts_for is None:
            return self.person_id
        return None if self.acts_for.scope else self.acts_for.person_id

    @property
    def holder_name(self) -> str:
        return self.acts_for.name if self.acts_for else self.name

    @property
    def is_support(self) -> bool:
        """Looks with somebody's eyes, and does nothing."""
        return self.acts_for is not None and self.acts_for.kind == "support"

    def has_place_of(self, *people: object) -> bool:
        """Whether one of these is the person whose rights the actor has."""
        return self.in_place_of is not None and self.in_place_of in people

    @property
    def side(self) -> Side:
        """Whose private part of a parcours they may see: `lycee` or `ml`; `system`: neither."""
        return SIDES[self.organisation_kind]

    @property
    def is_operator(self) -> bool:
        """Who keeps the services running: on neither side, with the role for it. A service's worker has none."""
        return self.organisation_kind == "system" and "operator" in self.roles

    @property
    def is_dpo(self) -> bool:
        """Who answers for personal data, for all organisations: on neither side, with the role for it."""
        return self.organisation_kind == "system" and "dpo" in self.roles

    @classmethod
    def operator(cls, name: str) -> "Actor":
        """An operator, under the name (at most LONGEST_OPERATOR_NAME) that the record of repairs shows."""
        return cls(f"operator:{name}", name, "system:operators", "system", frozenset(("operator",)))

    @classmethod
    def technical_team(cls) -> "Actor":
        """As whom people read of what an operator did: who it was is for the record of repairs."""
        return cls("system:operators", "l’équipe technique", "system:operators", "system")

    @classmethod
    def system(cls, service: str) -> "Actor":
        """The worker of a service: timers and messages."""
        return cls(f"system:{service}", service, f"system:{service}", "system")


def replaced_by(actor: Actor) -> str | None:
    """The role in a parcours whose holder the actor may replace; None for who may replace nobody (R11)."""
    return next((REPLACING_ROLES[role] for role in sorted(actor.roles) if role in REPLACING_ROLES), None)
