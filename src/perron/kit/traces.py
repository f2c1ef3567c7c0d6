"""Traces by OpenTelemetry, where `traces` names a collector; else nothing is loaded and nothing is done.

A request, a job, a write and a request to another server are spans. They carry no text of anybody, no address of a
visitor and no query.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from perron.kit.errors import Refused
from perron.kit.settings import Settings
from perron.kit.version import VERSION

on = False
_tracer: Any = None
_provider: Any = None


def start(settings: Settings, kind: str) -> None:
    """Send traces of this process to the collector that the settings name."""
    global on, _tracer, _provider
    if not settings.traces:
        return
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
        from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
    except ImportError:
        raise Refused('traces is set, and OpenTelemetry is not installed: pip install "perron[traces]"') from None
    about = {"service.name": f"perron-{kind}", "service.version": VERSION, "service.namespace": settings.domain}
    share = ParentBased(TraceIdRatioBased(settings.traces_percent / 100))
    _provider = TracerProvider(resource=Resource.create(about), sampler=share)
    _provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=settings.traces)))
    _tracer, on = _provider.get_tracer("perron", VERSION), True


def stop() -> None:
    """Send what has not been sent, and no more."""
    global on, _tracer, _provider
    if _provider is not None:
        _provider.shutdown()
    on, _tracer, _provider = False, None, None


@contextmanager
def span(name: str, **facts: str | int | float) -> Iterator[None]:
    """A piece of work within what is being traced."""
    if not on:
        yield
        return
    with _tracer.start_as_current_span(name, attributes=facts):
        yield


@contextmanager
def request(door: str, method: str, path: str, parent: bytes | None, id_: str) -> Iterator[Any]:
    """A request, as part of the trace of who sent it; the span, for `answered`."""
    from opentelemetry.trace import SpanKind
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    within = TraceContextTextMapPropagator().extract({"traceparent": parent.decode("latin-1")} if parent else {})
    facts = {"http.request.method": method, "url.path": path, "perron.door": door, "perron.request": id_}
    with _tracer.start_as_current_span(f"{method} {door}", within, kind=SpanKind.SERVER, attributes=facts) as made:
        yield made


def answered(made: Any, status: int) -> None:
    """How a request was answered."""
    made.set_attribute("http.response.status_code", status)
