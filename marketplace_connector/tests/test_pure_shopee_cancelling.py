"""Cancelling, answering and splitting Shopee orders against a scripted platform."""

import unittest

import requests

from ..marketplaces.errors import NotAuthorized, Rejected, ServerError, TransportError
from ..marketplaces.types import ShopKey
from .shopee_fake import detail, item, make_client, ok, package, refusal

TEE = item(item_id=1, model_id=11, order_item_id=1, model_quantity_purchased=3)
BAG = item(item_id=2, model_id=0, order_item_id=2, model_quantity_purchased=1)
TEE_REF, BAG_REF = "1-11-1", "2-0-2"
CANCEL, ANSWER, SPLIT = "cancel_order", "handle_buyer_cancellation", "split_order"


def named(raw, **more):
    """An item as the bodies name it."""
    keys = ("item_id", "model_id", "order_item_id", "promotion_group_id")
    return {key: raw[key] for key in keys} | more


def product(raw):
    return {key: raw[key] for key in ("item_id", "model_id")}


def content(raw, count):
    return named(raw, model_quantity=count)


class Desk:
    """One order, `answers` for what changes it, in their order; what it became stays."""

    def __init__(self, *answers, **order):
        packed = package(item_list=[content(TEE, 3), content(BAG, 1)])
        facts = {"item_list": [TEE, BAG], "package_list": [packed], "can_partial_cancel_order": True}
        self.order = detail(order_sn="order-1", **facts | order)
        self.answers = list(answers)
        self.offers = {}  # what the packages say of partial cancellation

    def __call__(self, call):
        if call.path.endswith("get_order_detail"):
            return ok({"order_list": [self.order]})
        if call.path.endswith("get_package_detail"):
            packages = [{"package_number": raw["package_number"]} | self.offers for raw in self.order["package_list"]]
            return ok({"package_list": packages})
        assert call.method == "POST" and call.body["order_sn"] == "order-1"
        answer = self.answers.pop(0) if self.answers else ok({"update_time": 1603184533})
        return answer(self) if callable(answer) else answer


class DeskCase(unittest.TestCase):
    def client_of(self, desk):
        self.client = make_client(desk)
        return self.client

    def rejected(self, desk, act):
        """The refusal of the act."""
        with self.assertRaises(Rejected) as caught:
            act(self.client_of(desk))
        return caught.exception

    def body(self):
        """The body of the only call that changes something."""
        (body,) = [call.body for call in self.client.session.calls if call.body is not None]
        return body

    def names(self):
        return self.client.session.names()


class TestReasons(DeskCase):
    def reasons(self, site):
        client = make_client(None)
        client.shop = ShopKey(ref="14701711", site=site)
        return [reason.ref for reason in client.cancel_reasons("order-1")]

    def test_by_country(self):
        """The documented values; one of them for two countries. # R136"""
        common = ["OUT_OF_STOCK", "CUSTOMER_REQUEST", "COD_NOT_SUPPORTED"]
        self.assertEqual(self.reasons("SG"), common)
        self.assertEqual(self.reasons(""), common)
        for site in ("MY", "tw"):
            self.assertEqual(set(self.reasons(site)), {*common, "UNDELIVERABLE_AREA"})


