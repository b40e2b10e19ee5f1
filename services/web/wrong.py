"""What is answered instead of a page, each with its status and in both languages."""

from __future__ import annotations


class Refused(Exception):
    """A request that gets no page. `status` is HTTP's; the sentence is a message of the catalogue."""

    status = 400

    def __init__(self, sentence: str, **said: object) -> None:
        super().__init__(sentence)
        self.sentence, self.said = sentence, said


class Wrong(Refused):
    """A parameter that cannot be read; names it and the remedy."""

    def __init__(self, parameter: str, sentence: str, **said: object) -> None:
        super().__init__(sentence, **said)
        self.parameter = parameter


class NotThere(Refused):
    """There is no such thing, or not yet at the moment asked for."""

    status = 404


class Gone(Refused):
    """There was such a thing, and its address says where it went or that it is closed."""

    status = 410


class TooMany(Refused):
    """One address asks faster than pages are for; `Retry-After` tells when to ask again."""

    status = 429
