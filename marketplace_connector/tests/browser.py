"""The browser of the tours: walks pages that are not Odoo's, and takes the pictures of the user guide."""

import io
import json
import os
import re
from base64 import b64decode
from pathlib import Path
from urllib.parse import urlsplit

from odoo.tests.common import ChromeBrowser, ChromeBrowserException, run
from PIL import Image

PICTURES = "MARKETPLACE_SCREENSHOTS"  # the folder that pictures are written to; without it none are taken
MARKER = re.compile(r"marketplace picture: ([\w-]+)$")
SETTLED = """(async () => {
    await document.fonts.ready;
    await Promise.all([...document.images].map((image) => image.decode().catch(() => {})));
    const frame = () => new Promise(requestAnimationFrame);
    for (let frames = 0; frames < 120 && document.querySelector(".o_loading_indicator"); frames++) await frame();
    await frame();
    await frame();
})()"""


class Page:
    """A page outside the web client, and what a person does there: fills it in, and then leaves it by `script`.

    The picture is taken between the two.
    """

    def __init__(self, path, script, picture="", fill=""):
        self.path = path
        self.script = script
        self.picture = picture
        self.fill = fill


class Browser(ChromeBrowser):
    """Odoo's Chromium, which also follows `test_case.pages` and answers a tour's wish for a picture.

    A tour has `picture("name")` among its steps: it waits until the picture is taken. Pages come in the order of
    the list; each is done once, and the address it had is kept in `test_case.visited`.
    """

    def __init__(self, test_case, *args, **kwargs):
        super().__init__(test_case, *args, **kwargs)
        self._url = ""
        self._handlers |= {
            "Page.frameNavigated": self._handle_frame_navigated,
            "Page.loadEventFired": self._handle_load,
        }
        self._websocket_request("Emulation.setTimezoneOverride", params={"timezoneId": "Asia/Singapore"})
        known = json.dumps(test_case.known_to_tour())
        self._websocket_request("Page.addScriptToEvaluateOnNewDocument", params={"source": f"window.known = {known};"})

    def _handle_frame_navigated(self, frame, **_event):
        if "parentId" not in frame:
            self._url = frame["url"]

    def _handle_load(self, **_event):
        pages = self.test_case.pages
        if pages and re.fullmatch(pages[0].path, urlsplit(self._url).path):
            self.test_case.visited.append(self._url)
            page = pages.pop(0)
            self._take_picture(page.picture, page.script, page.fill)

    def _handle_console(self, type, args=None, **event):  # pylint: disable=redefined-builtin
        if args and (marker := MARKER.match(str(args[0].get("value", "")))):
            self._take_picture(marker[1], "window.pictureTaken()")
        super()._handle_console(type, args, **event)

    def _take_picture(self, name, script, fill=""):
        """Fill in the page, write the picture if it has a name and pictures are wanted, then run the script."""

        @run
        def _take():
            if fill:
                yield self._websocket_send("Runtime.evaluate", params={"expression": fill}, with_future=True)
            folder = os.environ.get(PICTURES)
            if folder and name:
                wait = {"expression": SETTLED, "awaitPromise": True}
                yield self._websocket_send("Runtime.evaluate", params=wait, with_future=True)
                shot = yield self._websocket_send("Page.captureScreenshot", with_future=True)
                _write(Path(folder) / f"{name}.png", b64decode(shot["data"]))
            answer = yield self._websocket_send("Runtime.evaluate", params={"expression": script}, with_future=True)
            if "exceptionDetails" in answer and not self._result.done():
                self.take_screenshot()
                what = answer["result"].get("description", "")
                self._result.set_exception(ChromeBrowserException(f"{self._url}: {script}: {what}"))


def _write(path, png):
    """Write the picture with a palette: a third of the size, and nothing of a screen is lost to the eye."""
    path.parent.mkdir(parents=True, exist_ok=True)
    picture = Image.open(io.BytesIO(png)).convert("RGB").quantize(256, dither=Image.Dither.NONE)
    picture.save(path, optimize=True)
