from odoo.exceptions import AccessError, UserError
from odoo.http import Controller, request, route

from ..models.marketplace_account import CALLBACK_PATH


class MarketplaceOAuth(Controller):
    @route(CALLBACK_PATH, type="http", auth="user", methods=["GET"])
    def connection_return(self, state="", **query):
        """Where a platform's consent page sends the user back: connects the shops and shows them."""
        try:
            account = request.env["marketplace.account"]._account_of_state(state)
            connected, elsewhere = account._finish_connection(query)
        except (AccessError, UserError) as error:
            return self._page(problem=str(error))
        without = account.shop_ids.filtered(lambda shop: shop.state == "disconnected")
        return self._page(connected=connected, elsewhere=elsewhere, without=without)

    @route("/marketplace/oauth/move", type="http", auth="user", methods=["POST"])
    def move_storefront(self, permit="", **_query):
        """The button under a storefront that Odoo already had: move it to the account just connected."""
        try:
            shop = request.env["marketplace.account"]._move_storefront(permit)
        except (AccessError, UserError) as error:
            return self._page(problem=str(error))
        return self._page(connected=shop.sudo(), elsewhere=[])

    def _page(self, **values):
        status = 400 if "problem" in values else 200
        return request.render("marketplace_connector.connection_page", values, status=status)
