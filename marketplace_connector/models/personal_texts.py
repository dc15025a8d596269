"""Finding and taking away what is personal in the messages, activities and files of records."""

from markupsafe import Markup

SHORTEST = 4  # letters of a text that is looked for: less stands in half of all messages
TRACKED = ("old_value_char", "new_value_char", "old_value_text", "new_value_text")


def telling(values):
    """Those of the values that name a person by themselves: a set of texts."""
    texts = {str(value).strip() for value in values if value}
    return {text for text in texts if len(text) >= SHORTEST}


def holds(content, texts):
    """Whether one of the texts stands in the content."""
    return bool(content) and any(text in str(content) for text in texts)


def redact(records, texts):
    """Empty the messages and activities of the records that hold one of the texts, and what was noted of changes."""
    messages = records.env["mail.message"].search([("model", "=", records._name), ("res_id", "in", records.ids)])
    noted = messages.tracking_value_ids
    noted.filtered(lambda value: any(holds(value[name], texts) for name in TRACKED)).unlink()
    told = messages.filtered(lambda message: holds(message.body, texts) or holds(message.subject, texts))
    told.write({"body": Markup("<p>%s</p>") % records.env._("Erased with the buyer's data."), "subject": False})
    activities = records.env["mail.activity"].search([("res_model", "=", records._name), ("res_id", "in", records.ids)])
    held = activities.filtered(lambda activity: holds(activity.note, texts) or holds(activity.summary, texts))
    held.write({"note": False, "summary": False})


def drop_files(records):
    """Delete the files attached to the records; how many."""
    attachment = records.env["ir.attachment"].with_context(skip_res_field_check=True)
    files = attachment.search([("res_model", "=", records._name), ("res_id", "in", records.ids)])
    count = len(files)
    files.unlink()
    return count
