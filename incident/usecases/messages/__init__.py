"""The outbox: queue, deliver, try again; the channels and what they must be able to do."""
