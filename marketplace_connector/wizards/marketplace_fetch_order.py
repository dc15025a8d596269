from odoo import api, fields, models
from odoo.exceptions import UserError

from ..marketplaces.errors import MarketplaceError
from ..marketplaces.types import OrderStub, UnreadableOrder
from ..models.error_messages import explain
from ..models.sale_order_checks import OVER


class MarketplaceFetchOrder(models.TransientModel):
    """Fetch one order by its number, also one that would not come in by itself."""

    _name = "marketplace.fetch.order"
    _inherit = ["marketplace.access.guard"]
    _description = "Fetch a Marketplace Order"

    shop_id = fields.Many2one("marketplace.shop", required=True, default=lambda self: self.env.context.get("active_id"))
    order_ref = fields.Char(string="Order number", required=True, help="As the marketplace shows it.")
    warning = fields.Char(readonly=True)

    def action_fetch(self):
        """Fetch the order; where the creation filter leaves it out, say so and ask first."""
        self.ensure_one()
        self.shop_id.check_access("read")
        shop = self.shop_id._as_system()
        ref = self.order_ref.strip()
        if not self.warning:
            order = self._look(shop, ref)
            known = shop.env["sale.order"]._marketplace_known(shop, [ref])
            if not known and not shop.env["sale.order"]._marketplace_is_importable(shop, order):
                return self._ask(order)
        shop._fetch_refs([ref], create_any=True)
        return self._show(ref)

    @api.model
    def _look(self, shop, ref):
        """The order as the platform tells it. Raises UserError where there is none."""
        try:
            answer = shop._client().fetch_orders([OrderStub(ref=ref)])[0]
        except MarketplaceError as error:
            raise UserError(explain(self.env, error)) from error
        if isinstance(answer, UnreadableOrder):
            raise UserError(explain(self.env, answer.error))
        return answer

    def _ask(self, order):
        """Say why the order did not come in by itself. Raises UserError where nothing is left to do for it."""
        if order.status in OVER:
            raise UserError(
                self.env._(
                    "The order is “%(status)s” at the marketplace: there is nothing to ship or to invoice, and it is "
                    "not created.",
                    status=order.raw_status,
                )
            )
        self.warning = self.env._(
            "The order is “%(status)s” at the marketplace, from %(day)s. Such orders do not come in by themselves, "
            "since there is nothing to ship or they are older than the shop's first day. It would come in as an open "
            "order: check its delivery afterwards.",
            status=order.raw_status,
            day=order.created_at.date().isoformat(),
        )
        action = self.env["ir.actions.act_window"]._for_xml_id("marketplace_connector.action_fetch_order")
        return {**action, "res_id": self.id}

    def _show(self, ref):
        order = self.env["sale.order"].search(
            [("marketplace_shop_id", "=", self.shop_id.id), ("marketplace_order_ref", "=", ref)]
        )
        if order:
            return order.get_formview_action()
        action = self.env["ir.actions.act_window"]._for_xml_id("marketplace_connector.action_marketplace_job")
        return {**action, "domain": [("shop_id", "=", self.shop_id.id), ("order_ref", "=", ref)], "context": {}}
