"""What people may attach: by content, size and name."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

import puremagic

from shared.catalogue import sentence
from shared.errors import BadInput
from shared.files.scanning import Scanner

LARGEST = 10 * 1024 * 1024  # bytes: a few scanned pages
LONGEST_NAME = 100
TYPES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "application/pdf": ("pdf", (".pdf",)),
    "image/jpeg": ("jpg", (".jpg", ".jpeg", ".jfif")),
    "image/png": ("png", (".png",)),
}
"""Media type → the suffix that a file gets, and those by which its content is told."""
ALLOWED = "PDF, JPEG, PNG"
_SIGNATURES = {
    b"%PDF-": "application/pdf",
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
}


@dataclass(frozen=True)
class Accepted:
    name: str
    media_type: str
    content: bytes


def accept(content: bytes, name: str, scanner: Scanner) -> Accepted:
    """A file as it may be kept. Raises BadInput on ``file``: its type, size or content; ScanUnavailable."""
    if not content:
        raise _refused("documents.file_empty")
    if len(content) > LARGEST:
        raise _refused("documents.file_too_large", limit=LARGEST // (1024 * 1024))
    media_type = _type_of(content)
    if media_type is None:
        raise _refused("documents.file_type", allowed=ALLOWED)
    if not scanner.is_clean(content):
        raise _refused("documents.file_infected")
    return Accepted(clean_name(name, TYPES[media_type][0]), media_type, content)


def clean_name(name: str, suffix: str) -> str:
    """A name that is safe on every machine: no folder, no control character, the suffix of the content."""
    last = PurePosixPath(unicodedata.normalize("NFC", name).replace("\\", "/")).name
    kept = "".join(each for each in last if each.isalnum() or each in " -_.'’()")
    stem = PurePosixPath(kept.strip(" .")).stem if "." in kept else kept
    stem = " ".join(stem.split())[:LONGEST_NAME].strip(" .")
    return f"{stem or 'document'}.{suffix}"


def _type_of(content: bytes) -> str | None:
    """By its first bytes, and by what puremagic finds in it: both must say the same."""
    media_type = next((type_ for start, type_ in _SIGNATURES.items() if content.startswith(start)), None)
    if media_type is None:
        return None
    try:
        found = puremagic.from_string(content)
    except (puremagic.PureError, ValueError):
        return None
    return media_type if found in TYPES[media_type][1] else None


def _refused(code: str, **params: object) -> BadInput:
    return BadInput({"file": [sentence(code, **params)]})
