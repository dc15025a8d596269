"""What a shop's page shows: its counts, and the check list that ends with Start."""

from odoo import api, fields, models
from odoo.tools import format_datetime

from ..marketplaces.types import ShopKey

HERE = ("listing_status", "not in", ("inactive", "banned", "gone"))  # those known from orders only are among them
COUNTED = {  # count: model, field of the shop on it, what is counted
    "order_count": ("sale.order", "marketplace_shop_id", []),
    "delivery_count": ("stock.picking", "marketplace_shop_id", "_deliveries_to_ship"),
    "package_count": ("marketplace.package", "shop_id", []),
    "listing_count": ("marketplace.listing", "shop_id", []),
    "matched_count": ("marketplace.listing", "shop_id", [("state", "=", "matched"), HERE]),
    "unmatched_count": ("marketplace.listing", "shop_id", [("state", "=", "unmatched"), HERE]),
    "ambiguous_count": ("marketplace.listing", "shop_id", [("state", "=", "ambiguous"), HERE]),
    "ignored_count": ("marketplace.listing", "shop_id", [("state", "=", "ignored"), HERE]),
    "unlinked_count": (
        "marketplace.listing",
        "shop_id",
        [("state", "in", ("unmatched", "ambiguous", "unusable")), HERE],
    ),
    "problem_count": ("marketplace.job", "shop_id", [("is_problem", "=", True)]),
    "stock_waiting_count": (
        "marketplace.listing",
        "shop_id",
        ["|", ("stock_marked_at", "!=", False), ("stock_state", "=", "waiting")],
    ),
    "stock_refused_count": ("marketplace.listing", "shop_id", [("stock_state", "=", "refused")]),
    "stock_locked_count": ("marketplace.listing", "shop_id", [("stock_state", "=", "locked")]),
    "platform_listing_count": ("marketplace.listing", "shop_id", [("by_platform", "=", True)]),
    "stock_drift_count": ("marketplace.listing", "shop_id", [("stock_drift_at", "!=", False)]),
    "manual_count": ("sale.order", "marketplace_shop_id", [("marketplace_manual_reason", "!=", False)]),
}


class MarketplaceShop(models.Model):
    _inherit = "marketplace.shop"

    order_count = fields.Integer(string="Orders", compute="_compute_counts")
    delivery_count = fields.Integer(string="Deliveries to ship", compute="_compute_counts")
    package_count = fields.Integer(string="Packages", compute="_compute_counts")
    listing_count = fields.Integer(string="Listings", compute="_compute_counts")
    matched_count = fields.Integer(string="Linked", compute="_compute_counts")
    unmatched_count = fields.Integer(string="Not linked", compute="_compute_counts")
    ambiguous_count = fields.Integer(string="Several candidates", compute="_compute_counts")
    ignored_count = fields.Integer(string="Ignored", compute="_compute_counts")
    unlinked_count = fields.Integer(string="SKUs not linked", compute="_compute_counts")
    problem_count = fields.Integer(string="Problems", compute="_compute_counts")
    is_pulled = fields.Boolean(compute="_compute_is_pulled", help="Orders have been read since the shop is connected.")
    settings_checked = fields.Boolean(
        string="Settings looked at",
        copy=False,
        help="Tick it when warehouse, taxes and shipping below are as you want them. Nothing waits for it.",
    )

    @api.model
    def _deliveries_to_ship(self):
        """Open transfers of marketplace orders, without those that the marketplace ships from its own warehouse."""
        return [
            ("picking_type_code", "!=", "incoming"),
            ("state", "not in", ("done", "cancel")),
            ("marketplace_by_platform", "=", False),
        ]

    @api.depends_context("uid")
    def _compute_counts(self):
        for name, (model, field, domain) in COUNTED.items():
            found = {}
            if self.env[model].has_access("read"):
                domain = getattr(self, domain)() if isinstance(domain, str) else domain
                found = dict(self.env[model]._read_group([(field, "in", self.ids), *domain], [field], ["__count"]))
            for shop in self:
                shop[name] = found.get(shop, 0)

    @api.depends("last_order_sync", "import_from", "order_ids")
    def _compute_is_pulled(self):
        for shop in self:
            shop.is_pulled = shop.last_order_sync > shop.import_from or bool(shop.sudo().order_ids[:1])

    def _local_time(self, moment):
        """A moment (naive UTC) on the shop's clock, in the user's language: `Thu 5 Mar 23:59 (Jakarta)`."""
        self.ensure_one()
        place = self.tz.rpartition("/")[2].replace("_", " ")
        return f"{format_datetime(self.env, moment, tz=self.tz, dt_format='EEE d MMM HH:mm')} ({place})"

    def _order_page(self, order_ref):
        """The address of an order in the shop's Seller Center; empty where none is known."""
        self.ensure_one()
        return self.account_id._order_page(ShopKey(ref=self.external_ref, site=self.site), order_ref)

    # === BUTTONS === #

    def action_open_orders(self):
        """The shop's sales orders."""
        return self._open("action_marketplace_orders", "marketplace_shop_id")

    def action_open_deliveries(self):
        """The shop's deliveries, those to ship first."""
        return {
            **self._open("action_marketplace_deliveries", "marketplace_shop_id"),
            "context": {"search_default_to_ship": 1},
        }

    def action_open_packages(self):
        """The shop's packages."""
        return self._open("action_marketplace_package", "shop_id")

    def action_open_listings(self):
        """The shop's listings."""
        return self._open_listings()

    def action_open_matched(self):
        """The shop's listings that are linked."""
        return self._open_listings("matched")

    def action_open_unmatched(self):
        """The shop's listings that no product fits."""
        return self._open_listings("unmatched")

    def action_open_ambiguous(self):
        """The shop's listings that several products fit."""
        return self._open_listings("ambiguous")

    def action_open_ignored(self):
        """The shop's listings that are left without a product."""
        return self._open_listings("ignored")

    def action_open_unlinked(self):
        """The shop's listings that have no usable product yet."""
        return self._open_listings("to_link")

    def _open_listings(self, *filters):
        """The shop's listings that are on sale, through some filters of the list."""
        context = {f"search_default_{name}": 1 for name in ("here", *filters)}
        return {**self._open("action_marketplace_listing", "shop_id"), "context": {**context, "create": False}}

    def action_open_problems(self):
        """The shop's problems."""
        return {**self._open("action_marketplace_job", "shop_id"), "context": {"search_default_open": 1}}

    def _open(self, action, field):
        values = self.env["ir.actions.act_window"]._for_xml_id(f"marketplace_connector.{action}")
        return {**values, "domain": [(field, "in", self.ids)], "context": {"create": False}}
