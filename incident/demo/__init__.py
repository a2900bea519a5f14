"""Made-up incidents and made-up people: the four examples, and a register of any size to measure with."""
