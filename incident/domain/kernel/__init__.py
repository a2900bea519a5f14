"""What every part of the domain speaks of: people and their roles, references, events, errors, text, health."""
