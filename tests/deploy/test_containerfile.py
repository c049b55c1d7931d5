import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.deploy.conftest import DEPLOY

ROOT = DEPLOY.parent
TEXT = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
LINES = [line for line in TEXT.replace("\\\n", " ").splitlines() if line and not line.startswith("#")]
SERVICES = ("enrolment", "accompaniment", "bilan", "inbox")


def arguments(instruction: str) -> list[str]:
    return [line.partition(" ")[2] for line in LINES if line.split()[0] == instruction]


def test_the_image_is_built_in_stages_from_a_base_that_can_be_chosen() -> None:
    assert arguments("ARG")[0].startswith("BASE=python:3.11-slim")
    assert arguments("FROM") == ["${BASE} AS build", "${BASE}"]


def test_what_is_installed_is_locked_by_hashes() -> None:
    installs = [line for line in arguments("RUN") if "pip install" in line]
    assert len(installs) == 1
    assert "--require-hashes -r /build/run.lock" in installs[0]
    assert "apt-get" not in TEXT
    assert not arguments("ADD")


def test_the_program_does_not_run_as_root_and_gets_its_signals() -> None:
    assert arguments("USER") == ["10001:10001"]
    assert LINES.index("USER 10001:10001") > max(n for n, line in enumerate(LINES) if line.startswith("RUN"))
    assert arguments("ENTRYPOINT") == ['["/usr/local/bin/service"]']
    assert 'exec python -m services.%s "$@"' in TEXT


@pytest.mark.parametrize("service", SERVICES)
def test_everything_that_is_copied_is_there_and_let_through(service: str) -> None:
    let_through = (ROOT / ".containerignore").read_text("utf-8").splitlines()
    for line in arguments("COPY"):
        source = line.split()[0].replace("${SERVICE}", service)
        if not source.startswith("--from"):
            assert (ROOT / source).exists(), source
            assert any(source.startswith(each[1:]) for each in let_through if each.startswith("!")), source
    assert (ROOT / "services" / service / "__main__.py").exists()


def test_the_entry_point_runs_the_services_own_commands(tmp_path: Path) -> None:
    (printed,) = (part for part in arguments("RUN")[-1].split("&&") if "printf" in part)
    script = tmp_path / "service"
    command = printed.replace("/usr/local/bin/service", str(script)).replace("exec python", "echo python")
    subprocess.run(["sh", "-c", command], check=True, env={"SERVICE": "bilan"})
    done = subprocess.run(["sh", script, "web", "--bind", "x y"], check=True, capture_output=True, text=True)
    assert done.stdout == "python -m services.bilan web --bind x y\n"


@pytest.mark.parametrize("service", SERVICES)
def test_what_is_copied_is_enough_to_run_the_service(service: str, tmp_path: Path) -> None:
    for line in arguments("COPY"):
        source, target = (part.replace("${SERVICE}", service) for part in line.split()[-2:])
        if "--from" not in line and (ROOT / source).is_dir():
            shutil.copytree(ROOT / source, tmp_path / target, ignore=shutil.ignore_patterns("__pycache__"))
        elif "--from" not in line and not source.startswith("requirements"):
            (tmp_path / target).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / source, tmp_path / target)
    command = [sys.executable, "-m", f"services.{service}", "--help"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    commands = {"web", "migrate"} | (set() if service == "inbox" else {"worker", "worker-health"})
    assert commands <= set(done.stdout.split())
