"""The Lazada client sets numbers: one outcome for each, whatever Lazada makes of a call."""

import unittest
from datetime import datetime, timezone

import requests

from ..marketplaces.errors import NotAuthorized, RateLimited, Rejected, ServerError, TransportError
from ..marketplaces.stock import StockUpdate
from .lazada_fake import NOW, Clock, make_client, ok, refusal
from .lazada_products_fake import PRODUCT, PRODUCTS, UPDATE, LazadaShop, place, product, sku, sku_ref
from .test_pure_lazada_catalogue import SAMPLES
from .test_pure_lazada_own_stock import key

MEGA = (
    "During the Bday Mega campaign, there are restrictions for stock adjustments in effect between "
    "2025-10-09 00:00:00 - 2025-10-11 23:59:59. Sellers can increase stocks, but may not decrease stocks."
)


def update(number, quantity=7, place_ref="", **values):
    return StockUpdate(key=key(number, **values), quantity=quantity, place_ref=place_ref)


def campaign(pieces, **values):
    return {
        "channelName": "37ce3f43-f59b-4608-b8b1-773882bd7212",
        "startTime": "2025-10-09 00:00:00",
        "endTime": "2025-10-11 23:59:59",
        "sellableQuantity": pieces,
        **values,
    }


class SendingCase(unittest.TestCase):
    def setUp(self):
        super().setUp()
        self.shop = LazadaShop(*(product(number) for number in range(60)))

    def send(self, *updates):
        """The outcomes by the SKU's number, also of a run that ends with an error, which is kept."""
        self.clock, self.error = Clock(), None
        client, self.session = make_client(self.shop, clock=self.clock)
        self.portions = []
        try:
            for portion in client.send_stock(updates):
                self.portions.append(portion)
        except Exception as error:
            self.error = error
        outcomes = [outcome for portion in self.portions for outcome in portion]
        self.assertEqual(len({outcome.update for outcome in outcomes}), len(outcomes))
        return [next((each for each in outcomes if each.update == one), None) for one in updates]

    def results(self, *updates):
        return [outcome and outcome.result for outcome in self.send(*updates)]


class TestAccepted(SendingCase):
    def test_batches(self):
        """R14: 20 SKUs a call, in their order, in portions; nothing is read back where all is well."""
        outcomes = self.send(*(update(number, number) for number in range(45)))
        self.assertEqual([len(portion) for portion in self.portions], [20, 20, 5])
        self.assertEqual({outcome.result for outcome in outcomes}, {"accepted"})
        self.assertEqual([self.shop.count(api) for api in (UPDATE, PRODUCTS, PRODUCT)], [3, 0, 0])
        self.assertEqual([self.shop.sellable(sku_ref(number)) for number in range(45)], list(range(45)))
        self.assertEqual(self.session.calls[0].method, "POST")
        self.assertFalse(self.send())

    def test_pace(self):
        """Never more than 50 calls in a second."""
        self.send(*(update(number % 60, number, sku_ref=str(number + 1)) for number in range(20 * 60)))
        self.assertGreaterEqual(self.clock.now - NOW, 59 / 50)

    def test_places(self):
        """R15: all places of a SKU in one block; a SKU stands in a call once."""
        places = [place("dropshipping", 1), place("WH&2", 1)]
        self.shop.products.append(product(100, sku(100, multiWarehouseInventories=places)))
        updates = [update(100, 4, "dropshipping"), update(1, 3), update(100, 6, "WH&2"), update(1, 2)]
        self.assertEqual(self.results(*updates), ["accepted"] * 4)
        expected = [
            [(sku_ref(100), "dropshipping", 4), (sku_ref(100), "WH&2", 6), (sku_ref(1), "", 3)],
            [(sku_ref(1), "", 2)],
        ]
        self.assertEqual(self.shop.sent, expected)
        self.assertIn("WH&amp;2", self.session.calls[0].params["payload"])

    def test_samples(self):
        client, session = make_client(SAMPLES[UPDATE])
        outcomes = [each.result for portion in client.send_stock([update(1, 20)]) for each in portion]
        self.assertEqual(outcomes, ["accepted"])
        expected = (
            f"<Request><Product><Skus><Sku><ItemId>{key(1).item_ref}</ItemId><SkuId>{key(1).sku_ref}</SkuId>"
            "<SellableQuantity>20</SellableQuantity></Sku></Skus></Product></Request>"
        )
        self.assertEqual(session.calls[0].params["payload"], expected)

    def test_not_sent(self):
        """What Lazada could not take costs no call."""
        outcomes = self.send(update(1, sku_ref=""), update(2, item_ref=""), update(3, -1), update(4))
        self.assertEqual([each.code for each in outcomes], ["no_number", "no_number", "negative", ""])
        self.assertEqual([each.result for each in outcomes], ["refused"] * 3 + ["accepted"])
        self.assertEqual(self.shop.sent, [[(sku_ref(4), "", 7)]])


