"""`python -m bot.trial FILE web`: a process of a trial, by the clock that the trial's page sets forward."""

import sys
from pathlib import Path

from incident.cli import main
from incident.platform.clock import AheadClock

if __name__ == "__main__":
    file, *command = sys.argv[1:]
    main(args=command, obj=AheadClock(Path(file)), prog_name="meldklok")
