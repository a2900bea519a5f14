"""The ruler of an incident: its clocks and moments as one picture."""
