from perron.jobs.events import Event
from perron.jobs.queue import cancel, emit, put
from perron.jobs.worker import Inside, Later, Outside

__all__ = ["Event", "Inside", "Later", "Outside", "cancel", "emit", "put"]
