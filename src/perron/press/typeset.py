"""The process in which WeasyPrint runs: it sets `index.html` of a folder as `out.pdf`, and reads nothing else.

python -m perron.press.typeset FOLDER      ends with 0; with 3 where a library of the system is missing
python -m perron.press.typeset --try       whether it could
"""

import contextlib
import ctypes
import resource
import signal
import sys
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from perron.press.faces import VENDOR

MEMORY = 3 * 2**30
CPU_SECONDS = 280
LACKS = 3
PR_SET_PDEATHSIG = 1


def main(given: list[str]) -> int:
    """Set one folder; the number says how it went. When whoever began this ends, so does this."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 5))
    try:
        import weasyprint  # type: ignore[import-untyped]
    except (ImportError, OSError):
        return LACKS
    if given == ["--try"]:
        return 0
    folder = Path(given[0]).resolve()
    page = weasyprint.HTML(filename=str(folder / "index.html"), url_fetcher=_only(folder, weasyprint))
    page.write_pdf(folder / "out.pdf", pdf_variant="pdf/ua-1", cache=folder / "images", dpi=300)
    return 0


def _only(folder: Path, weasyprint: Any) -> Any:
    """A way to files that ends at the folder, and at our typefaces."""

    class Fetcher(weasyprint.URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:
            parts = urlsplit(url)
            path = Path(unquote(parts.path)).resolve()
            if parts.scheme != "file" or not (path.is_relative_to(folder) or path.is_relative_to(VENDOR)):
                raise ValueError("nothing is fetched from elsewhere")
            return super().fetch(url, headers)

    return Fetcher(allowed_protocols={"file"})


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
