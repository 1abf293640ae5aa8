"""Clients beside a measured load: some whose requests are wrong or malformed, and some that are slow."""

import asyncio
import http.client
import threading
import time

from load.server import HTTP


class Verifying:
    """Threads that have one body each verified, again and again, and check each answer."""

    def __init__(self, path, bodies):
        """`bodies` are pairs of a body and the beginning of its answer."""
        self.path, self.ended, self.problems, self.answers = path, False, [], 0
        self.threads = [threading.Thread(target=self.work, args=pair) for pair in bodies]

    def work(self, body, expected):
        connection = http.client.HTTPConnection("127.0.0.1", HTTP, timeout=60)
        headers = {"Content-Type": "application/octet-stream"}
        while not self.ended:
            connection.request("POST", self.path, body, headers)
            answer = connection.getresponse()
            text = f"{answer.status} {answer.read().decode()}"
            self.answers += 1
            if not text.startswith(expected):
                self.problems.append(text)

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.ended = True
        for thread in self.threads:
            thread.join()
        if self.problems or not self.answers:
            raise SystemExit(f"unexpected answers: {self.problems[:3]} of {self.answers}")


class Slow:
    """Connections that send a byte a second, half of them a head and half of them a body, and that
    come again when the server ends them."""

    def __init__(self, number):
        self.number, self.ended, self.closed, self.refused = number, False, 0, 0
        self.thread = threading.Thread(target=lambda: asyncio.run(self.all()))

    async def all(self):
        await asyncio.gather(*(self.client(client) for client in range(self.number)))

    async def client(self, client):
        whole = b"POST /v1/blob_to_kzg_commitment HTTP/1.1\r\nhost: x\r\n"
        if client % 2:
            whole += b"content-type: application/octet-stream\r\ncontent-length: 131072\r\n\r\n"
        while not self.ended:
            try:
                reader, writer = await asyncio.open_connection("127.0.0.1", HTTP)
            except OSError:
                self.refused += 1
                await asyncio.sleep(1)
                continue
            try:
                writer.write(whole)
                while not self.ended and not reader.at_eof():
                    # An answer is read, so that the end of the connection is noticed.
                    read = asyncio.create_task(reader.read(4096))
                    done, _ = await asyncio.wait({read}, timeout=1)
                    if done and not read.result():
                        break
                    read.cancel()
                    writer.write(b"x")
                    await writer.drain()
                self.closed += not self.ended
            except OSError:
                self.closed += 1
            writer.close()

    def __enter__(self):
        self.thread.start()
        time.sleep(2)
        return self

    def __exit__(self, *_):
        self.ended = True
        self.thread.join()
