"""The first page of a person's inbox among 20 000 people and 1 000 000 tasks, against a bare Flask page of one row."""

import http.client
import time
from collections.abc import Callable, Iterator, Sequence

import psycopg

from benchmarks import floor_web
from benchmarks.bench import Bench
from benchmarks.browsing import Browsing
from benchmarks.report import Figure, compared
from benchmarks.served import Served, served
from benchmarks.whole import Whole, whole
from services.inbox import demo

PEOPLE, PLACES = 20_000, 1_000
SHARES = {"enrolment": 5, "accompaniment": 4, "bilan": 1}
"""Of ten tasks, how many are each service's."""
DEMO_PLACE = demo.LYCEE_GARANCE
REFERENT = demo.person_id(DEMO_PLACE, "Karim", "Benali")
PLACE = "case when g %% %(places)s = 0 then %(mine)s else 'lycee-' || g %% %(places)s end"
TASKS = f"""
insert into task (id, instance_id, parcours_id, process_id, element_id, name, subject, etape, side, organisation_kind,
  organisation_id, role, assignee, assignee_name, due_on, due_sort, priority, status, version, opened_at)
select gen_random_uuid(), gen_random_uuid(), 'p' || g, 'w', 'u1', 'Mener l''entretien', 'Lina Ferrand', 2, 'both',
  'lycee', {PLACE}, 'referent', case when g / %(places)s %% 20 = 0 then %(me)s end,
  case when g / %(places)s %% 20 = 0 then 'Karim Benali' end,
  current_date + g %% 60, current_date + g %% 60, 0, 'open', 1, now()
from generate_series(1, %(count)s) g"""  # noqa: S608 -- the benchmark's own words
PARTIES = f"""
insert into party (parcours_id, organisation, organisation_kind, since)
select 'p' || g, {PLACE}, 'lycee', now() from generate_series(1, %(count)s) g"""  # noqa: S608 -- as above
ORGANISATIONS = """
insert into organisation (id, kind, name, city)
select 'lycee-' || g, 'lycee', 'Lycée ' || g, 'Lyon' from generate_series(1, %(places)s - 1) g"""
PERSONS = """
insert into person (id, given_name, family_name, is_active)
select 'person-' || g, 'Camille', 'Durand ' || g, true from generate_series(1, %(people)s) g"""
MEMBERS = """
insert into membership (person_id, organisation_id, role)
select 'person-' || g, case when g %% %(places)s = 0 then %(mine)s else 'lycee-' || g %% %(places)s end, 'referent'
from generate_series(1, %(people)s) g"""


def figures(bench: Bench) -> Iterator[Figure]:
    count = bench.pick(1_000_000, 50_000)
    with whole(bench, has_workers=False) as stack, bench.database("postgresql") as floor_url:
        _fill(stack, count)
        floor_web.prepare(floor_url)
        with psycopg.connect(_plain(floor_url), autocommit=True) as connection:
            connection.execute("insert into floor_instance values ('one', %s)", ["x" * 200])
        with served("floor_web", {"FLOOR_URL": floor_url}) as floor:
            yield from _measured(bench, stack, floor, count)


def _measured(bench: Bench, stack: Whole, floor: Served, count: int) -> Iterator[Figure]:
    me = Browsing(stack.pages, stack.databases["inbox"], REFERENT, DEMO_PLACE)
    bare = http.client.HTTPConnection("127.0.0.1", floor.port, timeout=60)
    pages = bench.pick(400, 60)
    ours, theirs = _alternate(lambda: _mine(me), lambda: _row(bare), pages)
    name = f"first inbox page among {PEOPLE:,} people and {count:,} tasks"
    yield compared(f"{name}, p95", _at(ours, 95), "ms", "bare Flask page of one row, p95", _at(theirs, 95))
    yield compared(f"{name}, p50", _at(ours, 50), "ms", "bare Flask page of one row, p50", _at(theirs, 50))
    before = stack.cpu()
    for _ in range(pages):
        _mine(me)
    after = stack.cpu()
    for process in ("inbox web", "enrolment web", "accompaniment web", "bilan web", "PostgreSQL"):
        used = (after[process] - before[process]) / pages * 1e3
        yield Figure(f"first inbox page, {process}", round(used, 2), "ms CPU")
    me.close()


def _mine(me: Browsing) -> None:
    if "Lina Ferrand" not in me.get("/taches"):
        raise RuntimeError("the page shows no task")


def _row(bare: http.client.HTTPConnection) -> None:
    bare.request("GET", "/row/one")
    answer = bare.getresponse()
    if answer.status != http.client.OK or not answer.read():
        raise RuntimeError("the floor shows no row")


def _alternate(
    one: Callable[[], None], other: Callable[[], None], times: int
) -> tuple[list[float], list[float]]:
    """Milliseconds of each call; the first tenth fills caches and is not counted."""
    found: tuple[list[float], list[float]] = ([], [])
    for number in range(times + times // 10):
        for kept, ask in zip(found, (one, other), strict=True):
            began = time.perf_counter()
            ask()
            if number >= times // 10:
                kept.append((time.perf_counter() - began) * 1e3)
    return found


def _at(found: Sequence[float], percent: int) -> float:
    return sorted(found)[min(len(found) - 1, len(found) * percent // 100)]


def _fill(stack: Whole, count: int) -> None:
    binds = {"places": PLACES, "mine": DEMO_PLACE, "me": REFERENT, "people": PEOPLE}
    _run(stack.database_urls["inbox"], binds, ORGANISATIONS, PERSONS, MEMBERS)
    for service, share in SHARES.items():
        _run(stack.database_urls[service], {**binds, "count": count * share // 10}, TASKS, PARTIES)


def _run(url: str, binds: dict[str, object], *statements: str) -> None:
    with psycopg.connect(_plain(url), autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement, binds)  # type: ignore[call-overload]
        connection.execute("vacuum analyze")


def _plain(url: str) -> str:
    return url.replace("+psycopg", "")
