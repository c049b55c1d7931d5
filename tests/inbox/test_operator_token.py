"""How an operator gets the token for a service's operator API: by command, on the inbox's machine."""

import json

import pytest
from click.testing import CliRunner, Result

from services.inbox.__main__ import main
from shared.clock import SystemClock
from shared.identity import LONGEST_OPERATOR_NAME, TokenRefused, TokenVerifier, new_private_key, public_key

PRIVATE = new_private_key()
ENVIRONMENT = {
    "AE_ENV": "test", "AE_DATABASE_URL": "sqlite://", "AE_SESSION_SECRET": "x", "AE_SERVICE_URLS": "{}",
    "AE_TOKEN_PRIVATE_KEYS": json.dumps({"k": PRIVATE}),
}  # fmt: skip


def _ask(*words: str) -> Result:
    return CliRunner().invoke(main, ["operator-token", *words], env=ENVIRONMENT)


def _verifier(audience: str) -> TokenVerifier:
    return TokenVerifier({"k": public_key(PRIVATE)}, audience, SystemClock())


def test_the_token_names_an_operator_for_one_service() -> None:
    token = _ask("--service", "bilan", "--name", "Paule Mercier").output.strip()
    actor = _verifier("bilan").verify(token)
    assert (actor.name, actor.is_operator, actor.side) == ("Paule Mercier", True, "system")
    with pytest.raises(TokenRefused):
        _verifier("enrolment").verify(token)


@pytest.mark.parametrize("name", ["", "  ", "x" * (LONGEST_OPERATOR_NAME + 1), "deux\nlignes"])
def test_a_name_that_a_record_could_not_show_is_refused(name: str) -> None:
    assert _ask("--service", "bilan", "--name", name).exit_code == 2


def test_an_unknown_service_is_refused() -> None:
    assert _ask("--service", "cantine", "--name", "Paule").exit_code == 2
