"""A document's PDF: made once, at its first use, from what was frozen; then kept, byte by byte."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, select, update

from shared.clock import local_date
from shared.database import Database
from shared.documents.content import checksum, named
from shared.documents.rendering import render
from shared.documents.store import DocumentRow
from shared.documents.tables import document, template
from shared.files import FileStore
from shared.french import long_day
from shared.process.tables import story


def seal(
    database: Database, files: FileStore, row: DocumentRow, names: Mapping[str, str], now: Any
) -> DocumentRow:
    """The document with its PDF in ``files``. ``names``: of people and organisations, which the inbox alone knows.

    What is sealed stays as it is. Two at a time make the same bytes of the same names; the first to commit wins.
    Raises RenderingFailed.
    """
    if row.sha256 is not None:
        return row
    with database.read() as look:
        sources = look.execute(select(template.c.files).where(template.c.hash == row.template)).scalar_one()
        known = _known_names(look, row)
    content = named(row.content, known | dict(names))
    data = page_data(row, content)
    digest = files.put(render(sources, data, row.made_at), now)
    with database.begin() as tx:
        tx.execute(
            update(document).where(document.c.id == row.id, document.c.sha256.is_(None)).values(
                content=content, data_sha256=data["empreinte"], sha256=digest, sealed_at=now
            )
        )  # fmt: skip
        return tx.execute(select(document).where(document.c.id == row.id)).one()


def page_data(row: Any, content: Mapping[str, Any]) -> dict[str, Any]:
    """All that a template is given; JSON types only."""
    made_on = local_date(row.made_at)
    head = {
        "titre": row.title, "numero": row.number, "rang": row.rank, "date": [made_on.year, made_on.month, made_on.day],
        "etabli_le": long_day(made_on), "etabli_par": row.made_by_name,
    }  # fmt: skip
    return head | dict(content) | {"empreinte": checksum(head | dict(content))}


def _known_names(look: Connection, row: DocumentRow) -> dict[str, str]:
    """People who acted in this parcours, here."""
    cited = [each for each in row.content["cites"].values() if each]
    told = select(story.c.actor_id, story.c.actor_name).where(
        story.c.parcours_id == row.parcours_id, story.c.actor_id.in_(cited)
    )
    return {each.actor_id: each.actor_name for each in look.execute(told)}
