"""The countries the marketplaces sell in."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Site:
    currency: str
    time_zone: str
    country_name: str
    price_digits: int  # decimals of the prices that the platforms send


SITES = {
    "SG": Site("SGD", "Asia/Singapore", "Singapore", 2),
    "MY": Site("MYR", "Asia/Kuala_Lumpur", "Malaysia", 2),
    "TH": Site("THB", "Asia/Bangkok", "Thailand", 2),
    "PH": Site("PHP", "Asia/Manila", "Philippines", 2),
    "VN": Site("VND", "Asia/Ho_Chi_Minh", "Vietnam", 0),
    "ID": Site("IDR", "Asia/Jakarta", "Indonesia", 0),
    "TW": Site("TWD", "Asia/Taipei", "Taiwan", 0),
    "BR": Site("BRL", "America/Sao_Paulo", "Brazil", 2),
    "MX": Site("MXN", "America/Mexico_City", "Mexico", 2),
}
COUNTRY_CODES = {site.country_name.casefold(): code for code, site in SITES.items()} | {"viet nam": "VN"}
