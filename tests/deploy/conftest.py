"""The overlays as ``kubectl kustomize`` renders them."""

import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

DEPLOY = Path(__file__).parents[2] / "deploy"
OVERLAYS = ("recette", "production")
Manifest = dict[str, Any]


@cache
def rendered(overlay: str) -> tuple[Manifest, ...]:
    kubectl = Path(sys.executable).with_name("kubectl")
    folder = DEPLOY / "k8s" / "overlays" / overlay
    done = subprocess.run(
        [kubectl, "kustomize", folder], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""  # a deprecated or unused field is told there
    return tuple(yaml.safe_load_all(done.stdout))


@pytest.fixture(params=OVERLAYS)
def manifests(request: pytest.FixtureRequest) -> tuple[Manifest, ...]:
    return rendered(request.param)


@pytest.fixture
def production() -> tuple[Manifest, ...]:
    return rendered("production")


@pytest.fixture
def recette() -> tuple[Manifest, ...]:
    return rendered("recette")


def of_kind(manifests: tuple[Manifest, ...], kind: str) -> dict[str, Manifest]:
    """Name → manifest."""
    return {each["metadata"]["name"]: each for each in manifests if each["kind"] == kind}


def workloads(manifests: tuple[Manifest, ...]) -> dict[str, Manifest]:
    """Name → manifest of everything that runs a pod."""
    return of_kind(manifests, "Deployment") | of_kind(manifests, "Job")


def pod_of(workload: Manifest) -> Manifest:
    pod: Manifest = workload["spec"]["template"]["spec"]
    return pod


def containers(manifests: tuple[Manifest, ...]) -> dict[str, Manifest]:
    """Name of the workload → its one container."""
    found = {name: pod_of(each)["containers"] for name, each in workloads(manifests).items()}
    assert all(len(each) == 1 for each in found.values())
    return {name: each[0] for name, each in found.items()}
