"""The consoles' page about pushes: the address, what goes wrong with them, and what was sent."""

from html import escape

from werkzeug.exceptions import BadRequest
from werkzeug.utils import redirect

from .web import json_response

PATH = "/seller-center/pushes"
SWITCHES = {
    "pushes_lost": "Of a hundred messages so many get lost",
    "pushes_doubled": "… so many are sent twice",
    "pushes_late": "… so many come after the next one",
    "push_in_milliseconds": "Their time is in milliseconds (0 or 1)",
}


def register(app, show):
    """Serve the page, drawn by `show(title, body)`, and its forms, which take JSON too."""
    app.route(PATH, lambda request: show("Pushes", _page(app)), ("GET",))
    app.route(PATH, lambda request: _set(app, request), ("POST",))
    app.route(f"{PATH}/test", lambda request: _test(app, request), ("POST",))
    app.route(f"{PATH}/sent", lambda request: json_response(_sent(app)), ("GET",))


def _page(app):
    fields = "".join(
        f'<p class="field"><label>{escape(text)} <input name="{name}" value="{int(getattr(app, name))}"></label></p>'
        for name, text in SWITCHES.items()
    )
    rows = "".join(
        f"<tr><td>{push.at:%d %b %H:%M:%S}<td>{escape(push.subject)}<td>{escape(_answer(push))}"
        f'<td><code style="overflow-wrap:anywhere">{escape(push.body.decode())}</code></tr>'
        for push in app.sent_pushes
    )
    return f"""<section><form method="post" action="{PATH}">
<p class="field"><label style="grid-template-columns:12rem 1fr">Push URL
<input name="url" value="{escape(app.push_url)}"></label></p>
<p class="field"><label>Signed with <code>{escape(app.signing_key)}</code></label></p>{fields}
<p><button>Save</button></p></form>
<form method="post" action="{PATH}/test"><p><button>Send a test push</button></p></form></section>
<section><table><tr><th>Sent (UTC)<th>About<th>Answer<th>Message</tr>{rows}</table></section>"""


def _answer(push):
    return f"{push.answer}, sent {push.repeated + 1} times" if push.repeated else push.answer


def _set(app, request):
    """Set the address and the switches that are given."""
    given = request.get_json() if request.is_json else request.form.to_dict()
    try:
        values = {name: int(given[name]) for name in SWITCHES if name in given}
    except (TypeError, ValueError):
        raise BadRequest("Switches are whole numbers") from None
    for name, value in values.items():
        setattr(app, name, value)
    if "url" in given and given["url"] != app.push_url:
        app.register_push_url(str(given["url"]).strip())
    return _done(request, {"url": app.push_url, **{name: int(getattr(app, name)) for name in SWITCHES}})


def _test(app, request):
    """Send the console's test message; what was answered."""
    if not app.push_url:
        raise BadRequest("Save a push URL first")
    return _done(request, {"answer": app.push_now(*app.test_push())})


def _sent(app):
    return [{"about": push.subject, "message": push.message, "answer": push.answer} for push in app.sent_pushes]


def _done(request, content):
    return json_response(content) if request.is_json else redirect(PATH, 303)
