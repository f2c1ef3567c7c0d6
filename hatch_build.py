"""A wheel carries the typefaces and scripts of its pages, so that whoever installs it needs no npm."""

import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Front(BuildHookInterface):  # type: ignore[type-arg, misc]
    """Brings what pages need before anything is packed."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        subprocess.run([sys.executable, str(Path(self.root) / "scripts/front.py")], check=True)
