"""As much of PDF as cairo writes: pages with their words and where these stand, bookmarks, links and places."""
import re
import zlib
from dataclasses import dataclass, field

Matrix = tuple[float, float, float, float, float, float]
TOKEN = re.compile(rb"\((?:[^\\()]|\\.)*\)|<[0-9a-fA-F]*>|\[|\]|/[^\s/<>\[\]()]+|[-+.\d]+|[A-Za-z*'\"]+", re.S)
ESCAPE = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


@dataclass
class Page:
    shown: list[tuple[float, float, str]] = field(default_factory=list)  # points from the left and from the top

    @property
    def text(self) -> str:
        return "".join(text for _, _, text in self.shown)


@dataclass
class Document:
    pages: list[Page]
    bookmarks: list[str]
    places: set[str]  # that something can lead to
    targets: set[str]  # that something leads to
    dates: set[str]


def times(a: Matrix, b: Matrix) -> Matrix:
    return (a[0] * b[0] + a[1] * b[2], a[0] * b[1] + a[1] * b[3], a[2] * b[0] + a[3] * b[2], a[2] * b[1] + a[3] * b[3],
            a[4] * b[0] + a[5] * b[2] + b[4], a[4] * b[1] + a[5] * b[3] + b[5])


def unescaped(text: bytes) -> bytes:
    return re.sub(rb"\\([0-7]{1,3}|.)", lambda m: bytes([int(m[1], 8)]) if m[1][:1].isdigit() else ESCAPE.get(m[1], m[1]), text, flags=re.S)


def string(token: bytes) -> bytes:
    return unescaped(token[1:-1]) if token[:1] == b"(" else bytes.fromhex(token[1:-1].decode())


def words(token: bytes) -> str:
    """A title: bytes, or UTF-16 with its mark."""
    value = string(token)
    return value[2:].decode("utf-16-be") if value[:2] == b"\xfe\xff" else value.decode("latin-1")


class Reader:
    def __init__(self, data: bytes) -> None:
        self.objects = {int(m[1]): m[2] for m in re.finditer(rb"(?s)(?<=\n)(\d+) 0 obj\n(.*?)\nendobj", data)}
        self.fonts: dict[int, tuple[int, dict[int, str]]] = {}

    def stream(self, number: int) -> bytes:
        body = self.objects[number]
        raw = body[body.index(b"stream\n") + 7:]
        return zlib.decompressobj().decompress(raw) if b"/FlateDecode" in body[:body.index(b"stream\n")] else raw

    def font(self, number: int) -> tuple[int, dict[int, str]]:
        """Bytes of a code, and what codes mean."""
        if number not in self.fonts:
            body = self.objects[number]
            table: dict[int, str] = {}
            found = re.search(rb"/ToUnicode (\d+) 0 R", body)
            for code, to in re.findall(rb"<(\w+)> <(\w+)>\n", self.stream(int(found[1]))) if found else []:
                if len(to) % 4 == 0:
                    table[int(code, 16)] = bytes.fromhex(to.decode()).decode("utf-16-be", "replace")
            self.fonts[number] = (2 if b"/Type0" in body else 1, table)
        return self.fonts[number]

    def resources(self, body: bytes) -> dict[bytes, int]:
        found = re.search(rb"/Resources (\d+) 0 R", body)
        text = self.objects[int(found[1])] if found else body[:body.index(b"stream")] if b"stream" in body else body
        return {name: int(number) for name, number in re.findall(rb"/([\w-]+) (\d+) 0 R", text)}

    def show(self, content: bytes, names: dict[bytes, int], base: Matrix, page: Page) -> None:
        stack: list[bytes] = []
        saved: list[Matrix] = []
        ctm, line, font = base, (1.0, 0.0, 0.0, 1.0, 0.0, 0.0), (1, {})
        for token in TOKEN.findall(content):
            if token[:1] in b"(<[]/-+.0123456789":
                stack.append(token)
                continue
            if token == b"q":
                saved.append(ctm)
            elif token == b"Q":
                ctm = saved.pop()
            elif token == b"cm":
                ctm = times(tuple(map(float, stack[-6:])), ctm)
            elif token == b"Tm":
                line = tuple(map(float, stack[-6:]))
            elif token in (b"Td", b"TD"):
                line = times((1.0, 0.0, 0.0, 1.0, float(stack[-2]), float(stack[-1])), line)
            elif token == b"Tf":
                font = self.font(names[stack[-2][1:]])
            elif token in (b"Tj", b"TJ"):
                raw = b"".join(string(t) for t in stack if t[:1] in b"(<")
                codes = [int.from_bytes(raw[i:i + font[0]], "big") for i in range(0, len(raw), font[0])]
                at = times(line, ctm)
                page.shown.append((at[4], at[5], "".join(font[1].get(code, "\ufffd") for code in codes)))
            elif token == b"Do" and stack and stack[-1][1:] in names:
                body = self.objects[names[stack[-1][1:]]]
                if b"/Form" in body[:400]:
                    self.show(self.stream(names[stack[-1][1:]]), self.resources(body), ctm, page)
            stack = []


def read(data: bytes) -> Document:
    reader = Reader(data)
    pages = []
    bodies = [body for body in reader.objects.values() if re.match(rb"<< /Type /Page\b(?!s)", body)]
    for body in sorted(bodies, key=lambda b: int(re.search(rb"/Type /Page % (\d+)", b)[1])):
        height = float(re.search(rb"/MediaBox \[ 0 0 [\d.]+ ([\d.]+) \]", body)[1])
        page = Page()
        content = int(re.search(rb"/Contents (\d+) 0 R", body)[1])
        # PDF counts from the bottom: from here on it is from the top.
        reader.show(reader.stream(content), reader.resources(body), (1.0, 0.0, 0.0, -1.0, 0.0, height), page)
        pages.append(page)
    text = b"\n".join(reader.objects.values())
    literal = rb"(\((?:[^\\()]|\\.)*\)|<[0-9a-fA-F]*>)"
    bookmarks = [words(m) for m in re.findall(rb"/Title " + literal + rb"\s+/Parent", text)]
    places = {words(m) for body in reader.objects.values() if b"/Names" in body for m in re.findall(literal + rb" \[\d+ 0 R", body)}
    targets = {words(m) for m in re.findall(rb"/Dest " + literal, text)}
    dates = {words(m) for m in re.findall(rb"/(?:CreationDate|ModDate) " + literal, text)}
    return Document(pages, bookmarks, places, targets, dates)