class TestCancel(DeskCase):
    def cancel(self, desk, reason="OUT_OF_STOCK", units=(), quantities=None):
        self.assertIsNone(self.client_of(desk).cancel("order-1", reason, units, quantities))
        return self.body()

    def test_whole_order(self):
        """What is out of stock is named product by product. # R134 R136"""
        body = self.cancel(Desk())
        items = [product(TEE), product(BAG)]
        self.assertEqual(body, {"order_sn": "order-1", "cancel_reason": "OUT_OF_STOCK", "item_list": items})
        self.assertEqual(self.names(), ["get_order_detail", CANCEL])
        body = self.cancel(Desk(), "CUSTOMER_REQUEST")
        self.assertEqual(body, {"order_sn": "order-1", "cancel_reason": "CUSTOMER_REQUEST"})

    def test_all_units_are_the_whole_order(self):
        self.assertNotIn("partial_cancel_item_list", self.cancel(Desk(), units=(TEE_REF, BAG_REF)))
        self.assertNotIn("partial_cancel_item_list", self.cancel(Desk(), quantities={TEE_REF: 3, BAG_REF: 1}))
        gone = Desk(item_list=[TEE, {**BAG, "cancelled_qty": 1}])
        body = self.cancel(gone, units=(TEE_REF,))
        self.assertEqual((body["item_list"], "partial_cancel_item_list" in body), ([product(TEE)], False))

    def test_one_product_twice(self):
        """In a bundle and outside: named once as out of stock."""
        twin = {**TEE, "order_item_id": 7, "promotion_group_id": 5}
        body = self.cancel(Desk(item_list=[TEE, twin]))
        self.assertEqual(body["item_list"], [product(TEE)])

    def test_a_part(self):
        body = self.cancel(Desk(), units=(TEE_REF,), quantities={TEE_REF: 2})
        self.assertEqual(body["item_list"], [product(TEE)])
        self.assertEqual(body["partial_cancel_item_list"], [content(TEE, 2)])
        body = self.cancel(Desk(), "CUSTOMER_REQUEST", units=(BAG_REF,))
        self.assertEqual(body["partial_cancel_item_list"], [content(BAG, 1)])
        self.assertNotIn("item_list", body)

    def test_part_not_offered(self):
        """A shop without partial cancellation could lose the whole order by it, so nothing is sent."""
        for order, code in [
            ({"can_partial_cancel_order": False}, "partial_cancel"),
            ({"buyer_preference_for_partial_cancellation": 1}, "all_or_nothing"),
        ]:
            error = self.rejected(Desk(**order), lambda client: client.cancel("order-1", "OUT_OF_STOCK", (BAG_REF,)))
            self.assertEqual((error.code, self.names()), (code, ["get_order_detail"]))

    def test_part_offered_by_the_package(self):
        """An order that says nothing of it is asked by its packages."""
        for offers, is_sent in (
            ({}, False),
            ({"can_partial_cancel_order": False}, False),
            ({"can_partial_cancel_order": True}, True),
        ):
            desk = Desk()
            del desk.order["can_partial_cancel_order"]
            desk.offers = offers
            if is_sent:
                self.assertEqual(self.cancel(desk, units=(BAG_REF,))["partial_cancel_item_list"], [content(BAG, 1)])
            else:
                error = self.rejected(desk, lambda client: client.cancel("order-1", "OUT_OF_STOCK", (BAG_REF,)))
                self.assertEqual(error.code, "partial_cancel")
            self.assertEqual(self.names(), ["get_order_detail", "get_package_detail", *([CANCEL] if is_sent else [])])

    def test_no_such_unit(self):
        for units, quantities in [(("9-9-9",), None), ((), {TEE_REF: 4}), ((), {TEE_REF: 0}), ((), {"9-9-9": 1})]:
            act = lambda client, units=units, quantities=quantities: client.cancel("order-1", "X", units, quantities)  # noqa: E731
            self.assertEqual(self.rejected(Desk(), act).code, "no_such_unit")
            self.assertEqual(self.names(), ["get_order_detail"])

    def test_done_already(self):
        """By whomever; or asked for by the seller, and the courier has to agree. # R172"""
        for order in ({"order_status": "CANCELLED"}, {"order_status": "IN_CANCEL", "cancel_by": "seller"}):
            self.client_of(Desk(**order)).cancel("order-1", "OUT_OF_STOCK")
            self.assertEqual(self.names(), ["get_order_detail"])

    def test_buyer_wants_it_too(self):
        """That is answered, not cancelled beside."""
        desk = Desk(order_status="IN_CANCEL", cancel_by="buyer")
        self.assertEqual(self.rejected(desk, lambda client: client.cancel("order-1", "OUT_OF_STOCK")).code, "in_cancel")
        self.assertEqual(self.names(), ["get_order_detail"])

    def test_refusals(self):
        for code, message, words in [
            ("order.error_limit", "Can not cancel this order.", "cannot be changed any more"),
            ("order. error_param", "You can not cancel warehouse order.", "own warehouse"),
            ("error_param", "Wrong parameters, detail: cancel_reason is invalid.", "Shopee"),
            ("error_permission", "Sorry you don't have the permission, detail: x.", "may not use this function"),
        ]:
            error = self.rejected(Desk(refusal(code, message)), lambda client: client.cancel("order-1", "OUT_OF_STOCK"))
            with self.subTest(code):
                self.assertIn(words, error.message)
                self.assertIn(message, error.message)
                self.assertEqual(self.names().count(CANCEL), 1)

    def test_authorisation_over(self):
        desk = Desk(refusal("order. error_permission", "Please link shop and partner on seller center first."))
        with self.assertRaises(NotAuthorized):
            self.client_of(desk).cancel("order-1", "OUT_OF_STOCK")

    def test_unknown_order(self):
        client = self.client_of(lambda call: refusal("error_not_found", "Wrong parameters, detail: not found."))
        with self.assertRaises(Rejected):
            client.cancel("order-1", "OUT_OF_STOCK")

    def test_lost_answer(self):
        """Sent once; the next look shows whether it was done."""
        for answer, kind in [
            (requests.ReadTimeout("lost"), TransportError),
            (b"{", TransportError),
            ((502, {"error": "error_server", "message": "No."}), ServerError),
        ]:
            desk = Desk(answer)
            with self.assertRaises(kind) as caught:
                self.client_of(desk).cancel("order-1", "OUT_OF_STOCK")
            self.assertEqual(self.names().count(CANCEL), 1)
            self.assertTrue(kind is ServerError or caught.exception.outcome_unknown)
            desk.order["order_status"] = "CANCELLED"
            self.client_of(desk).cancel("order-1", "OUT_OF_STOCK")
            self.assertEqual(self.names(), ["get_order_detail"])


