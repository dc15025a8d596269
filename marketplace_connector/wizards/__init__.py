from . import marketplace_cancel_order, marketplace_fetch_order
