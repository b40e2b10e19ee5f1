"""What is answered instead of a page, each with its status and in both languages."""

from __future__ import annotations


class Refused(Exception):
    """A request that gets no page. `status` is HTTP's; the sentence is a message of the catalogue."""

    status = 400

    def __init__(self, sentence: str, **said: object) -> None:
        super().__init__(sentence)
        self.sentence, self.said = sentence, said

    @property
    def headers(self) -> dict[str, str]:
        """What the answer carries besides."""
        return {}


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


class Elsewhere(Exception):
    """What was asked for has a page of its own; `place` is its address."""

    def __init__(self, place: str) -> None:
        super().__init__(place)
        self.place = place


class NotAllowed(Refused):
    """A method other than reading."""

    status = 405

    def __init__(self) -> None:
        super().__init__("Only reading is possible here: GET or HEAD.")

    @property
    def headers(self) -> dict[str, str]:
        return {"Allow": "GET, HEAD"}


class TooMany(Refused):
    """One address asks faster than pages are for; `Retry-After` tells when to ask again."""

    status = 429

    def __init__(self, seconds: int) -> None:
        super().__init__("You have asked for very many pages in a short time. Wait %(seconds)s s.", seconds=seconds)

    @property
    def headers(self) -> dict[str, str]:
        return {"Retry-After": str(self.said["seconds"])}


class Busy(Refused):
    """What was asked for takes long to make, and too many wait for such; `Retry-After` tells when to ask again."""

    status = 503

    def __init__(self, seconds: int) -> None:
        super().__init__(
            "Many are looking at earlier moments right now, and each takes a while. Try again in %(seconds)s s.",
            seconds=seconds,
        )

    @property
    def headers(self) -> dict[str, str]:
        return {"Retry-After": str(self.said["seconds"])}


class Broken(Refused):
    """A page that failed inside; the log has the reason under the id."""

    status = 500

    def __init__(self, error: str) -> None:
        super().__init__(
            "This page could not be made, and that is our fault. Report it with the error id %(error)s.", error=error
        )


class NotNow(Refused):
    """The record cannot be read at present."""

    status = 503
    seconds = 5

    def __init__(self) -> None:
        super().__init__("The record cannot be read at this moment. Try again in a little while.")

    @property
    def headers(self) -> dict[str, str]:
        return {"Retry-After": str(self.seconds)}
