import kubernetes_validate  # type: ignore[import-untyped]
import pytest

from services.inbox.app import said_of, sign_in_provider
from services.inbox.site.legal import SETTINGS
from shared.clock import SystemClock
from shared.settings import inbox_settings, service_settings
from tests.deploy.conftest import Manifest, containers, of_kind, pod_of, workloads

PROCESS_SERVICES = ("enrolment", "accompaniment", "bilan")
SERVICES = (*PROCESS_SERVICES, "inbox")
VERSIONS = ("1.34",)

Manifests = tuple[Manifest, ...]

KEYS = '{"k": "v"}'
SECRETS = {
    "AE_DATABASE_URL": "postgresql+psycopg://db/x",
    "AE_BUS_URL": "amqps://bus/x",
    "AE_SESSION_SECRET": "s" * 32,
}


@pytest.mark.parametrize("version", VERSIONS)
def test_every_manifest_is_valid_to_the_letter(manifests: Manifests, version: str) -> None:
    for manifest in manifests:
        kubernetes_validate.validate(manifest, version, strict=True)


def test_no_two_manifests_have_one_name(manifests: Manifests) -> None:
    names = [(each["kind"], each["metadata"]["name"]) for each in manifests]
    assert len(names) == len(set(names))
    assert len({each["metadata"]["namespace"] for each in manifests}) == 1


def test_each_service_has_its_web_its_migration_and_its_account(manifests: Manifests) -> None:
    for kind, names in {
        "Deployment": [
            *(f"{name}-web" for name in SERVICES),
            *(f"{name}-worker" for name in SERVICES),
        ],
        "Job": [f"{name}-migrate" for name in SERVICES],
        "Service": [f"{name}-web" for name in SERVICES],
        "ServiceAccount": [f"{name}-account" for name in SERVICES],
        "PodDisruptionBudget": [
            *(f"{name}-web" for name in SERVICES),
            *(f"{name}-worker" for name in SERVICES),
        ],
    }.items():
        assert sorted(of_kind(manifests, kind)) == sorted(names), kind


