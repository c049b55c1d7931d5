"""Documents of a parcours: made by its moves from templates, sealed as PDF/UA, signed; attachments; invitations.

``library.py`` reads ``workflows/<service>/documents``, ``checks.py`` says what is wrong there, ``making.py`` writes the
rows of a move, ``sealing.py`` turns one into a PDF, ``signing.py`` has the signatures (R16), ``api.py`` the doors.
"""

from pathlib import PurePath

COMMON_TEMPLATE = PurePath("documents") / "_gabarit.typ"
"""Under ``workflows``: what the templates of all services share."""
