"""Files kept beside the database, each under the SHA-256 of its bytes: PDFs and attachments.

``FileStore`` is the port: ``FolderStore`` keeps them in a folder of the machine or of a volume, ``MemoryStore`` for
as long as the process lives. What no row names any more is swept (``sweep``).
"""

from shared.files.scanning import CommandScanner, NoScanner, Scanner, ScanUnavailable
from shared.files.store import FileLost, FileStore, FolderStore, MemoryStore
from shared.files.sweeping import sweep
from shared.files.upload import Accepted, accept, clean_name

__all__ = [
    "Accepted",
    "CommandScanner",
    "FileLost",
    "FileStore",
    "FolderStore",
    "MemoryStore",
    "NoScanner",
    "ScanUnavailable",
    "Scanner",
    "accept",
    "clean_name",
    "sweep",
]
