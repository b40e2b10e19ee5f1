"""Methods and channels: their read models."""