class TestRefused(SendingCase):
    """R16: a refused SKU has the reason and does not hold back the others."""

    def test_named(self):
        """Whether Lazada applies the good ones of the call or not, says `0` or 501, one or two calls are enough."""
        for code in ("0", "501"):
            for applied in (True, False):
                self.setUp()
                self.shop.answer_of_refusal, self.shop.applies_the_good = code, applied
                self.shop.refuse = {sku_ref(3): "SELLER_SKU_INVALID", sku_ref(9): "IC_LOCKED"}
                outcomes = self.send(*(update(number) for number in range(20)))
                self.assertEqual([n for n in range(20) if outcomes[n].result != "accepted"], [3, 9])
                self.assertEqual({outcomes[3].result, outcomes[9].result}, {"refused"})
                self.assertIn("does not know the seller SKU", outcomes[3].message)
                self.assertIn("IC_LOCKED", outcomes[9].message)
                self.assertEqual(outcomes[3].stock.sellable, 5)
                self.assertEqual((len(self.shop.sent), self.shop.count(PRODUCTS)), (1 if applied else 2, 1))
                self.assertEqual(self.shop.sellable(sku_ref(4)), 7)

    def test_not_named(self):
        """Where Lazada does not say which, the batch is halved until it stands alone."""
        self.shop.names_refused = self.shop.applies_the_good = False
        self.shop.refuse = {sku_ref(13): "NO"}
        outcomes = self.send(*(update(number) for number in range(20)))
        self.assertEqual([n for n in range(20) if outcomes[n].result != "accepted"], [13])
        self.assertEqual((outcomes[13].result, outcomes[13].code), ("refused", "501"))
        self.assertLess(len(self.shop.sent), 12)

    def test_not_named_but_applied(self):
        """Where the good ones were set, the one that was not is found by reading back."""
        self.shop.names_refused = False
        self.shop.refuse = {sku_ref(13): "NO"}
        outcomes = self.send(*(update(number) for number in range(20)))
        self.assertEqual([n for n in range(20) if outcomes[n].result != "accepted"], [13])
        self.assertEqual([len(sent) for sent in self.shop.sent], [20, 1])

    def test_gone(self):
        """A SKU that is not there any more."""
        updates = [update(1), update(100), update(2)]
        self.shop.applies_the_good = False
        outcomes = self.send(*updates)
        self.assertEqual([each.result for each in outcomes], ["accepted", "refused", "accepted"])
        self.assertEqual((outcomes[1].code, outcomes[1].stock), ("no_such_sku", None))

    def test_by_order(self):
        """Entries without a name belong to those that have not got their number, in their order."""
        detail = [
            {"field": "ItemId", "message": "ITEM_NOT_FOUND", "code": "E0501"},
            {"field": "Sku", "message": "SECOND"},
        ]
        self.shop.refuse = {sku_ref(2): "-", sku_ref(4): "-"}

        def answer(wanted):
            self.shop.apply([one for one in wanted if one[0] not in self.shop.refuse])
            return ok(data={}, detail=detail)

        self.shop.answers = [answer]
        outcomes = self.send(*(update(number) for number in range(6)))
        self.assertEqual([outcomes[2].code, outcomes[4].code], ["E0501", "501"])
        self.assertIn("ITEM_NOT_FOUND", outcomes[2].message)
        self.assertIn("SECOND", outcomes[4].message)
        self.assertEqual(len(self.shop.sent), 1)

    def test_by_number(self):
        """Entries whose text holds the SKU's number."""
        entry = {"field": "SkuId", "message": f"sku {sku_ref(2)} is locked"}
        self.shop.answers = [refusal("501", "E501: Update product failed", detail=[entry])]
        outcomes = self.send(update(1), update(2), update(3))
        self.assertEqual([each.result for each in outcomes], ["accepted", "refused", "accepted"])
        self.assertEqual([len(sent) for sent in self.shop.sent], [3, 2])

    def test_same_seller_sku(self):
        """D1: an entry that names a seller SKU which stands on two SKUs is the reason of both."""
        self.shop.products += [product(100, sku(100, SellerSku="A"), sku(101, SellerSku="A"))]
        self.shop.refuse = {sku_ref(100): "NO", sku_ref(101): "NO"}
        twins = [
            update(100, seller_sku="A"),
            StockUpdate(key=key(100, sku_ref=sku_ref(101), seller_sku="A"), quantity=7),
        ]
        self.assertEqual(self.results(*twins, update(1)), ["refused", "refused", "accepted"])

    def test_too_many(self):
        """Where 20 are too many, halves are sent; nothing was done, so nothing is read."""
        for code in ("204", "4171"):
            self.setUp()
            self.shop.answers = [refusal(code, "Too many SKU in one request")]
            self.assertEqual(self.results(*(update(number) for number in range(20))), ["accepted"] * 20)
            self.assertEqual([len(sent) for sent in self.shop.sent], [20, 10, 10])
            self.assertEqual(self.shop.count(PRODUCTS), 0)

    def test_refused_alike(self):
        """What all SKUs of a call are refused for, each alone, is not looked for in the next calls."""
        self.shop.answers = [refusal("SELLER_NOT_PERMITTED", "no")] * 200
        outcomes = self.send(*(update(number) for number in range(60)))
        self.assertEqual({each.result for each in outcomes}, {"refused"})
        self.assertEqual(len(self.shop.sent), 39 + 1 + 1)

    def test_foreign_item(self):
        self.shop.answers = [refusal("EDIT_ITEM_NOT_BELONG_SELLER", "You are not authorized to edit the item.")]
        outcomes = self.send(update(1))
        self.assertEqual((outcomes[0].result, outcomes[0].code), ("refused", "EDIT_ITEM_NOT_BELONG_SELLER"))
        self.assertIn("another shop", outcomes[0].message)

    def test_place(self):
        """One of a SKU's places."""
        places = [place("A", 1), place("B", 1)]
        self.shop.products.append(product(100, sku(100, multiWarehouseInventories=places)))
        self.shop.refuse = {sku_ref(100): lambda pieces: "NO" if pieces == 6 else ""}
        self.assertEqual(self.results(update(100, 4, "A"), update(100, 6, "B")), ["accepted", "refused"])
        self.assertEqual(self.results(update(100, 3, "A"), update(100, 3, "C")), ["accepted", "accepted"])


