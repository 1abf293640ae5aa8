//! `kzg serve`: its start, its signals and its end.

use std::io::{BufRead, BufReader, Read};
use std::net::TcpStream;
use std::process::Child;
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use super::*;

/// A time that only a fault reaches.
const LONG: Duration = Duration::from_secs(300);

/// A running server.
struct Serving {
    child: Child,
    /// The events of the log.
    log: Receiver<Value>,
}

impl Serving {
    /// Starts a server on ports that the system chooses.
    fn start(dir: &Path, options: &[&str]) -> Self {
        let fixed = ["serve", "--listen", "127.0.0.1:0", "--log", "json"];
        let mut child = kzg(dir, &[&fixed, options].concat())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let lines = BufReader::new(child.stderr.take().expect("a pipe")).lines();
        let (sender, log) = mpsc::channel();
        thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let event = serde_json::from_str(&line).unwrap_or(Value::String(line));
                if sender.send(event).is_err() {
                    break;
                }
            }
        });
        Self { child, log }
    }

    /// The next event with a message.
    fn event(&self, message: &str) -> Value {
        loop {
            let event = self.log.recv_timeout(LONG).expect("the event comes");
            if event["message"] == message {
                return event;
            }
        }
    }

    fn signal(&self, name: &str) {
        let process = self.child.id().to_string();
        let sent = Command::new("kill").args(["-s", name, &process]).status();
        assert!(sent.expect("kill is there").success());
    }

    /// The exit code.
    fn end(mut self) -> Option<i32> {
        self.child.wait().expect("the program ends").code()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Sends a request and reads the answer until the server closes the connection.
fn exchange(mut stream: impl Read + Write, head: &str, body: &[u8]) -> String {
    let head = format!(
        "{head}host: x\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    stream
        .write_all(&[head.as_bytes(), body].concat())
        .expect("the request is sent");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("the answer is read");
    String::from_utf8(answer).expect("a text")
}

const COMMIT: &str = "POST /v1/blob_to_kzg_commitment HTTP/1.1\r\n\
                      content-type: application/octet-stream\r\n";

/// The header with the second token.
const TWO: &str = "authorization: Bearer two\r\n";

#[test]
fn a_server_starts_reloads_and_drains() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("tokens"), "one\n").unwrap();
    let socket = dir.path().join("kzg.sock");
    let unix = format!("unix:{}", socket.display());
    let options = [
        "--listen",
        &unix,
        "--tokens",
        "tokens",
        "--grpc-listen",
        "127.0.0.1:0",
    ];
    let serving = Serving::start(dir.path(), &options);
    let address = serving.event("HTTP")["address"]
        .as_str()
        .unwrap()
        .to_owned();
    let connect = || TcpStream::connect(&address).unwrap();
    serving.event("gRPC");
    serving.event("ready");
    for (path, part) in [
        ("/livez", "live\n"),
        ("/readyz", "ready\n"),
        ("/version", "\"trusted_setup_sha256\":\"0x"),
        ("/openapi.json", "\"openapi\":\"3.1.0\""),
        ("/", "<!doctype html>"),
    ] {
        let answer = exchange(connect(), &format!("GET {path} HTTP/1.1\r\n"), b"");
        assert!(
            answer.starts_with("HTTP/1.1 200") && answer.contains(part),
            "{answer}"
        );
    }
    let blob = vec![0; 131_072];
    let commit = |token: &str| {
        let head = format!("{COMMIT}authorization: Bearer {token}\r\n");
        exchange(connect(), &head, &blob)
    };
    let point = format!("{{\"output\":\"0xc0{}\"}}", "0".repeat(94));
    assert!(commit("one").ends_with(&point));
    assert!(commit("two").starts_with("HTTP/1.1 401"));
    fs::write(dir.path().join("tokens"), "two\n").unwrap();
    serving.signal("HUP");
    serving.event("tokens and certificates were read again");
    assert!(commit("one").starts_with("HTTP/1.1 401"));
    assert!(commit("two").ends_with(&point));
    let head = format!("{COMMIT}{TWO}");
    let unix = std::os::unix::net::UnixStream::connect(&socket).unwrap();
    assert!(exchange(unix, &head, &blob).ends_with(&point));
    let metrics = exchange(connect(), &format!("GET /metrics HTTP/1.1\r\n{TWO}"), b"");
    for line in metrics
        .lines()
        .filter_map(|line| line.strip_prefix("# TYPE "))
    {
        let name = line.split(' ').next().unwrap();
        assert!(
            metrics.contains(&format!("# HELP {name} ")),
            "{name} has no description"
        );
    }
    // A request whose body is not complete when the drain begins.
    let mut late = connect();
    let announced = format!("{head}host: x\r\ncontent-length: {}\r\n\r\n", blob.len());
    late.write_all(announced.as_bytes()).unwrap();
    late.write_all(&blob[..1000]).unwrap();
    let in_flight = || {
        let head = format!("GET /metrics HTTP/1.1\r\n{TWO}");
        exchange(connect(), &head, b"").contains("\nkzg_requests_in_flight 2\n")
    };
    while !in_flight() {
        thread::sleep(Duration::from_millis(5));
    }
    serving.signal("TERM");
    serving.event("draining");
    late.write_all(&blob[1000..]).unwrap();
    let mut answer = String::new();
    late.read_to_string(&mut answer).unwrap();
    assert!(answer.ends_with(&point), "{answer}");
    assert_eq!(serving.end(), Some(0));
    assert!(!socket.exists());
}

