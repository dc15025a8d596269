"""Stock numbers are set at Shopee: a call an item, each update answered once, whatever fails."""

import requests
from hypothesis import given, settings
from hypothesis import strategies as st

from ..marketplaces.errors import MarketplaceError, NotAuthorized, RateLimited, ServerError, TransportError
from ..marketplaces.stock import STOCK_RESULTS
from .shopee_fake import NOW, ok, refusal, utc
from .shopee_goods_fake import Goods, SendCase, goods, model, promotion, stock_info, tier, update

COLOURS = tier("Color", *"ABCDEFGH")
LOST = requests.ReadTimeout("no answer")


class TestCalls(SendCase):
    def test_a_call_an_item(self):
        """Items where their first update stands, variations together. # R46 R73"""
        shop = Goods(goods(1), goods(4)).vary(2, [COLOURS], [model(21), model(22, (1,))])
        wanted = [update(2, 22, 7), update(4, quantity=0), update(2, 21, 5), update(1, quantity=9)]
        found = self.send(shop, *wanted)
        self.assertEqual({outcome.result for outcome in found}, {"accepted"})
        self.assertEqual([outcome.update for outcome in found], [wanted[0], wanted[2], wanted[1], wanted[3]])
        self.assertEqual(
            self.bodies(),
            [
                {
                    "item_id": 2,
                    "stock_list": [
                        {"model_id": 22, "seller_stock": [{"stock": 7}]},
                        {"model_id": 21, "seller_stock": [{"stock": 5}]},
                    ],
                },
                {"item_id": 4, "stock_list": [{"model_id": 0, "seller_stock": [{"stock": 0}]}]},
                {"item_id": 1, "stock_list": [{"model_id": 0, "seller_stock": [{"stock": 9}]}]},
            ],
        )
        self.assertEqual(self.names(), ["update_stock"] * 3)
        self.assertEqual(self.send(Goods()), [])
        self.assertEqual(self.names(), [])

    def test_fifty_variations(self):
        models = [model(number, (0,)) for number in range(100, 220)]
        shop = Goods().vary(2, [COLOURS], models)
        self.send(shop, *(update(2, one["model_id"]) for one in models))
        self.assertEqual([len(body["stock_list"]) for body in self.bodies()], [50, 50, 20])

    def test_places(self):
        """Only where the seller has several; a SKU's places stand together. # D16"""
        shop = Goods(goods(1, stock_info_v2=stock_info(("IDZ", 1), ("IDG", 1))))
        self.assertEqual(self.results(shop, update(1, 0, 4, "IDZ"), update(1, 0, 6, "IDG")), ["accepted"] * 2)
        places = [{"location_id": "IDZ", "stock": 4}, {"location_id": "IDG", "stock": 6}]
        self.assertEqual(self.bodies(), [{"item_id": 1, "stock_list": [{"model_id": 0, "seller_stock": places}]}])

    def test_all_places_wanted(self):
        """Perhaps each update has to name all places of a SKU: the others go along as they are."""
        shop = Goods(goods(1, stock_info_v2=stock_info(("IDZ", 1), ("IDG", 8))))

        def insist(call):
            lists = [entry["seller_stock"] for entry in (call.body or {}).get("stock_list", ())]
            short = any(len(places) < 2 for places in lists)
            return refusal("error_auth", "Lack of location_id, please double check.") if short else None

        shop.before = insist
        self.assertEqual(self.results(shop, update(1, 0, 4, "IDZ")), ["accepted"])
        places = [{"location_id": "IDZ", "stock": 4}, {"location_id": "IDG", "stock": 8}]
        self.assertEqual(self.bodies()[1]["stock_list"][0]["seller_stock"], places)
        self.assertEqual(self.names(), ["update_stock", "get_item_base_info", "update_stock"])
        self.assertEqual(self.results(shop, update(1)), ["refused"])
        self.assertEqual(self.names(), ["update_stock"])
        shop.items[1]["stock_info_v2"] = stock_info(("IDZ", 1))
        self.assertEqual(self.results(shop, update(1, 0, 4, "IDZ")), ["refused"])
        self.assertEqual(self.names(), ["update_stock", "get_item_base_info"])

    def test_twice(self):
        """A SKU that comes twice is set twice, in its order."""
        shop = Goods(goods(1))
        self.assertEqual(self.results(shop, update(1, 0, 8), update(1, 0, 2)), ["accepted"] * 2)
        self.assertEqual(shop.items[1]["stock_info_v2"]["seller_stock"][0]["stock"], 2)

    def test_without_number(self):
        """A SKU whose number at Shopee is not known is refused, the others are sent."""
        found = self.send(Goods(goods(1)), update("", seller_sku="A"), update(1), update("B", "C"), update(1, "C"))
        self.assertEqual(sorted(outcome.result for outcome in found), ["accepted", "refused", "refused", "refused"])
        self.assertIn("sync the product catalogue", found[0].message)

    def test_pace(self):
        shop = Goods(*(goods(number) for number in range(1, 32)))
        self.send(shop, *(update(number) for number in range(1, 32)))
        self.assertAlmostEqual(sum(self.client.pauses), 3, places=3)
        self.assertLessEqual(max(self.client.pauses), 0.11)


