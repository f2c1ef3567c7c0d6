"""Java for seconds: what would make it quick after minutes costs more than it brings."""

BRIEFLY = ("-Xss4m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
"""Compiled once and lightly, cleared up by one thread; the stack is for what is compiled so, which takes more of it."""
