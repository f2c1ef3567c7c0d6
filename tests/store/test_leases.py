"""What one process at a time may do."""

import subprocess
import sys
import time

import pytest

from perron.store import Store
from perron.store import leases as module
from perron.store.leases import holder_of, lease_of


def test_one_holds_and_the_other_waits(database: str) -> None:
    one, two = Store(database), Store(database)
    first, second = lease_of(one, "clock", "first"), lease_of(two, "clock", "second")
    assert first.hold() and first.hold() and not second.hold()
    assert holder_of(two, "clock") == "first"
    assert one.write(first.holds) and not two.write(second.holds)

    first.give_back()

    assert holder_of(two, "clock") is None
    assert second.hold() and not first.hold()
    assert holder_of(one, "clock") == "second"
    one.close()
    two.close()


def test_a_holder_that_falls_silent_loses_it(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LENT", 300)
    store = Store(database)
    first, second = lease_of(store, "clock", "first"), lease_of(store, "clock", "second")
    assert first.hold()
    time.sleep(0.35)
    if store.sqlite:  # a process that lives keeps it; the kernel knows when it is dead
        assert not second.hold()
        first.give_back()
    assert second.hold()
    assert not store.write(first.holds)
    store.close()


def test_a_holder_that_is_killed_loses_it(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LENT", 1500)
    program = (
        "import sys, time; from perron.store import Store, leases; leases.LENT = 1500;"
        "lease_of = leases.lease_of; one = lease_of(Store(sys.argv[1]), 'clock', 'other');"
        "print(one.hold(), flush=True); time.sleep(60)"
    )
    other = subprocess.Popen([sys.executable, "-c", program, database], stdout=subprocess.PIPE, text=True)
    assert other.stdout is not None and other.stdout.readline() == "True\n"
    store = Store(database)
    mine = lease_of(store, "clock", "mine")
    assert not mine.hold()

    other.kill()
    other.wait()
    other.stdout.close()

    end = time.monotonic() + 2
    while not mine.hold():
        assert time.monotonic() < end
        time.sleep(0.05)
    store.close()
