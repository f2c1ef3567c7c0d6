"""Little servers elsewhere, in threads of the experiment: what people link to, and what devices are told through."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HTML = "text/html; charset=utf-8"


class Elsewhere(BaseHTTPRequestHandler):
    """A server that says nothing to anybody but who asks."""

    def answer(self, status: int, body: bytes = b"", kind: str = HTML) -> None:
        """All of an answer."""
        self.send_response(status)
        if body:
            self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def listening(kind: type[Elsewhere]) -> Iterator[str]:
    """Such a server on a port of its own; its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), kind)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # who is killed hangs up
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def site(page: Callable[[str], bytes]) -> Iterator[str]:
    """A site that has a page at every path; its address."""

    class Pages(Elsewhere):
        def do_GET(self) -> None:
            self.answer(200, page(self.path))

    with listening(Pages) as address:
        yield address
