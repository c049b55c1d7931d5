"""Files beside the database: kept under their hash, let in by content, swept when nothing names them."""

import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import typst

from shared.errors import BadInput
from shared.files import (
    CommandScanner,
    FileLost,
    FileStore,
    FolderStore,
    MemoryStore,
    NoScanner,
    ScanUnavailable,
    accept,
    clean_name,
    sweep,
)

NOW = datetime(2026, 9, 7, 8, 0, tzinfo=UTC)
PDF = typst.compile(b"Bonjour", format="pdf")
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00" + b"\x00" * 40
MAKERS: dict[str, Callable[[Path], FileStore]] = {
    "folder": FolderStore,
    "memory": lambda _folder: MemoryStore(),
}


@pytest.fixture(params=MAKERS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> FileStore:
    return MAKERS[request.param](tmp_path)


def test_what_was_kept_is_read_back_byte_by_byte(store: FileStore) -> None:
    digest = store.put(PDF, NOW)
    assert store.put(PDF, NOW) == digest
    assert store.get(digest) == PDF


def test_what_is_not_there_is_said_to_be_lost(store: FileStore) -> None:
    with pytest.raises(FileLost):
        store.get("0" * 64)
    assert not store.remove("0" * 64, NOW)


def test_bytes_that_changed_on_the_disk_are_never_served(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    digest = store.put(PDF, NOW)
    (tmp_path / digest[:2] / digest).write_bytes(b"other")
    with pytest.raises(FileLost):
        store.get(digest)


def test_only_old_files_that_nothing_names_are_swept(store: FileStore) -> None:
    named, orphan = store.put(b"named", NOW), store.put(b"orphan", NOW)
    young = store.put(b"young", NOW + timedelta(days=2))
    assert sweep(store, lambda digests: {named} & set(digests), NOW + timedelta(days=2)) == 1
    assert (store.get(named), store.get(young)) == (b"named", b"young")
    with pytest.raises(FileLost):
        store.get(orphan)


def test_what_is_asked_for_again_while_it_is_swept_stays(store: FileStore) -> None:
    """Somebody attaches the same bytes after the sweep has asked which rows name them."""
    old, later = store.put(b"again", NOW), NOW + timedelta(days=2)

    def named(_digests: object) -> set[str]:
        store.put(b"again", later)
        return set()

    assert sweep(store, named, later) == 0
    assert store.get(old) == b"again"


def test_what_a_killed_worker_left_half_written_is_swept_once_it_is_old(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    folder = tmp_path / store.put(b"whole", NOW)[:2]
    for name, age in ((".writing-old", timedelta(days=2)), (".writing-now", timedelta(hours=1))):
        (folder / name).write_bytes(b"ha")
        at = (NOW - age).timestamp()
        os.utime(folder / name, (at, at))
    assert sweep(store, lambda _digests: set(), NOW) == 0
    assert not (folder / ".writing-old").exists()
    assert (folder / ".writing-now").exists()


def test_a_digest_cannot_lead_out_of_the_folder(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="hexadecimal"):
        FolderStore(tmp_path).get("../../etc/passwd")


@pytest.mark.parametrize(
    ("content", "type_", "name"), [(PDF, "application/pdf", "a.pdf"), (JPEG, "image/jpeg", "a.jpg")]
)
def test_a_file_is_told_by_its_content_whatever_its_name(content: bytes, type_: str, name: str) -> None:
    accepted = accept(content, "a.exe", NoScanner())
    assert (accepted.media_type, accepted.name) == (type_, name)


@pytest.mark.parametrize(
    "content", [b"", b"MZ\x90\x00" + b"\0" * 80, b"<html><script>", b"PK\x03\x04" + b"\0" * 40]
)
def test_another_content_is_refused_and_what_is_allowed_is_said(content: bytes) -> None:
    with pytest.raises(BadInput) as refused:
        accept(content, "certificat.pdf", NoScanner())
    assert refused.value.errors["file"] in (
        ["Le fichier est vide."],
        ["Ce fichier n’est pas d’un type accepté, d’après son contenu. Types acceptés : PDF, JPEG, PNG."],
    )


def test_a_file_of_more_than_ten_megabytes_is_refused() -> None:
    with pytest.raises(BadInput) as refused:
        accept(PDF + b"\0" * 10 * 1024 * 1024, "a.pdf", NoScanner())
    assert refused.value.errors["file"] == ["Le fichier dépasse 10 Mo."]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd.pdf"), ("C:\\Mes documents\\Été d’Anaïs.PDF", "Été d’Anaïs.pdf"),
        ("", "document.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie x.pdf"), ("x" * 300, "x" * 100 + ".pdf"), ("....", "document.pdf"),
        ('"><script>.pdf', "script.pdf"),
    ],
)  # fmt: skip
def test_a_name_is_made_safe(given: str, kept: str) -> None:
    assert clean_name(given, "pdf") == kept


def scanner(exit_code: int) -> CommandScanner:
    return CommandScanner(
        [sys.executable, "-c", f"import sys; sys.stdin.buffer.read(); sys.exit({exit_code})"]
    )


def test_the_scanner_decides() -> None:
    assert accept(PDF, "a.pdf", scanner(0)).content == PDF
    with pytest.raises(BadInput) as refused:
        accept(PDF, "a.pdf", scanner(1))
    assert refused.value.errors["file"] == ["Ce fichier est refusé par le contrôle antivirus."]


@pytest.mark.parametrize("absent", [scanner(2), CommandScanner(["/nonexistent/scanner"])])
def test_without_an_answer_of_the_scanner_nothing_is_let_in(absent: CommandScanner) -> None:
    with pytest.raises(ScanUnavailable):
        accept(PDF, "a.pdf", absent)
