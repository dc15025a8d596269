from . import marketplace_fetch_order
