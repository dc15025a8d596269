from odoo import SUPERUSER_ID
from odoo.http import Controller, request, route
from werkzeug.exceptions import NotFound

from ..models.marketplace_account_pushes import PUSH_PATH

LARGEST_PUSH = 64 * 1024


class MarketplacePush(Controller):
    @route(
        PUSH_PATH + "<string:token>",
        type="http",
        auth="none",
        methods=["POST"],
        readonly=False,
        csrf=False,
        save_session=False,
        max_content_length=LARGEST_PUSH,
    )
    def push(self, token):
        """Where a platform tells that something changed: verified and noted, answered at once without a body."""
        account = request.env(user=SUPERUSER_ID)["marketplace.account"]._of_push_token(token)
        if not account:
            raise NotFound
        if not account._take_push(request.httprequest.headers, request.httprequest.get_data()):
            return request.make_response("", status=403)
        return request.make_response("")
