"""What is held about one person: where it lies, how it is exported, erased, corrected, and who looked at it.

``holdings`` is what a package says of its tables, ``registry`` says it for the shared ones; each service's ``app.py``
joins them in ``HOLDINGS``, and a test holds the list against the schema: a table, or a column, that nobody spoke of
fails the build (R40, R41).
"""

from shared.process.personal.holdings import (
    Holding,
    Neutral,
    Subject,
    blanked,
    by_parcours,
    by_pupil,
    deleted,
)

__all__ = ["Holding", "Neutral", "Subject", "blanked", "by_parcours", "by_pupil", "deleted"]
