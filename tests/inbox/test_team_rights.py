"""A right to keep a team is asked for when it is used; what was begun by it ends with it (ADR 30)."""

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Connection, event, func, select, text

from services.inbox import demo
from services.inbox.app import TABLES
from services.inbox.habilitations import ending
from services.inbox.identity.people import SignedIn, signed_in
from services.inbox.team import invitations, mandates, members
from services.inbox.team.acts import Act
from services.inbox.team.invitations import Invited
from services.inbox.team.tables import mandate, team_invitation
from shared.database import Database
from shared.errors import BadInput, Forbidden
from shared.ids import uuid7
from tests.inbox.interview import GARANCE
from tests.inbox.people import of
from tests.support.databases import MakeDatabase
from tests.support.waiting import wait_until

KARIM, CLAIRE, HELENE = (of(name)[0] for name in ("Karim Benali", "Claire Fontaine", "Hélène Vasseur"))
HERE = GARANCE[1]
NOW, TODAY = datetime(2026, 9, 7, 8, tzinfo=UTC), date(2026, 9, 7)
ADDRESS = "zoe.martin@lycee.example"


@pytest.fixture
def database(make_database: MakeDatabase) -> Database:
    made = make_database(TABLES)
    with made.begin() as tx:
        demo.seed(tx)
        head = _who(tx, HELENE)
        members.change_roles(tx, head, CLAIRE, ["chef_etablissement"], _act(head))
    return made


def _who(look: Connection, person_id: str) -> SignedIn:
    found = signed_in(look, person_id, HERE)
    assert found is not None
    return found


def _act(who: SignedIn) -> Act:
    return Act.of(who, NOW, uuid7)


def _invited_by_claire(database: Database, role: str = "chef_etablissement") -> None:
    with database.begin() as tx:
        claire = _who(tx, CLAIRE)
        invitations.invite(tx, claire, Invited("Zoé", "Martin", ADDRESS, (role,)), _act(claire))


def _is_welcome(database: Database) -> bool:
    with database.begin() as tx:
        new = invitations.welcome(tx, ADDRESS, uuid7, NOW + timedelta(days=1))
        if new is None:
            return False
        invitations.accept(tx, new, uuid7, NOW + timedelta(days=1))
        return signed_in(tx, new, HERE) is not None


def _status(database: Database) -> str:
    with database.read() as look:
        return str(look.scalar(select(team_invitation.c.status)))


def _leaves(tx: Connection) -> None:
    head = _who(tx, HELENE)
    members.end_membership(tx, head, CLAIRE, TODAY, _act(head))


def _loses_the_role(tx: Connection) -> None:
    head = _who(tx, HELENE)
    members.change_roles(tx, head, CLAIRE, ["referent"], _act(head))


def _keeps_the_team_only(tx: Connection) -> None:
    head = _who(tx, HELENE)
    members.change_roles(tx, head, CLAIRE, ["administrateur_equipe"], _act(head))


def _loses_the_habilitation(tx: Connection) -> None:
    ending.end(tx, CLAIRE, TODAY)


@pytest.mark.parametrize(
    "ends", [_leaves, _loses_the_role, _keeps_the_team_only, _loses_the_habilitation],
)  # fmt: skip
def test_an_invitation_ends_with_the_right_of_who_invited(
    database: Database, ends: Callable[[Connection], None]
) -> None:
    _invited_by_claire(database)
    with database.begin() as tx:
        ends(tx)
    assert (_status(database), _is_welcome(database)) == ("revoked", False)


def test_an_invitation_that_the_roles_left_still_carry_stays(database: Database) -> None:
    _invited_by_claire(database, "referent")
    with database.begin() as tx:
        _keeps_the_team_only(tx)
    assert (_status(database), _is_welcome(database)) == ("open", True)


def test_an_invitation_whose_inviter_has_lost_the_right_unseen_is_not_taken_up(database: Database) -> None:
    _invited_by_claire(database)
    with database.begin() as tx:
        _leaves(tx)
        tx.execute(team_invitation.update().values(status="open"))
    assert not _is_welcome(database)


@pytest.mark.parametrize("what", ["end", "roles", "invite"])
def test_who_lost_the_right_while_waiting_for_the_team_is_refused(database: Database, what: str) -> None:
    with database.read() as look:
        claire = _who(look, CLAIRE)

    def first(tx: Connection) -> None:
        _leaves(tx)

    def second(tx: Connection) -> None:
        if what == "end":
            members.end_membership(tx, claire, HELENE, TODAY, _act(claire))
        elif what == "roles":
            members.change_roles(tx, claire, KARIM, ["chef_etablissement"], _act(claire))
        else:
            invitations.invite(tx, claire, Invited("Zoé", "Martin", ADDRESS, ("referent",)), _act(claire))

    assert isinstance(_second_of_two(database, first, second), Forbidden)


def test_two_clicks_at_once_make_one_stand_in(database: Database) -> None:
    with database.read() as look:
        karim = _who(look, KARIM)

    def click(taker: str) -> Callable[[Connection], None]:
        wanted = mandates.Wanted("absence", KARIM, taker, TODAY, TODAY + timedelta(days=3))
        return lambda tx: mandates.arrange(tx, karim, wanted, TODAY, _act(karim)) and None

    assert isinstance(_second_of_two(database, click(CLAIRE), click(HELENE)), BadInput)
    with database.read() as look:
        assert look.scalar(select(func.count()).select_from(mandate)) == 1


def _second_of_two(
    database: Database, first: Callable[[Connection], None], second: Callable[[Connection], None]
) -> Exception | None:
    """What the second writer is told, who on PostgreSQL has begun before the first has ended."""
    told: list[Exception] = []

    def write() -> None:
        try:
            with database.begin() as tx:
                second(tx)
        except (BadInput, Forbidden) as refused:
            told.append(refused)

    other = threading.Thread(target=write)
    with database.begin() as tx:
        first(tx)
        if database.is_postgresql:
            other.start()
            wait_until(lambda: _is_waiting(database))
    if not database.is_postgresql:  # one writer at a time
        other.start()
    other.join()
    return told[0] if told else None


def _is_waiting(database: Database) -> bool:
    with database.read() as look:
        waits = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        return bool(look.scalar(text(waits)))


def test_the_places_that_may_be_taken_are_read_in_as_many_queries_as_one_is(database: Database) -> None:
    def asked() -> int:
        counted: list[str] = []
        with database.read() as look:
            who = _who(look, CLAIRE)
            event.listen(look, "before_cursor_execute", lambda *a: counted.append(a[2]))
            mandates.to_take(look, who, NOW)
        return len(counted)

    counts = []
    for giver in (KARIM, HELENE):
        with database.begin() as tx:
            own = _who(tx, giver)
            wanted = mandates.Wanted("absence", giver, CLAIRE, TODAY, TODAY)
            mandates.arrange(tx, own, wanted, TODAY, _act(own))
        counts.append(asked())
    assert counts == [2, 2]
