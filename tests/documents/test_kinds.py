"""Which documents a whole parcours makes, where, for whom, and what some of them say."""

from datetime import date

from shared.bpmn import store
from shared.campagnes import store as campagnes
from shared.identity import Actor
from shared.process.operators.log import Order
from shared.process.operators.repairs import Repairs
from tests.diagrams.scenarios import (
    ADMITTED,
    ALL_SIGNED,
    CLOSED_AT_SCHOOL,
    PLANNED,
    RIGHTS,
    SIGNED,
    USUAL_HOURS,
    Wait,
    bilan,
    do,
    period,
)
from tests.documents.world import CONSEILLER, HEAD, REFERENT, Parcours, parcours
from tests.support.databases import MakeDatabase

OPERATOR = Actor.operator("Paule Mercier")
WITH_PFMP = (
    *do("enrolment", "projet_conseiller", pacea_souhaite=True),
    *do("enrolment", "projet_referent"),
    *do("enrolment", "composer_plan", **period("2026-10-05", "2026-10-30")),
    *PLANNED,
    *SIGNED,
    *do("enrolment", "enregistrer_pacea", pacea_signe="oui"),
)


def kinds(opened: Parcours, name: str, actor: object = REFERENT) -> list[str]:
    return sorted(each["kind"] for each in opened.documents(name, actor))  # type: ignore[arg-type]


def test_a_minors_parcours_leaves_its_documents_to_each_side(make_sqlite_database: MakeDatabase) -> None:
    with parcours(make_sqlite_database, eleve_ne_le=date(2010, 1, 15)) as opened:
        opened.play((*ADMITTED, *RIGHTS, *WITH_PFMP))
        shared = [
            "compte_rendu_entretien", "convention", "decision_admission", "fiche_de_liaison",
            "notice_mineur", "notice_parents", "projet",
        ]  # fmt: skip
        assert kinds(opened, "enrolment") == sorted([*shared, "volontariat"])
        assert "Suivre le règlement intérieur du lycée" in opened.text("enrolment", "notice_mineur")
        assert kinds(opened, "enrolment", CONSEILLER) == sorted([*shared, "reference_pacea"])
        opened.do("accompaniment", "prendre_en_charge")
        opened.do("accompaniment", "etablir_convention", tuteur="Anne Roy", **USUAL_HOURS)
        annexe = opened.document("accompaniment", "annexe_pfmp")
        assert [each["as"] for each in annexe["missing"]] == [
            "responsable_legal", "organisme_accueil", "chef_etablissement",
        ]  # fmt: skip
        assert "Tuteur dans l’entreprise : Anne Roy" in opened.text("accompaniment", "annexe_pfmp").replace(
            "'", "’"
        )
        text = opened.text("accompaniment", "convention_pfmp")
        assert "Structure d’accueil : Boulangerie du Port." in text
        assert "Du 5 octobre 2026 au 30 octobre 2026." in text
        opened.do("accompaniment", "signer_convention", **ALL_SIGNED)
        for kind in ("convention_pfmp", "annexe_pfmp"):
            assert opened.document("accompaniment", kind)["complete"] is True
        opened.play([Wait("accompaniment/attendre_periode"), Wait("accompaniment/fin_periode")])
        attested = opened.text("accompaniment", "attestation_pfmp")
        assert "20 € par jour attesté, 1000 € au plus" in attested  # R20, niveau 4
        assert "(20 jours) : 400 €" in attested
        opened.do("accompaniment", "signaler_depart", motif_fin="abandon", depart_le="2026-10-31")
        opened.play(bilan("abandon", "signaler_obligation")[: -len(CLOSED_AT_SCHOOL)])
        assert kinds(opened, "bilan") == ["attestation", "compte_rendu_bilan", "signalement"]
        assert opened.document("bilan", "attestation")["complete"] is True
        assert "L’obligation de formation s’applique jusqu’à ses 18 ans" in opened.text(
            "bilan", "signalement"
        )
        opened.play(CLOSED_AT_SCHOOL)
        assert "Issue du parcours : " in opened.text("enrolment", "fiche_de_sortie")
        opened.play(
            [Wait("accompaniment/fin_periode")]
        )  # what was not attested still is, once the file is closed
        assert "(20 jours) : 400 €" in opened.text("accompaniment", "attestation_pfmp")
        opened.do("accompaniment", "attester_periode", jours_attestes=18)
        assert {each["process_id"] for each in opened.tasks("accompaniment")} == {"obligation"}


