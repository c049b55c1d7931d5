from datetime import date

import pytest

from services.enrolment.pupils.rows import PupilFileRefused
from shared.parcours.age import is_minor
from shared.parcours.mef import Diploma, Mef
from tests.services.enrolment_pupils.conftest import Lycee
from tests.services.enrolment_pupils.files import sample


def test_the_siecle_sample_creates_its_pupils_once(lycee: Lycee) -> None:
    first = lycee.imports(sample("eleves_siecle.xml"))
    assert (first.created, first.updated, first.unchanged, first.refused) == (25, 0, 0, ())
    before = lycee.pupils()
    second = lycee.imports(sample("eleves_siecle.xml"))
    assert (second.created, second.updated, second.unchanged, second.refused) == (0, 0, 25, ())
    assert lycee.pupils() == before


def test_the_siecle_sample_holds_every_kind_of_pupil(lycee: Lycee) -> None:
    result = lycee.imports(sample("eleves_siecle.xml"))
    pupils = lycee.pupils()
    assert {Mef(each["mef"]).diploma for each in pupils} == set(Diploma)
    assert result.not_sendable == 1
    assert [each["sendable_from"] for each in pupils if each["given_name"] == "Théo"] == [date(2027, 4, 2)]
    assert sum(is_minor(each["born_on"], lycee.today) for each in pupils) == 3
    assert sum(each["left_on"] is not None for each in pupils) == 2
    assert all(each["class_code"] and each["class_code"] != "AP-G1" for each in pupils)
    assert {each["family_name"] for each in pupils} >= {"L'HÔPITAL", "TOURNESOL-ŒILLET", "Zéphyrin"}


def test_the_csv_sample_adds_contact_data_and_pupils(lycee: Lycee) -> None:
    lycee.imports(sample("eleves_siecle.xml"))
    result = lycee.imports(sample("eleves.csv"))
    assert (result.created, result.updated, result.unchanged, result.refused) == (4, 3, 1, ())
    assert result.not_read == ("Nationalité", "Régime")
    assert {field for each in result.updates for field in each.fields} <= {
        "téléphone", "courriel", "code de la commune", "adresse",
    }  # fmt: skip
    assert lycee.imports(sample("eleves.csv")).unchanged == 8
    assert lycee.imports(sample("eleves_siecle.xml")).unchanged == 25


def test_the_file_of_another_lycee_is_refused_whole(lycee: Lycee) -> None:
    with pytest.raises(PupilFileRefused) as refusal:
        lycee.imports(sample("eleves_autre_lycee.xml"))
    assert refusal.value.errors == {
        "fichier": [
            "Ce fichier vient d'un autre lycée (0690048C) : seuls les élèves du lycée 0690043X peuvent être "
            "importés ici."
        ]
    }
    assert lycee.pupils() == []


def test_the_other_lycee_imports_it(other_lycee: Lycee) -> None:
    assert other_lycee.imports(sample("eleves_autre_lycee.xml")).created == 3


def test_each_of_the_ten_faults_is_told_and_the_rest_is_kept(lycee: Lycee) -> None:
    result = lycee.imports(sample("eleves_dix_defauts.csv"))
    assert result.created == len(lycee.pupils()) == 2
    assert [(each.line, len(each.reasons)) for each in result.refused] == [(line, 1) for line in range(3, 13)]
    assert [each.reasons[0] for each in result.refused] == [
        "Il manque : nom de famille.",
        "Le champ « date de naissance » est une date qui n'existe pas.",
        "La date de naissance est dans l'avenir.",
        "L'INE n'a pas une forme connue (neuf chiffres et deux lettres, ou une forme plus ancienne).",
        "Le code MEF doit avoir dix chiffres, ou onze comme dans SIECLE.",
        "L'élève est inscrit dans un autre lycée que 0690043X.",
        "L'élève figure déjà à la ligne 2 de ce fichier.",
        "Le champ « téléphone » n'est pas un numéro de téléphone (dix chiffres, ou un numéro international "
        "avec +).",
        "Le champ « courriel » n'est pas une adresse de courriel.",
        "La date de sortie précède la date de naissance.",
    ]
