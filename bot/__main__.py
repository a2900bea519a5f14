"""`python -m bot`: Socket Mode until the process is asked to stop."""

from bot.socket_mode import run_socket_mode
from incident.platform.settings import Settings

if __name__ == "__main__":
    run_socket_mode(Settings.load())
