"""Load by wrk, over HTTP/1.1, and by h2load, over HTTP/2 and gRPC.

A measurement has the numbers of answers with status 200 (`ok`), 503 (`busy`) and others (`other`), the
answers with status 200 in a second (`rate`), percentiles of the time of an answer in milliseconds
(`p50`, `p99`), and the processor time of the server for each of them in milliseconds (`cpu`).
"""

import re
import subprocess

RAW, JSON, GRPC = "application/octet-stream", "application/json", "application/grpc"

SCRIPT = """
local file = io.open("{body}", "rb")
wrk.method, wrk.body = "POST", file:read("*a")
wrk.headers["Content-Type"], wrk.headers["Accept"] = "{kind}", "{kind}"
local threads = {{}}
function setup(thread) table.insert(threads, thread) end
function init(args) ok, busy, other = 0, 0, 0 end
function response(status)
  if status == 200 then ok = ok + 1 elseif status == 503 then busy = busy + 1 else other = other + 1 end
end
function done()
  local sums = {{ ok = 0, busy = 0, other = 0 }}
  for _, thread in ipairs(threads) do
    for name in pairs(sums) do sums[name] = sums[name] + thread:get(name) end
  end
  print(string.format("statuses %d %d %d", sums.ok, sums.busy, sums.other))
end
"""


def wrk(server, path, body, kind, connections, seconds):
    """Loads an endpoint with a body from a file. Each connection sends the next request after the
    answer."""
    script = body.with_suffix(".lua")
    script.write_text(SCRIPT.format(body=body, kind=kind))
    before = server.cpu()
    command = ["wrk", "--threads", "1", "--connections", str(connections), "--latency"]
    command += ["--timeout", "60s", "--duration", f"{seconds}s", "--script", script, server.url + path]
    text = subprocess.check_output(command, text=True)
    statuses = re.search(r"statuses (\d+) (\d+) (\d+)", text)
    half, most = (re.search(rf"^ +{n}% +(\S+) *$", text, re.MULTILINE) for n in [50, 99])
    if not (statuses and half and most):
        raise SystemExit(f"wrk printed something else:\n{text}")
    ok, busy, other = map(int, statuses.groups())
    # Connections that were refused or closed without an answer.
    if errors := re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", text):
        other += sum(map(int, errors.groups()))
    return {
        "ok": ok,
        "busy": busy,
        "other": other,
        "rate": ok / seconds,
        "p50": milliseconds(half[1]),
        "p99": milliseconds(most[1]),
        "cpu": (server.cpu() - before) / max(1, ok),
    }


def milliseconds(text):
    """A time of wrk, such as `1.5ms`."""
    number, unit = re.fullmatch(r"([\d.]+)([a-z]+)", text).groups()
    return float(number) * {"us": 0.001, "ms": 1, "s": 1000, "m": 60_000}[unit]


def h2load(server, url, body, kind, connections, seconds):
    """As `wrk`, over HTTP/2 with one request at a time on each connection. The status of gRPC is not
    looked at: it stands in trailers, which h2load does not show."""
    log = body.with_suffix(".times")
    log.unlink(missing_ok=True)
    before = server.cpu()
    command = ["h2load", "--clients", str(connections), "--max-concurrent-streams", "1"]
    command += ["--duration", str(seconds), "--data", body, "--log-file", log]
    command += ["--header", f"content-type: {kind}", "--header", f"accept: {kind}"]
    command += ["--header", "te: trailers", url]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    cpu = server.cpu() - before
    answers = [line.split() for line in log.read_text().splitlines()]
    times = sorted(int(time) / 1000 for _, status, time in answers if status == "200")
    busy = sum(status == "503" for _, status, _ in answers)
    return {
        "ok": len(times),
        "busy": busy,
        "other": len(answers) - len(times) - busy,
        "rate": len(times) / seconds,
        "p50": times[len(times) // 2],
        "p99": times[len(times) * 99 // 100],
        "cpu": cpu / len(times),
    }
