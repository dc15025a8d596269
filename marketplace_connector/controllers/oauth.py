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
            return request.render(
                "marketplace_connector.connection_page", {"problem": str(error)}, status=400
            )
        return request.render(
            "marketplace_connector.connection_page",
            {"account": account, "connected": connected, "elsewhere": elsewhere},
        )
