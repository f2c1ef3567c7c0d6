"""What lies in `deploy/` can be used as it stands: every file is read by the program it is for, or by that program's
schema, and names only settings and commands that there are."""

import os
import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from perron.cli import parser
from perron.kit.settings import Settings

ROOT = Path(__file__).resolve().parent.parent.parent
DEPLOY = ROOT / "deploy"
FILES = sorted(path for path in DEPLOY.rglob("*") if path.is_file())
TOOLS = Path(sys.executable).parent


def run(*words: object, **environment: str) -> str:
    done = subprocess.run([*map(str, words)], capture_output=True, text=True, env={**os.environ, **environment})
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_only_settings_that_there_are_are_set() -> None:
    known = {f"PERRON_{one.name.upper()}" for one in fields(Settings)} | {"PERRON_SITE", "PERRON_NODES"}
    named = {name for path in FILES for name in re.findall(r"PERRON_[A-Z0-9_]+", path.read_text())}
    assert "PERRON_DATABASE" in named
    assert not named - known


def test_only_commands_that_there_are_are_called() -> None:
    called = {
        tuple(words.split())
        for path in FILES
        for words in re.findall(r"bin/perron ((?:[a-z]+ ?)+)", path.read_text())
        + re.findall(r'(?:args|command|CMD): ?\["([a-z]+)"\]', path.read_text())
    }
    assert {("web",), ("worker",)} <= called
    for words in called - {("caddy",)}:
        with pytest.raises(SystemExit) as ended:
            parser().parse_args([*words, "--help"])
        assert ended.value.code == 0, words


def test_the_containerfile_is_clean() -> None:
    run(TOOLS / "hadolint", DEPLOY / "Containerfile")


def test_the_compose_file_is_one() -> None:
    run(TOOLS / "check-jsonschema", "--builtin-schema", "vendor.compose-spec", DEPLOY / "compose.yaml")


def test_the_manifests_are_what_kubernetes_takes() -> None:
    manifests = [path for path in (DEPLOY / "kubernetes").glob("*.yaml") if path.name != "kustomization.yaml"]
    run(TOOLS / "kubernetes-validate", "--strict", *manifests)


def test_every_manifest_is_applied_or_says_that_it_is_an_example() -> None:
    named = re.findall(r"^  - (\S+\.yaml)$", (DEPLOY / "kubernetes/kustomization.yaml").read_text(), re.M)
    there = {path.name for path in (DEPLOY / "kubernetes").glob("*.yaml")}
    assert {*named, "kustomization.yaml", "secrets.example.yaml"} == there


def test_systemd_reads_the_units(tmp_path: Path) -> None:
    for path in (DEPLOY / "systemd").iterdir():
        text = path.read_text().replace("/opt/perron/bin/perron", sys.executable)
        (tmp_path / path.name.replace("@.", "@1.")).write_text(text)
    run("systemd-analyze", "verify", *sorted(tmp_path.iterdir()))


def test_nginx_reads_its_file(tmp_path: Path) -> None:
    run("nginx", "-t", "-p", tmp_path, "-c", nginx_whole(tmp_path))


def test_caddy_reads_its_file(tmp_path: Path) -> None:
    run("caddy", "validate", "--adapter", "caddyfile", "--config", DEPLOY / "Caddyfile", HOME=str(tmp_path))


def nginx_whole(folder: Path) -> Path:
    """A whole configuration around ours, which is for `conf.d`, with a certificate made for it."""
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    subject = ("-subj", "/CN=perron.example", "-days", "2", "-nodes")
    run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-keyout", key, "-out", certificate, *subject)
    ours = (DEPLOY / "nginx.conf").read_text()
    ours = ours.replace("/etc/ssl/perron/fullchain.pem", str(certificate))
    ours = ours.replace("/etc/ssl/perron/privkey.pem", str(key))
    places = "".join(
        f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    whole = folder / "nginx.conf"
    whole.write_text(
        f"pid {folder}/pid; error_log stderr; daemon off; events {{}} http {{ access_log off; {places} {ours} }}"
    )
    return whole
