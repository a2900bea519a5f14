"""One command that starts and guards all processes of the Procfile."""
