"""Prepare `.venv` for this checkout, from a bare Python and PyPI alone.

Run by the Makefile: `python3 scripts/prepare.py` for what serves, with `--dev` for what tests as well.
It stays readable for old Pythons, so that they can be told kindly that they are old.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import urllib.request
from urllib.parse import urljoin

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
PIP = "https://pypi.org/pypi/pip/json"
OLDEST = (3, 11)
NAMES = ["python3.14", "python3.13", "python3.12", "python3.11"]


def main():
    dev = "--dev" in sys.argv[1:]
    python = new_enough()
    if not runs(in_venv("python"), "-c", "import sys; sys.exit(sys.version_info < (3, 11))"):
        make_venv(python)
    call(sys.executable, os.path.join("scripts", "front.py"), *(["--dev"] if dev else []))
    uv = shutil.which("uv") or (in_venv("uv") if runs(in_venv("uv"), "--version") else install_uv(python))
    if uv:
        with_uv(uv, dev)
    else:
        with_pip(dev)
    stamp = os.path.join(VENV, ".ready-dev" if dev else ".ready")
    with open(stamp, "w"):
        pass


def new_enough():
    """Find a Python of 3.11 or later: the one that runs this file, or another that is installed beside it."""
    if sys.version_info >= OLDEST:
        return sys.executable
    newer = [found for found in map(shutil.which, NAMES) if found]
    if not newer:
        here = ".".join(map(str, sys.version_info[:2]))
        stop(f"Perron needs Python 3.11 or later and this is {here}. Debian 12 and Ubuntu 24.04 bring it.")
    return newer[0]


def make_venv(python):
    shutil.rmtree(VENV, ignore_errors=True)
    uv = shutil.which("uv")
    if uv:
        call(uv, "venv", "--quiet", "--python", python, VENV)
    elif runs(python, "-c", "import ensurepip, venv"):
        call(python, "-m", "venv", VENV)
    elif runs(python, "-m", "venv", "--without-pip", VENV):  # Debian keeps ensurepip in python3-venv
        fetch_pip()
    else:
        stop("Python has no venv here. On Debian or Ubuntu: sudo apt-get install python3-venv")


def fetch_pip():
    """Take pip's own wheel from PyPI and let it install itself."""
    try:
        with urllib.request.urlopen(PIP, timeout=60) as answer:
            files = json.load(answer)["urls"]
        wheel = next(each for each in files if each["packagetype"] == "bdist_wheel")
        with urllib.request.urlopen(urljoin(PIP, wheel["url"]), timeout=60) as answer:
            body = answer.read()
    except (OSError, ValueError, LookupError, StopIteration) as error:
        shutil.rmtree(VENV, ignore_errors=True)
        stop(f"No pip here, and none from PyPI ({error}). On Debian: sudo apt-get install python3-venv")
    if hashlib.sha256(body).hexdigest() != wheel["digests"]["sha256"]:
        shutil.rmtree(VENV, ignore_errors=True)
        stop("The pip that came from PyPI is not the one it announced; nothing was installed.")
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, wheel["filename"])
        with open(path, "wb") as file:
            file.write(body)
        call(in_venv("python"), os.path.join(path, "pip"), "install", "--quiet", path)


def install_uv(python):
    """Put uv into `.venv`. None where no wheel of it fits this machine: pip does the work then."""
    if not runs(in_venv("python"), "-m", "pip", "--version"):
        make_venv(python)  # made by an uv that is gone: without pip there is no way in
    return in_venv("uv") if runs(in_venv("python"), "-m", "pip", "install", "--quiet", "uv") else None


def with_uv(uv, dev):
    """Exactly what uv.lock says. Serving leaves the tools of the tests where they are."""
    os.environ["UV_PYTHON_DOWNLOADS"] = "never"
    os.environ["UV_PROJECT_ENVIRONMENT"] = VENV
    os.environ.pop("VIRTUAL_ENV", None)
    call(uv, "sync", "--quiet", "--locked", "--compile-bytecode", *([] if dev else ["--no-dev", "--inexact"]))
    compile_ours()


def with_pip(dev):
    pip = [in_venv("python"), "-m", "pip", "install", "--quiet"]
    call(*pip, "--upgrade", "pip")
    call(*pip, "--editable", ".", *(["--group", "dev"] if dev else []))
    compile_ours()


def compile_ours():
    """Now, and not at each start: a command that takes a third of a second would take a whole one."""
    call(in_venv("python"), "-m", "compileall", "-q", "src")


def in_venv(program):
    return os.path.join(VENV, "bin", program)


def runs(*command):
    silence = subprocess.DEVNULL
    try:
        return subprocess.run(command, cwd=ROOT, stdout=silence, stderr=silence).returncode == 0
    except OSError:
        return False


def call(*command):
    if subprocess.run(command, cwd=ROOT).returncode != 0:
        stop(f"This step did not pass: {' '.join(command)}")


def stop(sentence):
    sys.exit(sentence)


if __name__ == "__main__":
    main()
