"""Each page of the inbox for each role: open to whom ``docs/access.md`` says, and to nobody else."""

from flask.testing import FlaskClient

from tests.access.tables import NO, YES, code, table
from tests.access.world import Whole, one_of_each_role, roles_by_column

OPEN_TO_ALL = frozenset(
    (
        "/", "/connexion", "/deconnexion", "/health/live", "/health/ready", "/metrics", "/courriels", "/stats",
        "/accessibilite", "/apparence.css", "/apparence/logo", "/donnees-personnelles", "/mentions-legales",
        "/.well-known/security.txt",
    )
)  # fmt: skip
"""Before anybody is known; ``/courriels`` is of demonstrations on one machine."""
FOR_EVERYBODY = "site."
"""The views of what is public by law or by nature: legal pages, statement, public figures, the look."""
ENDS_SESSIONS = "/connexions/fin"
REFUSED = (403, 404)


def routes(world: Whole) -> set[tuple[str, str]]:
    """(method, path) of every page that has nothing to choose in its address."""
    return {
        (method, rule.rule)
        for rule in world.inbox.url_map.iter_rules()
        for method in rule.methods & {"GET", "POST"}
        if not rule.arguments
        and rule.rule not in OPEN_TO_ALL
        and not str(rule.endpoint).startswith(FOR_EVERYBODY)
    }


def token_of(client: FlaskClient) -> str:
    page = client.get("/preferences").text
    return page.partition('name="csrf_token" value="')[2].partition('"')[0]


def test_the_table_has_every_page_and_every_role(world: Whole) -> None:
    rows = table("Pages")
    assert {(row["méthode"], code(row["adresse"])) for row in rows} == routes(world)
    assert list(rows[0]) == ["méthode", "adresse", *roles_by_column()]


def test_each_page_opens_to_the_roles_that_the_table_says(world: Whole) -> None:
    wrong = []
    for role, actor in one_of_each_role().items():
        visitor = world.visitor(actor)
        token = token_of(visitor.client)
        for row in table("Pages"):
            path = code(row["adresse"])
            if path == ENDS_SESSIONS:
                continue
            data = {"csrf_token": token} if row["méthode"] == "POST" else None
            with visitor.client.open(path, method=row["méthode"], data=data) as answer:
                status = answer.status_code
            seen = NO if status in REFUSED else YES
            if status >= 500 or seen != row[role]:
                wrong.append((role, row["méthode"], path, status))
    assert wrong == []


def test_nobody_gets_anything_without_signing_in(world: Whole) -> None:
    client = world.inbox.test_client()
    for method, path in sorted(routes(world)):
        with client.open(path, method=method) as answer:
            expected = 302 if method == "GET" else 400  # the CSRF check comes first
            assert answer.status_code == expected, (method, path)
