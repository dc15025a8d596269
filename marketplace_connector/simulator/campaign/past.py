"""Sales of the weeks before the campaign, delivered and settled: statements and days of a wallet to be read."""

import random

DAY = 86400
FIRST, LAST = 26, 2  # days ago
CHARGE_EVERY, PAYOUT_EVERY = 3, 8  # days


def sell_before(life, seed):
    """Let the platform of the `PlatformLife` have a past."""
    chance = random.Random(f"past/{type(life).__name__}/{seed}")
    for days_ago in range(FIRST, LAST - 1, -1):
        with life.app.clock.ago(days_ago * DAY):
            for _ in range(chance.randrange(4)):
                life.sell_at_once(chance)
            if days_ago % CHARGE_EVERY == 0:
                life.be_charged(chance.randint(1, 5))
            if days_ago % PAYOUT_EVERY == 0:
                life.pay_out()
    life.catch_up()
