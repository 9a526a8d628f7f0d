"""The scenarios, by name, in the order in which they are played."""
from typing import Callable, NamedTuple

SCENARIOS: dict[str, "Scenario"] = {}


class Scenario(NamedTuple):
    """What happens, to how many servers."""

    description: str
    size: int
    play: Callable


def scenario(description: str, size: int = 3) -> Callable:
    """Make a function a scenario of its name."""
    def add(play: Callable) -> Callable:
        SCENARIOS[play.__name__] = Scenario(description, size, play)
        return play
    return add


# Importing them fills the table.
from scenarios import calm, crash, links, rejoin, split, starts  # noqa: E402,F401  pylint: disable=wrong-import-position
