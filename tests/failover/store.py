"""The S3 service as a program of its own, on the machine ``store``."""

import threading

from tests.failover.cables import address
from tests.store.buckets import serving

PORT = 8430

if __name__ == "__main__":
    with serving(address("store", "store"), PORT):
        threading.Event().wait()