def test_an_adults_point_and_avenant_are_documents_too(make_sqlite_database: MakeDatabase) -> None:
    with parcours(make_sqlite_database, eleve_ne_le=date(2007, 3, 2)) as opened:
        opened.play((*ADMITTED, *RIGHTS, *WITH_PFMP))
        assert {"notice_majeur"} == {each for each in kinds(opened, "enrolment") if each.startswith("notice")}
        opened.do("accompaniment", "prendre_en_charge")
        opened.play([Wait("accompaniment/prochain_point")])
        opened.play(do("accompaniment", "point_lycee", "point_ml", point_suite="avenant"))
        opened.play(
            do("accompaniment", "rediger_avenant", "composer_avenant", **period("2026-11-02", "2026-11-29"))
        )
        opened.do("accompaniment", "composer_avenant", plan_action="terminer")
        before = opened.document("accompaniment", "avenant")
        assert [each["as"] for each in before["missing"]] == ["eleve", "referent", "conseiller"]
        opened.do("accompaniment", "signer_avenant", plan_action="signer")
        assert opened.document("accompaniment", "avenant")["complete"] is True
        assert opened.document("accompaniment", "point_etape")["complete"] is None
        assert "2 novembre 2026" in opened.text("accompaniment", "avenant")


def test_the_fiche_de_liaison_holds_what_r37_allows_and_nothing_else(
    make_sqlite_database: MakeDatabase,
) -> None:
    with parcours(make_sqlite_database, eleve_nom="Moreau-Dinh") as opened:
        opened.play(ADMITTED)
        text = opened.text("enrolment", "fiche_de_liaison")
        assert "Nom : Moreau-Dinh" in text
        assert "Volontariat daté du : " in text
        for hidden in ("ajourné", "examen", "social", "RQTH", "boursier", "santé"):
            assert hidden not in text.lower()


def test_what_waits_for_a_head_of_school_is_the_decision_and_the_convention(
    make_sqlite_database: MakeDatabase,
) -> None:
    with parcours(make_sqlite_database) as opened:
        opened.play((*ADMITTED, *RIGHTS, *WITH_PFMP))
        waiting = opened.get("enrolment", "/documents/waiting", HEAD).get_json()["items"]
        assert [each["kind"] for each in waiting] == ["decision_admission", "convention"]


def opens_pmsmp(opened: Parcours) -> None:
    """R24: the campagne allows them; what étape 2 has read of it already is corrected."""
    for name, service in opened.services.items():
        with service.database.begin() as tx:
            data = {**campagnes.current(tx)["2026-2027"].data, "pmsmp": {"ouverte": True}}
            campagnes.add_version(tx, "2026-2027", 2, data, OPERATOR, opened.clock.now())
            row = store.find(tx, name, opened.id)
        if row is not None:
            order = Order(row.id, OPERATOR, "La campagne les permet", "command")
            rules = {
                "pmsmp_ouverte": True,
                "cadres_comptes": ["pfmp"],
                "duree_mois": 4,
                "avant_31_decembre": False,
            }
            Repairs(service.database, service.processes).set_variables(order, 0, {"regles": rules})


def test_a_pmsmp_has_one_convention_made_with_its_period_and_not_with_the_projet(
    make_sqlite_database: MakeDatabase,
) -> None:
    planned = (
        *do("enrolment", "projet_conseiller", pacea_souhaite=False), *do("enrolment", "projet_referent"),
        *do("enrolment", "composer_plan", **period("2026-10-05", "2026-10-16", "pmsmp")), *PLANNED, *SIGNED,
    )  # fmt: skip
    with parcours(make_sqlite_database, eleve_ne_le=date(2010, 1, 15)) as opened:
        opens_pmsmp(opened)
        opened.play((*ADMITTED, *RIGHTS, *planned))
        assert "convention_pmsmp" not in kinds(opened, "enrolment")
        opened.do("accompaniment", "prendre_en_charge")
        assert kinds(opened, "accompaniment") == []
        opened.do("accompaniment", "etablir_convention", **USUAL_HOURS)
        assert kinds(opened, "accompaniment") == ["annexe_pfmp", "convention_pmsmp"]
        made = opened.document("accompaniment", "convention_pmsmp")
        assert made["begins_on"] == "2026-10-05"
        text = opened.text("accompaniment", "convention_pmsmp")
        assert "Du 5 octobre 2026 au 16 octobre 2026, un mois au plus" in text
        opened.do("accompaniment", "signer_convention", **ALL_SIGNED)
        left = opened.document("accompaniment", "convention_pmsmp")["missing"]
        assert [each["as"] for each in left] == ["eleve", "conseiller"], (
            "whom the form does not ask of a minor"
        )
        opened.play([Wait("accompaniment/prochain_point")])
        opened.play(do("accompaniment", "point_lycee", "point_ml", point_suite="avenant"))
        opened.do("accompaniment", "rediger_avenant")
        opened.do("accompaniment", "composer_avenant", plan_action="terminer")
        assert kinds(opened, "accompaniment").count("convention_pmsmp") == 1
