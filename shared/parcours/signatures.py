"""R16, R17: who signs which document of the parcours, and who is told of it."""

from collections.abc import Collection
from enum import StrEnum


class Document(StrEnum):
    PROJET = "projet"
    CONVENTION = "convention"
    CONVENTION_PFMP = "convention_pfmp"
    PACEA = "pacea"


class Signatory(StrEnum):
    """Who signs; the value is the code used in variables and forms."""

    ELEVE = "eleve"
    RESPONSABLE_LEGAL = "responsable_legal"
    RESPONSABLE_LEGAL_2 = "responsable_legal_2"
    REFERENT = "referent"
    CONSEILLER = "conseiller"
    CHEF_ETABLISSEMENT = "chef_etablissement"
    DIRECTEUR_ML = "directeur_ml"
    ORGANISME_ACCUEIL = "organisme_accueil"
    ENSEIGNANT_REFERENT = "enseignant_referent"
    TUTEUR = "tuteur"


_S = Signatory
RESPONSABLES = (_S.RESPONSABLE_LEGAL, _S.RESPONSABLE_LEGAL_2)


def signatories(document: Document, *, minor: bool, responsables: int = 1) -> tuple[Signatory, ...]:
    """R16: who must sign, in the usual order of signing. ``responsables``: legal guardians who sign, 1 or 2.

    PFMP convention (Code de l'éducation, art. D124-4): head, host and the pupil or, if minor, the responsable
    légal. Projet [I]: pupil, with the responsable légal if minor, référent, conseiller. Convention lycée–ML
    [I]: head and director. PACEA: the young person and the ML only.
    """
    guardians = RESPONSABLES[:responsables] if minor else ()
    match document:
        case Document.PROJET:
            return (_S.ELEVE, *guardians, _S.REFERENT, _S.CONSEILLER)
        case Document.CONVENTION:
            return (_S.CHEF_ETABLISSEMENT, _S.DIRECTEUR_ML)
        case Document.CONVENTION_PFMP:
            return (*(guardians or (_S.ELEVE,)), _S.ORGANISME_ACCUEIL, _S.CHEF_ETABLISSEMENT)
        case Document.PACEA:
            return (_S.ELEVE, _S.CONSEILLER)


def informed(document: Document) -> tuple[Signatory, ...]:
    """R16: to whom the signed document is made known."""
    return (_S.ENSEIGNANT_REFERENT, _S.TUTEUR) if document is Document.CONVENTION_PFMP else ()


def missing_signatures(
    document: Document, signed: Collection[Signatory], *, minor: bool, responsables: int = 1
) -> tuple[Signatory, ...]:
    """Who has yet to sign; a PFMP begins only when nobody is missing (R17)."""
    required = signatories(document, minor=minor, responsables=responsables)
    return tuple(each for each in required if each not in signed)
