"""Whatever Odoo has wrong, and however the marketplace's lists fail: only what is complete is said to be."""

import json
import os
import random
from datetime import datetime, timedelta, timezone

from hypothesis import given, settings
from hypothesis import strategies as st
from odoo import fields
from odoo.tests import tagged
from werkzeug.wrappers import Response

from ..simulator.campaign.expected import lazada_orders, shopee_orders
from .either_platform import AtLazada, AtShopee
from .test_flow_any_events import quickly
from .test_flow_completeness import CompletenessCase

EXAMPLES = int(os.environ.get("MARKETPLACE_EXAMPLES", 8))
FATES = (
    "right",
    "missed",
    "unpaid",
    "paid_unseen",
    "arranged_unseen",
    "shipped_unseen",
    "cancelled_unseen",
    "piece_cancelled_unseen",
    "edited_here",
    "status_lost_here",
    "cancelled_here",
    "deleted_here",
)
LIES = ("cut", "one_left_out", "emptied", "repeated", "ended", "count_off")
FAULTS = ("html", "truncated", "server_error", "no_connection", "too_many_requests")


class LyingLists:
    """A WSGI app in place of the platform's, whose lists of orders are now and then not what they should be."""

    def __init__(self, app, path, keys, chance, share):
        self.app, self.path, self.keys, self.chance, self.share = app, path, keys, chance, share

    def __call__(self, environ, start_response):
        response = Response.from_app(self.app, environ, buffered=True)
        if environ["PATH_INFO"].endswith(self.path) and self.chance.random() < self.share:
            self.lie(response, self.chance.choice(LIES))
        return response(environ, start_response)

    def lie(self, response, kind):
        try:
            content = json.loads(response.get_data())
            part = content[self.keys[0]]
            rows = part[self.keys[1]]
        except (ValueError, KeyError, TypeError):
            return
        if kind == "cut":
            rows = rows[: len(rows) // 2]
        elif kind == "one_left_out" and rows:
            rows.remove(self.chance.choice(rows))
        elif kind == "emptied":
            rows = []
        elif kind == "repeated":
            rows = rows + rows[:1]
        elif kind == "ended":
            rows = rows[:1]
            part |= {"more": False, "next_cursor": ""} if "more" in part else {}
        elif kind == "count_off" and "countTotal" in part:
            part["countTotal"] += self.chance.choice((-1, 1))
        part[self.keys[1]] = rows
        response.set_data(json.dumps(content))


class AnyCompleteness:
    """Mixed into a CompletenessCase at either platform."""

    @settings(quickly, max_examples=EXAMPLES)
    @given(
        st.lists(st.tuples(st.sampled_from(FATES), st.integers(13, 60)), min_size=1, max_size=6),
        st.sampled_from((0.0, 0.2, 0.6)),
        st.lists(st.sampled_from(FAULTS), max_size=2),
        st.integers(0, 10**6),
    )
    def test_never_claims_too_much(self, orders, share, faults, seed):
        """D3: after each check, in the midst of lies and faults, what is said to be complete is equal to what the
        platform knows; without them everything is healed or named."""
        self.begin_anew()
        self.make([(fate, hours) for fate, hours in orders])
        self.apps[self.host] = LyingLists(self.platform, *self.order_list, random.Random(seed), share)
        for fault in faults:
            self.platform.faults.order(fault, times=4)
        for _ in range(3):
            self.check()
            self.compare_claim((orders, share, faults))
            self.later(61)
        self.apps[self.host] = self.platform
        self.platform.faults.ordered.clear()
        self.assertEqual(self.shop.state, "connected")
        for _ in range(2):
            self.later(21 * 60)
            self.check()
            self.compare_claim((orders, "afterwards"))
        wrong, lines = self.wrong_orders(), self.shop.day_check_ids.line_ids
        named = set(lines.filtered("is_open").mapped("order_ref"))
        said = (orders, wrong, lines.mapped(lambda line: (line.order_ref, line.kind, line.detail)))
        self.assertEqual(wrong.keys(), named, said)
        self.assertEqual(named, {self.ref(placed) for placed in self.stay_wrong}, said)

    def make(self, orders):
        """Each order with what became of it, there and here."""
        self.stay_wrong, fates = [], []
        for fate, hours in orders:
            with self.platform.clock.ago(hours * 3600):
                paid = {"paid": False} if fate in ("unpaid", "paid_unseen") else {}
                fates.append((fate, hours, self.place([(self.sku, 2), (self.products[1].default_code, 1)], **paid)))
        known = [self.ref(placed) for fate, _, placed in fates if fate not in ("missed", "unpaid", "paid_unseen")]
        with self.environment() as env:
            self.shop.with_env(env)._as_system()._fetch_refs(known)
        self.later(1)
        for fate, hours, placed in fates:
            with self.platform.clock.ago((hours - 1) * 3600):
                if fate.endswith("_unseen"):
                    getattr(self, f"make_{fate}")(placed)
            if fate.endswith("_here"):
                getattr(self, f"make_{fate}")(self.order(self.ref(placed)))
            if fate in ("cancelled_here",):
                self.stay_wrong.append(placed)

    def make_arranged_unseen(self, placed):
        self.arrange_there(placed)

    def make_shipped_unseen(self, placed):
        self.move_there(placed, "shipped")

    def make_cancelled_unseen(self, placed):
        self.cancel_there(placed)

    def make_piece_cancelled_unseen(self, placed):
        self.cancel_some_there(placed)

    def make_edited_here(self, order):
        order.order_line[0].price_unit += 1

    def make_status_lost_here(self, order):
        order.marketplace_status = "shipped"

    def make_cancelled_here(self, order):
        order._action_cancel()

    def make_deleted_here(self, order):
        order._action_cancel()
        order.unlink()

    # === THE TRUTH === #

    def wrong_orders(self, until=None):
        """What Odoo has wrong of the orders placed before a moment: sentences by order number."""
        wrong = {}
        for ref, told in self.orders_there().items():
            if until and self.placed_at(ref) >= until:
                continue
            order = self.order(ref)
            if not order:
                if told["must"]:
                    wrong[ref] = "missing"
                continue
            goods = sum(self.lines(order).mapped("price_total"))
            is_cancelled = told["status"] == "cancelled"
            if order.marketplace_status != told["status"] or (order.state == "cancel") != is_cancelled:
                wrong[ref] = f"{order.marketplace_status}, {order.state}; there {told['status']}"
            elif not is_cancelled and round(goods - float(told["goods"]), 2):
                wrong[ref] = f"goods for {goods}; there {told['goods']}"
        return wrong

    def compare_claim(self, what):
        shop = self.shop
        shop.invalidate_recordset()
        if shop.complete_until:
            self.assertFalse(self.wrong_orders(shop.complete_until), (shop.complete_until, what))
        for day in shop.day_check_ids.filtered(lambda day: day.state == "complete"):
            start, end = day._bounds()
            earlier, wrong = self.wrong_orders(start), self.wrong_orders(end)
            self.assertFalse(wrong.keys() - earlier.keys(), (day.date, wrong, what))

    def checked_shops(self):
        return self.shop

    def begin_anew(self):
        """Another shop, as far as this test is concerned: no order, no day."""
        self.apps[self.host] = self.platform
        self.platform.faults.ordered.clear()
        self.later(10 * 24 * 60)
        if self.shop.authorized_until < fields.Datetime.now() + timedelta(days=20):
            self.connect_shops()
        self.orders_of_platform().clear()
        begin = fields.Datetime.now() - timedelta(days=3)
        self.shop.write({"create_fulfilled": True, "cancel_too": False, "import_from": begin})
        self.shop.day_check_ids.unlink()
        self.sync(self.shop)


@tagged("post_install", "-at_install")
class TestLazadaAnyCompleteness(AtLazada, AnyCompleteness, CompletenessCase):
    host = "lazada.simulator.test"
    order_list = ("/orders/get", ("data", "orders"))

    def orders_there(self):
        return lazada_orders(self.lazada)

    def placed_at(self, ref):
        return self.lazada.shop("SG").orders[int(ref)].created_at.astimezone(timezone.utc).replace(tzinfo=None)

    def make_paid_unseen(self, placed):
        self.lazada.advance(placed, "pending")

    def orders_of_platform(self):
        return self.lazada.shop("SG").orders


@tagged("post_install", "-at_install")
class TestShopeeAnyCompleteness(AtShopee, AnyCompleteness, CompletenessCase):
    host = "shopee.simulator.test"
    order_list = ("/get_order_list", ("response", "order_list"))

    def orders_there(self):
        return shopee_orders(self.shopee)

    def placed_at(self, ref):
        return datetime.fromtimestamp(self.shopee.shop("SG").orders[ref].create_time, timezone.utc).replace(tzinfo=None)

    def make_paid_unseen(self, placed):
        self.shopee.advance(placed, "READY_TO_SHIP")

    def orders_of_platform(self):
        return self.shopee.shop("SG").orders
