"""Sentences for files and rows that cannot be taken: what is wrong, and what to do."""


def explain_file(env, error, platform=""):
    """The sentence for an UnreadableFile; `platform` is the marketplace whose file it is, where it is another one's."""
    if platform:
        return env._("This is a file of %(platform)s. Choose the shop there that it comes from.", platform=platform)
    words = {
        "empty": env._("The file is empty. Export it again."),
        "too_large": env._("The file is too large. Export fewer products at a time."),
        "xls": env._("The file is in an old Excel format. Open it, save it as .xlsx, and choose that one."),
        "encrypted": env._("The file has a password. Open it, save it without one, and choose that one."),
        "csv": env._(
            "This is a text file (.csv). Choose the Excel file (.xlsx) as Seller Center exports it: in a text file "
            "long numbers lose their digits."
        ),
        "not_xlsx": env._("This is no Excel file. Choose the .xlsx file that Seller Center exports."),
        "corrupt": env._("The file is damaged and cannot be read. Export it again."),
        "unknown": env._(
            "No columns of a Seller Center export were found; the file begins with: %(details)s. Choose the file with "
            "prices and stock, as it was exported.",
            details=error.details or "-",
        ),
        "no_sku": env._(
            "The file has products, but no column that tells their SKUs. Choose the export with prices and stock; this "
            "one can be added beside it for the pictures."
        ),
        "no_rows": env._("The file has headers, but no products below them. Export it again."),
        "other_shop": env._("The files are of different shops: %(details)s.", details=error.details),
    }
    return words.get(error.code) or env._("The file cannot be read: %(reason)s", reason=str(error))


def explain_row(env, sku):
    """The sentence for a row that cannot be taken; empty for a good one. `sku` is an ExportedSku."""
    words = {
        "no_sku": env._("Nothing in the row tells which SKU it is: its number is missing."),
        "rounded": env._("Its number was rounded by a spreadsheet program. Export the file again, and do not save it."),
        "formula": env._("A formula stands where a value belongs."),
        "price": env._("Its price is no number."),
        "no_name": env._("It has neither a name nor a SKU."),
        "twice": env._("The same SKU as in row %(row)s.", row=sku.twin),
    }
    return words.get(sku.problem, "")