def test_nothing_runs_as_root_nor_gains_rights(manifests: Manifests) -> None:
    for name, workload in workloads(manifests).items():
        pod = pod_of(workload)
        assert pod["securityContext"]["runAsNonRoot"] is True, name
        assert pod["securityContext"]["runAsUser"] == 10001, name
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}, name
        assert not {"hostNetwork", "hostPID", "hostIPC"} & pod.keys(), name
        assert pod["containers"][0]["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }, name


def test_only_tmp_and_a_process_services_files_can_be_written(manifests: Manifests) -> None:
    for name, workload in workloads(manifests).items():
        volumes = {volume["name"]: volume for volume in pod_of(workload)["volumes"]}
        mounts = pod_of(workload)["containers"][0]["volumeMounts"]
        keeps_files = name.endswith(("-web", "-worker")) and not name.startswith("inbox-")
        assert [(mount["mountPath"], volumes[mount["name"]].keys()) for mount in mounts] == [
            ("/tmp", {"name", "emptyDir"}),  # noqa: S108
            *([("/files", {"name", "persistentVolumeClaim"})] if keeps_files else []),
        ], name


def test_no_pod_holds_a_key_to_the_cluster(manifests: Manifests) -> None:
    accounts = of_kind(manifests, "ServiceAccount")
    assert all(account["automountServiceAccountToken"] is False for account in accounts.values())
    for name, workload in workloads(manifests).items():
        pod = pod_of(workload)
        assert pod["automountServiceAccountToken"] is False, name
        assert pod["enableServiceLinks"] is False, name
        assert pod["serviceAccountName"] == f"{name.partition('-')[0]}-account", name


def test_every_container_has_requests_and_limits(manifests: Manifests) -> None:
    for name, container in containers(manifests).items():
        for part in ("requests", "limits"):
            assert container["resources"][part].keys() == {"cpu", "memory"}, name


def test_images_are_named_with_a_version_and_nothing_else(manifests: Manifests) -> None:
    for name, container in containers(manifests).items():
        image, _, tag = container["image"].partition(":")
        assert image == f"ambition-emploi/{name.partition('-')[0]}"
        assert tag
        assert tag != "latest"
        assert tag[0].isdigit()


def test_every_deployment_has_its_three_probes(manifests: Manifests) -> None:
    for name in of_kind(manifests, "Deployment"):
        container = containers(manifests)[name]
        probes = [container[f"{probe}Probe"] for probe in ("startup", "liveness", "readiness")]
        if name.endswith("-worker"):
            assert all(probe["exec"]["command"] == ["service", "worker-health"] for probe in probes)
        else:
            assert ["live" in str(probe) for probe in probes] == [True, True, False], name
            assert "/health/ready" in str(probes[2]), name


def test_production_probes_the_web_by_http(production: Manifests) -> None:
    for name in SERVICES:
        container = containers(production)[f"{name}-web"]
        assert container["livenessProbe"]["httpGet"] == {"path": "/health/live", "port": "http"}
        assert container["ports"] == [{"name": "http", "containerPort": 8000}]


def test_a_rollout_never_takes_the_last_pod(manifests: Manifests) -> None:
    for name, deployment in of_kind(manifests, "Deployment").items():
        assert deployment["spec"]["strategy"]["rollingUpdate"] == {"maxSurge": 1, "maxUnavailable": 0}, name


def test_production_runs_two_of_each(production: Manifests) -> None:
    assert {each["spec"]["replicas"] for each in of_kind(production, "Deployment").values()} == {2}


def test_secrets_are_referred_to_and_never_written(manifests: Manifests) -> None:
    assert of_kind(manifests, "Secret") == {}
    for name, container in containers(manifests).items():
        for variable in container["env"]:
            assert variable.keys() == {"name", "valueFrom"}, name
    written = {key for each in of_kind(manifests, "ConfigMap").values() for key in each["data"]}
    sign_in = {"AE_PUBLIC_ADDRESS"} | {
        f"AE_OIDC_{name}" for name in ("PROVIDER", "ISSUER", "CLIENT_ID", "EMAILS")
    }
    public = {"AE_ENV", "AE_SERVICE_URLS", "AE_FILES_FOLDER", "AE_MAIL", "AE_SMS", "AE_PROXIES"}
    said = {f"AE_{name}" for name in SETTINGS.values()}
    assert written - sign_in - said == public


def test_what_a_migration_needs_can_be_applied_before_the_rest(manifests: Manifests) -> None:
    first = {
        (each["kind"], each["metadata"]["name"])
        for each in manifests
        if each["metadata"]["labels"].get("app.kubernetes.io/component") in {"settings", "migrate"}
    }
    for name, job in of_kind(manifests, "Job").items():
        container = containers(manifests)[name]
        assert ("Job", name) in first
        assert ("ConfigMap", container["envFrom"][0]["configMapRef"]["name"]) in first
        assert ("ServiceAccount", pod_of(job)["serviceAccountName"]) in first


def test_each_service_reads_only_its_own_secrets(manifests: Manifests) -> None:
    for name, container in containers(manifests).items():
        service = name.partition("-")[0]
        used = {
            variable["valueFrom"]["secretKeyRef"]["name"]
            for variable in container["env"]
            if "secretKeyRef" in variable["valueFrom"]
        }
        assert used == {f"{service}-secrets"}, name
        assert container["envFrom"][0]["configMapRef"]["name"].startswith(f"{service}-settings-"), name


def test_every_container_has_the_settings_that_its_program_accepts(manifests: Manifests) -> None:
    maps = of_kind(manifests, "ConfigMap")
    for name, container in containers(manifests).items():
        environ = dict(maps[container["envFrom"][0]["configMapRef"]["name"]]["data"])
        environ |= {variable["name"]: SECRETS.get(variable["name"], KEYS) for variable in container["env"]}
        if name.startswith("inbox-"):
            assert set(inbox_settings(environ).service_urls) == set(PROCESS_SERVICES)
        else:
            assert service_settings(environ).bus_url


def test_the_inbox_finds_every_service_where_it_listens(manifests: Manifests) -> None:
    services = of_kind(manifests, "Service")
    (settings,) = (
        each for name, each in of_kind(manifests, "ConfigMap").items() if name.startswith("inbox-")
    )
    environ = settings["data"] | SECRETS | {"AE_TOKEN_PRIVATE_KEYS": KEYS}
    for name, url in inbox_settings(environ).service_urls.items():
        port = services[f"{name}-web"]["spec"]["ports"][0]["port"]
        assert url == f"http://{name}-web:{port}"


def test_selectors_choose_one_services_pods(manifests: Manifests) -> None:
    pods = {
        name: each["spec"]["template"]["metadata"]["labels"] for name, each in workloads(manifests).items()
    }
    for kind in ("Service", "PodDisruptionBudget", "Deployment"):
        for name, each in of_kind(manifests, kind).items():
            selector = each["spec"]["selector"].get("matchLabels", each["spec"]["selector"])
            chosen = [pod for pod, labels in pods.items() if selector.items() <= labels.items()]
            assert chosen == [name], (kind, name)


def test_the_ingress_leads_to_the_inbox_only(production: Manifests, recette: Manifests) -> None:
    (ingress,) = of_kind(production, "Ingress").values()
    assert ingress["spec"]["tls"]
    backends = {
        path["backend"]["service"]["name"]
        for rule in ingress["spec"]["rules"]
        for path in rule["http"]["paths"]
    }
    assert backends == {"inbox-web"}
    assert of_kind(recette, "Ingress") == {}


def test_nothing_is_reachable_that_no_policy_opens(manifests: Manifests) -> None:
    policies = of_kind(manifests, "NetworkPolicy")
    assert policies["nothing-by-default"]["spec"] == {
        "podSelector": {},
        "policyTypes": ["Ingress", "Egress"],
    }
    callers = {
        name: [
            peer["podSelector"]["matchExpressions"][0]["values"]
            for peer in policies[f"{name}-web"]["spec"]["ingress"][0]["from"]
        ]
        for name in PROCESS_SERVICES
    }
    assert all(caller == [["inbox"]] for caller in callers.values())
    receiving = [name for name, each in policies.items() if "ingress" in each["spec"]]
    assert sorted(receiving) == [f"{name}-web" for name in sorted(SERVICES)], "nobody calls a worker"


def reaching(manifests: Manifests, ports: set[int]) -> set[tuple[str, str]]:
    """(service, component) of the pods that may go out to one of the ports."""
    return {
        (labels["app.kubernetes.io/name"], labels["app.kubernetes.io/component"])
        for each in of_kind(manifests, "NetworkPolicy").values()
        for rule in each["spec"].get("egress", ())
        if {port["port"] for port in rule["ports"]} & ports
        and (labels := each["spec"]["podSelector"]["matchLabels"])
    }


def test_only_the_inboxs_worker_reaches_mail_servers(manifests: Manifests) -> None:
    assert reaching(manifests, {25, 465, 587}) == {("inbox", "worker")}


def test_only_the_inbox_reaches_the_web_and_its_pages_only_where_there_is_a_provider(
    production: Manifests, recette: Manifests
) -> None:
    assert reaching(production, {80, 443}) == {("inbox", "worker"), ("inbox", "web")}
    assert reaching(recette, {80, 443}) == {("inbox", "worker")}


def test_production_signs_people_in_by_a_provider_and_a_recette_by_none(
    production: Manifests, recette: Manifests
) -> None:
    for manifests, is_by_provider in ((production, True), (recette, False)):
        web = containers(manifests)["inbox-web"]
        environ = dict(of_kind(manifests, "ConfigMap")[web["envFrom"][0]["configMapRef"]["name"]]["data"])
        environ |= {variable["name"]: SECRETS.get(variable["name"], KEYS) for variable in web["env"]}
        settings = inbox_settings(environ)
        assert (sign_in_provider(settings, SystemClock()) is not None) is is_by_provider
        assert (said_of(settings).said.keys() == SETTINGS.keys()) is is_by_provider
        with_secret = [
            name for name, each in containers(manifests).items() if "AE_OIDC_CLIENT_SECRET" in str(each)
        ]
        assert with_secret == (["inbox-web"] if is_by_provider else [])


def test_people_come_back_to_the_address_of_the_ingress(production: Manifests) -> None:
    (ingress,) = of_kind(production, "Ingress").values()
    (settings,) = (
        each for name, each in of_kind(production, "ConfigMap").items() if name.startswith("inbox-")
    )
    assert settings["data"]["AE_PUBLIC_ADDRESS"] == f"https://{ingress['spec']['rules'][0]['host']}"


def test_the_sign_in_without_password_is_never_reachable_from_outside(
    production: Manifests, recette: Manifests
) -> None:
    environments = {each["data"]["AE_ENV"] for each in of_kind(production, "ConfigMap").values()}
    assert environments == {"production"}
    inbox = containers(recette)["inbox-web"]
    assert inbox["args"] == ["web", "--bind", "127.0.0.1:8000"]
    assert not any("httpGet" in inbox[f"{probe}Probe"] for probe in ("startup", "liveness", "readiness"))