class TestCampaigns(SendingCase):
    """R12: what a campaign holds is its floor."""

    def refuse_below(self, number, pieces, message="INV_NEGATIVE_SELLABLE"):
        self.shop.refuse[sku_ref(number)] = lambda wanted: message if wanted < pieces else ""

    def test_below_a_lock(self):
        self.shop.products[3] = product(3, sku(3, 9, channelInventories=[campaign(4)]))
        self.refuse_below(3, 4)
        outcomes = self.send(update(1), update(3, 2))
        self.assertEqual([each.result for each in outcomes], ["accepted", "locked"])
        stock = outcomes[1].stock
        self.assertEqual((stock.sellable, stock.locked), (9, 4))
        self.assertEqual(stock.locked_until, datetime(2025, 10, 11, 15, 59, 59, tzinfo=timezone.utc))
        self.assertIn("holds 4", outcomes[1].message)
        self.assertEqual(self.results(update(3, 4)), ["accepted"])

    def test_only_raised(self):
        """4170, of a call without a word on which: the SKU is found, what it shows is the floor till the end told."""
        self.shop.names_refused, self.shop.applies_the_good = False, False
        self.shop.answer_of_refusal = "4170"
        self.shop.refuse[sku_ref(5)] = lambda wanted: MEGA if wanted < 5 else ""
        answers = self.shop._update

        def with_text(call):
            answer = answers(call)
            return {**answer, "message": MEGA} if answer["code"] != "0" else answer

        self.shop._update = with_text
        updates = [update(number, 3 if number == 5 else 8) for number in range(10)]
        outcomes = self.send(*updates)
        self.assertEqual([n for n in range(10) if outcomes[n].result != "accepted"], [5])
        self.assertEqual((outcomes[5].result, outcomes[5].code), ("locked", "4170"))
        stock = outcomes[5].stock
        self.assertEqual((stock.locked, stock.sellable), (5, 5))
        self.assertEqual(stock.locked_until, datetime(2025, 10, 11, 15, 59, 59, tzinfo=timezone.utc))
        self.assertIn("only be raised", outcomes[5].message)
        self.assertEqual(self.results(update(5, 6)), ["accepted"])

    def test_negative(self):
        """212 where nothing is held is a refusal, and a lock where something is."""
        self.shop.products[3] = product(3, sku(3, 9, channelInventories=[campaign(2)]))
        for number, expected in ((1, "refused"), (3, "locked")):
            self.shop.answers = [refusal("212", "INV_NEGATIVE_SELLABLE")]
            self.assertEqual(self.results(update(number, 4)), [expected])

    def test_mega_campaign(self):
        """998: the call is off for a while; nothing was sent, and nothing is said of it."""
        self.shop.answers = [None, refusal("998", "To ensure stability of service, this API service is disabled")]
        self.assertEqual(self.results(*(update(n) for n in range(40))), ["accepted"] * 20 + [None] * 20)
        self.assertIsInstance(self.error, RateLimited)
        self.assertEqual(self.error.retry_after, 1800)
        self.assertIn("campaign", self.error.message)


