"""The pushes that the simulated platforms send, and the lost ones they keep; read by the real client."""

import json
import unittest
from collections import Counter

from requests import Session
from werkzeug.test import Client

from ..marketplaces.http import Http
from ..marketplaces.lazada.client import LazadaClient
from ..marketplaces.shopee.client import ShopeeClient
from ..marketplaces.types import App
from ..simulator.adapter import SimulatorAdapter
from ..simulator.catalogue import good_skus
from ..simulator.lazada.app import Lazada
from ..simulator.shopee.app import Shopee
from ..simulator.shopee.items import item_id
from ..simulator.shopee.shops import new_shop

URL = "https://erp.example.com/marketplace/push/token"
SKU = good_skus()[0]


class PushCase:
    def setUp(self):
        self.app = self.make()
        self.got = []
        self.app.send_push = self.take
        self.app.register_push_url(URL)
        self.shop = next(iter(self.app.shops.values()))

    def take(self, push):
        self.assertTrue(self.client.verify_push(self.erp(), push.url, push.headers, push.body), push)
        self.got.extend(self.client.read_push(push.body))
        return "200"

    def order(self):
        placed = self.app.place_order(self.shop, [(SKU, 2)])
        self.app.push()
        return placed

    def kinds(self):
        kinds = Counter(hint.kind for hint in self.got)
        self.got.clear()
        return kinds

    def console(self, path, **values):
        answer = Client(self.app).post(f"/seller-center/pushes{path}", json=values)
        self.assertEqual(answer.status_code, 200, answer.text)
        return answer.get_json()

    def test_nothing_of_before(self):
        """What happened before the address was registered is not pushed, nor is anything without one."""
        self.app.register_push_url("")
        self.order()
        self.app.register_push_url(URL)
        self.app.push()
        self.assertFalse(self.got)

    def test_mishaps(self):
        self.app.pushes_doubled = 100
        self.order()
        self.assertEqual(self.kinds()["order"], self.first * 2)
        self.app.pushes_doubled, self.app.pushes_lost = 0, 100
        self.order()
        self.assertFalse(self.got)
        self.assertEqual(self.app.sent_pushes[0].answer, "lost on its way")
        self.app.pushes_lost, self.app.pushes_late = 0, 100
        late = self.order()
        self.assertFalse(self.got)
        self.app.pushes_late = 0
        self.order()
        self.assertEqual(self.kinds()["order"], self.first * 2)
        self.assertTrue(late)

    def test_sent_again(self):
        """What was not answered with 200 is sent again after a while."""
        answers = ["500", "no answer", "200"]
        self.app.send_push = lambda push: answers[push.repeated]
        self.order()
        for seconds in self.app.push_repeats[:2]:
            self.assertFalse(self.app.sent_pushes[0].has_arrived)
            self.app.clock.move(seconds + 1)
            Client(self.app).get("/seller-center")
        self.assertEqual((self.app.sent_pushes[0].answer, self.app.sent_pushes[0].repeated), ("200", 2))
        self.assertFalse(getattr(self.app, "lost_pushes", None))

    def test_console(self):
        set_to = self.console("", url=URL + "2", pushes_lost=3, push_in_milliseconds=1)
        self.assertEqual((set_to["url"], set_to["pushes_lost"]), (URL + "2", 3))
        self.assertEqual(self.console("/test"), {"answer": "200"})
        self.assertEqual(len(self.got), 1)
        self.assertEqual(self.app.sent_pushes[0].url, URL + "2")
        text = Client(self.app).get("/seller-center/pushes").text
        self.assertIn("Send a test push", text)
        self.assertIn(f'value="{URL}2"', text)
        sent = Client(self.app).get("/seller-center/pushes/sent").get_json()
        self.assertEqual([one["answer"] for one in sent], ["200"])

    def test_after_each_request(self):
        """Whatever a request has changed is pushed when it is answered."""
        self.app.place_order(self.shop, [(SKU, 1)])
        Client(self.app).get("/seller-center")
        self.assertEqual(self.kinds()["order"], 1)
        Client(self.app).get("/seller-center")
        self.assertFalse(self.got)


