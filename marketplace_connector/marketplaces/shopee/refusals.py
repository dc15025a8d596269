"""What Shopee's refusals mean, in words for the person who has to act. Codes stand without their module, as listed on
the pages of v2.logistics and v2.order; where one code has many meanings, its English text tells them apart."""

from types import MappingProxyType

# Codes of failures that pass by themselves.
LATER = frozenset(
    {
        "download_later",
        "error_config",
        "error_connection",
        "error_core_server",
        "error_third_party_server",
        "error_timeout",
        "error_too_many_invoke_function",
        "logistic_order_is_locked_on_creating",
        "package_print_failed",
    }
)
# Parts of texts that say so under any code, as `error_param` "System error, please try again later." does.
LATER_TEXTS = (
    "being allocated",
    "please try again",
    "please try later",
    "please download later",
    "failed to get lock",
    "fail to get the lock",
)

ALREADY_ARRANGED = "package_already_shipped"
ALREADY_ARRANGED_TEXT = "already been arranged"
PACKAGE_NUMBER_NEEDED = frozenset({"ship_order_need_pacakge_number", "package_number_not_exist"})
PACKAGE_NUMBER_NOT_NEEDED = frozenset({"ship_order_not_need_pacakge_number"})
NO_WAY_FOR_ANY = frozenset({"no_available_time_slot", "no_valid_shipping_parameters"})
NO_REQUEST_TO_ANSWER = frozenset({"cancel_order_invalid_status", "order_status_invalid"})
SPLIT_WITHOUT_ANSWER = "order_split_get_package_info_failed"
NO_DOCUMENT = "shipping_document_should_print_first"
CANNOT_PRINT_NOW = "package_can_not_print"

BOOKED = (
    "The order is served by a booking (advance fulfilment), whose parcel is sent as the booking says in Seller Center. "
    "Send no second one: the delivery is validated when Shopee reports the parcel as shipped."
)
SENTENCES = MappingProxyType(
    {
        # === SENDING === #
        "ship_order_not_ready_to_ship": "The order is not ready to ship.",
        "ship_order_only_support_one_type": "Only one way of handing over can be chosen.",
        "ship_order_need_address_pickup_time": "A pick-up address and a pick-up time must be chosen.",
        "ship_order_need_branch_id": "A branch to drop the parcel off at must be chosen.",
        "ship_order_need_sender_real_name": "The real name of the sender must be given.",
        "ship_order_need_tracking_number": "The courier's tracking number must be given.",
        "ship_order_invalid_job_param": "The real name of the sender or the courier's tracking number must be given.",
        "ship_order_long_sender_real_name": "The name of the sender is longer than 64 characters.",
        "ship_order_long_tracking_number": "The tracking number is longer than 64 characters.",
        "ship_order_pickup_time_invalid": "The pick-up time is gone: choose another.",
        "error_pickup_time": "The pick-up time is gone: choose another.",
        "error_cutoff_time": "The pick-up time is gone: choose another.",
        "no_available_time_slot": "The courier has no free pick-up time: try later, or drop the parcel off.",
        "no_valid_shipping_parameters": "Shopee offers no way to hand this parcel over.",
        "ship_order_unsupport_pickup": "This parcel cannot be picked up.",
        "ship_order_unsupport_dropoff": "This parcel cannot be dropped off.",
        "ship_order_unsupport_non_integrated": "This parcel cannot be sent with a courier of your own.",
        "ship_order_pff_init": "Shopee ships this order from its own warehouse.",
        "ship_order_need_pacakge_number": "The order was split into parcels: fetch it again.",
        "ship_order_not_need_pacakge_number": "The order is not split any more: fetch it again.",
        "package_not_exist": "The parcel does not exist any more: fetch the order again.",
        "package_number_not_exist": "The order was split into parcels: fetch it again.",
        "package_number_not_found": "The parcel does not exist any more: fetch the order again.",
        "error_booking_order": BOOKED,
        "lack_of_invoice_data": "The order's invoice data must be given to Shopee first.",
        "warehouse_stock_insufficient": "The warehouse does not have enough stock.",
        "order_finalized": "The order is over.",
        "order_prescription_unchecked": "The prescription has not been checked yet.",
        "error_sender_address": "The pick-up address is not valid: set another in Seller Center.",
        "order_not_ready_to_update": "The pick-up cannot be arranged again now.",
        "update_shipping_order_no_param_change": "This is the pick-up that is arranged already: choose another time or "
        "address.",
        "can_not_update_combine_order": "The order shares a parcel with others: arrange it in Seller Center.",
        # === LABELS === #
        "package_can_not_print": "The label cannot be printed in the parcel's present state.",
        "tracking_number_invalid": "Shopee does not take the parcel's tracking number: fetch the order again.",
        "order_status_error": "The order's status allows no label: it has none before the parcel is arranged, and none "
        "once the courier has it.",
        "shipping_document_type_invalid": "Shopee does not make this kind of label for the parcel.",
        "can_not_print_jit_order": "The courier's label can be printed in Seller Center only.",
        "can_not_print_combine_order": "The order shares a parcel with others: print its label in Seller Center.",
        # === CANCELLING AND SPLITTING === #
        "error_limit": "The order cannot be changed any more in this way.",
        "cancel_order_invalid_status": "There is no request of the buyer to answer any more.",
        "order_status_invalid": "There is no request of the buyer to answer any more.",
        "cancel_forder_failed": "Shopee could not cancel the parcel.",
        "order_cannot_split": "The shop may not split orders.",
        "order_cannot_split_pff": "Shopee ships this order from its own warehouse: it cannot be split.",
        "order_has_been_split": "The order was split already.",
        "order_split_duplicate_item": "The shop may not divide the pieces of one product over several parcels.",
        "order_split_item_not_exist": "The order does not have such a product.",
        "order_split_package_missing_item": "A product of the order is in none of the parcels.",
        "order_split_wrong_item_position": "Products of one bundle or add-on deal must stay in one parcel.",
        "order_split_wrong_item_quantity": "The pieces in the parcels are not the pieces of the order.",
    }
)
# For `error_param`, `error_status` and texts without any code: the first part that is found counts, in lower case.
TEXT_SENTENCES = (
    ("pickup timeslot is unavailable", "The pick-up time is gone: choose another."),
    ("invalid pickup time", "The pick-up time is gone: choose another."),
    ("pickup_time_id received is invalid", "The pick-up time is gone: choose another."),
    ("order has been cancelled", "The order is cancelled."),
    ("can only be obtained when package is ready", "The parcel is not ready to be arranged, or is arranged already."),
    ("type is not to_process", "The parcel is not ready to be arranged, or is arranged already."),
    ("not ready to ship", "The order is not ready to ship."),
    ("order has been shipped", "The parcel has been shipped."),
    ("tracking number has been used", "The tracking number was used for another order."),
    ("unique tracking number", "The tracking number was used for another order."),
    ("completed pre-authorization", "The buyer has not confirmed the payment yet."),
    ("reselect the delivery convenience store", "The buyer has to choose another store first."),
    ("can not cancel warehouse order", "Shopee ships this order from its own warehouse: it cannot be cancelled here."),
    ("package list is over limit", "The order cannot be split into that many parcels."),
)


def sentence(code, lower):
    """The meaning of the code without its module and of the text in lower case; '' where none is known."""
    for part, meaning in TEXT_SENTENCES:
        if part in lower:
            return meaning
    return SENTENCES.get(code, "")


def passes(code, lower):
    """Tell whether the failure passes by itself."""
    return code in LATER or any(part in lower for part in LATER_TEXTS)
