"""``python -m shared.bpmn check FILE…``: is this diagram one that the engine runs? If not, why, element by element."""

import sys
from collections.abc import Iterable
from pathlib import Path

import click

from shared.bpmn.findings import Finding, Findings
from shared.bpmn.reading.documents import MAX_BYTES
from shared.bpmn.report import as_json, as_text, verdict
from shared.bpmn.standalone import check_files

CHECK_HELP = """Dit de chaque FICHIER si le moteur l'exécute, et sinon pourquoi, élément par élément.

Un .dmn est une table de décision, un .form un formulaire, tout le reste un diagramme BPMN 2.0. Chaque diagramme est
examiné comme un processus ; un appel trouve le sien parmi les fichiers donnés. Ce que seul un service sait (ses
opérations, ses rôles, et les formulaires et décisions qui ne sont pas donnés) est pris comme le diagramme le nomme.

Code de sortie : 0 si tout est accepté, 1 si un fichier est refusé, 2 si un fichier n'est pas du BPMN lisible.
"""


@click.group(help="Le moteur BPMN.")
def main() -> None: ...


@main.command(help=CHECK_HELP)
@click.argument("files", metavar="FICHIER…", nargs=-1, required=True)
@click.option("--with", "folder", metavar="DOSSIER", type=click.Path(exists=True, file_okay=False, path_type=Path),
              help="Dossier d'un service : ses fichiers sont à côté, et ce qui n'y est pas n'existe pas.")  # fmt: skip
@click.option("--json", "json_wanted", is_flag=True,
              help="Une liste JSON : file, element_id, name, code, message, allowed, run.")  # fmt: skip
def check(files: tuple[str, ...], folder: Path | None, json_wanted: bool) -> None:
    contents, found = _read(files)
    beside, unread = _read(_folder_files(folder, {Path(file).name for file in files}))
    found += unread + check_files(contents, beside)
    click.echo(as_json(found) if json_wanted else as_text(tuple(dict.fromkeys(files)), found))
    sys.exit(verdict(found))


def _folder_files(folder: Path | None, replaced: set[str]) -> list[str]:
    """What stands beside the given files, but for those of the same names."""
    if folder is None:
        return []
    found = [
        str(path) for pattern in ("*.bpmn", "*.dmn", "forms/*.form") for path in sorted(folder.glob(pattern))
    ]
    return [path for path in found if Path(path).name not in replaced]


def _read(names: Iterable[str]) -> tuple[dict[str, bytes], list[Finding]]:
    """The contents of regular files, no more of each than is ever looked at; findings about the others."""
    contents: dict[str, bytes] = {}
    found: list[Finding] = []
    for name in dict.fromkeys(names):
        findings = Findings(name)
        try:
            if not Path(name).is_file():
                findings.add("file_unreadable" if Path(name).exists() else "file_missing", "")
            else:
                with Path(name).open("rb") as file:
                    contents[name] = file.read(MAX_BYTES + 1)
        except (OSError, ValueError):
            findings.add("file_unreadable", "")
        found += findings.found
    return contents, found


if __name__ == "__main__":
    main(prog_name="python -m shared.bpmn")
