"""All that is looked at when the campaign is over, for whoever runs one."""

from .books import differences, read_books
from .books_payouts import read_payouts, wrong_payouts
from .books_stock import read_stock, wrong_stock
from .certificate import check_days, read_certificate, spoil, wrong_certificate


class Verdict:
    """What is wrong, and what a problem names, each a dict of sentences.

    `told` is what the platforms tell of `orders`, `stock` and `payouts`, each by platform; `cancelled_here` are orders
    cancelled in the ERP, `start` the pieces of each SKU that were there at first.
    """

    def __init__(self, env, told, cancelled_here, start):
        self.told = told
        self.expected = {ref: order for orders in told["orders"].values() for ref, order in orders.items()}
        self.books, self.problems = read_books(env)
        self.orders = differences(self.expected, self.books, cancelled_here)
        self.stock = wrong_stock(start, told, self.books, read_stock(env))
        self.payouts, self.named_payouts = {}, {}
        books = read_payouts(env)
        for provider, settled in told["payouts"].items():
            named = {payout["ref"] for payout in books.get(provider, []) if payout["why"]}
            for ref, sentences in wrong_payouts(settled, books.get(provider, [])).items():
                (self.named_payouts if ref in named else self.payouts)[f"{provider} {ref}"] = sentences
        self.numbers = {"payouts": sum(map(len, books.values())), "invoices": self._count_invoices()}

    def _count_invoices(self):
        invoices = [each for booked in self.books.values() for ours in booked for each in ours["invoices"]]
        return sum(each["type"] == "out_invoice" and each["state"] == "posted" for each in invoices)

    @property
    def silent(self):
        """The orders that are wrong and named by no problem."""
        return {ref: sentences for ref, sentences in self.orders.items() if ref not in self.problems}

    @property
    def named(self):
        """The orders that are wrong, with what the problems say, and payouts that say that they do not add up."""
        orders = {ref: [*self.orders[ref], *self.problems[ref]] for ref in self.orders if ref in self.problems}
        return orders | self.named_payouts

    @property
    def wrong(self):
        """All that is wrong and named nowhere."""
        stock = {f"stock of {sku}": sentences for sku, sentences in self.stock.items()}
        payouts = {f"payout {ref}": sentences for ref, sentences in self.payouts.items()}
        return self.silent | stock | payouts


class Certified:
    """What the ERP certifies of its days, compared with the platforms' own lists; and once more after orders were lost
    that cannot come in again, which it has to say."""

    def __init__(self, env, told):
        self.told = told
        self.wrong = {}
        self.before = self._compare(env, "certificate")
        self.lost = spoil(env)
        after = self._compare(env, "certificate after orders were lost")
        missing = {ref for shop in after.values() for day in shop["days"] for ref in day["open"]}
        if silent := set(self.lost) - missing:
            self.wrong["certificate of lost orders"] = [f"it does not name {sorted(silent)}"]

    def _compare(self, env, title):
        check_days(env)
        books, _problems = read_books(env)
        certificate = read_certificate(env)
        for provider, sentences in wrong_certificate(self.told["orders"], books, certificate).items():
            self.wrong[f"{title}, {provider}"] = sentences
        return certificate

    @property
    def numbers(self):
        """What was certified before anything was spoiled, summed up over days."""
        days = [day for shop in self.before.values() for day in shop["days"]]
        kinds = [kind for day in days for kind in day["open"].values()]
        return {
            "days": len(days),
            "listed": sum(day["listed"] for day in days),
            "present": sum(day["known"] for day in days),
            "missing": kinds.count("missing"),
            "different": kinds.count("differs"),
            "healed": sum(day["healed"] for day in days),
            "shops_complete": sum(shop["completeness"] == "complete" for shop in self.before.values()),
            "lost_and_named": len(self.lost),
        }
