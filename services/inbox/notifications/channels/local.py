"""Nothing leaves: the row itself is what would have been sent, for the page of the local outbox."""

from services.inbox.notifications.outgoing import Mail


class LocalOutbox:
    """The channel of one machine, for demonstrations and tests."""

    def send(self, letter: Mail) -> None:
        """Nothing to do: the row is marked as sent by who called."""
