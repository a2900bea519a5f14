"""Several machines on one, each in a network of its own, killed and cut off one after another under load.

``make failover`` as root on Linux; docs/dev/scale.md tells what came of it. No part of ``make test``.
"""
