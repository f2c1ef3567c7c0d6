"""Pages for planning: the queue and its week, the calendar, what comes again."""
