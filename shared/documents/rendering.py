"""A PDF from a template and its data: PDF/UA-1, tagged, the same bytes for the same data."""

import re
import warnings
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, ClassVar

import orjson

from shared.documents.library import COMMON, TEMPLATE
from shared.errors import Problem

NOWHERE = "/nonexistent"
"""Where packages would be looked for."""
_IMPORT = re.compile(r"\b(?:import|include)\b(?!\s+\"" + re.escape(COMMON) + r"\")")
_FORBIDDEN = re.compile(r"\b(?:eval|plugin|read)\b")


class RenderingFailed(Problem):
    """A template that does not give a PDF with these data. ``detail``: typst's words, which quote the template only."""

    code: ClassVar[str] = "documents.rendering_failed"
    status: ClassVar[int] = 500

    def __init__(self, detail: str) -> None:
        self.detail = detail
        super().__init__()


def render(sources: Mapping[str, str], data: Mapping[str, Any], made_at: datetime) -> bytes:
    """``sources``: file name → text, ``main.typ`` among them. Raises RenderingFailed.

    A template sees its data and nothing else: no file but its own, no package, no font of the machine, no clock.
    """
    import typst  # noqa: PLC0415 -- 7 MB in a process that makes no document

    with TemporaryDirectory(prefix="document-") as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore", typst.TypstWarning)
        for name, text in sources.items():
            (Path(folder) / name).write_text(text, encoding="utf-8")
        to_the_second = made_at.astimezone(UTC).replace(microsecond=0)  # a PDF knows no more
        try:
            return typst.compile(
                str(Path(folder) / TEMPLATE), root=folder, sys_inputs={"data": orjson.dumps(data).decode()},
                format="pdf", pdf_standards=["ua-1"], ignore_system_fonts=True, timestamp=to_the_second,
                package_path=NOWHERE, package_cache_path=NOWHERE,
            )  # fmt: skip
        except typst.TypstError as error:
            raise RenderingFailed(" ".join(str(error).split())[:300]) from None


def forbidden(source: str) -> str | None:
    """The first word with which a template would reach beyond its data: another file, a package, a program."""
    for pattern in (_IMPORT, _FORBIDDEN):
        if found := pattern.search(source):
            return found.group(0)
    return None
