"""The attacker and the bad night: hostile input to every form, every door tried, every process killed."""
