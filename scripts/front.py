"""Bring what pages need from npm: four typefaces, each by its version and the hash of its archive.

python3 scripts/front.py            for pages, into src/perron/web/static/vendor (a built wheel carries them)
python3 scripts/front.py --dev      what the tests need as well, into .venv/front

Plain Python and no Node: an archive of the npm registry is a tar file. What is there already is left alone.
"""

import base64
import hashlib
import io
import json
import os
import shutil
import sys
import tarfile
import urllib.request

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
REGISTRY = os.environ.get("NPM_CONFIG_REGISTRY", "https://registry.npmjs.org").rstrip("/")


def main():
    with open(os.path.join(ROOT, "scripts", "front_packages.json"), encoding="utf-8") as file:
        wanted = json.load(file)
    for folder, packages in wanted.items():
        if folder.startswith("src/") or "--dev" in sys.argv[1:]:
            for package in packages:
                bring(os.path.join(ROOT, folder), package)


def bring(folder, package):
    """Unpack the files of one package that we use (all of them where none are named), unless this version is there."""
    name, version = package["package"], package["version"]
    stamp = os.path.join(folder, "." + name.replace("/", "-") + "-" + version)
    paths = {inside: os.path.join(folder, ours) for inside, ours in package.get("files", {}).items()}
    if os.path.exists(stamp) and all(map(os.path.exists, paths.values())):
        return
    archive = fetch(name, version, package["integrity"])
    os.makedirs(folder, exist_ok=True)
    with tarfile.open(fileobj=io.BytesIO(archive), mode="r:gz") as tar:
        if not paths:
            unpack(tar, os.path.join(folder, name))
        for inside, path in paths.items():
            with open(path, "wb") as file:
                file.write(tar.extractfile(inside).read())
    with open(stamp, "w"):
        pass


def unpack(tar, folder):
    """All files of an archive, whose first folder may have any name, anew."""
    shutil.rmtree(folder, ignore_errors=True)
    for member in tar.getmembers():
        inside = member.name.partition("/")[2]
        path = os.path.normpath(os.path.join(folder, inside))
        if member.isfile() and path.startswith(folder + os.sep):
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as file:
                file.write(tar.extractfile(member).read())


def fetch(name, version, integrity):
    """The archive of one version; anything but the one we know stops here."""
    url = f"{REGISTRY}/{name}/-/{name.rpartition('/')[2]}-{version}.tgz"
    try:
        with urllib.request.urlopen(url, timeout=60) as answer:
            body = answer.read()
    except OSError as error:
        sys.exit(f"{name} {version} could not be fetched from {REGISTRY} ({error}).")
    kind, _, wanted = integrity.partition("-")
    if base64.b64encode(hashlib.new(kind, body).digest()).decode() != wanted:
        sys.exit(f"{name} {version} from {REGISTRY} is not the archive we know; nothing was unpacked.")
    return body


if __name__ == "__main__":
    main()