class TestEnd(SendingCase):
    """What ends the run: what was not sent has no outcome."""

    def test_limits(self):
        for code in ("901", "SellerCallLimit", "ApiCallLimit"):
            self.setUp()
            self.shop.answers = [refusal(code, "this ban will last 3 seconds")]
            self.assertEqual(self.results(update(1)), [None])
            self.assertEqual((type(self.error), self.error.retry_after), (RateLimited, 3))

    def test_amid_halves(self):
        """What was settled before is told."""
        self.shop.answers = [refusal("204", "Too many SKU"), None, refusal("901", "E901")]
        self.assertEqual(self.results(*(update(n) for n in range(4))), ["accepted"] * 2 + [None] * 2)
        self.assertIsInstance(self.error, RateLimited)

    def test_app(self):
        for code in ("InsufficientPermission", "MissingParameter", "AppWhiteIpLimit", "IncompleteSignature"):
            self.setUp()
            self.shop.answers = [refusal(code, "no")]
            self.assertEqual(self.results(update(1)), [None])
            self.assertIsInstance(self.error, (Rejected, NotAuthorized))
            self.assertEqual(len(self.shop.sent), 1)

    def test_no_connection(self):
        self.shop.answers = [requests.ConnectTimeout()]
        self.assertEqual(self.results(update(1)), [None])
        self.assertIsInstance(self.error, TransportError)

    def test_down(self):
        """A lost answer, and nothing to be read: unknown; no call is made any more."""
        self.shop.answers = [requests.ReadTimeout()]
        self.shop.read_answers = [(502, b"<html>")] * 9
        self.assertEqual(self.results(*(update(n) for n in range(40))), ["unknown"] * 20 + [None] * 20)
        self.assertIsInstance(self.error, ServerError)
        self.assertEqual(len(self.shop.sent), 1)