class TestLazadaPushes(PushCase, unittest.TestCase):
    client = LazadaClient
    first = 2  # a message for each unit

    def make(self):
        app = Lazada()
        app.authorise(app.accounts[0])
        return app

    def erp(self):
        return App(key=self.app.app_key, secret=self.app.app_secret)

    def test_life_of_an_order(self):
        placed = self.order()
        self.assertEqual({hint.order_ref for hint in self.got}, {str(placed.order_id)})
        self.assertEqual({hint.shop.ref for hint in self.got}, {str(self.shop.seller_id)})
        self.assertEqual({hint.shop.site for hint in self.got}, {"SG"})
        self.assertEqual(self.kinds(), {"order": 2})
        self.app.advance(placed, "ready_to_ship")
        self.app.push()
        self.assertEqual(self.kinds(), {"order": 2, "package": 1})

    def test_request_to_cancel(self):
        placed = self.order()
        self.kinds()
        self.app.ask_to_cancel(placed)
        self.app.push()
        self.assertEqual(self.kinds(), {"cancellation": 2})

    def test_ids_and_times_in_any_form(self):
        self.app.push_ids_are_numbers = self.app.push_site_is_upper = True
        self.app.push_in_milliseconds = False
        placed = self.order()
        self.assertEqual(self.got[0].order_ref, str(placed.order_id))
        message = json.loads(self.app.sent_pushes[0].body)
        self.assertEqual((message["site"], type(message["seller_id"])), ("LAZADA_SG", int))

    def test_test_message(self):
        self.console("/test")
        self.assertEqual(self.kinds(), {"test": 1})

    def test_products(self):
        """Made, edited, judged, deleted, and low in stock."""
        shelf = self.shop.shelf
        product, variant = shelf.skus()[SKU]
        steps = (
            (lambda: shelf.add("Lamp", ["LAMP"]), 3, {"product": 1}),
            (lambda: self.app.clock.move(5) or shelf.touch(product.number), 4, {"product": 1}),
            (lambda: shelf.set_status(product.number, "banned"), 1, {"product": 1}),
            (lambda: shelf.set_status(product.number, "deleted"), 5, {"product": 1}),
            (lambda: self.app.set_sellable(self.shop, variant.number, 4), 6, {"stock": 1}),
        )
        self.app.sellable(self.shop, variant.number)
        for change, number, kinds in steps:
            change()
            self.app.push()
            self.assertEqual(json.loads(self.app.sent_pushes[0].body)["message_type"], number)
            self.assertTrue(self.got[0].listing_ref.startswith("sku:" if number == 6 else "item:"))
            self.assertEqual(self.kinds(), kinds)
            self.app.push()
            self.assertFalse(self.got)

    def test_token_that_ends(self):
        """Two days ahead, once a day."""
        end = self.app.authorisations[0].refresh_end
        self.app.clock.move(int(end - self.app.clock.seconds()) - 3 * 86400)
        self.app.push()
        self.assertFalse(self.got)
        for _ in range(2):
            self.app.clock.move(86400 + 60)
            self.app.push()
            self.app.push()
            self.assertEqual([hint.shop.ref for hint in self.got], [str(self.shop.seller_id)])
            self.assertEqual(int(self.got[0].ends_at.timestamp()), int(end))
            self.assertEqual(self.kinds(), {"access_ending": 1})

    def test_without_authorisation(self):
        self.app.revoke(self.app.accounts[0])
        self.order()
        self.assertFalse(self.got)


