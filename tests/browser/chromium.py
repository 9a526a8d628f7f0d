"""Headless Chromium by its own driver: what a reader sees of a page, and what the page asks for. Never goes out."""
import base64
import json
import shutil
import tempfile
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service

FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
         "--disable-default-apps", "--disable-extensions", "--disable-ipc-flooding-protection", "--force-color-profile=srgb", "--font-render-hinting=none",
         "--host-resolver-rules=MAP * ~NOTFOUND", "--lang=en")
WIDE = (1280, 900)
NARROW = (390, 844)
MAIL = (800, 900)
PAPER = (710, 1000)  # A4 within its margins
HEIGHT_MAX = 15000  # of a picture: past it Chromium repeats itself


class Chromium:
    def __init__(self) -> None:
        self.profile = tempfile.mkdtemp(prefix="galen-chromium-")
        options = Options()
        options.binary_location = shutil.which("chromium")
        for flag in (*FLAGS, f"--user-data-dir={self.profile}"):
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        self.driver = webdriver.Chrome(service=Service(shutil.which("chromedriver")), options=options)
        self.driver.set_script_timeout(60)
        self.look()

    def __enter__(self) -> "Chromium":
        return self

    def __exit__(self, *_: object) -> None:
        self.driver.quit()
        shutil.rmtree(self.profile, ignore_errors=True)

    def tell(self, command: str, **arguments: object) -> dict:
        return self.driver.execute_cdp_cmd(command, arguments)

    def run(self, script: str, *arguments: object) -> object:
        return self.driver.execute_script(script, *arguments)

    def look(self, scheme: str = "light", media: str = "", size: tuple[int, int] = WIDE) -> None:
        self.tell("Emulation.setEmulatedMedia", media=media, features=[{"name": "prefers-color-scheme", "value": scheme}])
        self.tell("Emulation.setDeviceMetricsOverride", width=size[0], height=size[1], deviceScaleFactor=1, mobile=False)

    def scripts(self, allowed: bool) -> None:
        self.tell("Emulation.setScriptExecutionDisabled", value=not allowed)

    def open(self, page: Path) -> tuple[list[str], list[str]]:
        """What the console says and the addresses that are asked for."""
        for log in ("browser", "performance"):
            self.driver.get_log(log)  # of the page before
        self.driver.get(page.as_uri())
        messages = [json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance")]
        asked = [m["params"]["request"]["url"] for m in messages if m["method"] == "Network.requestWillBeSent"]
        return [entry["message"] for entry in self.driver.get_log("browser")], asked

    def picture(self, whole: bool = True) -> bytes:
        clip = {}
        if whole:
            size = self.tell("Page.getLayoutMetrics")["cssContentSize"]
            clip = {"clip": {"x": 0, "y": 0, "width": size["width"], "height": min(size["height"], HEIGHT_MAX), "scale": 1}}
        shot = self.tell("Page.captureScreenshot", format="png", captureBeyondViewport=whole, optimizeForSpeed=True, **clip)
        return base64.b64decode(shot["data"])

    def picture_of(self, selector: str) -> bytes:
        x, y, width, height = self.run("const box = document.querySelector(arguments[0]).getBoundingClientRect();"
                                       "return [box.x + scrollX, box.y + scrollY, box.width, box.height];", selector)
        clip = {"x": x - 16, "y": y - 16, "width": width + 32, "height": height + 32, "scale": 1}
        return base64.b64decode(self.tell("Page.captureScreenshot", format="png", captureBeyondViewport=True, clip=clip)["data"])

    def pdf(self) -> bytes:
        return base64.b64decode(self.tell("Page.printToPDF", preferCSSPageSize=True, paperWidth=8.27, paperHeight=11.69, printBackground=True)["data"])
