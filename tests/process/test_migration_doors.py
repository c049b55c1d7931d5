"""Migrations by command and by API: for operators only, with a report that can be read."""

import json
from typing import Any

import pytest
from click.testing import CliRunner
from werkzeug.test import TestResponse

from shared.cli.migration import migration_commands
from tests.process.migrating import OPERATOR, OTHER_ID, RENAMED, Moving
from tests.process.support import REFERENT, House

MAPPING = {"elements": {"noter": "prendre_note"}}


def command(house: House, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> Any:
    settings = {
        "AE_ENV": "test", "AE_DATABASE_URL": "sqlite://", "AE_BUS_URL": "amqp://guest@127.0.0.1/",
        "AE_TOKEN_PUBLIC_KEYS": json.dumps(dict(house.service.settings.token_public_keys)),
    }  # fmt: skip
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    return CliRunner().invoke(migration_commands(lambda _: house.service), list(arguments))


def test_plan_apply_list_and_undo_by_command(
    house: House, moving: Moving, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    house.start()
    house.up_to_the_timer()
    moving.release(*OTHER_ID)
    mapping = tmp_path / "mapping.json"
    mapping.write_text(json.dumps(MAPPING))
    planned = command(house, monkeypatch, "plan")
    assert planned.exit_code == 0
    assert "1 moves, 1 needs_mapping" in planned.output
    assert "migration_element_gone, 1 ×: dossier.bpmn, noter" in planned.output
    applied = command(house, monkeypatch, "apply", "--operator", "Nadia", "--mapping", str(mapping), "--json")
    (report,) = json.loads(applied.output)
    assert report["counts"] == {"moved": 2}
    assert "Nadia" in command(house, monkeypatch, "list").output
    undone = command(house, monkeypatch, "undo", report["migration_id"], "--operator", "Nadia", "--json")
    assert json.loads(undone.output) == {"undone": 2}


@pytest.mark.parametrize(
    "arguments", [("plan", "--from", "ffff"), ("plan", "--mapping", "pyproject.toml"), ("undo", "x", "--operator", "N"),
                  ("apply",), ("apply", "--operator", " ")],
)  # fmt: skip
def test_what_an_operator_got_wrong_is_one_line(
    house: House, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    house.start()
    refused = command(house, monkeypatch, *arguments)
    assert refused.exit_code in (1, 2)
    assert "Error:" in refused.output
    assert "Traceback" not in refused.output


def test_nothing_to_move_is_said(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.start()
    assert command(house, monkeypatch, "plan").output.strip().endswith("nothing to move")


def post(house: House, path: str, actor: Any = OPERATOR, **body: Any) -> TestResponse:
    return house.client.post(f"/operator/migrations{path}", json=body, headers=house._bearer(actor))


def test_plan_move_list_and_undo_by_api_a_page_at_a_time(house: House, moving: Moving) -> None:
    for _ in range(3):
        house.start()
    with house.service.database.read() as look:
        old = house.service.processes.catalog.active(look, "dossier").version
    moving.release(*OTHER_ID)
    asked = {"process_id": "dossier", "from_version": old[:12], "mapping": MAPPING, "limit": 2}
    planned = post(house, "/plan", **asked).get_json()
    assert (planned["counts"], planned["migration_id"]) == ({"moves": 2}, None)
    assert post(house, "/plan", **asked, after=planned["next"]).get_json()["counts"] == {"moves": 1}
    first = post(house, "", **asked).get_json()
    assert first["counts"] == {"moved": 2}
    second = post(house, "", **asked, migration_id=first["migration_id"], after=first["next"]).get_json()
    assert (second["counts"], second["next"]) == ({"moved": 1}, None)
    (run,) = house.get("/operator/migrations", OPERATOR).get_json()["items"]
    assert (run["moved"], run["undone"], run["actor_name"]) == (3, 0, "Nadia")
    assert post(house, f"/{run['id']}/undo").get_json()["counts"] == {"undone": 3}


def test_a_migration_goes_on_only_with_what_it_began_with(house: House, moving: Moving) -> None:
    house.start()
    with house.service.database.read() as look:
        old = house.service.processes.catalog.active(look, "dossier").version
    moving.release(RENAMED)
    asked = {"process_id": "dossier", "from_version": old}
    begun = post(house, "", **asked, limit=1).get_json()["migration_id"]
    house.start()
    other = post(house, "", **asked, migration_id=begun, mapping={"variables": {"avis": None}})
    assert (other.status_code, list(other.get_json()["errors"])) == (422, ["migration_id"])


@pytest.mark.parametrize(
    ("path", "body"), [("", {}), ("/plan", {}), ("/0190a0f2-0000-7000-8000-000000000001/undo", {})]
)
def test_nobody_but_an_operator_comes_in(house: House, path: str, body: dict[str, Any]) -> None:
    assert post(house, path, REFERENT, **body).status_code == 403
    assert house.get("/operator/migrations", REFERENT).status_code == 403


@pytest.mark.parametrize(
    ("body", "status"),
    [({"process_id": "dossier", "from_version": "ffffff"}, 404), ({"process_id": "dossier", "from_version": "zz"}, 422),
     ({"process_id": "dossier"}, 422), ({"process_id": "dossier", "from_version": "", "mapping": []}, 422)],
)  # fmt: skip
def test_what_is_asked_wrongly_is_refused(house: House, body: dict[str, Any], status: int) -> None:
    assert post(house, "/plan", **body).status_code == status
