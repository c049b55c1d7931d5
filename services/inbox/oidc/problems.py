"""Why somebody does not get in: a code for the log, a French sentence for the person, nothing personal in either."""

from typing import ClassVar

from shared.errors import Problem, Unavailable


class ProviderDown(Unavailable):
    """The provider does not answer, or not as a provider does: nobody is signed in, trying again may help."""

    code: ClassVar[str] = "connexion.down"


OF_THE_ACCOUNT = frozenset(
    (
        "unknown_person", "invitation_over", "linked_elsewhere", "left", "idp", "level", "email_unverified",
    )
)  # fmt: skip
"""Refusals of an account that the provider vouches for: with the same one, trying again changes nothing."""


class SignInRefused(Problem):
    """``reason``: a key of the catalogue's ``connexion`` area. ``detail``: for the log, of the protocol only."""

    status: ClassVar[int] = 403

    def __init__(self, reason: str, detail: str = "") -> None:
        self.code = f"connexion.{reason}"  # type: ignore[misc]  # one class for the ways of being refused
        self.reason, self.detail = reason, detail
        super().__init__()

    @property
    def is_of_account(self) -> bool:
        return self.reason in OF_THE_ACCOUNT
