"""The measurements of bench_shipping.py."""

from datetime import datetime, timedelta, timezone
from math import ceil

import world
from meter import Watch, settle
from orders_floor import Floor, read_orders
from world import say

AGO = 10  # minutes since the buyers ordered
TURN = 100  # deliveries that are validated at once; ours and plain Odoo's take turns
ROUNDS = 12
WARM_UP = 10
LABEL_PATHS = ("/order/package/document/get", "/download_shipping_document", "/labels/")


class ShippingBench:
    """N orders of one shop from import to courier, and like orders made by hand whose deliveries are validated."""

    def __init__(self, registry, simulator, shop, options):
        self.registry = registry
        self.simulator = simulator
        self.shop = shop._as_system()
        self.env = self.shop.env
        self.options = options
        self.provider = simulator.provider
        self.shop.write({"process_orders": True, "arrange_delay": 0})
        self.packs_first = self.shop.arrange_policy == "manual"
        self.ahead = 0

    def run(self):
        """All figures."""
        self._import(WARM_UP, "warm-up")
        self._ship(self._floor())
        say(f"{self.provider}: {self.options.orders} orders")
        pickings = self._import(self.options.orders, "measured")
        like_ours = self._floor()
        before = self.simulator.calls()
        steps, floor = self._ship(like_ours)
        calls = world.calls_since(before, self.simulator.calls())
        self._check(pickings)
        return self._figures(pickings, steps, floor, calls)

    # === ORDERS === #

    def _import(self, count, stage):
        """Let buyers order, fetch the orders; the deliveries that are ours to send."""
        start = datetime.now(timezone.utc).replace(microsecond=0) - timedelta(minutes=AGO + 1)
        self.stage_start = start
        self.simulator.place(count, f"{self.options.seed}/{stage}", 60 * AGO)
        known = self.env["sale.order"].search([("marketplace_shop_id", "=", self.shop.id)])
        self.shop.last_order_sync = start.replace(tzinfo=None)
        self.env.cr.commit()
        self.shop._sync_orders(lambda: self.env["ir.cron"]._commit_progress())
        orders = self.env["sale.order"].search([("marketplace_shop_id", "=", self.shop.id)]) - known
        ours = orders.filtered(lambda order: order.marketplace_fulfilment == "seller").picking_ids
        self.pickings = ours.browse(ours.ids)  # as a user's click brings them
        return self.pickings

    def _floor(self):
        """Like deliveries of orders that were made by hand."""
        end = self.stage_start + timedelta(minutes=5)
        orders = read_orders(self.shop, self.stage_start, end)
        ours = {picking.marketplace_order_ref for picking in self.pickings}
        floor = Floor(self.shop, [order for order in orders if order.ref in ours])
        floor.make_all(TURN)
        pickings = self.env["sale.order"].browse(floor.made).picking_ids
        return pickings.browse(pickings.ids)

    # === SENDING === #

    def _ship(self, like_ours):
        """Send all deliveries as the shop's policy wants; the cost of each step, and of plain Odoo's validation."""
        steps, floor = {}, Watch(self.env)
        pickings = self.pickings
        if self.packs_first:
            steps["pack"] = self._watch(lambda: self._act(pickings.action_marketplace_arrange))
            steps["labels"] = self._watch(self._act_on)
            steps["validate"] = self._validate(pickings, like_ours, floor)
            steps["hand over"] = self._watch(self._act_on)
        else:
            steps["validate"] = self._validate(pickings, like_ours, floor)
            steps["arrange"] = self._watch(self._act)
            steps["labels"] = self._watch(self._act_on)
        return steps, floor.total

    def _watch(self, work):
        settle(self.env)
        watch = Watch(self.env)
        watch.measure(work)
        return watch.total

    def _validate(self, pickings, like_ours, floor):
        ours = Watch(self.env)
        settle(self.env)
        for first in range(0, len(pickings), TURN):
            turns = [(ours, pickings), (floor, like_ours)]
            for watch, all_of_them in turns if first // TURN % 2 else reversed(turns):
                self.env.invalidate_all()
                watch.measure(all_of_them[first : first + TURN].button_validate)
        return ours.total

    def _act(self, click=None):
        """What a click queues is done once by the scheduled action."""
        if click:
            click()
            self.env.cr.commit()
        self.env["marketplace.job"]._cron_run_acts()

    def _act_on(self):
        """Let the scheduled action run until nothing is left to do, as if time went by in between."""
        for _ in range(ROUNDS):
            waiting = self.env["marketplace.job"].search([("state", "=", "open"), ("kind", "=", "act")])
            if not waiting:
                return
            waiting.next_try = datetime.now().replace(microsecond=0) - timedelta(days=1)
            self.ahead += 10
            self.simulator.set_ahead(self.ahead)
            self._act()

    # === FIGURES === #

    def _check(self, pickings):
        """Whatever was not sent would make the figures worthless."""
        self.env.invalidate_all()
        problems = self.env["marketplace.job"].search([("is_problem", "=", True), ("act", "!=", False)])
        states = set(pickings.mapped("state")), set(pickings.mapped("marketplace_status"))
        unlabelled = pickings.filtered(lambda picking: not picking.marketplace_label_id)
        if problems or unlabelled or states != ({"done"}, {"ready_to_ship"}):
            raise SystemExit(
                f"bench: not all was sent: {states}, {len(unlabelled)} without label, {problems[:1].message}"
            )

    def _figures(self, pickings, steps, floor, calls):
        count = len(pickings)
        labels = {path: number for path, number in calls.items() if any(part in path for part in LABEL_PATHS)}
        others = {path: number for path, number in calls.items() if path not in labels}
        expected = self._expected(pickings)
        whole = sum((step.cpu for step in steps.values()), 0.0)
        return {
            "deliveries": count,
            "validation_ratio": round(steps["validate"].cpu / floor.cpu, 3),
            "validation_time_ratio": round(steps["validate"].seconds / floor.seconds, 3),
            "shipping_ratio": round(whole / floor.cpu, 3),
            "steps": {
                name: {
                    "seconds": round(step.seconds, 2),
                    "cpu_ms": round(1000 * step.cpu / count, 1),
                    "queries": round(step.queries / count, 1),
                }
                for name, step in steps.items()
            },
            "floor": floor.rounded(),
            "queries_per_order": round(sum(step.queries for step in steps.values()) / count, 1),
            "floor_queries_per_order": round(floor.queries / count, 1),
            "calls": sum(others.values()),
            "calls_by_path": others,
            "calls_expected": sum(number for path, number in expected.items() if not path.endswith("/ship_order")),
            "too_many_calls": [
                f"{path} {number}"
                for path, number in others.items()
                if number > expected.get(path.split("/rest")[-1], 0)
            ],
            "label_downloads": sum(labels.values()),
            "label_downloads_by_path": labels,
        }

    def _expected(self, pickings):
        """How often each path has to be called, by the platforms' batch sizes."""
        count = len(pickings)
        if self.packs_first:
            reads = ceil(count / 50)
            return {
                "/order/fulfill/pack": ceil(count / 20),
                "/order/package/rts": ceil(count / 20),
                "/orders/items/get": 3 * reads,  # the look before packing, what came of packing and of handing over
            }
        reads = ceil(count / 50)
        sent = _calls_by_courier(pickings, self.shop._client().capabilities.arrange_batch)
        return {
            "/api/v2/logistics/get_mass_shipping_parameter": _calls_by_courier(pickings, TURN) + sent,
            "/api/v2/logistics/mass_ship_order": sent,
            "/api/v2/logistics/ship_order": sent,  # a parcel that is left over goes by itself
            "/api/v2/order/get_order_detail": 2 * reads,
            "/api/v2/order/get_package_detail": 2 * reads,
            "/api/v2/payment/get_escrow_detail_batch": ceil(count / 20),
            "/api/v2/logistics/get_shipping_document_parameter": 2 * reads,
            "/api/v2/logistics/get_shipping_document_result": 3 * reads,
            "/api/v2/logistics/create_shipping_document": reads,
        }


def _calls_by_courier(pickings, size):
    """How many calls of 50 it takes at most, so many deliveries at a time, where only parcels of one courier share a
    call: in each turn the last call for a courier need not be full."""
    couriers = len(set(pickings.mapped("marketplace_courier")))
    return ceil(len(pickings) / 50) + couriers * ceil(len(pickings) / size)
