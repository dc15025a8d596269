"""What goes wrong in a campaign and how often: drawn anew for each seed, so that no two fail in the same way."""

import random
from dataclasses import dataclass

from ..faults import KINDS

BLOWS = ("odoo_killed", "both_odoo_killed", "postgres_cut_off")


@dataclass(frozen=True)
class Mixture:
    """Shares are of calls, `pages` of those that list something, pushes are in percent.

    `blows` are the weights of BLOWS, of which one comes every `pause` seconds, at least and at most.
    """

    faults: float
    kinds: tuple[str, ...]  # each as often as it is named
    pages: float
    tokens: float
    pushes: tuple[int, int, int]  # lost, doubled, late
    blows: tuple[int, ...]
    pause: tuple[float, float]

    @classmethod
    def of(cls, seed):
        """The mixture of the seed."""
        chance = random.Random(f"mixture/{seed}")
        pause = chance.choice((4, 8, 12))
        return cls(
            faults=chance.choice((0.05, 0.1, 0.15, 0.2)),
            kinds=tuple(sorted((*KINDS, *chance.choices(KINDS, k=len(KINDS))))),
            pages=chance.choice((0.1, 0.25, 0.4)),
            tokens=chance.choice((0.003, 0.01, 0.02)),
            pushes=tuple(chance.choice((5, 15, 40)) for _ in range(3)),
            blows=tuple(chance.randint(1, 6) for _ in BLOWS),
            pause=(pause, 2.5 * pause),
        )
