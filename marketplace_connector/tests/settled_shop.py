"""A shop at a simulated platform and the client that reads what was settled, for pure tests of payouts."""

from collections import defaultdict
from decimal import Decimal

from freezegun import freeze_time

SKU, OTHER = "TEE-BLK-M", "TOTE-NAT"


class SettledShop:
    """The platform's clock is the machine's, frozen at a Monday. Each platform says how it is opened and moved.

    Amounts that tests give as Decimal are in units that the shop's currency can have.
    """

    begin = None  # the first day of what is read

    def __init__(self, country="SG", **switches):
        self.frozen = freeze_time("2026-11-16 04:00:00")
        self.clock = self.frozen.start()
        self.platform = self.open(country)
        for name, value in switches.items():
            assert hasattr(self.platform, name), name
            setattr(self.platform, name, value)
        self.connection = self.connect(country)
        self.client = self.connection.client
        self.unit = 1 if self.shop.country.decimals else 1000

    def open(self, country):
        """Make the platform with `self.shop` in the country."""
        raise NotImplementedError

    def connect(self, country):
        """A connection with the client of the shop."""
        raise NotImplementedError

    def happen(self):
        """Let what is due by now happen at the platform."""
        raise NotImplementedError

    def read(self, order):
        """The order as the client reads it, with its amounts."""
        raise NotImplementedError

    def close(self):
        self.connection.http.session.close()
        self.frozen.stop()

    def pass_time(self, delta):
        """Let time go by, for the platform and for the client."""
        self.clock.tick(delta)
        self.happen()

    def order(self, *lines, **facts):
        facts = {name: value * self.unit if isinstance(value, Decimal) else value for name, value in facts.items()}
        return self.platform.place_order(self.shop, list(lines) or [(SKU, 2)], **facts)

    def payouts(self, start=None, end=None):
        return list(self.client.list_payouts(start or self.begin, end or self.platform.clock.now().date()))

    def totals(self):
        """The sum of the rows that the customer's invoice is over, by order."""
        kinds = {fee_type.key: fee_type.kind for fee_type in self.client.fee_types}
        found = defaultdict(Decimal)
        for payout in self.payouts():
            for row in payout.rows:
                if kinds.get(row.fee_key) == "order_amount":
                    found[row.order_ref] += row.amount
        return found

    def live_total(self, order):
        return self.read(order).live_total
