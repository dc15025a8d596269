"""The people who press buttons on both Odoo servers while everything fails."""

from collections import Counter
from datetime import date, timedelta

import psycopg2
import requests
from faults_servers import UserRefused

OPEN = [("sale_id.marketplace_order_ref", "!=", False), ("state", "not in", ("done", "cancel"))]
OPEN += [("picking_type_code", "=", "outgoing")]
CANCELLED = [("reason", "=", "cancelled_after_shipping"), ("is_problem", "=", True)]
ACTS = {  # and how often each, of all
    "arrange": 34,
    "validate": 36,
    "cancel": 4,
    "answer": 10,
    "take_back": 6,
    "pull": 6,
    "read_payouts": 3,
    "check_days": 2,
    "sync_stock": 3,
}


class Users:
    """Somebody with all rights. `acts` counts what was pressed, `cancelled` are the orders cancelled here."""

    def __init__(self, database, servers, chance):
        self.database, self.servers, self.random = database, servers, chance
        self.acts, self.cancelled = Counter(), set()
        self.shops, self.accounts = [], {}

    def act(self):
        """Press one button on one of the servers."""
        server = self.random.choice(self.servers)
        try:
            server.logged_in(self.database.name)
            getattr(self, f"_{self.random.choices(list(ACTS), ACTS.values())[0]}")(server)
        except UserRefused as refusal:
            self.acts["refused" if "UserError" in refusal.args[0] else f"failed: {refusal.args[0]}"] += 1
            if "SessionExpired" in refusal.args[0]:
                server.session = None
        except (requests.RequestException, ValueError):
            self.acts["no answer"] += 1
            server.session = None

    def reconnect(self):
        """A manager lets Odoo in again where a lost answer has cost it its access."""
        from devtools import demo_setup

        try:
            lost = self.database.execute("SELECT DISTINCT account_id FROM marketplace_shop WHERE state != 'connected'")
            for (account_id,) in lost:
                provider = next(name for name, known in self.accounts.items() if known == account_id)
                server = self.servers[0].logged_in(self.database.name)
                url = server.call("marketplace.account", "action_connect", [account_id])["url"]
                server.session.get(demo_setup.consent(url, provider), timeout=60).raise_for_status()
                self.acts["connected anew"] += 1
        except (UserRefused, requests.RequestException, psycopg2.Error, KeyError):
            self.servers[0].session = None

    # === DELIVERIES === #

    def _some_delivery(self, server):
        found = server.call("stock.picking", "search_read", None, domain=OPEN, fields=["sale_id"], order="id", limit=60)
        return self.random.choice(found) if found else None

    def _arrange(self, server):
        if picking := self._some_delivery(server):
            self.acts["arrange"] += 1
            server.call("stock.picking", "action_marketplace_arrange_by_policy", [picking["id"]])

    def _validate(self, server):
        if picking := self._some_delivery(server):
            self.acts["validate"] += 1
            server.call("stock.picking", "button_validate", [picking["id"]])

    def _cancel(self, server):
        if picking := self._some_delivery(server):
            self.acts["cancel"] += 1
            (order,) = server.call("sale.order", "read", [picking["sale_id"][0]], fields=["marketplace_order_ref"])
            self.cancelled.add(order["marketplace_order_ref"])
            server.call("sale.order", "action_cancel", [order["id"]])

    def _answer(self, server):
        asked = server.call("sale.order", "search", None, domain=[("marketplace_status", "=", "in_cancel")], order="id")
        if asked:
            self.acts["answer"] += 1
            answer = self.random.choice(("accept", "refuse"))
            server.call("sale.order", f"action_marketplace_{answer}_cancellation", [self.random.choice(asked)])

    def _take_back(self, server):
        """Goods of a cancelled order come back, and what was invoiced is credited."""
        jobs = server.call("marketplace.job", "search_read", None, domain=CANCELLED, fields=["order_id"], order="id")
        if not jobs or not (job := self.random.choice(jobs))["order_id"]:
            return
        self.acts["take back"] += 1
        ids, due = [job["order_id"][0]], ["marketplace_return_due", "marketplace_credit_due"]
        (order,) = server.call("sale.order", "read", ids, fields=due)
        if order["marketplace_return_due"]:
            back = server.call("sale.order", "action_marketplace_prepare_return", ids)
            if back.get("res_id"):
                server.call("stock.picking", "button_validate", [back["res_id"]])
        if order["marketplace_credit_due"]:
            credit = server.call("sale.order", "action_marketplace_credit_note", ids)
            server.call("account.move", "action_post", [credit["res_id"]])

    # === SHOPS === #

    def _pull(self, server):
        self.acts["pull"] += 1
        server.call("marketplace.shop", "action_pull_orders", self.shops)

    def _sync_stock(self, server):
        self.acts["sync stock"] += 1
        server.call("marketplace.shop", "action_sync_stock", self.shops)

    def _read_payouts(self, server):
        self.acts["read payouts"] += 1
        server.call("marketplace.shop", "action_read_payouts", self.shops)

    def _check_days(self, server):
        self.acts["check days"] += 1
        shop = self.random.choice(self.shops)
        days = {"date_from": f"{date.today() - timedelta(days=1)}", "date_to": f"{date.today()}"}
        wizard = server.call("marketplace.check.days", "create", [{"shop_id": shop, **days}])
        server.call("marketplace.check.days", "action_check", wizard if isinstance(wizard, list) else [wizard])
