from . import (
    marketplace_arrange_shipment,
    marketplace_cancel_order,
    marketplace_check_days,
    marketplace_fetch_order,
    marketplace_group_payout,
    marketplace_match_bank,
    marketplace_opening_balance,
    marketplace_privacy,
    marketplace_read_payouts,
    marketplace_stock_preview,
    sale_advance_payment_inv,
)
