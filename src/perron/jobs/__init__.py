from perron.jobs.events import Event
from perron.jobs.queue import cancel, come_back, emit, emit_once, put
from perron.jobs.worker import Elsewhere, Inside, Later, Outside

__all__ = ["Elsewhere", "Event", "Inside", "Later", "Outside", "cancel", "come_back", "emit", "emit_once", "put"]
