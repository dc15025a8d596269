"""What Shopee says when it does not set a stock number becomes words for the person who has to act."""

from .shopee_fake import refusal
from .shopee_goods_fake import Goods, SendCase, goods, update


class TestWords(SendCase):
    cases = [
        ("locked", "error_auth", "Stock should be larger than reserved stock.", "for a promotion"),
        ("locked", "error_auth", "Total stock must be more than reserved stock.", "for a promotion"),
        ("locked", "error.param", "Can not update item with stock less than reserved stock", "for a promotion"),
        ("locked", "error_param", "Can not update item with stock less than reserve stock", "for a promotion"),
        ("locked", "product.error_param", "Can not update item with stock less than reserve stock", "for a promotion"),
        ("locked", "error_inner", "Update item failed stock less than reserved stock", "for a promotion"),
        ("locked", "error_cannt_edit_stock_in_promotion", "Normal_stock cannot be edited", "while the promotion"),
        ("locked", "product.error_cannt_edit_stock_in_promotion", "Normal_stock cannot be edited", "promotion"),
        ("locked", "error_promotion_cantnot_update_stock", "Cannot change stock", "while the promotion"),
        ("locked", "error_model_update_stock_model_in_promotion", "Model stock cannot be editted", "promotion"),
        ("refused", "error_busi", "The merchant/shop has multi warehouse, please input location id", "several places"),
        ("refused", "error_auth", "Lack of location_id, please double check.", "several places"),
        (
            "refused",
            "error_auth",
            "The location_id input is not matched the shop's location_id(more/wrong). Please double check.",
            "does not have this place",
        ),
        ("refused", "error_inner", "Invalid stock location ID", "does not have this place"),
        ("refused", "error_param", "Can not update item with different stock structure. Can only ...", "this place"),
        (
            "refused",
            "error_auth",
            "You do not have right to use seller location_id, please only fill seller_stock filed.",
            "one stock only",
        ),
        ("refused", "error_item_not_found", "Item_id is not found.", "does not have the item any more"),
        ("refused", "error_item_not_found", "Product not found", "does not have the item any more"),
        ("refused", "error_item_not_belong_shop", "Item not belong to shop.", "another shop"),
        ("refused", "error_param", "Repeat model_id.", "named twice"),
        ("refused", "error_param", "Wrong model_id.", "does not have this variation"),
        ("refused", "error_edit_item_stock_for_item_has_model", "Can't to edit item stock directly", "variations"),
        ("refused", "error_in_item_promotion_nomodel_to_models", "Can't to edit item stock directly", "variations"),
        ("refused", "error_holiday_mode_change_stock", "Cannot change stock in holiday mode.", "holiday mode"),
        (
            "refused",
            "error_auth",
            "Please wait for the holiday mode set then to edit item. Please try later.",
            "holiday",
        ),
        ("refused", "error_wms_shop_block_upate_stock", "Warehouse shop can't update stock.", "warehouse"),
        (
            "refused",
            "error_server",
            "The current item belong to the full FBS shop, so normal stock must be equal to 0",
            "own warehouse",
        ),
        (
            "refused",
            "error_auth",
            "The current item belong to the full FBS or B2C shop, so normal stock must be equal to 0",
            "own warehouse",
        ),
        ("refused", "error_item_uneditable", "Can't edit this item. item status can not support editing.", "status"),
        ("refused", "error_seller_under_penalty", "The shop is under penalty.", "penalty"),
        ("refused", "error_busi_cannot_edit_vsku", "Can not use OpenAPI to edit/create VSKU", "bundle"),
        ("refused", "error_auth", "cnsc shop not upgraded, can not edit item.", "China Seller Centre"),
        ("refused", "error_perm_non_admin", "Don't have permission.", "may not change stock"),
        ("refused", "error_auth", "No permission to current api.", "authoris"),
        ("refused", "error_auth", "Your shop can not use model level dts", "refused"),
        ("refused", "product.error_param", "invalid field ItemId: value must  Not Null", "refused"),
        ("refused", "error_param", "Parameter is not match the constraints, stock.", "refused"),
        ("unknown", "error_system_busy", "Our system is taking some time to respond, please try later.", "its side"),
        ("unknown", "error_inner", "Our system is taking some time to respond, please try later.", "its side"),
        ("unknown", "error_inner", "System error, please try again later or contact the OpenAPI support team.", "side"),
        ("unknown", "error_network", "Inner http call failed", "its side"),
        ("unknown", "error_server", "Something wrong. Please try later.\t", "its side"),
        ("unknown", "error_server", "Interal error, please contact openapi team.", "its side"),
    ]

    def test_codes(self):
        """Every documented refusal is said in words, with Shopee's own. # D1"""
        for result, code, message, words in self.cases:
            shop = Goods(goods(1, pieces=30))
            answer = refusal(code, message)
            shop.before = lambda call, answer=answer: answer if call.path.endswith("update_stock") else None
            with self.subTest(code, message=message):
                [outcome] = self.send(shop, update(1))
                self.assertIsNone(self.over)
                self.assertEqual((outcome.result, outcome.code), (result, code))
                self.assertIn(words, outcome.message)
                self.assertIn(" ".join(message.split()), outcome.message)
                self.assertEqual(self.names().count("update_stock"), 1)

    def test_reasons(self):
        """The same texts in `failure_list`, where no code stands with them."""
        for result, code, message, words in self.cases:
            if code in ("error_auth", "error_param", "error_inner", "error.param") and "permission" not in message:
                shop = Goods(goods(1, pieces=30))
                shop.refused = {1: message}
                with self.subTest(message):
                    [outcome] = self.send(shop, update(1))
                    self.assertEqual(outcome.result, result)
                    self.assertIn(words, outcome.message)
