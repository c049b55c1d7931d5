"""What the inbox's tables hold about pupils: one list for the export, the erasure and the build's own check."""

from collections.abc import Sequence

from services.inbox.family.holdings import FAMILY_HOLDINGS
from services.inbox.notifications.holdings import NOTIFICATION_HOLDINGS
from services.inbox.taking.holdings import TAKING_HOLDINGS
from shared.process.personal import Holding

INBOX_HOLDINGS: Sequence[Holding] = (*NOTIFICATION_HOLDINGS, *FAMILY_HOLDINGS, *TAKING_HOLDINGS)
