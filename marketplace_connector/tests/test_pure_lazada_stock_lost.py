"""The Lazada client sets numbers and gets no answer, or one that tells nothing: nothing is sent again blindly."""

import unittest
from collections import Counter

import requests
from hypothesis import given, settings
from hypothesis import strategies as st

from ..marketplaces.errors import RateLimited
from .lazada_fake import PATIENT, make_client, refusal
from .lazada_products_fake import PRODUCTS, LazadaShop, place, product, sku, sku_ref
from .test_pure_lazada_stock_updates import SendingCase, update


class TestLost(SendingCase):
    """R21: after a lost answer the numbers are read; what is not sure is not sent again blindly."""

    lost = staticmethod(lambda wanted: requests.ReadTimeout())

    def applied(self, wanted):
        self.shop.apply(wanted)
        return requests.ReadTimeout()

    def test_done(self):
        for answer in (self.applied, lambda wanted: (self.shop.apply(wanted), (200, b'{"code":"0","da'))[1]):
            self.setUp()
            self.shop.answers = [answer]
            self.assertEqual(self.results(*(update(n) for n in range(20))), ["accepted"] * 20)
            self.assertEqual((len(self.shop.sent), self.shop.count(PRODUCTS)), (1, 1))

    def test_lowered_again(self):
        """A number that was not set is sent once more where that lowers it: it can only be too low then."""
        self.shop.answers = [self.lost]
        outcomes = self.send(update(1, 2), update(2, 9))
        self.assertEqual([each.result for each in outcomes], ["accepted", "unknown"])
        self.assertEqual(outcomes[1].stock.sellable, 5)
        self.assertEqual([len(sent) for sent in self.shop.sent], [2, 1])
        self.shop.answers = [self.lost] * 5
        self.assertEqual(self.results(update(3, 2)), ["unknown"])
        self.assertEqual(len(self.shop.sent), 4)

    def test_sold_meanwhile(self):
        """A piece was sold between the call and the look: the number is not raised again."""

        def answer(wanted):
            self.shop.apply([(ref, code, pieces - 1) for ref, code, pieces in wanted])
            return requests.ReadTimeout()

        self.shop.answers = [answer]
        outcomes = self.send(update(1, 7))
        self.assertEqual((outcomes[0].result, outcomes[0].stock.sellable), ("unknown", 6))
        self.assertEqual((len(self.shop.sent), self.shop.sellable(sku_ref(1))), (1, 6))

    def test_failed_inside(self):
        """Codes that do not say whether anything was done."""
        for code in ("6", "1000", "ServiceTimeout", "506"):
            self.setUp()
            self.shop.answers = [refusal(code, "Internal Application Error")]
            self.assertEqual(self.results(update(1, 3), update(2, 9)), ["accepted", "unknown"])

    def test_overburdened(self):
        """513: the half that was set stays, of the rest halves are sent."""

        def answer(wanted):
            self.shop.apply(wanted[:10])
            return refusal("513", "Internal call exception")

        self.shop.answers = [answer]
        self.assertEqual(self.results(*(update(n) for n in range(20))), ["accepted"] * 20)
        self.assertEqual([len(sent) for sent in self.shop.sent], [20, 5, 5])

    def test_unreadable(self):
        """A SKU that cannot be read is unknown, one that is gone refused."""
        self.shop.answers = [self.applied]
        broken = [place("dropshipping", None)]
        self.shop.products[2] = product(2, sku(2, multiWarehouseInventories=broken))
        self.shop.apply = lambda numbers: None
        outcomes = self.send(update(1, 5), update(2))
        self.assertEqual([each.result for each in outcomes], ["accepted", "unknown"])


class Chaos(LazadaShop):
    """Fails as `faults` say, one for each update call, and behaves when they are used up."""

    def __init__(self, *products, faults=()):
        super().__init__(*products)
        self.faults = list(faults)

    def _update(self, call):
        fault = self.faults.pop(0) if self.faults else ""
        if fault == "lost":
            return requests.ReadTimeout()
        if fault in ("513", "501", "4171", "1000", "207"):
            return refusal(fault, "failed")
        if fault == "limited":
            return refusal("901", "E901")
        answer = super()._update(call)
        return requests.ReadTimeout() if fault == "lost_after" else answer


FAULTS = st.sampled_from(("", "", "lost", "lost_after", "513", "501", "4171", "1000", "207", "limited"))


class TestAnyFaults(unittest.TestCase):
    @settings(**PATIENT, max_examples=150)
    @given(
        st.lists(st.tuples(st.integers(0, 30), st.integers(0, 9)), max_size=50),
        st.lists(FAULTS, max_size=12),
        st.sets(st.integers(0, 30), max_size=4),
        st.booleans(),
        st.booleans(),
        st.sampled_from(("0", "501")),
    )
    def test_covers_all_once(self, wanted, faults, refused, names, applies, code):
        """R14, R16, R21: each update has one outcome, unless the run ended; what is accepted is the number there is at
        the end, of each SKU's last update; what is refused was really refused; and it ends."""
        shop = Chaos(*(product(number) for number in range(31)), faults=faults)
        shop.refuse = {sku_ref(number): "NO" for number in refused}
        shop.names_refused, shop.applies_the_good, shop.answer_of_refusal = names, applies, code
        if not names:
            shop.answer_of_refusal = "501"
        updates = [update(number, quantity) for number, quantity in wanted]
        client, _session = make_client(shop)
        outcomes, ended = [], False
        try:
            for portion in client.send_stock(updates):
                outcomes += portion
        except RateLimited:
            ended = True
        self.assertLess(len(shop.sent), 40 * (len(updates) // 20 + 2) + len(updates))
        told = [outcome.update for outcome in outcomes]
        if ended:
            self.assertLessEqual(Counter(told), Counter(updates))
        else:
            self.assertEqual(Counter(told), Counter(updates))
        last = {outcome.update.key: outcome for outcome in outcomes}
        for each, outcome in last.items():
            sellable = shop.sellable(each.sku_ref)
            if outcome.result == "accepted" and each.sku_ref not in shop.refuse:
                self.assertEqual(sellable, outcome.update.quantity)
            if each.sku_ref in shop.refuse and outcome.update.quantity != 5:
                self.assertNotEqual(outcome.result, "accepted")