class TestAnswer(DeskCase):
    def answer(self, desk, accept):
        self.assertIsNone(self.client_of(desk).answer_cancellation("order-1", accept, (TEE_REF,)))

    def test_bodies(self):
        for accept, operation in ((True, "ACCEPT"), (False, "REJECT")):
            self.answer(Desk(order_status="IN_CANCEL"), accept)
            self.assertEqual(self.body(), {"order_sn": "order-1", "operation": operation})
            self.assertEqual(self.names(), [ANSWER])

    def test_answered_before(self):
        """The same answer again is done, the other one cannot be given any more."""
        for code in ("order.cancel_order_invalid_status", "order.order_status_invalid"):
            gone = refusal(code, "Invalid order_status.The order status should be IN_CANCEL.")
            self.answer(Desk(gone, order_status="CANCELLED"), True)
            self.answer(Desk(gone, order_status="READY_TO_SHIP"), False)
            self.assertEqual(self.names(), [ANSWER, "get_order_detail"])
            for accept, status in (
                (True, "READY_TO_SHIP"),
                (False, "CANCELLED"),
                (True, "IN_CANCEL"),
                (False, "IN_CANCEL"),
            ):
                desk = Desk(gone, order_status=status)
                error = self.rejected(desk, lambda client, accept=accept: client.answer_cancellation("order-1", accept))
                self.assertIn("no request of the buyer", error.message)

    def test_refused(self):
        desk = Desk(refusal("logistics.cancel_forder_failed", "Cancel forder failed."), order_status="IN_CANCEL")
        error = self.rejected(desk, lambda client: client.answer_cancellation("order-1", True))
        self.assertIn("could not cancel the parcel", error.message)
        self.assertEqual(self.names(), [ANSWER])

    def test_lost_answer(self):
        with self.assertRaises(TransportError) as caught:
            self.answer(Desk(requests.ReadTimeout("lost"), order_status="IN_CANCEL"), True)
        self.assertTrue(caught.exception.outcome_unknown)
        self.assertEqual(self.names(), [ANSWER])


def made(*contents):
    """The answer to a split: packages with these items."""
    lists = [{"package_number": f"OFG{place}", "item_list": list(items)} for place, items in enumerate(contents, 1)]
    return ok({"order_sn": "order-1", "package_list": lists})


