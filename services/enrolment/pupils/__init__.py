"""The pupils of a lycée: read from SIECLE or CSV files, checked, imported, searched (R34–R36).

Enrolment owns the person. An import makes pupils and starts nothing; ``opening`` notes the parcours opened.
Everything is scoped by UAI: a lycée sees only its pupils (R38).
"""

from services.enrolment.pupils.files import read_pupil_file
from services.enrolment.pupils.importing import ImportResult, import_pupils
from services.enrolment.pupils.opening import (
    ParcoursAlreadyOpen,
    parcours_by_pupil,
    parcours_of,
    record_opening,
)
from services.enrolment.pupils.search import Page, get_pupil, search_pupils

__all__ = [
    "ImportResult",
    "Page",
    "ParcoursAlreadyOpen",
    "get_pupil",
    "import_pupils",
    "parcours_by_pupil",
    "parcours_of",
    "read_pupil_file",
    "record_opening",
    "search_pupils",
]