/// The backend, its fallbacks, the cross-check and the audit log come from the configuration file that
/// all commands read.
#[test]
fn a_server_is_configured_as_other_commands_are() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("configuration/kzg");
    fs::create_dir_all(&folder).unwrap();
    let file = "backend = \"arkworks\"\ncross_check = \"all\"\naudit_log = \"audit.jsonl\"\n";
    fs::write(folder.join("config.toml"), file).unwrap();
    let serving = Serving::start(dir.path(), &[]);
    let address = serving.event("HTTP")["address"]
        .as_str()
        .unwrap()
        .to_owned();
    let connect = || TcpStream::connect(&address).unwrap();
    serving.event("ready");
    let version = exchange(connect(), "GET /version HTTP/1.1\r\n", b"");
    let version = version.split("\r\n\r\n").nth(1).unwrap();
    let version: Value = serde_json::from_str(version).unwrap();
    assert_eq!(version["backend"], "arkworks");
    let backends = version["backends"].as_array().unwrap();
    assert!(backends.contains(&"blst".into()), "{version}");
    let mut blob = vec![0; 131_072];
    blob[31] = 7;
    assert!(exchange(connect(), COMMIT, &blob).starts_with("HTTP/1.1 200"));
    blob[0] = 0xff;
    assert!(exchange(connect(), COMMIT, &blob).starts_with("HTTP/1.1 400"));
    serving.signal("TERM");
    assert_eq!(serving.end(), Some(0));

    // The path starts at the folder of the configuration file.
    let log = folder.join("audit.jsonl");
    run(dir.path(), &["audit", "verify", log.to_str().unwrap()], 0);
    let records: Vec<Value> = fs::read_to_string(&log)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .filter(|record: &Value| record["operation"] == "blob_to_kzg_commitment")
        .collect();
    // The self-test makes a commitment too.
    let types: Vec<&str> = records
        .iter()
        .map(|record| record["type"].as_str().unwrap())
        .collect();
    assert_eq!(types, ["success", "success", "failure"]);
    assert_eq!(records[1]["backend"], "arkworks");
    assert_eq!(records[1]["confirmed_by"], "blst");
    assert_eq!(records[2]["kind"], "input");
}

#[test]
fn mistakes_in_the_options_of_a_server_are_named() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("secret"), "0x12\n").unwrap();
    for (options, part) in [
        (&["--listen", "0.0.0.0:0"][..], "--plain-text"),
        (&["--listen", "localhost"], "localhost"),
        (&["--tokens", "missing"], "missing"),
        (&["--audit-log", ""], "--audit-log"),
        (&["--cross-check", "2"], "--cross-check"),
        (&["--jwt-secret", "secret"], "64 hexadecimal digits"),
        (&["--tls-certificates", "x"], "--tls-key"),
        (&["--queue", "0"], "0"),
        (&["--timeout", "0"], "0"),
    ] {
        let output = run(dir.path(), &[&["serve"], options].concat(), 2);
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(text.contains(part), "{options:?}: {text}");
    }
}