class TestOneRefused(SendCase):
    """A refused variation does not hold back the others. # D11"""

    def test_failure_list(self):
        """Also where the call is an error by its code, and with numbers for an item without variations."""
        shop = Goods(goods(1)).vary(2, [COLOURS], [model(21), model(22, (1,))])
        shop.refused = {21: "Wrong model_id.", 1: "Can't edit this item."}
        found = self.send(shop, update(2, 21), update(2, 22), update(1))
        self.assertEqual([outcome.result for outcome in found], ["refused", "accepted", "refused"])
        self.assertIn("does not have this variation any more", found[0].message)
        self.assertIn("Can't edit this item.", found[2].message)
        self.assertEqual(self.names(), ["update_stock"] * 2)

    def test_whole_call_refused(self):
        """What may be about one variation is found out by sending each by itself."""
        shop = Goods().vary(2, [COLOURS], [model(21), model(22, (1,)), model(23, (2,), pieces=9)])
        shop.models[2][1][2]["stock_info_v2"] = stock_info(("SGZ", 9), reserved=6)

        shop.before = lambda call: (
            refusal("error.param", "Can not update item with stock less than reserved stock")
            if call.path.endswith("update_stock") and "'model_id': 23" in str(call.body)
            else None
        )
        found = self.send(shop, update(2, 21), update(2, 23), update(2, 22))
        results = {outcome.update.key.sku_ref: outcome.result for outcome in found}
        self.assertEqual(results, {"21": "accepted", "23": "locked", "22": "accepted"})
        self.assertEqual(self.names().count("update_stock"), 4)

    def test_item_refused(self):
        """What is about the item is asked once."""
        shop = Goods(goods(1)).vary(2, [COLOURS], [model(21), model(22, (1,))])
        refused = refusal("error_item_uneditable", "Can't edit this item. item status can not support editing.")
        shop.before = lambda call: refused if (call.body or {}).get("item_id") == 2 else None
        found = self.send(shop, update(2, 21), update(2, 22), update(1))
        self.assertEqual([outcome.result for outcome in found], ["refused", "refused", "accepted"])
        self.assertEqual(self.names(), ["update_stock"] * 2)

    def test_shop_refused(self):
        """What is about the shop is asked once; numbers for a place are another matter."""
        shop = Goods(goods(1), goods(2), goods(3))
        refused = refusal("error_holiday_mode_change_stock", "Cannot change stock in holiday mode.")
        shop.before = lambda call: refused if (call.body or {}).get("item_id") == 1 else None
        found = self.send(shop, update(1), update(2), update(3, place="SGZ"))
        self.assertEqual([outcome.result for outcome in found], ["refused", "refused", "accepted"])
        self.assertIn("holiday mode", found[1].message)
        self.assertEqual(self.names(), ["update_stock"] * 2)


class TestEndOfRun(SendCase):
    def test_ends_the_run(self):
        """What was answered before stands, and nothing is sent after it."""
        for answer, kind in [
            (refusal("error_rate_limit", "Too many requests."), RateLimited),
            (refusal("error_limit", "daily API call limit"), RateLimited),
            (refusal("shop_access_expired", ""), NotAuthorized),
            (refusal("error_shop", "shopid is invalid"), NotAuthorized),
            (requests.ConnectTimeout("no"), TransportError),
            ((302, b""), MarketplaceError),
        ]:
            shop = Goods(goods(1), goods(2), goods(3))
            shop.before = lambda call, answer=answer: answer if (call.body or {}).get("item_id") == 2 else None
            self.assertEqual(self.results(shop, update(1), update(2), update(3)), ["accepted"])
            self.assertIsInstance(self.over, kind)
            self.assertEqual(self.names(), ["update_stock"] * 2)

    def test_ends_between_variations(self):
        """Variations that were sent by themselves before the run ended have their outcomes."""
        shop = Goods(goods(3)).vary(2, [COLOURS], [model(21), model(22, (1,)), model(23, (2,))])
        answers = [refusal("error_param", "Wrong model_id."), None, refusal("error_rate_limit", "Too many requests.")]
        shop.before = lambda call: answers.pop(0) if call.path.endswith("update_stock") else None
        found = self.send(shop, update(2, 21), update(2, 22), update(2, 23), update(3))
        self.assertEqual([outcome.update.key.sku_ref for outcome in found], ["21"])
        self.assertIsInstance(self.over, RateLimited)


