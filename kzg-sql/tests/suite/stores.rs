//! Tables at URLs.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;

use parking_lot::Mutex;
use serde_json::json;

use crate::processes::{failed, parsed, printed};
use crate::tables::{blob, write_blobs};

/// A store with one object at `/blobs.parquet`.
struct Served {
    address: String,
    /// The number of each connection, and the method of each request.
    requests: Arc<Mutex<Vec<(usize, String)>>>,
}

/// Serves one object at `/blobs.parquet` as a store does: HEAD, and GET of a range. Takes any object by
/// PUT.
fn serve(object: Vec<u8>) -> Served {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("an address");
    let requests = Arc::<Mutex<Vec<_>>>::default();
    let (object, seen) = (Arc::new(object), requests.clone());
    thread::spawn(move || {
        for (connection, stream) in listener.incoming().enumerate() {
            let (object, seen) = (object.clone(), seen.clone());
            let note = move |method: &str| seen.lock().push((connection, method.to_owned()));
            // A client that leaves early ends its thread.
            thread::spawn(move || answer(stream?, &object, note));
        }
    });
    Served {
        address: format!("http://{address}"),
        requests,
    }
}

/// Answers the requests of one connection.
fn answer(stream: TcpStream, object: &[u8], note: impl Fn(&str)) -> std::io::Result<()> {
    let mut output = stream.try_clone()?;
    let mut input = BufReader::new(stream);
    loop {
        let mut request = String::new();
        if input.read_line(&mut request)? == 0 {
            return Ok(());
        }
        let (method, _) = request.split_once(' ').expect("a method");
        note(method);
        let mut range = 0..object.len();
        let mut status = "200 OK";
        let mut body = 0;
        for header in input.by_ref().lines() {
            let header = header?.to_ascii_lowercase();
            if header.is_empty() {
                break;
            }
            if let Some(length) = header.strip_prefix("content-length: ") {
                body = length.parse().expect("a length");
            }
            if let Some((first, last)) = header
                .strip_prefix("range: bytes=")
                .and_then(|range| range.split_once('-'))
            {
                status = "206 Partial Content";
                range = match (first.parse(), last.parse::<usize>()) {
                    (Ok(first), Ok(last)) => first..object.len().min(last + 1),
                    (Ok(first), Err(_)) => first..object.len(),
                    (Err(_), last) => object.len() - last.expect("a suffix")..object.len(),
                };
            }
        }
        std::io::copy(&mut input.by_ref().take(body), &mut std::io::sink())?;
        if method == "PUT" {
            write!(output, "HTTP/1.1 201 Created\r\ncontent-length: 0\r\n\r\n")?;
            continue;
        }
        if !request.contains(" /blobs.parquet ") {
            write!(
                output,
                "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n"
            )?;
            continue;
        }
        let (first, last, all) = (range.start, range.end - 1, object.len());
        write!(
            output,
            "HTTP/1.1 {status}\r\ncontent-length: {}\r\ncontent-range: bytes {first}-{last}/{all}\r\n\
             last-modified: Sat, 01 Jan 2000 00:00:00 GMT\r\n\r\n",
            range.len()
        )?;
        if method != "HEAD" {
            output.write_all(&object[range])?;
        }
    }
}

#[test]
fn an_object_at_a_url_is_a_table_and_a_missing_one_is_bad_input() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("blobs.parquet");
    write_blobs(&file, 0, &[blob(1), blob(2)]);
    let Served { address, .. } = serve(fs::read(&file).expect("the file"));
    let commitments = |name: &str| {
        let sql = format!("SELECT id, kzg_commitment(blob) AS c FROM '{name}' ORDER BY id");
        parsed(&printed(&[&sql, "--json"]))
    };
    let local = commitments(&file.display().to_string());
    assert_eq!(local[1]["id"], json!(1));
    assert_eq!(commitments(&format!("{address}/blobs.parquet")), local);
    let (exit, message) = failed(&[&format!("SELECT 1 FROM '{address}/other.parquet'")]);
    assert_eq!(exit, Some(3), "{message}");
}

/// A thread of the engine waits for objects that are written, and cannot serve its connections then.
#[test]
fn objects_are_written_over_other_connections_than_those_that_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("blobs.parquet");
    write_blobs(&file, 0, &[blob(1), blob(2)]);
    let Served { address, requests } = serve(fs::read(&file).expect("the file"));
    let write = format!(
        "SELECT kzg_write_cells(blob, '{address}/' || id || '.cells') AS s \
         FROM '{address}/blobs.parquet'"
    );
    let written = json!({"s": "written"});
    assert_eq!(
        parsed(&printed(&[&write, "--json"])),
        json!([written, written])
    );
    let requests = requests.lock();
    let (writes, reads): (Vec<_>, Vec<_>) =
        requests.iter().partition(|(_, method)| method == "PUT");
    assert_eq!(writes.len(), 2, "{requests:?}");
    assert!(!reads.is_empty(), "{requests:?}");
    for (connection, _) in writes {
        let is_shared = reads.iter().any(|(read, _)| read == connection);
        assert!(!is_shared, "{requests:?}");
    }
}
