"""The lists behind `catalogue.py`: products, people, places."""

# (name, category, option names, ((seller SKU, option values, price in SGD, weight in kg[, products in the ERP]), ...))
FAMILIES = (
    (
        "Everyday Cotton Crew Neck T-Shirt Unisex",
        "Fashion > Tops",
        ("Color", "Size"),
        (
            ("TEE-BLK-S", ("Black", "S"), "12.90", "0.18"),
            ("TEE-BLK-M", ("Black", "M"), "12.90", "0.19"),
            ("TEE-BLK-L", ("Black", "L"), "12.90", "0.20"),
            ("TEE-WHT-M", ("White", "M"), "12.90", "0.19"),
            ("TEE-WHT-L", ("White", "L"), "12.90", "0.20"),
            ("TEE-NVY-L", ("Navy", "L"), "13.90", "0.20"),
        ),
    ),
    (
        "กระเป๋าผ้าแคนวาส Canvas Tote Bag ใบใหญ่ มีซิป",
        "Bags > Tote Bags",
        ("Color",),
        (
            ("TOTE-NAT", ("Natural",), "15.90", "0.32"),
            ("TOTE-BLK", ("Black",), "15.90", "0.32"),
            ("TOTE-OLV", ("Olive",), "16.90", "0.32"),
        ),
    ),
    (
        "Kemeja Batik Pria Lengan Pendek Katun Premium",
        "Fashion > Shirts",
        ("Warna", "Size"),
        (
            ("BATIK-BLU-M", ("Biru", "M"), "24.90", "0.25"),
            ("BATIK-BLU-L", ("Biru", "L"), "24.90", "0.26"),
            ("BATIK-BRN-L", ("Coklat", "L"), "24.90", "0.26"),
        ),
    ),
    (
        "Áo thun nam cổ tròn cotton co giãn 4 chiều",
        "Fashion > Tops",
        ("Màu", "Size"),
        (
            ("AOTHUN-XAM-M", ("Xám", "M"), "9.90", "0.18"),
            ("AOTHUN-XAM-L", ("Xám", "L"), "9.90", "0.19"),
            ("AOTHUN-DEN-L", ("Đen", "L"), "9.90", "0.19"),
        ),
    ),
    (
        "AirBeat Pro True Wireless Earbuds Bluetooth 5.3",
        "Electronics > Audio",
        ("Color",),
        (
            ("EARBUD-WHT", ("White",), "39.90", "0.15"),
            ("EARBUD-BLK", ("Black",), "39.90", "0.15"),
        ),
    ),
    (
        "USB-C to USB-C Braided Cable 60W",
        "Electronics > Cables",
        ("Length",),
        (
            ("CABLE-C-1M", ("1 m",), "6.90", "0.05"),
            ("CABLE-C-2M", ("2 m",), "8.90", "0.08"),
        ),
    ),
    (
        "GaN Wall Charger 3-Port",
        "Electronics > Chargers",
        ("Power",),
        (
            ("CHARGER-30W", ("30 W",), "22.90", "0.12"),
            ("CHARGER-65W", ("65 W",), "42.90", "0.19"),
        ),
    ),
    (
        "Vacuum Insulated Tumbler with Straw",
        "Home > Drinkware",
        ("Color", "Capacity"),
        (
            ("TUMBLER-SAGE-600", ("Sage", "600 ml"), "21.90", "0.38"),
            ("TUMBLER-PINK-600", ("Pink", "600 ml"), "21.90", "0.38"),
            ("TUMBLER-SAGE-900", ("Sage", "900 ml"), "27.90", "0.47"),
            ("TUMBLER-BLK-900", ("Black", "900 ml"), "27.90", "0.47"),
        ),
    ),
    (
        "พัดลมพกพา USB ชาร์จได้ ปรับแรงลม 3 ระดับ",
        "Electronics > Small Appliances",
        ("Color",),
        (
            ("FAN-USB-WHT", ("White",), "11.90", "0.22"),
            ("FAN-USB-GRN", ("Green",), "11.90", "0.22"),
        ),
    ),
    (
        "TPE Yoga Mat Non-Slip 6 mm with Strap",
        "Sports > Yoga",
        ("Color",),
        (
            ("YOGAMAT-PUR", ("Purple",), "29.90", "0.95"),
            ("YOGAMAT-GRY", ("Grey",), "29.90", "0.95"),
        ),
    ),
    (
        "Cà phê phin giấy Robusta Buôn Ma Thuột",
        "Groceries > Coffee",
        ("Quy cách",),
        (
            ("COFFEE-DRIP-10", ("Hộp 10 gói",), "8.50", "0.16"),
            ("COFFEE-DRIP-30", ("Hộp 30 gói",), "22.50", "0.44"),
        ),
    ),
    (
        "LED Desk Lamp Dimmable with Wireless Charging",
        "Home > Lighting",
        ("Color",),
        (
            ("LAMP-WHT", ("White",), "45.90", "1.10"),
            ("LAMP-BLK", ("Black",), "45.90", "1.10"),
        ),
    ),
    (
        "Daily UV Sunscreen SPF50+ PA++++",
        "Beauty > Sun Care",
        ("Volume",),
        (
            ("SUN-50ML", ("50 ml",), "18.90", "0.08"),
            ("SUN-TWIN", ("2 x 50 ml",), "33.90", "0.16"),
        ),
    ),
    (
        "Sambal Bawang Homemade Pedas Level 10",
        "Groceries > Sauces",
        ("Isi",),
        (
            ("SAMBAL-150G", ("150 g",), "5.90", "0.21"),
            ("SAMBAL-3X150G", ("3 x 150 g",), "15.90", "0.63"),
        ),
    ),
    (
        "Mechanical Keyboard 75% Hot-Swap RGB",
        "Electronics > Keyboards",
        ("Switch",),
        (
            ("KEYB75-RED", ("Red",), "79.90", "0.98"),
            ("KEYB75-BRN", ("Brown",), "79.90", "0.98"),
        ),
    ),
    # The seller put these on sale before anybody made them in the ERP.
    (
        "Limited Edition Mooncake Gift Box 中秋礼盒",
        "Groceries > Gifts",
        (),
        (("MOONCAKE-2026", (), "38.80", "0.85", 0),),
    ),
    # An old and a new product of the ERP still share this internal reference.
    (
        "Shockproof Clear Phone Case",
        "Electronics > Phone Cases",
        ("Model",),
        (
            ("CASE-15", ("Phone 15",), "9.90", "0.05"),
            ("CASE-15PRO", ("Phone 15 Pro",), "9.90", "0.05", 2),
        ),
    ),
)

