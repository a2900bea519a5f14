"""What deploy/, Containerfile and compose.yaml name exists, and they agree with the program and with each other."""

import configparser
import json
import re
import shlex
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from incident import create_app
from incident.cli import main
from incident.domain.kernel.health import HealthFacts
from incident.platform.environment import read_env_file
from incident.platform.settings import Settings
from incident.web.metrics import exposition

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = (ROOT / "compose.yaml", ROOT / "deploy" / "compose-several.yaml")
PROXIES = tuple(sorted((ROOT / "deploy" / "proxy").iterdir()))
OF_OTHERS = {"PATH", "PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE"}
USER = "10001"


def containerfile(word: str) -> list[str]:
    """What stands behind `word` in the Containerfile, continued lines joined."""
    text = (ROOT / "Containerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    return [line.removeprefix(word).strip() for line in text.splitlines() if line.startswith(f"{word} ")]


def image_environment() -> dict[str, str]:
    return dict(pair.split("=", 1) for pair in shlex.split(" ".join(containerfile("ENV"))))


def services(path: Path) -> dict[str, dict[str, Any]]:
    """The services of a compose file that run our image."""
    made = yaml.safe_load(path.read_text(encoding="utf-8"))["services"]
    return {name: service for name, service in made.items() if service["image"] == "meldklok"}


def settings_and_files() -> set[str]:
    return set(Settings.names()) | {f"{name}_FILE" for name in Settings.names(secret=True)}


def unit() -> dict[str, str]:
    parser = configparser.RawConfigParser(strict=False, comment_prefixes=("#",))
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(ROOT / "deploy" / "systemd" / "meldklok.service")
    return dict(parser["Service"])


def is_command(words: list[str]) -> bool:
    """Whether the words are a command of ours and nothing is missing behind them."""
    command: click.Command = main
    for word in words:
        found = command.get_command(click.Context(command), word) if isinstance(command, click.Group) else None
        if found is None:
            return False
        command = found
    return not isinstance(command, click.Group)


@pytest.mark.parametrize("path", COMPOSE, ids=lambda path: path.name)
def test_services_set_settings_and_run_commands_that_exist(path: Path) -> None:
    """A setting nobody reads, or a command that is gone, would be found by the one who starts it at night."""
    for name, service in services(path).items():
        assert set(service["environment"]) <= settings_and_files(), name
        assert is_command(service.get("command", ["run"])), name
        assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"]), name


@pytest.mark.parametrize("path", COMPOSE, ids=lambda path: path.name)
def test_volumes_secrets_and_files_of_compose_are_there(path: Path) -> None:
    """What a service mounts is declared, in the repository, or a folder that the words above tell to make."""
    text = path.read_text(encoding="utf-8")
    document = yaml.safe_load(text)
    for name, service in document["services"].items():
        assert set(service.get("secrets", [])) <= set(document.get("secrets", {})), name
        for source in (volume.split(":")[0] for volume in service.get("volumes", [])):
            there = source in document["volumes"] or (path.parent / source).exists()
            assert there or (Path(source).name == "backup" and f"chown {USER} backup" in text), source
        for build in filter(None, [service.get("build")]):
            assert (path.parent / build["context"] / build["dockerfile"]).resolve() == ROOT / "Containerfile"
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert {"/secrets/", "/backup/", ".env"} <= set(ignored)


def test_the_image_holds_what_the_wheel_needs_and_nothing_else() -> None:
    """Every file that is copied passes .containerignore, which lets in nothing by default: no data, no secret."""
    lines = (ROOT / ".containerignore").read_text(encoding="utf-8").splitlines()
    let_in = {line.removeprefix("!") for line in lines if line.startswith("!")}
    copied = {word for line in containerfile("COPY") if not line.startswith("--") for word in line.split()[:-1]}
    assert (lines[0], copied) == ("*", let_in)
    assert all((ROOT / name).exists() for name in copied)
    assert "hatchling==" in (ROOT / "requirements.lock").read_text(encoding="utf-8"), "the Containerfile builds with it"


def test_the_image_runs_as_nobody_of_the_machine_on_the_port_and_folder_it_names() -> None:
    """Port, folder and user are said in several places; they are one."""
    environment = image_environment()
    assert set(environment) - OF_OTHERS <= settings_and_files()
    assert containerfile("USER") == [f"{USER}:{USER}"]
    assert containerfile("EXPOSE") == [environment["PORT"]]
    assert containerfile("VOLUME") == [environment["DATA_DIR"]]
    for path in COMPOSE:
        for service in services(path).values():
            assert service["environment"]["DATA_DIR"] == environment["DATA_DIR"]
            assert any(volume.endswith(f":{environment['DATA_DIR']}") for volume in service["volumes"])
    [only] = services(COMPOSE[0]).values()
    assert only["ports"] == [f"127.0.0.1:{environment['PORT']}:{environment['PORT']}"]
    proxy = yaml.safe_load(COMPOSE[1].read_text(encoding="utf-8"))["services"]["proxy"]
    assert proxy["environment"]["UPSTREAM"] == f"web:{environment['PORT']}"


def test_the_health_check_of_the_image_asks_an_address_that_exists(settings: Settings) -> None:
    """Otherwise every container would be called unhealthy and started again and again."""
    asked = re.findall(r"\+ '(/\w+)'", (ROOT / "Containerfile").read_text(encoding="utf-8"))
    assert len(asked) == 1
    assert create_app(settings).test_client().get(asked[0]).status_code == 200


@pytest.mark.parametrize("path", PROXIES, ids=lambda path: path.name)
def test_proxies_lead_to_our_port_and_let_the_largest_upload_through(path: Path) -> None:
    """A form may hold a file of MAX_UPLOAD_MB and as much again; a proxy that refuses earlier loses what was typed."""
    defaults = read_env_file(ROOT / ".env.example")
    text = path.read_text(encoding="utf-8")
    assert f"127.0.0.1:{defaults['PORT']}" in text
    [limit] = re.findall(r"(?:max_size|client_max_body_size) (\d+)(?:MB|m)\b", text)
    assert int(limit) >= 2 * int(defaults["MAX_UPLOAD_MB"])
    assert "TRUSTED_PROXIES=1" in text


def test_the_service_of_systemd_starts_a_command_with_settings_that_exist() -> None:
    """And keeps to the folder it may write to."""
    service = unit()
    assert is_command(service["ExecStart"].split()[1:])
    name, _, folder = service["Environment"].partition("=")
    assert name in settings_and_files()
    assert folder == f"/var/lib/{service['StateDirectory']}" == service["WorkingDirectory"]
    assert (service["UMask"], service["NoNewPrivileges"], service["ProtectSystem"]) == ("0077", "yes", "strict")


def manifests(kind: str) -> dict[str, dict[str, Any]]:
    """The objects of a kind in the file for Kubernetes, by name."""
    text = (ROOT / "deploy" / "kubernetes" / "meldklok.yaml").read_text(encoding="utf-8")
    return {one["metadata"]["name"]: one for one in yaml.safe_load_all(text) if one["kind"] == kind}


def test_kubernetes_runs_commands_that_exist_as_nobody_with_settings_that_exist() -> None:
    """Each container as the image wants it, with the volumes that are there and the secrets that are made."""
    set_there = manifests("ConfigMap")["meldklok"]["data"]
    assert set(set_there) <= settings_and_files()
    head = (ROOT / "deploy" / "kubernetes" / "meldklok.yaml").read_text(encoding="utf-8").split("apiVersion")[0]
    for name, path in set_there.items():
        if name.endswith("_FILE"):
            assert f"--from-file={Path(path).name}" in head
    for name, deployment in manifests("Deployment").items():
        pod = deployment["spec"]["template"]["spec"]
        assert pod["securityContext"]["runAsUser"] == int(USER)
        for container in (*pod["initContainers"], *pod["containers"]):
            assert is_command(container["args"]), name
            assert container["securityContext"]["readOnlyRootFilesystem"] is True
            assert {one["name"] for one in container["volumeMounts"]} == {one["name"] for one in pod["volumes"]}
        assert manifests("PodDisruptionBudget")[name]["spec"]["selector"] == deployment["spec"]["selector"]


def test_the_probe_of_kubernetes_asks_a_page_under_a_name_that_is_answered(settings: Settings) -> None:
    """The kubelet asks by the pod's own address, to which Meldklok does not answer."""
    [web] = manifests("Deployment")["web"]["spec"]["template"]["spec"]["containers"]
    [port], asked = web["ports"], web["readinessProbe"]["httpGet"]
    headers = {one["name"]: one["value"] for one in asked["httpHeaders"]}
    client = create_app(settings).test_client()
    assert client.get(asked["path"], headers=headers).status_code == 200
    assert client.get(asked["path"], headers={"Host": "10.1.2.3"}).status_code == 400
    assert asked["port"] == port["name"] == manifests("Service")["web"]["spec"]["ports"][0]["targetPort"]
    assert (
        str(port["containerPort"]) == manifests("ConfigMap")["meldklok"]["data"]["PORT"] == image_environment()["PORT"]
    )


def test_the_dashboard_looks_at_metrics_that_exist() -> None:
    """Each picture of deploy/grafana asks for what /metrics gives."""
    made = json.loads((ROOT / "deploy" / "grafana" / "meldklok.json").read_text(encoding="utf-8"))
    told = exposition(HealthFacts(), datetime(2026, 3, 2, tzinfo=UTC)).decode()
    given = set(re.findall(r"^# TYPE (\w+)", told, re.MULTILINE))
    asked = {
        name
        for panel in made["panels"]
        for target in panel["targets"]
        for name in re.findall(r"meldklok_\w+", target["expr"])
    }
    assert asked == given
    assert len({panel["id"] for panel in made["panels"]}) == len(made["panels"])


def test_alert_rules_look_at_metrics_that_exist_and_say_what_to_do() -> None:
    """A rule about a metric that nobody gives is silent for ever."""
    path = ROOT / "deploy" / "prometheus" / "alerts.yaml"
    [group] = yaml.safe_load(path.read_text(encoding="utf-8"))["groups"]
    rules = group["rules"]
    told = exposition(HealthFacts(), datetime(2026, 3, 2, tzinfo=UTC)).decode()
    given = set(re.findall(r"^# TYPE (\w+)", told, re.MULTILINE))
    asked = {name for rule in rules for name in re.findall(r"\bmeldklok_\w+", rule["expr"])}
    assert asked <= given
    assert {"meldklok_healthy", "meldklok_clocks_overdue", "meldklok_sweep_age_seconds"} <= asked
    assert all(rule["annotations"]["summary"].endswith(".") for rule in rules)


def test_programs_that_are_there_read_their_files(tmp_path: Path) -> None:
    """systemd, Caddy and nginx say themselves whether they understand what we hand out; each where it is installed."""
    shutil.copy(ROOT / "deploy" / "systemd" / "meldklok.service", tmp_path)
    orders = {
        "systemd-analyze": ["security", "--offline=true", "--threshold=20", str(tmp_path / "meldklok.service")],
        "caddy": ["adapt", "--adapter", "caddyfile", "--validate", "--config", str(ROOT / "deploy/proxy/Caddyfile")],
        "nginx": ["-t", "-q", "-p", str(tmp_path), "-c", str(_nginx(tmp_path))],
    }
    environ = {"PATH": "/usr/sbin:/usr/bin:/bin", "ADDRESS": "breaches.example.org", "HOME": str(tmp_path)}
    for program, words in orders.items():
        if found := shutil.which(program, path=environ["PATH"]):
            told = subprocess.run([found, *words], env=environ, capture_output=True, text=True, timeout=30, check=False)
            assert told.returncode == 0, f"{program}: {told.stdout}{told.stderr}"


def _nginx(folder: Path) -> Path:
    """Our server without TLS, whose files this machine does not have, inside the frame that nginx wants around it."""
    text = (ROOT / "deploy" / "proxy" / "nginx.conf").read_text(encoding="utf-8")
    text = re.sub(r"\n *(?:ssl_\w+ [^;]*;)", "", text).replace("443 ssl http2", "8443").replace("80;", "8080;")
    frame = f"pid {folder}/pid;\nerror_log stderr;\nevents {{}}\nhttp {{\naccess_log off;\n{text}}}\n"
    (folder / "nginx.conf").write_text(frame, encoding="utf-8")
    return folder / "nginx.conf"
