"""What `meldklok doctor` and the health page say: checks of the installation, each with its finding and its cure."""

from incident.doctor.examine import CHECKS, examine
from incident.doctor.finding import Finding, State, fail, ok, warn

__all__ = ["CHECKS", "Finding", "State", "examine", "fail", "ok", "warn"]
