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
    REFERENT = "referent"
    CONSEILLER = "conseiller"
    CHEF_ETABLISSEMENT = "chef_etablissement"
    DIRECTEUR_ML = "directeur_ml"
    ORGANISME_ACCUEIL = "organisme_accueil"
    ENSEIGNANT_REFERENT = "enseignant_referent"
    TUTEUR = "tuteur"


_S = Signatory


def signatories(document: Document, *, minor: bool) -> tuple[Signatory, ...]:
    """R16: who must sign, in the usual order of signing.

    PFMP convention (Code de l'éducation, art. D124-4): head, host and the pupil or, if minor, the responsable
    légal. Projet [I]: pupil, with the responsable légal if minor, référent, conseiller. Convention lycée–ML
    [I]: head and director. PACEA: the young person and the ML only.
    """
    match document:
        case Document.PROJET:
            return (_S.ELEVE, *((_S.RESPONSABLE_LEGAL,) if minor else ()), _S.REFERENT, _S.CONSEILLER)
        case Document.CONVENTION:
            return (_S.CHEF_ETABLISSEMENT, _S.DIRECTEUR_ML)
        case Document.CONVENTION_PFMP:
            return (_S.RESPONSABLE_LEGAL if minor else _S.ELEVE, _S.ORGANISME_ACCUEIL, _S.CHEF_ETABLISSEMENT)
        case Document.PACEA:
            return (_S.ELEVE, _S.CONSEILLER)


def informed(document: Document) -> tuple[Signatory, ...]:
    """R16: to whom the signed document is made known."""
    return (_S.ENSEIGNANT_REFERENT, _S.TUTEUR) if document is Document.CONVENTION_PFMP else ()


def missing_signatures(
    document: Document, signed: Collection[Signatory], *, minor: bool
) -> tuple[Signatory, ...]:
    """Who has yet to sign; a PFMP begins only when nobody is missing (R17)."""
    return tuple(each for each in signatories(document, minor=minor) if each not in signed)
