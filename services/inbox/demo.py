"""The demonstration's people: invented, in two lycées, two Missions Locales and an agence France Travail, each
role held by someone.

The UAI codes are real ones, so that the checks of identifiers pass; names of schools and people are not.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import Connection, Table, insert, select

from services.inbox.tables import directory, membership, organisation, person

LYCEE_GARANCE, LYCEE_TROIS_PONTS = "0690043X", "0690048C"
ML_CENTRE, ML_EST = "ml-lyon-centre", "ml-lyon-est"
FT_CROIX_ROUSSE = "ft-lyon-croix-rousse"
PLATFORM = "plateforme"
ACADEMIE = "Lyon"

ORGANISATIONS: Sequence[tuple[str, str, str, str]] = (
    (LYCEE_GARANCE, "lycee", "Lycée professionnel Louise-Garance", "Lyon"),
    (LYCEE_TROIS_PONTS, "lycee", "Lycée polyvalent des Trois-Ponts", "Lyon"),
    (ML_CENTRE, "mission_locale", "Mission Locale Lyon-Centre", "Lyon"),
    (ML_EST, "mission_locale", "Mission Locale de l’Est lyonnais", "Villeurbanne"),
    (FT_CROIX_ROUSSE, "france_travail", "France Travail Lyon Croix-Rousse", "Lyon"),
    (ACADEMIE, "academie", "Rectorat de l’académie de Lyon", "Lyon"),
    (PLATFORM, "system", "Plateforme Ambition Emploi", "Lyon"),
)

PEOPLE: Mapping[str, Sequence[tuple[str, str, tuple[str, ...]]]] = {
    LYCEE_GARANCE: (
        ("Hélène", "Vasseur", ("chef_etablissement",)),
        ("Karim", "Benali", ("referent",)),
        ("Claire", "Fontaine", ("referent",)),
        ("Jean-Marc", "Oudinot", ("referent",)),
        ("Sophie", "Lacroix", ("referent", "professeur_principal")),
        ("Nadia", "Cherif", ("referent_decrochage",)),
        ("Martine", "Gauthier", ("secretariat", "administrateur_equipe")),
        ("Thomas", "Rey", ("professeur_principal",)),
    ),
    LYCEE_TROIS_PONTS: (
        ("Philippe", "Arnaud", ("chef_etablissement",)),
        ("Inès", "Morel", ("referent",)),
        ("Olivier", "Perrin", ("referent",)),
        ("Fatou", "Diallo", ("referent",)),
        ("Bruno", "Chevallier", ("referent_decrochage", "referent")),
        ("Sylvie", "Marchand", ("secretariat",)),
        ("Léo", "Garnier", ("professeur_principal",)),
    ),
    ML_CENTRE: (
        ("Anne", "Delorme", ("directeur_ml", "administrateur_equipe")),
        ("Marc", "Tessier", ("responsable_ml",)),
        ("Samira", "Haddad", ("conseiller",)),
        ("Julien", "Bonnet", ("conseiller",)),
        ("Élodie", "Roux", ("conseiller",)),
        ("Mehdi", "Amrani", ("conseiller",)),
    ),
    ML_EST: (
        ("Christophe", "Blanc", ("directeur_ml",)),
        ("Valérie", "Noël", ("responsable_ml",)),
        ("Awa", "Traoré", ("conseiller",)),
        ("Pierre", "Guérin", ("conseiller",)),
        ("Camille", "Lefort", ("conseiller",)),
        ("Yanis", "Kaci", ("conseiller",)),
    ),
    FT_CROIX_ROUSSE: (
        ("Laure", "Vidal", ("conseiller_ft", "administrateur_equipe")),
        ("Hugo", "Mercier", ("conseiller_ft",)),
    ),
    ACADEMIE: (
        ("Irène", "Salles", ("rectorat", "administrateur_equipe")),
        ("Patrice", "Lemoine", ("arml",)),
    ),
    PLATFORM: (
        ("Dominique", "Aubry", ("operator",)),
        ("Florence", "Weber", ("analyst",)),
        ("Agathe", "Colin", ("dpo",)),
        ("Solène", "Marty", ("pilote_campagne",)),
        ("Roland", "Faure", ("administrateur",)),
    ),
}

# mission_locale_id, serves_kind, serves (UAI or INSEE code); both Missions Locales serve the second lycée
DIRECTORY: Sequence[tuple[str, str, str]] = (
    (ML_CENTRE, "lycee", LYCEE_GARANCE),
    (ML_CENTRE, "lycee", LYCEE_TROIS_PONTS),
    (ML_EST, "lycee", LYCEE_TROIS_PONTS),
    (ML_CENTRE, "commune", "69123"),
    (ML_EST, "commune", "69266"),
    (ML_EST, "commune", "69029"),
)


def person_id(organisation_id: str, given_name: str, family_name: str) -> str:
    """The same invented person has the same id in every demonstration."""
    return str(uuid5(NAMESPACE_URL, f"urn:ambition-emploi:demo:{organisation_id}:{given_name} {family_name}"))


def territories() -> dict[str, str]:
    """Commune → the Mission Locale that serves it."""
    return {served: place for place, kind, served in DIRECTORY if kind == "commune"}


def seed(tx: Connection) -> int:
    """Write the rows that are not there yet; how many were written. A second call writes none."""
    return sum(_add_missing(tx, table, keys, row) for table, keys, row in _rows())


def _rows() -> Iterator[tuple[Table, Sequence[str], dict[str, Any]]]:
    for id_, kind, name, city in ORGANISATIONS:
        uai = id_ if kind == "lycee" else None
        yield (
            organisation,
            ["id"],
            {
                "id": id_,
                "kind": kind,
                "name": name,
                "uai": uai,
                "siret": None,
                "city": city,
                "academie": "Lyon" if kind != "system" else None,
                "closed_on": None,
            },
        )
    for place, people in PEOPLE.items():
        for given, family, roles in people:
            id_ = person_id(place, given, family)
            yield (
                person,
                ["id"],
                {"id": id_, "given_name": given, "family_name": family, "is_active": True},
            )
            for role in roles:
                row = {"person_id": id_, "organisation_id": place, "role": role}
                yield membership, list(row), row
    for ml, kind, served in DIRECTORY:
        row = {"mission_locale_id": ml, "serves_kind": kind, "serves": served}
        yield directory, list(row), row


def _add_missing(tx: Connection, table: Table, keys: Sequence[str], row: Mapping[str, Any]) -> int:
    same = [table.c[key] == row[key] for key in keys]
    if tx.execute(select(table).where(*same)).first():
        return 0
    tx.execute(insert(table).values(**row))
    return 1
