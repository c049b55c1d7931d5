"""After a failure others hear of it at once for a moment: they do not wait in turn for the time limit."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from services.inbox.oidc.problems import ProviderDown
from shared.clock import Clock
from shared.errors import Problem

LASTS = timedelta(seconds=5)


class Pause:
    """``noted``: the failures after which nobody asks for a moment; not those that a visitor can bring about."""

    def __init__(self, clock: Clock, *noted: type[Problem]) -> None:
        self._clock, self._noted = clock, noted
        self._failed_at: datetime | None = None

    def check(self) -> None:
        """Raises ProviderDown within the moment."""
        if self._failed_at is not None and self._clock.now() - self._failed_at < LASTS:
            raise ProviderDown

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Around calls to the provider. Raises ProviderDown, without any call, within the moment."""
        self.check()
        try:
            yield
        except self._noted:
            self._failed_at = self._clock.now()
            raise
        self._failed_at = None