class TestSplit(DeskCase):
    def split(self, desk, *groups):
        return self.client_of(desk).split("order-1", groups)

    def test_whole_units(self):
        """Every item is named; the number of pieces is only for shops that may divide them. # R63"""
        packages = self.split(Desk(made([content(BAG, 1)], [content(TEE, 3)])), [(BAG_REF, 1)])
        self.assertEqual(
            self.body(),
            {"order_sn": "order-1", "package_list": [{"item_list": [named(BAG)]}, {"item_list": [named(TEE)]}]},
        )
        self.assertEqual([package.ref for package in packages], ["OFG1", "OFG2"])
        self.assertEqual([package.contents for package in packages], [((BAG_REF, 1),), ((TEE_REF, 3),)])
        self.assertEqual([package.status for package in packages], ["pending", "pending"])
        self.assertEqual(self.names(), ["get_order_detail", SPLIT])

    def test_pieces_of_one_product(self):
        answer = made([content(TEE, 2)], [content(TEE, 1), content(BAG, 1)])
        packages = self.split(Desk(answer), [(TEE_REF, 2)], [(TEE_REF, 1), (BAG_REF, 1)])
        lists = [entry["item_list"] for entry in self.body()["package_list"]]
        self.assertEqual(lists, [[content(TEE, 2)], [content(TEE, 1), named(BAG)]])
        self.assertEqual([package.contents for package in packages], [((TEE_REF, 2),), ((TEE_REF, 1), (BAG_REF, 1))])

    def test_cancelled_pieces_are_not_split(self):
        desk = Desk(made([content(TEE, 2)], [content(BAG, 1)]), item_list=[{**TEE, "cancelled_qty": 1}, BAG])
        self.split(desk, [(TEE_REF, 2)])
        lists = [entry["item_list"] for entry in self.body()["package_list"]]
        self.assertEqual(lists, [[named(TEE)], [named(BAG)]])

    def test_too_many_pieces(self):
        for group in ([(TEE_REF, 4)], [("9-9-9", 1)], [(BAG_REF, 0)], [(BAG_REF, 1), (BAG_REF, 1)]):
            error = self.rejected(Desk(), lambda client, group=group: client.split("order-1", [group]))
            self.assertEqual((error.code, self.names()), ("no_such_unit", ["get_order_detail"]))

    def test_split_that_way_already(self):
        """After a lost answer the look shows it, and nothing is sent. # R172"""
        desk = Desk(requests.ReadTimeout("lost"))
        with self.assertRaises(TransportError) as caught:
            self.split(desk, [(BAG_REF, 1)])
        self.assertTrue(caught.exception.outcome_unknown)
        self.assertEqual(self.names(), ["get_order_detail", SPLIT])
        desk.order["package_list"] = [
            package(package_number="OFG0", logistics_status="LOGISTICS_INVALID", item_list=[content(TEE, 3)]),
            package(package_number="OFG1", item_list=[content(TEE, 3)]),
            package(package_number="OFG2", item_list=[content(BAG, 1)]),
        ]
        packages = self.split(desk, [(BAG_REF, 1)])
        self.assertEqual([parcel.ref for parcel in packages], ["OFG1", "OFG2"])
        self.assertEqual(self.names(), ["get_order_detail"])

    def test_nothing_to_split(self):
        """One group of all is what there is."""
        packages = self.split(Desk(), [(TEE_REF, 3), (BAG_REF, 1)])
        self.assertEqual([parcel.ref for parcel in packages], ["OFG199593509207187"])
        self.assertEqual(self.names(), ["get_order_detail"])

    def test_too_late(self):
        """Shopee's answer to this asks to try again, for ever."""
        desks = [Desk(order_status=status) for status in ("PROCESSED", "SHIPPED", "IN_CANCEL", "CANCELLED")]
        for desk in desks:
            error = self.rejected(desk, lambda client: client.split("order-1", [[(BAG_REF, 1)]]))
            self.assertEqual((error.code, self.names()), ("not_ready", ["get_order_detail"]))

    def test_split_without_answer(self):
        """Shopee has split and cannot say into what, or says it in a way that cannot be read: the order tells."""
        now = [
            package(package_number="OFG1", item_list=[content(TEE, 3)]),
            package(package_number="OFG2", item_list=[content(BAG, 1)]),
        ]

        def split(answer):
            return lambda desk: desk.order.update(package_list=now) or answer

        message = "Split order succeed, but failed to get the new package info."
        for answer in (
            refusal("order.order_split_get_package_info_failed", message),
            ok({"order_sn": "order-1"}),
            made([{"item_id": 99}], []),
        ):
            packages = self.split(Desk(split(answer)), [(BAG_REF, 1)])
            self.assertEqual([parcel.ref for parcel in packages], ["OFG1", "OFG2"])
            self.assertEqual(self.names(), ["get_order_detail", SPLIT, "get_order_detail"])

    def test_refusals(self):
        """Where the shop may not, the reason stands on the delivery."""
        for code, message, words in [
            ("order.order_cannot_split", "You don’t have the permission to split order.", "may not split"),
            ("order.order_cannot_split_pff", "Cannot split this warehouse order.", "own warehouse"),
            ("order.order_has_been_split", "This order has already been split.", "split already"),
            (
                "order.order_split_duplicate_item",
                "Cannot split order with duplicate items.",
                "one product over several",
            ),
            ("order.order_split_item_not_exist", "Cannot split order with invalid items.", "does not have such"),
            ("order.order_split_package_missing_item", "Cannot split order with missing items.", "in none of"),
            ("order.order_split_wrong_item_position", "bundle-deal", "must stay in one parcel"),
            ("order.order_split_wrong_item_quantity", "No.", "not the pieces of the order"),
            (
                "order.order_split_failed",
                "Cannot split order paid by Credit Card Installment payment method",
                "refused",
            ),
            ("error_param", "The size of package list is over limit.", "that many parcels"),
        ]:
            error = self.rejected(
                Desk(refusal(code, message)), lambda client: client.split("order-1", [[(BAG_REF, 1)]])
            )
            with self.subTest(code):
                self.assertIn(words, error.message)
                self.assertEqual((error.code, self.names().count(SPLIT)), (code, 1))

    def test_passing_failure(self):
        """Shopee's sample of this error has its text under another name."""
        for key in ("message", "msg"):
            answer = {"error": "error_param", key: "Split order failed, please try again."}
            with self.assertRaises(ServerError):
                self.split(Desk(answer), [(BAG_REF, 1)])
            self.assertEqual(self.names().count(SPLIT), 1)


if __name__ == "__main__":
    unittest.main()
