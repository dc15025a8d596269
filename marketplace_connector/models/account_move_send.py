"""Nobody who buys at a marketplace gets an invoice from Odoo: the platforms forbid it, and hide the addresses."""

from odoo import api, models


class AccountMoveSend(models.AbstractModel):
    _inherit = "account.move.send"

    @api.model
    def _get_default_sending_methods(self, move):
        return {"manual"} if move.marketplace_shop_id else super()._get_default_sending_methods(move)

    @api.model
    def _is_applicable_to_move(self, method, move, **move_data):
        if method == "email" and move.marketplace_shop_id:
            return False
        return super()._is_applicable_to_move(method, move, **move_data)

    @api.model
    def _get_alerts(self, moves, moves_data):
        """Say why the invoices are not sent, before and after somebody tries."""
        alerts = super()._get_alerts(moves, moves_data)
        if ours := moves.filtered("marketplace_shop_id"):
            alerts["marketplace_no_mail"] = {
                "level": "info",
                "message": self.env._(
                    "%(count)s of these invoices are of marketplace orders. They are not sent: marketplaces do not "
                    "allow it. Print for Upload gives the PDF for Seller Center.",
                    count=len(ours),
                ),
            }
            alerts.pop("account_missing_email", None)
        return alerts

    @api.model
    def _hook_if_success(self, moves_data, from_cron=False):
        """An invoice that was to be mailed keeps why it was not."""
        for move, data in moves_data.items():
            if move.marketplace_shop_id and "email" in data["sending_methods"]:
                move._message_log(body=self.env._("Not sent by e-mail: marketplaces do not allow it."))
        return super()._hook_if_success(moves_data, from_cron=from_cron)

    @api.model
    def _send_mails(self, moves_data):
        """The last door, whatever other addons add to the ways of sending."""
        super()._send_mails({move: data for move, data in moves_data.items() if not move.marketplace_shop_id})
