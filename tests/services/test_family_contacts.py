"""To whom of a family a personal link may be given: told to who follows the parcours now, and to nobody else."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from shared.clock import FixedClock
from shared.identity import Actor, ActsFor
from tests.services.followed import (
    CONSEILLER,
    HEAD,
    OTHER_CONSEILLER,
    OTHER_HEAD,
    OTHER_REFERENT,
    REFERENT,
    SECOND,
    SUCCESSOR,
    followed,
)
from tests.services.test_transfer import ACCEPTS, OCTOBER, ask, transferred
from tests.support.databases import MakeDatabase
from tests.support.three_services import ThreeServices, three_services


@pytest.fixture
def world(make_sqlite_database: MakeDatabase) -> Iterator[ThreeServices]:
    with three_services(make_sqlite_database, FixedClock(OCTOBER)) as built:
        yield built


def told(world: ThreeServices, parcours_id: str, *actors: Actor) -> list[int]:
    """How enrolment answers each of them."""
    path = f"/parcours/{parcours_id}/famille"
    return [world.ask(actor, "enrolment", path).status_code for actor in actors]


def test_the_referent_and_the_conseiller_are_told_and_no_colleague(world: ThreeServices) -> None:
    parcours_id = followed(world)
    assert told(world, parcours_id, REFERENT, CONSEILLER) == [200, 200]
    assert told(world, parcours_id, HEAD, SUCCESSOR, SECOND) == [403, 403, 404]


def test_after_a_transfer_who_follows_now_is_told_and_who_followed_before_is_not(
    world: ThreeServices,
) -> None:
    parcours_id = followed(world)
    transferred(world, parcours_id)
    assert told(world, parcours_id, OTHER_CONSEILLER, REFERENT, CONSEILLER) == [200, 200, 404]


def test_between_the_acceptance_and_its_message_who_had_it_is_told_no_longer(world: ThreeServices) -> None:
    parcours_id = followed(world)
    ask(world, parcours_id)
    world.complete(SECOND, "enrolment", "repondre_transfert", **ACCEPTS)
    assert told(world, parcours_id, CONSEILLER)[0] in (403, 404)


def test_of_another_lycee_its_referent_is_told(world: ThreeServices) -> None:
    parcours_id = followed(world)
    ask(world, parcours_id, REFERENT, OTHER_HEAD, target_name="Lycée B")
    answer = {"transfert_reponse": "accepte", "suivi_referent": OTHER_REFERENT.person_id}
    world.complete(OTHER_HEAD, "enrolment", "repondre_transfert", **answer)
    world.carry()
    assert told(world, parcours_id, OTHER_REFERENT, REFERENT) == [200, 404]


def test_who_stands_in_for_the_referent_is_told_and_a_delegate_of_the_referent_is_not(
    world: ThreeServices,
) -> None:
    parcours_id = followed(world)
    instead = replace(SUCCESSOR, acts_for=ActsFor("absence", REFERENT.person_id, REFERENT.name))
    by_scope = ActsFor("delegation", REFERENT.person_id, REFERENT.name, "attestations")
    delegate = replace(SUCCESSOR, roles=frozenset(), acts_for=by_scope)
    assert told(world, parcours_id, instead, delegate) == [200, 403]
