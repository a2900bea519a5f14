"""`python -m incident` is the command `meldklok`."""

from incident.cli import main

if __name__ == "__main__":
    main(prog_name="meldklok")
