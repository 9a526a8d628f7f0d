"""A small MySQL client over a Unix socket: text protocol, no password, one statement at a time."""
import socket
import struct

LONG_PASSWORD, PROTOCOL_41, TRANSACTIONS, SECURE, PLUGIN_AUTH = 1, 0x200, 0x2000, 0x8000, 0x80000
COM_QUERY, COM_QUIT = b"\x03", b"\x01"
UTF8MB4 = 45


class SqlError(Exception):
    """An error that the server sent; args are code and text."""


def lenenc(data: bytes, at: int) -> tuple[int | None, int]:
    """A length-encoded integer and the place behind it; NULL is None."""
    first = data[at]
    if first < 0xFB:
        return first, at + 1
    if first == 0xFB:
        return None, at + 1
    size = {0xFC: 2, 0xFD: 3, 0xFE: 8}[first]
    return int.from_bytes(data[at + 1:at + 1 + size], "little"), at + 1 + size


class Connection:
    """Raises OSError when the server is away or slower than the timeout, SqlError for what it refuses."""

    def __init__(self, path: str, user: str = "root", timeout: float = 5.0) -> None:
        self.link = socket.socket(socket.AF_UNIX)
        self.link.settimeout(timeout)
        try:
            self.link.connect(path)
            self._log_in(user)
        except BaseException:
            self.link.close()
            raise

    def close(self) -> None:
        try:
            self._send(COM_QUIT, 0)
        except OSError:
            pass
        self.link.close()

    def query(self, sql: str) -> list[tuple]:
        """The rows as text; [] for a statement without any."""
        self._send(COM_QUERY + sql.encode(), 0)
        packet = self._packet()
        if packet[0] == 0:
            return []
        columns = lenenc(packet, 0)[0] or 0
        for _ in range(columns + 1):
            self._packet()
        rows = []
        while not ((packet := self._packet())[0] == 0xFE and len(packet) < 9):
            rows.append(self._row(packet, columns))
        return rows

    @staticmethod
    def _row(packet: bytes, columns: int) -> tuple:
        row, at = [], 0
        for _ in range(columns):
            size, at = lenenc(packet, at)
            row.append(None if size is None else packet[at:at + size].decode(errors="replace"))
            at += size or 0
        return tuple(row)

    def _log_in(self, user: str) -> None:
        self._packet()
        flags = LONG_PASSWORD | PROTOCOL_41 | TRANSACTIONS | SECURE | PLUGIN_AUTH
        self._send(struct.pack("<IIB23x", flags, 1 << 24, UTF8MB4) + user.encode() + b"\0\0mysql_native_password\0", 1)
        if self._packet()[0] == 0xFE:
            self._send(b"", 3)
            self._packet()

    def _send(self, data: bytes, number: int) -> None:
        self.link.sendall(len(data).to_bytes(3, "little") + bytes([number]) + data)

    def _packet(self) -> bytes:
        head = self._exactly(4)
        data = self._exactly(int.from_bytes(head[:3], "little"))
        if data[:1] == b"\xff":
            text = data[9:] if data[3:4] == b"#" else data[3:]
            raise SqlError(int.from_bytes(data[1:3], "little"), text.decode(errors="replace"))
        return data or b"\0"

    def _exactly(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            part = self.link.recv(size - len(data))
            if not part:
                raise ConnectionError("the server closed the connection")
            data += part
        return data
