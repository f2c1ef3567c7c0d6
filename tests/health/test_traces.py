"""Traces reach a collector over HTTP, as OpenTelemetry speaks, and carry nothing of anybody."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from perron.kit import traces
from perron.kit.settings import Settings
from tests.rig import Person, Site

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


class Collector(BaseHTTPRequestHandler):
    """Takes what is sent and answers as a collector does."""

    taken: list[ExportTraceServiceRequest]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        if self.headers.get("content-encoding") == "gzip":
            import gzip

            body = gzip.decompress(body)
        self.taken.append(ExportTraceServiceRequest.FromString(body))
        self.send_response(200)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def collector() -> Iterator[tuple[str, list[ExportTraceServiceRequest]]]:
    taken: list[ExportTraceServiceRequest] = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("One", (Collector,), {"taken": taken}))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/v1/traces", taken
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_request_becomes_part_of_the_trace_of_whoever_sent_it(
    site: Site, ada: Person, collector: tuple[str, list[ExportTraceServiceRequest]]
) -> None:
    url, taken = collector
    traces.start(Settings(traces=url, traces_percent=100), "web")
    try:
        ada.call("GET", "/api/v1/timelines/home?secret=verborgen", headers={"traceparent": PARENT})
    finally:
        traces.stop()
    spans = [one for sent in taken for part in sent.resource_spans for scope in part.scope_spans for one in scope.spans]
    (request,) = spans
    assert request.name == "GET api"
    assert request.trace_id.hex() == PARENT.split("-")[1]
    facts = {one.key: one.value.string_value or one.value.int_value for one in request.attributes}
    assert facts["http.response.status_code"] == 200
    assert facts["url.path"] == "/api/v1/timelines/home"
    assert b"verborgen" not in taken[0].SerializeToString() and ada.token.encode() not in taken[0].SerializeToString()


def test_nothing_is_traced_where_nobody_collects(site: Site, ada: Person) -> None:
    traces.start(Settings(), "web")
    assert not traces.on
    ada.get("/api/v1/timelines/home")