# (first names, last names, whether the family name is written first)
PEOPLE = {
    "SG": (
        ("Wei Ming", "Jia Hui", "Xin Yi", "Muhammad Irfan", "Nurul Huda", "Priya", "Daniel", "Rachel", "Kumar"),
        ("Tan", "Lim", "Lee", "Ng", "Ong", "Goh", "bin Rahman", "Nair", "Teo"),
        False,
    ),
    "MY": (
        ("Ahmad Faiz", "Siti Aminah", "Nur Aisyah", "Mei Ling", "Kok Wai", "Thinesh", "Farah", "Hafiz", "Li Ying"),
        ("Abdullah", "Ismail", "Wong", "Chong", "Subramaniam", "Hassan", "Yap", "Othman", "Lau"),
        False,
    ),
    "TH": (
        ("สมชาย", "สุดารัตน์", "Nattapong", "Kanokwan", "ธนากร", "พิมพ์ชนก", "Siriporn", "Anucha", "วรัญญา"),
        ("ใจดี", "ศรีสุข", "Wongsakul", "Chaiyasit", "ทองคำ", "แก้วมณี", "Srisai", "Boonmee", "พงษ์พานิช"),
        False,
    ),
    "PH": (
        ("Maria Clara", "Juan Miguel", "Angelica", "Jose Mari", "Kristine", "Mark Anthony", "Bea", "Paolo", "Liza"),
        ("Santos", "Reyes", "dela Cruz", "Garcia", "Mendoza", "Bautista", "Villanueva", "Ramos", "Aquino"),
        False,
    ),
    "VN": (
        ("Văn Hùng", "Thị Lan", "Minh Tuấn", "Thu Hà", "Quốc Bảo", "Ngọc Ánh", "Đức Anh", "Thanh Thảo", "Hoàng Long"),
        ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Huỳnh", "Vũ", "Đặng", "Bùi"),
        True,
    ),
    "ID": (
        ("Budi", "Siti Nurhaliza", "Agus", "Dewi", "Putri Ayu", "Rizky", "Andi", "Ratna", "Wayan"),
        ("Santoso", "Wijaya", "Pratama", "Lestari", "Hidayat", "Saputra", "Kusuma", "Siregar", "Nugroho"),
        False,
    ),
}

