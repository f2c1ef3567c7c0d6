"""Stories: what somebody tells with what others said, in an order, with words between, at one address."""