class TestLocked(SendCase):
    def test_lock_is_told(self):
        """How much is held and until when, so that it is not tried again before. # D1"""
        shop = Goods(goods(1, stock_info_v2=stock_info(("SGZ", 9), reserved=6)))
        shop.promotions = {1: [promotion(0, 6, NOW + 500)]}
        shop.refused = {1: "Stock should be larger than reserved stock."}
        [outcome] = self.send(shop, update(1))
        self.assertEqual((outcome.result, outcome.stock.locked), ("locked", 6))
        self.assertEqual(outcome.stock.locked_until, utc(NOW + 500))
        self.assertEqual(self.names(), ["update_stock", "get_item_base_info", "get_item_promotion"])

    def test_read_back_once(self):
        shop = Goods().vary(2, [COLOURS], [model(21), model(22, (1,))])
        shop.refused = dict.fromkeys((21, 22), "Stock should be larger than reserved stock.")
        self.assertEqual(self.results(shop, update(2, 21), update(2, 22)), ["locked"] * 2)
        self.assertEqual(self.names(), ["update_stock", "get_model_list"])


class TestLostAnswers(SendCase):
    def lost(self, shop, *kinds, take=True):
        """The shop does what it is asked (or not), but its answers to updates are these; None is the true one."""
        kinds = list(kinds)

        def answer(call):
            if not call.path.endswith("update_stock"):
                return None
            kind = kinds.pop(0) if kinds else None
            content = shop.update_stock(call) if take or kind is None else None
            return content if kind is None else kind

        shop.before = answer
        return shop

    def test_read_back(self):
        """Sent once; the number that stands tells. # D1"""
        for kind in (LOST, b'{"error": "", "resp', b"<html>", (502, b""), refusal("error_system_busy", "Busy.")):
            shop = self.lost(Goods(goods(1), goods(2)), kind)
            [first, second] = self.send(shop, update(1), update(2))
            self.assertEqual((first.result, first.stock.sellable), ("accepted", 3))
            self.assertEqual(second.result, "accepted")
            self.assertEqual(self.names(), ["update_stock", "get_item_base_info", "update_stock"])
            shop = self.lost(Goods(goods(1)), kind, take=False)
            [outcome] = self.send(shop, update(1))
            self.assertEqual((outcome.result, outcome.stock.sellable), ("unknown", 5))
            self.assertTrue(outcome.message)

    def test_places(self):
        """What counts is the number at the place."""
        for place, result in [("IDZ", "accepted"), ("IDG", "unknown"), ("IDX", "unknown")]:
            shop = self.lost(Goods(goods(1, stock_info_v2=stock_info(("IDZ", 3), ("IDG", 4)))), LOST, take=False)
            self.assertEqual(self.results(shop, update(1, place=place)), [result])

    def test_without_what_is_held(self):
        """Perhaps Shopee shows the number without the pieces that a promotion holds."""
        for held, result in [(1, "accepted"), (2, "unknown")]:
            shop = self.lost(Goods(goods(1, stock_info_v2=stock_info(("SGZ", 2), reserved=1))), LOST, take=False)
            shop.promotions = {1: [promotion(0, held, NOW + 5)]}
            self.assertEqual(self.results(shop, update(1)), [result])

    def test_not_named(self):
        """An answer that does not say what came of a variation, or names another number."""
        for response in (
            {"success_list": [{"model_id": 21, "stock": 3}], "failure_list": []},
            {"success_list": [{"model_id": 21, "stock": 3}, {"model_id": 22, "stock": 9}]},
            {"success_list": None},
            None,
        ):
            shop = Goods().vary(2, [COLOURS], [model(21, pieces=3), model(22, (1,), pieces=7)])
            answer = ok(response)
            shop.before = lambda call, answer=answer: answer if call.path.endswith("update_stock") else None
            found = self.send(shop, update(2, 21), update(2, 22))
            self.assertEqual([outcome.result for outcome in found], ["accepted", "unknown"])
            self.assertEqual(self.names(), ["update_stock", "get_model_list"])

    def test_success_without_numbers(self):
        """The pages do not promise place and number."""
        for entry in ({"model_id": 0}, {"model_id": 0, "location_id": "SGZ", "stock": None}, {"stock": 3}):
            shop = Goods(goods(1))
            answer = ok({"success_list": [entry], "failure_list": None})
            shop.before = lambda call, answer=answer: answer if call.path.endswith("update_stock") else None
            self.assertEqual(self.results(shop, update(1)), ["accepted"])
            self.assertEqual(self.names(), ["update_stock"])

    def test_down(self):
        """After three in a row the rest is not tried; what was sent has its outcome."""
        for kind, error in [(LOST, TransportError), ((502, b""), ServerError)]:
            shop = self.lost(Goods(*(goods(number) for number in range(1, 7))), *[None, kind, kind, kind])
            found = self.results(shop, *(update(number) for number in range(1, 7)))
            self.assertEqual(found, ["accepted"] * 3 + ["unknown"])
            self.assertIsInstance(self.over, error)
            self.assertEqual(self.names().count("update_stock"), 4)

    def test_not_in_a_row(self):
        kinds = [LOST, None, LOST, LOST, None, LOST]
        shop = self.lost(Goods(*(goods(number) for number in range(1, 7))), *kinds)
        self.assertEqual(self.results(shop, *(update(number) for number in range(1, 7))), ["accepted"] * 6)

    def test_read_back_refused(self):
        """What cannot be read back is unknown; where nothing can be asked any more, the run ends after it is told."""
        for code, over in [("error_item_not_found", None), ("error_rate_limit", RateLimited)]:
            shop = self.lost(Goods(goods(1), goods(2)), LOST)
            update_stock = shop.before
            shop.before = lambda call, code=code, first=update_stock: (
                refusal(code, "No.") if call.path.endswith("base_info") else first(call)
            )
            found = self.results(shop, update(1), update(2))
            self.assertEqual(found, ["unknown"] if over else ["unknown", "accepted"])
            self.assertIsInstance(self.over, over or type(None))