# (street with a place for the number, district, city, state, post code)
PLACES = {
    "SG": (
        ("Blk {} Ang Mo Kio Avenue 3 #08-115", "Ang Mo Kio", "Singapore", "Singapore", "560215"),
        ("{} Tampines Street 81 #04-22", "Tampines", "Singapore", "Singapore", "520842"),
        ("{} Jurong West Street 52 #11-07", "Jurong West", "Singapore", "Singapore", "640517"),
        ("{} Bedok Reservoir Road #02-350", "Bedok", "Singapore", "Singapore", "470632"),
    ),
    "MY": (
        ("No. {}, Jalan SS 2/24", "SS 2", "Petaling Jaya", "Selangor", "47300"),
        ("{}, Lorong Kelawai", "Pulau Tikus", "George Town", "Pulau Pinang", "10250"),
        ("{}, Jalan Austin Heights 3", "Taman Mount Austin", "Johor Bahru", "Johor", "81100"),
        ("No. {}, Jalan Telawi 5", "Bangsar", "Kuala Lumpur", "Wilayah Persekutuan", "59100"),
    ),
    "TH": (
        ("{} ถนนสุขุมวิท ซอย 55", "วัฒนา", "กรุงเทพมหานคร", "กรุงเทพมหานคร", "10110"),
        ("{}/7 Nimmanhaemin Road", "Mueang Chiang Mai", "Chiang Mai", "Chiang Mai", "50200"),
        ("{} หมู่ 4 ถนนมิตรภาพ", "เมืองขอนแก่น", "ขอนแก่น", "ขอนแก่น", "40000"),
        ("{} Beach Road", "Bang Lamung", "Pattaya", "Chon Buri", "20150"),
    ),
    "PH": (
        ("{} Katipunan Avenue", "Loyola Heights", "Quezon City", "Metro Manila", "1108"),
        ("Unit {} Ayala Avenue", "Bel-Air", "Makati", "Metro Manila", "1209"),
        ("{} Osmeña Boulevard", "Capitol Site", "Cebu City", "Cebu", "6000"),
        ("Purok 3, {} Quimpo Boulevard", "Matina", "Davao City", "Davao del Sur", "8000"),
    ),
    "VN": (
        ("{} Nguyễn Trãi", "Quận 5", "Hồ Chí Minh", "Hồ Chí Minh", "700000"),
        ("Số {} ngõ 12 Cầu Giấy", "Cầu Giấy", "Hà Nội", "Hà Nội", "100000"),
        ("{} Lê Duẩn", "Hải Châu", "Đà Nẵng", "Đà Nẵng", "550000"),
        ("{} đường 30 Tháng 4", "Ninh Kiều", "Cần Thơ", "Cần Thơ", "900000"),
    ),
    "ID": (
        ("Jl. Kemang Raya No. {}", "Mampang Prapatan", "Jakarta Selatan", "DKI Jakarta", "12730"),
        ("Jl. Dago No. {}", "Coblong", "Bandung", "Jawa Barat", "40135"),
        ("Jl. Raya Darmo No. {}", "Wonokromo", "Surabaya", "Jawa Timur", "60241"),
        ("Jl. Sunset Road No. {}", "Kuta", "Badung", "Bali", "80361"),
    ),
}
