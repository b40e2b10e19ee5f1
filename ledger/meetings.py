"""Meetings: who met, what was taken up, how it was voted, when the minutes were adjusted (sammanträden)."""