ANSWERS = st.sampled_from(
    [
        None,
        None,
        None,
        LOST,
        b"<html>",
        (502, b""),
        requests.ConnectTimeout("no"),
        refusal("error_rate_limit", "Too many requests."),
        refusal("error_system_busy", "Busy."),
        refusal("error_param", "Wrong model_id."),
        refusal("error_item_not_found", "Item_id is not found."),
        refusal("error_auth", "Stock should be larger than reserved stock."),
        refusal("error_holiday_mode_change_stock", "Cannot change stock in holiday mode."),
        refusal("error_busi_update_stock_failed", "Update stock failed"),
        refusal("shop_banned", "Banned."),
        ok({}),
        ok({"success_list": [{"model_id": 11, "stock": 1}], "failure_list": [{"model_id": 12, "failed_reason": "-"}]}),
    ]
)


class TestWhateverFails(SendCase):
    @given(
        updates=st.lists(st.tuples(st.integers(1, 4), st.integers(0, 3), st.integers(0, 5)), max_size=14),
        answers=st.lists(ANSWERS, max_size=14),
    )
    @settings(max_examples=80, deadline=None)
    def test_each_answered_once(self, updates, answers):
        """Each update has one outcome, or was not sent since the run ended with an error. # D11"""
        shop = Goods(*(goods(number) for number in range(1, 3)))
        for item in (3, 4):
            shop.vary(item, [COLOURS], [model(10 * item + number, (number,)) for number in range(4)])
        wanted = [update(item, 10 * item + number if item > 2 else 0, quantity) for item, number, quantity in updates]
        waiting = list(answers)
        shop.before = lambda call: waiting.pop(0) if waiting and call.path.endswith("update_stock") else None
        found = self.send(shop, *wanted)
        answered = [outcome.update for outcome in found]
        self.assertTrue({outcome.result for outcome in found} <= set(STOCK_RESULTS))
        self.assertTrue(all(outcome.message or outcome.result == "accepted" for outcome in found))
        for one in set(wanted):
            if self.over is None:
                self.assertEqual(answered.count(one), wanted.count(one))
            self.assertLessEqual(answered.count(one), wanted.count(one))
        self.assertFalse(set(answered) - set(wanted))
