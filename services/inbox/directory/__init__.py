"""The directory's refresh: organisations and the territories that they serve, from a CSV file.

What is not in the file stays as it is; an organisation that closes is kept, and no longer offered.
"""

from services.inbox.directory.csv_file import FileRefused, read_csv
from services.inbox.directory.importing import ImportResult, import_directory, imports, territories
from services.inbox.directory.listing import Listed, listed

__all__ = [
    "FileRefused",
    "ImportResult",
    "Listed",
    "import_directory",
    "imports",
    "listed",
    "read_csv",
    "territories",
]
