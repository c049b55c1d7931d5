"""``people import`` says who may use the software."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from services.inbox.app import TABLES
from services.inbox.demo import seed
from services.inbox.directory.persons_command import people_commands
from services.inbox.habilitations import ending
from services.inbox.habilitations.commands import habilitation_commands
from services.inbox.identity.people import people_of, signed_in
from services.inbox.team.acts import Act
from services.inbox.team.members import change_roles
from shared.clock import FixedClock
from shared.database import Database
from shared.ids import uuid7
from tests.inbox.people import of
from tests.support.databases import MakeDatabase

GARANCE = "0690043X"
HEADER = "courriel;prenom;nom;organisation;role;personne;retirer\n"
NEW = f"Zoe.Martin@lycee.example;Zoé;Martin;{GARANCE};referent;;\n"


@pytest.fixture
def database(make_database: MakeDatabase) -> Database:
    made = make_database(TABLES)
    with made.begin() as tx:
        seed(tx)
    return made


@pytest.fixture
def people(database: Database, clock: FixedClock) -> Any:
    """``people`` with the words that follow it."""

    def people(*words: str) -> Any:
        return CliRunner().invoke(people_commands(lambda: database, clock, uuid7), list(words))

    return people


@pytest.fixture
def run(people: Any, tmp_path: Path) -> Any:
    def run(rows: str, *options: str) -> Any:
        file = tmp_path / "people.csv"
        file.write_text(HEADER + rows, "utf-8")
        return people("import", str(file), "--name", "Nadia", *options)

    return run


def roles(database: Database, name: str, place: str = GARANCE) -> tuple[str, ...]:
    with database.read() as look:
        return next((each.roles for each in people_of(look, place) if each.name == name), ())


def test_a_person_is_added_with_a_role_and_importing_again_changes_nothing(
    run: Any, database: Database
) -> None:
    assert json.loads(run(NEW, "--json").output) == {
        "created": 1, "updated": 0, "unchanged": 0, "refused": [],
    }  # fmt: skip
    assert roles(database, "Zoé Martin") == ("referent",)
    again = json.loads(run(NEW.replace("Zoe.Martin", "zoe.martin"), "--json").output)
    assert again["unchanged"] == 1


def test_a_second_role_a_new_name_and_a_withdrawn_role_are_written(run: Any, database: Database) -> None:
    run(NEW)
    told = run(
        f"zoe.martin@lycee.example;Zoé;Durand;{GARANCE};professeur_principal;;non\n"
        f"zoe.martin@lycee.example;Zoé;Durand;{GARANCE};referent;;oui\n",
        "--json",
    )
    assert json.loads(told.output)["updated"] == 2
    assert roles(database, "Zoé Durand") == ("professeur_principal",)


def test_people_of_the_platform_need_no_imported_organisation(run: Any, database: Database) -> None:
    run("dpo@plateforme.example;Ana;Costa;plateforme;dpo;;\n")
    assert roles(database, "Ana Costa", "plateforme") == ("dpo",)


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        (NEW.replace("@", " "), "n’est pas une adresse"),
        (NEW.replace("Zoé", ""), "« prenom »"),
        (NEW.replace(GARANCE, "0690099Z"), "n’est pas dans l’annuaire"),
        (
            NEW.replace(";referent;", ";conseiller;"),
            "rôles possibles : administrateur_equipe, chef_etablissement",
        ),
        (NEW.replace(";;\n", ";;peut-être\n"), "oui, non"),
        (NEW.replace(";;\n", ";;oui\n"), "n’est pas connue"),
        (NEW.replace(";;\n", ";nobody;\n"), "n’est pas connue"),
        (NEW.replace(";;\n", "\n"), "autant de cellules"),
    ],
)
def test_a_row_that_is_wrong_is_refused_and_says_why(
    run: Any, database: Database, rows: str, why: str
) -> None:
    other = f"autre@lycee.example;Autre;Personne;{GARANCE};referent;;\n"
    done = run(rows + other)
    assert done.exit_code == 1
    assert "ligne 2 : " in done.output
    assert why in done.output
    assert roles(database, "Zoé Martin") == ()
    assert roles(database, "Autre Personne") == ("referent",)


def test_an_address_is_one_person_s(run: Any) -> None:
    run(NEW)
    karim = of("Karim Benali")[0]
    done = run(f"zoe.martin@lycee.example;Karim;Benali;{GARANCE};referent;{karim};\n")
    assert "déjà celle d’une autre personne" in done.output


def test_whose_habilitation_ended_is_not_brought_back_by_a_file(
    run: Any, database: Database, clock: FixedClock
) -> None:
    karim = of("Karim Benali")[0]
    with database.begin() as tx:
        ending.end(tx, karim, clock.today())
    assert "terminée" in run(f"k@lycee.example;Karim;Benali;{GARANCE};referent;{karim};\n").output


def test_a_file_without_its_columns_is_refused_whole(people: Any, tmp_path: Path) -> None:
    file = tmp_path / "wrong.csv"
    file.write_text("a;b\n1;2\n", "utf-8")
    done = people("import", str(file), "--name", "Nadia")
    assert done.exit_code == 1
    assert "courriel" in done.output


def test_what_is_listed_may_be_completed_and_imported(people: Any, tmp_path: Path) -> None:
    """People of a database that is older than the provider get their address so."""
    lines = people("list").output.splitlines()
    (karim,) = (line for line in lines if ";Karim;Benali;" in line)
    assert karim == f";Karim;Benali;{GARANCE};referent;{of('Karim Benali')[0]}"
    file = tmp_path / "completed.csv"
    file.write_text("\n".join((lines[0], f"karim@lycee.example{karim}")), "utf-8")
    assert people("import", str(file), "--name", "Nadia").exit_code == 0
    assert f"karim@lycee.example{karim}" in people("list").output
    assert "1 ne changent rien" in people("import", str(file), "--name", "Nadia").output


def test_who_imported_and_unlinked_stays_in_the_record(people: Any, run: Any, clock: FixedClock) -> None:
    karim = of("Karim Benali")[0]
    run(NEW + NEW.replace("@", " "))
    clock.advance(timedelta(minutes=1))
    assert people("unlink", karim, "--name", "Ana").output == "0 accounts unlinked\n"
    assert people("acts").output.splitlines() == [
        f"2026-09-07T08:01:00+00:00 Ana: unlink {karim}",
        "2026-09-07T08:00:00+00:00 Nadia: import +1 ~0 =0 !1",
    ]


@pytest.mark.parametrize("name", ["", " ", "x" * 51, "a\nb"])
def test_nobody_imports_without_a_name(people: Any, name: str) -> None:
    done = people("unlink", of("Karim Benali")[0], "--name", name)
    assert done.exit_code == 2
    assert people("acts").output == ""


def test_unlinking_nobody_is_said(people: Any) -> None:
    done = people("unlink", "nobody", "--name", "Nadia")
    assert done.exit_code == 1
    assert "no person nobody" in done.output
    assert people("acts").output == ""


HEAD = of("Hélène Vasseur")[0]
OFFICE = of("Martine Gauthier")[0]
WITHOUT = (
    f"office@lycee.example;Martine;Gauthier;{GARANCE};administrateur_equipe;{OFFICE};oui\n"
    f"head@lycee.example;Hélène;Vasseur;{GARANCE};chef_etablissement;{HEAD};oui\n"
)


def test_a_file_does_not_leave_a_team_without_anybody_to_keep_it(run: Any, database: Database) -> None:
    told = run(WITHOUT)
    assert told.exit_code == 1
    assert "la dernière personne qui tient l’équipe de 0690043X" in told.output
    assert roles(database, "Hélène Vasseur") == ("chef_etablissement",)
    assert roles(database, "Martine Gauthier") == ("secretariat",)


def test_a_file_may_name_the_successor_below_who_leaves(run: Any, database: Database) -> None:
    told = run(WITHOUT + NEW.replace("referent", "chef_etablissement"))
    assert told.exit_code == 0, told.output
    assert roles(database, "Zoé Martin") == ("chef_etablissement",)
    assert roles(database, "Hélène Vasseur") == ()


def test_an_operator_leaves_a_team_without_by_naming_it(run: Any, database: Database) -> None:
    assert run(WITHOUT, "--leave-without-administrator", "0690048C").exit_code == 1
    assert run(WITHOUT, "--leave-without-administrator", GARANCE).exit_code == 0
    assert roles(database, "Hélène Vasseur") == ()


def test_the_last_habilitation_that_keeps_a_team_ends_by_name_only(
    database: Database, clock: FixedClock, run: Any
) -> None:
    run(WITHOUT.splitlines(keepends=True)[0])
    command = next(
        each
        for each in habilitation_commands(lambda: (database, None, clock))  # type: ignore[arg-type, return-value]
        if each.name == "habilitation"
    )
    refused = CliRunner().invoke(command, ["end", HEAD])
    assert (refused.exit_code, "Plus personne ne tiendrait l’équipe de 0690043X" in refused.output) == (
        1,
        True,
    )
    assert roles(database, "Hélène Vasseur") == ("chef_etablissement",)
    assert CliRunner().invoke(command, ["end", HEAD, "--leave-without-administrator", GARANCE]).exit_code == 0
    assert roles(database, "Hélène Vasseur") == ()


def test_what_a_team_did_is_in_the_operators_record_by_ids(
    run: Any, people: Any, database: Database, clock: FixedClock
) -> None:
    karim, place = of("Karim Benali")[0], GARANCE
    with database.begin() as tx:
        who = signed_in(tx, HEAD, place)
        assert who is not None
        change_roles(tx, who, karim, ["referent", "secretariat"], Act.of(who, clock.now(), uuid7))
    told = people("acts").output
    assert f"{HEAD}: {place} roles {karim} referent → referent, secretariat" in told
    assert "Benali" not in told
