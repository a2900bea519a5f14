"""What the product stands on: settings, environment, keys, logs, the clock, its resources."""