class TestShopeePushes(PushCase, unittest.TestCase):
    client = ShopeeClient
    first = 1

    def make(self):
        app = Shopee()
        app.issue_tokens(next(iter(app.shops.values())))
        return app

    def erp(self):
        return App(key=str(self.app.partner_id), secret=self.app.push_key)

    def test_life_of_an_order(self):
        placed = self.order()
        self.assertEqual(self.got[0].order_ref, placed.order_sn)
        self.assertEqual(self.kinds(), {"order": 1})
        self.app.advance(placed, "PROCESSED")
        self.app.push()
        self.assertEqual(self.kinds(), {"order": 1, "package": 2})
        self.app.cancel(placed, "Out of Stock", "seller")
        self.app.push()
        self.assertEqual(self.kinds()["cancellation"], 1)

    def test_both_spellings(self):
        self.app.order_keys = ("order_sn",)
        placed = self.order()
        self.assertEqual(self.got[0].order_ref, placed.order_sn)

    def test_withdrawn(self):
        self.app.revoke(self.shop)
        self.app.push()
        self.assertEqual(self.got[0].shop.ref, str(self.shop.shop_id))
        self.assertEqual(self.kinds(), {"access_ended": 1})

    def test_access(self):
        """Given, and about to end: once, a week ahead."""
        second = new_shop(5, "MY", self.app.clock)
        self.app.shops[second.shop_id] = second
        self.app.push()
        self.app.issue_tokens(second)
        self.app.push()
        self.assertEqual(json.loads(self.app.sent_pushes[0].body)["code"], 1)
        self.assertEqual(self.kinds(), {"other": 1})
        self.app.clock.move(self.shop.expire_time - self.app.clock.seconds() - 6 * 86400)
        for _ in range(2):
            self.app.push()
        self.assertEqual({hint.shop.ref for hint in self.got}, {str(self.shop.shop_id), str(second.shop_id)})
        self.assertEqual(self.kinds(), {"access_ending": 2})

    def test_label(self):
        """When it is ready, not before."""
        placed = self.order()
        self.app.advance(placed, "PROCESSED")
        self.app.push()
        self.kinds()
        package = placed.packages[0]
        self.app.ask_for_document(placed, package, package.tracking_number)
        self.app.push()
        self.assertFalse(self.got)
        self.app.clock.move(self.app.document_delay + 1)
        self.app.push()
        self.assertEqual(self.got[0].order_ref, placed.order_sn)
        self.assertEqual(self.kinds(), {"label": 1})

    def test_return(self):
        placed = self.order()
        self.app.advance(placed, "SHIPPED")
        self.app.push()
        self.kinds()
        asked = self.app.return_order(placed, accept=False)
        self.app.push()
        self.assertEqual(self.kinds()["return"], 1)
        self.app.accept_return(asked)
        self.app.push()
        self.assertEqual(self.kinds()["return"], 1)

    def test_items(self):
        """What promotions hold, and what Shopee takes down."""
        product, variant = self.shop.shelf.skus()[SKU]
        promotion = self.app.start_promotion(self.shop, [variant.number], 3)
        self.app.push()
        self.assertEqual(self.got[0].listing_ref, f"item:{item_id(product)}")
        self.assertEqual(self.kinds(), {"stock": 1})
        self.app.end_promotion(self.shop, promotion)
        self.app.push()
        self.assertEqual(self.kinds(), {"stock": 1})
        self.shop.set_item_status(product, "BANNED")
        self.app.push()
        self.assertEqual(self.kinds(), {"product": 1})

    def lose(self, count):
        self.app.pushes_lost = 100
        placed = [self.order() for _ in range(count)]
        self.app.pushes_lost = 0
        return placed

    def erp_client(self):
        session = Session()
        session.mount("https://shopee.test", SimulatorAdapter(self.app))
        app = App(key=str(self.app.partner_id), secret=self.app.partner_key, api_url="https://shopee.test")
        return ShopeeClient(app, http=Http(session=session))

    def test_lost(self):
        """What got lost is given a hundred at a time, until it is confirmed."""
        client = self.erp_client()
        self.assertFalse(client.lost_pushes().hints)
        placed = self.lose(120)
        for text, whole in ((True, True), (True, False), (False, True), (False, False)):
            self.app.lost_data_is_text, self.app.lost_data_is_whole = text, whole
            lost = client.lost_pushes()
            self.assertEqual([hint.order_ref for hint in lost.hints], [one.order_sn for one in placed[:100]])
            self.assertTrue(lost.has_more)
        client.confirm_lost_pushes(lost.position)
        lost = client.lost_pushes()
        self.assertEqual([hint.order_ref for hint in lost.hints], [one.order_sn for one in placed[100:]])
        self.assertFalse(lost.has_more)
        client.confirm_lost_pushes(lost.position)
        self.assertFalse(client.lost_pushes().hints)

    def test_refused_is_lost(self):
        """What was refused each time is kept as lost."""
        self.app.send_push = lambda push: "403"
        self.order()
        for seconds in self.app.push_repeats:
            self.assertFalse(self.app.lost_pushes)
            self.app.clock.move(seconds + 1)
            Client(self.app).get("/seller-center")
        self.assertEqual(len(self.app.lost_pushes), 1)

    def test_kept_three_days(self):
        client = self.erp_client()
        self.lose(1)
        self.app.clock.move(3 * 86400 + 1)
        self.assertFalse(client.lost_pushes().hints)
        self.app.clock.ahead = 0
