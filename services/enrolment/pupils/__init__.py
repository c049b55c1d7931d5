"""The pupils of a lycée: read from SIECLE or CSV files, checked, imported, searched (R34–R36).

Enrolment owns the person. An import makes pupils and starts nothing.
Everything is scoped by UAI: a lycée sees only its pupils (R38).
"""

from services.enrolment.pupils.files import read_pupil_file
from services.enrolment.pupils.importing import ImportResult, import_pupils
from services.enrolment.pupils.search import Page, get_pupil, search_pupils

__all__ = [
    "ImportResult",
    "Page",
    "get_pupil",
    "import_pupils",
    "read_pupil_file",
    "search_pupils",
]
