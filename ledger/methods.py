"""Methods and channels: the register of ways to take part, their trials and lessons."""
