"""Finding and taking away what is personal in the fields, messages, mails, activities and files of records."""

import html
import re

from markupsafe import Markup

SHORTEST = 2  # letters of a text that is looked for in what belongs to the person
SHORTEST_ANYWHERE = 4  # and in what may belong to others
PHONE_DIGITS = 7
LOCAL_DIGITS = 8  # people leave the country's code out
WRITTEN = ("char", "text", "html")
GONE = "…"
NOT_IN_WORD = r"(?<!\w)", r"(?!\w)"
SENDINGS = {  # what was, or is to be, sent to people: the field with the person
    "mail.notification": "res_partner_id",
    "mail.mail": "recipient_ids",
    "sms.sms": "partner_id",
    "snailmail.letter": "partner_id",
}


def telling(values):
    """Those of the values that name a person by themselves: a set of plain texts."""
    texts = {_plain(value) for value in values if value}
    return {text for text in texts if len(text) >= SHORTEST}


class Personal:
    """Texts that are to be found however they are written: in other case, spacing or HTML, a telephone number with or
    without separators. Latin words are found as whole words."""

    def __init__(self, texts):
        found = "|".join(_pattern(text) for text in sorted(texts, key=len, reverse=True))
        self._regex = re.compile(found, re.IGNORECASE) if found else None

    def is_in(self, content):
        """Whether one of the texts stands in the content."""
        if not content or not self._regex:
            return False
        return bool(self._regex.search(_unescaped(content)) or self._regex.search(_plain(content)))

    def is_in_any(self, record, names):
        """Whether one of the texts stands in one of the record's fields."""
        return any(self.is_in(record[name]) for name in names)

    def cut_from(self, content):
        """The content without the texts; only a mark where HTML divides them."""
        rest = self._regex.sub(GONE, str(content)) if self._regex else content
        return GONE if self.is_in(rest) else rest


def _pattern(text):
    digits = re.sub(r"\D", "", text)
    if len(digits) >= PHONE_DIGITS and re.fullmatch(r"[\d\s+()./-]+", text):
        return r"[\s()./-]*".join(digits[-LOCAL_DIGITS:])
    before, after = (edge.isascii() and edge.isalnum() for edge in (text[0], text[-1]))
    words = r"\s+".join(map(re.escape, text.split()))
    return f"{NOT_IN_WORD[0] if before else ''}{words}{NOT_IN_WORD[1] if after else ''}"


def _unescaped(content):
    return html.unescape(str(content))


def _plain(content):
    return " ".join(_unescaped(re.sub(r"<[^<>]*>", " ", str(content))).split())


def written_fields(records, *types):
    """The names of the records' own fields of these types that people fill."""
    return [
        name
        for name, field in records._fields.items()
        if field.store and field.type in types and not field.related and not (field.compute and field.readonly)
    ]


def blank(records, personal):
    """Cut what is personal out of what people have written into the records."""
    names = written_fields(records, *WRITTEN)
    for record in records.with_context(tracking_disable=True):
        held = {name: personal.cut_from(record[name]) for name in names if personal.is_in(record[name])}
        if held:
            record.write(held)


def redact(records, people, personal):
    """Empty the messages and activities of the records that hold something of these contacts, drop what was noted of
    changes and what was sent to them. Gives the messages that a restricted audit trail keeps as they are."""
    env = records.env
    messages = env["mail.message"].search([("model", "=", records._name), ("res_id", "in", records.ids)])
    kept = messages.filtered(_is_protected)
    messages -= kept
    noted = messages.tracking_value_ids
    noted.filtered(lambda value: _tells_of(value, people, personal)).unlink()
    drop_sendings(env, people, messages, personal)
    messages = messages.exists()
    names = written_fields(messages, *WRITTEN)
    for message in messages.filtered(lambda msg: msg.author_id in people or personal.is_in_any(msg, names)):
        held = {name: False for name in names if personal.is_in(message[name])}
        body = Markup("<p>%s</p>") % env._("Erased with the buyer's data.")
        message.write({**held, "body": body, "subject": False})
        env["mail.message.translation"].search([("message_id", "=", message.id)]).unlink()
    _redact_to_come(records, personal)
    return kept.filtered(lambda msg: personal.is_in(msg.body) or _noted(msg, people, personal))


def _is_protected(message):
    """Whether Odoo lets nobody change the message: of posted entries, where the company keeps a restricted trail."""
    entry = message.account_audit_log_move_id
    return message.account_audit_log_restricted and not (entry and not entry.posted_before)


def _noted(message, people, personal):
    return any(_tells_of(value, people, personal) for value in message.tracking_value_ids)


def _tells_of(value, people, personal):
    """Whether a noted change was from or to one of the contacts, or holds something personal."""
    if value.field_id.relation == "res.partner" and {value.old_value_integer, value.new_value_integer} & {*people.ids}:
        return True
    return personal.is_in_any(value, ("old_value_char", "new_value_char", "old_value_text", "new_value_text"))


def _redact_to_come(records, personal):
    """The same for activities and for messages that are to be sent later."""
    env = records.env
    activities = env["mail.activity"].with_context(active_test=False)
    activities = activities.search([("res_model", "=", records._name), ("res_id", "in", records.ids)])
    held = activities.filtered(lambda activity: personal.is_in_any(activity, ("note", "summary", "feedback")))
    held.write({"note": False, "summary": False, "feedback": False})
    later = env["mail.scheduled.message"].search([("model", "=", records._name), ("res_id", "in", records.ids)])
    later.filtered(lambda message: personal.is_in_any(message, ("body", "subject"))).unlink()


def drop_sendings(env, people, messages, personal):
    """Delete what is kept of mails, letters and text messages to these contacts, and of mails that tell of them."""
    for model, field in SENDINGS.items():
        if model in env:
            env[model].search([(field, "in", people.ids)]).unlink()
    mails = env["mail.mail"].search([("mail_message_id", "in", messages.ids)])
    names = ("body_html", "email_to", "email_cc", "headers")
    mails.filtered(lambda mail: personal.is_in_any(mail, names)).unlink()


def drop_messages(records):
    """Delete the messages and activities of the records; what a restricted audit trail keeps stays."""
    env = records.env
    messages = env["mail.message"].search([("model", "=", records._name), ("res_id", "in", records.ids)])
    messages.filtered(lambda message: not _is_protected(message)).unlink()
    activities = env["mail.activity"].with_context(active_test=False)
    activities.search([("res_model", "=", records._name), ("res_id", "in", records.ids)]).unlink()


def drop_files(records):
    """Delete the files attached to the records; how many."""
    attachment = records.env["ir.attachment"].with_context(skip_res_field_check=True)
    files = attachment.search([("res_model", "=", records._name), ("res_id", "in", records.ids)])
    count = len(files)
    files.unlink()
    return count
