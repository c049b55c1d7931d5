"""Everything that one service holds about one person (R41): each table of the holdings, all its columns."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, select

from shared.process.personal.holdings import Holding, Subject, told
from shared.process.processes import Processes


def export(
    look: Connection, holdings: Sequence[Holding], subject: Subject, processes: Processes | None
) -> list[dict[str, Any]]:
    """For each table: its name, its French title, and the person's rows as JSON; tables without one are there too.

    ``processes``: None where no process runs.
    """
    return [
        {
            "table": str(holding.table.name),
            "title": holding.title,
            "rows": [
                dict(holding.tell(look, processes, row)) if holding.tell else told(row)
                for row in look.execute(select(holding.table).where(holding.rows(subject)))
            ],
        }
        for holding in holdings
    ]
