"""What moves the money in a shop's wallet: Shopee's names, numbers and tabs of wallet transactions."""

INCOME = "wallet_order_income"
ADJUSTMENTS = "wallet_adjustment_filter"
PAYMENTS = "wallet_wallet_payment"
REFUNDS = "wallet_refund_from_order"
WITHDRAWALS = "wallet_withdrawals"
REPAYMENTS = "fast_escrow_repayment"
OTHERS = "Default"
TABS = (
    *(INCOME, ADJUSTMENTS, PAYMENTS, REFUNDS, WITHDRAWALS, REPAYMENTS, OTHERS),
    *("fast_pay", "seller_loan", "corporate_loan", "pix_transactions_filter", "open_finance_transactions_filter"),
)

# By name: the number, 1 for what comes in and -1 for what goes out, and the tab. Page get_wallet_transaction_list and
# the data definitions.
TYPES = {
    "ESCROW_VERIFIED_ADD": (101, 1, INCOME),
    "ESCROW_VERIFIED_MINUS": (102, -1, INCOME),
    "WITHDRAWAL_CREATED": (201, -1, WITHDRAWALS),
    "WITHDRAWAL_COMPLETED": (202, -1, WITHDRAWALS),
    "WITHDRAWAL_CANCELLED": (203, 1, WITHDRAWALS),
    "REFUND_VERIFIED_ADD": (301, 1, REFUNDS),
    "AUTO_REFUND_ADD": (302, 1, REFUNDS),
    "ADJUSTMENT_ADD": (401, 1, ADJUSTMENTS),
    "ADJUSTMENT_MINUS": (402, -1, ADJUSTMENTS),
    "FBS_ADJUSTMENT_ADD": (404, 1, ADJUSTMENTS),
    "FBS_ADJUSTMENT_MINUS": (405, -1, ADJUSTMENTS),
    "ADJUSTMENT_CENTER_ADD": (406, 1, ADJUSTMENTS),
    "ADJUSTMENT_CENTER_DEDUCT": (407, -1, ADJUSTMENTS),
    "FSF_COST_PASSING_DEDUCT": (408, -1, ADJUSTMENTS),
    "PERCEPTION_VAT_TAX_DEDUCT": (409, -1, ADJUSTMENTS),
    "PERCEPTION_TURNOVER_TAX_DEDUCT": (410, -1, ADJUSTMENTS),
    "ADJUSTMENT_FOR_RR_AFTER_ESCROW_VERIFIED": (411, -1, ADJUSTMENTS),
    "SELLER_COMPENSATE_ADD": (415, 1, ADJUSTMENTS),
    "PAID_ADS_CHARGE": (450, -1, PAYMENTS),
    "PAID_ADS_REFUND": (451, 1, PAYMENTS),
    "FAST_ESCROW_DISBURSE": (452, 1, INCOME),
    "AFFILIATE_ADS_SELLER_FEE": (455, -1, PAYMENTS),
    "AFFILIATE_ADS_SELLER_FEE_REFUND": (456, 1, PAYMENTS),
    "FAST_ESCROW_DEDUCT": (458, -1, REPAYMENTS),
    "FAST_ESCROW_DISBURSE_REMAIN": (459, 1, INCOME),
    "AFFILIATE_FEE_DEDUCT": (460, -1, PAYMENTS),
    "SPM_DEDUCT": (502, -1, PAYMENTS),
}
FIRST_UNLISTED = 900


def type_number(name) -> int:
    """Shopee's number of the type; a number that stays the same for a name that its pages do not have."""
    return TYPES[name][0] if name in TYPES else FIRST_UNLISTED + sum(name.encode()) % 90


def tab_of(name) -> str:
    """The tab of the wallet that the type is listed under."""
    return TYPES[name][2] if name in TYPES else OTHERS
